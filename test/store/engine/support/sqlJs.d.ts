/** The part of sql.js that the tests use; the package ships no types. */
declare module "sql.js" {
  type Value = string | number | null | Uint8Array;

  interface Database {
    run(sql: string, parameters?: readonly Value[]): void;
    exec(sql: string, parameters?: readonly Value[]): { columns: string[]; values: Value[][] }[];
    close(): void;
  }

  export default function initSqlJs(): Promise<{ Database: new (file?: Uint8Array) => Database }>;
}
