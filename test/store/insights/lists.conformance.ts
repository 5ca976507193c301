/** Lists of entities, insights, facts and watches, against a plain filter over all rows, on every page size; and their costs. */
import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  Activity,
  Entity,
  EntityFilter,
  EntityQuery,
  Insight,
  InsightFilter,
  InsightQuery,
  InsightsReadModel,
  Watch,
} from "../../../src/domain/insights/index.js";
import { insightStatuses, toEntityKey, toSeedTime, watchPhases } from "../../../src/domain/insights/index.js";
import type { Page } from "../../../src/domain/kernel/page.js";
import type { Scope } from "../../../src/domain/kernel/scope.js";
import { addDays } from "../../../src/domain/kernel/time.js";
import type { Instant } from "../../../src/domain/kernel/time.js";
import { codec } from "../../../src/server/ledger.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import type { Item } from "../../../src/store/dynamodb/rowWrite.js";
import type { EngineOptions } from "../../../src/store/engine/index.js";
import { createInsightsReadModel } from "../../../src/store/readModels/insights/index.js";
import {
  toActivityItem,
  toEntityItem,
  toInsightItem,
  toRuleItem,
  toTallyItem,
  toWatchItem,
} from "../../../src/store/readModels/insights/items.js";
import type { TableName } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { startTestEngineOf } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { aRule, aTally, aWatch, after, anActivity, anEntity, anInsight } from "./builders.js";

const types = ["student", "tutor"] as const;

/** Two types; few scores, so that many share one; every seventh has none; many were updated in the same second. */
const entities: readonly Entity[] = upTo(90).map((n) =>
  anEntity({
    entityType: types[n % 2] ?? "student",
    entityId: `${n % 2 === 0 ? "stu" : "tut"}_${(n * 37) % 101}`,
    healthScore: n % 7 === 0 ? null : ([0, 5, 69, 70, 71, 99, 100][n % 5] ?? 50),
    lastUpdated: after(Math.floor(n / 6)),
    ...(n % 3 === 0 ? { nextChangeAt: after(60 + (n % 9)) } : {}),
  }),
);

const predictions = ["low_health_score", "high_ib_call_frequency"] as const;

/** Four entities of two types; all statuses; few risks; ten seconds; a place of its own where an entity has two in a second. */
const insights: readonly Insight[] = upTo(120).map((n) => {
  const raisedAt = after(Math.floor(n / 12));
  const entityId = ["stu_1", "stu_2", "tut_1", "tut_2"][n % 4] ?? "";
  const place = toSeedTime(raisedAt);
  const insight = anInsight({
    entityType: entityId.startsWith("stu") ? "student" : "tutor",
    entityId,
    predictionType: predictions[Math.floor(n / 4) % 2] ?? "",
    status: insightStatuses[n % 5] ?? "OPEN",
    riskScore: [0, 45, 80, 81, 100][n % 3] ?? 50,
    raisedAt,
  });
  return { ...insight, place: n % 12 < 4 ? place : `${place}#${insight.alertId}` };
});

const facts: readonly Activity[] = upTo(40).map((n) =>
  anActivity({ kind: ["session", "ib_call"][n % 2] ?? "", occurredAt: after(Math.floor(n / 3)) }),
);

const watches: readonly Watch[] = upTo(25).map((n) =>
  aWatch({ entityKey: `student-stu_${n}`, phase: watchPhases[n % 5] ?? "NORMAL" }),
);

/** What the seed's PutItem commands leave: a row without a fact behind it. */
const foreign: readonly (readonly [TableName, Item])[] = [
  [
    "iops-dashboard-metrics",
    { entity_id: "stu_test_001", entity_type: "student", health_score: 70.5, last_updated: "2025-01-15T10:30:03.5Z" },
  ],
  ["iops-dashboard-metrics", { entity_id: "stu_test_002", entity_type: "student" }],
  [
    "iops-dashboard-insights",
    {
      pk: "insight#stu_1",
      sk: "2025-01-15T10:30:05.123Z",
      alert_id: "test_alert_001",
      entity_id: "stu_1",
      prediction_type: "low_health_score",
      risk_score: 45,
      timestamp: "2025-01-15T10:30:05.123Z",
      status: "OPEN",
    },
  ],
  ["iops-dashboard-rules", { subject: "rules", part: "by_hand" }],
];

const orders = ["LOWEST_HEALTH_FIRST", "HIGHEST_HEALTH_FIRST", "NEWEST_FIRST", "OLDEST_FIRST"] as const;
/** How many rows pages have: with a cursor behind each row, with rows of one place before and behind a cursor, and all at once. */
const pageSizesOf = (kind: NonNullable<EngineOptions["kind"]>) => (kind === "dynamodb-local" ? [7, 100] : [1, 5, 100]);

/** `rows` in the order of `keys`, of which the first that differs decides. */
function sorted<Row>(
  rows: readonly Row[],
  keysOf: (row: Row) => readonly (number | string)[],
  descending: boolean,
): Row[] {
  const compare = (one: Row, other: Row): number => {
    const others = keysOf(other);
    for (const [index, key] of keysOf(one).entries()) {
      const against = others[index] ?? "";
      if (key !== against) return key < against === descending ? 1 : -1;
    }
    return 0;
  };
  return [...rows].sort(compare);
}

/** What a list must show, by the words of the contract; of one score, or second, in any order that is always the same. */
function plainEntities({ filter, order }: Pick<EntityQuery, "filter" | "order">): readonly Entity[] {
  const { entityType, healthBelow, healthAtLeast, updatedSince } = filter;
  const byHealth = order.endsWith("HEALTH_FIRST");
  const shown = entities.filter(
    ({ entityType: type, healthScore: score, lastUpdated }) =>
      type === entityType &&
      (!byHealth || score !== null) &&
      (healthBelow === undefined || (score !== null && score < healthBelow)) &&
      (healthAtLeast === undefined || (score !== null && score >= healthAtLeast)) &&
      (updatedSince === undefined || lastUpdated >= updatedSince),
  );
  const descending = order === "HIGHEST_HEALTH_FIRST" || order === "NEWEST_FIRST";
  return sorted(shown, (entity) => [placeOf(entity, order)], descending);
}

function placeOf({ healthScore, lastUpdated }: Entity, order: EntityQuery["order"]): number | string {
  return order.endsWith("HEALTH_FIRST") ? (healthScore ?? -1) : lastUpdated;
}

/** Ids in the order of a list, those of one place as a set. */
function inTies<Row>(
  rows: readonly Row[],
  placeIn: (row: Row) => number | string,
  idOf: (row: Row) => string,
): readonly (readonly string[])[] {
  const ties: { readonly at: number | string; readonly ids: string[] }[] = [];
  for (const row of rows) {
    const last = ties.at(-1);
    if (last?.at === placeIn(row)) last.ids.push(idOf(row));
    else ties.push({ at: placeIn(row), ids: [idOf(row)] });
  }
  return ties.map(({ ids }) => ids.sort());
}

function plainInsights({ filter, order }: Pick<InsightQuery, "filter" | "order">): readonly Insight[] {
  const { entityId, entityType, predictionType, riskAbove, statuses, from, until, scope = "all" } = filter;
  const shown = insights.filter(
    (insight) =>
      (entityId === undefined || insight.entityId === entityId) &&
      (entityType === undefined || insight.entityType === entityType) &&
      (predictionType === undefined || insight.predictionType === predictionType) &&
      (riskAbove === undefined || insight.riskScore > riskAbove) &&
      (statuses === undefined || statuses.includes(insight.status)) &&
      (from === undefined || insight.raisedAt >= from) &&
      (until === undefined || insight.raisedAt < until) &&
      (scope === "all" || scope.includes(insight.entityType)),
  );
  const keysOf = (insight: Insight) =>
    order === "HIGHEST_RISK_FIRST"
      ? [insight.riskScore]
      : // An entity's insights of one second are in the order of their places.
        [insight.raisedAt, entityId === undefined ? insight.alertId : insight.place];
  return sorted(shown, keysOf, order !== "OLDEST_FIRST");
}

/** All pages of a list, each asked for with the cursor of the one before. */
async function allPages<Row>(read: (after: string | undefined) => Promise<Page<Row>>): Promise<readonly Row[]> {
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

const entityFilters: readonly EntityFilter[] = [
  { entityType: "student" },
  { entityType: "tutor" },
  { entityType: "region" },
  { entityType: "student", healthBelow: 70 },
  { entityType: "student", healthBelow: 70.5 },
  { entityType: "student", healthBelow: 0 },
  { entityType: "student", healthAtLeast: 70 },
  { entityType: "student", healthAtLeast: 69.5 },
  { entityType: "student", healthAtLeast: 70, healthBelow: 72 },
  { entityType: "student", healthAtLeast: 72, healthBelow: 70 },
  { entityType: "student", healthAtLeast: 101 },
  { entityType: "tutor", updatedSince: after(5) },
  { entityType: "tutor", updatedSince: "2025-01-15T10:30:05.001Z" },
  { entityType: "tutor", updatedSince: after(5), healthBelow: 70 },
  { entityType: "tutor", updatedSince: after(50) },
];

const insightFilters: readonly InsightFilter[] = [
  {},
  { entityId: "stu_1" },
  { entityId: "stu_9" },
  { entityId: "stu_1", statuses: ["OPEN"] },
  { entityId: "stu_1", predictionType: "low_health_score" },
  { entityId: "stu_1", riskAbove: 80 },
  { entityId: "stu_1", from: after(3) },
  { entityId: "stu_1", until: after(3) },
  { entityId: "stu_1", from: after(3), until: after(6) },
  { entityId: "stu_1", from: after(6), until: after(3) },
  { entityId: "stu_1", entityType: "tutor" },
  { entityId: "stu_1", scope: ["tutor"] },
  { entityId: "stu_1", scope: ["student"] },
  { entityType: "student" },
  { entityType: "tutor", statuses: ["OPEN", "ACKNOWLEDGED"] },
  { predictionType: "low_health_score" },
  { predictionType: "low_health_score", statuses: ["OPEN"] },
  { predictionType: "low_health_score", riskAbove: 80 },
  { predictionType: "low_health_score", riskAbove: 79.5, entityType: "student" },
  { predictionType: "low_health_score", riskAbove: 100 },
  { predictionType: "low_health_score", from: after(2), until: after(7), statuses: ["RESOLVED", "EXPIRED"] },
  { predictionType: "nothing" },
  { statuses: [] },
  { statuses: ["OPEN"] },
  { statuses: ["OPEN", "DISMISSED", "OPEN"] },
  { statuses: ["OPEN"], riskAbove: 45 },
  { from: after(4) },
  { until: after(4) },
  { from: "2025-01-15T10:30:04.500Z", until: "2025-01-15T10:30:06.500Z" },
  { scope: [] },
  { scope: ["tutor"] },
  { scope: ["tutor", "student", "region"], statuses: ["EXPIRED"] },
  { scope: ["tutor"], predictionType: "low_health_score" },
];

const named = <Filter extends object>(filters: readonly Filter[]) =>
  filters.map((filter) => [JSON.stringify(filter), filter] as const);

/** For an engine that is many times slower and only has to agree: each query that is sent, with each kind of condition, once. */
const representative = {
  entities: [
    { entityType: "student" },
    { entityType: "student", healthAtLeast: 70, healthBelow: 72 },
    { entityType: "tutor", updatedSince: after(5), healthBelow: 70 },
  ] satisfies EntityFilter[],
  insights: [
    { entityId: "stu_1" },
    { entityId: "stu_1", from: after(3), until: after(6) },
    { entityId: "stu_1", statuses: ["OPEN"] },
    { predictionType: "low_health_score", riskAbove: 79.5, entityType: "student" },
    { predictionType: "low_health_score", from: after(2), until: after(7), statuses: ["RESOLVED", "EXPIRED"] },
    { statuses: ["OPEN", "DISMISSED", "OPEN"] },
    { from: "2025-01-15T10:30:04.500Z", until: "2025-01-15T10:30:06.500Z" },
    { scope: ["tutor"], predictionType: "low_health_score" },
    { scope: ["tutor", "student", "region"], statuses: ["EXPIRED"] },
  ] satisfies InsightFilter[],
};

/** Registers the tests. */
export function insightLists(kind: NonNullable<EngineOptions["kind"]>): void {
  const pageSizes = pageSizesOf(kind);
  const shown = kind === "dynamodb-local" ? representative : { entities: entityFilters, insights: insightFilters };
  let engine: TestEngine;
  let db: DynamoDb;
  let requests: string[] = [];
  let readModel: InsightsReadModel;
  let now = after(60);

  async function write(table: TableName, items: readonly Item[]): Promise<void> {
    for (let start = 0; start < items.length; start += 25) {
      const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: { ...Item } } }));
      await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tableName(table)]: puts } }));
    }
  }

  beforeAll(async () => {
    engine = await startTestEngineOf(kind);
    db = engine.db({ onRequest: ({ operation }) => requests.push(operation) });
    await ensureTables(db);
    await write("iops-dashboard-metrics", entities.map(toEntityItem));
    // What happened in 2025 has expired by now, and an engine that keeps times to live would take it away.
    const kept = insights.map((insight) => ({ ...toInsightItem(insight), ttl: farAhead }));
    await write("iops-dashboard-insights", kept);
    await write("iops-dashboard-activities", facts.map(toActivityItem));
    await write("iops-dashboard-rules", watches.map(toWatchItem));
    for (const [table, item] of foreign) {
      await db.client.send(new PutCommand({ TableName: db.tableName(table), Item: { ...item } }));
    }
    const clock = { now: () => now };
    const eventStore = createDynamoDbEventStore({ db, codec, clock, views: {} });
    readModel = createInsightsReadModel({ db, codec, eventStore, clock });
  }, 120_000);
  afterAll(() => engine.close());

  const farAhead = Date.parse("2090-01-01T00:00:00Z") / 1_000;

  const requestsOf = async (run: () => Promise<unknown>): Promise<readonly string[]> => {
    requests = [];
    await run();
    return requests;
  };

  describe("lists of entities", () => {
    it.each(named(shown.entities))(
      "show what a plain filter shows, in any order, on any page size: %s",
      async (_, filter) => {
        for (const order of orders) {
          const ties = (rows: readonly Entity[]) =>
            inTies(
              rows,
              (entity) => placeOf(entity, order),
              ({ entityId }) => entityId,
            );
          const lists: (readonly Entity[])[] = [];
          for (const first of pageSizes) {
            lists.push(await allPages((cursor) => readModel.listEntities({ filter, order, first, after: cursor })));
          }
          const [once = []] = lists;
          expect(ties(once)).toEqual(ties(plainEntities({ filter, order })));
          for (const rows of lists) expect(rows).toEqual(once);
        }
      },
    );

    it("show entities whole", async () => {
      const filter = { entityType: "student" };
      const { rows } = await readModel.listEntities({ filter, order: "OLDEST_FIRST", first: 1 });
      const id = rows[0]?.row.entityId;
      expect(rows.map(({ row }) => row)).toEqual(entities.filter(({ entityId }) => entityId === id));
    });

    it.each<[EntityFilter, EntityQuery["order"]]>([
      [{ entityType: "student" }, "LOWEST_HEALTH_FIRST"],
      [{ entityType: "student" }, "NEWEST_FIRST"],
      [{ entityType: "student", healthBelow: 70 }, "HIGHEST_HEALTH_FIRST"],
      [{ entityType: "student", healthBelow: 70, updatedSince: after(3) }, "HIGHEST_HEALTH_FIRST"],
      [{ entityType: "student", healthBelow: 70, updatedSince: after(3) }, "NEWEST_FIRST"],
    ])("cost one request: %j, %s", async (filter, order) => {
      expect(await requestsOf(() => readModel.listEntities({ filter, order, first: 5 }))).toEqual(["Query"]);
    });

    it("cost nothing where no score can be so", async () => {
      const filter = { entityType: "student", healthBelow: 10, healthAtLeast: 20 };
      expect(
        await requestsOf(() => readModel.listEntities({ filter, order: "LOWEST_HEALTH_FIRST", first: 5 })),
      ).toEqual([]);
    });

    it.each(orders)("refuse a cursor that is none of theirs: %s", async (order) => {
      const asked = { filter: { entityType: "student" }, order, first: 1, after: "2025" };
      await expect(readModel.listEntities(asked)).rejects.toThrow("is not a cursor of this list");
    });
  });

  describe("entities", () => {
    it("are read by their keys at once, in the order of the keys, and not where somebody else put them", async () => {
      const [one, two] = entities;
      if (one === undefined || two === undefined) throw new Error("no entities");
      const keyOf = ({ entityType: type, entityId: id }: Entity) => toEntityKey({ type, id });
      const asked = [keyOf(two), "student-stu_none", "student-stu_test_001", keyOf(one)];
      expect(await readModel.getEntities(asked)).toEqual([two, undefined, undefined, one]);
      expect(await requestsOf(() => readModel.getEntities(asked))).toEqual(["BatchGetItem"]);
    });

    it("that are due are listed once each, those of a page longest due first, in one request for each shard", async () => {
      const pagesOf = async (now: Instant, size: number) => {
        const pages: (readonly string[])[] = [];
        for await (const page of readModel.listDue(now, size)) pages.push(page);
        return pages;
      };
      const due = (at: string) =>
        sorted(
          entities.filter(({ nextChangeAt }) => nextChangeAt !== undefined && nextChangeAt <= at),
          ({ nextChangeAt = "" }) => [nextChangeAt],
          false,
        );
      const keysOf = (some: readonly Entity[]) =>
        some.map(({ entityType: type, entityId: id }) => toEntityKey({ type, id }));
      expect((await pagesOf(after(59), 100)).flat()).toEqual([]);
      const at = after(63);
      const [only = [], ...others] = await pagesOf(at, 1_000);
      expect(others).toEqual([]);
      expect(only.toSorted()).toEqual(keysOf(due(at)).sort());
      const pages = await pagesOf(after(100), 16);
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.flat().sort()).toEqual(keysOf(due(after(100))).sort());
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(16);
        const times = page.map((key) => entities.find((one) => keysOf([one])[0] === key)?.nextChangeAt);
        expect(times).toEqual([...times].sort());
      }
      expect(await requestsOf(() => pagesOf(at, 1_000))).toEqual(Array.from({ length: 8 }, () => "Query"));
    });
  });

  describe("lists of insights", () => {
    it.each(named(shown.insights))(
      "show what a plain filter shows, in any order, on any page size: %s",
      async (_, filter) => {
        const risk = filter.predictionType === undefined ? [] : (["HIGHEST_RISK_FIRST"] as const);
        for (const order of ["NEWEST_FIRST", "OLDEST_FIRST", ...risk] as const) {
          // By time, each has a place of its own.
          const placeIn = ({ riskScore, alertId }: Insight) => (order === "HIGHEST_RISK_FIRST" ? riskScore : alertId);
          const ties = (rows: readonly Insight[]) => inTies(rows, placeIn, ({ alertId }) => alertId);
          const lists: (readonly Insight[])[] = [];
          for (const first of pageSizes) {
            lists.push(await allPages((cursor) => readModel.listInsights({ filter, order, first, after: cursor })));
          }
          const [once = []] = lists;
          expect(ties(once)).toEqual(ties(plainInsights({ filter, order })));
          for (const rows of lists) expect(rows).toEqual(once);
        }
      },
    );

    it("show some of what the filters ask for: the comparison is of something", () => {
      const sizes = insightFilters.map((filter) => plainInsights({ filter, order: "OLDEST_FIRST" }).length);
      expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(20);
    });

    it("show insights whole", async () => {
      const { rows } = await readModel.listInsights({ filter: { entityId: "stu_1" }, order: "OLDEST_FIRST", first: 1 });
      expect(rows.map(({ row }) => row)).toEqual(insights.filter(({ entityId }) => entityId === "stu_1").slice(0, 1));
    });

    it.each<[number, InsightFilter, InsightQuery["order"]]>([
      [1, { entityId: "stu_1" }, "NEWEST_FIRST"],
      [1, { entityId: "stu_1", from: after(2), until: after(5) }, "OLDEST_FIRST"],
      [1, { predictionType: "low_health_score" }, "NEWEST_FIRST"],
      [1, { predictionType: "low_health_score", riskAbove: 80 }, "HIGHEST_RISK_FIRST"],
      [1, { statuses: ["OPEN"] }, "NEWEST_FIRST"],
      [2, { statuses: ["OPEN", "ACKNOWLEDGED"] }, "NEWEST_FIRST"],
      [insightStatuses.length, {}, "NEWEST_FIRST"],
      [0, { statuses: [] }, "NEWEST_FIRST"],
    ])("cost %i requests: %j, %s", async (expected, filter, order) => {
      expect(await requestsOf(() => readModel.listInsights({ filter, order, first: 3 }))).toHaveLength(expected);
    });

    it("refuse to sort insights of all types by risk", async () => {
      const asked = { filter: { statuses: ["OPEN"] }, order: "HIGHEST_RISK_FIRST", first: 1 } as const;
      await expect(readModel.listInsights(asked)).rejects.toMatchObject({ inputPath: ["order"] });
    });

    it.each(["NEWEST_FIRST", "HIGHEST_RISK_FIRST"] as const)(
      "refuse a cursor that is none of theirs: %s",
      async (order) => {
        const asked = { filter: { predictionType: "low_health_score" }, order, first: 1, after: "2025" };
        await expect(readModel.listInsights(asked)).rejects.toThrow("is not a cursor of this list");
      },
    );

    it("never show what has expired, also before it is deleted", async () => {
      const gone = anInsight({ entityId: "stu_gone", raisedAt: addDays(after(0), -91) });
      const going = anInsight({ entityId: "stu_gone", raisedAt: addDays(after(0), -89) });
      const deleted = { ...toInsightItem(gone), ttl: Math.floor(Date.parse(now) / 1_000) };
      await write("iops-dashboard-insights", [deleted, { ...toInsightItem(going), ttl: farAhead }]);
      const { rows } = await readModel.listInsights({
        filter: { entityId: "stu_gone" },
        order: "NEWEST_FIRST",
        first: 5,
      });
      // An engine that keeps times to live may have taken the other away, too.
      expect(rows.map(({ row }) => row.alertId)).toEqual([going.alertId]);
      try {
        now = "2091-01-01T00:00:00.000Z";
        const later = await readModel.listInsights({
          filter: { entityId: "stu_gone" },
          order: "NEWEST_FIRST",
          first: 5,
        });
        expect(later.rows).toEqual([]);
      } finally {
        now = after(60);
      }
    });
  });

  describe("what was raised", () => {
    it("by a rule is counted from a second on, up to a limit, without rows of others, and what models have raised", async () => {
      const ofRule = upTo(12).map((n) => anInsight({ predictionType: "counted", ruleRevision: 1, raisedAt: after(n) }));
      const { ruleRevision: _, ...ofModel } = anInsight({
        entityId: "stu_m",
        predictionType: "counted",
        raisedAt: after(3),
      });
      const items = [...ofRule, ofModel].map((insight) => ({ ...toInsightItem(insight), ttl: farAhead }));
      await write("iops-dashboard-insights", items);
      for (const [since, expected] of [
        [1, 12],
        [5, 8],
        [12, 1],
        [13, 0],
      ] as const) {
        expect(await readModel.countRaised("counted", after(since), 1_000)).toBe(expected);
      }
      expect(await readModel.countRaised("counted", after(0), 3)).toBe(3);
      expect(await readModel.countRaised("nobody", after(0), 3)).toBe(0);
    });

    it.each([5, 12, 1_000])("is counted in one request, of at most %i", async (limit) => {
      expect(await requestsOf(() => readModel.countRaised("counted", after(0), limit))).toEqual(["Query"]);
    });
  });

  describe("facts", () => {
    const plain = (matches: (activity: Activity) => boolean) =>
      sorted(facts.filter(matches), ({ occurredAt, activityId }) => [occurredAt, activityId], true).map(
        ({ activityId }) => activityId,
      );

    it.each<[object, (activity: Activity) => boolean]>([
      [{}, () => true],
      [{ kind: "session" }, ({ kind: of }) => of === "session"],
      [{ from: after(4) }, ({ occurredAt }) => occurredAt >= after(4)],
      [{ until: after(4) }, ({ occurredAt }) => occurredAt < after(4)],
      [
        { from: after(4), until: after(8), kind: "ib_call" },
        ({ occurredAt, kind: of }) => of === "ib_call" && occurredAt >= after(4) && occurredAt < after(8),
      ],
      [{ from: after(8), until: after(4) }, () => false],
    ])("are listed newest first, as a plain filter shows them: %j", async (filter, matches) => {
      for (const first of pageSizes) {
        const asked = { entityKey: "student-stu_4532", first, ...filter };
        const rows = await allPages((cursor) => readModel.listActivities({ ...asked, after: cursor }));
        expect(rows.map(({ activityId }) => activityId)).toEqual(plain(matches));
      }
    });

    it("are read by their ids at once; a list costs one request", async () => {
      const [one] = facts;
      expect(await readModel.getActivities(["none", one?.activityId ?? ""])).toEqual([undefined, one]);
      expect(await requestsOf(() => readModel.listActivities({ entityKey: "student-stu_4532", first: 10 }))).toEqual([
        "Query",
      ]);
    });
  });

  describe("watches", () => {
    it("of a rule are listed by entity, those that are NORMAL not", async () => {
      const expected = sorted(
        watches.filter(({ phase }) => phase !== "NORMAL"),
        ({ entityKey }) => [entityKey],
        false,
      );
      for (const first of pageSizes) {
        const rows = await allPages((cursor) =>
          readModel.listWatches({ ruleId: "low_health_score", first, after: cursor }),
        );
        expect(rows).toEqual(expected);
      }
      expect((await readModel.listWatches({ ruleId: "low_health", first: 1 })).rows).toEqual([]);
    });

    it("leave out entities of types that are not the caller's", async () => {
      const ruleId = "two_types";
      const ofTypes = ["student-stu_1", "student-stu_2", "tutor-tut_9"].map((entityKey) =>
        aWatch({ ruleId, entityKey, phase: "HELD" }),
      );
      await write("iops-dashboard-rules", ofTypes.map(toWatchItem));
      const keysFor = async (scope: Scope) =>
        (await allPages((after) => readModel.listWatches({ ruleId, first: 1, after, scope }))).map(
          ({ entityKey }) => entityKey,
        );
      expect(await keysFor(["student"])).toEqual(["student-stu_1", "student-stu_2"]);
      expect(await keysFor(["tutor"])).toEqual(["tutor-tut_9"]);
      expect(await keysFor("all")).toHaveLength(3);
    });

    it("are read by rule and entity at once, whatever their phase", async () => {
      const ruleId = "low_health_score";
      const asked = watches.map(({ entityKey }) => ({ ruleId, entityKey }));
      expect(await readModel.getWatches([...asked, { ruleId, entityKey: "student-none" }])).toEqual([
        ...watches,
        undefined,
      ]);
      expect(await requestsOf(() => readModel.getWatches(asked))).toEqual(["BatchGetItem"]);
    });
  });

  describe("rules", () => {
    it("are all read in one request, by id, without rows of others", async () => {
      const rules = ["b_rule", "a_rule", "c_rule"].map((ruleId) => aRule({ ruleId }));
      await write("iops-dashboard-rules", rules.map(toRuleItem));
      const ids = async () => (await readModel.allRules()).map(({ ruleId }) => ruleId);
      expect(await ids()).toEqual(["a_rule", "b_rule", "c_rule"]);
      expect(await requestsOf(ids)).toEqual(["Query"]);
      expect(await readModel.getRules(["c_rule", "by_hand", "a_rule"])).toEqual([rules[2], undefined, rules[1]]);
    });

    it("catalog and formulas are the defaults where nobody defined any", async () => {
      expect(await readModel.getCatalog()).toMatchObject({ version: 0 });
      expect(await readModel.getFormulas(["tutor", "student"])).toMatchObject([
        { entityType: "tutor", active: 1, version: 0 },
        { entityType: "student", active: 1, version: 0 },
      ]);
    });
  });

  describe("tallies", () => {
    it("of an entity are read by the days in which they begin, in one request", async () => {
      const of = (day: string, kindOfFact: string) =>
        aTally({ entityKey: "student-stu_t", from: `2025-01-${day}T00:00:00.000Z`, kind: kindOfFact });
      const tallies = [of("13", "session"), of("14", "ib_call"), of("14", "session"), of("15", "session")];
      await write("iops-dashboard-tallies", tallies.map(toTallyItem));
      const read = (from: string, until: string) =>
        readModel.getTallies({
          entityKey: "student-stu_t",
          of: "ENTITY",
          from: `2025-01-${from}T00:00:00.000Z`,
          until: `2025-01-${until}T00:00:00.000Z`,
        });
      expect(await read("13", "16")).toEqual(tallies);
      expect(await read("14", "15")).toEqual(tallies.slice(1, 3));
      expect(await read("15", "14")).toEqual([]);
      expect(await requestsOf(() => read("13", "16"))).toEqual(["Query"]);
    });
  });

  describe("lists in which many share a place", () => {
    const tied = upTo(150).map((n) =>
      anEntity({ entityType: "subject", entityId: `sub_${n}`, healthScore: 46, lastUpdated: after(1) }),
    );
    const tiedInsights = upTo(150).map((n) =>
      anInsight({ entityId: `stu_t${n}`, predictionType: "tied", riskScore: 50, raisedAt: after(n) }),
    );
    beforeAll(async () => {
      await write("iops-dashboard-metrics", tied.map(toEntityItem));
      await write(
        "iops-dashboard-insights",
        tiedInsights.map((insight) => ({ ...toInsightItem(insight), ttl: farAhead })),
      );
    });

    /** Ids of the two first pages of ten, of which each must cost one request. */
    const twoPages = async <Row>(
      read: (after: string | undefined) => Promise<Page<Row>>,
      idOf: (row: Row) => string,
    ): Promise<{ readonly ids: readonly string[]; readonly cursor: string | undefined }> => {
      const ids: string[] = [];
      let cursor: string | undefined;
      for (const expected of [10, 20]) {
        const sent = await requestsOf(async () => {
          const page = await read(cursor);
          ids.push(...page.rows.map(({ row }) => idOf(row)));
          cursor = page.rows.at(-1)?.cursor;
        });
        expect(sent).toEqual(["Query"]);
        expect(new Set(ids).size).toBe(expected);
      }
      return { ids, cursor };
    };

    it.each(orders)("cost one request for each page, also in the middle of a tie of entities: %s", async (order) => {
      const filter = { entityType: "subject" };
      await twoPages(
        (cursor) => readModel.listEntities({ filter, order, first: 10, after: cursor }),
        ({ entityId }) => entityId,
      );
    });

    it("cost one request for each page, also in the middle of a tie of insights", async () => {
      const query = { filter: { predictionType: "tied" }, order: "HIGHEST_RISK_FIRST", first: 10 } as const;
      await twoPages(
        (cursor) => readModel.listInsights({ ...query, after: cursor }),
        ({ alertId }) => alertId,
      );
    });

    it("go on in the middle of a tie, behind one that is no longer there", async () => {
      const filter = { entityType: "subject" };
      const list = (first: number, cursor?: string) =>
        readModel.listEntities({ filter, order: "LOWEST_HEALTH_FIRST", first, after: cursor });
      const { ids, cursor } = await twoPages(
        (from) => list(10, from),
        ({ entityId }) => entityId,
      );
      const left = tied.find(({ entityId }) => entityId === ids.at(-1));
      if (left === undefined) throw new Error("the list is of others");
      await write("iops-dashboard-metrics", [toEntityItem({ ...left, healthScore: 40 })]);
      const { rows } = await list(200, cursor);
      const rest = tied.map(({ entityId }) => entityId).filter((id) => !ids.includes(id));
      expect(rows.map(({ row }) => row.entityId).sort()).toEqual(rest.sort());
    });

    it("go on from a cursor that lies before or behind all they hold", async () => {
      const low = await readModel.listEntities({
        filter: { entityType: "student" },
        order: "LOWEST_HEALTH_FIRST",
        first: 1,
      });
      const filter = { entityType: "student", healthAtLeast: 70 };
      const behind = await readModel.listEntities({
        filter,
        order: "LOWEST_HEALTH_FIRST",
        first: 100,
        after: low.rows[0]?.cursor,
      });
      expect(behind.rows).toHaveLength(plainEntities({ filter, order: "LOWEST_HEALTH_FIRST" }).length);
      const before = await readModel.listEntities({
        filter: { entityType: "student", healthAtLeast: 70 },
        order: "HIGHEST_HEALTH_FIRST",
        first: 100,
        after: low.rows[0]?.cursor,
      });
      expect(before.rows).toEqual([]);
    });
  });
}
