/** Documents are parsed and validated once. */
import { expect, it } from "vitest";
import { defaultLimits } from "../../src/server/limits.js";
import { createOperations } from "../../src/server/operations.js";
import { createTestLog, testSchema } from "./testServer.js";

const schema = testSchema(createTestLog(), { onEntry: () => undefined, slow: async () => "" });
const operations = createOperations({ schema, limits: defaultLimits, introspection: "allowed" });

it("a document that is sent again is not parsed again", () => {
  const query = "subscription { numbers }";
  const first = operations.prepareSubscription({ query });
  expect(first.status).toBe("ready");
  expect(operations.prepareSubscription({ query })).toEqual(first);
  const again = operations.prepareSubscription({ query });
  expect(first.status === "ready" && again.status === "ready" && again.document === first.document).toBe(true);
});

it("the cost is counted each time, since it depends on the variables", () => {
  const strict = createOperations({ schema, limits: { ...defaultLimits, cost: 3 }, introspection: "allowed" });
  const query =
    "subscription($more: Boolean!) { entries { body position @include(if: $more) actor @include(if: $more) } }";
  expect(strict.prepareSubscription({ query, variables: { more: false } }).status).toBe("ready");
  expect(strict.prepareSubscription({ query, variables: { more: true } }).status).toBe("refused");
  expect(strict.prepareSubscription({ query, variables: { more: false } }).status).toBe("ready");
});

it("tells a subscription from all else", () => {
  expect(operations.isSubscription({ query: "subscription { numbers }" })).toBe(true);
  expect(operations.isSubscription({ query: "subscription { nope }" })).toBe(true);
  expect(operations.isSubscription({ query: "{ hello }" })).toBe(false);
  expect(operations.isSubscription({ query: "{" })).toBe(false);
  expect(operations.isSubscription({ query: "subscription A { numbers } query B { hello }", operationName: "B" })).toBe(
    false,
  );
});
