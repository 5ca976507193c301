/** Lists of requests and logs, against a plain filter over all rows, on every page size; what workers can claim; and the costs. */
import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../../src/domain/kernel/page.js";
import { addDays, toInstant } from "../../../src/domain/kernel/time.js";
import { claimRank, logLevels, priorities, prioritySort, requestStatuses } from "../../../src/domain/research/index.js";
import type {
  Candidate,
  LogQuery,
  RequestFilter,
  RequestLog,
  RequestQuery,
  ResearchReadModel,
  ResearchRequest,
  ResearchRun,
} from "../../../src/domain/research/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import { createResearchReadModel } from "../../../src/store/readModels/research/index.js";
import {
  toLogItem,
  toProjectItem,
  toRequestItem,
  toRunItem,
  toSlotItem,
} from "../../../src/store/readModels/research/items.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aLog, aRequest, aRun, after } from "./builders.js";

let engine: TestEngine;
let db: DynamoDb;
let requests: string[] = [];
let readModel: ResearchReadModel;
let now = after(100_000);

const projects = ["alpha", "beta/web", "gamma"] as const;
const types = ["semaglutide_intelligence", "market_scan"] as const;

/** Three projects, two users, all statuses, many of them of the same millisecond. */
const all: readonly ResearchRequest[] = upTo(48).map((n) =>
  aRequest({
    projectId: projects[n % 3] ?? "",
    userId: n % 4 === 0 ? "ana" : "ben",
    requestType: types[Math.floor(n / 3) % 2] ?? "",
    status: requestStatuses[(n * 5) % 6] ?? "PENDING",
    priority: priorities[Math.floor(n / 4) % 3] ?? "LOW",
    strategy: n % 5 === 0 ? "SQS" : "TABLE",
    createdAt: after(Math.floor(n / 6)),
  }),
);

const logs: readonly RequestLog[] = upTo(30).map((n) =>
  aLog({ level: logLevels[n % 4] ?? "INFO", at: after(Math.floor(n / 9)), requestId: "req_1757412789250_00000001" }),
);

/** 1,000 that can be claimed, of a few milliseconds, and as many that cannot. */
const runs: readonly ResearchRun[] = upTo(2_000).map((n) => {
  const createdAt = toInstant(Date.parse(after(0)) + (n % 40) * 60_000);
  return aRun({
    projectId: projects[n % 3] ?? "",
    requestType: types[Math.floor(n / 2) % 2] ?? "",
    strategy: n % 10 < 3 ? "SQS" : "TABLE",
    priority: priorities[Math.floor(n / 3) % 3] ?? "LOW",
    createdAt,
    ...(n % 2 === 0 ? {} : { queuedAt: toInstant(Date.parse(createdAt) + (n % 7) * 1_000) }),
    ...(n % 20 === 1 ? { dispatchedAt: after(500_000) } : {}),
  });
});

/** The seed's own item, and others that people put there by hand. */
const foreign: readonly (readonly [TableName, Item])[] = [
  [
    "market_intelligence_requests",
    {
      request_id: "req_1704814989250_a08ac7ad",
      project_id: "alpha",
      user_id: "ana",
      status: "pending",
      processing_strategy: "table",
      created_at: "2024-01-09T15:43:09.250000",
      priority_sort: "3",
    },
  ],
  ["market_intelligence_requests", { request_id: "by hand" }],
  ["market_intelligence_runs", { request_id: "by hand" }],
  [
    "request_processing_logs",
    { log_id: "log_1757412789250_001", request_id: "req_1757412789250_00000001", timestamp: after(2) },
  ],
  ["market_intelligence_queue", { subject: "slot#by hand", part: "SLOT" }],
];

async function write(table: TableName, items: readonly Item[]): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: { ...Item } } }));
    await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tableName(table)]: puts } }));
  }
}

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => requests.push(operation) });
  await ensureTables(db);
  await write("market_intelligence_requests", all.map(toRequestItem));
  await write("request_processing_logs", logs.map(toLogItem));
  await write("market_intelligence_runs", runs.map(toRunItem));
  for (const [table, item] of foreign) {
    await db.client.send(new PutCommand({ TableName: db.tableName(table), Item: { ...item } }));
  }
  readModel = createResearchReadModel({ db, clock: { now: () => now } });
}, 60_000);
afterAll(() => engine.close());

const requestsOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
  requests = [];
  await run();
  return requests;
};

/** All pages of a list, each asked for with the cursor of the one before. */
async function allPages<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    rows.push(...page.rows.map(({ row }) => row));
    if (!page.hasMore) return rows;
    cursor = page.resumeAfter ?? page.rows.at(-1)?.cursor;
    expect(cursor).toBeDefined();
  }
}

/** Ids in the order of a list, those of one place as a set. */
function inTies<Row>(rows: readonly Row[], placeOf: (row: Row) => string, idOf: (row: Row) => string) {
  const ties: { readonly at: string; readonly ids: string[] }[] = [];
  for (const row of rows) {
    const last = ties.at(-1);
    if (last?.at === placeOf(row)) last.ids.push(idOf(row));
    else ties.push({ at: placeOf(row), ids: [idOf(row)] });
  }
  return ties.map(({ ids }) => ids.sort());
}

/** What a list must show, by the words of the contract. */
function plain({ filter, order }: Pick<RequestQuery, "filter" | "order">): readonly ResearchRequest[] {
  const { scope = "all" } = filter;
  const shown = all.filter(
    (request) =>
      (filter.userId === undefined || request.userId === filter.userId) &&
      (filter.projectId === undefined || request.projectId === filter.projectId) &&
      (filter.statuses === undefined || filter.statuses.includes(request.status)) &&
      (filter.priorities === undefined || filter.priorities.includes(request.priority)) &&
      (filter.strategy === undefined || request.strategy === filter.strategy) &&
      (filter.requestType === undefined || request.requestType === filter.requestType) &&
      (filter.from === undefined || request.createdAt >= filter.from) &&
      (filter.until === undefined || request.createdAt < filter.until) &&
      (scope === "all" || scope.includes(request.projectId)),
  );
  const sorted = [...shown].sort((one, other) => (placeIn(order)(one) < placeIn(order)(other) ? -1 : 1));
  return order === "OLDEST_FIRST" ? sorted : sorted.reverse();
}

const placeIn = (order: RequestQuery["order"]) => (request: ResearchRequest) =>
  order === "PRIORITY" ? prioritySort(request) : request.createdAt;

const many = upTo(30).map((n) => `other-${n}`);
/** With these, more than the engine takes in one list. */
const manyMore = upTo(60).map((n) => `more-${n}`);

const filters: readonly RequestFilter[] = [
  {},
  { projectId: "alpha" },
  { projectId: "beta/web" },
  { projectId: "nobody" },
  { userId: "ana" },
  { userId: "ana", projectId: "gamma" },
  { projectId: "alpha", statuses: ["PENDING"] },
  { userId: "ben", statuses: ["COMPLETED", "FAILED"] },
  { statuses: [] },
  { statuses: ["PENDING"] },
  { statuses: ["PENDING", "EXECUTING", "PENDING"] },
  { priorities: ["HIGH"] },
  { strategy: "SQS" },
  { strategy: "TABLE", statuses: ["PENDING"], priorities: ["LOW", "HIGH"] },
  { strategy: "TABLE", requestType: "market_scan" },
  { requestType: "market_scan", userId: "ana" },
  { from: after(3) },
  { until: after(3) },
  { from: after(3), until: after(4) },
  { from: after(4), until: after(3) },
  { from: after(2), until: after(6), projectId: "gamma", strategy: "TABLE" },
  { from: after(2), statuses: ["CANCELLED"] },
  { scope: [] },
  { scope: ["gamma"] },
  { scope: ["gamma", "alpha", "gamma", "nobody"] },
  { scope: ["gamma", "alpha"], statuses: ["PENDING", "PROCESSING"] },
  { scope: ["gamma"], projectId: "alpha" },
  { scope: ["gamma"], userId: "ana" },
  { scope: ["gamma", ...many] },
  { scope: ["gamma", ...many], statuses: ["FAILED"] },
  { scope: ["gamma"], strategy: "SQS" },
];

const named = <Filter extends object>(some: readonly Filter[]) =>
  some.map((filter) => [JSON.stringify(filter).slice(0, 90), filter] as const);

describe("lists of requests", () => {
  it.each(named(filters))(
    "show what a plain filter shows, in any order, on any page size: %s",
    async (_, filter) => {
      const orders = [
        "NEWEST_FIRST",
        "OLDEST_FIRST",
        ...(filter.strategy === undefined ? [] : (["PRIORITY"] as const)),
      ];
      for (const order of orders as RequestQuery["order"][]) {
        const ties = (rows: readonly ResearchRequest[]) => inTies(rows, placeIn(order), ({ requestId }) => requestId);
        const lists: (readonly ResearchRequest[])[] = [];
        for (const first of [2, 5, 100]) {
          lists.push(await allPages((cursor) => readModel.listRequests({ filter, order, first, after: cursor })));
        }
        const [once = []] = lists;
        expect(ties(once)).toEqual(ties(plain({ filter, order })));
        for (const rows of lists) expect(rows).toEqual(once);
      }
    },
    30_000,
  );

  it("show some of what the filters ask for: the comparison is of something", () => {
    const sizes = filters.map((filter) => plain({ filter, order: "OLDEST_FIRST" }).length);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(20);
  });

  it("by priority have those of high priority first, then first in, first out (defect R1)", async () => {
    const filter = { strategy: "TABLE", statuses: ["PENDING"] } as const;
    const rows = await allPages((cursor) =>
      readModel.listRequests({ filter, order: "PRIORITY", first: 7, after: cursor }),
    );
    const words = rows.map(({ priority }) => priorities.indexOf(priority));
    expect(words).toEqual([...words].sort());
    const high = rows.filter(({ priority }) => priority === "HIGH").map(({ createdAt }) => createdAt);
    expect(high).toEqual([...high].sort());
  });

  it("refuse to be by priority where requests of several strategies are asked for", async () => {
    await expect(readModel.listRequests({ filter: {}, order: "PRIORITY", first: 5 })).rejects.toThrow(
      "by priority is only possible with a strategy",
    );
  });

  it("never show what has expired, also before it is deleted", async () => {
    const over = aRequest({ projectId: "over", completedAt: after(0), status: "COMPLETED" });
    await write("market_intelligence_requests", [toRequestItem(over)]);
    await write("market_intelligence_runs", [toRunItem(aRun({ requestId: over.requestId, completedAt: after(0) }))]);
    const shown = async () => [
      (await readModel.listRequests({ filter: { projectId: "over" }, order: "NEWEST_FIRST", first: 5 })).rows.length,
      (await readModel.getRequests([over.requestId])).filter((row) => row !== undefined).length,
      (await readModel.getRuns([over.requestId])).filter((row) => row !== undefined).length,
    ];
    expect(await shown()).toEqual([1, 1, 1]);
    const before = now;
    now = addDays(after(0), 30);
    expect(await shown()).toEqual([0, 0, 0]);
    now = before;
  });

  it.each(["NEWEST_FIRST", "PRIORITY"] as const)("refuse a cursor that is none of theirs: %s", async (order) => {
    const asked = { filter: { strategy: "TABLE" }, order, first: 1, after: "2025" } as const;
    await expect(readModel.listRequests(asked)).rejects.toThrow("is not a cursor of this list");
  });

  it.each<[number, RequestQuery["order"], RequestFilter]>([
    [1, "NEWEST_FIRST", { projectId: "alpha" }],
    [1, "NEWEST_FIRST", { projectId: "alpha", statuses: ["PENDING"], from: after(1) }],
    [1, "OLDEST_FIRST", { userId: "ana" }],
    [1, "OLDEST_FIRST", { statuses: ["PENDING"] }],
    [2, "NEWEST_FIRST", { statuses: ["PENDING", "EXECUTING"] }],
    [1, "PRIORITY", { strategy: "TABLE" }],
    [1, "PRIORITY", { strategy: "TABLE", statuses: ["PENDING"], projectId: "alpha" }],
    [6, "NEWEST_FIRST", {}],
    [2, "NEWEST_FIRST", { scope: ["alpha", "gamma"] }],
    [6, "NEWEST_FIRST", { scope: ["alpha", ...many] }],
    [0, "NEWEST_FIRST", { scope: [] }],
    [0, "PRIORITY", { scope: ["alpha"], projectId: "gamma", strategy: "TABLE" }],
  ])("cost %i requests: %s %j", async (expected, order, filter) => {
    expect(await requestsOf(() => readModel.listRequests({ filter, order, first: 4 }))).toHaveLength(expected);
  });
});

describe("requests and runs", () => {
  it("are read by their ids at once, in the order of the ids, and not where somebody else put them", async () => {
    const [one, two] = all;
    if (one === undefined || two === undefined) throw new Error("no requests");
    requests = [];
    expect(await readModel.getRequests([two.requestId, "by hand", one.requestId])).toEqual([two, undefined, one]);
    expect(await readModel.getRuns([runs[7]?.requestId ?? "", "by hand"])).toEqual([runs[7], undefined]);
    expect(requests).toEqual(["BatchGetItem", "BatchGetItem"]);
  });
});

describe("logs", () => {
  const plainLogs = ({ levels, order }: Pick<LogQuery, "levels" | "order">) => {
    const shown = logs.filter(({ level }) => levels === undefined || levels.includes(level));
    return order === "OLDEST_FIRST" ? shown : shown.reverse();
  };

  it.each(
    named<Pick<LogQuery, "levels">>([{}, { levels: ["ERROR"] }, { levels: ["WARNING", "ERROR"] }, { levels: [] }]),
  )(
    "show what a plain filter shows, those of one instant in the order of logging, on any page size: %s",
    async (_, { levels }) => {
      for (const order of ["NEWEST_FIRST", "OLDEST_FIRST"] as const) {
        for (const first of [1, 7, 100]) {
          const asked = { requestId: "req_1757412789250_00000001", levels, order, first };
          const rows = await allPages((cursor) => readModel.listLogs({ ...asked, after: cursor }));
          expect(rows).toEqual(plainLogs({ levels, order }));
        }
      }
    },
  );

  it("cost one request, are of one request, and refuse a cursor that is none of theirs", async () => {
    const asked = { requestId: "req_1757412789250_00000001", order: "OLDEST_FIRST", first: 5 } as const;
    expect(await requestsOf(() => readModel.listLogs(asked))).toEqual(["Query"]);
    expect((await readModel.listLogs({ ...asked, requestId: "req_1757412789250_00000002" })).rows).toEqual([]);
    await expect(readModel.listLogs({ ...asked, after: "2025" })).rejects.toThrow("is not a cursor of this list");
  });
});

describe("what can be claimed", () => {
  type Wanted = Parameters<ResearchReadModel["listCandidates"]>[0];

  const plainRanks = ({ strategy, types: wanted, scope, queuedBefore, without = [], limit }: Wanted) =>
    runs
      .filter(
        ({ queuedAt, ...run }) =>
          queuedAt !== undefined &&
          run.strategy === strategy &&
          (wanted === undefined || wanted.includes(run.requestType)) &&
          (scope === "all" || scope.includes(run.projectId)) &&
          !without.includes(run.projectId) &&
          (queuedBefore === undefined || queuedAt <= queuedBefore),
      )
      .map(claimRank)
      .sort((one, other) => one - other)
      .slice(0, limit);

  const ranksOf = (candidates: readonly Candidate[]) =>
    candidates.map(({ requestId, projectId, requestType, queuedAt }) => {
      const run = runs.find((one) => one.requestId === requestId);
      if (run === undefined) throw new Error(`${requestId} is no run`);
      expect({ projectId, requestType, queuedAt }).toEqual({
        projectId: run.projectId,
        requestType: run.requestType,
        queuedAt: run.queuedAt,
      });
      return claimRank(run);
    });

  it.each(
    named<Wanted>([
      { strategy: "TABLE", scope: "all", limit: 8 },
      { strategy: "TABLE", scope: "all", limit: 1_000 },
      { strategy: "SQS", scope: "all", limit: 30 },
      { strategy: "TABLE", scope: "all", types: ["market_scan"], limit: 20 },
      { strategy: "TABLE", scope: "all", types: ["market_scan", "semaglutide_intelligence", "market_scan"], limit: 50 },
      { strategy: "TABLE", scope: "all", types: ["nothing"], limit: 50 },
      { strategy: "TABLE", scope: ["gamma"], limit: 40 },
      { strategy: "TABLE", scope: ["nobody"], limit: 40 },
      { strategy: "TABLE", scope: ["gamma", "alpha"], types: ["market_scan"], queuedBefore: after(600_000), limit: 90 },
      { strategy: "TABLE", scope: "all", queuedBefore: after(1), limit: 10 },
      { strategy: "SQS", scope: "all", queuedBefore: after(-1), limit: 10 },
    ]),
  )("is found by rank, best first: %s", async (_, wanted) => {
    expect(ranksOf((await readModel.listCandidates(wanted)).candidates)).toEqual(plainRanks(wanted));
  });

  const readOn = async (wanted: Wanted): Promise<readonly Candidate[]> => {
    const found: Candidate[] = [];
    for (let after: string | undefined; ;) {
      const page = await readModel.listCandidates({ ...wanted, after });
      expect(page.candidates.length).toBeLessThanOrEqual(wanted.limit);
      found.push(...page.candidates);
      after = page.after;
      if (after === undefined) return found;
    }
  };

  it.each(
    named<Wanted>([
      { strategy: "TABLE", scope: "all", limit: 7 },
      { strategy: "TABLE", scope: "all", types: [...types, "nothing"], limit: 7 },
      { strategy: "TABLE", scope: ["gamma"], types: [...types], limit: 9 },
      { strategy: "TABLE", scope: "all", without: ["alpha"], limit: 30 },
      { strategy: "SQS", scope: "all", without: ["alpha", "gamma"], types: ["market_scan"], limit: 3 },
      { strategy: "TABLE", scope: "all", without: [...projects], limit: 30 },
      {
        strategy: "TABLE",
        scope: "all",
        without: [...many, ...many.map((name) => `${name}/x`), ...manyMore, "alpha"],
        limit: 90,
      },
    ]),
  )("comes once each, in the same order, in pages behind each other: %s", async (_, wanted) => {
    const found = await readOn(wanted);
    expect(new Set(found.map(({ requestId }) => requestId)).size).toBe(found.length);
    expect(ranksOf(found)).toEqual(plainRanks({ ...wanted, limit: Infinity }));
  });

  it.each<[number, Wanted]>([
    [1, { strategy: "TABLE", scope: "all", limit: 48 }],
    [2, { strategy: "TABLE", scope: "all", limit: 48, types: [...types] }],
    [1, { strategy: "TABLE", scope: ["gamma"], limit: 8 }],
    [1, { strategy: "TABLE", scope: "all", without: ["alpha"], limit: 8 }],
  ])("costs %i requests, however many can be claimed: %j", async (expected, wanted) => {
    expect(await requestsOf(() => readModel.listCandidates(wanted))).toHaveLength(expected);
  });

  it("of strategy SQS needs a message where none was sent since it was queued, or since a time", async () => {
    const undispatched = (before: string) =>
      runs.filter(
        ({ strategy, queuedAt, dispatchedAt }) =>
          strategy === "SQS" &&
          queuedAt !== undefined &&
          queuedAt < before &&
          (dispatchedAt === undefined || dispatchedAt < before),
      );
    for (const before of [after(0), after(400_000), after(500_001), after(10_000_000)]) {
      const found = await readModel.listUndispatched(before, 1_000);
      expect([...found].sort()).toEqual(
        undispatched(before)
          .map(({ requestId }) => requestId)
          .sort(),
      );
    }
    expect(await readModel.listUndispatched(after(10_000_000), 3)).toHaveLength(3);
    const firstRank = Math.min(...undispatched(after(10_000_000)).map(claimRank));
    const [first] = await readModel.listUndispatched(after(10_000_000), 1);
    expect(claimRank(runs.find(({ requestId }) => requestId === first) ?? aRun())).toBe(firstRank);
  });

  it("is as old as that which has waited longest, of a strategy and of projects", async () => {
    const oldest = (matches: (run: ResearchRun) => boolean) =>
      runs
        .filter(matches)
        .flatMap(({ queuedAt }) => queuedAt ?? [])
        .sort()[0];
    expect(await readModel.oldestPending({ scope: "all" })).toBe(oldest(() => true));
    expect(await readModel.oldestPending({ strategy: "SQS", scope: "all" })).toBe(
      oldest(({ strategy }) => strategy === "SQS"),
    );
    expect(await readModel.oldestPending({ strategy: "TABLE", scope: ["gamma"] })).toBe(
      oldest(({ strategy, projectId }) => strategy === "TABLE" && projectId === "gamma"),
    );
    expect(await readModel.oldestPending({ scope: ["nobody"] })).toBeUndefined();
  });
});

describe("slots and limits", () => {
  const slot = {
    slotId: "00000000-0000-5000-8000-000000000001",
    projectId: "alpha",
    dedupeKey: "weekly",
    requestId: "req_1757412789250_00000001",
    version: 1,
    hash: "h",
  };
  const project = { projectId: "alpha", maxRunning: 2, lanes: [], version: 3, hash: "h" };

  it("are read at once; who has set nothing has no limit", async () => {
    await write("market_intelligence_queue", [toSlotItem(slot), toProjectItem(project)]);
    expect(await readModel.getSlot(slot.slotId)).toEqual(slot);
    expect(await readModel.getSlot("by hand")).toBeUndefined();
    requests = [];
    expect(await readModel.getProjects(["gamma", "alpha"])).toEqual([
      { projectId: "gamma", lanes: [], version: 0, hash: "" },
      project,
    ]);
    expect(requests).toEqual(["BatchGetItem"]);
  });

  it("say nothing of a queue that nobody has counted yet", async () => {
    expect(await readModel.getTallies("all")).toEqual([]);
    expect(await readModel.getTallies([])).toEqual([]);
  });
});
