/** Which rights a program really uses: a proxy before the engine sees every request, whichever client has sent it. */
import { tableRights } from "../../cdk/lib/rights.js";
import type { Program, TableRight } from "../../cdk/lib/rights.js";
import { prefixed, tableNames } from "../../src/store/tables.js";
import type { TableName } from "../../src/store/tables.js";
import { startFaultProxy } from "./faultProxy.js";
import type { Fault, ProxiedRequest } from "./faultProxy.js";

/** What one request does to one table. */
export interface TableUse {
  /** `Query`, `Put` in a transaction ... */
  readonly operation: string;
  readonly table: TableName;
  /** Undefined for what no program may do, such as to create a table. */
  readonly right: TableRight | undefined;
}

export interface RightsRecorder {
  /** For the program under test, instead of the engine's own. */
  readonly endpoint: string;
  /** Operations since the last call of this, in their order; one for each request. */
  operations(): readonly string[];
  /** Everything that was done to tables since the start. */
  uses(): readonly TableUse[];
  /** From now on `choose` decides which requests fail. */
  inject(choose: (request: ProxiedRequest) => Fault | undefined): void;
  close(): Promise<void>;
}

/** Starts to record what goes to the engine at `endpoint`, whose tables have the prefix. */
export async function recordRights(endpoint: string, prefix = ""): Promise<RightsRecorder> {
  const proxy = await startFaultProxy(endpoint);
  const nameOf = prefixed(prefix);
  const tableOf = new Map(tableNames.map((table) => [nameOf(table), table]));
  const uses: TableUse[] = [];
  const operations: string[] = [];
  const inject: RightsRecorder["inject"] = (choose) =>
    proxy.inject((request) => {
      operations.push(request.operation);
      uses.push(...usesOf(request, tableOf));
      return choose(request);
    });
  inject(() => undefined);
  return {
    endpoint: proxy.endpoint,
    operations: () => operations.splice(0),
    uses: () => [...uses],
    inject,
    close: () => proxy.close(),
  };
}

/** What of this the program has no right to, a line each; empty where it keeps within its rights. */
export function beyondRights(program: Program, uses: readonly TableUse[]): readonly string[] {
  const rights = tableRights[program];
  const beyond = uses.filter(({ table, right }) => right === undefined || rights[table]?.includes(right) !== true);
  return [...new Set(beyond.map(({ operation, table, right }) => `${operation} on ${table} needs ${right ?? "more"}`))];
}

/** Which rights are given and were not used; for programs whose test makes them do everything that they do. */
export function unusedRights(program: Program, uses: readonly TableUse[]): readonly string[] {
  return Object.entries(tableRights[program]).flatMap(([table, rights]) =>
    rights
      .filter((right) => !uses.some((use) => use.table === table && use.right === right))
      .map((right) => `${right} on ${table}`),
  );
}

const rightOf: Readonly<Record<string, TableRight>> = {
  GetItem: "read",
  BatchGetItem: "read",
  Query: "read",
  Scan: "scan",
  PutItem: "write",
  UpdateItem: "write",
  DeleteItem: "write",
  BatchWriteItem: "write",
  Get: "read",
  // A condition without a write comes with writes only.
  ConditionCheck: "write",
  Put: "write",
  Update: "write",
  Delete: "write",
};

interface Body {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
  readonly StreamArn?: string;
}

function usesOf({ operation, body }: ProxiedRequest, tableOf: ReadonlyMap<string, TableName>): readonly TableUse[] {
  const { TableName, RequestItems, TransactItems, StreamArn } = JSON.parse(body.toString()) as Body;
  const use = (name: string, what: string): TableUse => {
    const table = tableOf.get(name);
    if (table === undefined) throw new Error(`${what} on ${name}, which is no table of the ledger`);
    return { operation: what, table, right: rightOf[what] };
  };
  if (TableName !== undefined) return [use(TableName, operation)];
  if (RequestItems !== undefined) return Object.keys(RequestItems).map((name) => use(name, operation));
  if (TransactItems !== undefined) {
    return TransactItems.flatMap((item) => Object.entries(item).map(([what, { TableName: name }]) => use(name, what)));
  }
  // A function is handed its records; the right to read a stream is nobody's but Lambda's own.
  return StreamArn === undefined ? [] : [use(/:table\/([^/]+)/.exec(StreamArn)?.[1] ?? "", operation)];
}
