/** What is due in one part of the index of schedules, oldest first; moments behind the rows. */
import type { DueSession } from "../../../domain/integrations/index.js";
import type { Instant } from "../../../domain/kernel/time.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryPage, queryPages } from "../../dynamodb/query.js";
import type { LimitedQuery } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { isOurs } from "./items.js";

const table = "beya-integration-schedules";

interface DueQuery {
  readonly now: Instant;
  /** In all parts together: all may be in this one. */
  readonly limit: number;
}

/** One request; where services are left out, one for each 1,000 that are read past. */
export async function dueIn(
  db: DynamoDb,
  shard: string,
  { without, ...query }: DueQuery & { readonly without: readonly string[] },
): Promise<readonly DueSession[]> {
  if (without.length === 0) {
    const { Items = [] } = await queryPage(db, table, toQuery(shard, query));
    return Items.filter(isOurs).map(toDueSession);
  }
  const found: DueSession[] = [];
  for await (const page of queryPages(db, table, leavingOut(without, toQuery(shard, { ...query, limit: 1_000 })))) {
    found.push(...page.filter(isOurs).map(toDueSession));
    if (found.length >= query.limit) break;
  }
  return found;
}

function leavingOut(services: readonly string[], query: LimitedQuery): LimitedQuery {
  const values = Object.fromEntries(services.map((service, place) => [`:without${place}`, service]));
  return {
    ...withNames(query, { "#service": "serviceType" }),
    FilterExpression: `NOT (#service IN (${Object.keys(values).join(", ")}))`,
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...values },
  };
}

/** How many are due, up to the limit, and since when the first is. One request for each 1,000. */
export async function overdueIn(
  db: DynamoDb,
  shard: string,
  query: DueQuery,
): Promise<{ readonly sessions: number; readonly oldest?: Instant | undefined }> {
  const places = { ...toQuery(shard, query), ProjectionExpression: "#next, #version" };
  let sessions = 0;
  let oldest: Instant | undefined;
  for await (const page of queryPages(db, table, withNames(places, { "#version": "version" }))) {
    const own = page.filter(isOurs);
    oldest ??= own[0] && String(own[0]["nextPollAt"]);
    sessions += own.length;
    if (sessions >= query.limit) break;
  }
  return { sessions, oldest };
}

function toQuery(shard: string, { now, limit }: DueQuery): LimitedQuery {
  return {
    IndexName: "DueIndex",
    KeyConditionExpression: "#shard = :shard AND #next <= :now",
    ExpressionAttributeNames: { "#shard": "dueShard", "#next": "nextPollAt" },
    ExpressionAttributeValues: { ":shard": shard, ":now": now },
    Limit: Math.min(Math.max(1, limit), 1_000),
  };
}

function withNames(query: LimitedQuery, names: Readonly<Record<string, string>>): LimitedQuery {
  return { ...query, ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...names } };
}

function toDueSession(item: Item): DueSession {
  const row = item as unknown as DueSession;
  const { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version } = row;
  return { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version };
}
