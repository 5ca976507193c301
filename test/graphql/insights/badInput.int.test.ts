/** Bad input about entities, rules and insights gets a typed answer that names the field; never a 5xx, and nothing is written. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DocumentNode } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcknowledgeInsightDocument,
  ActivateHealthFormulaDocument,
  AddHealthFormulaDocument,
  BacktestHealthFormulaDocument,
  BacktestInsightRuleDocument,
  ChangeInsightRuleDocument,
  CreateInsightRuleDocument,
  DefineActivityKindDocument,
  DefineEntityTypeDocument,
  DismissInsightDocument,
  EntitiesDocument,
  EntityDocument,
  EntityInFullDocument,
  FollowInsightsDocument,
  FollowMetricsDocument,
  GiveInsightFeedbackDocument,
  HealthFormulasDocument,
  InsightDocument,
  InsightRuleDocument,
  InsightsDocument,
  LinkInsightToIncidentDocument,
  MarkInsightRecommendationDocument,
  MetricsDocument,
  MetricsHistoryDocument,
  RaiseInsightDocument,
  RecordActivitiesDocument,
  RecordActivityDocument,
  SilenceInsightRuleDocument,
  SnoozeInsightDocument,
  UnsilenceInsightRuleDocument,
} from "../../generated/operations.js";
import { daysAgo, fewSessions, insightsOf } from "../../support/insights.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

type Json = Readonly<Record<string, unknown>>;

let test: TestOpsledger;
let alertId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  const insights = insightsOf(test);
  await insights.record({ entityId: "stu_1" });
  ({ alertId } = await insights.raise({ entityId: "stu_1" }));
  await test.run(CreateInsightRuleDocument, { input: { ruleId: "resting", definition: fewSessions } });
});
afterAll(() => test.close());

/** How many commits and records the log has. */
async function written(): Promise<number> {
  const { Count = 0 } = await test.db.client.send(
    new ScanCommand({ TableName: "domain-events", Select: "COUNT", Limit: 5_000 }),
  );
  return Count;
}

/** The errors of a mutation that must write nothing. A wrong input is what is tested, so no document says its type. */
async function refused(document: DocumentNode, input: Json): Promise<readonly object[]> {
  const before = await written();
  const mutation = document as TypedDocumentNode<Record<string, { readonly errors: readonly object[] }>, Json>;
  const data = await test.run(mutation, { input });
  expect(await written()).toBe(before);
  return Object.values(data)[0]?.errors ?? [];
}

/** The first error of what is refused before anything runs. */
async function rejected(document: DocumentNode, variables: Json): Promise<Json | undefined> {
  const { status, errors } = await test.send(document, variables);
  expect(status).toBeLessThan(500);
  return errors?.[0]?.extensions;
}

const validation = (...path: string[]) => [expect.objectContaining({ code: "VALIDATION", path }) as object];
const ahead = daysAgo(-1);

describe("a fact with bad input is refused", () => {
  it.each<[string, Json, string[]]>([
    ["a rating of six", { kind: "rating", value: 6 }, ["value"]],
    ["a negative rating", { kind: "rating", value: -1 }, ["value"]],
    ["a rating with four digits behind the point", { kind: "rating", value: 4.1234 }, ["value"]],
    ["a rating without a value", { kind: "rating" }, ["value"]],
    ["a session with a value", { value: 1 }, ["value"]],
    ["a kind that there is not", { kind: "homework" }, ["kind"]],
    ["an id without a prefix", { entityId: "4532" }, ["entityId"]],
    ["an id with the prefix of no type", { entityId: "xyz_4532" }, ["entityId"]],
    ["a group instead of an entity", { entityId: "sub_algebra" }, ["entityId"]],
    ["an entity instead of a group", { groups: ["stu_2"] }, ["groups"]],
    ["a group twice", { groups: ["sub_a", "sub_a"] }, ["groups"]],
    ["a time ahead", { occurredAt: ahead }, ["occurredAt"]],
    ["a dedupe id with spaces", { dedupeId: "a b" }, ["dedupeId"]],
    ["a note that is too long", { note: "x".repeat(501) }, ["note"]],
  ])("%s", async (_what, input, path) => {
    expect(await refused(RecordActivityDocument, { entityId: "stu_1", kind: "session", ...input })).toEqual(
      validation(...path),
    );
  });

  it.each<[string, unknown]>([
    ["NaN", "NaN"],
    ["a text", "4.5"],
    ["a truth", true],
  ])("a value that is %s", async (_what, value) => {
    const input = { entityId: "stu_1", kind: "rating", value };
    expect(await rejected(RecordActivityDocument, { input })).toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("a time without a zone", async () => {
    const input = { entityId: "stu_1", kind: "session", occurredAt: "2025-01-15T10:30:00" };
    expect(await rejected(RecordActivityDocument, { input })).toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("none, or more than a hundred", async () => {
    const facts = (count: number) => Array.from({ length: count }, () => ({ entityId: "stu_1", kind: "session" }));
    for (const count of [0, 101]) {
      expect(await refused(RecordActivitiesDocument, { activities: facts(count) })).toEqual(validation("activities"));
    }
  });
});

describe("a definition with bad input is refused", () => {
  it.each<[string, DocumentNode, Json, string[]]>([
    ["a type whose prefix is another's", DefineEntityTypeDocument, { name: "pupil", prefix: "stu_" }, ["prefix"]],
    ["a type with another prefix", DefineEntityTypeDocument, { name: "student", prefix: "pup_" }, ["prefix"]],
    [
      "a type with another role",
      DefineEntityTypeDocument,
      { name: "student", prefix: "stu_", role: "AGGREGATE" },
      ["role"],
    ],
    ["a window of no day", DefineActivityKindDocument, { name: "a", plural: "as", windows: [0] }, ["windows", "0"]],
    ["a window twice", DefineActivityKindDocument, { name: "a", plural: "as", windows: [7, 7] }, ["windows"]],
    ["a plural that is taken", DefineActivityKindDocument, { name: "a", plural: "sessions", windows: [7] }, ["plural"]],
  ])("%s", async (_what, document, input, path) => {
    expect(await refused(document, input)).toEqual(validation(...path));
  });
});

describe("a health formula with bad input is refused", () => {
  const component = { name: "a", metric: "sessions_7d", weight: 1, worst: 0, best: 5 };
  it.each<[string, Json[], string[]]>([
    ["no component", [], ["components"]],
    ["a component twice", [component, component], ["components"]],
    ["a weight of nothing", [{ ...component, weight: 0 }], ["components", "0", "weight"]],
    ["a best that is the worst: it would divide by zero", [{ ...component, best: 0 }], ["components", "0", "best"]],
    ["a metric that there is not", [{ ...component, metric: "luck_7d" }], ["components", "0", "metric"]],
  ])("%s", async (_what, components, path) => {
    expect(await refused(AddHealthFormulaDocument, { entityType: "student", components })).toEqual(validation(...path));
  });

  it("a version or a type that there is not", async () => {
    expect(await refused(ActivateHealthFormulaDocument, { entityType: "student", formulaVersion: 9 })).toHaveLength(1);
    expect(await refused(ActivateHealthFormulaDocument, { entityType: "dragon", formulaVersion: 1 })).toMatchObject([
      { code: "NOT_FOUND", path: ["entityType"] },
    ]);
    expect(await refused(ActivateHealthFormulaDocument, { entityType: "student", formulaVersion: 0 })).toMatchObject([
      { path: ["formulaVersion"], message: "must be a whole number from 1 on" },
    ]);
    expect(await rejected(HealthFormulasDocument, { entityType: "dragon" })).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a rule with bad input is refused", () => {
  const threshold = { metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 };
  const at = (...path: string[]) => ["definition", "conditions", "0", ...path];
  it.each<[string, Json, string[]]>([
    ["no condition", { conditions: [] }, ["definition", "conditions"]],
    [
      "a recovery on the firing side",
      { conditions: [{ threshold: { ...threshold, clearAt: 60 } }] },
      at("threshold", "clearAt"),
    ],
    [
      "a metric that there is not",
      { conditions: [{ threshold: { ...threshold, metric: "luck" } }] },
      at("threshold", "metric"),
    ],
    ["no data for no time", { conditions: [{ noData: { afterSeconds: 1 } }] }, at("noData", "afterSeconds")],
    ["no type", { entityTypes: [] }, ["definition", "entityTypes"]],
    ["an empty title", { title: " " }, ["definition", "title"]],
    ["a risk above a hundred", { risk: { least: 50, most: 101 } }, ["definition", "risk", "most"]],
    ["a risk that falls", { risk: { least: 50, most: 10 } }, ["definition", "risk", "most"]],
    [
      "a prediction for never",
      { outcome: { metric: "sessions_7d", comparison: "BELOW", value: 1, withinDays: 0 } },
      ["definition", "outcome", "withinDays"],
    ],
    [
      "an incident of no service",
      { incident: { severities: [{ riskAtLeast: 1, severity: "P3" }], services: [] } },
      ["definition", "incident", "services"],
    ],
  ])("%s", async (_what, change, path) => {
    const definition = { ...fewSessions, ...change };
    expect(await refused(CreateInsightRuleDocument, { ruleId: "new_rule", definition })).toEqual(validation(...path));
    expect(await refused(ChangeInsightRuleDocument, { ruleId: "resting", definition })).toEqual(validation(...path));
  });

  it.each<[string, Json]>([
    ["no field", {}],
    ["two fields", { threshold, noData: { afterSeconds: 86_400 } }],
    ["a field that is null", { threshold: null }],
  ])("a condition with %s, before anything runs", async (_what, condition) => {
    const input = { ruleId: "new_rule", definition: { ...fewSessions, conditions: [condition] } };
    expect(await rejected(CreateInsightRuleDocument, { input })).toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("a name that no rule can have, one that is taken, and one that there is not", async () => {
    expect(await refused(CreateInsightRuleDocument, { ruleId: "Low Health", definition: fewSessions })).toEqual(
      validation("ruleId"),
    );
    const other = { ...fewSessions, title: "Another" };
    expect(await refused(CreateInsightRuleDocument, { ruleId: "resting", definition: other })).toEqual(
      validation("ruleId"),
    );
    const ofDragons = { ...fewSessions, entityTypes: ["dragon"] };
    expect(await refused(CreateInsightRuleDocument, { ruleId: "dragons", definition: ofDragons })).toMatchObject([
      { code: "NOT_FOUND", path: ["definition", "entityTypes"] },
    ]);
    expect(await refused(ChangeInsightRuleDocument, { ruleId: "unheard", definition: other })).toMatchObject([
      { code: "NOT_FOUND", path: ["ruleId"] },
    ]);
  });

  it("a silence in the past, of something that is no entity, and the end of one that there is not", async () => {
    const silence = { ruleId: "resting", until: ahead, reason: "Known" };
    const past = daysAgo(1);
    expect(await refused(SilenceInsightRuleDocument, { ...silence, until: past })).toEqual(validation("until"));
    expect(await refused(SilenceInsightRuleDocument, { ...silence, entityId: "4532" })).toEqual(validation("entityId"));
    expect(await refused(SilenceInsightRuleDocument, { ...silence, entityId: "tut_1" })).toMatchObject([
      { path: ["entityId"], message: "is of type tutor, and the rule is about student" },
    ]);
    const silenceId = "0b9fd2a4-5c7e-7f0e-9a55-00000000dead";
    expect(await refused(UnsilenceInsightRuleDocument, { ruleId: "resting", silenceId })).toMatchObject([
      { code: "NOT_FOUND", path: ["silenceId"] },
    ]);
  });
});

describe("an insight with bad input is refused", () => {
  it.each<[string, Json, string[]]>([
    ["a risk above a hundred", { riskScore: 101 }, ["riskScore"]],
    ["a type that is a rule's", { predictionType: "resting" }, ["predictionType"]],
    ["an id with the prefix of no type", { entityId: "xyz_1" }, ["entityId"]],
    ["an empty explanation", { explanation: "" }, ["explanation"]],
    ["an end in the past", { expiresAt: daysAgo(1) }, ["expiresAt"]],
    [
      "a prediction about nothing",
      { outcome: { metric: "luck", comparison: "BELOW", value: 1, withinDays: 3 } },
      ["outcome", "metric"],
    ],
  ])("%s", async (_what, change, path) => {
    const input = {
      predictionType: "churn_risk",
      entityId: "stu_9",
      riskScore: 50,
      title: "A title",
      explanation: "An explanation",
      modelUsed: "a-model",
      ...change,
    };
    expect(await refused(RaiseInsightDocument, input)).toEqual(validation(...path));
  });

  it.each<[string, DocumentNode, Json]>([
    ["taken up", AcknowledgeInsightDocument, {}],
    ["snoozed", SnoozeInsightDocument, { until: ahead }],
    ["dismissed", DismissInsightDocument, { reason: "OTHER" }],
    ["judged", GiveInsightFeedbackDocument, { useful: true }],
    ["linked", LinkInsightToIncidentDocument, { incidentId: "0b9fd2a4-5c7e-7f0e-9a55-00000000dead" }],
  ])("one that there is not cannot be %s", async (_what, document, input) => {
    const unknown = "churn_risk_stu_404_1705318200000";
    expect(await refused(document, { alertId: unknown, ...input })).toMatchObject([{ code: "NOT_FOUND" }]);
    expect(await refused(document, { alertId: "nonsense", ...input })).toEqual(validation("alertId"));
  });

  it("a recommendation that it does not make, and a snooze that is over", async () => {
    expect(await refused(MarkInsightRecommendationDocument, { alertId, recommendationId: "none" })).toMatchObject([
      { code: "NOT_FOUND", path: ["recommendationId"] },
    ]);
    expect(await refused(SnoozeInsightDocument, { alertId, until: daysAgo(1) })).toEqual(validation("until"));
  });
});

describe("a query with bad input is refused", () => {
  const entities = { entityIds: ["stu_1"] };
  it.each<[string, DocumentNode, Json, string]>([
    ["an entity without a prefix", EntityDocument, { id: "4532" }, "id"],
    ["metrics of something else", MetricsDocument, { entityId: "a b" }, "entityId"],
    ["metrics of the future", MetricsDocument, { entityId: "stu_1", asOf: ahead }, "asOf"],
    ["a history that is too long", MetricsHistoryDocument, { entityId: "stu_1", from: daysAgo(500) }, "from"],
    [
      "a history turned round",
      MetricsHistoryDocument,
      { entityId: "stu_1", from: daysAgo(1), until: daysAgo(2) },
      "until",
    ],
    [
      "facts turned round",
      EntityInFullDocument,
      { id: "stu_1", filter: { from: ahead, until: daysAgo(1) } },
      "filter.until",
    ],
    ["too many entities", EntitiesDocument, { filter: { type: "student" }, first: 101 }, "first"],
    ["an insight that is none", InsightDocument, { id: "nonsense" }, "id"],
    ["a rule that is none", InsightRuleDocument, { id: "No Rule" }, "id"],
    ["no status at all", InsightsDocument, { filter: { statuses: [] } }, "filter.statuses"],
    ["insights of something else", InsightsDocument, { filter: { entityId: "4532" } }, "filter.entityId"],
    ["a cursor of another list", InsightsDocument, { after: "nonsense" }, "after"],
    ["a backtest of no component", BacktestHealthFormulaDocument, { components: [], entities }, "components"],
    [
      "a backtest of too many of a type",
      BacktestInsightRuleDocument,
      { definition: fewSessions, entities: { ofType: { entityType: "student", atMost: 1_000 } } },
      "entities.ofType.atMost",
    ],
    [
      "a backtest of an entity twice",
      BacktestInsightRuleDocument,
      { definition: fewSessions, entities: { entityIds: ["stu_1", "stu_1"] } },
      "entities.entityIds",
    ],
    [
      "a backtest of a time that is too long",
      BacktestInsightRuleDocument,
      { definition: fewSessions, entities, from: daysAgo(500) },
      "from",
    ],
  ])("%s", async (_what, document, variables, field) => {
    expect(await rejected(document, variables)).toMatchObject({ code: "BAD_USER_INPUT", field });
  });

  it("a global id of something else", async () => {
    const id = Buffer.from("Project:inventory").toString("base64url");
    expect(await rejected(EntityDocument, { id })).toMatchObject({ code: "BAD_USER_INPUT", field: "id" });
    expect(await rejected(InsightDocument, { id })).toMatchObject({ code: "BAD_USER_INPUT", field: "id" });
  });

  it("a backtest of both, some entities and a type", async () => {
    const both = { entityIds: ["stu_1"], ofType: { entityType: "student" } };
    expect(await rejected(BacktestInsightRuleDocument, { definition: fewSessions, entities: both })).toMatchObject({
      code: "BAD_USER_INPUT",
    });
  });

  it("a subscription to nothing that there could be", async () => {
    const refusal = async (document: DocumentNode, variables: Json) =>
      (await test.follow(document, variables).next()).errors?.[0]?.extensions;
    expect(await refusal(FollowMetricsDocument, { filter: { entityId: "a b" } })).toMatchObject({
      code: "BAD_USER_INPUT",
    });
    expect(await refusal(FollowInsightsDocument, { filter: { statuses: [] } })).toMatchObject({
      code: "BAD_USER_INPUT",
    });
    expect(await refusal(FollowInsightsDocument, { after: "nonsense" })).toMatchObject({ field: "after" });
  });
});
