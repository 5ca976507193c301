/** How much DynamoDB keeps, by its own rules: names and values of attributes, once in the table and once in each index that has the item. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import type { IndexDefinition, TableDefinition } from "../src/store/tables.js";
import { tableNames, tables } from "../src/store/tables.js";

type Item = Readonly<Record<string, unknown>>;

/** Bytes of all tables and their indexes, without the hundred for each item that are charged beside them. */
export async function bytesKept(db: DynamoDb): Promise<number> {
  let bytes = 0;
  for (const name of tableNames) {
    let from: Record<string, unknown> | undefined;
    do {
      const page = await db.client.send(
        new ScanCommand({ TableName: db.tableName(name), Limit: 1_000, ...(from && { ExclusiveStartKey: from }) }),
      );
      for (const item of page.Items ?? []) bytes += bytesOfItem(tables[name], item);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }
  return bytes;
}

function bytesOfItem(table: TableDefinition, item: Item): number {
  const copies = table.indexes.filter((index) => keysOf(index).every((name) => item[name] !== undefined));
  return [item, ...copies.map((index) => projected(table, index, item))].reduce((sum, copy) => sum + bytesOf(copy), 0);
}

function projected(table: TableDefinition, index: IndexDefinition, item: Item): Item {
  if (index.projection === "ALL") return item;
  const names = new Set([...keysOf(table), ...keysOf(index), ...index.projection]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

const keysOf = ({ partitionKey, sortKey }: Pick<IndexDefinition, "partitionKey" | "sortKey">) =>
  [partitionKey, sortKey].flatMap((key) => key?.name ?? []);

/** About: a number is taken for half of its digits and one, a list or map for three bytes and one more for each value. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return 1 + Math.ceil(String(value).length / 2);
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + bytesOf(one), 3);
  if (value instanceof Set) return [...value].reduce((sum: number, one) => sum + bytesOf(one), 3);
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, one]) => sum + Buffer.byteLength(name) + bytesOf(one), 0);
}
