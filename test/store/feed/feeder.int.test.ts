/** The feeder on a stream that splits, repeats, forgets and dies as the test says; the feed itself is real. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChangeFeed, Commit } from "../../../src/domain/kernel/index.js";
import { createDynamoDbChangeFeed } from "../../../src/store/feed/changeFeed.js";
import { FeedGapError } from "../../../src/store/feed/errors.js";
import { createFeeder } from "../../../src/store/feed/feeder.js";
import type { Feeder, FeederDeps } from "../../../src/store/feed/feeder.js";
import type { LeasesDeps } from "../../../src/store/processing/leases.js";
import { createShardCheckpoints } from "../../../src/store/feed/shardCheckpoints.js";
import { startFeedEngine } from "./support/engine.js";
import type { FeedEngine, FeedTables, TableOptions } from "./support/engine.js";
import { createFakeStreamSource } from "./support/fakeStreamSource.js";
import type { FakeStreamSource } from "./support/fakeStreamSource.js";
import {
  aCommit,
  clock,
  codec,
  createMemoryLog,
  decodeCommit,
  leasesOf,
  readFeed,
  silent,
  until,
  upTo,
  versionsByStream,
} from "./support/ledger.js";

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

const logs = 3;
let tables: FeedTables;
let feed: ChangeFeed;
let log: ReturnType<typeof createMemoryLog>;
let source: FakeStreamSource;
let feeders: Feeder[];

async function begin(options: { contiguous: boolean }): Promise<void> {
  tables = await engine.tables();
  feed = createDynamoDbChangeFeed({ db: tables.db, codec, logs });
  log = createMemoryLog();
  source = createFakeStreamSource(options);
  feeders = [];
}

/** A feeder as a new process would have it. */
async function aFeeder(
  options: TableOptions = {},
  deps: Omit<Partial<FeederDeps>, "leases"> = {},
  lease: Partial<LeasesDeps> = {},
): Promise<Feeder> {
  const { db } = await engine.tables({ ...options, prefix: tables.prefix });
  const feeder = createFeeder({
    db,
    source,
    eventStore: log,
    decodeCommit,
    feed: createDynamoDbChangeFeed({ db, codec, logs }),
    leases: leasesOf(db, lease),
    clock,
    log: silent,
    minRoundMilliseconds: 1,
    idleMilliseconds: 20,
    pageSize: 5,
    ...deps,
  });
  feeders.push(feeder);
  return feeder;
}

/** Writes to the log, and to the stream as far as the stream tells. */
async function commit(shardId: string | undefined, ...commits: Commit[]): Promise<void> {
  for (const one of commits) {
    await log.put(one);
    if (shardId !== undefined) source.addCommit(shardId, one);
  }
}

const fed = async () => versionsByStream(await readFeed(feed));
const untilFed = (count: number) => until(async () => (await readFeed(feed)).length >= count);

beforeEach(() => begin({ contiguous: false }));
afterEach(async () => {
  for (const feeder of feeders) await feeder.close();
});

describe("feeding", () => {
  it("feeds what was in the log before the first start, then what the stream tells", async () => {
    source.addShard("a");
    await commit(undefined, aCommit("Test-a", 1), aCommit("Test-a", 2), aCommit("Test-b", 1, 3));
    const feeder = await aFeeder();
    await feeder.start();
    expect(await fed()).toEqual(
      new Map([
        ["Test-a", [1, 2]],
        ["Test-b", [1, 2, 3]],
      ]),
    );
    await commit("a", aCommit("Test-a", 3), aCommit("Test-c", 1));
    await untilFed(7);
    expect((await fed()).get("Test-a")).toEqual([1, 2, 3]);
  });

  it("feeds a commit once although the stream tells it twice", async () => {
    source.addShard("a");
    await commit("a", aCommit("Test-a", 1), aCommit("Test-a", 2));
    source.addCommit("a", aCommit("Test-a", 1));
    source.addCommit("a", aCommit("Test-a", 2));
    await commit("a", aCommit("Test-a", 3));
    await (await aFeeder()).start();
    expect(await fed()).toEqual(new Map([["Test-a", [1, 2, 3]]]));
  });

  it("reads from the log what the stream tells late, and does not feed it again when it comes", async () => {
    source.addShard("a");
    await (await aFeeder()).start();
    const early = [aCommit("Test-a", 1), aCommit("Test-a", 2, 2)];
    for (const one of early) await log.put(one);
    await commit("a", aCommit("Test-a", 4));
    for (const one of early) source.addCommit("a", one);
    await commit("a", aCommit("Test-a", 5));
    await untilFed(5);
    expect(await fed()).toEqual(new Map([["Test-a", [1, 2, 3, 4, 5]]]));
  });

  it("reads a parent shard to its end before its children", async () => {
    source.addShard("a");
    await (await aFeeder()).start();
    source.addShard("b", "a");
    await commit("a", ...upTo(12).map((version) => aCommit("Test-a", version)));
    await commit("b", ...upTo(6).map((version) => aCommit("Test-a", 12 + version)));
    source.closeShard("a");
    await untilFed(18);
    expect(await fed()).toEqual(new Map([["Test-a", upTo(18)]]));
    expect(source.requests.indexOf("read b")).toBeGreaterThan(source.requests.lastIndexOf("read a"));
  });

  it("goes on behind finished shards after a restart, without reading the log again", async () => {
    source.addShard("a");
    const first = await aFeeder();
    await first.start();
    source.addShard("b", "a");
    await commit("a", aCommit("Test-a", 1));
    source.closeShard("a");
    await commit("b", aCommit("Test-a", 2));
    await untilFed(2);
    await first.close();
    source.removeShard("a");
    await commit("b", aCommit("Test-a", 3));
    const readAll = () => {
      throw new Error("the log must not be scanned");
    };
    await (await aFeeder({}, { eventStore: { ...log, readAll } })).start();
    expect(await fed()).toEqual(new Map([["Test-a", [1, 2, 3]]]));
  });

  it("passes over changes and removals and items that are no commits, and does not read them again", async () => {
    source.addShard("a");
    const first = await aFeeder();
    await first.start();
    source.add("a", { kind: "MODIFY", image: { commit: JSON.stringify(aCommit("Test-x", 1)) } });
    source.add("a", { kind: "REMOVE" });
    source.add("a", { kind: "INSERT", image: { key: "an idempotency record" } });
    const checkpoints = createShardCheckpoints({ db: tables.db });
    await until(async () => (await checkpoints.load()).get("a")?.sequenceNumber === "3");
    expect(await readFeed(feed)).toEqual([]);
  });

  it("tells the entries that it fed, in order", async () => {
    source.addShard("a");
    const told: number[] = [];
    const onFed: FeederDeps["onFed"] = (_, entries) => told.push(...entries.map(({ event }) => event.version));
    await (await aFeeder({}, { onFed })).start();
    await commit("a", ...upTo(20).map((version) => aCommit("Test-a", version)));
    await untilFed(20);
    expect(told).toEqual(upTo(20));
  });
});

describe("what the stream has lost", () => {
  it("is fed from the log when records were trimmed", async () => {
    source.addShard("a");
    const first = await aFeeder();
    await commit("a", aCommit("Test-a", 1));
    await first.start();
    await first.close();
    await commit("a", aCommit("Test-a", 2), aCommit("Test-b", 1));
    source.trim("a");
    await commit("a", aCommit("Test-c", 1));
    await (await aFeeder()).start();
    expect(await fed()).toEqual(
      new Map([
        ["Test-a", [1, 2]],
        ["Test-b", [1]],
        ["Test-c", [1]],
      ]),
    );
  });

  it("is fed from the log when a shard vanished before it was read to its end", async () => {
    source.addShard("a");
    const first = await aFeeder();
    await commit("a", aCommit("Test-a", 1));
    await first.start();
    await first.close();
    await commit("a", aCommit("Test-a", 2));
    source.removeShard("a");
    source.addShard("c", "b");
    await commit("c", aCommit("Test-b", 1));
    await (await aFeeder()).start();
    expect(await fed()).toEqual(
      new Map([
        ["Test-a", [1, 2]],
        ["Test-b", [1]],
      ]),
    );
    expect([...(await createShardCheckpoints({ db: tables.db }).load()).keys()]).toEqual(["c"]);
  });

  it("is fed from the log when contiguous numbers jump", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    const first = await aFeeder();
    await commit("a", aCommit("Test-a", 1));
    await first.start();
    await commit("a", aCommit("Test-a", 2));
    await untilFed(2);
    await first.close();
    await commit("a", aCommit("Test-a", 3), aCommit("Test-b", 1));
    source.trim("a");
    await commit("a", aCommit("Test-a", 4));
    await (await aFeeder()).start();
    expect(await fed()).toEqual(
      new Map([
        ["Test-a", [1, 2, 3, 4]],
        ["Test-b", [1]],
      ]),
    );
  });

  it("is fed from the log when the stream was made anew and counts from 1 again", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    const first = await aFeeder();
    await commit("a", aCommit("Test-a", 1), aCommit("Test-a", 2), aCommit("Test-a", 3));
    await first.start();
    await first.close();
    source = createFakeStreamSource({ contiguous: true });
    source.addShard("a");
    await commit("a", aCommit("Test-b", 1));
    await (await aFeeder()).start();
    expect((await fed()).get("Test-b")).toEqual([1]);
    await commit("a", aCommit("Test-b", 2));
    await untilFed(5);
  });

  it("stops the feeder with the place of the gap where the log itself lacks it", async () => {
    source.addShard("a");
    await commit("a", aCommit("Test-a", 1));
    const feeder = await aFeeder();
    await feeder.start();
    expect(feeder.health()).toEqual({ running: true, standingBy: false });
    source.addCommit("a", aCommit("Test-a", 3));
    await until(() => !feeder.health().running);
    expect(feeder.health().error).toContain("Test-a: expected 2, found 3");
    expect(await fed()).toEqual(new Map([["Test-a", [1]]]));
    await expect((await aFeeder()).start()).rejects.toThrow(FeedGapError);
  });
});

describe("a crash", () => {
  /** All there is to feed: several pages, transactions, streams, a split and a duplicate. */
  async function story(): Promise<Map<string, number[]>> {
    await commit(undefined, aCommit("Test-a", 1, 2));
    await commit("a", ...upTo(7).map((index) => aCommit(`Test-${index}`, 1)));
    source.addCommit("a", aCommit("Test-3", 1));
    await commit("a", aCommit("Test-a", 3), aCommit("Test-b", 1, 120));
    source.addShard("b", "a");
    await commit("b", aCommit("Test-a", 4), aCommit("Test-b", 121));
    source.closeShard("a");
    const expected = upTo(7).map((index): [string, number[]] => [`Test-${index}`, [1]]);
    return new Map([...expected, ["Test-a", upTo(4)], ["Test-b", upTo(121)]]);
  }

  /** Lets a feeder die at its `request`-th request; says whether it came to that before all was fed. */
  async function dieAt(request: number, answer: "before" | "after"): Promise<boolean> {
    let sent = 0;
    const fault = () => {
      sent += 1;
      if (sent === request) return answer;
      // A dead process sends nothing more.
      return sent > request ? ("before" as const) : undefined;
    };
    const doomed = await aFeeder({ fault });
    await Promise.race([doomed.start(), until(() => sent >= request)]);
    await doomed.close();
    return sent >= request;
  }

  it.each([
    { during: "the first scan of the log", answer: "before" as const },
    { during: "the first scan of the log", answer: "after" as const },
    { during: "reading the stream", answer: "before" as const },
    { during: "reading the stream", answer: "after" as const },
  ])("during $during, at any request, $answer that had its effect, loses and doubles nothing", async (point) => {
    let died = true;
    let request = 0;
    while (died) {
      request += 1;
      await begin({ contiguous: false });
      source.addShard("a");
      if (point.during === "reading the stream") {
        const first = await aFeeder();
        await first.start();
        await first.close();
      }
      const expected = await story();
      died = await dieAt(request, point.answer);
      const second = await aFeeder({}, {}, { takeOver: true });
      await second.start();
      const entries = await readFeed(feed);
      expect(versionsByStream(entries)).toEqual(expected);
      expect(entries).toHaveLength(upTo(7).length + 4 + 121);
      await second.close();
    }
    expect(request).toBeGreaterThan(15);
  });
});

describe("two feeders", () => {
  it("feed every event once, in order, without a gap in any log", async () => {
    source.addShard("a");
    source.addShard("b");
    const both = [await aFeeder(), await aFeeder()];
    await Promise.all(both.map((feeder) => feeder.start()));
    for (const version of upTo(40)) {
      // A stream's records are in one shard.
      await commit("a", aCommit("Test-1", version), aCommit("Test-3", version));
      await commit("b", aCommit("Test-4", version), aCommit("Test-5", version));
      for (const feeder of both) feeder.ring();
    }
    await untilFed(160);
    const found = await fed();
    for (const stream of [1, 3, 4, 5]) expect(found.get(`Test-${stream}`)).toEqual(upTo(40));
    expect(both.map((feeder) => feeder.health().running)).toEqual([true, true]);
    expect(both.map((feeder) => feeder.health().standingBy).toSorted()).toEqual([false, true]);
  });

  it("one stands by, and feeds within the lease time when the other dies without a word", async () => {
    source.addShard("a");
    let dead = false;
    const doomed = await aFeeder({ fault: () => (dead ? "before" : undefined) });
    await doomed.start();
    const heir = await aFeeder();
    await heir.start();
    expect(heir.health()).toEqual({ running: true, standingBy: true });
    dead = true;
    await commit("a", aCommit("Test-1", 1));
    await untilFed(1);
    expect(heir.health()).toEqual({ running: true, standingBy: false });
  });

  it("one takes over at once when the other closes", async () => {
    source.addShard("a");
    const first = await aFeeder();
    await first.start();
    const second = await aFeeder({}, {}, { milliseconds: 600 });
    await second.start();
    await first.close();
    await commit("a", aCommit("Test-1", 1));
    await untilFed(1);
    expect(second.health().standingBy).toBe(false);
  });

  it("one that was frozen for longer than its lease writes nothing when it wakes up", async () => {
    source.addShard("a");
    let frozen: Promise<void> | undefined;
    let thaw = () => undefined as void;
    const zombie = await aFeeder({
      hold: (operation) => (operation.startsWith("TransactWrite") ? frozen : undefined),
    });
    await zombie.start();
    frozen = new Promise((resolve) => (thaw = () => resolve()));
    await commit("a", aCommit("Test-1", 1));
    zombie.ring();
    const heir = await aFeeder({}, {}, { takeOver: true });
    await heir.start();
    await untilFed(1);
    thaw();
    frozen = undefined;
    await until(() => zombie.health().standingBy);
    await commit("a", aCommit("Test-1", 2));
    await untilFed(2);
    expect(await fed()).toEqual(new Map([["Test-1", [1, 2]]]));
  });

  it("what was written during a downtime longer than the stream remembers is fed from the log, once", async () => {
    source.addShard("a");
    const first = await aFeeder({}, { clock: { now: () => "2025-01-15T10:00:00.000Z" } });
    await commit("a", aCommit("Test-1", 1));
    await first.start();
    await first.close();
    // The stream has forgotten these without a trace.
    await commit(undefined, aCommit("Test-1", 2), aCommit("Test-2", 1, 3));
    await commit("a", aCommit("Test-1", 3));
    await (await aFeeder({}, { clock: { now: () => "2025-01-16T11:00:00.000Z" } })).start();
    const entries = await readFeed(feed);
    expect(versionsByStream(entries)).toEqual(
      new Map([
        ["Test-1", [1, 2, 3]],
        ["Test-2", [1, 2, 3]],
      ]),
    );
    expect(entries).toHaveLength(6);
  });

  it("the heir reads the log where the stream has been trimmed meanwhile", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    const first = await aFeeder();
    await commit("a", aCommit("Test-1", 1));
    await first.start();
    await first.close();
    await commit("a", aCommit("Test-1", 2), aCommit("Test-2", 1));
    source.trim("a");
    await commit("a", aCommit("Test-1", 3));
    await (await aFeeder()).start();
    expect(await fed()).toEqual(
      new Map([
        ["Test-1", [1, 2, 3]],
        ["Test-2", [1]],
      ]),
    );
  });
});

describe("failures and pace", () => {
  it("is tried again until the store answers, and health says what is wrong meanwhile", async () => {
    source.addShard("a");
    let down = true;
    const feeder = await aFeeder({ fault: () => (down ? "before" : undefined) });
    const started = feeder.start();
    await until(() => feeder.health().error !== undefined);
    expect(feeder.health()).toEqual({ running: true, standingBy: false, error: "the request was lost" });
    down = false;
    await started;
    expect(feeder.health()).toEqual({ running: true, standingBy: false });
  });

  it("makes one request a poll when it is idle", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    let requests = 0;
    const feeder = await aFeeder({ onRequest: () => (requests += 1) }, { idleMilliseconds: 10 });
    await feeder.start();
    const [before, reads] = [requests, source.requests.length];
    await until(() => source.requests.length >= reads + 5);
    expect(requests).toBe(before);
    expect(new Set(source.requests.slice(reads))).toEqual(new Set(["read a"]));
  });

  it("begins a round at once when it is rung, however long the poll", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    const feeder = await aFeeder({}, { idleMilliseconds: 3_600_000 });
    await feeder.start();
    // The rounds that watch out after the start grow rare; what wakes the feeder here is the bell.
    for (const version of upTo(5)) {
      await commit("a", aCommit("Test-a", version));
      feeder.ring();
      await untilFed(version);
    }
  });

  it("gathers what comes while it is busy: many rings are few rounds", async () => {
    await begin({ contiguous: true });
    source.addShard("a");
    let transactions = 0;
    const onRequest: TableOptions["onRequest"] = ({ operation }) => {
      if (operation.startsWith("TransactWrite")) transactions += 1;
    };
    const feeder = await aFeeder({ onRequest }, { minRoundMilliseconds: 50, pageSize: 200 });
    await feeder.start();
    for (const version of upTo(100)) {
      await commit("a", aCommit("Test-a", version));
      feeder.ring();
    }
    await untilFed(100);
    expect(transactions).toBeLessThan(10);
  });

  it("closes while it waits, and while it retries", async () => {
    source.addShard("a");
    const waiting = await aFeeder({}, { idleMilliseconds: 3_600_000 });
    await waiting.start();
    await waiting.close();
    expect(waiting.health().running).toBe(false);
    const failing = await aFeeder({ fault: () => "before" });
    const started = failing.start();
    await until(() => failing.health().error !== undefined);
    await failing.close();
    await started;
  });
});
