/** Reads many items by their keys: the one place that knows chunks, doubles, order and what DynamoDB leaves undone. */
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { UnavailableError } from "../../domain/kernel/errors.js";
import type { TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { rethrow } from "./faults.js";
import { createBackoff } from "./retry.js";
import type { Backoff } from "./retry.js";
import { primaryKeyOf } from "./rowWrite.js";
import type { Item } from "./rowWrite.js";

export interface BatchGetOptions {
  /** Strongly consistent. @default false */
  readonly consistent?: boolean;
  /** Names of the attributes wanted besides the key. @default all */
  readonly projection?: readonly string[];
  /** Waits before unprocessed keys are asked for again. */
  readonly backoff?: Backoff;
}

/** The most that one BatchGetItem takes. */
const chunkSize = 100;
/** So many answers in a row that hold nothing new end the matter. */
const maxFruitless = 8;
const defaultBackoff = createBackoff({ baseMilliseconds: 20, capMilliseconds: 2_000 });

/**
 * The items of `keys`, in their order, undefined for one that does not exist. A key that comes twice is read once; no keys,
 * no request. Throws {@link UnavailableError} where DynamoDB keeps leaving keys unprocessed.
 */
export async function batchGet(
  db: DynamoDb,
  table: TableName,
  keys: readonly Item[],
  options: BatchGetOptions = {},
): Promise<readonly (Record<string, unknown> | undefined)[]> {
  const identityOf = (item: Item) => JSON.stringify(Object.values(primaryKeyOf(table, item)));
  const wanted = [...new Map(keys.map((key) => [identityOf(key), primaryKeyOf(table, key)])).values()];
  const chunks = Array.from({ length: Math.ceil(wanted.length / chunkSize) }, (_, index) =>
    wanted.slice(index * chunkSize, (index + 1) * chunkSize),
  );
  const found = new Map<string, Record<string, unknown>>();
  const read = async (chunk: readonly Item[]) => {
    for (const item of await getChunk(db, table, chunk, options)) found.set(identityOf(item), item);
  };
  await Promise.all(chunks.map(read));
  return keys.map((key) => found.get(identityOf(key)));
}

async function getChunk(
  db: DynamoDb,
  table: TableName,
  keys: readonly Item[],
  { consistent, projection, backoff = defaultBackoff }: BatchGetOptions,
): Promise<readonly Record<string, unknown>[]> {
  const TableName = db.tableName(table);
  const items: Record<string, unknown>[] = [];
  let pending = keys.map((key) => ({ ...key }));
  for (let fruitless = 0; pending.length > 0;) {
    const request = { Keys: pending, ConsistentRead: consistent === true, ...projected(table, projection) };
    const { Responses, UnprocessedKeys } = await db.client
      .send(new BatchGetCommand({ RequestItems: { [TableName]: request } }))
      .catch(rethrow);
    const answered = Responses?.[TableName] ?? [];
    items.push(...answered);
    const left = UnprocessedKeys?.[TableName]?.Keys ?? [];
    fruitless = left.length < pending.length ? 0 : fruitless + 1;
    if (fruitless >= maxFruitless) throw new UnavailableError("the store keeps leaving reads undone; try again");
    pending = left;
    if (pending.length > 0) await backoff(fruitless + 2);
  }
  return items;
}

/** The expression that asks for some attributes; always with the key, by which answers are told apart. */
function projected(table: TableName, projection: readonly string[] | undefined) {
  if (projection === undefined) return {};
  const names = [...new Set([...Object.keys(primaryKeyOf(table, {})), ...projection])];
  return {
    ProjectionExpression: names.map((_, index) => `#a${index}`).join(", "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
  };
}
