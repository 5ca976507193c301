/** Insights and rules over the API: raised by rules and by models, and what people make of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcknowledgeInsightDocument,
  BacktestInsightRuleDocument,
  ChangeInsightRuleDocument,
  CreateInsightRuleDocument,
  DisableInsightRuleDocument,
  DismissInsightDocument,
  EnableInsightRuleDocument,
  EntityInFullDocument,
  GiveInsightFeedbackDocument,
  InsightDocument,
  InsightHistoryDocument,
  InsightRuleDocument,
  InsightRulesDocument,
  InsightsDocument,
  LinkInsightToIncidentDocument,
  MarkInsightRecommendationDocument,
  RaiseInsightDocument,
  ResolveInsightDocument,
  SilenceInsightRuleDocument,
  SnoozeInsightDocument,
  UnsilenceInsightRuleDocument,
} from "../../generated/operations.js";
import type { InsightRuleDefinitionInput } from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { daysAgo, fewSessions, insightsOf } from "../../support/insights.js";
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

describe("an insight of a model", () => {
  it("says what the model said, and is found by its id, its global id and as a node", async () => {
    await insights.record({ entityId: "stu_1" });
    const raised = await insights.raise({
      outcome: { metric: "sessions_14d", comparison: "BELOW", value: 1, withinDays: 14 },
    });
    expect(raised).toMatchObject({
      predictionType: "churn_risk",
      entityId: "stu_1",
      entityType: "student",
      status: "OPEN",
      riskScore: 82,
      peakRiskScore: 82,
      evidence: [{ name: "sessions_7d", value: 1, level: 3 }],
      recommendations: [{ text: "Call", done: null }, { text: "Offer a session" }],
      origin: { modelUsed: "churn-1", promptVersion: null },
      outcome: { metric: "sessions_14d", comparison: "BELOW", value: 1, withinDays: 14 },
      ruleRevision: null,
    });
    expect(raised.alertId).toMatch(/^churn_risk_stu_1_\d{13}$/);
    for (const id of [raised.id, raised.alertId]) {
      const { insight } = await test.run(InsightDocument, { id });
      expect(insight).toMatchObject({ id: raised.id, entity: { entityId: "stu_1" }, rule: null, incident: null });
    }
    const node = gql(`query ($id: ID!) { node(id: $id) { ... on Insight { alertId } } }`);
    expect((await test.run(node, { id: raised.id }))["node"]).toEqual({ alertId: raised.alertId });
  });

  it("is one as long as it is open: the same once more gives it the new risk", async () => {
    const first = await insights.raise({ entityId: "stu_2", riskScore: 60 });
    const { raiseInsight: second } = await test.run(RaiseInsightDocument, {
      input: {
        predictionType: "churn_risk",
        entityId: "stu_2",
        riskScore: 90,
        title: "Again",
        explanation: "Even fewer.",
        modelUsed: "churn-1",
      },
    });
    expect(second).toMatchObject({ raised: false, errors: [], insight: { alertId: first.alertId, riskScore: 90 } });
  });

  it("can be about an entity of which nothing was recorded", async () => {
    const { alertId } = await insights.raise({ entityId: "stu_unheard" });
    expect((await test.run(InsightDocument, { id: alertId })).insight?.entity).toBeNull();
  });
});

describe("people", () => {
  it("take an insight up, do what it recommends, say what they think, and close it; its history tells all of it", async () => {
    const { alertId, recommendations } = await insights.raise({ entityId: "stu_10" });
    const [first] = recommendations;
    const acknowledged = await test.run(AcknowledgeInsightDocument, { input: { alertId, note: "Mine" } }, "ana");
    expect(acknowledged.acknowledgeInsight.insight).toMatchObject({
      status: "ACKNOWLEDGED",
      acknowledged: { by: "ana", note: "Mine" },
    });
    const until = "2099-01-01T00:00:00Z";
    const snoozed = await test.run(SnoozeInsightDocument, { input: { alertId, until, reason: "On holiday" } });
    expect(snoozed.snoozeInsight.insight?.snoozedUntil).toBe("2099-01-01T00:00:00.000Z");
    const recommendationId = first?.recommendationId ?? "";
    const marked = await test.run(MarkInsightRecommendationDocument, { input: { alertId, recommendationId } }, "ana");
    expect(marked.markInsightRecommendation.insight?.recommendations).toMatchObject([
      { done: { by: "ana" } },
      { done: null },
    ]);
    const unmarked = await test.run(MarkInsightRecommendationDocument, {
      input: { alertId, recommendationId, done: false },
    });
    expect(unmarked.markInsightRecommendation.insight?.recommendations).toMatchObject([{ done: null }, {}]);
    for (const useful of [false, true]) {
      await test.run(GiveInsightFeedbackDocument, { input: { alertId, useful, comment: "Yes" } }, "ben");
    }
    const resolved = await test.run(ResolveInsightDocument, { input: { alertId } }, "ana");
    expect(resolved.resolveInsight.insight).toMatchObject({
      status: "RESOLVED",
      resolved: { cause: "USER", by: "ana" },
      feedback: [{ by: "ben", useful: true, comment: "Yes" }],
    });

    const changes: string[] = [];
    let after: string | null | undefined;
    do {
      const { insight } = await test.run(InsightHistoryDocument, { id: alertId, first: 3, after: after ?? null });
      changes.push(...(insight?.history.nodes.map(({ change }) => change) ?? []));
      after = insight?.history.pageInfo.hasNextPage === true ? insight.history.pageInfo.endCursor : undefined;
    } while (after != null);
    expect(changes).toEqual([
      "RAISED",
      "ACKNOWLEDGED",
      "SNOOZED",
      "RECOMMENDATION_MARKED",
      "RECOMMENDATION_MARKED",
      "FEEDBACK_GIVEN",
      "FEEDBACK_GIVEN",
      "RESOLVED",
    ]);
  });

  it("dismiss an insight for a reason; what is over cannot be taken up", async () => {
    const { alertId } = await insights.raise({ entityId: "stu_11" });
    const dismissed = await test.run(DismissInsightDocument, {
      input: { alertId, reason: "FALSE_POSITIVE", note: "No" },
    });
    expect(dismissed.dismissInsight.insight).toMatchObject({
      status: "DISMISSED",
      dismissed: { reason: "FALSE_POSITIVE", note: "No" },
    });
    const { acknowledgeInsight } = await test.run(AcknowledgeInsightDocument, { input: { alertId } });
    expect(acknowledgeInsight).toMatchObject({
      insight: null,
      position: null,
      errors: [{ code: "INVALID_TRANSITION", from: "DISMISSED", to: "ACKNOWLEDGED", allowed: [] }],
    });
  });

  it("change an insight only at the version that they saw, and once under a key", async () => {
    const { alertId, version } = await insights.raise({ entityId: "stu_12" });
    const acknowledge = async (more: object) =>
      (await test.run(AcknowledgeInsightDocument, { input: { alertId, ...more } })).acknowledgeInsight;
    expect((await acknowledge({ expectedVersion: version + 1 })).errors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
    const keyed = { expectedVersion: version, idempotencyKey: "once" };
    expect(await acknowledge(keyed)).toMatchObject({ errors: [], insight: { version: version + 1 } });
    expect(await acknowledge(keyed)).toMatchObject({ errors: [], insight: { version: version + 1 } });
    expect((await acknowledge({ ...keyed, note: "Another" })).errors).toMatchObject([
      { code: "IDEMPOTENCY_KEY_REUSED" },
    ]);
  });

  it("link an insight to an incident by its reference, and see it from both", async () => {
    const { number } = await test.declare({ title: "Students leave" });
    const { alertId } = await insights.raise({ entityId: "stu_13" });
    const link = async (incidentId: string) =>
      (await test.run(LinkInsightToIncidentDocument, { input: { alertId, incidentId } })).linkInsightToIncident;
    expect(await link(`INC-${number}`)).toMatchObject({
      errors: [],
      insight: {
        incident: { reference: `INC-${number}`, links: [{ kind: "INSIGHT", target: alertId, insight: { alertId } }] },
      },
    });
    expect((await link("INC-99999")).errors).toMatchObject([{ code: "NOT_FOUND", path: ["incidentId"] }]);
    const other = await test.declare({ title: "Another" });
    expect((await link(`INC-${other.number}`)).errors).toMatchObject([
      { code: "INVALID_TRANSITION", path: ["incidentId"], message: expect.stringContaining("already") as string },
    ]);
  });
});

describe("a list of insights", () => {
  it("is filtered by entity, type, risk and status, and goes by risk within a type", async () => {
    for (const [entityId, riskScore] of [
      ["stu_20", 70],
      ["stu_21", 95],
      ["stu_22", 80],
    ] as const) {
      await insights.raise({ entityId, riskScore, predictionType: "listed" });
    }
    const list = async (filter: object, orderBy?: "HIGHEST_RISK_FIRST" | "OLDEST_FIRST") =>
      (
        await test.run(InsightsDocument, {
          filter: { predictionType: "listed", ...filter },
          ...(orderBy && { orderBy }),
        })
      ).insights.nodes.map(({ entityId }) => entityId);
    await until(async () => (await list({})).length === 3);
    expect(await list({})).toEqual(["stu_22", "stu_21", "stu_20"]);
    expect(await list({}, "OLDEST_FIRST")).toEqual(["stu_20", "stu_21", "stu_22"]);
    expect(await list({}, "HIGHEST_RISK_FIRST")).toEqual(["stu_21", "stu_22", "stu_20"]);
    // 80 is not above 80.
    expect(await list({ riskAbove: 80 })).toEqual(["stu_21"]);
    expect(await list({ entityId: "stu_20" })).toEqual(["stu_20"]);
    expect(await list({ entityType: "tutor" })).toEqual([]);
    expect(await list({ statuses: ["RESOLVED"] })).toEqual([]);
    expect(await list({ statuses: ["OPEN", "RESOLVED"] })).toHaveLength(3);
    expect(await list({ from: daysAgo(-1) })).toEqual([]);
  });

  it("of an entity has those of no other, page by page", async () => {
    await insights.record({ entityId: "stu_23" });
    for (const predictionType of ["one", "two", "three"]) await insights.raise({ entityId: "stu_23", predictionType });
    const { entity } = await test.run(EntityInFullDocument, { id: "stu_23" });
    expect(entity?.insights.nodes).toHaveLength(3);
    expect(new Set(entity?.insights.nodes.map((node) => node.entity?.entityId))).toEqual(new Set(["stu_23"]));
  });

  it("goes by risk only within a type", async () => {
    const { errors } = await test.send(InsightsDocument, { orderBy: "HIGHEST_RISK_FIRST" });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "orderBy" });
  });
});

describe("a rule", () => {
  it("is kept as it was written, with every kind of condition, and defaults for what was left out", async () => {
    const definition: InsightRuleDefinitionInput = {
      title: "Everything at once",
      entityTypes: ["student", "tutor"],
      conditions: [
        { threshold: { metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 } },
        { noData: { kind: "session", afterSeconds: 86_400 } },
        {
          rateOfChange: {
            metric: "sessions_14d",
            comparison: "BELOW",
            fireAt: -50,
            clearAt: -25,
            overDays: 7,
            unit: "PERCENT",
          },
        },
        { anomaly: { metric: "ib_calls_7d", baselineDays: 28, leastDays: 14, direction: "UP", fireAt: 3, clearAt: 2 } },
      ],
      forSeconds: 3600,
      risk: { least: 50, most: 100, worstAt: 20 },
      outcome: { metric: "sessions_14d", comparison: "BELOW", value: 1, withinDays: 14 },
      incident: { severities: [{ riskAtLeast: 90, severity: "P2" }], services: ["success"] },
      notify: { channel: "#success" },
    };
    const { createInsightRule: created } = await test.run(CreateInsightRuleDocument, {
      input: { ruleId: "everything", definition },
    });
    expect(created.errors).toEqual([]);
    expect(created.rule).toMatchObject({
      ruleId: "everything",
      revision: 1,
      enabled: false,
      definition: {
        title: "Everything at once",
        conditions: [
          { __typename: "ThresholdCondition", metric: "health_score", comparison: "BELOW", fireAt: 70, clearAt: 75 },
          { __typename: "NoDataCondition", kind: "session", afterSeconds: 86_400 },
          { __typename: "RateOfChangeCondition", overDays: 7, unit: "PERCENT", fireAt: -50 },
          { __typename: "AnomalyCondition", baselineDays: 28, leastDays: 14, direction: "UP" },
        ],
        forSeconds: 3600,
        cooldownSeconds: 86_400,
        expiresAfterSeconds: 30 * 86_400,
        recommendations: [],
        incident: { dedupe: "ENTITY", autoResolve: true, services: ["success"] },
        notify: { channel: "#success" },
      },
    });
    expect((await test.run(InsightRuleDocument, { id: "everything" })).insightRule).toMatchObject(created.rule ?? {});
  });

  it("raises an insight about who meets its conditions, and resolves it once they do no more", async () => {
    await insights.record({ entityId: "stu_30" });
    const { position } = await insights.rule("few_sessions", {
      risk: { least: 40, most: 80, worstAt: 0 },
      recommendations: ["Call"],
    });
    const alertId = await insights.raisedBy("few_sessions", "stu_30");
    const { insight } = await test.run(InsightDocument, { id: alertId });
    expect(insight).toMatchObject({
      status: "OPEN",
      title: expect.stringContaining("Few sessions") as string,
      riskScore: 67,
      recommendations: [{ text: "Call" }],
      origin: { modelUsed: "deterministic-v1" },
      ruleRevision: 1,
      rule: { ruleId: "few_sessions" },
      entity: { entityId: "stu_30" },
    });
    expect(insight?.evidence).toContainEqual({ name: "sessions_7d", value: 1, level: 3 });
    const { insightRule } = await test.run(InsightRuleDocument, { id: "few_sessions" });
    expect(insightRule?.watches.nodes).toContainEqual({
      phase: "FIRING",
      entityId: "stu_30",
      entity: { healthScore: insight?.entity?.healthScore },
      insight: { alertId },
    });
    await insights.recordMany([1, 2].map((day) => ({ entityId: "stu_30", kind: "session", occurredAt: daysAgo(day) })));
    const over = await insights.insightOnce(alertId, ({ status }) => status === "RESOLVED");
    expect(over.resolved).toMatchObject({ cause: "RECOVERED" });
    const { insightRule: after } = await test.run(InsightRuleDocument, { id: "few_sessions", atLeast: over.position });
    const { performance } = after ?? {};
    expect(performance).toMatchObject({ useful: 0, precision: null, meanLeadTime: null });
    expect(performance?.raised).toBeGreaterThanOrEqual(1);
    expect(performance?.resolved).toBeGreaterThanOrEqual(1);
    expect(position).toEqual(expect.any(String));
    await test.run(DisableInsightRuleDocument, { input: { ruleId: "few_sessions" } });
  });

  it("is changed, enabled, disabled, silenced, and not silent any more", async () => {
    const ruleId = "handled";
    await test.run(CreateInsightRuleDocument, { input: { ruleId, definition: fewSessions } });
    const changed = await test.run(ChangeInsightRuleDocument, {
      input: { ruleId, expectedVersion: 1, definition: { ...fewSessions, title: "Too few", entityTypes: ["tutor"] } },
    });
    expect(changed.changeInsightRule.rule).toMatchObject({ revision: 2, definition: { title: "Too few" } });
    expect((await test.run(EnableInsightRuleDocument, { input: { ruleId } })).enableInsightRule.rule?.enabled).toBe(
      true,
    );
    const { disableInsightRule } = await test.run(DisableInsightRuleDocument, {
      input: { ruleId, reason: "Too loud" },
    });
    expect(disableInsightRule.rule).toMatchObject({
      enabled: false,
      disabled: { reason: "Too loud", suspended: false },
    });
    const until = "2099-01-01T00:00:00Z";
    const { silenceInsightRule } = await test.run(
      SilenceInsightRuleDocument,
      { input: { ruleId, entityId: "tut_1", until, reason: "Known" } },
      "ana",
    );
    expect(silenceInsightRule.rule?.silences).toMatchObject([{ entityId: "tut_1", reason: "Known", by: "ana" }]);
    const silenceId = silenceInsightRule.silenceId ?? "";
    const { unsilenceInsightRule } = await test.run(UnsilenceInsightRuleDocument, { input: { ruleId, silenceId } });
    expect(unsilenceInsightRule).toMatchObject({ errors: [], rule: { silences: [] } });
  });

  it("is listed with the others, by id, page by page", async () => {
    const ids: string[] = [];
    let after: string | null | undefined;
    do {
      const { insightRules } = await test.run(InsightRulesDocument, { first: 2, after: after ?? null });
      ids.push(...insightRules.nodes.map(({ ruleId }) => ruleId));
      after = insightRules.pageInfo.hasNextPage ? insightRules.pageInfo.endCursor : undefined;
    } while (after != null);
    expect(ids).toEqual(["everything", "few_sessions", "handled"]);
  });

  it("can be tried on the past before there is one", async () => {
    await insights.recordMany(
      [1, 2, 3, 20].map((day) => ({ entityId: "stu_40", kind: "session", occurredAt: daysAgo(day) })),
    );
    const { backtestInsightRule } = await test.run(BacktestInsightRuleDocument, {
      definition: fewSessions,
      entities: { entityIds: ["stu_40"] },
    });
    expect(backtestInsightRule).toMatchObject({
      entityCount: 1,
      isPartial: false,
      precision: null,
      medianLeadTime: null,
    });
    expect(backtestInsightRule.insightCount).toBe(backtestInsightRule.insights.nodes.length);
    expect(backtestInsightRule.insights.nodes[0]).toMatchObject({ entityId: "stu_40", outcome: null });
  });
});
