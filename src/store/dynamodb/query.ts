/** Query, page by page. Every query has a limit: without one the embedded engine holds up all others for a megabyte. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput, QueryCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { rethrow } from "./faults.js";
import type { Item } from "./rowWrite.js";

/** A query as the SDK takes it. `Limit` is the size of a page, not of the answer. */
export type LimitedQuery = Omit<QueryCommandInput, "TableName"> & { readonly Limit: number };

/** One page as the engine answers it, with the key where the next one begins. */
export function queryPage(db: DynamoDb, table: TableName, query: LimitedQuery): Promise<QueryCommandOutput> {
  return db.client.send(new QueryCommand({ ...query, TableName: db.tableName(table) })).catch(rethrow);
}

async function* outputs(
  db: DynamoDb,
  table: TableName,
  query: LimitedQuery,
): AsyncGenerator<QueryCommandOutput, void, void> {
  let from = query.ExclusiveStartKey;
  do {
    const output: QueryCommandOutput = await queryPage(db, table, { ...query, ExclusiveStartKey: from });
    yield output;
    from = output.LastEvaluatedKey;
  } while (from !== undefined);
}

/** The pages of a query, each read when it is asked for. A page may be empty though another follows. */
export async function* queryPages(
  db: DynamoDb,
  table: TableName,
  query: LimitedQuery,
): AsyncGenerator<readonly Item[], void, void> {
  for await (const { Items = [] } of outputs(db, table, query)) yield Items;
}

/** How many items a query has, summed over its pages, up to `atMost`. Costs as much as reading them. */
export async function queryCount(
  db: DynamoDb,
  table: TableName,
  query: LimitedQuery,
  atMost = Infinity,
): Promise<number> {
  let total = 0;
  for await (const { Count = 0 } of outputs(db, table, { ...query, Select: "COUNT" })) {
    total += Count;
    if (total >= atMost) return atMost;
  }
  return total;
}

/** The items of a query, in order. */
export async function* queryAll(db: DynamoDb, table: TableName, query: LimitedQuery): AsyncGenerator<Item, void, void> {
  for await (const page of queryPages(db, table, query)) yield* page;
}
