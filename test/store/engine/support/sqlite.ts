/** Opens the bytes of a SQLite file, and asks for columns of text. */
import initSqlJs from "sql.js";

export interface OpenFile {
  run(sql: string, parameters?: readonly (string | number)[]): void;
  /** The first column of the answer, or the named one. */
  column(sql: string, name?: string): string[];
}

export async function openSqlite(file: Uint8Array): Promise<OpenFile> {
  const { Database } = await initSqlJs();
  const database = new Database(file);
  return {
    run: (sql, parameters) => database.run(sql, parameters),
    column: (sql, name) => {
      const [answer] = database.exec(sql);
      if (answer === undefined) return [];
      const index = name === undefined ? 0 : answer.columns.indexOf(name);
      return answer.values.map((row) => String(row[index]));
    },
  };
}

/** What Dynoxide runs before it writes a stream record, word for word. */
export const nextSequenceNumber =
  "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1";
