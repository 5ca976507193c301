/** Reads several sorted ranges as one sorted list, lazily: pages of any mix of partitions, statuses or incidents. */
import type { DynamoDb } from "../dynamodb/client.js";
import { queryAll } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { TableName } from "../tables.js";

/** Text or number, as the table says; all of one range are of one kind. */
export type SortKey = string | number;

/** A range of one partition of a table or index, and how its items rank in the merged list. */
export interface SortedRange {
  readonly table: TableName;
  readonly index?: string;
  readonly partitionKey: { readonly name: string; readonly value: string };
  /** Both ends included. */
  readonly sortKey: { readonly name: string; readonly from: SortKey; readonly to: SortKey };
  /** Where an item belongs in the merged order: unique, compared as text, in the order of the range's own sort key. */
  rankOf(item: Item): string;
  /** The sort key that an item of this rank has in this range, whether or not the range holds it. */
  sortKeyAt(rank: string): SortKey;
  /** Items of one range may have equal sort keys; they are then put in order of their rank. @default false */
  readonly sortKeyRepeats?: boolean;
  /**
   * For a range that is the only one of its list, and in which very many items may have one sort key: the whole key (of table and
   * index) of the item of a rank. Items of one sort key then come in the order in which the index has them, always the same one,
   * and a page costs as much in the middle of a tie as anywhere. @default they are put in order of their rank, all of one key at once
   */
  keyAt?(rank: string): Item;
  /** Strongly consistent; not for indexes. @default false */
  readonly consistent?: boolean;
}

export interface Ranked {
  readonly rank: string;
  readonly item: Item;
}

export interface MergedQuery {
  readonly ranges: readonly SortedRange[];
  readonly descending: boolean;
  /** How many items of the merged list are likely wanted; sizes the pages of the requests. */
  readonly expected: number;
  /** Only items that rank behind this one. */
  readonly after?: string | undefined;
}

/** The items of all ranges in one order; one that several ranges hold comes once. Sends one request for each range at first, more only as the list is read on. */
export async function* mergedQuery(db: DynamoDb, query: MergedQuery): AsyncGenerator<Ranked, void, void> {
  const { ranges, descending, expected, after } = query;
  const [only] = ranges;
  if (only?.keyAt !== undefined && ranges.length === 1) return yield* readInItsOrder(db, only, query);
  const precedes = (a: string, b: string) => (descending ? a > b : a < b);
  // One range answers a page in one request: the item at `after` and one that shows whether the last has a twin come on top.
  const limit = ranges.length === 1 ? expected + 2 : Math.max(10, Math.ceil((2 * expected) / ranges.length));
  const readers = ranges.map((range) => readRange(db, narrowed(range, query), descending, Math.min(limit, 1_000)));
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  let last = after;
  for (;;) {
    let best: number | undefined;
    for (const [index, head] of heads.entries()) {
      const leader = best === undefined ? undefined : heads[best];
      if (
        head.done !== true &&
        (leader === undefined || leader.done === true || precedes(head.value.rank, leader.value.rank))
      )
        best = index;
    }
    const head = best === undefined ? undefined : heads[best];
    const reader = best === undefined ? undefined : readers[best];
    if (best === undefined || head === undefined || reader === undefined || head.done === true) return;
    const { rank } = head.value;
    if (last === undefined || precedes(last, rank)) {
      last = rank;
      yield head.value;
    }
    heads[best] = await reader.next();
  }
}

/** The part of a range that is left behind `after`. */
function narrowed(range: SortedRange, { after, descending }: MergedQuery): SortedRange {
  if (after === undefined) return range;
  const { sortKey } = range;
  const reached = range.sortKeyAt(after);
  return descending
    ? { ...range, sortKey: { ...sortKey, to: isBefore(reached, sortKey.to) ? reached : sortKey.to } }
    : { ...range, sortKey: { ...sortKey, from: isBefore(sortKey.from, reached) ? reached : sortKey.from } };
}

function isBefore(one: SortKey, other: SortKey): boolean {
  return typeof one === "number" && typeof other === "number" ? one < other : String(one) < String(other);
}

/** The items of a range behind `after`, in the order of the index. */
async function* readInItsOrder(
  db: DynamoDb,
  range: SortedRange,
  query: MergedQuery,
): AsyncGenerator<Ranked, void, void> {
  const { descending, expected, after } = query;
  const rest = narrowed(range, query);
  const { from, to } = rest.sortKey;
  if (isBefore(to, from)) return;
  // The key to begin behind must lie in what is asked for.
  const isInside = after !== undefined && range.sortKeyAt(after) === (descending ? to : from);
  const startKey = isInside ? range.keyAt?.(after) : undefined;
  for await (const item of readItems(db, rest, descending, Math.min(expected + 1, 1_000), startKey)) {
    yield { rank: range.rankOf(item), item };
  }
}

async function* readRange(
  db: DynamoDb,
  range: SortedRange,
  descending: boolean,
  limit: number,
): AsyncGenerator<Ranked, void, void> {
  const { sortKey } = range;
  let tied: Ranked[] = [];
  let tiedAt: unknown;
  const inOrder = () => tied.sort((a, b) => (a.rank < b.rank === descending ? 1 : -1));
  // DynamoDB refuses a BETWEEN whose ends are the wrong way round.
  if (isBefore(sortKey.to, sortKey.from)) return;
  for await (const item of readItems(db, range, descending, limit)) {
    const ranked = { rank: range.rankOf(item), item };
    if (range.sortKeyRepeats !== true) {
      yield ranked;
      continue;
    }
    if (item[sortKey.name] !== tiedAt) {
      yield* inOrder();
      tied = [];
      tiedAt = item[sortKey.name];
    }
    tied.push(ranked);
  }
  yield* inOrder();
}

function readItems(
  db: DynamoDb,
  range: SortedRange,
  descending: boolean,
  limit: number,
  startKey?: Item,
): AsyncIterable<Item> {
  const { table, index, partitionKey, sortKey, consistent } = range;
  return queryAll(db, table, {
    IndexName: index,
    KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#partition": partitionKey.name, "#sort": sortKey.name },
    ExpressionAttributeValues: { ":partition": partitionKey.value, ":from": sortKey.from, ":to": sortKey.to },
    ScanIndexForward: !descending,
    ConsistentRead: consistent === true ? true : undefined,
    ExclusiveStartKey: startKey,
    Limit: limit,
  });
}
