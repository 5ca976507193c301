/** The same limits on every transport. */
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post, subscribeWs } from "../support/graphql/client.js";
import type { WireError } from "../support/graphql/client.js";
import { startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

const limits = { depth: 4, cost: 50, aliases: 3, tokens: 400, bodyBytes: 262_144, subscriptionsPerSocket: 50 };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ limits });
});
afterAll(() => server.close());

interface Sent {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

const overHttp = async (request: Sent): Promise<readonly WireError[]> => (await post(server.url, request)).errors ?? [];

const overWebSocket = async (request: Sent): Promise<readonly WireError[]> => {
  const subscription = subscribeWs(server.webSocketUrl, request);
  const ending = await subscription.ended;
  await subscription.close();
  return ending.kind === "errors" ? ending.errors : [];
};

const overSse = async ({ query, variables }: Sent): Promise<readonly WireError[]> => {
  const response = await fetch(server.sseUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const data = /data: (.*)/.exec(await response.text())?.[1] ?? "{}";
  return (JSON.parse(data) as { errors?: WireError[] }).errors ?? [];
};

const nested = (depth: number): string => "{ node ".repeat(depth - 1) + "{ leaf }" + " }".repeat(depth - 1);
const aliased = (count: number): string => Array.from({ length: count }, (_, n) => `a${n}: __typename`).join(" ");
const bomb = (levels: number): string =>
  Array.from(
    { length: levels },
    (_, n) => `fragment F${n} on Node { a: node { ...F${n + 1} } b: node { ...F${n + 1} } }`,
  ).join(" ") + ` fragment F${levels} on Node { leaf }`;

describe.each([
  ["HTTP", overHttp],
  ["WebSocket", overWebSocket],
  ["SSE", overSse],
])("over %s", (_transport, errorsOf) => {
  it("an operation that nests too deep is refused with both depths", async () => {
    const [error] = await errorsOf({ query: nested(5) });
    expect(error?.extensions).toMatchObject({ code: "QUERY_TOO_DEEP", limit: 4, actual: 5 });
  });

  it("nesting is counted through fragments", async () => {
    const query =
      "{ node { ...A } } fragment A on Node { node { ... on Node { ...B } } } fragment B on Node { node { node { leaf } } }";
    const [error] = await errorsOf({ query });
    expect(error?.extensions).toMatchObject({ code: "QUERY_TOO_DEEP", limit: 4, actual: 5 });
  });

  it("a document with too many aliases is refused", async () => {
    const [error] = await errorsOf({ query: `{ ${aliased(4)} }` });
    expect(error?.extensions).toMatchObject({ code: "TOO_MANY_ALIASES", limit: 3, actual: 4 });
  });

  it("a document with too many tokens is refused", async () => {
    const [error] = await errorsOf({ query: `{ ${"hello ".repeat(500)} }` });
    expect(error?.extensions).toMatchObject({ code: "TOO_MANY_TOKENS", limit: 400 });
  });

  it("fragments that spread themselves come to an end", async () => {
    const query = "{ node { ...A } } fragment A on Node { leaf node { ...B } } fragment B on Node { node { ...A } }";
    const errors = await errorsOf({ query });
    expect(errors.map(({ extensions }) => extensions?.code)).toContain("GRAPHQL_VALIDATION_FAILED");
  });
});

describe("fragments that double at each level", () => {
  it.each([
    ["depth", { depth: 12, cost: 10_000, aliases: 1_000 }],
    ["cost", { depth: 1_000, cost: 1_000_000, aliases: 1_000 }],
  ])("are refused before they take time, also where only the %s is limited", async (_which, generous) => {
    const open = await startTestServer({ limits: { ...limits, ...generous, tokens: 2_000 } });
    const began = performance.now();
    const { errors } = await post(open.url, { query: `{ node { ...F0 } } ${bomb(28)}` });
    expect(errors?.length).toBeGreaterThan(0);
    const subscription = subscribeWs(open.webSocketUrl, {
      query: `subscription { numbers } query Q { node { ...F0 } } ${bomb(28)}`,
    });
    expect((await subscription.ended).kind).toBe("errors");
    expect(performance.now() - began).toBeLessThan(3_000);
    await subscription.close();
    await open.close();
  });
});

describe("cost", () => {
  it("of a query depends on its page sizes, given in place or as a variable", async () => {
    for (const request of [
      { query: "{ items(first: 26) { id name } }" },
      { query: "query($n: Int) { items(first: $n) { id name } }", variables: { n: 26 } },
    ]) {
      const { status, errors } = await post(server.url, request);
      expect(errors?.[0]?.extensions).toEqual({ code: "QUERY_TOO_COMPLEX", limit: 50, actual: 53 });
      expect(status).toBe(400);
    }
    const affordable = await post(server.url, { query: "{ items(first: 24) { id name } }" });
    expect(affordable.errors).toBeUndefined();
  });

  it("of a subscription is limited on WebSocket and SSE", async () => {
    const fields = Array.from({ length: 17 }, () => "...A ...B").join(" ");
    const query = `subscription { entries { ${"position body actor ".repeat(17)} ${fields} } } fragment A on Entry { body } fragment B on Entry { body }`;
    for (const errorsOf of [overWebSocket, overSse]) {
      const [error] = await errorsOf({ query });
      expect(error?.extensions).toMatchObject({ code: "QUERY_TOO_COMPLEX", limit: 50 });
    }
  });

  it("that cannot be told is refused, not waived", async () => {
    const wrong = await post(server.url, {
      query: "query($n: Int = 1) { size(least: $n) items(first: 10000) { id } }",
      variables: { n: null },
    });
    expect(wrong.errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
    expect(wrong.data).toBeUndefined();
  });
});

describe("introspection", () => {
  it("is not stopped by the depth, since it nests deep by nature", async () => {
    const open = await startTestServer({ limits: { ...limits, cost: 10_000, tokens: 2_000 } });
    const { data, errors } = await post(open.url, { query: getIntrospectionQuery() });
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty("__schema");
    await open.close();
  });

  it("is refused on every transport where it is switched off", async () => {
    const closed = await startTestServer({ introspection: "refused" });
    const { errors } = await post(closed.url, { query: "{ __schema { queryType { name } } }" });
    expect(errors?.[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const subscription = subscribeWs(closed.webSocketUrl, {
      query: "subscription { numbers } query Q { __schema { queryType { name } } }",
    });
    expect(await subscription.ended).toMatchObject({
      kind: "errors",
      errors: expect.arrayContaining([
        expect.objectContaining({ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }),
      ]) as unknown,
    });
    await subscription.close();
    await closed.close();
  });
});
