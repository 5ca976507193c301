/** One of all processes runs timers and chores; another one takes over, and nothing is lost or left undone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Leases } from "../../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createLeases } from "../../../src/store/processing/leases.js";
import { tables } from "../../../src/store/tables.js";
import { createScheduler, schedulerLease } from "../../../src/store/timers/scheduler.js";
import type { Scheduler, SchedulerDeps } from "../../../src/store/timers/scheduler.js";
import { createTimers } from "../../../src/store/timers/timers.js";
import type { DurableTimers } from "../../../src/store/timers/timers.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import type { ManualClock } from "../../support/manualClock.js";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const leaseMilliseconds = 600;
const waiting = { timeout: 10_000, interval: 5 };

let test: TestEngine;
let db: DynamoDb;
let clock: ManualClock;
let timers: DurableTimers;
/** Who ran which timer. */
let ran: { owner: string; timerId: string }[];

beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test.close());

beforeEach(async () => {
  clock = createManualClock();
  db = test.db();
  await ensureTables(db, {
    "domain-timers": tables["domain-timers"],
    "processor-checkpoints": tables["processor-checkpoints"],
  });
  timers = createTimers({ db, clock });
  ran = [];
});

interface Process extends Scheduler {
  readonly holder: () => Promise<string | undefined>;
}

/** A scheduler as if of another process. */
function startProcess(owner: string, deps: Partial<SchedulerDeps> = {}, client = db): Process {
  const leases = createLeases({ db: client, owner, milliseconds: leaseMilliseconds, takeOver: false, log: silent });
  const scheduler = createScheduler({
    timers: createTimers({ db: client, clock }),
    clock,
    leases,
    tasks: { note: async ({ timerId }) => void ran.push({ owner, timerId }) },
    log: silent,
    // Tests ring; what they do not ring for is found by this poll.
    pollMilliseconds: 20,
    ...deps,
  });
  scheduler.start();
  onTestFinished(() => scheduler.close());
  return { ...scheduler, holder: () => leases.holder(schedulerLease) };
}

const schedule = (timerId: string, milliseconds = 0, task = "note") =>
  timers.schedule({ timerId, dueAt: clock.in(milliseconds), task, payload: {} });
const until = (isSo: () => boolean | Promise<boolean>) => vi.waitUntil(isSo, waiting);
const ids = () => ran.map(({ timerId }) => timerId).sort();

/** Cuts a process off from the store. */
function cutOff(client: DynamoDb): void {
  client.client.middlewareStack.add(
    () => async () => {
      throw Object.assign(new Error("cut off"), { code: "ECONNRESET" });
    },
    { step: "initialize" },
  );
}

describe("the scheduler", () => {
  it("runs a timer when its time has come", async () => {
    await schedule("a", 60_000);
    const scheduler = startProcess("one", { pollMilliseconds: 60_000 });
    await until(async () => (await scheduler.holder()) === "one");
    expect(ran).toEqual([]);
    clock.advance(60_000);
    scheduler.ring();
    await until(() => ran.length === 1);
  });

  it("wakes up by itself at the time of the next timer", async () => {
    const real = { now: () => new Date().toISOString() };
    const due = createTimers({ db, clock: real });
    await due.schedule({ timerId: "a", dueAt: new Date(Date.now() + 300).toISOString(), task: "note", payload: {} });
    startProcess("one", { clock: real, timers: due, pollMilliseconds: 60_000 });
    await until(() => ran.length === 1);
  });

  it("finds what another process has scheduled", async () => {
    const scheduler = startProcess("one");
    await until(async () => (await scheduler.holder()) === "one");
    await schedule("a");
    await until(() => ran.length === 1);
  });

  it("looks again at once while there is more than it found at one look", async () => {
    for (let index = 0; index < 150; index += 1) await schedule(`t${index}`);
    startProcess("one", { pollMilliseconds: 60_000 });
    await until(() => ran.length === 150);
    expect(new Set(ids()).size).toBe(150);
  });

  it("asks little while nothing is due", async () => {
    let requests = 0;
    const quiet = test.db({ tableName: db.tableName, onRequest: () => (requests += 1) });
    await schedule("later", 3_600_000);
    const looked = new Promise<void>((resolve) => {
      const counting: DurableTimers = createTimers({ db: quiet, clock });
      startProcess("one", {
        pollMilliseconds: 60_000,
        timers: {
          ...counting,
          due: async (now, limit) => {
            const found = await counting.due(now, limit);
            resolve();
            return found;
          },
        },
      });
    });
    await looked;
    expect(requests).toBe(4);
  });

  it("goes on when the store was away", async () => {
    let broken = true;
    const warnings: string[] = [];
    const due: DurableTimers["due"] = (now, limit) =>
      broken ? Promise.reject(new Error("away")) : timers.due(now, limit);
    startProcess("one", {
      timers: { ...timers, due },
      log: { ...silent, warn: (_, message) => void warnings.push(message) },
    });
    await schedule("a");
    await until(() => warnings.length >= 2);
    expect(warnings[0]).toBe("timers cannot be looked for; trying again");
    broken = false;
    await until(() => ran.length === 1);
  });
});

describe("two schedulers on one database", () => {
  it("run each timer once", async () => {
    for (let index = 0; index < 60; index += 1) await schedule(`t${index}`, index % 2 === 0 ? 0 : 1_000);
    startProcess("one");
    startProcess("two");
    await until(() => ran.length >= 30);
    clock.advance(1_000);
    await until(async () => (await timers.countDue(clock.now())) === 0);
    expect(ids()).toEqual(Array.from({ length: 60 }, (_, index) => `t${index}`).sort());
    expect(new Set(ran.map(({ owner }) => owner)).size).toBe(1);
  });

  it("hand over when one closes", async () => {
    const one = startProcess("one");
    await until(async () => (await one.holder()) === "one");
    const two = startProcess("two");
    await one.close();
    await schedule("a");
    await until(() => ran.length === 1);
    expect(ran).toEqual([{ owner: "two", timerId: "a" }]);
    expect(await two.holder()).toBe("two");
  });

  it("replace one that is cut off; it begins nothing any more", async () => {
    const lonely = test.db({ tableName: db.tableName });
    const one = startProcess("one", { pollMilliseconds: 10 }, lonely);
    await until(async () => (await one.holder()) === "one");
    cutOff(lonely);
    const two = startProcess("two");
    await schedule("a");
    await until(async () => (await two.holder()) === "two");
    await until(() => ran.length === 1);
    expect(ran).toEqual([{ owner: "two", timerId: "a" }]);
  });

  it("run a timer again whose run was cut off with its process", async () => {
    const lonely = test.db({ tableName: db.tableName });
    const begun: string[] = [];
    await schedule("a", 0, "long");
    const long = (owner: string) => async () => {
      begun.push(owner);
      if (owner === "one") await new Promise(() => undefined);
      return undefined;
    };
    startProcess("one", { tasks: { long: long("one") }, graceMilliseconds: 1 }, lonely);
    await until(() => begun.length === 1);
    cutOff(lonely);
    startProcess("two", { tasks: { long: long("two") } });
    await until(() => begun.length === 2);
    expect(begun).toEqual(["one", "two"]);
    await until(async () => (await timers.current("a")) === undefined);
  });

  it("keep timers over a time in which none runs", async () => {
    const one = startProcess("one");
    await until(async () => (await one.holder()) === "one");
    await one.close();
    await schedule("a");
    clock.advance(86_400_000);
    startProcess("two");
    await until(() => ran.length === 1);
  });
});

describe("a chore", () => {
  it("comes at once and again and again, in one process only", async () => {
    const runs: string[] = [];
    const chore = (owner: string) => [{ name: "sweep", everyMilliseconds: 5, run: async () => void runs.push(owner) }];
    startProcess("one", { chores: chore("one") });
    startProcess("two", { chores: chore("two") });
    await until(() => runs.length >= 5);
    expect(new Set(runs).size).toBe(1);
  });

  it("that fails is logged and comes again, and other work goes on", async () => {
    const warnings: object[] = [];
    let runs = 0;
    const sweep = async () => {
      runs += 1;
      throw new Error("no luck");
    };
    await schedule("a");
    startProcess("one", {
      chores: [{ name: "sweep", everyMilliseconds: 5, run: sweep }],
      log: { ...silent, warn: (fields) => void warnings.push(fields) },
    });
    await until(() => runs >= 3 && ran.length === 1);
    expect(warnings[0]).toMatchObject({ chore: "sweep", err: new Error("no luck") });
  });

  it("goes on in the process that takes over", async () => {
    const runs: string[] = [];
    const chore = (owner: string) => [{ name: "sweep", everyMilliseconds: 5, run: async () => void runs.push(owner) }];
    const one = startProcess("one", { chores: chore("one") });
    await until(() => runs.length >= 1);
    await one.close();
    runs.length = 0;
    startProcess("two", { chores: chore("two") });
    await until(() => runs.length >= 2);
    expect(new Set(runs)).toEqual(new Set(["two"]));
  });
});

/** Leases that a test gives and takes away. */
function manualLeases() {
  let lost = new AbortController();
  let give: () => void = () => undefined;
  const leases: Leases = {
    hold: async (name, work, { signal }) => {
      while (!signal.aborted) {
        lost = new AbortController();
        const given = new Promise<void>((resolve) => (give = resolve));
        await Promise.race([given, new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()))]);
        if (!signal.aborted) await work({ name, token: 1, lost: lost.signal });
        left += 1;
      }
    },
    attempt: async () => false,
    holder: async () => undefined,
  };
  let left = 0;
  return { leases, give: () => give(), take: () => lost.abort(), left: () => left };
}

describe("a scheduler whose lease is lost", () => {
  it("leaves at once, also from a task that is stuck, and begins nothing until it has the lease again", async () => {
    const manual = manualLeases();
    const signals: AbortSignal[] = [];
    let chores = 0;
    const stuck = (_: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<undefined>(() => undefined);
    };
    await schedule("a", 0, "stuck");
    const one = startProcess("one", {
      leases: manual.leases,
      tasks: { stuck, note: async ({ timerId }) => void ran.push({ owner: "one", timerId }) },
      chores: [{ name: "sweep", everyMilliseconds: 1, run: async () => void (chores += 1) }],
      graceMilliseconds: 1,
    });
    manual.give();
    await until(() => signals.length === 1 && chores > 0);
    manual.take();
    await until(() => manual.left() === 1);
    expect(signals[0]?.aborted).toBe(true);
    const before = chores;
    await schedule("b");
    one.ring();
    for (let round = 0; round < 5; round += 1) await timers.countDue(clock.now());
    expect(ran).toEqual([]);
    expect(chores).toBeLessThanOrEqual(before + 1);
    manual.give();
    await until(() => ran.length === 1);
    // The stuck one is not begun a second time in this process.
    expect(signals).toHaveLength(1);
  });
});

describe("closing", () => {
  it("waits for what runs, and begins nothing", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let stop: AbortSignal | undefined;
    const slow = async ({ timerId }: { timerId: string }, signal: AbortSignal) => {
      stop = signal;
      await released;
      ran.push({ owner: "one", timerId });
      return undefined;
    };
    await schedule("a", -1, "slow");
    await schedule("b", 0, "slow");
    const manual = manualLeases();
    const one = startProcess("one", { tasks: { slow }, concurrency: 1, leases: manual.leases });
    manual.give();
    await until(() => stop !== undefined);
    let isClosed = false;
    const closed = one.close().then(() => (isClosed = true));
    expect(stop?.aborted).toBe(true);
    await timers.countDue(clock.now());
    expect(isClosed).toBe(false);
    release();
    await closed;
    expect(ids()).toEqual(["a"]);
    expect(await timers.current("a")).toBeUndefined();
    expect(await timers.current("b")).toMatchObject({ attempts: 0 });
  });

  it("gives the lease back", async () => {
    const one = startProcess("one");
    await until(async () => (await one.holder()) === "one");
    await one.close();
    expect(await one.holder()).toBeUndefined();
  });

  it("does not wait for ever", async () => {
    let begun = false;
    const stuck = () => {
      begun = true;
      return new Promise<undefined>(() => undefined);
    };
    await schedule("a", 0, "stuck");
    const one = startProcess("one", { tasks: { stuck }, graceMilliseconds: 10 });
    await until(() => begun);
    await one.close();
    expect(await timers.current("a")).toMatchObject({ attempts: 0 });
  });

  it("is at once before the lease was ever held", async () => {
    const one = startProcess("one");
    await until(async () => (await one.holder()) === "one");
    const two = startProcess("two");
    await two.close();
    expect(await one.holder()).toBe("one");
  });
});
