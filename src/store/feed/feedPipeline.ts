/** The change feed of one server: feeder, feed and live readers, wired together. */
import { eventsUpTo } from "../../domain/kernel/index.js";
import type { ChangeFeed, EventCodec, FeedEntry } from "../../domain/kernel/index.js";
import { createDynamoDbChangeFeed } from "./changeFeed.js";
import { createFeeder } from "./feeder.js";
import type { FeederDeps } from "./feeder.js";
import { requireFeedLayout } from "./feedLayout.js";
import { createLiveFeed } from "./liveFeed.js";
import type { LiveFeedDeps, LiveFeedHub } from "./liveFeed.js";

export interface FeedPipelineDeps
  extends Omit<FeederDeps, "feed" | "onFed">, Pick<LiveFeedDeps, "pollMilliseconds" | "ringSize"> {
  readonly codec: EventCodec;
  /** How many logs the feed has; fixed for the life of a ledger. */
  readonly logs: number;
  /** Called with entries that this process has just put into the feed, to measure. Must not throw. */
  readonly onFed?: ((entries: readonly FeedEntry[]) => void) | undefined;
}

interface FeedHealth {
  /** True while commits are fed, here or by another process, and live readers are served. */
  readonly running: boolean;
  /** True while another process feeds. */
  readonly standingBy: boolean;
  /** Events that this process has fed and its live readers cannot have yet. */
  readonly lagEvents: number;
  readonly error?: string;
}

export interface FeedPipeline {
  readonly feed: ChangeFeed;
  readonly live: LiveFeedHub;
  /**
   * Resolves when all that was in the log is in the feed; rejects where the log or the feed has a gap,
   * and with FeedLayoutError where the feed has another number of logs.
   */
  start(): Promise<void>;
  /** To be called after every append of this process. */
  ring(): void;
  health(): FeedHealth;
  close(): Promise<void>;
}

export function createFeedPipeline(deps: FeedPipelineDeps): FeedPipeline {
  const { db, codec, logs, eventStore, log, pollMilliseconds, ringSize } = deps;
  const feed = createDynamoDbChangeFeed({ db, codec, logs });
  const live = createLiveFeed({ feed, eventStore, log, pollMilliseconds, ringSize });
  const onFed: FeederDeps["onFed"] = (index, entries) => {
    live.notify(index, entries);
    deps.onFed?.(entries);
  };
  const feeder = createFeeder({ ...deps, feed, onFed });

  return {
    feed,
    live,
    start: async () => {
      await requireFeedLayout(db, logs);
      await live.start();
      await feeder.start();
    },
    ring: () => {
      feeder.ring();
      // Another process feeds what this one has appended: soon there is something to read.
      if (feeder.health().standingBy) live.expect();
    },
    health: () => {
      const ofFeeder = feeder.health();
      const ofLive = live.health();
      const error = ofFeeder.error ?? ofLive.error;
      return {
        running: ofFeeder.running && ofLive.running,
        standingBy: ofFeeder.standingBy,
        lagEvents: Math.max(0, eventsUpTo(feeder.position()) - eventsUpTo(live.position())),
        ...(error === undefined ? {} : { error }),
      };
    },
    close: async () => {
      await feeder.close();
      await live.close();
    },
  };
}
