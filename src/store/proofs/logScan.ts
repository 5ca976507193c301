/** The log as it is stored, read from end to end: stream by stream, and the idempotency records between them. */
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";
import { isCommitItem } from "../dynamodb/items.js";
import { queryPages } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { TableName } from "../tables.js";

/** The items of one stream in order, as far as one look shows them. */
export interface StoredStream {
  readonly streamId: string;
  readonly items: readonly Item[];
}

interface LogPart {
  /** A stream, or an idempotency record alone in its own. */
  readonly stream: StoredStream;
  /** Where to go on behind it. */
  readonly after: Item;
}

const pageSize = 500;

/** Every item of a table, page by page, strongly consistent; behind `after` where it is given. */
export async function* scanPages(
  db: DynamoDb,
  table: TableName,
  options: {
    readonly after?: Item | undefined;
    readonly attributes?: readonly string[] | undefined;
    readonly limit?: number;
  } = {},
): AsyncGenerator<{ readonly items: readonly Item[]; readonly next: Item | undefined }, void, void> {
  const { attributes, limit = pageSize } = options;
  const projection =
    attributes === undefined
      ? {}
      : {
          ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
        };
  let from: Record<string, unknown> | undefined = options.after && { ...options.after };
  do {
    const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Record<string, unknown> | undefined } =
      await db.client.send(
        new ScanCommand({
          TableName: db.tableName(table),
          Limit: limit,
          ConsistentRead: true,
          ExclusiveStartKey: from,
          ...projection,
        }),
      );
    from = page.LastEvaluatedKey;
    yield { items: page.Items ?? [], next: from };
  } while (from !== undefined);
}

/** The streams of the log one after the other, behind `after`. One request for each 500 items or 1 MB. */
async function* scanLog(db: DynamoDb, after?: Item): AsyncGenerator<LogPart, void, void> {
  let items: Item[] = [];
  const part = (): LogPart => {
    const last = items.at(-1) ?? {};
    return {
      stream: { streamId: String(last["streamId"]), items },
      after: { streamId: last["streamId"], version: last["version"] },
    };
  };
  for await (const page of scanPages(db, "domain-events", { after })) {
    for (const item of page.items) {
      if (items.length > 0 && items[0]?.["streamId"] !== item["streamId"]) {
        yield part();
        items = [];
      }
      items.push(item);
    }
  }
  if (items.length > 0) yield part();
}

/** Streams and idempotency records that are looked at together, so that reads go side by side. */
export interface LogGroup {
  readonly streams: readonly StoredStream[];
  readonly records: readonly Item[];
  /** Where to go on behind them. */
  readonly after: Item;
}

/** How many streams, and how many items, make a group; a stream is never split. */
const groupLimits = { streams: 24, items: 1_000 } as const;

/** The log in groups, behind `after`. Memory is bounded by the largest stream. */
export async function* scanGroups(db: DynamoDb, after?: Item): AsyncGenerator<LogGroup, void, void> {
  let [streams, records]: [StoredStream[], Item[]] = [[], []];
  let items = 0;
  let last: Item = {};
  for await (const part of scanLog(db, after)) {
    const { stream } = part;
    const isRecord = stream.items.every((item) => !isCommitItem(item) && item["kind"] === "idempotency");
    if (isRecord) records.push(...stream.items);
    else streams.push(stream);
    items += stream.items.length;
    last = part.after;
    if (streams.length < groupLimits.streams && items < groupLimits.items) continue;
    yield { streams, records, after: last };
    [streams, records, items] = [[], [], 0];
  }
  if (items > 0) yield { streams, records, after: last };
}

/** One stream as it is now. One request for each 500 items or 1 MB. */
export async function readStored(db: DynamoDb, streamId: string): Promise<StoredStream> {
  return { streamId, items: await partition(db, "domain-events", { name: "streamId", value: streamId }) };
}

/** All items of a partition, strongly consistent. */
export async function partition(
  db: DynamoDb,
  table: TableName,
  key: { readonly name: string; readonly value: string },
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const pages = queryPages(db, table, {
    KeyConditionExpression: "#key = :key",
    ExpressionAttributeNames: { "#key": key.name },
    ExpressionAttributeValues: { ":key": key.value },
    ConsistentRead: true,
    Limit: pageSize,
  });
  for await (const page of pages) items.push(...page);
  return items;
}

/** The last item of a stream that begins at `upTo` or before; undefined where there is none. One request. */
export async function itemUpTo(db: DynamoDb, streamId: string, upTo: number): Promise<Item | undefined> {
  const { Items } = await db.client.send(
    new QueryCommand({
      TableName: db.tableName("domain-events"),
      KeyConditionExpression: "#streamId = :streamId AND #version <= :upTo",
      ExpressionAttributeNames: { "#streamId": "streamId", "#version": "version" },
      ExpressionAttributeValues: { ":streamId": streamId, ":upTo": upTo },
      ...lastOne,
    }),
  );
  return Items?.[0];
}

const lastOne = { ConsistentRead: true, ScanIndexForward: false, Limit: 1 } as const;

/** First version and number of events of a stream's last item; undefined for an unknown stream. One request. */
export async function lastExtent(
  db: DynamoDb,
  streamId: string,
): Promise<{ readonly version: number; readonly n: number } | undefined> {
  const { Items } = await db.client.send(
    new QueryCommand({
      TableName: db.tableName("domain-events"),
      KeyConditionExpression: "#streamId = :streamId",
      ProjectionExpression: "#version, #n",
      ExpressionAttributeNames: { "#streamId": "streamId", "#version": "version", "#n": "n" },
      ExpressionAttributeValues: { ":streamId": streamId },
      ...lastOne,
    }),
  );
  const last = Items?.[0];
  return last && { version: Number(last["version"]), n: Number(last["n"] ?? 1) };
}
