/** The scheduler of a process that is called now and then: it does what is due, and ends. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createLeases } from "../../../src/store/processing/leases.js";
import { tables } from "../../../src/store/tables.js";
import type { SchedulerDeps } from "../../../src/store/timers/scheduler.js";
import { runSchedulerOnce } from "../../../src/store/timers/schedulerPass.js";
import { createTimers } from "../../../src/store/timers/timers.js";
import { silent } from "../feed/support/ledger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";

const clock = createManualClock();
let test: TestEngine;
let db: DynamoDb;
beforeAll(async () => {
  test = await startTestEngine();
  db = test.db();
  await ensureTables(db, {
    "domain-timers": tables["domain-timers"],
    "processor-checkpoints": tables["processor-checkpoints"],
  });
});
afterAll(() => test.close());

const never = new AbortController().signal;
const deps = (more: Partial<SchedulerDeps>): SchedulerDeps => ({
  timers: createTimers({ db, clock }),
  clock,
  leases: createLeases({ db, owner: "one", milliseconds: 8_000, takeOver: false, log: silent }),
  tasks: {},
  log: silent,
  ...more,
});
const schedule = (timerId: string, task: string) =>
  createTimers({ db, clock }).schedule({ timerId, dueAt: clock.now(), task, payload: {} });

it("runs what becomes due meanwhile, then each chore once, in order", async () => {
  const done: string[] = [];
  await schedule("a", "first");
  const chore = (name: string) => ({ name, everyMilliseconds: 1, run: async () => void done.push(name) });
  const tasks = {
    first: async () => {
      done.push("first");
      await schedule("b", "second");
      return undefined;
    },
    second: async () => void done.push("second"),
  };
  const pass = await runSchedulerOnce(deps({ tasks, chores: [chore("sweep"), chore("count")] }), never);
  expect(pass).toEqual({ timers: { done: 2, failed: 0 }, failedChores: [] });
  expect(done).toEqual(["first", "second", "sweep", "count"]);
});

it("goes on to the next chore behind one that fails, and names that one", async () => {
  const done: string[] = [];
  const chores = [
    { name: "bad", everyMilliseconds: 1, run: async () => Promise.reject(new Error("it broke")) },
    { name: "good", everyMilliseconds: 1, run: async () => void done.push("good") },
  ];
  const pass = await runSchedulerOnce(deps({ chores }), never);
  expect(pass?.failedChores).toEqual([{ chore: "bad", error: "it broke" }]);
  expect(done).toEqual(["good"]);
});

it("ends when it is told to, also with a task that does not listen; the timer stays", async () => {
  const ending = new AbortController();
  await schedule("stuck", "stuck");
  const tasks = {
    stuck: () => {
      ending.abort();
      return new Promise<undefined>(() => undefined);
    },
  };
  const chores = [{ name: "late", everyMilliseconds: 1, run: async () => Promise.reject(new Error("too late")) }];
  const pass = await runSchedulerOnce(deps({ tasks, chores, taskMilliseconds: 1_000 }), ending.signal);
  expect(pass).toEqual({ timers: { done: 0, failed: 0 }, failedChores: [] });
  expect(await createTimers({ db, clock }).current("stuck")).toBeDefined();
});

it("does nothing where another process holds the lease", async () => {
  const elsewhere = createLeases({ db, owner: "two", milliseconds: 8_000, takeOver: false, log: silent });
  await elsewhere.attempt("scheduler", async () => {
    expect(await runSchedulerOnce(deps({}), never)).toBeUndefined();
  });
});
