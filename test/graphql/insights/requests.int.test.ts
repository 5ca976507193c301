/** How many requests to DynamoDB each operation on entities and insights makes. The numbers are a promise: docs/requests.md states them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcknowledgeInsightDocument,
  BacktestHealthFormulaDocument,
  BacktestInsightRuleDocument,
  CreateInsightRuleDocument,
  EntitiesDocument,
  EntityDocument,
  EntityInFullDocument,
  GiveInsightFeedbackDocument,
  HealthFormulasDocument,
  InsightDocument,
  InsightHistoryDocument,
  InsightRuleDocument,
  InsightRulesDocument,
  InsightsCatalogDocument,
  InsightsDocument,
  MetricsDocument,
  MetricsHistoryDocument,
  RecordActivitiesDocument,
  RecordActivityDocument,
} from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { daysAgo, fewSessions, insightsOf } from "../../support/insights.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
let alertId: string;
/** One that has a longer history. */
let judgedId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  const insights = insightsOf(test);
  for (const entityId of ["stu_1", "stu_2", "stu_3"]) {
    // Scores of their own, so that no two share a place in the index.
    const calls = Array.from({ length: Number(entityId.slice(4)) }, () => ({ entityId, kind: "ib_call" }));
    await insights.recordMany(calls);
    ({ alertId } = await insights.raise({ entityId }));
    judgedId ??= alertId;
  }
  await test.run(CreateInsightRuleDocument, { input: { ruleId: "resting", definition: fewSessions } });
  await until(async () => (await test.run(InsightsDocument, {})).insights.nodes.length === 3);
}, 60_000);
afterAll(() => test.close());

const tries = 6;

/**
 * What was sent while `run` ran, as names of operations. Every few seconds the server asks for settings anew, and that is
 * counted, too: so the fewest of some tries.
 */
async function requestsOf(run: () => Promise<unknown>): Promise<string[]> {
  const sent: string[][] = [];
  for (let n = 0; n < tries; n += 1) {
    test.counted();
    await run();
    sent.push(test.counted().map(({ operation }) => operation));
  }
  const [fewest = []] = sent.sort((a, b) => a.length - b.length);
  return fewest.sort();
}

describe("a mutation", () => {
  const record = (more: object = {}) =>
    test.run(RecordActivityDocument, { input: { entityId: "stu_1", kind: "session", ...more } });

  it("that records a fact of an entity at hand: one transaction, however many facts there were", async () => {
    expect(await requestsOf(() => record())).toEqual(["TransactWriteItems"]);
  });

  it("that records a hundred facts of one entity: two transactions", async () => {
    const activities = Array.from({ length: 100 }, () => ({ entityId: "stu_1", kind: "session" }));
    const many = () => test.run(RecordActivitiesDocument, { input: { activities } });
    expect(await requestsOf(many)).toEqual(["TransactWriteItems", "TransactWriteItems"]);
  });

  it("that records facts under a key: one more, which keeps the key", async () => {
    const input = { activities: [{ entityId: "stu_1", kind: "session" }], idempotencyKey: "requests" };
    const keyed = () => test.run(RecordActivitiesDocument, { input });
    expect(await requestsOf(keyed)).toEqual(["PutItem", "TransactWriteItems"]);
  });

  it("that records what came before: the transaction that fails, the fact, and the entity for the answer", async () => {
    await record({ dedupeId: "twice" });
    expect(await requestsOf(() => record({ dedupeId: "twice" }))).toEqual([
      "BatchGetItem",
      "BatchGetItem",
      "TransactWriteItems",
    ]);
  });

  it("of an insight at hand: one transaction", async () => {
    await test.run(AcknowledgeInsightDocument, { input: { alertId: judgedId } });
    let useful = false;
    const judge = () =>
      test.run(GiveInsightFeedbackDocument, { input: { alertId: judgedId, useful: (useful = !useful) } });
    expect(await requestsOf(judge)).toEqual(["TransactWriteItems"]);
  });
});

describe("a query", () => {
  it("of an entity by its type, or its global id: one; by its prefix: the catalog as well", async () => {
    expect(await requestsOf(() => test.run(EntityDocument, { id: "stu_1", type: "student" }))).toEqual([
      "BatchGetItem",
    ]);
    const { id = "" } = (await test.run(EntityDocument, { id: "stu_1" })).entity ?? {};
    expect(await requestsOf(() => test.run(EntityDocument, { id }))).toEqual(["BatchGetItem"]);
    expect(await requestsOf(() => test.run(EntityDocument, { id: "stu_1" }))).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("of an entity with its facts and its insights: one more for each list", async () => {
    expect(await requestsOf(() => test.run(EntityInFullDocument, { id: "stu_1" }))).toEqual([
      "BatchGetItem",
      "BatchGetItem",
      "Query",
      "Query",
    ]);
  });

  it("of a page of entities with their metrics: one", async () => {
    const list = () => test.run(EntitiesDocument, { filter: { type: "student" }, first: 50 });
    expect(await requestsOf(list)).toEqual(["Query"]);
  });

  it("of entities with their insights: one more for each entity, and none for the way back", async () => {
    const list = gql(`{ entities(filter: { type: "student" }, first: 50) { nodes {
      entityId insights(first: 2) { nodes { id entity { healthScore } } } } } }`);
    expect(await requestsOf(() => test.run(list, {}))).toEqual(["Query", "Query", "Query", "Query"]);
  });

  it("of metrics: entity and catalog; of the past and of a history the tallies as well", async () => {
    const entityId = "stu_1";
    expect(await requestsOf(() => test.run(MetricsDocument, { entityId }))).toEqual(["BatchGetItem", "BatchGetItem"]);
    const past = ["BatchGetItem", "BatchGetItem", "Query"];
    const asOf = new Date().toISOString();
    expect(await requestsOf(() => test.run(MetricsDocument, { entityId, asOf }))).toEqual(past);
    expect(await requestsOf(() => test.run(MetricsHistoryDocument, { entityId }))).toEqual(past);
  });

  it("of the catalog: one; of the formulas of a type: one more", async () => {
    expect(await requestsOf(() => test.run(InsightsCatalogDocument, {}))).toEqual(["BatchGetItem"]);
    const formulas = () => test.run(HealthFormulasDocument, { entityType: "student" });
    expect(await requestsOf(formulas)).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("of an insight: its log, and its entity where that is asked for; its history by one more", async () => {
    expect(await requestsOf(() => test.run(InsightDocument, { id: alertId }))).toEqual([
      "BatchGetItem",
      "BatchGetItem",
    ]);
    expect(await requestsOf(() => test.run(InsightHistoryDocument, { id: alertId }))).toEqual([
      "BatchGetItem",
      "Query",
    ]);
  });

  it("of a page of insights of an entity, of a type, or of a status: one; of all of them: one for each status", async () => {
    const list = (variables: object) => requestsOf(() => test.run(InsightsDocument, variables));
    expect(await list({ filter: { entityId: "stu_1" } })).toEqual(["Query"]);
    expect(await list({ filter: { predictionType: "churn_risk" } })).toEqual(["Query"]);
    expect(await list({ filter: { predictionType: "churn_risk" }, orderBy: "HIGHEST_RISK_FIRST" })).toEqual(["Query"]);
    expect(await list({ filter: { statuses: ["OPEN"] } })).toEqual(["Query"]);
    expect(await list({})).toEqual(Array.from({ length: 5 }, () => "Query"));
  });

  it("of insights with entities, metrics, rules and incidents: one more for each kind of thing, not for each insight", async () => {
    const list = gql(`{ insights(filter: { predictionType: "churn_risk" }) { nodes {
      alertId entity { healthScore metrics { sessions7d trend7d } } rule { ruleId } incident { reference } } } }`);
    expect(await requestsOf(() => test.run(list, {}))).toEqual(["BatchGetItem", "Query"]);
  });

  it("of a rule with its watches, or of all rules, with how they do: two for that", async () => {
    const performance = ["BatchGetItem", "GetItem"];
    expect(await requestsOf(() => test.run(InsightRulesDocument, {}))).toEqual([...performance, "Query"]);
    const rule = () => test.run(InsightRuleDocument, { id: "resting" });
    expect(await requestsOf(rule)).toEqual(["BatchGetItem", ...performance, "Query"]);
  });

  it("of a backtest: the entities, and the tallies of each", async () => {
    const entities = { entityIds: ["stu_1", "stu_2"] };
    const components = [{ name: "calls", metric: "ib_calls_7d", weight: 1, worst: 5, best: 0 }];
    const sent = ["BatchGetItem", "Query", "Query"];
    const ofFormula = () => test.run(BacktestHealthFormulaDocument, { components, entities });
    expect(await requestsOf(ofFormula)).toEqual(sent);
    const ofRule = () => test.run(BacktestInsightRuleDocument, { definition: fewSessions, entities, from: daysAgo(2) });
    expect(await requestsOf(ofRule)).toEqual(sent);
  });
});
