/** The change feed of one server: feeder, feed and live readers, wired together. */
import { eventsUpTo } from "../../domain/kernel/index.js";
import type { ChangeFeed, EventCodec, FeedEntry } from "../../domain/kernel/index.js";
import { createDynamoDbChangeFeed } from "./changeFeed.js";
import { createFeeder } from "./feeder.js";
import type { Feeder, FeederDeps } from "./feeder.js";
import { requireFeedLayout } from "./feedLayout.js";
import { createLiveFeed } from "./liveFeed.js";
import type { LiveFeedDeps, LiveFeedHub } from "./liveFeed.js";

export interface FeedPipelineDeps
  extends Omit<FeederDeps, "feed" | "onFed">, Pick<LiveFeedDeps, "pollMilliseconds" | "ringSize"> {
  readonly codec: EventCodec;
  /** How many logs the feed has; fixed for the life of a ledger. */
  readonly logs: number;
  /** The log with events of newer releases as they are stored: what is fed, whoever reads it. @default `eventStore` */
  readonly feederEventStore?: FeederDeps["eventStore"] | undefined;
  /** Told when there is an event in the feed that only a newer release can read. May be told again. Must not throw. */
  readonly onNewerEvent?: LiveFeedDeps["onNewerEvent"];
  /** `off`: another process feeds, and this one reads what that one writes. @default "in-process" */
  readonly feeder?: "in-process" | "off" | undefined;
  /** Whether every event of the log has a hash, where that is known. See {@link requireFeedLayout}. */
  readonly hashed?: boolean | undefined;
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
   * and with FeedLayoutError where the feed has another number of logs. Where another process feeds, it does not wait for that one.
   */
  start(): Promise<void>;
  /** Only checks that the feed has as many logs as it should; throws FeedLayoutError. For a process that follows nothing. */
  check(): Promise<void>;
  /** To be called after every append of this process. */
  ring(): void;
  health(): FeedHealth;
  close(): Promise<void>;
}

export function createFeedPipeline(deps: FeedPipelineDeps): FeedPipeline {
  const { db, codec, logs, eventStore, log, pollMilliseconds, ringSize } = deps;
  const feed = createDynamoDbChangeFeed({ db, codec, logs });
  const live = createLiveFeed({ feed, eventStore, log, pollMilliseconds, ringSize, onNewerEvent: deps.onNewerEvent });
  const onFed: FeederDeps["onFed"] = (index, entries) => {
    // What only a newer release can read is found out where it is read.
    if (entries.every(({ event }) => codec.versions.get(event.type) === event.schemaVersion))
      live.notify(index, entries);
    else live.expect();
    deps.onFed?.(entries);
  };
  const feeder =
    deps.feeder === "off"
      ? feederElsewhere
      : createFeeder({ ...deps, eventStore: deps.feederEventStore ?? eventStore, feed, onFed });

  const check = () => requireFeedLayout(db, logs, deps.hashed);

  return {
    feed,
    live,
    check,
    start: async () => {
      await check();
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

/** In place of a feeder, where another process feeds. */
const feederElsewhere: Feeder = {
  start: async () => undefined,
  ring: () => undefined,
  position: () => [],
  health: () => ({ running: true, standingBy: true }),
  close: async () => undefined,
};
