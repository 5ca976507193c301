/** Feeds from the log what the feed lacks: after a record could not be fed and has left the stream. */
import type { ChangeFeed, Clock, EventStore, FeedEntry, Lease } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { createBackoff } from "../dynamodb/retry.js";
import type { Backoff } from "../dynamodb/retry.js";
import { createFeedWriter } from "./feedWriter.js";
import { createShardCheckpoints } from "./shardCheckpoints.js";

export interface FeedFromLogDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly eventStore: Pick<EventStore, "readStream" | "readAll">;
  readonly clock: Clock;
  /** Waits after another feeder was faster. @default up to a second */
  readonly backoff?: Backoff | undefined;
  /** So often in a row others may be faster, before it gives up. @default 20 */
  readonly maxTries?: number | undefined;
}

/** Events that were fed, by stream, and the versions of the first and the last of them. */
export interface FedStream {
  readonly streamId: string;
  readonly first: number;
  readonly last: number;
}

export interface FeedFromLogOptions {
  /** One stream. @default the whole log is compared with the feed */
  readonly streamId?: string | undefined;
  /** Told of what was fed, as it comes. */
  readonly onFed: (fed: FedStream) => void;
  readonly signal: AbortSignal;
}

export interface FedFromLog {
  /** That were compared with the feed. */
  readonly commits: number;
  readonly heldUp: readonly HeldUp[];
}

/** A stream that cannot be fed, from which version on, and why. */
export interface HeldUp {
  readonly streamId: string;
  readonly version: number;
  readonly error: string;
}

const usualBackoff = createBackoff({ baseMilliseconds: 20, capMilliseconds: 1_000 });

/**
 * Feeds under `lease`, the feeder's, so that no server feeds meanwhile; functions may: where one is faster, it goes on behind what
 * that has fed. The log is read once. One request for each stream, and those that write. A stream that cannot be fed holds up no other, where the log can be read. Throws {@link LeaseLostError}.
 */
export async function feedFromLog(
  deps: FeedFromLogDeps,
  lease: Lease,
  { streamId, onFed, signal }: FeedFromLogOptions,
): Promise<FedFromLog> {
  const { eventStore, backoff = usualBackoff, maxTries = 20 } = deps;
  const heldUp: HeldUp[] = [];
  let commits = 0;
  const writer = createFeedWriter({
    ...deps,
    checkpoints: createShardCheckpoints(deps),
    writers: "several",
    onFed: (_, entries) => streamsOf(entries).forEach(onFed),
    onHeldUp: (commit, { message: error }) =>
      heldUp.push({ streamId: commit.streamId, version: commit.version, error }),
    onConflict: async (conflict, times) => {
      signal.throwIfAborted();
      if (times >= maxTries) throw conflict;
      await backoff(times + 1);
    },
  });
  const read = async function* () {
    const log = streamId === undefined ? eventStore.readAll() : eventStore.readStream(streamId);
    for await (const commit of log) {
      signal.throwIfAborted();
      commits += 1;
      yield { commit };
    }
  };
  await writer.reload(lease);
  await writer.write(read());
  return { commits, heldUp };
}

function streamsOf(entries: readonly FeedEntry[]): readonly FedStream[] {
  const streams = new Map<string, FedStream>();
  for (const { event } of entries) {
    const { streamId, version } = event;
    const known = streams.get(streamId) ?? { streamId, first: version, last: version };
    streams.set(streamId, { ...known, last: version });
  }
  return [...streams.values()];
}
