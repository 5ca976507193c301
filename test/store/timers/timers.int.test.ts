/** Timers on the real engine: kept, replaced, found when due, and changed only by who has read them as they are. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NotFoundError } from "../../../src/domain/kernel/index.js";
import type { Timer } from "../../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { toTransactItem } from "../../../src/store/dynamodb/appendPlan.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { tables } from "../../../src/store/tables.js";
import { createTimers, toTimerDelete, toTimerWrite } from "../../../src/store/timers/timers.js";
import type { DurableTimers, StoredTimer } from "../../../src/store/timers/timers.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import type { ManualClock } from "../../support/manualClock.js";

let test: TestEngine;
let db: DynamoDb;
let timers: DurableTimers;
let clock: ManualClock;
let requests: string[];
let scheduled: number;

beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test.close());

beforeEach(async () => {
  requests = [];
  scheduled = 0;
  clock = createManualClock();
  db = test.db({ onRequest: ({ operation }) => requests.push(operation) });
  await ensureTables(db, { "domain-timers": tables["domain-timers"] });
  timers = createTimers({ db, clock, onScheduled: () => (scheduled += 1) });
  requests.length = 0;
});

const aTimer = (timerId: string, milliseconds = 0, more: Partial<Timer> = {}): Timer => ({
  timerId,
  dueAt: clock.in(milliseconds),
  task: "remind",
  payload: { of: timerId },
  ...more,
});
const requireCurrent = async (timerId: string): Promise<StoredTimer> => {
  const timer = await timers.current(timerId);
  if (timer === undefined) throw new Error(`no timer ${timerId}`);
  return timer;
};
const dueIds = async (limit = 100) => (await timers.due(clock.now(), limit)).due.map(({ timerId }) => timerId);

describe("timers", () => {
  it("are kept as they were scheduled, one request each", async () => {
    const timer = aTimer("a", 5_000, { payload: { deep: [1, null, "ü"] } });
    await timers.schedule(timer);
    expect(await timers.current("a")).toEqual({ ...timer, nextAt: timer.dueAt, attempts: 0, failed: false });
    await timers.cancel("a");
    expect(await timers.current("a")).toBeUndefined();
    await timers.cancel("a");
    expect(requests).toEqual(["PutItem", "GetItem", "DeleteItem", "GetItem", "DeleteItem"]);
    expect(scheduled).toBe(1);
  });

  it("are replaced by a later one with the same id", async () => {
    await timers.schedule(aTimer("a", 0));
    await timers.schedule(aTimer("a", 60_000, { payload: 2 }));
    expect(await timers.current("a")).toMatchObject({ dueAt: clock.in(60_000), payload: 2 });
    expect(await dueIds()).toEqual([]);
  });

  it("can be written and cancelled in a transaction of somebody else's", async () => {
    const inTransaction = (...writes: Parameters<typeof toTransactItem>[1][]) =>
      db.client.send(new TransactWriteCommand({ TransactItems: writes.map((write) => toTransactItem(db, write)) }));
    await inTransaction({ part: "row", write: toTimerWrite(aTimer("a")) });
    expect(await dueIds()).toEqual(["a"]);
    await inTransaction({ part: "row", write: toTimerDelete("a") });
    expect(await timers.current("a")).toBeUndefined();
  });

  it("are found in the order in which they are due, in whatever shard they are", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `timer-${index}`);
    for (const [index, id] of ids.entries()) await timers.schedule(aTimer(id, -1_000 + index));
    expect(await dueIds()).toEqual(ids);
    const shards = new Set(
      ids.map((id) => toTimerWrite(aTimer(id))).map((write) => write.kind === "put" && write.item["dueShard"]),
    );
    expect(shards.size).toBe(4);
  });

  it("are brought forward where they are later, or not there, or given up; never put off", async () => {
    expect(await timers.bringForward(aTimer("a", 5_000))).toBe(true);
    expect(await timers.bringForward(aTimer("a", 6_000))).toBe(false);
    expect(await timers.bringForward(aTimer("a", 5_000, { payload: "same time" }))).toBe(false);
    expect(await timers.current("a")).toMatchObject({ dueAt: clock.in(5_000), payload: { of: "a" } });
    requests.length = 0;
    expect(await timers.bringForward(aTimer("a", 4_000, { payload: "sooner" }))).toBe(true);
    expect(requests).toEqual(["PutItem"]);
    expect(await timers.current("a")).toMatchObject({ dueAt: clock.in(4_000), payload: "sooner" });
    expect(scheduled).toBe(2);
    await timers.giveUp(await requireCurrent("a"), 10, "no");
    expect(await timers.bringForward(aTimer("a", 9_000))).toBe(true);
    expect(await timers.current("a")).toMatchObject({ dueAt: clock.in(9_000), failed: false });
  });

  it("are due at their time, and not before; the next time is told", async () => {
    for (const [index, id] of ["a", "b", "c"].entries()) await timers.schedule(aTimer(id, (index + 1) * 1_000));
    expect(await timers.due(clock.now(), 10)).toEqual({ due: [], nextAt: clock.in(1_000) });
    clock.advance(1_000);
    expect(await dueIds()).toEqual(["a"]);
    expect((await timers.due(clock.now(), 10)).nextAt).toBe(clock.in(1_000));
    clock.advance(2_000);
    expect(await timers.due(clock.now(), 10)).toEqual({ due: expect.any(Array) as [] });
    expect(await dueIds()).toEqual(["a", "b", "c"]);
  });

  it("are looked for in four requests while none is due, however many wait", async () => {
    for (let index = 0; index < 12; index += 1) await timers.schedule(aTimer(`later-${index}`, 60_000));
    requests.length = 0;
    await timers.due(clock.now(), 10);
    expect(requests).toEqual(["Query", "Query", "Query", "Query"]);
  });

  it("are found up to a limit for each shard", async () => {
    for (let index = 0; index < 60; index += 1) await timers.schedule(aTimer(`t${index}`));
    expect((await dueIds(2)).length).toBe(8);
  });

  it("are counted while they are due", async () => {
    await timers.schedule(aTimer("a"));
    await timers.schedule(aTimer("b", -5));
    await timers.schedule(aTimer("c", 5));
    expect(await timers.countDue(clock.now())).toBe(2);
  });
});

describe("a timer that was read", () => {
  beforeEach(() => timers.schedule(aTimer("a")));

  it("is removed when it has run", async () => {
    expect(await timers.finish(await requireCurrent("a"))).toBe(true);
    expect(await timers.current("a")).toBeUndefined();
    expect(await dueIds()).toEqual([]);
  });

  it.each<[string, Partial<Timer>]>([
    ["at another time", { dueAt: "2025-01-15T10:30:00.001Z" }],
    ["with another payload", { payload: "other" }],
    ["for another task", { task: "other" }],
  ])("stays where it was scheduled anew %s", async (_, more) => {
    const read = await requireCurrent("a");
    await timers.schedule(aTimer("a", 0, more));
    expect(await timers.finish(read)).toBe(false);
    expect(await timers.retryLater(read, 1, clock.in(5), "no")).toBe(false);
    expect(await timers.giveUp(read, 1, "no")).toBe(false);
    expect(await timers.current("a")).toMatchObject({ ...more, attempts: 0, failed: false });
  });

  it("is not brought back once it was cancelled", async () => {
    const read = await requireCurrent("a");
    await timers.cancel("a");
    expect(await timers.finish(read)).toBe(false);
    expect(await timers.retryLater(read, 1, clock.in(5), "no")).toBe(false);
    expect(await timers.current("a")).toBeUndefined();
  });

  it("is put off when it fails, and remembers for when it was", async () => {
    const read = await requireCurrent("a");
    expect(await timers.retryLater(read, 1, clock.in(5_000), `no ${"x".repeat(2_000)}`)).toBe(true);
    const put = await requireCurrent("a");
    expect(put).toMatchObject({ dueAt: read.dueAt, nextAt: clock.in(5_000), attempts: 1 });
    expect(put.error).toHaveLength(1_000);
    expect(await dueIds()).toEqual([]);
    clock.advance(5_000);
    expect(await dueIds()).toEqual(["a"]);
    // Whoever read it before may not finish it any more.
    expect(await timers.finish(read)).toBe(false);
    expect(await timers.finish(put)).toBe(true);
  });
});

describe("a timer that is given up on", () => {
  beforeEach(async () => {
    await timers.schedule(aTimer("a"));
    await timers.giveUp(await requireCurrent("a"), 10, "never");
  });

  it("is kept, listed and counted, and not due", async () => {
    clock.advance(60_000);
    expect(await dueIds()).toEqual([]);
    expect(await timers.countDue(clock.now())).toBe(0);
    expect(await timers.failed()).toMatchObject([{ timerId: "a", attempts: 10, error: "never", failed: true }]);
    expect(await timers.countFailed()).toBe(1);
  });

  it("is due again, with a clean slate, when somebody asks for it", async () => {
    clock.advance(60_000);
    await timers.retry("a");
    expect(await timers.failed()).toEqual([]);
    expect(await timers.due(clock.now(), 10)).toMatchObject({
      due: [{ timerId: "a", attempts: 0, nextAt: clock.now(), dueAt: clock.in(-60_000), failed: false }],
    });
    await expect(timers.retry("a")).rejects.toThrow(NotFoundError);
  });

  it("cannot be retried where there is none", async () => {
    await expect(timers.retry("b")).rejects.toThrow("failed timer b does not exist");
  });

  it("is replaced when it is scheduled anew, and gone when it is cancelled", async () => {
    await timers.schedule(aTimer("a", 5));
    expect(await timers.countFailed()).toBe(0);
    await timers.giveUp(await requireCurrent("a"), 1, "never");
    await timers.cancel("a");
    expect(await timers.countFailed()).toBe(0);
  });
});

it("timers fail as unavailable where the store does not answer", async () => {
  const gone = test.db();
  gone.client.middlewareStack.add(
    () => async () => {
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    },
    { step: "initialize" },
  );
  const lost = createTimers({ db: gone, clock });
  const unavailable = { code: "UNAVAILABLE" };
  await expect(lost.schedule(aTimer("a"))).rejects.toMatchObject(unavailable);
  await expect(lost.cancel("a")).rejects.toMatchObject(unavailable);
  await expect(lost.current("a")).rejects.toMatchObject(unavailable);
  await expect(lost.due(clock.now(), 1)).rejects.toMatchObject(unavailable);
  await expect(lost.retry("a")).rejects.toMatchObject(unavailable);
  await expect(lost.failed()).rejects.toMatchObject(unavailable);
  await expect(lost.countDue(clock.now())).rejects.toMatchObject(unavailable);
  await expect(lost.countFailed()).rejects.toMatchObject(unavailable);
});
