/** Facts in, metrics out: what is recorded counts at once, exactly, and once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  EntitiesDocument,
  EntityDocument,
  EntityInFullDocument,
  MetricsDocument,
  MetricsHistoryDocument,
  RecordActivitiesDocument,
  RecordActivityDocument,
} from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { daysAgo, insightsOf } from "../../support/insights.js";
import type { TestInsights } from "../../support/insights.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
let insights: TestInsights;
beforeAll(async () => {
  test = await startTestOpsledger();
  insights = insightsOf(test);
});
afterAll(() => test.close());

/** Facts of one entity: so many sessions, calls and ratings so many days ago. */
function facts(entityId: string, days: Readonly<Record<"session" | "ib_call" | "rating", readonly number[]>>) {
  return Object.entries(days).flatMap(([kind, ago]) =>
    ago.map((n) => ({ entityId, kind, occurredAt: daysAgo(n), ...(kind === "rating" ? { value: 4.5 } : {}) })),
  );
}

describe("recording a fact", () => {
  it("answers with the metrics of its entity behind it", async () => {
    const entity = await insights.record({ entityId: "stu_100" });
    expect(entity).toMatchObject({
      entityId: "stu_100",
      entityType: "student",
      activityCount: 1,
      metrics: { sessions7d: 1, sessions14d: 1, sessions30d: 1, ibCalls7d: 0, avgRating: null },
    });
    const rated = await insights.record({ entityId: "stu_100", kind: "rating", value: 4.5 });
    expect(rated.metrics).toMatchObject({ sessions7d: 1, avgRating: 4.5 });
    expect(rated.healthScore).toBe(rated.metrics?.healthScore);
  });

  it("that came before changes nothing, and is answered with the same id", async () => {
    const input = { entityId: "stu_101", kind: "session", source: "zoom", dedupeId: "m-1" };
    const record = async (more: object = {}) =>
      (await test.run(RecordActivityDocument, { input: { ...input, ...more } })).recordActivity;
    const first = await record();
    expect(first).toMatchObject({ repeated: false, errors: [] });
    expect(await record()).toMatchObject({
      repeated: true,
      activityId: first.activityId,
      entity: { activityCount: 1, version: first.entity?.version },
      errors: [],
    });
    const other = await record({ kind: "ib_call" });
    expect(other.errors).toMatchObject([{ path: ["dedupeId"] }]);
    expect(other.activityId).toBeNull();
  });

  it("with a key has no second effect, and another input is refused", async () => {
    const record = async (more: object = {}) => {
      const input = { entityId: "stu_102", kind: "session", idempotencyKey: "k-1", ...more };
      return (await test.run(RecordActivityDocument, { input })).recordActivity;
    };
    const first = await record();
    expect(await record()).toMatchObject({
      repeated: true,
      activityId: first.activityId,
      entity: { activityCount: 1 },
    });
    expect((await record({ kind: "ib_call" })).errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
  });

  it("in the past counts in the windows that reach so far, and gives the seed's example its score", async () => {
    await insights.recordMany(
      facts("stu_4532", {
        session: [1, 2, 8, 9, 10, 15, 16, 17, 18, 19, 20, 21],
        ib_call: [1, 8, 9],
        rating: [3],
      }),
    );
    const { metrics } = await test.run(MetricsDocument, { entityId: "stu_4532" });
    expect(metrics).toMatchObject({
      entityId: "stu_4532",
      entityType: "student",
      sessions7d: 2,
      sessions14d: 5,
      sessions30d: 12,
      ibCalls7d: 1,
      ibCalls14d: 3,
      avgRating: 4.5,
      healthScore: 72,
      formulaVersion: 1,
    });
    const sum = metrics?.components.reduce((total, { contribution }) => total + (contribution ?? 0), 0) ?? 0;
    expect(Math.round(sum)).toBe(72);
    expect(metrics?.values).toContainEqual({ name: "sessions_30d", value: 12 });
  });
});

describe("recording facts together", () => {
  it("answers for each, and what is wrong with one is no harm to the others", async () => {
    const { recordActivities: answer } = await test.run(RecordActivitiesDocument, {
      input: {
        activities: [
          { entityId: "stu_200", kind: "session" },
          { entityId: "stu_200", kind: "rating", value: 6 },
          { entityId: "4532", kind: "session" },
          { entityId: "tut_200", kind: "session" },
        ],
      },
    });
    expect(answer.errors).toEqual([]);
    expect(answer.position).toEqual(expect.any(String));
    expect(answer.results).toMatchObject([
      { index: 0, errors: [], entity: { entityId: "stu_200" } },
      { index: 1, activityId: null, entity: null, errors: [{ path: ["activities", "1", "value"] }] },
      { index: 2, activityId: null, entity: null, errors: [{ path: ["activities", "2", "entityId"] }] },
      { index: 3, errors: [], entity: { entityId: "tut_200" } },
    ]);
  });

  it("under a key has no second effect", async () => {
    const activities = [1, 2, 3].map((day) => ({ entityId: "stu_201", kind: "session", occurredAt: daysAgo(day) }));
    const record = async () =>
      (await test.run(RecordActivitiesDocument, { input: { activities, idempotencyKey: "many" } })).recordActivities;
    const first = await record();
    const second = await record();
    expect(second.results.map(({ repeated }) => repeated)).toEqual([true, true, true]);
    expect(second.results.map(({ activityId }) => activityId)).toEqual(
      first.results.map(({ activityId }) => activityId),
    );
    expect((await test.run(EntityDocument, { id: "stu_201" })).entity?.activityCount).toBe(3);
    const other = { activities: [{ entityId: "stu_202", kind: "session" }], idempotencyKey: "many" };
    expect((await test.run(RecordActivitiesDocument, { input: other })).recordActivities).toMatchObject({
      results: [],
      errors: [{ code: "IDEMPOTENCY_KEY_REUSED", path: ["idempotencyKey"] }],
    });
    expect((await test.run(EntityDocument, { id: "stu_202" })).entity).toBeNull();
  });

  it("in the past gives a trend at once, though nobody measured seven days ago", async () => {
    await insights.recordMany(
      [1, 2, 10, 11, 12].map((day) => ({ entityId: "stu_203", kind: "session", occurredAt: daysAgo(day) })),
    );
    const trends = gql(`query ($asOf: DateTime) { entity(id: "stu_203") { now: metrics { trend7d healthScore }
      then: metrics(asOf: $asOf) { trend7d } } }`);
    const { entity } = (await test.run(trends, { asOf: daysAgo(0) })) as {
      readonly entity: { readonly now: { readonly trend7d: number | null }; readonly then: unknown };
    };
    expect(entity.now.trend7d).not.toBeNull();
    expect(entity.now).toMatchObject({ trend7d: expect.any(Number) as number });
    expect(entity.then).toEqual({ trend7d: entity.now.trend7d });
  });
});

describe("an entity", () => {
  it("is found by its id, by its id and type, by its global id, and as a node", async () => {
    const { id } = await insights.record({ entityId: "tut_300" });
    for (const variables of [{ id: "tut_300" }, { id: "tut_300", type: "tutor" }, { id }]) {
      expect((await test.run(EntityDocument, variables)).entity).toMatchObject({ id, entityType: "tutor" });
    }
    const node = gql(`query ($id: ID!) { node(id: $id) { id ... on Entity { entityId } } }`);
    expect((await test.run(node, { id }))["node"]).toEqual({ id, entityId: "tut_300" });
  });

  it("of which nothing is known is null, also under the type of another", async () => {
    for (const variables of [{ id: "stu_nobody" }, { id: "tut_300", type: "student" }, { id: "xyz_1" }]) {
      expect((await test.run(EntityDocument, variables)).entity).toBeNull();
    }
    expect((await test.run(MetricsDocument, { entityId: "stu_nobody" })).metrics).toBeNull();
    expect((await test.run(MetricsHistoryDocument, { entityId: "stu_nobody" })).metricsHistory.nodes).toEqual([]);
  });

  it("lists its facts, the latest first, page by page, filtered", async () => {
    await insights.recordMany(
      [1, 2, 3, 4].map((day) => ({ entityId: "stu_301", kind: "session", occurredAt: daysAgo(day) })),
    );
    await insights.record({
      entityId: "stu_301",
      kind: "ib_call",
      note: "Asked about the exam",
      occurredAt: daysAgo(5),
    });
    const kinds: string[] = [];
    let after: string | null | undefined;
    do {
      const { entity } = await test.run(EntityInFullDocument, { id: "stu_301", first: 2, after: after ?? null });
      kinds.push(...(entity?.activities.nodes.map(({ kind }) => kind) ?? []));
      after = entity?.activities.pageInfo.hasNextPage === true ? entity.activities.pageInfo.endCursor : undefined;
    } while (after != null);
    expect(kinds).toEqual(["session", "session", "session", "session", "ib_call"]);
    const { entity } = await test.run(EntityInFullDocument, { id: "stu_301", filter: { kind: "ib_call" } });
    expect(entity?.activities.nodes).toMatchObject([{ kind: "ib_call", note: "Asked about the exam", source: "api" }]);
    const recent = await test.run(EntityInFullDocument, { id: "stu_301", filter: { from: daysAgo(2.5) } });
    expect(recent.entity?.activities.nodes).toHaveLength(2);
  });
});

describe("metrics of the past", () => {
  it("are as they were, by all that is known today; null before there was anything", async () => {
    await insights.recordMany(
      [10, 20].map((day) => ({ entityId: "stu_400", kind: "session", occurredAt: daysAgo(day) })),
    );
    const asOf = async (days: number) =>
      (await test.run(MetricsDocument, { entityId: "stu_400", asOf: daysAgo(days) })).metrics;
    expect(await asOf(9)).toMatchObject({ sessions7d: 1, sessions14d: 2, sessions30d: 2 });
    expect(await asOf(15)).toMatchObject({ sessions7d: 1, sessions14d: 1 });
    expect(await asOf(25)).toBeNull();
  });

  it("at the midnights are one list, page by page, each once", async () => {
    const variables = { entityId: "stu_400", from: daysAgo(22), until: daysAgo(1) };
    const whole = (await test.run(MetricsHistoryDocument, { ...variables, first: 100 })).metricsHistory.nodes;
    // From the first midnight behind the first fact on.
    expect(whole).toHaveLength(19);
    expect(whole.every(({ at }) => at.endsWith("T00:00:00.000Z"))).toBe(true);
    const paged: object[] = [];
    let after: string | null | undefined;
    do {
      const { metricsHistory: page } = await test.run(MetricsHistoryDocument, {
        ...variables,
        first: 4,
        after: after ?? null,
      });
      paged.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after != null);
    expect(paged).toEqual(whole);
  });
});

describe("a group", () => {
  it("adds up what entities did that name it, and can be waited for", async () => {
    await insights.record({ entityId: "stu_500", groups: ["sub_algebra"] });
    const { position } = await insights.record({ entityId: "stu_501", groups: ["sub_algebra", "reg_eu"] });
    await until(async () => (await test.run(EntityDocument, { id: "sub_algebra" })).entity !== null, 15_000);
    const { metrics } = await test.run(MetricsDocument, { entityId: "sub_algebra", atLeast: position });
    expect(metrics).toMatchObject({ entityType: "subject", sessions7d: 2 });
    const { entity } = await test.run(EntityInFullDocument, { id: "stu_501" });
    const [first] = entity?.activities.nodes ?? [];
    expect(first?.groups.map(({ entityId }) => entityId).sort()).toEqual(["reg_eu", "sub_algebra"]);
  });
});

describe("a list of entities", () => {
  it("goes by health, lowest first, and takes those below a score only", async () => {
    await insights.recordMany([
      ...facts("tut_601", { session: [1, 2, 3, 4, 5, 6, 7, 8], ib_call: [], rating: [1] }),
      ...facts("tut_602", { session: [1], ib_call: [1, 2, 3, 4, 5, 6], rating: [1] }),
      ...facts("tut_603", { session: [1, 2, 3, 4], ib_call: [1, 2], rating: [1] }),
    ]);
    const list = async (filter: { healthBelow?: number; healthAtLeast?: number } = {}) => {
      const { entities } = await test.run(EntitiesDocument, { filter: { type: "tutor", ...filter }, first: 50 });
      return entities.nodes.filter(({ entityId }) => entityId.startsWith("tut_60"));
    };
    await until(async () => (await list()).length === 3);
    const all = await list();
    expect(all.map(({ entityId }) => entityId)).toEqual(["tut_602", "tut_603", "tut_601"]);
    const scores = all.map(({ healthScore }) => healthScore ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    const middle = scores[1] ?? 0;
    expect((await list({ healthBelow: middle })).map(({ entityId }) => entityId)).toEqual(["tut_602"]);
    expect((await list({ healthAtLeast: middle })).map(({ entityId }) => entityId)).toEqual(["tut_603", "tut_601"]);
  });
});
