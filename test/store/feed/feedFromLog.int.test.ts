/** What the feed lacks is fed from the log, although a function feeds at the same time. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChangeFeed, Lease } from "../../../src/domain/kernel/index.js";
import { createDynamoDbChangeFeed } from "../../../src/store/feed/changeFeed.js";
import { FeedConflictError } from "../../../src/store/feed/errors.js";
import { feedFromLog } from "../../../src/store/feed/feedFromLog.js";
import { createFeedWriter } from "../../../src/store/feed/feedWriter.js";
import { createShardCheckpoints } from "../../../src/store/feed/shardCheckpoints.js";
import { proveFeedLog } from "../../../src/store/proofs/feedProof.js";
import { createHeadsProof } from "../../../src/store/proofs/headsProof.js";
import { sha256 } from "../../../src/store/sha256.js";
import { startFeedEngine } from "./support/engine.js";
import type { FeedEngine } from "./support/engine.js";
import {
  aCommit,
  clock,
  codec,
  createMemoryLog,
  leasesOf,
  readFeed,
  upTo,
  versionsByStream,
} from "./support/ledger.js";

const logs = 4;
let engine: FeedEngine;

beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

async function aWorld() {
  const { db } = await engine.tables();
  const feed = createDynamoDbChangeFeed({ db, codec, logs });
  const log = createMemoryLog();
  const other = createFeedWriter({
    ...{ db, feed, eventStore: log, clock, writers: "several", onFed: () => undefined },
    checkpoints: createShardCheckpoints({ db }),
  });
  return {
    ...{ db, feed, log },
    /** Another feeder, without a lease, feeds what of the stream is in the log. */
    feedElsewhere: async (streamId: string) => {
      await other.reload(undefined);
      for await (const commit of log.readStream(streamId)) await other.write([{ commit }]);
    },
    underLease: async <T>(work: (lease: Lease) => Promise<T>): Promise<T> => {
      let done: T | undefined;
      await leasesOf(db).attempt("feeder", async (lease) => void (done = await work(lease)));
      if (done === undefined) throw new Error("somebody holds the lease");
      return done;
    },
  };
}

async function isInOneOrder({ db, feed }: Pick<Awaited<ReturnType<typeof aWorld>>, "db" | "feed">): Promise<boolean> {
  const proof = createHeadsProof(sha256, await feed.head());
  for (const log of upTo(logs).map((one) => one - 1))
    for await (const page of proveFeedLog({ db, codec, log, after: 0 })) proof.add(page.steps);
  return proof.holds;
}

const signal = new AbortController().signal;
const retry = { backoff: async () => undefined, maxTries: 3 };

it("goes on behind what another feeder has fed meanwhile, however often, and reads the log once", async () => {
  const world = await aWorld();
  const streams = upTo(310).map((number) => `Test-${String(number).padStart(4, "0")}`);
  for (const streamId of streams) await world.log.put(aCommit(streamId, 1));
  let reads = 0;
  let [met, events] = [0, 0];
  const eventStore = {
    ...world.log,
    async *readAll() {
      reads += 1;
      for await (const commit of world.log.readAll()) {
        yield commit;
        // What is waiting for its transaction by now, and what nobody has looked at yet.
        const index = streams.indexOf(commit.streamId);
        if (index % 50 !== 49) continue;
        met += 1;
        await world.feedElsewhere(streams[index] ?? "");
        await world.feedElsewhere(streams[index + 40] ?? "");
      }
    },
  };
  const onFed = () => (events += 1);
  const { commits, heldUp } = await world.underLease((lease) =>
    feedFromLog({ ...world, ...retry, eventStore, clock }, lease, { onFed, signal }),
  );
  expect({ commits, heldUp, reads }).toEqual({ commits: 310, heldUp: [], reads: 1 });
  expect(met).toBeGreaterThan(3);
  expect(events).toBeLessThan(310);
  expect(versionsByStream(await readFeed(world.feed))).toEqual(new Map(streams.map((streamId) => [streamId, [1]])));
  expect(await isInOneOrder(world)).toBe(true);
});

it("gives up where others are faster each time", async () => {
  const world = await aWorld();
  await world.log.put(aCommit("Test-wanted", 1));
  let others = 0;
  const feed: ChangeFeed = {
    ...world.feed,
    head: async () => {
      const head = await world.feed.head();
      await world.log.put(aCommit(`Test-${(others += 1)}`, 1));
      await world.feedElsewhere(`Test-${others}`);
      return head;
    },
  };
  const asked = { streamId: "Test-wanted", onFed: () => undefined, signal };
  const feeding = world.underLease((lease) =>
    feedFromLog({ ...world, ...retry, feed, eventStore: world.log, clock }, lease, asked),
  );
  await expect(feeding).rejects.toThrow(FeedConflictError);
  expect(others).toBe(3);
});
