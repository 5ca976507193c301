/** Every operation that the playground offers runs as it stands, one after the other, on a ledger that is new. */
import { Kind, parse } from "graphql";
import { afterAll, beforeAll, expect, it } from "vitest";
import { present } from "../../src/domain/kernel/present.js";
import { playgroundTabs } from "../../src/server/playgroundTabs.js";
import { post, subscribeWs, until } from "../support/graphql/client.js";
import { mutate } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

const operations = playgroundTabs.map(({ query, variables = "{}" }) => {
  const [definition] = parse(query).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError("a tab holds one operation");
  return {
    name: definition.name?.value,
    type: String(definition.operation),
    query,
    variables: JSON.parse(variables) as Record<string, unknown>,
  };
});

let raised = 0;

/** Another insight about the student of the tabs. */
async function raise(): Promise<void> {
  await mutate(test, "raiseInsight", {
    predictionType: `found_${(raised += 1)}`,
    entityId: "stu_4532",
    riskScore: 82,
    title: "Something is up",
    explanation: "A model says so",
    modelUsed: "test",
  });
}

it.each(operations)("$type $name", async ({ type, query, variables }) => {
  const { http } = test.opsledger;
  if (type === "subscription") {
    const follower = subscribeWs(http.webSocketUrl, { query, variables });
    // From when on it follows, only its messages tell.
    await until(async () => {
      await test.comment("INC-1", "Is anybody there?");
      await raise();
      return follower.pending.length > 0;
    });
    const message = await follower.next();
    expect(message.errors).toBeUndefined();
    // Of an incident's timeline, or of an insight.
    const [{ entry, insight }] = Object.values(message.data ?? {}) as [{ entry?: object; insight?: object }];
    expect(entry ?? insight).toEqual(expect.any(Object));
    await follower.close();
    return;
  }
  const { data, errors } = await post(http.url, { query, variables });
  expect(errors).toBeUndefined();
  for (const answer of Object.values(data ?? {})) {
    expect(answer).not.toBeNull();
    if (type === "mutation") expect(answer).toMatchObject({ errors: [] });
  }
});

it("shows an insight with the rule that the tabs have made", async () => {
  const { query = "", variables } = operations.find(({ name }) => name === "Insights") ?? {};
  const rulesOf = async () => {
    const { data } = await post<{ insights: { nodes: { rule: { ruleId: string } | null }[] } }>(
      test.opsledger.http.url,
      { query, ...present({ variables }) },
    );
    return data?.insights.nodes.map(({ rule }) => rule?.ruleId) ?? [];
  };
  await until(async () => (await rulesOf()).includes("few_sessions"));
});

it("names every tab, as the name is its title", () => {
  expect(new Set(operations.map(({ name }) => name)).size).toBe(playgroundTabs.length);
});
