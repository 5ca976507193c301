/** What workers can claim, from the sparse indexes of the runs: moments behind, so that the ledger decides who has it. */
import type { Candidate, Strategy } from "../../../domain/research/index.js";
import { strategies } from "../../../domain/research/index.js";
import { isInScope } from "../../../domain/kernel/scope.js";
import type { Scope } from "../../../domain/kernel/scope.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { toMilliseconds } from "../../../domain/kernel/time.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryPage } from "../../dynamodb/query.js";
import type { LimitedQuery } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { claimStrategy, claimType } from "./keys.js";

/** Rows that one call looks at, at most, all types together; and the rows of a page. */
export const examinedAtMost = 1_000;
/** Rows that are looked at for one round of messages, at most. */
const undispatchedAtMost = 20_000;
/** Where few rows match, pages of this many are asked for at once. */
export const pageAtLeast = 100;
/** Names that the engine takes in one list. */
const namesAtMost = 100;

export interface Ranked extends Candidate {
  readonly rank: number;
  readonly dispatchedAt?: Instant | undefined;
}

/** Many rows are looked at until there are enough: those that nobody hears of must not stay behind those that are told. */
export async function listUndispatched(db: DynamoDb, before: Instant, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { requestId, queuedAt, dispatchedAt } of claimable(db, ofStrategy("SQS"), {
    page: Math.max(limit, pageAtLeast),
    examined: undispatchedAtMost,
  })) {
    if (queuedAt >= before || (dispatchedAt !== undefined && dispatchedAt >= before)) continue;
    found.push(requestId);
    if (found.length >= limit) break;
  }
  return found;
}

/** Since when the request waits that has waited longest. */
export async function oldestPending(
  db: DynamoDb,
  { strategy, scope }: { readonly strategy?: Strategy | undefined; readonly scope: Scope },
): Promise<Instant | undefined> {
  const asked = strategy === undefined ? strategies : [strategy];
  const found = await Promise.all(
    asked.map(async (one) => {
      let oldest: Instant | undefined;
      const rows = claimable(db, ofStrategy(one), {
        page: pageAtLeast,
        examined: Math.floor(examinedAtMost / asked.length),
      });
      for await (const { projectId, queuedAt, rank } of rows) {
        // A rank is never behind the time of queueing: what follows cannot be older.
        if (oldest !== undefined && rank >= toMilliseconds(oldest)) break;
        if (isInScope(scope, [projectId]) && (oldest === undefined || queuedAt < oldest)) oldest = queuedAt;
      }
      return oldest;
    }),
  );
  const [oldest] = found.filter((at) => at !== undefined).sort();
  return oldest;
}

export interface Partition {
  readonly index: "ClaimIndex" | "ClaimTypeIndex";
  readonly name: string;
  readonly value: string;
}

export const ofStrategy = (strategy: Strategy): Partition => ({
  index: "ClaimIndex",
  name: "claim_strategy",
  value: claimStrategy(strategy),
});

export const ofType = (strategy: Strategy, requestType: string): Partition => ({
  index: "ClaimTypeIndex",
  name: "claim_type",
  value: claimType(strategy, requestType),
});

/** A row's place in its partition. */
export interface Place {
  readonly rank: number;
  readonly requestId: string;
}

interface ReadOptions {
  /** Rows of the first page. Who needs another has met many that do not match: later pages are as large as may be. */
  readonly page: number;
  /** Rows that are looked at, at most. */
  readonly examined: number;
  readonly after?: Place | undefined;
  /** Projects that the engine leaves out, so far as it takes their names. */
  readonly without?: readonly string[] | undefined;
}

/** The rows of a partition by rank, up to so many. */
async function* claimable(
  db: DynamoDb,
  partition: Partition,
  options: ReadOptions,
): AsyncGenerator<Ranked, void, void> {
  for await (const { rows } of claimablePages(db, partition, options)) yield* rows;
}

/** The pages of a partition by rank, each with the place of the last row that was looked at; none where nothing is behind it. */
export async function* claimablePages(
  db: DynamoDb,
  { index, name, value }: Partition,
  { page, examined, after, without = [] }: ReadOptions,
): AsyncGenerator<{ readonly rows: readonly Ranked[]; readonly last: Place | undefined }, void, void> {
  const names = Object.fromEntries(without.slice(0, namesAtMost).map((project, n) => [`:without${n}`, project]));
  const filter = Object.keys(names).length === 0 ? undefined : `NOT #project IN (${Object.keys(names).join(", ")})`;
  const toKey = ({ rank, requestId }: Place) => ({ request_id: requestId, [name]: value, claim_rank: rank });
  let from = after;
  let left = examined;
  let next = page;
  while (left > 0) {
    const limit = Math.max(1, Math.min(next, left, examinedAtMost));
    const query: LimitedQuery = {
      IndexName: index,
      KeyConditionExpression: "#partition = :partition",
      FilterExpression: filter,
      ExpressionAttributeNames: {
        "#partition": name,
        ...(filter === undefined ? {} : { "#project": "project_id" }),
      },
      ExpressionAttributeValues: { ":partition": value, ...names },
      ExclusiveStartKey: from && toKey(from),
      Limit: limit,
    };
    const { Items = [], LastEvaluatedKey } = await queryPage(db, "market_intelligence_runs", query);
    from = LastEvaluatedKey === undefined ? undefined : toRowPlace(LastEvaluatedKey);
    yield { rows: Items.map(toRanked), last: from };
    if (from === undefined) return;
    left -= limit;
    next = examinedAtMost;
  }
}

function toRowPlace(key: Item): Place {
  const { claim_rank: rank, request_id: requestId } = key as {
    readonly claim_rank: number;
    readonly request_id: string;
  };
  return { rank, requestId };
}

function toRanked(item: Item): Ranked {
  const row = item as {
    readonly request_id: string;
    readonly project_id: string;
    readonly request_type: string;
    readonly queued_at: Instant;
    readonly claim_rank: number;
    readonly dispatched_at?: Instant;
  };
  return {
    requestId: row.request_id,
    projectId: row.project_id,
    requestType: row.request_type,
    queuedAt: row.queued_at,
    rank: row.claim_rank,
    dispatchedAt: row.dispatched_at,
  };
}
