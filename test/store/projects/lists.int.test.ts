/** Every list of project events and batches, against a plain filter over all of them, on every page size; and what each costs. */
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  Batch,
  BatchFilter,
  BatchQuery,
  ProjectEvent,
  ProjectEventFilter,
  ProjectEventQuery,
  ProjectReadModel,
} from "../../../src/domain/projects/index.js";
import { batchStatuses, projectEventSources } from "../../../src/domain/projects/index.js";
import type { Page } from "../../../src/domain/kernel/page.js";
import { addDays, toInstant } from "../../../src/domain/kernel/time.js";
import { codec } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createProjectReadModel } from "../../../src/store/readModels/projects/index.js";
import { toBatchItem, toProjectEventItem } from "../../../src/store/readModels/projects/items.js";
import { eventRank } from "../../../src/store/readModels/projects/keys.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aBatch, aProjectEvent, seedTime } from "./builders.js";

let engine: TestEngine;
let db: DynamoDb;
let requests: string[] = [];
let readModel: ProjectReadModel;
let now = toInstant(seedTime + 1_000);

/** Three projects and what nobody assigned, four sources, many of them in the same millisecond, some in batches. */
const events: readonly ProjectEvent[] = upTo(120).map((n) => {
  const project = ["redline-wholesale", "inventory/api", "search", "unassigned"][n % 4] ?? "";
  const source = projectEventSources[Math.floor(n / 4) % 4] ?? "GITHUB";
  // Ten milliseconds; in each, a place for each of a project's events.
  const eventTime = seedTime + Math.floor(n / 12) + (Math.floor(n / 4) % 3) / 1_000;
  const isBatched = project !== "unassigned" && n <= 60;
  const batched = isBatched ? { batchId: `batch_of_${project}`, batchedAt: toInstant(seedTime + 500) } : {};
  return aProjectEvent({ project, source, eventTime, ...batched });
});

const batches: readonly Batch[] = upTo(40).map((n) =>
  aBatch({
    project: ["redline-wholesale", "inventory/api", "search"][n % 3] ?? "",
    status: batchStatuses[n % 4] ?? "SEALED",
    sealedAt: toInstant(seedTime + Math.floor(n / 5)),
  }),
);

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => requests.push(operation) });
  await ensureTables(db);
  await write("ProjectEvents", events.map(toProjectEventItem));
  await write("ProjectBatches", batches.map(toBatchItem));
  const eventStore = createDynamoDbEventStore({ db, codec, clock: { now: () => now }, views: {} });
  readModel = createProjectReadModel({ db, codec, eventStore, clock: { now: () => now } });
}, 60_000);
afterAll(() => engine.close());

async function write(table: "ProjectEvents" | "ProjectBatches", items: readonly object[]): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: { ...Item } } }));
    await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tableName(table)]: puts } }));
  }
}

const at = (milliseconds: number) => toInstant(seedTime + milliseconds);

/** What a list must show, by the words of the contract. */
function plainEvents({ filter, order }: Pick<ProjectEventQuery, "filter" | "order">): readonly string[] {
  const { scope = "all", from, until } = filter;
  const shown = events.filter(
    (event) =>
      (filter.project === undefined || event.project === filter.project) &&
      (filter.source === undefined || event.source === filter.source) &&
      (filter.batchId === undefined || event.batchId === filter.batchId) &&
      (filter.processed === undefined || (event.batchId !== undefined) === filter.processed) &&
      (from === undefined || event.receivedAt >= from) &&
      (until === undefined || event.receivedAt < until) &&
      (scope === "all" || (event.project !== "unassigned" && scope.includes(event.project))),
  );
  const ranks = shown.map(({ eventTime, projectEventId }) => eventRank(eventTime, projectEventId)).sort();
  return (order === "NEWEST_FIRST" ? ranks.reverse() : ranks).map((rank) => rank.slice(rank.indexOf("#") + 1));
}

function plainBatches({ filter, order }: Pick<BatchQuery, "filter" | "order">): readonly string[] {
  const { scope = "all", from, until, statuses } = filter;
  const shown = batches
    .filter(
      (batch) =>
        (filter.project === undefined || batch.project === filter.project) &&
        (statuses === undefined || statuses.includes(batch.status)) &&
        (from === undefined || batch.sealedAt >= from) &&
        (until === undefined || batch.sealedAt < until) &&
        (scope === "all" || scope.includes(batch.project)),
    )
    .map(({ sealedAt, batchId }) => `${sealedAt}#${batchId}`)
    .sort();
  return (order === "NEWEST_FIRST" ? shown.reverse() : shown).map((place) => place.slice(place.indexOf("#") + 1));
}

/** All pages of a list, each asked for with the cursor of the one before. */
async function allPages<Row>(read: (after: string | undefined) => Promise<Page<Row>>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await read(after);
    rows.push(...page.rows.map(({ row }) => row));
    if (!page.hasMore) return rows;
    after = page.resumeAfter ?? page.rows.at(-1)?.cursor;
    expect(after).toBeDefined();
  }
}

const orders = ["NEWEST_FIRST", "OLDEST_FIRST"] as const;
const pageSizes = [1, 5, 100];
const many = upTo(30).map((n) => `other-${n}`);

const eventFilters: readonly ProjectEventFilter[] = [
  {},
  { project: "redline-wholesale" },
  { project: "inventory/api" },
  { project: "unassigned" },
  { project: "unassigned", processed: false },
  { project: "unassigned", processed: true },
  { project: "nobody" },
  { source: "TRELLO" },
  { source: "TRELLO", processed: true },
  { source: "TRELLO", processed: false },
  { processed: false },
  { processed: true },
  { project: "search", processed: false },
  { project: "search", processed: true },
  { project: "search", source: "SLACK" },
  { batchId: "batch_of_search" },
  { batchId: "batch_of_search", source: "GITHUB" },
  { batchId: "batch_of_search", project: "redline-wholesale" },
  { from: at(3) },
  { until: at(3) },
  { from: at(3), until: at(4) },
  { from: at(4), until: at(3) },
  { project: "search", from: at(2), until: at(5) },
  { processed: false, from: at(2), until: at(8) },
  { scope: [] },
  { scope: ["search"] },
  { scope: ["search", "inventory/api", "search", "nobody"] },
  { scope: ["search", "inventory/api"], processed: false, source: "SLACK" },
  { scope: ["search", "unassigned"] },
  { scope: ["search"], project: "redline-wholesale" },
  { scope: ["unassigned"], project: "unassigned" },
  { scope: ["search"], batchId: "batch_of_redline-wholesale" },
  { scope: ["search"], source: "GITHUB", from: at(1) },
  { scope: ["search", ...many] },
  { scope: ["search", ...many], processed: false },
];

describe("lists of project events", () => {
  it.each(eventFilters.map((filter) => [JSON.stringify(filter).slice(0, 90), filter] as const))(
    "show what a plain filter shows, in either order, on any page size: %s",
    async (_, filter) => {
      for (const order of orders) {
        const expected = plainEvents({ filter, order });
        for (const first of pageSizes) {
          const rows = await allPages((after) => readModel.listProjectEvents({ filter, order, first, after }));
          expect(rows.map(({ projectEventId }) => projectEventId)).toEqual(expected);
        }
      }
    },
  );

  it("show some of what the filters ask for: the comparison is of something", () => {
    const sizes = eventFilters.map((filter) => plainEvents({ filter, order: "OLDEST_FIRST" }).length);
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(20);
  });

  it("show events whole", async () => {
    const { rows } = await readModel.listProjectEvents({
      filter: { project: "search", processed: false },
      order: "OLDEST_FIRST",
      first: 1,
    });
    expect(rows.map(({ row }) => row)).toEqual(
      events.filter(({ project, batchId }) => project === "search" && batchId === undefined).slice(0, 1),
    );
  });

  it("never show what has expired, also before it is deleted", async () => {
    const before = now;
    try {
      now = addDays(toInstant(seedTime), 31);
      const rows = await allPages((after) =>
        readModel.listProjectEvents({ filter: {}, order: "NEWEST_FIRST", first: 7, after }),
      );
      expect(new Set(rows.map(({ batchId }) => batchId))).toEqual(new Set([undefined]));
      expect(rows).toHaveLength(plainEvents({ filter: { processed: false }, order: "NEWEST_FIRST" }).length);
    } finally {
      now = before;
    }
  });

  it("refuse a cursor that is none of theirs", async () => {
    await expect(
      readModel.listProjectEvents({ filter: {}, order: "NEWEST_FIRST", first: 1, after: "2025" }),
    ).rejects.toThrow("is not a cursor of this list");
  });

  // Pages that end where no other project shares the place: a tie may cost one request more.
  it.each<[number, number, ProjectEventFilter]>([
    [1, 8, { project: "redline-wholesale" }],
    [1, 8, { project: "redline-wholesale", from: at(2), until: at(5) }],
    [1, 8, { batchId: "batch_of_search" }],
    [1, 7, { source: "GITHUB" }],
    [1, 8, { processed: false }],
    // The index of what waits, and the rows that it names.
    [2, 8, { project: "search", processed: false }],
    [4, 8, {}],
    [3, 8, { scope: ["search", "inventory/api", "redline-wholesale"] }],
    [0, 8, { scope: [] }],
    [0, 8, { scope: ["search"], project: "redline-wholesale" }],
  ])("cost %i requests for a page of %i: %j", async (expected, first, filter) => {
    requests = [];
    await readModel.listProjectEvents({ filter, order: "NEWEST_FIRST", first });
    expect(requests).toHaveLength(expected);
  });
});

const batchFilters: readonly BatchFilter[] = [
  {},
  { project: "search" },
  { project: "nobody" },
  { statuses: ["POSTED"] },
  { statuses: ["POSTED", "POST_FAILED", "POSTED"] },
  { statuses: [] },
  { project: "search", statuses: ["SEALED", "SUMMARISED"] },
  { from: at(2) },
  { until: at(2) },
  { from: at(2), until: at(5) },
  { project: "search", from: at(2), until: at(5) },
  { scope: [] },
  { scope: ["search", "inventory/api"] },
  { scope: ["search"], statuses: ["POSTED"] },
  { scope: ["search"], project: "inventory/api" },
  { scope: ["search", ...many] },
];

describe("lists of batches", () => {
  it.each(batchFilters.map((filter) => [JSON.stringify(filter).slice(0, 90), filter] as const))(
    "show what a plain filter shows, in either order, on any page size: %s",
    async (_, filter) => {
      for (const order of orders) {
        for (const first of pageSizes) {
          const rows = await allPages((after) => readModel.listBatches({ filter, order, first, after }));
          expect(rows.map(({ batchId }) => batchId)).toEqual(plainBatches({ filter, order }));
        }
      }
    },
  );

  it.each<[number, BatchFilter]>([
    [1, { project: "search" }],
    [1, { statuses: ["POSTED"] }],
    [batchStatuses.length, {}],
    [2, { scope: ["search", "inventory/api"] }],
  ])("cost %i requests: %j", async (expected, filter) => {
    requests = [];
    await readModel.listBatches({ filter, order: "NEWEST_FIRST", first: 5 });
    expect(requests).toHaveLength(expected);
  });

  it("are read by their ids at once, in the order of the ids", async () => {
    requests = [];
    const [one, two] = batches;
    if (one === undefined || two === undefined) throw new Error("no batches");
    expect(await readModel.getBatches([two.batchId, "batch_20250101_0000", one.batchId])).toEqual([
      two,
      undefined,
      one,
    ]);
    expect(requests).toEqual(["BatchGetItem"]);
  });
});

describe("what a project has received", () => {
  const received = upTo(1_103).map((n) => aProjectEvent({ project: "long", eventTime: seedTime + n / 1_000 }));
  const ids = async (query: Omit<Parameters<ProjectReadModel["listReceived"]>[0], "project">) => {
    const { events: found, complete } = await readModel.listReceived({ project: "long", ...query });
    return { ids: found.map(({ projectEventId }) => projectEventId), complete };
  };
  const idsOf = (some: readonly ProjectEvent[]) => some.map(({ projectEventId }) => projectEventId);
  beforeAll(async () => write("ProjectEvents", received.map(toProjectEventItem)));

  it("is read beyond a page of a thousand, and is complete", async () => {
    requests = [];
    expect(await ids({ limit: 5_000 })).toEqual({ ids: idsOf(received), complete: true });
    expect(requests).toEqual(["Query", "Query"]);
    expect(await ids({ limit: received.length })).toMatchObject({ complete: true });
  });

  it("is read up to a limit, and says that there is more", async () => {
    const limit = received.length - 1;
    expect(await ids({ limit })).toEqual({ ids: idsOf(received.slice(0, limit)), complete: false });
    expect(await ids({ limit: 3 })).toEqual({ ids: idsOf(received.slice(0, 3)), complete: false });
  });

  it("is that of a time, with what the batching rules must know", async () => {
    const asked = { project: "redline-wholesale", from: at(2), until: at(5), limit: 100 };
    expect((await readModel.listReceived(asked)).events).toEqual(
      events
        .filter(({ project, receivedAt }) => project === asked.project && receivedAt >= at(2) && receivedAt < at(5))
        .sort((one, other) => one.eventTime - other.eventTime)
        .map(({ projectEventId, eventTime, importance, notify }) => ({
          projectEventId,
          eventTime,
          importance,
          notify,
        })),
    );
  });
});

describe("what waits for its batch", () => {
  const waiting = events.filter(({ project, batchId }) => project === "search" && batchId === undefined);

  it("is listed oldest first, with what the batching rules must know", async () => {
    expect(await readModel.listPending("search", 100)).toEqual(
      waiting.map(({ projectEventId, eventTime, importance, notify }) => ({
        projectEventId,
        eventTime,
        importance,
        notify,
      })),
    );
    expect(await readModel.listPending("search", 3)).toHaveLength(3);
    expect(await readModel.listPending("nobody", 3)).toEqual([]);
  });

  it("is counted up to a limit", async () => {
    expect(await readModel.countPending("search", 1_000)).toBe(waiting.length);
    expect(await readModel.countPending("search", 4)).toBe(4);
    expect(await readModel.countPending("nobody", 4)).toBe(0);
  });

  it("does not include what no rule assigned", async () => {
    expect(await readModel.listPending("unassigned", 10)).toEqual([]);
  });

  it("costs one request", async () => {
    requests = [];
    await readModel.listPending("search", 45);
    expect(requests).toEqual(["Query"]);
  });
});
