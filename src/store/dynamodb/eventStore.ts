/** The log in DynamoDB: one transaction for each append, one Query page at a time for each read. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, ScanCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { ScanCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { EventCodec } from "../../domain/kernel/codec.js";
import { UnavailableError, VersionConflictError, invalid } from "../../domain/kernel/errors.js";
import { lastVersion } from "../../domain/kernel/event.js";
import type { Commit } from "../../domain/kernel/event.js";
import type { AppendResult, EventStore, ReadOptions } from "../../domain/kernel/eventStore.js";
import type { Clock } from "../../domain/kernel/time.js";
import { judge, outcomeFor, planAppend, toSinglePut, toTransactItem } from "./appendPlan.js";
import type { AppendPlan, FailedCondition } from "./appendPlan.js";
import type { DynamoDb } from "./client.js";
import { cancellationReasons, isContention, isTooLarge, rethrow } from "./faults.js";
import { decodeCommit, fromCommitItem, idempotencyItemKey, toExtent } from "./items.js";
import { queryAll } from "./query.js";
import type { LimitedQuery } from "./query.js";
import { createBackoff } from "./retry.js";
import type { Backoff } from "./retry.js";
import type { Item, ViewWriters } from "./rowWrite.js";

export interface DynamoDbEventStoreDeps {
  readonly db: DynamoDb;
  readonly codec: EventCodec;
  readonly clock: Clock;
  /** How the rows of each inline view are written. */
  readonly views: ViewWriters;
  /** Called in the same step in which an append is known to be in the log. Must not throw. */
  readonly onAppended?: (() => void) | undefined;
  /** Waits before an append that met another writer, or a limit of throughput, is tried again. */
  readonly backoff?: Backoff;
  /** How often an append is tried. @default 8 */
  readonly maxAttempts?: number;
}

const table = "domain-events";
/** A page ends at this many items or at 1 MB, whichever comes first. */
const pageSize = 500;
const defaultBackoff = createBackoff({ baseMilliseconds: 10, capMilliseconds: 1_000 });

/**
 * Creates the store. `expectedVersion` must come from a loaded state, as the command handler's does: DynamoDB is asked
 * whether the place of the commit is free, which it is ahead of the stream's end as well.
 */
export function createDynamoDbEventStore(deps: DynamoDbEventStoreDeps): EventStore {
  const { db, codec, views, clock, onAppended, backoff = defaultBackoff, maxAttempts = 8 } = deps;
  const TableName = db.tableName(table);

  const write = async (plan: AppendPlan): Promise<void> => {
    const single = toSinglePut(db, plan);
    if (single !== undefined) {
      await db.client.send(new PutCommand(single));
      return;
    }
    const items = plan.writes.map((planned) => toTransactItem(db, planned));
    await db.client.send(new TransactWriteCommand({ TransactItems: items }));
  };

  /** Writes; again where it met another write. Returns the conditions that failed, none where all is written. */
  const writeOrFail = async (plan: AppendPlan): Promise<readonly FailedCondition[]> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write(plan);
        return [];
      } catch (error) {
        const failed = failedConditions(plan, error);
        if (failed.length > 0) return failed;
        if (isTooLarge(error)) throw invalid("input", "is too large to be stored at once");
        if (!isContention(error)) rethrow(error);
        if (attempt >= maxAttempts) {
          throw new UnavailableError("the store is too busy; try again", [], { cause: error });
        }
        await backoff(attempt + 1);
      }
    }
  };

  /** Items of one stream, strongly consistent. */
  const query = (
    streamId: string,
    versions: VersionRange,
    options: Pick<LimitedQuery, "Limit" | "ScanIndexForward">,
  ) => {
    const { from, to } = versions;
    return queryAll(db, table, {
      KeyConditionExpression: "#streamId = :streamId AND #version BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#streamId": "streamId", "#version": "version" },
      ExpressionAttributeValues: { ":streamId": streamId, ":from": from, ":to": to },
      ConsistentRead: true,
      ...options,
    });
  };

  /** The newest item of a stream that begins at or before `version`, by one request. */
  const lastUpTo = async (streamId: string, version: number): Promise<Item | undefined> => {
    const items = query(streamId, { from: 0, to: version }, { Limit: 1, ScanIndexForward: false });
    const first = await items.next().catch(rethrow);
    return first.done === true ? undefined : first.value;
  };

  const headVersion = async (streamId: string): Promise<number> => {
    const last = await lastUpTo(streamId, Number.MAX_SAFE_INTEGER);
    if (last === undefined) return 0;
    const { version, n } = toExtent(last);
    return version + n - 1;
  };

  /** The commit that begins before `version` and holds it. */
  const commitAround = async (streamId: string, version: number): Promise<Commit | undefined> => {
    const item = version > 1 ? await lastUpTo(streamId, version - 1) : undefined;
    if (item === undefined) return undefined;
    const commit = fromCommitItem(item, codec);
    return lastVersion(commit) >= version ? commit : undefined;
  };

  const readStream = async function* (
    streamId: string,
    { fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER }: ReadOptions,
  ): AsyncGenerator<Commit, void, void> {
    if (toVersion < fromVersion) return;
    let aligned = false;
    // One more than the range can hold: a page that is full says that there may be another.
    const Limit = Math.min(toVersion - fromVersion + 2, pageSize);
    for await (const item of query(streamId, { from: fromVersion, to: toVersion }, { Limit })) {
      const commit = fromCommitItem(item, codec);
      if (!aligned && commit.version > fromVersion) {
        const around = await commitAround(streamId, fromVersion);
        if (around !== undefined) yield around;
      }
      aligned = true;
      yield commit;
    }
    if (aligned) return;
    const around = await commitAround(streamId, fromVersion);
    if (around !== undefined) yield around;
  };

  const scan = async function* (): AsyncGenerator<Item, void, void> {
    let from: Record<string, unknown> | undefined;
    do {
      const page: ScanCommandOutput = await db.client.send(
        new ScanCommand({ TableName, Limit: pageSize, ConsistentRead: true, ExclusiveStartKey: from }),
      );
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  };

  return {
    // #region append
    async append(request): Promise<AppendResult> {
      const plan = planAppend(request, views, clock.now());
      const written: AppendResult = { positions: plan.outcome, repeated: false };
      if (plan.writes.length === 0) return written;
      const verdict = judge(await writeOrFail(plan));
      if (verdict?.kind === "repeated") return { positions: verdict.outcome, repeated: true };
      if (verdict?.kind === "conflict") {
        const { streamId, expectedVersion } = verdict;
        throw new VersionConflictError(streamId, expectedVersion, await headVersion(streamId));
      }
      onAppended?.();
      return written;
    },
    // #endregion

    readStream: (streamId, options) => translated(readStream(streamId, options ?? {})),

    headVersion,

    async findOutcome(idempotency) {
      const { Item } = await db.client
        .send(new GetCommand({ TableName, Key: idempotencyItemKey(idempotency.key), ConsistentRead: true }))
        .catch(rethrow);
      return Item && outcomeFor(idempotency, Item);
    },

    async *readAll() {
      for await (const item of translated(scan())) {
        const commit = decodeCommit(item, codec);
        if (commit !== undefined) yield commit;
      }
    },
  };
}

/** Both ends included. */
interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** The planned writes whose condition failed, with what was found in their place. */
function failedConditions({ writes }: AppendPlan, error: unknown): readonly FailedCondition[] {
  const reasons =
    error instanceof ConditionalCheckFailedException
      ? [{ Code: "ConditionalCheckFailed", Item: error.Item }]
      : cancellationReasons(error);
  return reasons.flatMap(({ Code, Item }, index) => {
    const write = writes[index];
    return Code === "ConditionalCheckFailed" && write !== undefined ? [{ write, found: Item }] : [];
  });
}

async function* translated<T>(values: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* values;
  } catch (error) {
    rethrow(error);
  }
}
