/** `opsledger seed`: the students of seed 001 have its very numbers, its rules find what they are about; twice is once. */
import { readFile } from "node:fs/promises";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { Kind, parse, print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { seedEntities, seedRules } from "../../src/cli/seed/insights.js";
import { countInsightCommands, runInsightSeed } from "../../src/cli/seed/runInsights.js";
import { playgroundTabs } from "../../src/server/playgroundTabs.js";
import { post } from "../support/graphql/client.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let progress = 0;

const seed = () =>
  runInsightSeed({
    client: createGraphQLClient(test.opsledger.http.url),
    entities: seedEntities,
    rules: seedRules,
    now: () => new Date(),
    onProgress: () => (progress += 1),
  });

beforeAll(async () => {
  test = await startTestOpsledger();
  await seed();
}, 120_000);
afterAll(() => test.close());

/** Types of the events that the seed's own commands lead to at once; what follows from them comes by itself, at any time. */
const ofCommands = /^(ActivityRecorded|InsightRule\w+)$/;

async function eventsOfCommands(): Promise<number> {
  let count = 0;
  for await (const { events } of test.opsledger.ledger.eventStore.readAll())
    count += events.filter(({ type }) => ofCommands.test(type)).length;
  return count;
}

describe("the example students and tutors", () => {
  it("take as many commands as was said", () => {
    expect(progress).toBe(countInsightCommands({ entities: seedEntities, rules: seedRules }));
  });

  it.each([
    [
      "stu_4532",
      { sessions_7d: 2, sessions_14d: 5, sessions_30d: 12, ib_calls_7d: 1, ib_calls_14d: 3, health_score: 72 },
    ],
    [
      "stu_test_001",
      { sessions_7d: 3, sessions_14d: 7, sessions_30d: 15, ib_calls_7d: 0, ib_calls_14d: 2, health_score: 85 },
    ],
  ])("has for %s the item of seed 001", async (entityId, expected) => {
    const { Item } = await test.db.client.send(
      new GetCommand({ TableName: "iops-dashboard-metrics", Key: { entity_id: entityId, entity_type: "student" } }),
    );
    expect(Item).toMatchObject({ ...expected, avg_rating: 4.5 });
  });

  it("have each rule find at least one of them", async () => {
    const insights = gql<{ insights: { nodes: { predictionType: string; entity: { entityId: string } }[] } }>(
      "{ insights(first: 50) { nodes { predictionType entity { entityId } } } }",
    );
    const found = async () => {
      const { nodes } = (await test.run(insights, {})).insights;
      return nodes.map(({ predictionType, entity }) => `${predictionType} ${entity.entityId}`).sort();
    };
    await expect
      .poll(found, { timeout: 30_000 })
      .toEqual(["churn_risk stu_7004", "high_ib_call_frequency stu_7003", "low_health_score stu_7003"]);
  }, 40_000);

  it("have an incident declared for the one whose risk is high", async () => {
    const declared = gql<{ insights: { nodes: { incident: { severity: string; services: string[] } | null }[] } }>(
      `{ insights(filter: { predictionType: "low_health_score" }, first: 5) { nodes { incident { severity services } } } }`,
    );
    await expect
      .poll(async () => (await test.run(declared, {})).insights.nodes.map(({ incident }) => incident), {
        timeout: 30_000,
      })
      .toEqual([{ severity: "P3", services: ["student-success"] }]);
  }, 40_000);

  it("are added up in their subjects and regions", async () => {
    const sessions = gql<{ algebra: { sessions30d: number } | null; emea: { sessions30d: number } | null }>(
      `{ algebra: metrics(entityId: "sub_algebra") { sessions30d } emea: metrics(entityId: "reg_emea") { sessions30d } }`,
    );
    await expect
      .poll(() => test.run(sessions, {}), { timeout: 30_000 })
      .toEqual({ algebra: { sessions30d: 19 }, emea: { sessions30d: 34 } });
  }, 40_000);

  it("add nothing when they are loaded again", async () => {
    const before = await eventsOfCommands();
    const facts = seedEntities.reduce(
      (sum, one) => sum + one.sessions.length + one.ibCalls.length + one.ratings.length,
      0,
    );
    expect(before).toBe(facts + seedRules.length);
    await seed();
    expect(await eventsOfCommands()).toBe(before);
  });

  it("leave room for the examples and the tabs of the playground, which make rules and insights of their own", async () => {
    const file = parse(await readFile("examples/graphql/insights.graphql", "utf8"));
    const asked = file.definitions
      .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
      .filter(({ name }) => ["CreateInsightRule", "RaiseInsight"].includes(name?.value ?? ""))
      .map((operation) => ({ query: print(operation), variables: "{}" }));
    const tabs = playgroundTabs.filter(({ query }) => query.includes("mutation CreateInsightRule"));
    expect([asked.length, tabs.length]).toEqual([2, 1]);
    for (const { query, variables = "{}" } of [...asked, ...tabs]) {
      // Variables of a tab are an object.
      const given = JSON.parse(variables) as Record<string, unknown>;
      const { data, errors } = await post(test.opsledger.http.url, { query, variables: given });
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {})).toMatchObject([{ errors: [] }]);
    }
  });
});
