/** The GraphQL over HTTP specification, as its own audit checks it. */
import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ playground: undefined });
});
afterAll(() => server.close());

/**
 * Audits that cannot pass, and why. All three send a GET that any web page could send without asking: CSRF prevention
 * refuses it unless a header such as `apollo-require-preflight` shows that a browser would have asked first.
 */
const refusedAsForgeable = {
  "5A70": "MAY accept application/x-www-form-urlencoded formatted GET requests",
  D6D5: "MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json",
  "6A70": "MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json",
};

async function audit(headers: Record<string, string>) {
  const results = await auditServer({
    url: server.url,
    fetchFn: (url: string, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } }),
  });
  return {
    total: results.length,
    notPassed: Object.fromEntries(results.filter(({ status }) => status !== "ok").map(({ id, name }) => [id, name])),
  };
}

it("passes every audit where the client shows that it is no forged page", async () => {
  expect(await audit({ "apollo-require-preflight": "1" })).toEqual({ total: 61, notPassed: {} });
});

it("passes every audit but those that ask for requests any page could forge", async () => {
  const { total, notPassed } = await audit({});
  expect(total).toBe(61);
  expect(Object.keys(notPassed).sort()).toEqual(Object.keys(refusedAsForgeable).sort());
});
