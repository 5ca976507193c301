/** Health, readiness and the playground's page. */
import { gunzipSync } from "node:zlib";
import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

let server: TestServer;
afterEach(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, server.url), { headers });

/** A page as it is on the wire, not decompressed on the way. */
function getRaw(path: string, headers: Record<string, string>) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(new URL(path, server.url), { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    })
      .on("error", reject)
      .end();
  });
}

describe("health", () => {
  it("is up while the process is", async () => {
    server = await startTestServer({ readiness: async () => ({ ready: false, checks: {} }) });
    expect((await get("/healthz")).status).toBe(200);
  });

  it("is ready when the parts are", async () => {
    let ready = false;
    server = await startTestServer({
      readiness: async () => ({ ready, checks: { tables: ready ? "ok" : "starting" } }),
    });
    const before = await get("/readyz");
    expect([before.status, await before.json()]).toEqual([503, { ready: false, checks: { tables: "starting" } }]);
    ready = true;
    const after = await get("/readyz");
    expect([after.status, await after.json()]).toEqual([200, { ready: true, checks: { tables: "ok" } }]);
  });

  it("is not ready when the check itself fails", async () => {
    server = await startTestServer({ readiness: () => Promise.reject(new Error("no store")) });
    expect((await get("/readyz")).status).toBe(503);
    expect(server.logLines()[0]).toMatchObject({ msg: "the readiness check failed" });
  });
});

describe("playground", () => {
  const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

  it("is the page that a browser gets, whole in itself and allowed to load nothing from elsewhere", async () => {
    server = await startTestServer({
      playground: {
        title: "Ledger",
        tabs: [{ query: "query Ready { hello }", variables: '{"a":1}', headers: '{"b":"c"}' }],
      },
    });
    const { headers, body } = await getRaw("/graphql", { ...browser, "accept-encoding": "gzip, br" });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-encoding": "gzip",
      "x-content-type-options": "nosniff",
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    const page = gunzipSync(body).toString();
    expect(page).toContain("<title>Ledger</title>");
    expect(page).toContain("query Ready { hello }");
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
    const plain = await getRaw("/graphql", { ...browser, "accept-encoding": "gzip;q=0, br" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body.toString()).toBe(page);
  });

  it("does not stand in the way of an operation, nor of a client that asks for JSON", async () => {
    server = await startTestServer();
    const operation = await get("/graphql?query={hello}", { ...browser, "apollo-require-preflight": "1" });
    expect(await operation.json()).toEqual({ data: { hello: "hello world" } });
    const json = await get("/graphql", { accept: "application/json", "apollo-require-preflight": "1" });
    expect(json.status).toBe(400);
  });

  it("can be switched off", async () => {
    server = await startTestServer({ playground: undefined });
    const response = await get("/graphql", browser);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("json");
  });

  it("has an answer for the icon that browsers ask for", async () => {
    server = await startTestServer();
    expect((await get("/favicon.ico")).status).toBe(204);
  });
});
