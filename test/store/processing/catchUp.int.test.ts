/** Processors that run to the head of the feed and end, on the real engine: as a function has them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import { createCatchUp } from "../../../src/store/processing/catchUp.js";
import type { CatchUpDeps, CatchUpOptions } from "../../../src/store/processing/catchUp.js";
import { loadCheckpoint } from "../../../src/store/processing/checkpoint.js";
import { loadDeadLetters, requestDeadLetter } from "../../../src/store/processing/deadLetters.js";
import type { FeedHandler } from "../../../src/store/processing/processor.js";
import { replayFrom } from "../../../src/store/processing/replay.js";
import { startFeedEngine } from "../feed/support/engine.js";
import type { FeedEngine } from "../feed/support/engine.js";
import { clock, leasesOf, silent, until, upTo } from "../feed/support/ledger.js";
import { startProcessingWorld, textOf } from "./support.js";
import type { ProcessingWorld } from "./support.js";

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

let world: ProcessingWorld;
let fed: number;
beforeEach(async () => {
  world = await startProcessingWorld(engine);
  fed = 0;
});
afterEach(() => world.close());

/** Appends, and waits until it is in the feed. */
async function feed(streamId: string, version: number, text = "something", count = 1): Promise<void> {
  await world.append(streamId, version, text, count);
  fed += count;
  await until(async () => (await world.feed.head()).reduce((sum, at) => sum + at, 0) === fed);
}

interface Watcher extends FeedHandler {
  readonly seen: string[];
}

/** Remembers what it is given; "nothing" means nothing to it. `fails` may throw. */
function aWatcher(name: string, kind: FeedHandler["kind"] = "PROJECTION", more: Partial<FeedHandler> = {}): Watcher {
  const seen: string[] = [];
  return {
    name,
    kind,
    seen,
    wants: (entry) => textOf(entry) !== "nothing",
    handle: async (entries: readonly FeedEntry[]) => {
      if (entries.some((entry) => textOf(entry) === "bad")) throw new Error("it cannot be handled");
      seen.push(...entries.map(({ event }) => `${event.streamId}@${event.version}`));
      return [];
    },
    ...more,
  };
}

/** An environment of its own, as another process would have it. */
async function catchUpOf(handlers: readonly FeedHandler[], deps: Partial<CatchUpDeps> = {}) {
  const requests: string[] = [];
  const { db } = await engine.tables({
    prefix: world.prefix,
    onRequest: ({ operation }) => requests.push(operation),
  });
  const catchUp = createCatchUp({
    db,
    feed: world.feed,
    eventStore: {
      readStream: () => {
        throw new Error("the log is not needed");
      },
    },
    leases: leasesOf(db),
    handlers,
    clock,
    log: silent,
    backoff: () => Promise.resolve(),
    ...deps,
  });
  return {
    requests: () => requests.splice(0),
    run: (options: Partial<CatchUpOptions> = {}) =>
      catchUp({ signal: new AbortController().signal, look: "news", ...options }),
  };
}

const positionOf = async (name: string) => (await loadCheckpoint(world.db, name))?.position;
const nothing = { ran: [], elsewhere: [], failed: [] };

describe("catching up", () => {
  it("hands every processor what it wants, once, and ends at the head with all checkpoints written", async () => {
    await feed("Test-a", 1);
    await feed("Test-b", 1, "nothing");
    const watchers = [aWatcher("one"), aWatcher("two"), aWatcher("none", "PROJECTION", { wants: () => false })];
    const { run } = await catchUpOf(watchers);
    expect(await run()).toEqual({ ...nothing, ran: ["one", "two"] });
    await feed("Test-a", 2);
    expect(await run()).toEqual({ ...nothing, ran: ["one", "two"] });
    expect(watchers.map(({ seen }) => seen)).toEqual([["Test-a@1", "Test-a@2"], ["Test-a@1", "Test-a@2"], []]);
    for (const { name } of watchers) expect(await positionOf(name)).toEqual(await world.feed.head());
  });

  it("goes on where another process has stopped", async () => {
    const watcher = aWatcher("one");
    await feed("Test-a", 1);
    await (await catchUpOf([watcher])).run();
    await feed("Test-a", 2);
    await (await catchUpOf([watcher])).run();
    expect(watcher.seen).toEqual(["Test-a@1", "Test-a@2"]);
  });

  it("of a long backlog reads page by page, each event once and in order, beside one that is nearly there", async () => {
    const [far, near] = [aWatcher("far"), aWatcher("near")];
    for (const index of upTo(6)) await feed("Test-a", 1 + 100 * (index - 1), "something", 100);
    await (await catchUpOf([near])).run();
    await feed("Test-b", 1);
    expect(await (await catchUpOf([far, near])).run()).toEqual({ ...nothing, ran: ["far", "near"] });
    expect(far.seen.filter((seen) => seen.startsWith("Test-a"))).toEqual(
      upTo(600).map((version) => `Test-a@${version}`),
    );
    expect(near.seen.filter((seen) => seen.startsWith("Test-b"))).toEqual(["Test-b@1"]);
    expect(near.seen).toHaveLength(601);
  });

  it("begins a processor that starts with what comes at the head, and never again", async () => {
    await feed("Test-a", 1);
    const watcher = aWatcher("late", "POLICY", { startsAt: "now" });
    const { run } = await catchUpOf([watcher]);
    await run();
    await feed("Test-a", 2);
    await run();
    expect(watcher.seen).toEqual(["Test-a@2"]);
  });

  it("sees what has come while it held the lease, for whoever was turned away meanwhile", async () => {
    await feed("Test-a", 1);
    let turnedAway: unknown;
    const watcher = aWatcher("one");
    const slow: FeedHandler = {
      ...watcher,
      handle: async (entries, context) => {
        if (watcher.seen.length === 0) {
          await feed("Test-b", 1);
          turnedAway = await (await catchUpOf([watcher])).run();
        }
        return watcher.handle(entries, context);
      },
    };
    await (await catchUpOf([slow])).run();
    expect(turnedAway).toEqual({ ...nothing, elsewhere: ["one"] });
    expect(watcher.seen).toEqual(["Test-a@1", "Test-b@1"]);
  });

  it("takes a processor over whose holder has died, when it comes again and again", async () => {
    await feed("Test-a", 1);
    const watcher = aWatcher("one");
    // Whoever never answers holds the lease until it ends by itself.
    const dead = leasesOf(world.db, { milliseconds: 1_000_000 });
    const end = new AbortController();
    const held = new Promise<void>((resolve) => {
      void dead.hold("one", () => new Promise<void>(() => resolve()), { signal: end.signal });
    });
    await held;
    const { run } = await catchUpOf([watcher]);
    expect(await run()).toEqual({ ...nothing, elsewhere: ["one"] });
    await until(async () => (await run()).ran.includes("one"));
    expect(watcher.seen).toEqual(["Test-a@1"]);
  });
});

describe("a processor that fails", () => {
  it("is named, and holds up no other", async () => {
    await feed("Test-a", 1);
    const [good, lost] = [aWatcher("good"), aWatcher("lost")];
    const leases = leasesOf(world.db);
    const { run } = await catchUpOf([good, lost], { leases: { ...leases, attempt: failingFor("lost", leases) } });
    expect(await run()).toEqual({
      ...nothing,
      ran: ["good"],
      failed: [{ processor: "lost", error: "no lease today" }],
    });
    expect(good.seen).toEqual(["Test-a@1"]);
  });

  it("because of one event parks that stream, and that is no failure; asked to, it tries again", async () => {
    await feed("Test-a", 1, "bad");
    await feed("Test-b", 1);
    const watcher = aWatcher("one");
    const { run } = await catchUpOf([watcher]);
    expect(await run()).toEqual({ ...nothing, ran: ["one"] });
    await feed("Test-a", 2);
    await run();
    expect(watcher.seen).toEqual(["Test-b@1"]);
    expect(await loadDeadLetters(world.db, "one", 1)).toHaveLength(1);
    await requestDeadLetter(world.db, "one", "Test-a", "SKIP");
    const { run: again } = await catchUpOf([watcher], { eventStore: world.log });
    // News alone do not bring it to light.
    expect(await again()).toEqual(nothing);
    expect(await again({ look: "everything" })).toEqual({ ...nothing, ran: ["one"] });
    expect(watcher.seen).toEqual(["Test-b@1", "Test-a@2"]);
    expect(await loadDeadLetters(world.db, "one", 1)).toEqual([]);
  });

  it("for want of time is named, and what is done stays done", async () => {
    for (const version of upTo(3)) await feed("Test-a", version);
    const ending = new AbortController();
    const watcher = aWatcher("one");
    const slow: FeedHandler = {
      ...watcher,
      handle: async (entries, context) => {
        ending.abort();
        return watcher.handle(entries, context);
      },
    };
    const { run } = await catchUpOf([slow], { batchSize: 1 });
    const { failed } = await run({ signal: ending.signal });
    expect(failed).toEqual([{ processor: "one", error: "there was no time for the rest" }]);
    expect(watcher.seen).toEqual(["Test-a@1"]);
    await run();
    expect(watcher.seen).toEqual(["Test-a@1", "Test-a@2", "Test-a@3"]);
  });

  it("whose checkpoint was moved by a replay goes on from there", async () => {
    await feed("Test-a", 1);
    const watcher = aWatcher("one", "POLICY");
    const { run } = await catchUpOf([watcher]);
    await run();
    await replayFrom({ db: world.db, feed: world.feed, clock }, "one", [0, 0, 0, 0]);
    expect(await run()).toEqual({ ...nothing, ran: ["one"] });
    expect(watcher.seen).toEqual(["Test-a@1", "Test-a@1"]);
  });
});

describe("requests", () => {
  it("are one where there is nothing new, besides those for the ends of the feed's logs", async () => {
    const { run, requests } = await catchUpOf([aWatcher("one"), aWatcher("two", "POLICY")]);
    await feed("Test-a", 1);
    await run();
    requests();
    await run();
    // The feed is read with a client of its own.
    expect(requests()).toEqual(["BatchGetItem"]);
  });

  it("are one for all processors that pass over what is new; a policy's place is written when it has passed a hundred", async () => {
    const passing = { wants: () => false };
    const views = [aWatcher("one", "PROJECTION", passing), aWatcher("two", "PROJECTION", passing)];
    const { run, requests } = await catchUpOf([...views, aWatcher("three", "POLICY", passing)]);
    await feed("Test-a", 1);
    await run();
    expect(requests()).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(await positionOf("two")).toEqual(await world.feed.head());
    expect(await positionOf("three")).toBeUndefined();
    await feed("Test-a", 2, "something", 99);
    await run();
    expect(await positionOf("three")).toEqual(await world.feed.head());
  });

  it("are four for a processor with news: its lease, dead letters, the transaction, and the lease back", async () => {
    const { run, requests } = await catchUpOf([aWatcher("one")]);
    await feed("Test-a", 1);
    await run();
    requests();
    await feed("Test-a", 2);
    await run();
    expect(requests()).toEqual(["BatchGetItem", "UpdateItem", "Query", "TransactWriteItems", "UpdateItem"]);
  });
});

/** Leases of which one cannot be had. */
function failingFor(name: string, leases: CatchUpDeps["leases"]): CatchUpDeps["leases"]["attempt"] {
  return async (wanted, work) => {
    if (wanted === name) throw new Error("no lease today");
    return leases.attempt(wanted, work);
  };
}
