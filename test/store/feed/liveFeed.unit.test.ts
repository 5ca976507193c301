/** Live readers: what they missed, then what happens, each event once. */
import { setMaxListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChangeFeed, Commit, FeedEntry, FeedPosition, LiveEntry } from "../../../src/domain/kernel/index.js";
import { UnknownEventError } from "../../../src/domain/kernel/index.js";
import { FeedGapError } from "../../../src/store/feed/errors.js";
import { createLiveFeed } from "../../../src/store/feed/liveFeed.js";
import type { LiveFeedDeps, LiveFeedHub } from "../../../src/store/feed/liveFeed.js";
import { createMemoryChangeFeed } from "../../../src/store/feed/memoryChangeFeed.js";
import type { MemoryChangeFeed } from "../../../src/store/feed/memoryChangeFeed.js";
import { aCommit, createMemoryLog, silent, take, until, upTo, versionsByStream } from "./support/ledger.js";

const signal = new AbortController().signal;
setMaxListeners(0, signal);
const anything = () => true;

let memory: MemoryChangeFeed;
let log: ReturnType<typeof createMemoryLog>;
let reads: number;
let live: LiveFeedHub;
let hubs: LiveFeedHub[];

/** The feed, counting how often it is read. */
function counted(): ChangeFeed {
  return {
    ...memory,
    read: (index, after, limit) => {
      reads += 1;
      return memory.read(index, after, limit);
    },
  };
}

async function aHub(deps: Partial<LiveFeedDeps> = {}): Promise<LiveFeedHub> {
  const hub = createLiveFeed({ feed: counted(), eventStore: log, log: silent, pollMilliseconds: 3_600_000, ...deps });
  hubs.push(hub);
  await hub.start();
  return hub;
}

/** Writes commits to log and feed, and tells nobody. */
async function commit(...commits: Commit[]): Promise<void> {
  for (const one of commits) {
    await log.put(one);
    memory.append(one);
  }
}

/** Writes commits to log and feed, and tells the hub as the feeder would. */
async function commitAndTell(...commits: Commit[]): Promise<void> {
  for (const one of commits) {
    await log.put(one);
    const entries = memory.append(one);
    for (const hub of hubs) hub.notify(entries[0]?.log ?? 0, entries);
  }
}

const versions = (entries: readonly FeedEntry[]) => entries.map(({ event }) => event.version);

beforeEach(async () => {
  memory = createMemoryChangeFeed({ logs: 3 });
  log = createMemoryLog();
  reads = 0;
  hubs = [];
  live = await aHub({ ringSize: 16, pageSize: 5 });
});
afterEach(async () => {
  for (const hub of hubs) await hub.close();
});

describe("following all logs", () => {
  it("without a cursor gives what happens from now on, without reading anything", async () => {
    await commitAndTell(aCommit("Test-a", 1));
    const follower = live.follow({ matches: anything, signal });
    await commitAndTell(aCommit("Test-a", 2), aCommit("Test-b", 1));
    expect(versions(await take(follower, 2))).toEqual([2, 1]);
    expect(reads).toBe(0);
  });

  it("gives only what matches", async () => {
    const follower = live.follow({ matches: ({ event }) => event.version % 2 === 0, signal });
    await commitAndTell(...upTo(6).map((version) => aCommit("Test-a", version)));
    expect(versions(await take(follower, 3))).toEqual([2, 4, 6]);
  });

  it("wakes a reader that waits", async () => {
    const next = live.follow({ matches: anything, signal }).next();
    await commitAndTell(aCommit("Test-a", 1));
    expect((await next).done).toBe(false);
  });

  it("gives every reader the same object", async () => {
    const followers = upTo(3).map(() => live.follow({ matches: anything, signal }));
    await commitAndTell(aCommit("Test-a", 1));
    const entries = await Promise.all(followers.map(async (follower) => (await take(follower, 1))[0]));
    expect(new Set(entries).size).toBe(1);
  });

  it("from a cursor that another hub gave gives what was missed since, each event once, in order for each log", async () => {
    await commit(...upTo(60).map((_, index) => aCommit(`Test-${index % 7}`, Math.floor(index / 7) + 1)));
    for (const after of [[0, 0, 0], [5, 0, 3], (await memory.head()).map((value) => Math.max(0, value - 2))]) {
      const hub = await aHub({ ringSize: 16, pageSize: 5 });
      const missed = 60 - after.reduce((sum, value) => sum + value, 0);
      const follower = hub.follow({ after, matches: anything, signal });
      const entries = await take(follower, missed);
      for (const [index, from] of after.entries()) {
        const positions = entries.filter((entry) => entry.log === index).map(({ position }) => position);
        expect(positions).toEqual(upTo(positions.length).map((position) => position + from));
      }
      expect(entries.at(-1)?.after).toEqual(await memory.head());
      await hub.close();
    }
  });

  it("every entry's cursor resumes right behind it: no event twice, none missing, wherever the reader was cut off", async () => {
    await commit(
      ...upTo(20).map((version) => aCommit("Test-a", version)),
      ...upTo(20).map((v) => aCommit("Test-b", v)),
    );
    const hub = await aHub({ ringSize: 64 });
    await commitAndTell(...upTo(8).flatMap((v) => [aCommit("Test-a", 20 + v), aCommit("Test-c", v)]));
    let position: FeedPosition = [0, 0, 0];
    const seen: LiveEntry[] = [];
    for (let cut = 1; seen.length < 56; cut += 1) {
      const [entry, ...rest] = await take(
        hub.follow({ after: position, matches: anything, signal }),
        Math.min(1 + (cut % 4), 56 - seen.length),
      );
      seen.push(...(entry === undefined ? [] : [entry]), ...rest);
      position = seen.at(-1)?.after ?? position;
    }
    expect(versionsByStream(seen)).toEqual(
      new Map([
        ["Test-a", upTo(28)],
        ["Test-b", upTo(20)],
        ["Test-c", upTo(8)],
      ]),
    );
  });

  it("a cursor that this hub gave resumes out of memory", async () => {
    const first = live.follow({ matches: anything, signal });
    await commitAndTell(...upTo(6).map((version) => aCommit("Test-a", version)));
    const [, second] = await take(first, 2);
    await first.return?.();
    const resumed = live.follow({ after: second?.after, matches: anything, signal });
    expect(versions(await take(resumed, 4))).toEqual([3, 4, 5, 6]);
    expect(reads).toBe(0);
  });

  it("a cursor that is ahead of this hub waits until the hub has come as far", async () => {
    await commit(aCommit("Test-a", 1), aCommit("Test-a", 2), aCommit("Test-b", 1));
    const after = await memory.head();
    const resumed = live.follow({ after, matches: anything, signal });
    const next = take(resumed, 1);
    for (const index of [0, 1, 2]) live.notify(index, await memory.read(index, 0, 10));
    await commitAndTell(aCommit("Test-b", 2));
    expect((await next)[0]?.event).toMatchObject({ streamId: "Test-b", version: 2 });
  });

  it("a cursor with fewer logs than the feed has begins at the start of the others", async () => {
    await commit(...upTo(9).map((index) => aCommit(`Test-${index}`, 1)));
    const hub = await aHub();
    expect(await take(hub.follow({ after: [], matches: anything, signal }), 9)).toHaveLength(9);
  });

  it("a reader that falls behind the ring reads the feed and misses nothing", async () => {
    const slow = live.follow({ matches: anything, signal });
    await commitAndTell(aCommit("Test-a", 1));
    const seen = await take(slow, 1);
    await commitAndTell(...upTo(200).map((version) => aCommit("Test-a", version + 1)));
    expect(reads).toBe(0);
    seen.push(...(await take(slow, 200)));
    expect(versions(seen)).toEqual(upTo(201));
    expect(reads).toBeGreaterThan(0);
  });

  it("a reader that is behind while writers go on sees each event once, in order", async () => {
    const counts = new Map<string, number>();
    const write = (count: number) =>
      commitAndTell(
        ...upTo(count).map((index) => {
          const streamId = `Test-${index % 5}`;
          const version = (counts.get(streamId) ?? 0) + 1;
          counts.set(streamId, version);
          return aCommit(streamId, version);
        }),
      );
    await write(100);
    const follower = live.follow({ after: [0, 0, 0], matches: anything, signal });
    const seen: LiveEntry[] = [];
    for (const _ of upTo(40)) {
      seen.push(...(await take(follower, 7)));
      await write(5);
    }
    seen.push(...(await take(follower, 300 - seen.length)));
    expect(versionsByStream(seen)).toEqual(new Map(upTo(5).map((index) => [`Test-${index % 5}`, upTo(60)])));
  });

  it("lets other work in between the pages of a replay, so that a reader that has gone does not keep it running", async () => {
    await commit(...upTo(500).map((version) => aCommit("Test-a", version)));
    const hub = await aHub({ ringSize: 16, pageSize: 10 });
    const controller = new AbortController();
    const follower = hub.follow({ after: [0, 0, 0], matches: () => false, signal: controller.signal });
    const next = follower.next();
    setImmediate(() => controller.abort());
    expect((await next).done).toBe(true);
    const readsThen = reads;
    await new Promise(setImmediate);
    expect(reads).toBeLessThanOrEqual(readsThen + 1);
    expect(reads).toBeLessThan(10);
  });

  it("fails where the feed lacks what it must have", async () => {
    await commit(...upTo(5).map((version) => aCommit("Test-a", version)));
    const hub = await aHub({ feed: { ...counted(), read: async () => [] } });
    await expect(hub.follow({ after: [0, 0, 0], matches: anything, signal }).next()).rejects.toThrow(FeedGapError);
  });
});

describe("following one stream", () => {
  it("replays the log behind a version, then goes live", async () => {
    await commitAndTell(aCommit("Test-a", 1, 3), aCommit("Test-a", 4));
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 2, signal });
    expect((await take(follower, 2)).map(({ version }) => version)).toEqual([3, 4]);
    const next = take(follower, 1);
    await commitAndTell(aCommit("Test-b", 1), aCommit("Test-a", 5));
    expect((await next)[0]?.version).toBe(5);
  });

  it("gives an event once although it is in the log before it is in the feed", async () => {
    const early = aCommit("Test-a", 1);
    await log.put(early);
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    expect((await take(follower, 1)).map(({ version }) => version)).toEqual([1]);
    const next = take(follower, 1);
    const entries = memory.append(early);
    live.notify(entries[0]?.log ?? 0, entries);
    await commitAndTell(aCommit("Test-a", 2));
    expect((await next)[0]?.version).toBe(2);
  });

  it("reads the log again when it has fallen behind the ring", async () => {
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    await commitAndTell(aCommit("Test-a", 1));
    await take(follower, 1);
    await commitAndTell(...upTo(100).map((version) => aCommit("Test-a", version + 1)));
    expect((await take(follower, 100)).map(({ version }) => version)).toEqual(upTo(100).map((version) => version + 1));
  });

  it("misses nothing when the ring has forgotten its events and holds only those of others", async () => {
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    await commitAndTell(aCommit("Test-a", 1));
    await take(follower, 1);
    await commitAndTell(aCommit("Test-a", 2), ...upTo(40).map((version) => aCommit("Test-b", version)));
    expect((await take(follower, 1))[0]?.version).toBe(2);
  });

  it("resumes out of the ring, without reading the log, where the ring holds what comes next", async () => {
    await commitAndTell(...upTo(4).map((version) => aCommit("Test-a", version)));
    log.commits.length = 0;
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 2, signal });
    expect((await take(follower, 2)).map(({ version }) => version)).toEqual([3, 4]);
  });

  it("does not read the log again after a long time in which only other streams had events", async () => {
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    await commitAndTell(aCommit("Test-a", 1));
    await take(follower, 1);
    const next = take(follower, 1);
    await new Promise(setImmediate);
    await commitAndTell(...upTo(100).map((version) => aCommit("Test-b", version)));
    log.commits.length = 0;
    await commitAndTell(aCommit("Test-a", 2));
    log.commits.length = 0;
    expect((await next)[0]?.version).toBe(2);
  });

  it("fails where the log has a gap", async () => {
    log.commits.push(aCommit("Test-a", 1), aCommit("Test-a", 3));
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    await take(follower, 1);
    await expect(follower.next()).rejects.toThrow(FeedGapError);
  });

  it("fails where the feed has what the log lacks", async () => {
    const follower = live.followStream({ streamId: "Test-a", afterVersion: 0, signal });
    const next = follower.next();
    for (const version of upTo(20)) {
      const entries = memory.append(aCommit("Test-a", version));
      live.notify(entries[0]?.log ?? 0, entries);
    }
    await expect(next).rejects.toThrow(FeedGapError);
  });

  it("a thousand readers of one stream get every event, and those of other streams are not woken", async () => {
    const followers = upTo(1_000).map(() => live.followStream({ streamId: "Test-a", afterVersion: 0, signal }));
    const all = Promise.all(followers.map((follower) => take(follower, 10)));
    await until(() => live.health().followers === 1_000);
    let looked = 0;
    const other = live.followStream({ streamId: "Test-b", afterVersion: 0, signal });
    const otherNext = other.next().finally(() => (looked += 1));
    for (const version of upTo(10)) await commitAndTell(aCommit("Test-a", version));
    for (const events of await all) expect(events.map(({ version }) => version)).toEqual(upTo(10));
    expect(looked).toBe(0);
    await other.return?.();
    await otherNext;
  });
});

describe("the hub", () => {
  it("reads what nobody told it, looking again after a while", async () => {
    const hub = await aHub({ pollMilliseconds: 5 });
    const follower = hub.follow({ matches: anything, signal });
    await commit(...upTo(250).map((version) => aCommit("Test-a", version)));
    expect(versions(await take(follower, 250))).toEqual(upTo(250));
  });

  it("reads at once what is missing before what it is told", async () => {
    const follower = live.follow({ matches: anything, signal });
    await commit(aCommit("Test-a", 1));
    await commitAndTell(aCommit("Test-a", 2));
    expect(versions(await take(follower, 2))).toEqual([1, 2]);
  });

  it("looks more and more rarely while nothing happens", async () => {
    const hub = await aHub({ pollMilliseconds: 4 });
    const began = performance.now();
    await until(() => reads >= 15);
    // 3 logs: five looks, after 4, 8, 16, 32 and 32 milliseconds.
    expect(performance.now() - began).toBeGreaterThan(80);
    expect(hub.health()).toEqual({ running: true, followers: 0 });
  });

  it("looks more often where a reader waits for what another process feeds", async () => {
    const looks = { waitedFor: 0, idle: 0 };
    const counting = (hub: keyof typeof looks): ChangeFeed => ({
      ...memory,
      read: (...asked) => {
        looks[hub] += 1;
        return memory.read(...asked);
      },
    });
    const hub = await aHub({ pollMilliseconds: 10, feed: counting("waitedFor") });
    void hub.follow({ matches: anything, signal }).next();
    await aHub({ pollMilliseconds: 10, feed: counting("idle") });
    // 3 logs: twelve looks, the last ones 20 milliseconds apart. Without a reader they are 80 apart by then.
    await until(() => looks.waitedFor >= 36);
    expect(looks.idle).toBeLessThan(24);
  });

  it("says when it cannot read the feed, and goes on when it can", async () => {
    let down = true;
    const read: ChangeFeed["read"] = (index, after, limit) =>
      down ? Promise.reject(new Error("no answer")) : memory.read(index, after, limit);
    const hub = await aHub({ pollMilliseconds: 2, feed: { ...memory, read } });
    await until(() => hub.health().error === "no answer");
    down = false;
    const follower = hub.follow({ matches: anything, signal });
    await commit(aCommit("Test-a", 1));
    await take(follower, 1);
    await until(() => hub.health().error === undefined);
  });

  it("ends all its readers when it closes, and gives later ones nothing", async () => {
    const blocked = [
      live.follow({ matches: anything, signal }).next(),
      live.followStream({ streamId: "Test-a", afterVersion: 0, signal }).next(),
    ];
    await live.close();
    for (const next of blocked) expect((await next).done).toBe(true);
    expect((await live.follow({ matches: anything, signal }).next()).done).toBe(true);
    expect(live.health()).toEqual({ running: false, followers: 0 });
  });

  it("forgets readers that have gone", async () => {
    const controller = new AbortController();
    const gone = [
      live.follow({ matches: anything, signal: controller.signal }),
      live.followStream({ streamId: "Test-a", afterVersion: 0, signal: controller.signal }),
    ];
    expect(live.health().followers).toBe(2);
    controller.abort();
    for (const follower of gone) expect((await follower.next()).done).toBe(true);
    expect(live.health().followers).toBe(0);
    live.follow({ matches: anything, signal: AbortSignal.abort() });
    expect(live.health().followers).toBe(0);
  });

  it("has no readers before it has started", () => {
    const hub = createLiveFeed({ feed: memory, eventStore: log, log: silent });
    expect(() => hub.follow({ matches: anything, signal })).toThrow("not started");
  });

  it("is not moved by what it has seen", async () => {
    await commitAndTell(aCommit("Test-a", 1));
    const before = live.position();
    for (const index of [0, 1, 2]) live.notify(index, await memory.read(index, 0, 10));
    expect(live.position()).toBe(before);
  });
});

it("an event that only a newer release can read is told of, and no other failure is", async () => {
  const told: Error[] = [];
  let failure: Error = new Error("not now");
  const feed = { ...memory, read: () => Promise.reject(failure) };
  const hub = await aHub({ feed, pollMilliseconds: 1, onNewerEvent: (error) => void told.push(error) });
  await until(() => hub.health().error === "not now");
  failure = new UnknownEventError("Noted", 2);
  await until(() => told.length > 0);
  expect(told.every((error) => error === failure)).toBe(true);
  expect(hub.health().error).toBe("no schema for event Noted version 2");
});
