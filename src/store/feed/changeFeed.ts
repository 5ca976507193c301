/** The change feed in `domain-feed`, as its readers see it. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ChangeFeed, EventCodec, FeedEntry } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { rethrow } from "../dynamodb/faults.js";
import { FeedGapError } from "./errors.js";
import { fromFeedItem, fromIndexItem, logKey, streamKey, toExtent } from "./feedItems.js";

export interface DynamoDbChangeFeedDeps {
  readonly db: DynamoDb;
  /** Lifts events that were fed under an older schema. */
  readonly codec: EventCodec;
  readonly logs: number;
}

type Item = Record<string, unknown>;

/**
 * Creates the feed. All reads are strongly consistent, and throw {@link FeedGapError} where a log has a gap. `read` may
 * return some items' events more than its limit; reading on from the last entry costs one request a page.
 */
export function createDynamoDbChangeFeed(deps: DynamoDbChangeFeedDeps): ChangeFeed {
  const { db, codec, logs } = deps;
  /** For each log the highest position that an item is known to end with: behind it, "nothing found" needs no second look. */
  const ends = new Map<number, number>();

  const noteEnd = (log: number, position: number) => {
    ends.set(log, Math.max(position, ends.get(log) ?? 0));
  };

  const query = async (input: Partial<QueryCommandInput>): Promise<{ items: Item[]; next: Item | undefined }> => {
    const { Items, LastEvaluatedKey } = await db.client
      .send(new QueryCommand({ TableName: db.tableName("domain-feed"), ConsistentRead: true, ...input }))
      .catch(rethrow);
    return { items: Items ?? [], next: LastEvaluatedKey };
  };

  /** The newest item of a log that begins at or before `position`. */
  const itemAt = async (log: number, position: number): Promise<Item | undefined> => {
    const { items } = await query({
      KeyConditionExpression: "#log = :log AND #position <= :position",
      ExpressionAttributeNames: { "#log": "log", "#position": "position" },
      ExpressionAttributeValues: { ":log": logKey(log), ":position": position },
      ScanIndexForward: false,
      Limit: 1,
    });
    return items[0];
  };

  const headOf = async (log: number): Promise<number> => {
    const { items } = await query({
      KeyConditionExpression: "#log = :log",
      ProjectionExpression: "#position, #n",
      ExpressionAttributeNames: { "#log": "log", "#position": "position", "#n": "n" },
      ExpressionAttributeValues: { ":log": logKey(log) },
      ScanIndexForward: false,
      Limit: 1,
    });
    if (items[0] === undefined) return 0;
    const { position, n } = toExtent(items[0]);
    noteEnd(log, position + n - 1);
    return position + n - 1;
  };

  /** Entries of the items that begin behind `after`; pages on until `limit` entries are there. */
  const readItems = async (log: number, after: number, limit: number): Promise<FeedEntry[]> => {
    const entries: FeedEntry[] = [];
    let itemsRead = 0;
    let from: Item | undefined;
    do {
      const { items, next } = await query({
        KeyConditionExpression: "#log = :log AND #position > :after",
        ExpressionAttributeNames: { "#log": "log", "#position": "position" },
        ExpressionAttributeValues: { ":log": logKey(log), ":after": after },
        Limit: itemsFor(limit - entries.length, entries.length, itemsRead),
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      for (const item of items) entries.push(...fromFeedItem(item, log, codec));
      itemsRead += items.length;
      from = next;
    } while (from !== undefined && entries.length < limit);
    return entries;
  };

  /** Entries behind `after` of the item that `after` itself is in; none where an item ends with `after`. */
  const restOfItem = async (log: number, after: number): Promise<FeedEntry[]> => {
    if (after === 0 || ends.get(log) === after) return [];
    const item = await itemAt(log, after);
    if (item === undefined) return [];
    const { position, n } = toExtent(item);
    if (position + n - 1 === after) noteEnd(log, after);
    return fromFeedItem(item, log, codec).filter((entry) => entry.position > after);
  };

  const read: ChangeFeed["read"] = async (log, after, limit) => {
    const behind = await readItems(log, after, limit);
    // The usual reader goes on from an item's last event; only one that stands inside an item needs its rest.
    const startsHere = behind[0]?.position === after + 1;
    const entries = startsHere ? behind : [...(await restOfItem(log, after)), ...behind];
    requireContiguous(entries, log, after);
    const last = entries.at(-1);
    if (last !== undefined) noteEnd(log, last.position);
    return entries;
  };

  return {
    logs,
    head: () => Promise.all(Array.from({ length: logs }, (_, log) => headOf(log))),
    read,
    resolve: async (streamId, version) => {
      const { items } = await query({
        KeyConditionExpression: "#log = :stream AND #position <= :version",
        ExpressionAttributeNames: { "#log": "log", "#position": "position" },
        ExpressionAttributeValues: { ":stream": streamKey(streamId), ":version": version },
        ScanIndexForward: false,
        Limit: 1,
      });
      if (items[0] === undefined) return undefined;
      const { position, n, feedLog, feedPosition, heads } = fromIndexItem(items[0]);
      if (version < position || version >= position + n) return undefined;
      return heads.map((head, log) => (log === feedLog ? feedPosition + version - position : head));
    },
  };
}

/** How many items to ask for: a few at first, then as many as the items so far make likely to be needed. */
function itemsFor(wanted: number, entriesRead: number, itemsRead: number): number {
  return itemsRead === 0 ? Math.min(wanted, 4) : Math.ceil((wanted * itemsRead) / entriesRead);
}

function requireContiguous(entries: readonly FeedEntry[], log: number, after: number): void {
  let expected = after + 1;
  for (const { position } of entries) {
    if (position !== expected) throw new FeedGapError(logKey(log), expected, position);
    expected += 1;
  }
}
