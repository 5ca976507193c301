/** Every row of the research tables is proved: verify finds what somebody has tampered with, rebuild mends it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/kernel/hashChain.js";
import { projectStream, requestStream, slotStream } from "../../../src/domain/research/index.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { createExpirySweeper } from "../../../src/store/expirySweeper.js";
import { rebuildRows } from "../../../src/store/proofs/rebuild.js";
import { queueKeys } from "../../../src/store/readModels/research/keys.js";
import { researchVerifiedViews } from "../../../src/store/readModels/research/index.js";
import { tableNames, tables } from "../../../src/store/tables.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { itemsOf, put, remove, setAttribute, theItem, verified } from "../../proofs/support/provenLedger.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { createManualClock } from "../../support/manualClock.js";
import { seedMilliseconds } from "./builders.js";
import { requestIdOf, researchStore, seedCompletion } from "./researchStore.js";
import type { ResearchStore } from "./researchStore.js";

const clock = createManualClock("2025-09-09T10:13:09.250Z");
const day = 86_400_000;
let engine: TestEngine;
let store: ResearchStore;

const own = [
  "market_intelligence_requests",
  "market_intelligence_runs",
  "market_intelligence_queue",
  "request_processing_logs",
] as const;
const slotId = "00000000-0000-5000-8000-000000000001";
const idOf = (n: number) => requestIdOf(seedMilliseconds, n);

beforeAll(async () => {
  engine = await startTestEngine();
  store = await filled();
}, 60_000);
afterAll(() => engine.close());

/** A ledger in tables of its own: requests that wait, are worked on, were completed, and were retried; a slot and a limit. */
async function filled(): Promise<ResearchStore> {
  const db = engine.db();
  await ensureTables(db);
  const filling = researchStore(db, clock);
  for (const n of upTo(12)) await filling.submit(idOf(n));
  for (const n of [3, 4, 5, 6]) {
    const leaseToken = await filling.begin(idOf(n));
    await filling.tell(idOf(n), { type: "Heartbeat", leaseToken, progress: { stage: "analysis", percentage: 40 } });
    await filling.tell(idOf(n), { type: "Heartbeat", leaseToken, checkpoint: { done: n } });
    const entries = [
      { level: "INFO", message: "Read a page" },
      { level: "WARNING", message: "Low confidence" },
    ] as const;
    await filling.tell(idOf(n), { type: "AppendLogs", leaseToken, entries: [...entries] });
    await filling.tell(idOf(n), { type: "AppendLogs", leaseToken, entries: [...entries] });
    if (n >= 5) await filling.tell(idOf(n), seedCompletion(leaseToken));
  }
  await filling.tell(idOf(7), { type: "CancelRequest", reason: "enough" });
  await filling.tell(idOf(7), { type: "RetryRequest" });
  await filling.run(
    [slotStream(slotId), { type: "TakeSlot", projectId: "p", dedupeKey: "weekly", requestId: idOf(1) }],
    [projectStream("team/a"), { type: "SetLimit", maxRunning: 2 }],
  );
  return filling;
}

const rebuild = async ({ proofs }: ResearchStore) => {
  for (const view of researchVerifiedViews) await rebuildRows(proofs, view, { writesPerSecond: 10_000 });
};

/** Differences of rows: what is not fed yet is none of this test's. */
async function look({ proofs }: ResearchStore) {
  const { lines, counts } = await verified(proofs);
  return { lines: lines.filter((line) => !line.startsWith("FEED")), foreign: counts.foreign };
}

async function allRows({ db }: ResearchStore): Promise<readonly string[]> {
  const items = await Promise.all(own.map((table) => itemsOf(db, table)));
  return items
    .flat()
    .map((item) => canonicalJson(item))
    .sort();
}

const rowOf = (table: TableName, ...parts: readonly string[]) =>
  theItem(store.db, table, (item) => parts.every((part) => Object.values(item).includes(part)));

describe("verify", () => {
  it("finds nothing where nobody has tampered with anything, and rows in each table", async () => {
    expect(await look(store)).toEqual({ lines: [], foreign: 0 });
    const counts = await Promise.all(own.map(async (table) => (await itemsOf(store.db, table)).length));
    // Submitted 12, claimed 4, started 4, completed 2, cancelled and retried once; and 16 entries of workers.
    expect(counts).toEqual([12, 12, 2, 12 + 4 + 4 + 2 + 2 + 16]);
  });

  it("asks the log about entries without folding a stream for each of them", async () => {
    const requests: string[] = [];
    const db = engine.db({ tableName: store.db.tableName, onRequest: ({ operation }) => requests.push(operation) });
    await verified({ ...store.proofs, db });
    expect(requests.length).toBeLessThan(40);
  });

  it("counts rows of others and rows of the async view apart, and leaves them alone", async () => {
    const foreign: readonly (readonly [TableName, Item])[] = [
      ["market_intelligence_requests", { request_id: "req_1704814989250_a08ac7ad", status: "pending" }],
      ["market_intelligence_runs", { request_id: "by hand" }],
      ["request_processing_logs", { log_id: "log_1757412789250_001", request_id: idOf(3), timestamp: "2024" }],
      ["market_intelligence_queue", { subject: queueKeys.slot(slotId).subject, part: "by hand" }],
    ];
    const tally = { ...queueKeys.stats("*#TABLE", 0), tally: "{}" };
    for (const [table, item] of foreign) await put(store.db, table, item);
    await put(store.db, "market_intelligence_queue", tally);
    expect(await look(store)).toEqual({ lines: [], foreign: foreign.length });
    await rebuild(store);
    expect(await look(store)).toEqual({ lines: [], foreign: foreign.length });
    for (const [table, item] of foreign) await remove(store.db, table, item);
    await remove(store.db, "market_intelligence_queue", tally);
  }, 60_000);
});

describe("a ledger that somebody has tampered with", () => {
  const logOf = (n: number, end: string) => `log_${seedMilliseconds}_${idOf(n).slice(-8)}_${end}`;
  const edit = async (table: TableName, parts: readonly string[], name: string, value: unknown) =>
    setAttribute(store.db, table, await rowOf(table, ...parts), name, value);
  const copy = async (table: TableName, parts: readonly string[], changed: Item) =>
    put(store.db, table, { ...(await rowOf(table, ...parts)), ...changed });
  const drop = async (table: TableName, ...parts: readonly string[]) =>
    remove(store.db, table, await rowOf(table, ...parts));

  /** What somebody does, each to another row, and what of it verify says, once. */
  const tampering: readonly (readonly [() => Promise<unknown>, string])[] = [
    [
      () => edit("market_intelligence_requests", [idOf(1)], "status", "failed"),
      `status: expected "pending", found "failed"`,
    ],
    [() => edit("market_intelligence_requests", [idOf(2)], "priority_sort", "9"), "priority_sort: expected"],
    [() => edit("market_intelligence_requests", [idOf(5)], "ttl", 4_000_000_000), "ttl: expected"],
    [() => edit("market_intelligence_requests", [idOf(6)], "results", null), "results: expected"],
    [
      () => drop("market_intelligence_requests", idOf(8)),
      `market_intelligence_requests ${idOf(8)} · row: expected a row`,
    ],
    [
      () => copy("market_intelligence_requests", [idOf(9)], { request_id: idOf(99) }),
      `market_intelligence_requests ${idOf(99)} · row: expected no row`,
    ],
    [() => edit("market_intelligence_runs", [idOf(1)], "claim_rank", 1), "claim_rank: expected"],
    [() => edit("market_intelligence_runs", [idOf(3)], "claim_strategy", "table"), "claim_strategy: expected"],
    [() => edit("market_intelligence_runs", [idOf(4)], "version", 77), "found 77"],
    [() => drop("market_intelligence_runs", idOf(8)), `market_intelligence_runs ${idOf(8)} · row: expected a row`],
    [
      () => copy("market_intelligence_runs", [idOf(9)], { request_id: idOf(98) }),
      `market_intelligence_runs ${idOf(98)} · row: expected no row`,
    ],
    [() => edit("request_processing_logs", [logOf(3, "w000001")], "message", "forged"), `found "forged"`],
    [() => edit("request_processing_logs", [logOf(3, "w000002")], "version", 1), "version: expected 6, found 1"],
    [() => edit("request_processing_logs", [logOf(3, "e000002")], "log_level", "ERROR"), `log_level: expected "INFO"`],
    [() => drop("request_processing_logs", logOf(4, "w000001")), `${logOf(4, "w000001")} · row: expected a row`],
    [() => drop("request_processing_logs", logOf(4, "e000003")), `${logOf(4, "e000003")} · row: expected a row`],
    [
      () => copy("request_processing_logs", [logOf(4, "w000002")], { log_id: logOf(4, "w000009") }),
      `${logOf(4, "w000009")} · row: expected no row`,
    ],
    [
      // A heartbeat has no line.
      () => copy("request_processing_logs", [logOf(4, "e000002")], { log_id: logOf(4, "e000004"), version: 4 }),
      `${logOf(4, "e000004")} · row: expected no row`,
    ],
    [
      () => copy("request_processing_logs", [logOf(5, "e000002")], { log_id: logOf(6, "e000099") }),
      `${logOf(6, "e000099")} · row: expected no row`,
    ],
    [
      () =>
        copy("request_processing_logs", [logOf(5, "e000001")], { request_id: idOf(97), log_id: logOf(97, "e000001") }),
      `${logOf(97, "e000001")} · row: expected no row`,
    ],
    [() => edit("market_intelligence_queue", [slotId], "detail", "{}"), "detail: expected"],
    [
      () => copy("market_intelligence_queue", [slotId], { part: "forged" }),
      `slot#${slotId} forged · row: expected no row`,
    ],
    [
      () => copy("market_intelligence_queue", ["team/a"], { subject: "project#forged" }),
      "project#forged LIMIT · row: expected no row",
    ],
    [() => drop("market_intelligence_queue", "project#team/a"), "project#team/a LIMIT · row: expected a row"],
  ];

  it("verify finds all of it, and rebuild mends it", async () => {
    const before = await allRows(store);
    // What is copied first is dropped later.
    for (const [tamper] of tampering) await tamper();
    const { lines } = await look(store);
    for (const [, expected] of tampering) {
      expect({ expected, found: lines.filter((line) => line.includes(expected)).length }).toEqual({
        expected,
        found: 1,
      });
    }
    await rebuild(store);
    expect(await allRows(store)).toEqual(before);
    expect((await look(store)).lines).toEqual([]);
  }, 120_000);

  it("all of its rows lost, rebuild makes every one of them anew", async () => {
    const before = await allRows(store);
    for (const table of own) for (const item of await itemsOf(store.db, table)) await remove(store.db, table, item);
    await rebuild(store);
    expect(await allRows(store)).toEqual(before);
  }, 120_000);
});

describe("requests whose time is over", () => {
  it("are swept 30 days after their end, not before, and their logs after them; nobody misses them, and no rebuild brings them back", async () => {
    const sweep = () => createExpirySweeper({ db: store.db, clock }).sweep();
    const left = async () =>
      (await Promise.all(own.map(async (table) => (await itemsOf(store.db, table)).length))).join();
    const before = await left();
    clock.advance(30 * day - 1_000);
    expect(await sweep()).toMatchObject({ deleted: 0 });
    clock.advance(1_000);
    // Two were completed.
    expect(await sweep()).toMatchObject({ deleted: 4 });
    expect((await look(store)).lines).toEqual([]);
    await rebuild(store);
    expect(await left()).toBe("10,10,2,40");
    expect(before).toBe("12,12,2,40");
    expect(await store.readModel.getRequests([idOf(5)])).toEqual([undefined]);
    clock.advance(8 * day);
    expect(await sweep()).toMatchObject({ deleted: 40 });
    expect((await look(store)).lines).toEqual([]);
    await rebuild(store);
    expect(await left()).toBe("10,10,2,0");
    // The log keeps what has happened.
    expect((await store.eventsOf(requestStream(idOf(5)))).at(-1)).toMatchObject({ type: "RequestCompleted" });
  }, 120_000);
});

describe("an older ledger", () => {
  it("gets the tables of research when it is started", async () => {
    const db = engine.db();
    const old = Object.fromEntries(Object.entries(tables).filter(([name]) => !own.some((table) => table === name)));
    await ensureTables(db, old);
    expect(await ensureTables(db)).toEqual(tableNames.filter((name) => own.some((table) => table === name)));
  });
});
