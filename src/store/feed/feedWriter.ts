/**
 * Writes commits to the feed: each once, each stream without a gap, and the checkpoint of the shard they came from, where
 * there is one, in the same transaction, so that a crash at any point neither loses nor doubles an event.
 */
import { LRUCache } from "lru-cache";
import { lastVersion } from "../../domain/kernel/index.js";
import type {
  ChangeFeed,
  Clock,
  Commit,
  EventStore,
  FeedEntry,
  FeedPosition,
  Lease,
} from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { UnreadableItemError } from "../dynamodb/items.js";
import type { TransactItem } from "../processing/fence.js";
import { FeedConflictError, FeedGapError } from "./errors.js";
import { logKey } from "./feedItems.js";
import { createFeedPlan } from "./feedPlan.js";
import type { FeedPlan, PlannedFeed } from "./feedPlan.js";
import { writeToFeed } from "./feedTransaction.js";
import { lastFedVersion } from "./lastFed.js";
import type { ShardCheckpoint, ShardCheckpoints } from "./shardCheckpoints.js";

/** A commit that may have to be fed, and the stream record that it came with. */
export interface FeedRecord {
  /** Absent where the commit was read from the log. */
  readonly sequenceNumber?: string;
  /** Absent where the record holds no commit. */
  readonly commit?: Commit | undefined;
}

export interface FeedWriterDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly checkpoints: ShardCheckpoints;
  readonly clock: Clock;
  /** Called with the entries of one log as soon as they are in the feed. */
  readonly onFed: (log: number, entries: readonly FeedEntry[]) => void;
  /**
   * "several": there may be writers without a lease, so each transaction checks where every log of the feed ends, and the feed stays
   * one order over all its logs. @default "one": whoever holds the lease
   */
  readonly writers?: "one" | "several" | undefined;
  /**
   * Told of a commit that cannot be fed, because it or what comes before it cannot be read: it and what follows in its stream are
   * passed over to the end of the call. @default `write` throws
   */
  readonly onHeldUp?: ((commit: Commit, error: Error) => void) | undefined;
  /**
   * Called where another feeder was faster, with how often that was since something was last written. Where it resolves, `write` reads
   * where the feed stands by then, and goes on with what is left of its transaction. @default `write` throws the conflict
   */
  readonly onConflict?: ((conflict: FeedConflictError, times: number) => Promise<void>) | undefined;
  /** Of how many streams the last fed version is remembered. @default 10,000 */
  readonly remembered?: number;
}

export interface FeedWriter {
  /**
   * Forgets what it remembers of the feed, and loads where the feed stands; from then on it writes under `lease`, or without
   * one. To be called first, and after every failure.
   */
  reload(lease: Lease | undefined): Promise<void>;
  /** As `reload` after a conflict, where only the heads of the feed and what turned out to be there are forgotten. */
  reloadAfter(conflict: FeedConflictError): Promise<void>;
  /** Looks up how far the streams are fed, many at a time: one request for each that is not known. */
  prepare(commits: readonly Commit[]): Promise<void>;
  /** Whether it is known that the commit is in the feed. No request. */
  knowsAsFed(commit: Commit): boolean;
  /**
   * Feeds what is not in the feed yet, in order, with what is missing before it in its stream. Moves `checkpoint` on to the
   * last record, and returns it as it then is. Throws {@link LeaseLostError} where another process is the feeder,
   * {@link FeedConflictError} where the feed is not as it was read, and {@link FeedGapError} where the log itself lacks a
   * version.
   */
  write(
    records: Iterable<FeedRecord> | AsyncIterable<FeedRecord>,
    checkpoint?: ShardCheckpoint,
  ): Promise<ShardCheckpoint | undefined>;
  /** Where the feed stands, as far as this writer knows. Empty before the first `reload`. */
  position(): FeedPosition;
}

/** Creates the writer. It is used by one caller at a time. */
export function createFeedWriter(deps: FeedWriterDeps): FeedWriter {
  const { db, feed, eventStore, checkpoints, clock, onFed } = deps;
  const TableName = db.tableName("domain-feed");
  const lastFed = new LRUCache<string, number>({ max: deps.remembered ?? 10_000 });
  let heads: FeedPosition = [];
  let lease: Lease | undefined;
  /** Streams whose index was in the last transaction, by the place of their items in it. */
  let sent: readonly (string | undefined)[] = [];
  /**
   * At the tail of the stream a stream's first commit is new, which saves a request; where it is not, the transaction is
   * refused, and until the next success every stream is looked up.
   */
  let assumeNew = false;

  const requireLease = (): Lease => {
    if (lease === undefined) throw new Error("checkpoints of shards move under a lease only");
    return lease;
  };

  const isAssumedNew = ({ version }: Commit) => assumeNew && version === 1;

  /** The last version of the commit's stream that is in the feed or in the plan. */
  const versionBefore = async (
    { streamId }: Commit,
    planned: ReadonlyMap<string, number>,
    isNew: boolean,
  ): Promise<number> => {
    const known = planned.get(streamId) ?? lastFed.get(streamId);
    if (known !== undefined) return known;
    if (isNew) return 0;
    const fed = await lastFedVersion(db, streamId);
    lastFed.set(streamId, fed);
    return fed;
  };

  // #region due
  /** The commits to feed for `commit`: none where it was fed; else what is missing before it, and itself. */
  async function* due(commit: Commit, fed: number): AsyncGenerator<Commit, void, void> {
    if (lastVersion(commit) <= fed) return;
    let version = fed;
    if (commit.version > version + 1) {
      for await (const missing of eventStore.readStream(commit.streamId, { fromVersion: version + 1 })) {
        if (missing.version >= commit.version) break;
        if (missing.version !== version + 1)
          throw new FeedGapError(`log, ${commit.streamId}`, version + 1, missing.version);
        yield missing;
        version = lastVersion(missing);
      }
    }
    if (commit.version !== version + 1) throw new FeedGapError(`log, ${commit.streamId}`, version + 1, commit.version);
    yield commit;
  }
  // #endregion

  const send = async (
    planned: PlannedFeed,
    commits: readonly Commit[],
    from: ShardCheckpoint | undefined,
    to: ShardCheckpoint | undefined,
  ): Promise<void> => {
    const isNew = { ConditionExpression: "attribute_not_exists(#log)", ExpressionAttributeNames: { "#log": "log" } };
    const puts = [...planned.feedItems, ...planned.indexItems].map((Item) => ({ Put: { TableName, Item, ...isNew } }));
    const moves = to === undefined ? [] : [{ Put: checkpoints.toPut(from, to) }];
    sent = [...planned.feedItems.map(() => undefined), ...commits.map(({ streamId }) => streamId)];
    await writeToFeed(db, lease, [...puts, ...moves, ...(deps.writers === "several" ? checksOf(planned) : [])]);
  };

  /** The condition that the logs which a transaction does not write to end where this writer has them. */
  const checksOf = ({ feedItems }: PlannedFeed): TransactItem[] => {
    const written = new Set(feedItems.map(({ log }) => log));
    return heads.flatMap((head, index): readonly TransactItem[] => {
      const log = logKey(index);
      if (written.has(log)) return [];
      const nothingBehind = "attribute_not_exists(#log)";
      return [
        {
          ConditionCheck: {
            TableName,
            Key: { log, position: head + 1 },
            ConditionExpression: nothingBehind,
            ExpressionAttributeNames: { "#log": "log" },
          },
        },
      ];
    });
  };

  /** Writes the plan and moves the checkpoint to `reached`, where it is given. Returns the checkpoint as it then is. */
  const commitPlan = async (
    plan: FeedPlan,
    versions: ReadonlyMap<string, number>,
    checkpoint: ShardCheckpoint | undefined,
    reached: string | undefined,
  ): Promise<ShardCheckpoint | undefined> => {
    const moved =
      checkpoint !== undefined && reached !== undefined && reached !== checkpoint.sequenceNumber
        ? { ...checkpoint, sequenceNumber: reached, at: clock.now() }
        : undefined;
    if (plan.commits > 0) {
      const planned = plan.build(heads);
      await send(planned, plan.planned, checkpoint, moved);
      heads = planned.heads;
      assumeNew = true;
      for (const [streamId, version] of versions) lastFed.set(streamId, Math.max(version, lastFed.get(streamId) ?? 0));
      for (const entries of planned.entries) if (entries[0] !== undefined) onFed(entries[0].log, entries);
    } else if (moved !== undefined) {
      await checkpoints.save(requireLease(), checkpoint, moved);
    }
    return moved ?? checkpoint;
  };

  const newPlan = () => createFeedPlan(feed.logs, { checked: deps.writers === "several" });

  const reloadAfter = async ({ taken }: FeedConflictError): Promise<void> => {
    for (const streamId of taken.map((index) => sent[index])) if (streamId !== undefined) lastFed.delete(streamId);
    assumeNew = false;
    heads = await feed.head();
  };

  const prepare = async (commits: readonly Commit[]): Promise<void> => {
    const lowest = new Map<string, Commit>();
    for (const commit of commits)
      if ((lowest.get(commit.streamId)?.version ?? Infinity) > commit.version) lowest.set(commit.streamId, commit);
    const unknown = [...lowest.values()].filter((commit) => !lastFed.has(commit.streamId) && !isAssumedNew(commit));
    for (let from = 0; from < unknown.length; from += atOnce)
      await Promise.all(unknown.slice(from, from + atOnce).map((commit) => versionBefore(commit, new Map(), false)));
  };

  /** What another feeder has left of a plan. It fits into one transaction as the whole plan did. */
  const leftOf = async ({ planned }: FeedPlan): Promise<FeedPlan> => {
    await prepare(planned);
    const left = newPlan();
    for (const commit of planned)
      if (lastVersion(commit) > (await versionBefore(commit, new Map(), false))) left.add(commit);
    return left;
  };

  /** As `commitPlan`, which it tries again for as long as `onConflict` lets it. */
  const commitAll = async (whole: FeedPlan, ...rest: Tail<Parameters<typeof commitPlan>>) => {
    let plan = whole;
    for (let times = 1; ; times += 1) {
      try {
        return await commitPlan(plan, ...rest);
      } catch (error) {
        if (deps.onConflict === undefined || !(error instanceof FeedConflictError)) throw error;
        await deps.onConflict(error, times);
        await reloadAfter(error);
        plan = await leftOf(plan);
      }
    }
  };

  return {
    position: () => heads,
    reload: async (held) => {
      lease = held;
      lastFed.clear();
      assumeNew = false;
      heads = await feed.head();
    },
    reloadAfter,
    prepare,
    knowsAsFed: (commit) => (lastFed.get(commit.streamId) ?? 0) >= lastVersion(commit),
    write: async (records, checkpoint) => {
      const isTail = checkpoint !== undefined || lease === undefined;
      const heldUp = new Set<string>();
      let plan = newPlan();
      let versions = new Map<string, number>();
      let current = checkpoint;
      let reached: string | undefined;

      const add = async (commit: Commit): Promise<void> => {
        const fed = await versionBefore(commit, versions, isTail && isAssumedNew(commit));
        for await (const next of due(commit, fed)) {
          if (!plan.add(next)) {
            current = await commitAll(plan, versions, current, reached);
            plan = newPlan();
            versions = new Map();
            plan.add(next);
          }
          versions.set(next.streamId, lastVersion(next));
        }
      };

      // In order: a commit may be fed only behind everything that came before it in its stream.
      for await (const { sequenceNumber, commit } of records) {
        if (commit !== undefined && !heldUp.has(commit.streamId)) {
          try {
            await add(commit);
          } catch (error) {
            if (deps.onHeldUp === undefined || !isOfStream(error)) throw error;
            heldUp.add(commit.streamId);
            deps.onHeldUp(commit, error);
          }
        }
        reached = sequenceNumber ?? reached;
      }
      return commitAll(plan, versions, current, reached);
    },
  };
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

/** Streams that are looked up at a time. */
const atOnce = 32;

/** Whether an error is about one stream, and says nothing of the others. */
function isOfStream(error: unknown): error is FeedGapError | UnreadableItemError {
  return error instanceof FeedGapError || error instanceof UnreadableItemError;
}
