/**
 * Feeds batches of records of the log's stream, in whatever order and however often they come, also beside other feeders: for
 * a function, which holds no lease and keeps no place in the stream.
 */
import { lastVersion } from "../../domain/kernel/index.js";
import type { ChangeFeed, Clock, Commit, EventStore, FeedEntry } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { UnreadableItemError } from "../dynamodb/items.js";
import type { Backoff } from "../dynamodb/retry.js";
import { FeedConflictError, messageOf } from "./errors.js";
import type { FeedLog } from "./feedLog.js";
import { createFeedWriter } from "./feedWriter.js";
import { createShardCheckpoints } from "./shardCheckpoints.js";
import type { StreamRecord } from "./streamSource.js";

export interface StreamBatchFeederDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  /** The log: what is missing in a batch is read from it. */
  readonly eventStore: Pick<EventStore, "readStream">;
  /** The commit in an item of the log's table, or undefined where the item is none. Throws where it cannot be read. */
  readonly decodeCommit: (item: Readonly<Record<string, unknown>>) => Commit | undefined;
  readonly clock: Clock;
  readonly log: FeedLog;
  /** Waits after a conflict with another feeder. */
  readonly backoff: Backoff;
  /** Called with the entries of one log as soon as they are in the feed. */
  readonly onFed?: ((entries: readonly FeedEntry[]) => void) | undefined;
}

export interface FedBatch {
  /** How many events this call has put into the feed. */
  readonly events: number;
  /**
   * The lowest sequence number of a record that could be fed, and is not: the batch must come again from there on. Undefined where
   * there is none.
   */
  readonly failedAt: string | undefined;
}

export interface StreamBatchFeeder {
  /**
   * Feeds what is not in the feed yet. Where other feeders are faster it tries again until `signal` aborts; what is not fed then, or
   * because the store does not answer, is to come again. A record that cannot be fed holds up its own stream only: it is told of at
   * error, and need not come again, as that would hold up its whole shard and mend nothing. The next commit of the stream tries it
   * again, from the log. Never rejects. One call at a time.
   */
  feed(records: readonly StreamRecord[], options: { readonly signal: AbortSignal }): Promise<FedBatch>;
}

/** A record that is to be in the feed. */
interface Due {
  readonly sequenceNumber: string;
  readonly commit: Commit;
}

export function createStreamBatchFeeder(deps: StreamBatchFeederDeps): StreamBatchFeeder {
  const { db, feed, eventStore, clock, log, backoff } = deps;
  let events = 0;
  /** Versions from which on streams are held up, as the last try on the batch at hand has found. */
  const heldUp = new Map<string, number>();
  /** Of which of them the log was told. */
  const told = new Set<string>();
  const writer = createFeedWriter({
    db,
    feed,
    eventStore,
    checkpoints: createShardCheckpoints({ db }),
    clock,
    writers: "several",
    onFed: (_, entries) => {
      events += entries.length;
      deps.onFed?.(entries);
    },
    onHeldUp: ({ streamId, version }, error) => {
      heldUp.set(streamId, version);
      if (told.has(streamId)) return;
      told.add(streamId);
      log.error({ streamId, version, err: error }, "a stream cannot be fed; the others are");
    },
  });
  let loaded = false;

  /** Writes until nobody else was faster. Throws what is no conflict, and the conflict itself once `signal` has aborted. */
  const write = async (due: readonly Due[], signal: AbortSignal): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const before = events;
      heldUp.clear();
      try {
        if (!loaded) await writer.reload(undefined);
        loaded = true;
        await writer.prepare(due.map(({ commit }) => commit));
        await writer.write(due.map(({ commit }) => ({ commit })));
        return;
      } catch (error) {
        if (!(error instanceof FeedConflictError) || signal.aborted) throw error;
        if (events > before) attempt = 1;
        await backoff(attempt + 1);
        await writer.reloadAfter(error);
      }
    }
  };

  const isHeldUp = ({ streamId, version }: Commit) => version >= (heldUp.get(streamId) ?? Infinity);

  return {
    async feed(records, { signal }) {
      events = 0;
      told.clear();
      const due = inOrder(decodeAll(records, deps));
      try {
        if (due.length > 0) await write(due, signal);
        return { events, failedAt: undefined };
      } catch (error) {
        const left = due.filter(({ commit }) => !writer.knowsAsFed(commit) && !isHeldUp(commit));
        log.warn({ error: messageOf(error), left: left.length }, "a batch was not fed to its end; it comes again");
        loaded = false;
        return { events, failedAt: lowestOf(left.map(({ sequenceNumber }) => sequenceNumber)) };
      }
    },
  };
}

/**
 * The commits among the records. An item of the log never changes; where one is removed (an expired key), nothing is to be fed.
 * What cannot be read is told of, and left out: it is fed from the log with the next commit of its stream, where the log can be read.
 */
function decodeAll(
  records: readonly StreamRecord[],
  { decodeCommit, log }: Pick<StreamBatchFeederDeps, "decodeCommit" | "log">,
): readonly Due[] {
  return records.flatMap(({ sequenceNumber, kind, image }) => {
    if (kind !== "INSERT") return [];
    try {
      if (image === undefined) throw new Error("the record does not carry its item: the stream must be NEW_IMAGE");
      const commit = decodeCommit(image);
      return commit === undefined ? [] : [{ sequenceNumber, commit }];
    } catch (error) {
      const { streamId, version } = error instanceof UnreadableItemError ? error : {};
      log.error({ streamId, version, sequenceNumber, err: error }, "a record cannot be read; its stream cannot be fed");
      return [];
    }
  });
}

/** The commits of each stream in the order of their versions, at the places that its records have. */
function inOrder(due: readonly Due[]): readonly Due[] {
  const waiting = new Map<string, Due[]>();
  for (const one of due) {
    const ofStream = waiting.get(one.commit.streamId) ?? [];
    waiting.set(one.commit.streamId, ofStream);
    ofStream.push(one);
  }
  for (const ofStream of waiting.values()) ofStream.sort((a, b) => lastVersion(b.commit) - lastVersion(a.commit));
  return due.flatMap(({ commit }) => waiting.get(commit.streamId)?.pop() ?? []);
}

function lowestOf(numbers: readonly string[]): string | undefined {
  return numbers.toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))[0];
}
