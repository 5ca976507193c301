/** The feeder: the one reader of the log's stream, which writes every commit to the change feed once and in order. */
import type {
  ChangeFeed,
  Clock,
  Commit,
  EventStore,
  FeedEntry,
  FeedPosition,
  Lease,
  Leases,
} from "../../domain/kernel/index.js";
import { LeaseLostError } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { pause } from "../pause.js";
import { createBell } from "./bell.js";
import { FeedConflictError, FeedGapError, messageOf } from "./errors.js";
import type { FeedLog } from "./feedLog.js";
import { createFeedWriter } from "./feedWriter.js";
import type { FeedRecord } from "./feedWriter.js";
import { createShardCheckpoints } from "./shardCheckpoints.js";
import type { ShardCheckpoint } from "./shardCheckpoints.js";
import { surveyShards } from "./shardSurvey.js";
import { createStreamReader } from "./streamReader.js";
import type { ReadPage } from "./streamReader.js";
import type { StreamRecord, StreamShard, StreamSource } from "./streamSource.js";

export interface FeederDeps {
  readonly db: DynamoDb;
  readonly source: StreamSource;
  /** The log: what is missing in the stream is read from it. */
  readonly eventStore: Pick<EventStore, "readStream" | "readAll">;
  /** The commit in an item of the log's table, or undefined where the item is none. */
  readonly decodeCommit: (item: Readonly<Record<string, unknown>>) => Commit | undefined;
  readonly feed: ChangeFeed;
  /** Of all servers on a ledger one feeds; the others stand by. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: FeedLog;
  /** Called with the entries of one log as soon as they are in the feed. */
  readonly onFed?: ((log: number, entries: readonly FeedEntry[]) => void) | undefined;
  /** Least time from the start of one round to the next, so that commits gather in one transaction. @default 25 */
  readonly minRoundMilliseconds?: number | undefined;
  /** Time between rounds when nobody rings. @default 1,000 */
  readonly idleMilliseconds?: number | undefined;
  /** How often new shards are looked for besides where one ends. @default 60,000 */
  readonly discoverMilliseconds?: number | undefined;
  /** Records for each request; four full transactions by default. @default 240 */
  readonly pageSize?: number | undefined;
}

/** The name of the feeder's lease. */
export const feederLease = "feeder";

interface FeederHealth {
  /** True while this process feeds, or stands by to. */
  readonly running: boolean;
  /** True while another process feeds. */
  readonly standingBy: boolean;
  /** What went wrong last; absent once a round has succeeded again. */
  readonly error?: string;
}

export interface Feeder {
  /**
   * Feeds whatever was missed, then keeps feeding, whenever it holds the lease. Resolves when the past is fed, or another
   * process turns out to be the feeder; rejects with {@link FeedGapError} where the past has a gap. Other failures are
   * reported, and tried again until close.
   */
  start(): Promise<void>;
  /** Says that there is a new commit: a round begins at once, or as soon as the one in progress allows. */
  ring(): void;
  /** The position vector behind the last event that this feeder knows to be fed. */
  position(): FeedPosition;
  health(): FeederHealth;
  /** Ends after the request in progress. */
  close(): Promise<void>;
}

/** Wait after the first failure; doubles up to the longest. */
const retry = { shortest: 50, longest: 5_000 } as const;
/** Wait when commits come from where nobody rings; doubles up to the idle time while there are none. */
const watchfulMilliseconds = 50;

export function createFeeder(deps: FeederDeps): Feeder {
  const { db, source, eventStore, decodeCommit, feed, leases, clock, log } = deps;
  const minRound = deps.minRoundMilliseconds ?? 25;
  const idle = deps.idleMilliseconds ?? 1_000;
  const discoverEvery = deps.discoverMilliseconds ?? 60_000;
  const checkpoints = createShardCheckpoints({ db });
  const pageSize = deps.pageSize ?? 240;
  const reader = createStreamReader({ source, pageSize });
  const onFed = deps.onFed ?? (() => undefined);
  // The embedded engine's log is fed by servers only, which take the lease.
  const writers = source.contiguousSequenceNumbers ? "one" : "several";
  const writer = createFeedWriter({ db, feed, eventStore, checkpoints, clock, writers, onFed });
  const bell = createBell();
  const closing = new AbortController();

  let rows = new Map<string, ShardCheckpoint>();
  let shards: readonly StreamShard[] = [];
  let surveyed = false;
  let loaded = false;
  let discoveredAt = 0;
  let error: string | undefined;
  let stopped = true;
  let standingBy = false;
  let gap: FeedGapError | undefined;
  let loop: Promise<void> | undefined;

  const setRow = (row: ShardCheckpoint | undefined) => {
    if (row !== undefined) rows.set(row.shardId, row);
  };

  /** Where the shard is to be read from after a recovery, noted before the log is scanned so that nothing falls between. */
  const outsetOf = async (shardId: string): Promise<ShardCheckpoint> => {
    const row = rows.get(shardId);
    if (row?.closed) return { ...row, at: clock.now() };
    return { shardId, sequenceNumber: await reader.horizon(shardId), closed: false, at: clock.now() };
  };

  /** Compares the whole log with the feed, and feeds what is missing. One stream at a time: memory does not grow. */
  const feedFromLog = async (reasons: readonly string[]): Promise<void> => {
    log.info({ reasons }, "feeding from the log what the stream may not have told");
    await writer.write(toRecords(eventStore.readAll(), closing.signal));
    log.info({ position: writer.position() }, "the feed has all that is in the log");
  };

  const recover = async (lease: Lease, reasons: readonly string[], shardIds: readonly string[]): Promise<void> => {
    const outsets = await Promise.all(shardIds.map(outsetOf));
    await feedFromLog(reasons);
    for (const outset of outsets) {
      await checkpoints.save(lease, rows.get(outset.shardId), outset);
      setRow(outset);
    }
  };

  /** Finds the shards, and mends what was lost while nobody read. */
  const survey = async (lease: Lease): Promise<void> => {
    shards = await source.shards();
    discoveredAt = performance.now();
    const expires = !source.contiguousSequenceNumbers;
    const { losses, obsolete } = surveyShards({ shards, checkpoints: rows, now: clock.now(), expires });
    const listed = shards.map(({ shardId }) => shardId);
    const replaced: string[] = [];
    for (const shardId of listed) {
      const { sequenceNumber, closed } = rows.get(shardId) ?? { closed: true };
      if (!closed && sequenceNumber !== undefined && !(await reader.holds(shardId, sequenceNumber))) {
        replaced.push(`${shardId} does not hold record ${sequenceNumber}`);
      }
    }
    const reasons = [...losses, ...replaced];
    if (reasons.length > 0) await recover(lease, reasons, listed);
    for (const shardId of obsolete) {
      await checkpoints.remove(shardId);
      rows.delete(shardId);
    }
  };

  /** Loads everything that other processes may have changed. */
  const load = async (lease: Lease): Promise<void> => {
    await writer.reload(lease);
    rows = new Map(await checkpoints.load());
    if (!surveyed) await survey(lease);
    surveyed = true;
    reader.open(
      shards.map((shard) => {
        const row = rows.get(shard.shardId);
        return { ...shard, after: row?.sequenceNumber, finished: row?.closed ?? false };
      }),
    );
    loaded = true;
  };

  const discover = async (): Promise<void> => {
    shards = await source.shards();
    reader.discovered(shards);
    discoveredAt = performance.now();
  };

  const finish = async (lease: Lease, shardId: string): Promise<void> => {
    const row = rows.get(shardId);
    const closed: ShardCheckpoint = { ...row, shardId, closed: true, at: clock.now() };
    await checkpoints.save(lease, row, closed);
    setRow(closed);
    await discover();
  };

  const feedPage = async (lease: Lease, shardId: string, page: ReadPage): Promise<void> => {
    if (page.loss !== undefined) {
      // With records in hand the place to go on from is known; without, reading begins with the oldest record.
      if (page.records.length > 0) await feedFromLog([page.loss]);
      else await recover(lease, [page.loss], [shardId]);
    }
    if (page.records.length > 0) {
      const row = rows.get(shardId) ?? { shardId, closed: false, at: clock.now() };
      if (!rows.has(shardId)) {
        // A child shard's first record: the row must be there for its move to be conditional.
        await checkpoints.save(lease, undefined, row);
        setRow(row);
      }
      setRow(await writer.write(toFeedRecords(page.records, decodeCommit), row));
    }
    if (page.ended) await finish(lease, shardId);
  };

  /** Reads one page of every shard; says how many records came, whether more may be waiting, and whether some surely are. */
  const round = async (lease: Lease): Promise<{ records: number; more: boolean; behind: boolean }> => {
    if (!loaded) await load(lease);
    const mayHaveMoreShards = !source.contiguousSequenceNumbers && performance.now() - discoveredAt > discoverEvery;
    if (mayHaveMoreShards || reader.readable().length === 0) await discover();
    let records = 0;
    let more = false;
    let behind = false;
    // One after the other: the feed is one order, written by one hand.
    for (const shardId of reader.readable()) {
      if (closing.signal.aborted || lease.lost.aborted) break;
      const page = await reader.read(shardId);
      await feedPage(lease, shardId, page);
      records += page.records.length;
      more ||= page.more || page.ended;
      behind ||= page.records.length >= pageSize || page.loss !== undefined || page.ended;
    }
    return { records, more, behind };
  };

  /** Notes the failure of a round, waits, and has everything loaded anew: what is remembered may not be true any more. */
  const fail = async (cause: unknown, failures: number): Promise<void> => {
    loaded = false;
    if (cause instanceof LeaseLostError) throw cause;
    if (cause instanceof FeedConflictError) {
      log.info({}, cause.message);
      return pause(Math.random() * retry.shortest, closing.signal);
    }
    surveyed = false;
    error = messageOf(cause);
    if (cause instanceof FeedGapError) throw cause;
    log.warn({ error, failures }, "feeding failed; it is tried again");
    await pause(Math.min(retry.longest, retry.shortest * 2 ** (failures - 1)), closing.signal);
  };

  /** Feeds as long as the lease is held. Throws {@link LeaseLostError} and {@link FeedGapError}. */
  const run = async (lease: Lease, onFirstRound: () => void): Promise<void> => {
    let failures = 0;
    let rung = true;
    let wait = idle;
    const over = () => closing.signal.aborted || lease.lost.aborted;
    lease.lost.addEventListener("abort", () => bell.ring(), { once: true });
    while (!over()) {
      const began = performance.now();
      try {
        const { records, more, behind } = await round(lease);
        failures = 0;
        error = undefined;
        if (!behind) onFirstRound();
        wait = more ? 0 : waitAfter({ rung, found: records > 0, idle, previous: wait });
      } catch (cause) {
        failures += 1;
        await fail(cause, failures);
        continue;
      }
      await pause(Math.max(0, began + minRound - performance.now()), closing.signal);
      if (wait > 0 && !over()) rung = await bell.wait(wait);
    }
  };

  /** One time of being the feeder: everything is loaded anew, because another process may have been it meanwhile. */
  const lead = async (lease: Lease, onFirstRound: () => void): Promise<void> => {
    standingBy = false;
    loaded = false;
    surveyed = false;
    try {
      await run(lease, onFirstRound);
    } catch (cause) {
      if (!(cause instanceof FeedGapError)) throw cause;
      gap = cause;
      log.error({ error }, "the feeder has stopped");
      closing.abort();
    }
  };

  const start = async (): Promise<void> => {
    stopped = false;
    await new Promise<void>((resolve) => {
      const onWaiting = (cause?: unknown) => {
        error = cause === undefined ? undefined : messageOf(cause);
        standingBy = cause === undefined;
        if (standingBy) resolve();
      };
      loop = leases
        .hold(feederLease, (lease) => lead(lease, resolve), { signal: closing.signal, onWaiting })
        .finally(() => {
          stopped = true;
          resolve();
        });
    });
    if (gap !== undefined) throw gap;
  };

  return {
    start,
    ring: () => bell.ring(),
    position: () => writer.position(),
    health: () => ({ running: !stopped, standingBy, ...(error === undefined ? {} : { error }) }),
    close: async () => {
      closing.abort();
      bell.ring();
      await loop;
    },
  };
}

/** How long to wait for a ring after a round that began with one or not, and found records or not. */
function waitAfter(options: {
  readonly rung: boolean;
  readonly found: boolean;
  readonly idle: number;
  readonly previous: number;
}): number {
  const { rung, found, idle, previous } = options;
  if (rung && found) return idle;
  // A ring that found nothing, or a find without a ring: more is likely to come soon and unannounced.
  if (rung || found) return Math.min(idle, watchfulMilliseconds);
  return Math.min(idle, Math.max(watchfulMilliseconds, previous * 2));
}

async function* toRecords(commits: AsyncIterable<Commit>, signal: AbortSignal): AsyncGenerator<FeedRecord, void, void> {
  for await (const commit of commits) {
    if (signal.aborted) throw new Error("closed before the whole log was compared with the feed");
    yield { commit };
  }
}

/** New items are commits. An item of the log never changes; where one is removed (an expired key), nothing is to be fed. */
function* toFeedRecords(
  records: readonly StreamRecord[],
  decodeCommit: FeederDeps["decodeCommit"],
): Generator<FeedRecord, void, void> {
  for (const { sequenceNumber, kind, image } of records) {
    yield { sequenceNumber, commit: kind === "INSERT" && image !== undefined ? decodeCommit(image) : undefined };
  }
}
