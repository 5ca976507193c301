/**
 * Every row of the integration tables is proved: verify finds what somebody has tampered with, rebuild mends it. What pollers write
 * beside the log is no tampering, and no rebuild takes it away.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/kernel/hashChain.js";
import { toSessionId } from "../../../src/domain/integrations/index.js";
import type { PollLease } from "../../../src/domain/integrations/index.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { createExpirySweeper } from "../../../src/store/expirySweeper.js";
import { rebuildRows } from "../../../src/store/proofs/rebuild.js";
import { integrationVerifiedViews } from "../../../src/store/readModels/integrations/index.js";
import { healthKey } from "../../../src/store/readModels/integrations/keys.js";
import { tableNames, tables } from "../../../src/store/tables.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { get, itemsOf, put, remove, setAttribute, theItem, verified } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { content } from "./builders.js";
import { integrationsStore, pollOf } from "./integrationsStore.js";
import type { IntegrationsStore } from "./integrationsStore.js";

const clock = createManualClock("2024-01-15T10:30:00.000Z");
const day = 86_400_000;
const sessions = "beya-integration-sessions";
const schedules = "beya-integration-schedules";
const polls = "beya-integration-polls";
const letters = "beya-integration-dead-letters";
const own = [sessions, schedules, polls, letters] as const;
const letterId = (n: number) => n.toString(16).padStart(32, "0");
const idOf = (n: number) => toSessionId(`user${n}`, "gmail");
const keyOf = (n: number) => ({ userId: `user${n}`, serviceType: "gmail" });
const items = { items: 2, firstItemId: "a", lastItemId: "b", content };

let engine: TestEngine;
let store: IntegrationsStore;
let leases: readonly PollLease[];

beforeAll(async () => {
  engine = await startTestEngine();
  const db = engine.db();
  await ensureTables(db);
  store = integrationsStore(db, clock);
  await fill();
  leases = await pollQuietly();
}, 60_000);
afterAll(() => engine.close());

/** Sessions that were never polled, had items, failed, have dead letters, were pushed to, are paused, and are over. */
async function fill(): Promise<void> {
  for (const n of upTo(8)) await store.connect(`user${n}`);
  for (const n of [2, 3, 4]) {
    clock.advance(1_000);
    await store.poll(idOf(n));
    await store.poll(idOf(n), 5);
  }
  const [third] = await store.readModel.getSessions([idOf(3)]);
  if (third === undefined) throw new Error("no session");
  const {
    items: _,
    firstItemId: _f,
    lastItemId: _l,
    serviceState: _s,
    more: _m,
    ...poll
  } = pollOf(third, {
    items: 0,
    at: clock.now(),
  });
  const failure = { failureClass: "TRANSIENT", code: "http_503", message: "it is down" } as const;
  await store.tell(idOf(3), { ...poll, type: "RecordFailure", ...failure });
  for (const n of upTo(3)) {
    const letter = { deadLetterId: letterId(n), ...items, reason: "http_422" };
    await store.tell(idOf(4), { type: "RecordDeadLetter", ...letter });
  }
  await store.tell(idOf(4), { type: "RecordRedelivery", deadLetterId: letterId(2) });
  await store.tell(idOf(4), { type: "DiscardDeadLetter", deadLetterId: letterId(3), reason: "spam" });
  await store.tell(idOf(5), { type: "PauseSession", reason: "holidays" });
  await store.tell(idOf(6), { type: "DisconnectSession" });
  await store.connect("pushed", { serviceType: "whatsapp", mode: "PUSH", accountKey: "whatsapp#15550783881" });
  await store.tell(toSessionId("pushed", "whatsapp"), { type: "RecordPush", ...items, marks: { lastMessageId: "b" } });
}

/** Pollers claim everything that is due, and show that they were there. */
async function pollQuietly(): Promise<readonly PollLease[]> {
  clock.advance(600_000);
  const due = await store.schedule.due(clock.now(), 100);
  const claimed = await Promise.all(
    due.map((one) => store.schedule.claim(one, { now: clock.now(), until: clock.in(30_000) })),
  );
  const had = claimed.filter((lease) => lease !== undefined);
  for (const lease of had) await store.schedule.showPolled(lease, clock.now());
  return had;
}

const leaseOf = (n: number): PollLease => {
  const lease = leases.find(({ sessionId }) => sessionId === idOf(n));
  if (lease === undefined) throw new Error(`${idOf(n)} was not claimed`);
  return lease;
};

const rebuild = async (options: { readonly dryRun?: boolean } = {}) => {
  const [view] = integrationVerifiedViews;
  if (view === undefined) throw new Error("no view");
  return rebuildRows(store.proofs, view, { writesPerSecond: 10_000, ...options });
};

/** Differences of rows: what is not fed yet is none of this test's. */
async function look() {
  const { lines, counts } = await verified(store.proofs);
  return { lines: lines.filter((line) => !line.startsWith("FEED")), foreign: counts.foreign };
}

async function allRows(): Promise<readonly string[]> {
  const rows = await Promise.all(own.map((table) => itemsOf(store.db, table)));
  return rows
    .flat()
    .map((item) => canonicalJson(item))
    .sort();
}

const counted = async () =>
  (await Promise.all(own.map(async (table) => (await itemsOf(store.db, table)).length))).join();

const rowOf = (table: TableName, ...parts: readonly string[]) =>
  theItem(store.db, table, (item) => parts.every((part) => Object.values(item).includes(part)));

describe("verify", () => {
  it("finds nothing where pollers have claimed and shown what they did, and rows in each table", async () => {
    expect(leases.length).toBeGreaterThan(5);
    expect(await look()).toEqual({ lines: [], foreign: 0 });
    // Six polls that had items, a failure, three dead letters and a push.
    expect(await counted()).toBe("9,9,11,3");
  });

  it("counts rows of others apart, and leaves them alone", async () => {
    const foreign: readonly (readonly [TableName, Item])[] = [
      [sessions, { userId: "user123", serviceType: "gmail", sessionId: "user123#gmail", isActive: true }],
      [schedules, { sessionId: "by hand" }],
      [polls, { sessionId: idOf(4), place: "by hand" }],
      [letters, { sessionId: "by hand", deadLetterId: "by hand" }],
      ["beya-integration-health", { ...healthKey("gmail", 0), tally: "{}" }],
    ];
    for (const [table, item] of foreign) await put(store.db, table, item);
    expect(await look()).toEqual({ lines: [], foreign: 4 });
    await rebuild();
    expect(await look()).toEqual({ lines: [], foreign: 4 });
    for (const [table, item] of foreign) await remove(store.db, table, item);
  }, 60_000);
});

describe("a ledger that somebody has tampered with", () => {
  const edit = async (table: TableName, key: Item, name: string, value: unknown) =>
    setAttribute(store.db, table, key, name, value);
  const copy = async (table: TableName, parts: readonly string[], changed: Item) =>
    put(store.db, table, { ...(await rowOf(table, ...parts)), ...changed });
  const drop = async (table: TableName, ...parts: readonly string[]) =>
    remove(store.db, table, await rowOf(table, ...parts));

  /** What somebody does, each to another row, and what of it verify says, once. */
  const tampering: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => edit(sessions, keyOf(1), "webhookUrl", "https://evil.example/"), "webhookUrl: expected"],
    [() => edit(sessions, keyOf(2), "isActive", false), "isActive: expected true, found false"],
    [() => edit(sessions, keyOf(3), "serviceState", { lastHistoryId: "1" }), "serviceState: expected"],
    [() => edit(sessions, keyOf(4), "lastPollAt", "2024-01-15T10:30:00.000Z"), 'found "2024-01-15T10:30:00.000Z"'],
    [() => edit(sessions, keyOf(5), "activeKey", "true"), 'activeKey: expected nothing, found "true"'],
    [() => edit(sessions, keyOf(7), "lastPollAt", "tomorrow"), 'found "tomorrow"'],
    [() => drop(sessions, "user6"), `${sessions} user6 gmail · row: expected a row`],
    [
      () => copy(sessions, ["pushed"], { userId: "forged", sessionId: "forged#whatsapp" }),
      `${sessions} forged whatsapp · row: expected no row`,
    ],
    [
      () => edit(schedules, { sessionId: idOf(1) }, "pollingIntervalMs", 1),
      "pollingIntervalMs: expected 30000, found 1",
    ],
    [() => edit(schedules, { sessionId: idOf(2) }, "dueShard", "none"), `found "none"`],
    [() => edit(schedules, { sessionId: idOf(3) }, "polls", -1), "polls: expected 0, found -1"],
    [() => edit(schedules, { sessionId: idOf(4) }, "leaseToken", "mine"), `leaseToken: expected nothing, found "mine"`],
    [() => edit(schedules, { sessionId: idOf(5) }, "nextPollAt", clock.now()), "nextPollAt: expected nothing"],
    [() => edit(schedules, { sessionId: idOf(7) }, "nextPollAt", "never"), `found "never"`],
    [() => edit(schedules, { sessionId: idOf(8) }, "version", 9), "version: expected 1, found 9"],
    [() => drop(schedules, idOf(6)), `${schedules} ${idOf(6)} · row: expected a row`],
    [
      () => copy(schedules, [toSessionId("pushed", "whatsapp")], { sessionId: "forged#gmail" }),
      `${schedules} forged#gmail · row: expected no row`,
    ],
    [() => editPoll(2, 2, "items", 99), "items: expected 2, found 99"],
    [() => editPoll(2, 3, "ttl", 4_000_000_000), "ttl: expected"],
    [async () => remove(store.db, polls, await pollRow(3, 4)), "0000000000000004 · row: expected a row"],
    [
      async () => put(store.db, polls, { ...(await pollRow(4, 2)), place: "2024-01-15T10:30:00.000Z#forged" }),
      "#forged · row: expected no row",
    ],
    [
      async () => put(store.db, polls, { ...(await pollRow(4, 3)), sessionId: "nobody#gmail" }),
      `${polls} nobody#gmail`,
    ],
    [
      () => edit(letters, { sessionId: idOf(4), deadLetterId: letterId(1) }, "status", "DISCARDED"),
      'status: expected "OPEN"',
    ],
    [() => drop(letters, letterId(2)), `${letterId(2)} · row: expected a row`],
    [() => copy(letters, [letterId(3)], { deadLetterId: letterId(9) }), `${letterId(9)} · row: expected no row`],
  ];

  const pollRow = (n: number, version: number) =>
    theItem(store.db, polls, (item) => item["sessionId"] === idOf(n) && item["version"] === version);
  const editPoll = async (n: number, version: number, name: string, value: unknown) =>
    edit(polls, await pollRow(n, version), name, value);

  it("verify finds all of it, and rebuild mends it, but for what pollers had written and nobody can know", async () => {
    const before = await allRows();
    // What is copied first is dropped later.
    for (const [tamper] of tampering) await tamper();
    const { lines } = await look();
    for (const [, expected] of tampering) {
      expect({ expected, found: lines.filter((line) => line.includes(expected)).length }).toEqual({
        expected,
        found: 1,
      });
    }
    expect(await rebuild({ dryRun: true })).toMatchObject({ writes: 0 });
    await rebuild();
    expect((await look()).lines).toEqual([]);
    // The log knows when the next poll was to be, and nothing of a lease that somebody has spoilt.
    const spoilt = [
      rowOf(sessions, "user4"),
      rowOf(sessions, "user7"),
      ...[3, 4, 7].map((n) => rowOf(schedules, idOf(n))),
    ];
    const mended = (await Promise.all(spoilt)).map((item) => canonicalJson(item));
    const after = await allRows();
    expect(after).toHaveLength(before.length);
    expect(after.filter((row) => !before.includes(row)).sort()).toEqual([...mended].sort());
  }, 120_000);

  it("leases go on through a rebuild that mends their rows, also where a poller was faster than the rebuild", async () => {
    const leased = await get(store.db, schedules, { sessionId: idOf(1) });
    expect(leased).toMatchObject({ polls: 1, lastPollAt: leaseOf(1).pollsSince, leaseToken: leaseOf(1).token });
    for (const n of [1, 2, 8]) {
      await setAttribute(store.db, schedules, { sessionId: idOf(n) }, "userId", "somebody");
      await setAttribute(store.db, sessions, keyOf(n), "errorCount", 9);
    }
    // Between the reading and the writing of the rebuild, the poller of each is there once more.
    const db = engine.db({ tableName: store.db.tableName });
    let transactions = 0;
    db.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "TransactWriteItemsCommand") transactions += 1;
        if (context.commandName === "TransactWriteItemsCommand" && transactions === 1) {
          clock.advance(5_000);
          for (const n of [1, 2, 8]) {
            expect(await store.schedule.extend(leaseOf(n), clock.in(60_000))).toBeDefined();
            await store.schedule.showPolled(leaseOf(n), clock.now());
          }
        }
        return next(args);
      },
      { step: "initialize", name: "meanwhile" },
    );
    const [view] = integrationVerifiedViews;
    if (view === undefined) throw new Error("no view");
    const counts = await rebuildRows({ ...store.proofs, db }, view, { writesPerSecond: 10_000 });
    expect(counts).toMatchObject({ corrected: 6 });
    // One for each session, and another for the one that was read before its poller was there.
    expect(transactions).toBeGreaterThan(3);
    expect(await look()).toEqual({ lines: [], foreign: 0 });
    for (const n of [1, 2, 8]) {
      expect(await get(store.db, schedules, { sessionId: idOf(n) })).toMatchObject({ nextPollAt: clock.in(60_000) });
      expect(await get(store.db, sessions, keyOf(n))).toMatchObject({ lastPollAt: clock.now(), errorCount: 0 });
      expect(await store.schedule.release(leaseOf(n), clock.in(30_000))).toBe(true);
    }
  }, 120_000);

  it("all of its rows lost, rebuild makes every one of them anew, as the log has them", async () => {
    const before = await counted();
    for (const table of own) for (const item of await itemsOf(store.db, table)) await remove(store.db, table, item);
    await rebuild();
    expect(await counted()).toBe(before);
    expect((await look()).lines).toEqual([]);
    const [first] = await store.readModel.getSessions([idOf(1)]);
    expect(first?.lastPollAt).toBeUndefined();
    expect((await store.schedule.due(clock.in(day), 100)).length).toBe(leases.length);
  }, 120_000);
});

describe("polls and dead letters whose time is over", () => {
  it("are swept after 30 days, open dead letters never; nobody misses them, and no rebuild brings them back", async () => {
    const sweep = () => createExpirySweeper({ db: store.db, clock }).sweep();
    expect(await counted()).toBe("9,9,11,3");
    clock.advance(29 * day);
    expect(await sweep()).toMatchObject({ deleted: 0 });
    clock.advance(day);
    expect(await sweep()).toMatchObject({ deleted: 13 });
    expect((await look()).lines).toEqual([]);
    await rebuild();
    expect(await counted()).toBe("9,9,0,1");
  }, 120_000);
});

describe("an older ledger", () => {
  it("gets the tables of integrations when it is started", async () => {
    const db = engine.db();
    const added = tableNames.filter((name) => name.startsWith("beya-"));
    const old = Object.fromEntries(Object.entries(tables).filter(([name]) => !name.startsWith("beya-")));
    await ensureTables(db, old);
    expect(await ensureTables(db)).toEqual(added);
  });
});
