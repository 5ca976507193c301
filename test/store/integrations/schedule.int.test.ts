/** Who polls what, and when: claims that only one gets, leases that events end, and what each costs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DueSession, IntegrationSession, PollSchedule } from "../../../src/domain/integrations/index.js";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { createIntegrationsReadModel, createPollSchedule } from "../../../src/store/readModels/integrations/index.js";
import { toScheduleItem, toSessionItem } from "../../../src/store/readModels/integrations/items.js";
import { dueShardOf } from "../../../src/store/readModels/integrations/keys.js";
import { isAsWritten } from "../../../src/store/seal.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { get, itemsOf, put, remove } from "../../proofs/support/provenLedger.js";
import { failRequests, sdkError } from "../faults.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aSchedule, aSession, after } from "./builders.js";

const schedules = "beya-integration-schedules";
const sessions = "beya-integration-sessions";
let engine: TestEngine;
let db: DynamoDb;
let schedule: PollSchedule;
let requests: string[] = [];

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => requests.push(operation) });
  await ensureTables(db);
  schedule = createPollSchedule({ db });
}, 60_000);
afterAll(() => engine.close());

beforeEach(async () => {
  for (const item of await itemsOf(db, schedules)) await remove(db, schedules, item);
  requests = [];
});

/** What an event of the session writes. */
const scheduled = async (facts: Parameters<typeof aSchedule>[0]): Promise<DueSession> => {
  const row = aSchedule(facts);
  await put(db, schedules, toScheduleItem(row));
  requests = [];
  const { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt = "", version } = row;
  return { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version };
};

const rowOf = async ({ sessionId }: Pick<DueSession, "sessionId">): Promise<Item> =>
  (await get(db, schedules, { sessionId })) ?? {};

const now = after(10_000);
const until = after(40_000);

describe("what is due", () => {
  it("is what the time has come for, with all that a claim needs; one request for each part of the index", async () => {
    const due = await scheduled({ userId: "ana", nextPollAt: after(10_000) });
    await scheduled({ userId: "ben", nextPollAt: after(10_001) });
    await scheduled({ userId: "cleo", nextPollAt: undefined });
    expect(await schedule.due(now, 10)).toEqual([due]);
    expect(requests).toEqual(upTo(8).map(() => "Query"));
  });

  it("comes oldest first of each part, the parts in turn, so that no part starves", async () => {
    // All sessions of a user are in one part.
    for (const n of upTo(30)) {
      await scheduled({ sessionId: `busy#s${n}`, userId: "busy", nextPollAt: after(n) });
    }
    const others = upTo(40)
      .map((n) => `user${n}`)
      .filter((userId) => dueShardOf(userId) !== dueShardOf("busy"))
      .slice(0, 3);
    for (const userId of others) await scheduled({ sessionId: `${userId}#s`, userId, nextPollAt: after(9_000) });
    const parts = new Set(others.map(dueShardOf)).size;
    for (const _ of upTo(9)) {
      const found = await schedule.due(now, 2 * (parts + 1));
      expect(others.filter((userId) => found.some((one) => one.userId === userId)).length).toBe(others.length);
      const busy = found.filter(({ userId }) => userId === "busy").map(({ nextPollAt }) => nextPollAt);
      expect(busy).toEqual(upTo(busy.length).map((n) => after(n)));
    }
    expect(await schedule.due(now, 20)).toHaveLength(20);
    expect(await schedule.due(now, 1_000)).toHaveLength(33);
  });

  it("begins with another part each time: where one session at a time is taken, all have their turn", async () => {
    const users = upTo(40).map((n) => `user${n}`);
    for (const userId of users) await scheduled({ sessionId: `${userId}#s`, userId });
    const firsts = [];
    for (const _ of upTo(8)) firsts.push((await schedule.due(now, 1))[0]);
    expect(new Set(firsts.map((one) => dueShardOf(one?.userId ?? ""))).size).toBe(8);
  });

  it("is counted up to a limit, with the oldest", async () => {
    expect(await schedule.overdue(now, 1_000)).toEqual({ sessions: 0 });
    for (const n of upTo(30)) {
      await scheduled({ sessionId: `user${n}#s`, userId: `user${n}`, nextPollAt: after(n * 500) });
    }
    requests = [];
    expect(await schedule.overdue(now, 1_000)).toEqual({ sessions: 20, oldest: after(500) });
    expect(requests).toEqual(upTo(8).map(() => "Query"));
    expect(await schedule.overdue(now, 7)).toEqual({ sessions: 7, oldest: after(500) });
  });

  it("leaves out services that cannot keep up, so that they hide nothing of others", async () => {
    const slow = upTo(30).map((n) => ({ sessionId: `busy#s${n}`, userId: "busy", serviceType: "slack" }));
    for (const facts of slow) await scheduled({ ...facts, nextPollAt: after(1) });
    const other = await scheduled({ userId: "busy", serviceType: "gmail", nextPollAt: after(9_000) });
    expect(await schedule.due(now, 10)).toHaveLength(10);
    expect(await schedule.due(now, 10, ["slack"])).toEqual([other]);
    expect(await schedule.due(now, 10, ["slack", "gmail"])).toEqual([]);
  });

  it("leaves out what somebody put into the table by hand", async () => {
    await put(db, schedules, { sessionId: "by hand", dueShard: "0", nextPollAt: after(0) });
    expect(await schedule.due(now, 10)).toEqual([]);
    expect(await schedule.overdue(now, 10)).toEqual({ sessions: 0 });
    expect(await schedule.get(["by hand"])).toEqual([undefined]);
  });
});

describe("a claim", () => {
  it("costs one request, moves the session on, and counts the polls since the last event", async () => {
    const due = await scheduled({ nextPollAt: after(0) });
    const lease = await schedule.claim(due, { now, until });
    expect(requests).toEqual(["UpdateItem"]);
    expect(lease).toMatchObject({ ...due, until, polls: 1, pollsSince: now });
    expect(await schedule.due(now, 10)).toEqual([]);
    expect(await schedule.get([due.sessionId, "nobody#gmail"])).toEqual([
      { nextPollAt: until, polls: 1, lastPollAt: now },
      undefined,
    ]);
    const [again] = await schedule.due(until, 10);
    const second = again && (await schedule.claim(again, { now: until, until: after(70_000) }));
    expect(second).toMatchObject({ polls: 2, pollsSince: now, claimedAt: until, nextPollAt: until });
    expect(second?.token).toBeGreaterThan(lease?.token ?? Infinity);
  });

  it("is had by one of those who want it at the same time", async () => {
    const due = await scheduled({});
    const others = upTo(8).map(() => createPollSchedule({ db }));
    const claims = await Promise.all(others.map((one) => one.claim(due, { now, until })));
    expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
    expect(await rowOf(due)).toMatchObject({ polls: 1 });
  });

  it("is not had of what an event has changed since it was seen, of what was claimed, or of what is not there", async () => {
    const seen = await scheduled({ userId: "ana", sessionId: "ana#gmail", version: 3 });
    await scheduled({ userId: "ana", sessionId: "ana#gmail", version: 4 });
    expect(await schedule.claim(seen, { now, until })).toBeUndefined();
    const due = await scheduled({ userId: "ben" });
    await schedule.claim(due, { now, until });
    expect(await schedule.claim(due, { now, until })).toBeUndefined();
    expect(await schedule.claim({ ...due, sessionId: "nobody#gmail" }, { now, until })).toBeUndefined();
    expect(await get(db, schedules, { sessionId: "nobody#gmail" })).toBeUndefined();
  });

  it("is had again, with a later token, once the time of the one before is over", async () => {
    const due = await scheduled({});
    const first = await schedule.claim(due, { now, until });
    const [over] = await schedule.due(until, 10);
    const second = over && (await schedule.claim(over, { now: until, until: after(90_000) }));
    if (first === undefined || second === undefined) throw new Error("no lease");
    expect(second.token).toBeGreaterThan(first.token);
    expect(await schedule.extend(first, after(99_000))).toBeUndefined();
    expect(await schedule.release(first, after(99_000))).toBe(false);
    expect(await rowOf(due)).toMatchObject({ nextPollAt: after(90_000) });
  });
});

describe("a lease", () => {
  const claimed = async () => {
    const due = await scheduled({ userId: "ana", sessionId: "ana#gmail", version: 3 });
    const lease = await schedule.claim(due, { now, until });
    if (lease === undefined) throw new Error("no lease");
    requests = [];
    return lease;
  };

  it("is extended, and released to the time at which the session is due next: a request each", async () => {
    const lease = await claimed();
    const extended = await schedule.extend(lease, after(60_000));
    expect(extended).toEqual({ ...lease, until: after(60_000) });
    expect(await schedule.release(extended ?? lease, after(20_000))).toBe(true);
    expect(requests).toEqual(["UpdateItem", "UpdateItem"]);
    expect((await schedule.due(after(20_000), 10)).map(({ sessionId }) => sessionId)).toEqual(["ana#gmail"]);
    expect(await rowOf(lease)).toMatchObject({ polls: 1, lastPollAt: now });
  });

  it("ends with the next event, which also resets the counters; tokens rise nevertheless", async () => {
    const lease = await claimed();
    const due = await scheduled({ userId: "ana", sessionId: "ana#gmail", version: 4, nextPollAt: after(5_000) });
    expect(await schedule.extend(lease, after(60_000))).toBeUndefined();
    expect(await schedule.release(lease, after(60_000))).toBe(false);
    expect(await schedule.get(["ana#gmail"])).toEqual([{ nextPollAt: after(5_000), polls: 0 }]);
    const next = await schedule.claim(due, { now, until });
    expect(next).toMatchObject({ polls: 1, pollsSince: now });
    expect(next?.token).toBeGreaterThan(lease.token);
  });

  it("is not had of a session that is not polled any more", async () => {
    const lease = await claimed();
    await scheduled({ userId: "ana", sessionId: "ana#gmail", version: 4, nextPollAt: undefined });
    expect(await schedule.release(lease, after(60_000))).toBe(false);
    expect(await rowOf(lease)).not.toHaveProperty("nextPollAt");
    expect(await rowOf(lease)).not.toHaveProperty("dueShard");
  });
});

describe("a store that fails", () => {
  /** Another process, some of whose writes meet a commit that is being written. */
  const failing = (failure: (count: number) => Error | undefined) => {
    const other = engine.db({ tableName: db.tableName });
    const sent = failRequests(other, { operations: ["UpdateItem", "Query"], failure });
    return { schedule: createPollSchedule({ db: other }), sent };
  };
  const conflict = () => sdkError("TransactionConflictException");

  it("is asked again where the write met a commit of the session", async () => {
    const due = await scheduled({});
    const { schedule: meeting, sent } = failing((count) => (count % 3 === 0 ? undefined : conflict()));
    const lease = await meeting.claim(due, { now, until });
    expect(lease).toMatchObject({ polls: 1 });
    if (lease === undefined) throw new Error("no lease");
    expect(await meeting.release(lease, after(50_000))).toBe(true);
    expect(sent.count).toBe(6);
  });

  it("is not available where it stays so, or does not answer: nobody takes that for a lost lease", async () => {
    const due = await scheduled({});
    const { schedule: busy } = failing(conflict);
    await expect(busy.claim(due, { now, until })).rejects.toThrow(UnavailableError);
    const { schedule: down } = failing(() => sdkError("Error", { code: "ECONNREFUSED" }));
    await expect(down.due(now, 1)).rejects.toThrow(UnavailableError);
    await expect(down.overdue(now, 1)).rejects.toThrow(UnavailableError);
    await expect(down.claim(due, { now, until })).rejects.toThrow(UnavailableError);
    await expect(down.showPolled({ ...due, serviceType: "gmail" }, now)).rejects.toThrow(UnavailableError);
    expect(await rowOf(due)).toMatchObject({ polls: 0 });
  });
});

describe("the last poll in the seed's row", () => {
  let session: IntegrationSession;
  const shown = async () => {
    const readModel = createIntegrationsReadModel({ db, clock: { now: () => now } });
    return (await readModel.getSessions([session.sessionId]))[0]?.lastPollAt;
  };

  beforeEach(async () => {
    session = aSession({ version: 7 });
    await put(db, sessions, toSessionItem(session));
    requests = [];
  });

  it("is shown by one request, and breaks no seal", async () => {
    expect(await shown()).toBeUndefined();
    requests = [];
    await schedule.showPolled(session, now);
    expect(requests).toEqual(["UpdateItem"]);
    expect(await shown()).toBe(now);
    const row = await get(db, sessions, { userId: session.userId, serviceType: session.serviceType });
    expect(isAsWritten(row ?? {})).toBe(true);
  });

  it("never goes back, and is not shown in a row that an event has written since, or that is not there", async () => {
    await schedule.showPolled(session, after(20_000));
    await schedule.showPolled(session, after(15_000));
    expect(await shown()).toBe(after(20_000));
    await schedule.showPolled({ ...session, version: 6 }, after(30_000));
    expect(await shown()).toBe(after(20_000));
    await schedule.showPolled({ ...session, userId: "nobody" }, after(30_000));
    expect(await get(db, sessions, { userId: "nobody", serviceType: session.serviceType })).toBeUndefined();
  });
});
