/** What can be measured, and how health is scored: defined, added, tried on the past, activated. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ActivateHealthFormulaDocument,
  AddHealthFormulaDocument,
  BacktestHealthFormulaDocument,
  DefineActivityKindDocument,
  DefineEntityTypeDocument,
  EntityDocument,
  HealthFormulasDocument,
  InsightsCatalogDocument,
} from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { daysAgo, insightsOf } from "../../support/insights.js";
import type { TestInsights } from "../../support/insights.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
let insights: TestInsights;
beforeAll(async () => {
  test = await startTestOpsledger();
  insights = insightsOf(test);
});
afterAll(() => test.close());

const engagementOnly = [{ name: "engagement", metric: "sessions_14d", weight: 1, worst: 0, best: 4 }];

describe("the catalog", () => {
  it("has the seed's types and kinds, before anything was defined", async () => {
    const { insightsCatalog } = await test.run(InsightsCatalogDocument, {});
    expect(insightsCatalog).toMatchObject({
      entityTypes: [
        { name: "student", prefix: "stu_", role: "ENTITY" },
        { name: "tutor", prefix: "tut_", role: "ENTITY" },
        { name: "subject", prefix: "sub_", role: "AGGREGATE" },
        { name: "region", prefix: "reg_", role: "AGGREGATE" },
      ],
      metrics: ["sessions_7d", "sessions_14d", "sessions_30d", "ib_calls_7d", "ib_calls_14d", "avg_rating"],
      version: 0,
    });
  });

  it("takes another type and another kind, whose facts count at once", async () => {
    const type = { name: "parent", prefix: "par_" };
    const { defineEntityType } = await test.run(DefineEntityTypeDocument, { input: { ...type, expectedVersion: 0 } });
    expect(defineEntityType).toMatchObject({ errors: [], catalog: { version: 1 } });
    expect(defineEntityType.catalog?.entityTypes).toContainEqual({ ...type, role: "ENTITY" });
    const kind = { name: "survey", plural: "surveys", windows: [7, 30], value: { least: 1, most: 10 } };
    const { defineActivityKind } = await test.run(DefineActivityKindDocument, { input: kind });
    expect(defineActivityKind.catalog?.metrics).toEqual(
      expect.arrayContaining(["surveys_7d", "surveys_30d", "avg_survey"]),
    );
    const { metrics } = await insights.record({ entityId: "par_1", kind: "survey", value: 7.5 });
    expect(metrics?.values).toEqual(
      expect.arrayContaining([
        { name: "surveys_7d", value: 1 },
        { name: "avg_survey", value: 7.5 },
      ]),
    );
    const again = await test.run(DefineEntityTypeDocument, { input: { ...type, expectedVersion: 7 } });
    expect(again.defineEntityType.errors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
  });
});

describe("a health formula", () => {
  it("is the built-in one at first", async () => {
    const { healthFormulas } = await test.run(HealthFormulasDocument, { entityType: "student" });
    expect(healthFormulas).toMatchObject({
      active: { formulaVersion: 1 },
      formulas: [
        {
          formulaVersion: 1,
          components: [{ name: "engagement", metric: "sessions_14d", weight: 0.35, worst: 0, best: 8 }, {}, {}],
          addedAt: null,
        },
      ],
      activatedAt: null,
      version: 0,
    });
  });

  it("is tried on the past, added, activated, and then scores those that are there", async () => {
    const [noon, entityId] = [daysAgo(3), "tut_50"];
    await insights.recordMany([1, 2].map((n) => ({ entityId, kind: "session", dedupeId: `s-${n}`, occurredAt: noon })));
    const before = (await test.run(EntityDocument, { id: entityId })).entity?.healthScore ?? 0;
    const { backtestHealthFormula } = await test.run(BacktestHealthFormulaDocument, {
      components: engagementOnly,
      entities: { entityIds: [entityId] },
    });
    expect(backtestHealthFormula).toMatchObject({
      entityCount: 1,
      meanDifference: Math.abs(before - 50),
      greatestDifference: Math.abs(before - 50),
    });
    const [{ points } = { points: [] }] = backtestHealthFormula.entities.nodes;
    expect(points).toHaveLength(3);
    expect(points).toEqual(points.map(({ at }) => ({ at, current: before, proposed: 50 })));
    const { addHealthFormula: added } = await test.run(AddHealthFormulaDocument, {
      input: { entityType: "tutor", components: engagementOnly, note: "Calls do not count" },
    });
    expect(added).toMatchObject({
      errors: [],
      formulaVersion: 2,
      formulas: { active: { formulaVersion: 1 }, formulas: [{}, { note: "Calls do not count" }], version: 1 },
    });
    expect((await test.run(EntityDocument, { id: entityId })).entity?.healthScore).toBe(before);
    const { activateHealthFormula: activated } = await test.run(ActivateHealthFormulaDocument, {
      input: { entityType: "tutor", formulaVersion: 2, expectedVersion: 1 },
    });
    expect(activated).toMatchObject({ errors: [], formulaVersion: 2, formulas: { active: { formulaVersion: 2 } } });
    expect(activated.formulas?.activatedAt).toEqual(expect.any(String));
    await until(async () => (await test.run(EntityDocument, { id: entityId })).entity?.healthScore === 50);
    const { entity } = await test.run(EntityDocument, { id: entityId });
    expect(entity?.metrics).toMatchObject({
      formulaVersion: 2,
      components: [{ name: "engagement", contribution: 50 }],
    });
  });
});
