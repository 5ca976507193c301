/** The whole chain: an append is fed, and followed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FeedPosition, LiveEntry } from "../../../src/domain/kernel/index.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { decodeCommit } from "../../../src/store/dynamodb/items.js";
import { createDynamoDbStreamSource } from "../../../src/store/feed/dynamoDbStreamSource.js";
import { createFeedPipeline } from "../../../src/store/feed/feedPipeline.js";
import type { FeedPipeline, FeedPipelineDeps } from "../../../src/store/feed/feedPipeline.js";
import { startTestDynamoDbLocal, skipsDynamoDbLocal } from "../../support/dynamoDbLocal.js";
import { startTestEngine } from "../../support/engine.js";
import { startFeedEngine } from "./support/engine.js";
import type { FeedEngine, FeedTables, TableOptions } from "./support/engine.js";
import {
  aCommit,
  clock,
  codec,
  leasesOf,
  readFeed,
  silent,
  take,
  until,
  upTo,
  versionsByStream,
} from "./support/ledger.js";

let engine: FeedEngine;
let contiguousSequenceNumbers: boolean;

const anything = () => true;
const signal = () => new AbortController().signal;
let tables: FeedTables;
let pipelines: FeedPipeline[];

async function aPipeline(
  options: TableOptions = {},
  deps: Omit<Partial<FeedPipelineDeps>, "leases"> = {},
): Promise<FeedPipeline> {
  const { db } = await engine.tables({ ...options, prefix: tables.prefix });
  const pipeline = createFeedPipeline({
    db,
    source: createDynamoDbStreamSource({ db, streams: engine.streams, contiguousSequenceNumbers }),
    eventStore: createDynamoDbEventStore({ db, codec, clock, views: {} }),
    decodeCommit: (item) => decodeCommit(item, codec),
    codec,
    logs: 4,
    leases: leasesOf(db),
    clock,
    log: silent,
    pollMilliseconds: 20,
    ...deps,
  });
  pipelines.push(pipeline);
  await pipeline.start();
  return pipeline;
}

beforeEach(async () => {
  tables = await engine.tables();
  pipelines = [];
});
afterEach(async () => {
  for (const pipeline of pipelines) await pipeline.close();
});

/** Appends a commit of `count` events, as a command would. */
async function append(
  streamId: string,
  version: number,
  count = 1,
  onAppended: () => void = () => undefined,
): Promise<void> {
  const eventStore = createDynamoDbEventStore({ db: tables.db, codec, clock, views: {}, onAppended });
  const commit = aCommit(streamId, version, count);
  await eventStore.append({
    appends: [{ commit, expectedVersion: version - 1, views: [] }],
    idempotency: { key: `${streamId}/${version}`, payload: "{}" },
  });
}

/** Appends version after version to several streams; a pipeline that is given is rung by each append. */
async function write(pipeline: FeedPipeline | undefined, streams: readonly string[], from: number, to: number) {
  for (let version = from; version <= to; version += 1) {
    for (const streamId of streams) await append(streamId, version, 1, () => pipeline?.ring());
  }
}

const engines = [
  { name: "the embedded engine", skip: false, start: startTestEngine, contiguous: true },
  { name: "DynamoDB Local", skip: skipsDynamoDbLocal, start: startTestDynamoDbLocal, contiguous: false },
];

for (const { name, skip, start, contiguous } of engines) {
  describe.skipIf(skip)(`the pipeline on ${name}`, () => {
    beforeAll(async () => {
      engine = await startFeedEngine(start);
      contiguousSequenceNumbers = contiguous;
    });
    afterAll(() => engine.close());

    it("carries an append to its followers at once, however rare the polls", async () => {
      const pipeline = await aPipeline({}, { idleMilliseconds: 3_600_000, pollMilliseconds: 3_600_000 });
      const all = pipeline.live.follow({ matches: anything, signal: signal() });
      const one = pipeline.live.followStream({ streamId: "Test-a", afterVersion: 0, signal: signal() });
      const both = Promise.all([take(all, 10), take(one, 5)]);
      await write(pipeline, ["Test-a", "Test-b"], 1, 5);
      const [entries, events] = await both;
      expect(versionsByStream(entries)).toEqual(
        new Map([
          ["Test-a", upTo(5)],
          ["Test-b", upTo(5)],
        ]),
      );
      expect(events.map(({ version }) => version)).toEqual(upTo(5));
      expect(pipeline.health()).toEqual({ running: true, standingBy: false, lagEvents: 0 });
    });

    // Elsewhere the records of one append need not come in one page.
    // Other engines count requests of their own housekeeping; the number is exact only here.
    const exactly = contiguous ? it : undefined;
    exactly?.("feeds what one append wrote with one transaction and nothing else", async () => {
      const sent: string[] = [];
      const pipeline = await aPipeline(
        { onRequest: ({ operation }) => sent.push(operation) },
        { idleMilliseconds: 3_600_000, pollMilliseconds: 3_600_000 },
      );
      const follower = pipeline.live.follow({ matches: anything, signal: signal() });
      await write(pipeline, ["Test-a"], 1, 1);
      await take(follower, 1);
      sent.length = 0;
      await write(pipeline, ["Test-a"], 2, 2);
      await take(follower, 1);
      await write(pipeline, ["Test-new"], 1, 1);
      await take(follower, 1);
      expect(sent.filter((operation) => operation.startsWith("TransactWrite"))).toHaveLength(2);
      // The lease's own beat comes by the clock, whatever happens.
      const besides = sent.filter((operation) => operation !== "UpdateItem" && !operation.startsWith("TransactWrite"));
      expect(besides).toEqual([]);
    });

    it("a reader with a cursor sees each event once, in order, across restarts while writers run", async () => {
      const streams = upTo(6).map((index) => `Test-${index}`);
      let position: FeedPosition | undefined;
      const seen: LiveEntry[] = [];
      for (const lap of upTo(4)) {
        const pipeline = await aPipeline({}, { ringSize: 32 });
        const follower = pipeline.live.follow({ after: position ?? [0, 0, 0, 0], matches: anything, signal: signal() });
        const writing = write(pipeline, streams, (lap - 1) * 10 + 1, lap * 10);
        seen.push(...(await take(follower, lap === 4 ? 240 - seen.length : 37)));
        position = seen.at(-1)?.after;
        if (lap < 4) await follower.return?.();
        await writing;
        await pipeline.close();
      }
      expect(versionsByStream(seen)).toEqual(new Map(streams.map((streamId) => [streamId, upTo(40)])));
    });

    it("two servers on one ledger feed every event once, and the followers of both see all of them", async () => {
      const both = [await aPipeline(), await aPipeline()];
      const followers = both.map((pipeline) => pipeline.live.follow({ matches: anything, signal: signal() }));
      const taken = Promise.all(followers.map((follower) => take(follower, 120)));
      await Promise.all([write(both[0], ["Test-a", "Test-b"], 1, 30), write(both[1], ["Test-c", "Test-d"], 1, 30)]);
      const expected = new Map(["Test-a", "Test-b", "Test-c", "Test-d"].map((streamId) => [streamId, upTo(30)]));
      for (const entries of await taken) expect(versionsByStream(entries)).toEqual(expected);
      const [first] = both;
      expect(first && versionsByStream(await readFeed(first.feed))).toEqual(expected);
    });

    it("feeds what was written while no server ran, and resolves old commits and new ones", async () => {
      const first = await aPipeline();
      await write(first, ["Test-a"], 1, 3);
      await until(async () => (await first.feed.resolve("Test-a", 3)) !== undefined);
      await first.close();
      await append("Test-b", 1, 3);
      await write(undefined, ["Test-a", "Test-b"], 4, 6);
      expect(await first.feed.resolve("Test-a", 4)).toBeUndefined();
      const second = await aPipeline();
      const after = await second.feed.resolve("Test-a", 2);
      const rest = await take(
        second.live.follow({ after, matches: ({ event }) => event.streamId === "Test-a", signal: signal() }),
        4,
      );
      expect(rest.map(({ event }) => event.version)).toEqual([3, 4, 5, 6]);
      expect(await second.feed.resolve("Test-b", 6)).toBeDefined();
    });

    it("sees the commits of a process that does not ring", async () => {
      const pipeline = await aPipeline({}, { idleMilliseconds: 20 });
      const follower = pipeline.live.follow({ matches: anything, signal: signal() });
      await write(undefined, ["Test-a"], 1, 5);
      expect(await take(follower, 5)).toHaveLength(5);
    });

    it("ends its followers when it closes, and is not running then", async () => {
      const pipeline = await aPipeline();
      const next = pipeline.live.follow({ matches: anything, signal: signal() }).next();
      await pipeline.close();
      expect((await next).done).toBe(true);
      expect(pipeline.health().running).toBe(false);
    });

    it("reports what keeps it from feeding", async () => {
      let down = false;
      const pipeline = await aPipeline({ fault: () => (down ? "before" : undefined) });
      down = true;
      await write(pipeline, ["Test-a"], 1, 1);
      await until(() => pipeline.health().error === "the request was lost");
      down = false;
      await until(() => pipeline.health().error === undefined);
    });
  });
}
