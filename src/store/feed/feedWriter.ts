/**
 * Writes commits to the feed: each once, each stream without a gap, and the checkpoint of the shard they came from in the
 * same transaction, so that a crash at any point neither loses nor doubles an event.
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
import { FeedGapError } from "./errors.js";
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
  /** Of how many streams the last fed version is remembered. @default 10,000 */
  readonly remembered?: number;
}

export interface FeedWriter {
  /**
   * Forgets what it remembers of the feed, and loads where the feed stands; from then on it writes under `lease`. To be
   * called first, and after every failure.
   */
  reload(lease: Lease): Promise<void>;
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
  /** Where the feed stands, as far as this writer knows. */
  position(): FeedPosition;
}

/** Creates the writer. It is used by one caller at a time. */
export function createFeedWriter(deps: FeedWriterDeps): FeedWriter {
  const { db, feed, eventStore, checkpoints, clock, onFed } = deps;
  const TableName = db.tableName("domain-feed");
  const lastFed = new LRUCache<string, number>({ max: deps.remembered ?? 10_000 });
  let heads: FeedPosition = [];
  let lease: Lease | undefined;
  /**
   * At the tail of the stream a stream's first commit is new, which saves a request; where it is not, the transaction is
   * refused, and until the next success every stream is looked up.
   */
  let assumeNew = false;

  const requireLease = (): Lease => {
    if (lease === undefined) throw new Error("the feed writer was not loaded");
    return lease;
  };

  /** The last version of the commit's stream that is in the feed or in the plan. */
  const versionBefore = async (
    { streamId, version: first }: Commit,
    planned: ReadonlyMap<string, number>,
    assumeNew: boolean,
  ): Promise<number> => {
    const known = planned.get(streamId) ?? lastFed.get(streamId);
    if (known !== undefined) return known;
    if (assumeNew && first === 1) return 0;
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
    from: ShardCheckpoint | undefined,
    to: ShardCheckpoint | undefined,
  ): Promise<void> => {
    const isNew = { ConditionExpression: "attribute_not_exists(#log)", ExpressionAttributeNames: { "#log": "log" } };
    const puts = [...planned.feedItems, ...planned.indexItems].map((Item) => ({ Put: { TableName, Item, ...isNew } }));
    const moves = to === undefined ? [] : [{ Put: checkpoints.toPut(from, to) }];
    await writeToFeed(db, requireLease(), [...puts, ...moves]);
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
      await send(planned, checkpoint, moved);
      heads = planned.heads;
      assumeNew = true;
      for (const [streamId, version] of versions) lastFed.set(streamId, version);
      for (const entries of planned.entries) if (entries[0] !== undefined) onFed(entries[0].log, entries);
    } else if (moved !== undefined) {
      await checkpoints.save(requireLease(), checkpoint, moved);
    }
    return moved ?? checkpoint;
  };

  return {
    position: () => heads,
    reload: async (held) => {
      lease = held;
      lastFed.clear();
      assumeNew = false;
      heads = await feed.head();
    },
    write: async (records, checkpoint) => {
      let plan = createFeedPlan(feed.logs);
      let versions = new Map<string, number>();
      let current = checkpoint;
      let reached: string | undefined;
      // In order: a commit may be fed only behind everything that came before it in its stream.
      for await (const { sequenceNumber, commit } of records) {
        if (commit !== undefined) {
          const fed = await versionBefore(commit, versions, assumeNew && checkpoint !== undefined);
          for await (const next of due(commit, fed)) {
            if (!plan.add(next)) {
              current = await commitPlan(plan, versions, current, reached);
              plan = createFeedPlan(feed.logs);
              versions = new Map();
              plan.add(next);
            }
            versions.set(next.streamId, lastVersion(next));
          }
        }
        reached = sequenceNumber ?? reached;
      }
      return commitPlan(plan, versions, current, reached);
    },
  };
}
