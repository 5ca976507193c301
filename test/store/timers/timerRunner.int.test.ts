/** Timers are run when they are due: each at least once, in order, and again later where they fail. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Timer } from "../../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { tables } from "../../../src/store/tables.js";
import { createTimerRunner } from "../../../src/store/timers/timerRunner.js";
import type { TimerRunnerDeps, TimerTask } from "../../../src/store/timers/timerRunner.js";
import { createTimers } from "../../../src/store/timers/timers.js";
import type { DurableTimers } from "../../../src/store/timers/timers.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import type { ManualClock } from "../../support/manualClock.js";

let test: TestEngine;
let db: DynamoDb;
let timers: DurableTimers;
let clock: ManualClock;
let ran: string[];
let logged: { level: string; message: string; fields: object }[];

beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test.close());

beforeEach(async () => {
  clock = createManualClock();
  db = test.db();
  await ensureTables(db, { "domain-timers": tables["domain-timers"] });
  timers = createTimers({ db, clock });
  ran = [];
  logged = [];
});

const logTo = (level: string) => (fields: object, message: string) => void logged.push({ level, message, fields });
const note: TimerTask = async ({ timerId }) => void ran.push(timerId);
const fail: TimerTask = async () => {
  throw new Error("no luck");
};
const runnerOf = (tasks: Record<string, TimerTask>, deps: Partial<TimerRunnerDeps> = {}) =>
  createTimerRunner({
    timers,
    clock,
    tasks,
    log: { info: logTo("info"), warn: logTo("warn"), error: logTo("error") },
    random: () => 0,
    ...deps,
  });
const schedule = (timerId: string, milliseconds = 0, more: Partial<Timer> = {}) =>
  timers.schedule({ timerId, dueAt: clock.in(milliseconds), task: "note", payload: {}, ...more });

/** A task that waits until the test lets it go on, and says when it has begun. */
function held(): { readonly task: TimerTask; readonly begun: Promise<void>; release(error?: Error): void } {
  let begin: () => void = () => undefined;
  let release: (error?: Error) => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const released = new Promise<void>((resolve, reject) => {
    release = (error) => (error === undefined ? resolve() : reject(error));
  });
  return {
    task: async ({ timerId }) => {
      begin();
      await released;
      ran.push(timerId);
    },
    begun,
    release,
  };
}

describe("timers that are due", () => {
  it("run in the order of their time, each once, and are gone then", async () => {
    const ids = Array.from({ length: 70 }, (_, index) => `t${index}`);
    for (const [index, id] of ids.entries()) await schedule(id, index - 100);
    const runs: string[] = [];
    const runner = runnerOf({ note }, { concurrency: 1, onRun: (task, outcome) => runs.push(`${task} ${outcome}`) });
    expect(await runner.runDue()).toEqual({ done: 70, failed: 0 });
    expect([...ran].sort()).toEqual([...ids].sort());
    // Those found at one look are in order.
    expect(ran.slice(0, 20)).toEqual(ids.slice(0, 20));
    expect(new Set(runs)).toEqual(new Set(["note done"]));
    expect(await runner.runDue()).toEqual({ done: 0, failed: 0 });
  });

  it("do not run before their time", async () => {
    await schedule("later", 1);
    const runner = runnerOf({ note });
    expect(await runner.runDue()).toEqual({ done: 0, failed: 0 });
    expect(await runner.look(new AbortController().signal)).toBe(clock.in(1));
    clock.advance(1);
    expect(await runner.runDue()).toEqual({ done: 1, failed: 0 });
  });

  it("get their payload and the time that they were scheduled for", async () => {
    const got: Timer[] = [];
    await schedule("a", -5, { payload: { incidentId: "1" } });
    await runnerOf({ note: async (timer) => void got.push(timer) }).runDue();
    expect(got).toEqual([{ timerId: "a", dueAt: clock.in(-5), task: "note", payload: { incidentId: "1" } }]);
  });

  it("run with what they themselves schedule, where that is due", async () => {
    await schedule("first");
    const runner = runnerOf({
      note: async (timer) => {
        await note(timer, new AbortController().signal);
        if (timer.timerId === "first") await schedule("second");
      },
    });
    expect(await runner.runDue()).toEqual({ done: 2, failed: 0 });
    expect(ran).toEqual(["first", "second"]);
  });

  it("run again when and with what they ask for", async () => {
    const got: unknown[] = [];
    await schedule("a", 0, { payload: "first" });
    const runner = runnerOf({
      note: async ({ payload }) => {
        got.push(payload);
        return got.length === 1 ? { dueAt: clock.in(5_000), payload: "second" } : undefined;
      },
    });
    expect(await runner.runDue()).toEqual({ done: 1, failed: 0 });
    expect(await timers.current("a")).toMatchObject({ nextAt: clock.in(5_000), payload: "second", attempts: 0 });
    clock.advance(5_000);
    expect(await runner.runDue()).toEqual({ done: 1, failed: 0 });
    expect(got).toEqual(["first", "second"]);
    expect(await timers.current("a")).toBeUndefined();
  });

  it("do not put off by what they ask for what was scheduled while they ran", async () => {
    const got: unknown[] = [];
    await schedule("a", 0, { payload: "first" });
    const runner = runnerOf({
      note: async ({ payload }) => {
        got.push(payload);
        if (payload !== "first") return undefined;
        await schedule("a", 0, { payload: "meanwhile" });
        return { dueAt: clock.in(5_000), payload: "later" };
      },
    });
    await runner.runDue();
    expect(got).toEqual(["first", "meanwhile"]);
  });

  it("stay where they were scheduled anew while they ran", async () => {
    await schedule("a");
    const runner = runnerOf({
      note: async (timer) => {
        await note(timer, new AbortController().signal);
        if (ran.length === 1) await schedule("a", 5_000);
      },
    });
    await runner.runDue();
    expect(await timers.current("a")).toMatchObject({ dueAt: clock.in(5_000), attempts: 0 });
    clock.advance(5_000);
    await runner.runDue();
    expect(ran).toEqual(["a", "a"]);
  });

  it("do not run when they were cancelled or put off while they waited for others", async () => {
    for (const [index, id] of ["a", "b", "c", "d"].entries()) await schedule(id, index - 10);
    const slow = held();
    const runner = runnerOf(
      { note: (timer, signal) => (timer.timerId === "a" ? slow.task : note)(timer, signal) },
      { concurrency: 1 },
    );
    const running = runner.runDue();
    await slow.begun;
    await timers.cancel("b");
    await schedule("c", 60_000);
    slow.release();
    expect(await running).toEqual({ done: 2, failed: 0 });
    expect(ran).toEqual(["a", "d"]);
  });

  it("do not wait for a slow task of another name", async () => {
    const slow = held();
    for (let index = 0; index < 30; index += 1) await schedule(`slow-${index}`, -50, { task: "slow" });
    for (let index = 0; index < 30; index += 1) await schedule(`fast-${index}`, -1, { task: "fast" });
    const runner = runnerOf({ slow: slow.task, fast: note }, { concurrency: 2 });
    const stop = new AbortController();
    await runner.look(stop.signal);
    await vi.waitUntil(async () => {
      await runner.look(stop.signal);
      return ran.filter((id) => id.startsWith("fast")).length === 30;
    });
    expect(ran.filter((id) => id.startsWith("slow"))).toEqual([]);
    slow.release();
    await runner.idle();
    expect(ran).toHaveLength(60);
  });

  it("run so many of a task at a time, and none twice", async () => {
    let [running, most] = [0, 0];
    let open = () => undefined as void;
    const four = new Promise<void>((resolve) => (open = () => resolve()));
    for (let index = 0; index < 20; index += 1) await schedule(`t${index}`);
    const runner = runnerOf({
      note: async (timer, signal) => {
        running += 1;
        most = Math.max(most, running);
        if (running === 4) open();
        // The first wait for each other; after them nobody waits.
        await four;
        await note(timer, signal);
        running -= 1;
      },
    });
    const { signal } = new AbortController();
    await Promise.all([runner.look(signal), runner.look(signal)]);
    await runner.idle();
    expect(most).toBe(4);
    expect([...ran].sort()).toEqual([...new Set(ran)].sort());
    expect(ran).toHaveLength(20);
  });
});

it("a timer that runs is not begun again by another look", async () => {
  await schedule("a", 0, { task: "held" });
  const slow = held();
  let begun = 0;
  const runner = runnerOf({
    held: (timer, signal) => {
      begun += 1;
      return slow.task(timer, signal);
    },
  });
  const { signal } = new AbortController();
  await runner.look(signal);
  await slow.begun;
  await runner.look(signal);
  await timers.countDue(clock.now());
  slow.release();
  await runner.idle();
  expect(begun).toBe(1);
});

describe("a timer that fails", () => {
  it("is run again later, each time after a longer wait", async () => {
    await schedule("a", 0, { task: "fail" });
    const runner = runnerOf({ fail }, { baseMilliseconds: 1_000, capMilliseconds: 4_000, maxAttempts: 6 });
    const waits: number[] = [];
    for (let attempt = 1; attempt < 6; attempt += 1) {
      expect(await runner.runDue()).toEqual({ done: 0, failed: 1 });
      const timer = await timers.current("a");
      expect(timer).toMatchObject({ attempts: attempt, error: "no luck", failed: false });
      const wait = Date.parse(timer!.nextAt) - Date.parse(clock.now());
      waits.push(wait);
      clock.advance(wait - 1);
      expect(await runner.runDue()).toEqual({ done: 0, failed: 0 });
      clock.advance(1);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 2_000, 2_000]);
    expect(logged.map(({ level }) => level)).toEqual(["warn", "warn", "warn", "warn", "warn"]);
  });

  it("waits at most twice its shortest wait", async () => {
    await schedule("a", 0, { task: "fail" });
    await runnerOf({ fail }, { random: () => 0.999_999 }).runDue();
    expect((await timers.current("a"))?.nextAt).toBe(clock.in(1_000));
  });

  it("is given up on after so many times, kept, and reported", async () => {
    await schedule("a", 0, { task: "fail" });
    const runner = runnerOf({ fail }, { maxAttempts: 2 });
    await runner.runDue();
    clock.advance(60_000);
    await runner.runDue();
    clock.advance(600_000);
    expect(await runner.runDue()).toEqual({ done: 0, failed: 0 });
    expect(await timers.failed()).toMatchObject([{ timerId: "a", attempts: 2, error: "no luck" }]);
    expect(logged.at(-1)).toMatchObject({
      level: "error",
      message: "a timer is given up on; it waits for a person",
      fields: { timerId: "a", task: "fail", attempts: 2 },
    });
  });

  it("succeeds when a person asks for it and the cause is mended", async () => {
    await schedule("a", 0, { task: "shaky" });
    let broken = true;
    const shaky: TimerTask = (timer, signal) => (broken ? fail : note)(timer, signal);
    const runner = runnerOf({ shaky }, { maxAttempts: 1 });
    await runner.runDue();
    broken = false;
    await timers.retry("a");
    expect(await runner.runDue()).toEqual({ done: 1, failed: 0 });
    expect(await timers.current("a")).toBeUndefined();
  });

  it.each(["remind", "constructor"])("is kept where nobody knows its task (%s)", async (task) => {
    await schedule("a", 0, { task });
    expect(await runnerOf({ note }).runDue()).toEqual({ done: 0, failed: 1 });
    expect(await timers.current("a")).toMatchObject({ error: `there is no task ${task} in this process`, attempts: 1 });
  });

  it("is one that takes too long; it is told to stop", async () => {
    await schedule("a", 0, { task: "slow" });
    let told: AbortSignal | undefined;
    const slow: TimerTask = (_, signal) => {
      told = signal;
      return new Promise(() => undefined);
    };
    expect(await runnerOf({ slow }, { taskMilliseconds: 5 }).runDue()).toEqual({ done: 0, failed: 1 });
    expect(told?.aborted).toBe(true);
    expect(await timers.current("a")).toMatchObject({ error: "it took longer than 5 ms", attempts: 1 });
  });

  it("does not stop others, nor does one that throws at once", async () => {
    await schedule("a", -2, { task: "throw" });
    await schedule("b", -1);
    const runner = runnerOf({
      note,
      throw: () => {
        throw new Error("at once");
      },
    });
    expect(await runner.runDue()).toEqual({ done: 1, failed: 1 });
    expect(await timers.current("a")).toMatchObject({ error: "at once" });
  });

  it("does not count where it was told to stop", async () => {
    await schedule("a", 0, { task: "held" });
    const slow = held();
    const stop = new AbortController();
    const running = runnerOf({ held: slow.task }).runDue(stop.signal);
    await slow.begun;
    stop.abort();
    slow.release(new Error("stopped"));
    expect(await running).toEqual({ done: 0, failed: 0 });
    expect(await timers.current("a")).toMatchObject({ attempts: 0 });
  });
});

describe("when the store does not answer", () => {
  /** Fails commands of this name until `mend` is called. */
  function breakStore(command: string): { mend(): void } {
    let broken = true;
    db.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (broken && context.commandName === command) throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
        return next(args);
      },
      { step: "initialize" },
    );
    return { mend: () => void (broken = false) };
  }

  it.each([
    ["GetItemCommand", []],
    ["DeleteItemCommand", ["a"]],
  ])("a timer is not lost with a failing %s, and is due again", async (command, ranBefore) => {
    await schedule("a");
    const store = breakStore(command);
    const runner = runnerOf({ note });
    await runner.runDue();
    expect(ran).toEqual(ranBefore);
    expect(logged).toMatchObject([{ level: "warn", message: "a timer could not be read or kept; it is due again" }]);
    store.mend();
    expect(await runner.runDue()).toEqual({ done: 1, failed: 0 });
    expect(await timers.current("a")).toBeUndefined();
  });

  it("a look fails, and nothing is run", async () => {
    await schedule("a");
    breakStore("QueryCommand");
    await expect(runnerOf({ note }).runDue()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(ran).toEqual([]);
  });
});
