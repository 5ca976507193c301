/** Pages of what is read whole and sorted here: a user's sessions, of which there are as many as services, and a session's dead letters. */
import type {
  DeadLetter,
  DeadLetterQuery,
  IntegrationSession,
  SessionQuery,
} from "../../../domain/integrations/index.js";
import type { Page, PageRequest } from "../../../domain/kernel/page.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryAll } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { toRank } from "../../query/rank.js";
import type { TableName } from "../../tables.js";
import { neverPolled } from "./keys.js";

/** All items of a partition, strongly consistent. One request for 1 MB. */
export async function wholePartition(
  db: DynamoDb,
  { table, name, value }: { readonly table: TableName; readonly name: string; readonly value: string },
): Promise<readonly Item[]> {
  if (value === "") return [];
  const items: Item[] = [];
  const found = queryAll(db, table, {
    KeyConditionExpression: "#partition = :partition",
    ExpressionAttributeNames: { "#partition": name },
    ExpressionAttributeValues: { ":partition": value },
    ConsistentRead: true,
    Limit: 1_000,
  });
  for await (const item of found) items.push(item);
  return items;
}

/** One page of the rows by their ranks, which are unique. */
export function sortedPage<Row>(
  rows: readonly Row[],
  { first, after }: PageRequest,
  { rankOf, descending }: { readonly rankOf: (row: Row) => string; readonly descending: boolean },
): Page<Row> {
  const precedes = (one: string, other: string) => (descending ? one > other : one < other);
  const left = rows
    .map((row) => ({ row, cursor: rankOf(row) }))
    .filter(({ cursor }) => after === undefined || precedes(after, cursor))
    .sort((one, other) => (precedes(one.cursor, other.cursor) ? -1 : 1));
  return { rows: left.slice(0, first), hasMore: left.length > first };
}

/** Where a session is among those of its user. */
export function sessionRank(order: SessionQuery["order"]) {
  return ({ serviceType, lastPollAt = neverPolled }: IntegrationSession): string =>
    order === "BY_SERVICE" ? serviceType : toRank(lastPollAt, serviceType);
}

export function deadLetterRank({ at, deadLetterId }: DeadLetter): string {
  return toRank(at, deadLetterId);
}

export function isWantedLetter({ status }: DeadLetter, { statuses }: DeadLetterQuery): boolean {
  return statuses === undefined || statuses.includes(status);
}
