/** Processors on the real engine: each event counts once, and one that cannot be handled parks its stream alone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UnavailableError, UnknownEventError } from "../../../src/domain/kernel/index.js";
import type { AsyncProjection, FeedEntry } from "../../../src/domain/kernel/index.js";
import { batchGet } from "../../../src/store/dynamodb/batchGet.js";
import type { AsyncView } from "../../../src/store/processing/asyncView.js";
import { loadCheckpoint } from "../../../src/store/processing/checkpoint.js";
import { createProcessorControl } from "../../../src/store/processing/control.js";
import { loadDeadLetters } from "../../../src/store/processing/deadLetters.js";
import type { FeedHandler, Processor } from "../../../src/store/processing/processor.js";
import { createProjector } from "../../../src/store/processing/projector.js";
import { rebuildView } from "../../../src/store/processing/rebuildView.js";
import { replayFrom } from "../../../src/store/processing/replay.js";
import { startFeedEngine } from "../feed/support/engine.js";
import type { FeedEngine, TableOptions } from "../feed/support/engine.js";
import { clock, leasesOf, until, upTo } from "../feed/support/ledger.js";
import { startProcessingWorld, textOf } from "./support.js";
import type { ProcessingWorld } from "./support.js";

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

let world: ProcessingWorld;
beforeEach(async () => {
  world = await startProcessingWorld(engine);
});
afterEach(() => world.close());

/** How many events of each text there are, and how many in all. */
const tally: AsyncProjection<number> = {
  name: "tally",
  keys: (entry) => (textOf(entry) === "nothing" ? [] : [textOf(entry), "all"]),
  apply: (row = 0) => row + 1,
};
const tallyView: AsyncView<number> = {
  projection: tally,
  rows: "folds",
  itemKey: (key, generation) => ({ table: "aegis-incidents", key: { PK: `TALLY#${generation}`, SK: key } }),
  toItem: (_key, count) => ({ count }),
  fromItem: (item) => Number(item["count"]),
};

async function counted(key: string): Promise<number> {
  const checkpoint = await loadCheckpoint(world.db, "tally");
  const { table, key: itemKey } = tallyView.itemKey(key, checkpoint?.generation ?? 1);
  const [item] = await batchGet(world.db, table, [itemKey], { consistent: true });
  return item === undefined ? 0 : tallyView.fromItem(item);
}

const projector = (view: AsyncView<number> = tallyView) =>
  ((db) => createProjector({ db, view })) satisfies Parameters<ProcessingWorld["processor"]>[0];

/** A handler that remembers what it was given, and fails where `failure` says so. */
function aHandler(failure: (entry: FeedEntry) => Error | undefined = () => undefined) {
  const seen: string[] = [];
  const handler: FeedHandler = {
    name: "watch",
    kind: "POLICY",
    wants: (entry) => textOf(entry) !== "nothing",
    handle: async (entries) => {
      for (const entry of entries) {
        const error = failure(entry);
        if (error !== undefined) throw error;
      }
      seen.push(...entries.map(({ event }) => `${event.streamId}@${event.version}`));
      return [];
    },
  };
  return { handler, seen, distinct: () => [...new Set(seen)] };
}

const controlDeps = () => ({
  db: world.db,
  feed: world.feed,
  leases: leasesOf(world.db),
  clock,
  feeder: { lease: "feeder", health: () => ({ lagEvents: 0 }) },
  waitMilliseconds: 2_000,
});

function controlOf(...processors: Processor[]) {
  return createProcessorControl({ ...controlDeps(), processors });
}

const caughtUp = (processor: Processor) => world.caughtUp(processor);

describe("a projector", () => {
  it("counts every event once, of the past and of the present", async () => {
    await world.append("Test-a", 1, "red", 3);
    const processor = await world.processor(projector());
    for (const version of upTo(10)) await world.append(`Test-${version}`, 1, "red");
    await until(async () => (await counted("all")) === 13);
    expect(await counted("red")).toBe(13);
    expect(await counted("blue")).toBe(0);
    await caughtUp(processor);
  });

  it("counts every event once although it dies at any request, its effect done or not", async () => {
    for (const index of upTo(12)) await world.append("Test-a", 2 * index - 1, "red", 2);
    for (const answer of ["before", "after"] as const) {
      for (let doomedAt = 1; doomedAt <= 12; doomedAt += 1) {
        let sent = 0;
        const fault = () => {
          sent += 1;
          if (sent === doomedAt) return answer;
          return sent > doomedAt ? ("before" as const) : undefined;
        };
        const doomed = await world.processor(projector(), { fault }, { batchSize: 3 }, { takeOver: true });
        await until(async () => sent >= doomedAt || (await counted("all")) === 24);
        await doomed.close();
      }
    }
    const last = await world.processor(projector(), {}, {}, { takeOver: true });
    await caughtUp(last);
    expect(await counted("all")).toBe(24);
  });

  it("is run by one server at a time, and by the other when that one stops", async () => {
    const [first, second] = [await world.processor(projector()), await world.processor(projector())];
    for (const version of upTo(20)) await world.append("Test-a", version, "red");
    await until(async () => (await counted("all")) === 20);
    expect([first, second].filter((one) => one.position() !== undefined)).toHaveLength(1);
    await (first.position() === undefined ? second : first).close();
    for (const version of upTo(5)) await world.append("Test-b", version, "red");
    await until(async () => (await counted("all")) === 25);
  });

  it("notes what it passes over without a write for each", async () => {
    let writes = 0;
    const processor = await world.processor(projector(), {
      onRequest: ({ operation }) => (writes += operation === "TransactWriteItems" ? 1 : 0),
    });
    for (const version of upTo(50)) await world.append("Test-a", version, "nothing");
    await caughtUp(processor);
    await until(async () => ((await loadCheckpoint(world.db, "tally"))?.position ?? []).includes(50));
    expect(writes).toBeLessThan(10);
  });

  it("that is no view notes what it passes over at first, after each hundred events, and when it stops", async () => {
    let looks = 0;
    const onRequest = ({ operation }: { readonly operation: string }) => (looks += operation === "GetItem" ? 1 : 0);
    const { handler } = aHandler();
    const passing = { ...handler, wants: () => false };
    const processor = await world.processor(passing, { onRequest }, { checkMilliseconds: 0 });
    const noted = async () => Math.max(0, ...((await loadCheckpoint(world.db, "watch"))?.position ?? []));
    await world.append("Test-a", 1);
    await until(async () => (await noted()) === 1);
    for (const version of upTo(50)) await world.append("Test-a", version + 1);
    await caughtUp(processor);
    const before = looks;
    await until(() => (processor.ring(), looks > before + 1));
    expect(await noted()).toBe(1);
    for (const version of upTo(60)) await world.append("Test-a", version + 51);
    await until(async () => (await noted()) > 100);
    await world.append("Test-a", 112);
    await caughtUp(processor);
    await processor.close();
    expect(await noted()).toBe(112);
  });

  it("says at once how far it has come, also where there was nothing to write", async () => {
    let writes = 0;
    const processor = await world.processor(projector(), {
      onRequest: ({ operation }) => (writes += operation === "TransactWriteItems" ? 1 : 0),
    });
    await world.append("Test-a", 1, "red");
    await caughtUp(processor);
    await until(async () => ((await loadCheckpoint(world.db, "tally"))?.position ?? []).includes(1));
    const before = writes;
    await world.append("Test-a", 2, "nothing");
    await caughtUp(processor);
    expect(writes).toBe(before);
  });

  it("writes a batch that changes more rows than a transaction takes in several", async () => {
    const wide: AsyncProjection<number> = {
      name: "tally",
      keys: ({ event }) => upTo(60).map((index) => `${event.version % 2}-${index}`),
      apply: (row = 0) => row + 1,
    };
    for (const version of upTo(8)) await world.append("Test-a", version, "red");
    await world.processor(projector({ ...tallyView, projection: wide }));
    await until(async () => (await counted("1-60")) === 4 && (await counted("0-1")) === 4);
  });
});

describe("an event that cannot be handled", () => {
  const poison = (entry: FeedEntry) => (textOf(entry) === "poison" ? new Error("I choke on poison") : undefined);

  it("parks its stream as a dead letter, and all other streams go on", async () => {
    const { handler, distinct } = aHandler(poison);
    const processor = await world.processor(handler, {}, { maxAttempts: 3 });
    await world.append("Test-a", 1);
    await world.append("Test-a", 2, "poison");
    await world.append("Test-a", 3);
    await world.append("Test-b", 1);
    await caughtUp(processor);
    expect(distinct().toSorted()).toEqual(["Test-a@1", "Test-b@1"]);
    expect(await loadDeadLetters(world.db, "watch", 1)).toEqual([
      expect.objectContaining({
        processor: "watch",
        streamId: "Test-a",
        version: 2,
        eventType: "Noted",
        error: "I choke on poison",
        attempts: 3,
      }),
    ]);
  });

  it("stays parked across a restart, then goes on in order when it is retried with success", async () => {
    let cured = false;
    const { handler, seen } = aHandler((entry) => (cured ? undefined : poison(entry)));
    const first = await world.processor(handler);
    for (const [index, text] of ["fine", "poison", "late", "later"].entries()) {
      await world.append("Test-a", index + 1, text);
    }
    await caughtUp(first);
    await first.close();
    cured = true;
    const second = await world.processor(handler);
    await caughtUp(second);
    expect(seen).toEqual(["Test-a@1"]);
    await controlOf(second).request("watch", "Test-a", "RETRY");
    await until(async () => (await loadDeadLetters(world.db, "watch", 1)).length === 0);
    expect(seen).toEqual(["Test-a@1", "Test-a@2", "Test-a@3", "Test-a@4"]);
    await world.append("Test-a", 5);
    await until(() => seen.length === 5);
  });

  it("is left out when it is skipped, and what waited behind it goes on", async () => {
    const { handler, seen } = aHandler(poison);
    const processor = await world.processor(handler);
    await world.append("Test-a", 1, "poison");
    await world.append("Test-a", 2);
    await caughtUp(processor);
    await controlOf(processor).request("watch", "Test-a", "SKIP");
    await until(async () => (await loadDeadLetters(world.db, "watch", 1)).length === 0);
    await until(() => seen.length > 0);
    expect(seen).toEqual(["Test-a@2"]);
  });

  it("parks its stream again where a retry fails, at the event that failed", async () => {
    const { handler, seen } = aHandler(poison);
    const processor = await world.processor(handler, {}, { maxAttempts: 2 });
    await world.append("Test-a", 1, "poison");
    await world.append("Test-a", 2);
    await world.append("Test-a", 3, "poison");
    await caughtUp(processor);
    await controlOf(processor).request("watch", "Test-a", "SKIP");
    const letters = () => loadDeadLetters(world.db, "watch", 1);
    await until(async () => (await letters()).some(({ version, attempts }) => version === 3 && attempts === 2));
    const [letter] = await loadDeadLetters(world.db, "watch", 1);
    expect(letter).toMatchObject({ attempts: 2, error: "I choke on poison" });
    expect(letter?.requested).toBeUndefined();
    expect(seen).toEqual(["Test-a@2"]);
  });

  it("counts once in a view although its stream was parked and retried", async () => {
    let cured = false;
    const sick: AsyncProjection<number> = {
      ...tally,
      apply: (row, entry, key) => {
        if (!cured && textOf(entry) === "poison") throw new Error("no");
        return tally.apply(row, entry, key);
      },
    };
    const processor = await world.processor(projector({ ...tallyView, projection: sick }));
    await world.append("Test-a", 1, "poison");
    for (const version of upTo(5)) await world.append("Test-b", version, "red");
    await world.append("Test-a", 2, "red");
    await until(async () => (await loadDeadLetters(world.db, "tally", 1)).length === 1);
    await until(async () => (await counted("all")) === 5);
    cured = true;
    await controlOf(processor).request("tally", "Test-a", "RETRY");
    await until(async () => (await counted("all")) === 7);
    expect(await counted("poison")).toBe(1);
  });

  it("is not parked where the world outside does not answer: everything waits, then goes on", async () => {
    let down = true;
    const { handler, seen } = aHandler(() => (down ? new UnavailableError("the bus is down") : undefined));
    const processor = await world.processor(handler, {}, { backoff: () => new Promise((done) => setTimeout(done, 5)) });
    await world.append("Test-a", 1);
    await until(() => processor.error() === "the bus is down");
    down = false;
    await until(() => seen.length === 1);
    await until(() => processor.error() === undefined);
    expect(await loadDeadLetters(world.db, "watch", 1)).toEqual([]);
  });

  it("parks its stream also where the handler cannot even tell whether it wants it", async () => {
    const { handler, seen } = aHandler(poison);
    const wants = (entry: FeedEntry) => {
      if (textOf(entry) === "poison") throw new Error("I cannot read that");
      return true;
    };
    const processor = await world.processor({ ...handler, wants });
    await world.append("Test-a", 1, "poison");
    await world.append("Test-b", 1);
    await caughtUp(processor);
    expect(seen).toEqual(["Test-b@1"]);
    expect(await loadDeadLetters(world.db, "watch", 1)).toHaveLength(1);
  });

  it("is not counted twice when the answer to its retry is lost", async () => {
    let cured = false;
    const sick: AsyncProjection<number> = {
      ...tally,
      apply: (row, entry, key) => {
        if (!cured && textOf(entry) === "poison") throw new Error("no");
        return tally.apply(row, entry, key);
      },
    };
    let lose = false;
    const fault: TableOptions["fault"] = (operation) => {
      if (!lose || !operation.startsWith("TransactWrite")) return undefined;
      lose = false;
      return "after";
    };
    const processor = await world.processor(projector({ ...tallyView, projection: sick }), { fault });
    await world.append("Test-a", 1, "poison");
    await world.append("Test-a", 2, "poison");
    await caughtUp(processor);
    await until(async () => (await loadDeadLetters(world.db, "tally", 1)).length === 1);
    cured = true;
    lose = true;
    await controlOf(processor).request("tally", "Test-a", "RETRY");
    await until(async () => (await loadDeadLetters(world.db, "tally", 1)).length === 0);
    expect(await counted("poison")).toBe(2);
  });

  it("is left out alone: what comes behind it is not, although the handler does not want it any more", async () => {
    let fixed = false;
    const { handler, seen } = aHandler(poison);
    const wants = (entry: FeedEntry) => !(fixed && textOf(entry) === "poison");
    const processor = await world.processor({ ...handler, wants });
    await world.append("Test-a", 1, "poison");
    await world.append("Test-a", 2);
    await caughtUp(processor);
    fixed = true;
    await controlOf(processor).request("watch", "Test-a", "SKIP");
    await until(async () => (await loadDeadLetters(world.db, "watch", 1)).length === 0);
    expect(seen).toEqual(["Test-a@2"]);
  });

  it("is not asked about where it is another one by now", async () => {
    const { handler } = aHandler(poison);
    const processor = await world.processor(handler);
    await world.append("Test-a", 1, "poison");
    await caughtUp(processor);
    const asking = controlOf(processor).request("watch", "Test-a", "SKIP", 7);
    await expect(asking).rejects.toMatchObject({ name: "VersionConflictError", expected: 7, actual: 1 });
  });

  it("cannot be retried where there is none", async () => {
    const processor = await world.processor(aHandler().handler);
    await expect(controlOf(processor).request("watch", "Test-x", "RETRY")).rejects.toThrow("does not exist");
  });
});

describe("the operators' view", () => {
  it("tells position, lag, holder and dead letters of each processor", async () => {
    const { handler } = aHandler((entry) => (textOf(entry) === "poison" ? new Error("no") : undefined));
    const processor = await world.processor(handler);
    await world.append("Test-a", 1, "poison");
    await world.append("Test-b", 1);
    await caughtUp(processor);
    const [feeder, watch] = await controlOf(processor).list();
    expect(feeder).toMatchObject({ name: "feeder", kind: "FEEDER" });
    expect(watch).toMatchObject({ name: "watch", kind: "POLICY", lagEvents: 0, deadLetters: 1 });
    expect(watch?.holder).toMatch(/^server-/);
    await processor.close();
    await world.append("Test-b", 2);
    await until(async () => (await controlOf(processor).list())[1]?.lagEvents === 1);
    const [, stopped] = await controlOf(processor).list();
    expect(stopped?.holder).toBeUndefined();
    expect(stopped?.lagSeconds).toBeGreaterThan(0);
  });

  it("waits until a view has seen a commit, and says so where it does not come", async () => {
    await world.append("Test-a", 1, "red");
    const control = controlOf(await world.processor(projector()));
    await control.waitFor("tally", { streamId: "Test-a", version: 1 }, "atLeast");
    expect(await counted("all")).toBe(1);
    await expect(control.waitFor("tally", { streamId: "Test-a", version: 2 }, "atLeast")).rejects.toThrow(
      UnavailableError,
    );
  });

  it("tells how far a view has come that another server feeds, by one request for all who ask", async () => {
    const processor = await world.processor(projector());
    await world.append("Test-a", 1, "red");
    await caughtUp(processor);
    const operations: string[] = [];
    const { db } = await engine.tables({
      prefix: world.prefix,
      onRequest: ({ operation }) => void operations.push(operation),
    });
    const elsewhere = createProcessorControl({ ...controlDeps(), db, processors: [] });
    const all = await Promise.all(["one", "other"].map(() => elsewhere.positionOf("tally")));
    expect(all).toEqual([processor.position(), processor.position()]);
    expect(operations).toEqual(["GetItem"]);
    expect(await elsewhere.positionOf("nobody")).toEqual([0, 0, 0, 0]);
  });
});

describe("a replay", () => {
  it("hands a processor that has nothing to do everything again from the position on", async () => {
    const { handler, seen } = aHandler();
    const processor = await world.processor(handler, {}, { checkMilliseconds: 0 });
    for (const version of upTo(3)) await world.append("Test-a", version);
    await caughtUp(processor);
    await replayFrom({ db: world.db, feed: world.feed, clock }, "watch", [0, 0, 0, 0]);
    await until(() => seen.length === 6);
    expect(seen.slice(3)).toEqual(seen.slice(0, 3));
  });

  it("takes with it what waits behind a dead letter", async () => {
    let cured = false;
    const { handler, seen } = aHandler((entry) => (cured || textOf(entry) !== "poison" ? undefined : new Error("no")));
    const processor = await world.processor(handler, {}, { checkMilliseconds: 0 });
    for (const [index, text] of ["fine", "poison", "late"].entries()) await world.append("Test-a", index + 1, text);
    await caughtUp(processor);
    cured = true;
    await replayFrom({ db: world.db, feed: world.feed, clock }, "watch", [0, 0, 0, 0]);
    await until(() => seen.length === 4);
    expect(seen).toEqual(["Test-a@1", "Test-a@1", "Test-a@2", "Test-a@3"]);
    expect(await loadDeadLetters(world.db, "watch", 1)).toEqual([]);
  });

  it("is refused from a place that the feed has not come to, or that is of another feed", async () => {
    const deps = { db: world.db, feed: world.feed, clock };
    await expect(replayFrom(deps, "watch", [9, 9, 9, 9])).rejects.toThrow("is not a position of this feed");
    await expect(replayFrom(deps, "watch", [0])).rejects.toThrow("is not a position of this feed");
  });
});

describe("a rebuild", () => {
  const rebuild = (view: AsyncView<number>, signal = new AbortController().signal) =>
    rebuildView({ db: world.db, feed: world.feed, leases: leasesOf(world.db), clock }, view, { signal });

  it("makes the rows anew beside those that are read, and takes over while events come", async () => {
    const processor = await world.processor(projector());
    for (const version of upTo(30)) await world.append("Test-a", version, "red");
    await until(async () => (await counted("all")) === 30);
    const doubled = { ...tallyView, projection: { ...tally, apply: (row = 0) => row + 2 } };
    await processor.close();
    const next = await world.processor(projector(doubled));
    const seen = new Set<number>();
    let done = false;
    const watching = (async () => {
      while (!done) seen.add(await counted("all"));
    })();
    const writing = (async () => {
      for (const version of upTo(20)) await world.append("Test-b", version, "red");
    })();
    const { generation } = await rebuild(doubled);
    await writing;
    await caughtUp(next);
    await until(async () => (await counted("all")) === 100);
    done = true;
    await watching;
    expect(generation).toBe(2);
    // Never a row that is being built: what was read only ever rose.
    expect([...seen]).toEqual([...seen].toSorted((a, b) => a - b));
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(30);
  });

  it("counts what was parked once: the letter is left behind with the old rows", async () => {
    const sick: AsyncProjection<number> = {
      ...tally,
      apply: (row, entry, key) => {
        if (textOf(entry) === "poison") throw new Error("no");
        return tally.apply(row, entry, key);
      },
    };
    const first = await world.processor(projector({ ...tallyView, projection: sick }));
    await world.append("Test-a", 1, "poison");
    await world.append("Test-a", 2, "red");
    await world.append("Test-b", 1, "red");
    await caughtUp(first);
    await first.close();
    await rebuild(tallyView);
    const second = await world.processor(projector());
    await caughtUp(second);
    expect(await counted("all")).toBe(3);
    expect(await controlOf(second).deadLetters()).toEqual([]);
    await until(async () => (await loadDeadLetters(world.db, "tally", 1)).length === 0);
    await world.append("Test-a", 3, "red");
    await until(async () => (await counted("all")) === 4);
  });

  it("begins anew where it is not told to go on: rows of other code are never counted in", async () => {
    for (const version of upTo(120)) await world.append(`Test-${version % 7}`, Math.ceil(version / 7), "red");
    await until(async () => (await world.feed.head()).reduce((sum, at) => sum + at, 0) === 120);
    const stop = new AbortController();
    const deps = { db: world.db, feed: world.feed, leases: leasesOf(world.db), clock };
    const tenfold = { ...tallyView, projection: { ...tally, apply: (row = 0) => row + 10 } };
    const given = { signal: stop.signal, onProgress: () => stop.abort(new Error("stop")) };
    await expect(rebuildView(deps, tenfold, given)).rejects.toThrow("stop");
    await rebuild(tallyView);
    expect(await counted("all")).toBe(120);
  });

  it("goes on where it was interrupted", async () => {
    for (const version of upTo(120)) await world.append(`Test-${version % 7}`, Math.ceil(version / 7), "red");
    const processor = await world.processor(projector());
    await until(async () => (await counted("all")) === 120);
    const interrupted = new AbortController();
    const deps = { db: world.db, feed: world.feed, leases: leasesOf(world.db), clock };
    const first = rebuildView(deps, tallyView, {
      signal: interrupted.signal,
      onProgress: () => interrupted.abort(new Error("stop")),
    });
    await expect(first).rejects.toThrow("stop");
    const { events } = await rebuildView(deps, tallyView, { signal: new AbortController().signal, resume: true });
    expect(events).toBeLessThan(120);
    await caughtUp(processor);
    expect(await counted("all")).toBe(120);
  });
});

describe("an event of a newer release", () => {
  it("parks nothing: the processor says so, and stays before it until it is closed or can read it", async () => {
    await world.append("Test-a", 1, "red");
    let canRead = false;
    const told: string[] = [];
    const live: typeof world.live = {
      ...world.live,
      follow: (options) => {
        if (canRead) return world.live.follow(options);
        throw new UnknownEventError("Noted", 2);
      },
    };
    const { handler, seen } = aHandler();
    const onNewerEvent = ({ message }: Error) => void told.push(message);
    const processor = await world.processor(handler, {}, { live, onNewerEvent });
    await until(() => told.length > 1);
    expect(told[0]).toBe("no schema for event Noted version 2");
    expect(processor.error()).toBe(told[0]);
    expect(await loadDeadLetters(world.db, "watch", 1)).toEqual([]);
    canRead = true;
    await until(() => seen.length === 1);
  });
});
