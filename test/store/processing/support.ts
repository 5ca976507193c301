/** A log, a feed and processors on the real engine, as servers of their own. */
import type { ChangeFeed, Commit, EventStore, FeedEntry, LiveFeed } from "../../../src/domain/kernel/index.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { decodeCommit } from "../../../src/store/dynamodb/items.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbStreamSource } from "../../../src/store/feed/dynamoDbStreamSource.js";
import { createFeedPipeline } from "../../../src/store/feed/feedPipeline.js";
import { createProcessor } from "../../../src/store/processing/processor.js";
import type { FeedHandler, Processor, ProcessorDeps } from "../../../src/store/processing/processor.js";
import type { LeasesDeps } from "../../../src/store/processing/leases.js";
import { tables as allTables } from "../../../src/store/tables.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { FeedEngine, TableOptions } from "../feed/support/engine.js";
import { aCommit, clock, codec, leasesOf, silent, until } from "../feed/support/ledger.js";

export interface ProcessingWorld {
  readonly db: DynamoDb;
  /** Of its tables' names. */
  readonly prefix: string;
  readonly feed: ChangeFeed;
  readonly live: LiveFeed;
  readonly log: Pick<EventStore, "readStream">;
  /** Appends a commit of events with this text. */
  append(streamId: string, version: number, text?: string, count?: number): Promise<void>;
  /** Waits until the processor has passed everything that was appended. */
  caughtUp(processor: Processor): Promise<void>;
  /** A processor as another server would have it. */
  processor(
    handler: FeedHandler | ((db: DynamoDb) => FeedHandler),
    options?: TableOptions,
    deps?: Omit<Partial<ProcessorDeps>, "leases">,
    lease?: Partial<LeasesDeps>,
  ): Promise<Processor>;
  close(): Promise<void>;
}

/** Fresh tables with one server that feeds. */
export async function startProcessingWorld(engine: FeedEngine): Promise<ProcessingWorld> {
  const { db, prefix } = await engine.tables();
  await ensureTables(db, {
    "domain-timers": allTables["domain-timers"],
    "aegis-incidents": allTables["aegis-incidents"],
  });
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: {}, onAppended: () => pipeline.ring() });
  const pipeline = createFeedPipeline({
    db,
    source: createDynamoDbStreamSource({ db, streams: engine.streams, contiguousSequenceNumbers: true }),
    eventStore,
    decodeCommit: (item) => decodeCommit(item, codec),
    codec,
    logs: 4,
    leases: leasesOf(db),
    clock,
    log: silent,
    pollMilliseconds: 20,
  });
  await pipeline.start();
  const processors: Processor[] = [];
  let appended = 0;
  return {
    db,
    prefix,
    feed: pipeline.feed,
    live: pipeline.live,
    log: eventStore,
    append: async (streamId, version, text = "something", count = 1) => {
      const commit: Commit = aCommit(streamId, version, count, text);
      await eventStore.append({ appends: [{ commit, expectedVersion: version - 1, views: [] }] });
      appended += count;
    },
    caughtUp: (processor) =>
      until(() => (processor.position() ?? []).reduce((total, position) => total + position, 0) === appended),
    processor: async (handler, options = {}, deps = {}, lease = {}) => {
      const { db: own } = await engine.tables({ ...options, prefix });
      const processor = createProcessor({
        db: own,
        feed: pipeline.feed,
        live: pipeline.live,
        eventStore,
        leases: leasesOf(own, lease),
        handler: typeof handler === "function" ? handler(own) : handler,
        clock,
        log: silent,
        backoff: () => new Promise((resolve) => setTimeout(resolve, 1)),
        ...deps,
      });
      processors.push(processor);
      processor.start();
      return processor;
    },
    close: async () => {
      for (const processor of processors) await processor.close();
      await pipeline.close();
    },
  };
}

/** The text of an event of these tests. */
export function textOf({ event }: FeedEntry): string {
  return (event.data as { text: string }).text;
}
