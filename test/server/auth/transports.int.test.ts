/** Callers have to prove who they are, on every transport alike, for as long as they are served. */
import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../src/observability/logger.js";
import { describeError } from "../../../src/resolvers/index.js";
import { createDenialLog } from "../../../src/server/auth/audit.js";
import { createGate } from "../../../src/server/auth/gate.js";
import type { Gate } from "../../../src/server/auth/gate.js";
import { createRateLimiter } from "../../../src/server/auth/rateLimit.js";
import { createTokenVerifier } from "../../../src/server/auth/tokens.js";
import { post, subscribeWs, until, webSocketClient } from "../../support/graphql/client.js";
import { startTestServer } from "../testServer.js";
import type { TestServer } from "../testServer.js";
import { bearer, secondsFromNow, secret, tokenOf } from "./support/tokens.js";

let server: TestServer;
let lines: string[];
const denials = () =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ event }) => event === "access.denied");

/** No tolerance for clocks, so that tests need not wait for it. */
function gateFor(perMinute?: number): Gate {
  const logger = createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } });
  return createGate({
    tokens: createTokenVerifier({
      kind: "secret",
      secret,
      issuer: "opsledger",
      audience: "opsledger",
      algorithms: ["HS256"],
      clockToleranceSeconds: 0,
    }),
    limiter: createRateLimiter(perMinute === undefined ? undefined : { perMinute, burst: 0 }),
    logDenial: createDenialLog(logger),
    logger,
  });
}

beforeEach(async () => {
  lines = [];
  server = await startTestServer({ gate: gateFor(), playground: { title: "Test", tabs: [] }, describeError });
});
afterEach(() => server.close());

const subscription = "subscription { entries { position actor } }";
const whole = { query: subscription };

/** An SSE request; its answer as text, read until the stream ends. */
async function stream(headers: Readonly<Record<string, string>>, signal?: AbortSignal) {
  const url = `${server.sseUrl}?query=${encodeURIComponent(subscription)}`;
  return fetch(url, { headers: { accept: "text/event-stream", ...headers }, ...(signal && { signal }) });
}

describe("without a good token", () => {
  const cases: [string, () => Promise<Record<string, string>>, string, string][] = [
    ["no token", async () => ({}), "MISSING_TOKEN", "Token missing"],
    ["another scheme", async () => ({ authorization: "Basic YTpi" }), "BAD_TOKEN", "Token not valid"],
    ["an unreadable one", async () => bearer("x.y.z"), "BAD_TOKEN", "Token not valid"],
    [
      "an expired one",
      async () => bearer(await tokenOf({ claims: { exp: secondsFromNow(-1) } })),
      "EXPIRED_TOKEN",
      "Token expired",
    ],
  ];

  it.each(cases)("(%s) HTTP answers 401 and how to do better", async (_what, headers, reason) => {
    for (const url of [server.url, server.sseUrl]) {
      const answer = await post(url, { query: "{ hello }", headers: await headers() });
      expect(answer.status).toBe(401);
      expect(answer.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED", reason } }]);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="opsledger"/);
    }
    expect(denials()).toMatchObject([{ reason }, { reason }]);
    expect(server.executions()).toBe(0);
  });

  it.each(cases)("(%s) a WebSocket is closed with 4403 before it is acknowledged", async (_what, headers, _r, said) => {
    let acknowledged = false;
    const client = webSocketClient(server.webSocketUrl, await headers());
    client.on("connected", () => (acknowledged = true));
    const followed = subscribeWs(server.webSocketUrl, { ...whole, client });
    expect(await followed.ended).toEqual({ kind: "closed", code: 4403, reason: said });
    expect(acknowledged).toBe(false);
    await client.dispose();
  });

  it("nothing is told that would help: bad tokens of all kinds get one answer", async () => {
    const tokens = [
      "x",
      await tokenOf({ claims: { iss: "elsewhere" } }),
      await tokenOf({ algorithm: "HS512" }),
      await tokenOf({ key: new TextEncoder().encode("another secret that is long enough, too") }),
    ];
    const answers = await Promise.all(
      tokens.map(async (token) => (await post(server.url, { query: "{ hello }", headers: bearer(token) })).errors),
    );
    expect(new Set(answers.map((errors) => JSON.stringify(errors))).size).toBe(1);
  });

  it("the body is not read: the answer comes before it", async () => {
    const { hostname, port } = new URL(server.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": 1_000_000_000 };
      const sent = httpRequest({ hostname, port, path: "/graphql", method: "POST", headers }, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on("error", reject);
      sent.flushHeaders();
    });
    expect(status).toBe(401);
  });

  it("the playground's page and the health checks are served, the schema is not told", async () => {
    const page = await fetch(server.url, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    for (const path of ["/healthz", "/readyz"]) expect((await fetch(new URL(path, server.url))).status).toBe(200);
    expect((await post(server.url, { query: "{ __schema { queryType { name } } }" })).status).toBe(401);
    // A page that asks for an operation is no page.
    const asked = await fetch(`${server.url}?query={hello}`, { headers: { accept: "text/html" } });
    expect(asked.status).toBe(401);
  });

  it("the header that names local callers counts for nothing", async () => {
    const headers = { "x-opsledger-actor": "mallory" };
    expect((await post(server.url, { query: "{ actor }", headers })).status).toBe(401);
    const answer = await post(server.url, { query: "{ actor }", headers: { ...headers, ...bearer(await tokenOf()) } });
    expect(answer.data).toEqual({ actor: "ana" });
  });

  it("an address that goes on trying is told to wait, while good tokens from there are served", async () => {
    const tries = await Promise.all(
      Array.from({ length: 61 }, () => post(server.url, { query: "{ hello }", headers: bearer("x") })),
    );
    const late = tries.filter(({ status }) => status === 429);
    expect(late).toHaveLength(1);
    expect(late[0]?.errors).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
    expect(late[0]?.errors?.[0]?.extensions).not.toHaveProperty("field");
    expect(Number(late[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await post(server.url, { query: "{ hello }", headers: bearer(await tokenOf()) })).status).toBe(200);
  });
});

describe("with a good token", () => {
  it("HTTP, SSE and WebSocket know the caller", async () => {
    const token = await tokenOf();
    expect((await post(server.url, { query: "{ actor }", headers: bearer(token) })).data).toEqual({ actor: "ana" });
    server.log.append("first");
    const client = new AbortController();
    const streamed = await stream(bearer(token), client.signal);
    expect(streamed.status).toBe(200);
    const reader = streamed.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: next")) text += (await reader?.read())?.value ?? "";
    expect(text).toContain('"actor":"ana"');
    client.abort();
  });

  it.each([
    ["authorization", (token: string) => ({ authorization: `Bearer ${token}` })],
    ["Authorization", (token: string) => ({ Authorization: `bearer ${token}` })],
    ["token", (token: string) => ({ token })],
  ])("a WebSocket's connection_init carries it as %s", async (_name, paramsFor) => {
    server.log.append("first");
    const followed = subscribeWs(server.webSocketUrl, { ...whole, connectionParams: paramsFor(await tokenOf()) });
    expect(await followed.next()).toEqual({ data: { entries: { position: 1, actor: "ana" } } });
    await followed.close();
  });

  it("what is sent beside an operation does not make a WebSocket another caller's", async () => {
    server.log.append("first");
    const other = await tokenOf({ claims: { sub: "ben" } });
    const followed = subscribeWs(server.webSocketUrl, {
      ...whole,
      connectionParams: { token: await tokenOf() },
      extensions: { headers: { ...bearer(other), "x-opsledger-actor": "carl" } },
    });
    expect(await followed.next()).toMatchObject({ data: { entries: { actor: "ana" } } });
    await followed.close();
  });

  it("a server may be called by any name, or by those that are allowed", async () => {
    const called = async (name: string) => {
      const { hostname, port } = new URL(server.url);
      const headers = { host: name, accept: "text/html" };
      return new Promise((resolve, reject) => {
        httpRequest({ hostname, port, path: "/healthz", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
    };
    // The test server listens on loopback and was not told that its callers have tokens.
    expect(await called("ops.example.org")).toBe(403);
    await server.close();
    server = await startTestServer({ gate: gateFor(), hostNames: "any" });
    expect(await called("ops.example.org")).toBe(200);
    await server.close();
    server = await startTestServer({ gate: gateFor(), hostNames: ["ops.example.org"] });
    expect(await called("ops.example.org:443")).toBe(200);
    expect(await called("evil.example.org")).toBe(403);
    expect(await called("127.0.0.1")).toBe(200);
  });
});

describe("a subscription ends when its token expires", () => {
  /** Expires within the second, or the one behind it: tokens count whole seconds. */
  const soon = async () => {
    const exp = secondsFromNow(2);
    return { token: await tokenOf({ claims: { exp } }), expiresAt: exp * 1_000 };
  };
  const onTime = (expiresAt: number) => {
    const late = Date.now() - expiresAt;
    expect(late).toBeGreaterThanOrEqual(-5);
    expect(late).toBeLessThan(1_000);
  };

  it("on WebSocket, by 4403, also where nothing happens", async () => {
    const { token, expiresAt } = await soon();
    const followed = subscribeWs(server.webSocketUrl, { ...whole, connectionParams: { token } });
    await until(() => server.log.following === 1);
    expect(await followed.ended).toEqual({ kind: "closed", code: 4403, reason: "Token expired" });
    onTime(expiresAt);
    await until(() => server.log.following === 0);
  });

  it("on SSE, by an error and the end, also where nothing happens", async () => {
    const { token, expiresAt } = await soon();
    const answer = await stream(bearer(token));
    const text = await answer.text();
    onTime(expiresAt);
    const events = text.split("\n\n").filter((block) => block.startsWith("event"));
    expect(events).toEqual([expect.stringContaining('"code":"UNAUTHENTICATED"'), "event: complete\ndata: "]);
    expect(events[0]).toContain("EXPIRED_TOKEN");
    await until(() => server.log.following === 0);
  });

  it("while messages flow: none comes behind the end", async () => {
    const { token } = await soon();
    const followed = subscribeWs(server.webSocketUrl, { ...whole, connectionParams: { token } });
    const writing = setInterval(() => server.log.append("again"), 5);
    expect(await followed.ended).toMatchObject({ code: 4403 });
    clearInterval(writing);
    expect(followed.pending.length).toBeGreaterThan(0);
    const got = followed.pending.length;
    await until(() => server.log.following === 0);
    expect(followed.pending).toHaveLength(got);
  });

  it("and none begins on a connection whose token has expired", async () => {
    const gate = gateFor();
    await server.close();
    // The connection is not closed in time, as if a timer were late.
    server = await startTestServer({
      gate: {
        ...gate,
        identify: async (facts) => ({ ...(await gate.identify(facts)), expiresAt: "2020-01-01T00:00:00.000Z" }),
      },
    });
    const answer = await post(server.url, { query: "{ hello }", headers: bearer(await tokenOf()) });
    expect([answer.status, answer.errors?.[0]?.extensions?.["reason"]]).toEqual([401, "EXPIRED_TOKEN"]);
  });
});

describe("a caller who asks too often", () => {
  beforeEach(async () => {
    await server.close();
    server = await startTestServer({ gate: gateFor(3), describeError });
  });

  it("is told when to come again, over all transports together; others are served", async () => {
    const token = await tokenOf();
    const ask = (by: string) => post(server.url, { query: "{ hello }", headers: bearer(by) });
    expect((await ask(token)).status).toBe(200);
    expect((await ask(token)).status).toBe(200);
    // Another token of the same caller is the same caller.
    const third = subscribeWs(server.webSocketUrl, {
      ...whole,
      connectionParams: { token: await tokenOf({ claims: { jti: "2" } }) },
    });
    await until(() => server.log.following === 1);

    const refused = await ask(token);
    expect(refused.status).toBe(429);
    const [error] = refused.errors ?? [];
    expect(error?.extensions).toMatchObject({ code: "RATE_LIMITED", retryAfter: expect.any(Number) as number });
    expect(refused.headers.get("retry-after")).toBe(String(error?.extensions?.["retryAfter"]));
    expect((await stream(bearer(token))).status).toBe(429);
    const fourth = subscribeWs(server.webSocketUrl, { ...whole, connectionParams: { token } });
    expect(await fourth.ended).toMatchObject({ kind: "errors", errors: [{ extensions: { code: "RATE_LIMITED" } }] });

    expect((await ask(await tokenOf({ claims: { sub: "ben" } }))).status).toBe(200);
    // What runs goes on.
    server.log.append("first");
    expect(await third.next()).toMatchObject({ data: { entries: { position: 1 } } });
    await Promise.all([third.close(), fourth.close()]);
    expect(denials().map(({ reason, caller, transport }) => [reason, caller, transport])).toEqual([
      ["RATE_LIMITED", "ana", "http"],
      ["RATE_LIMITED", "ana", "sse"],
      ["RATE_LIMITED", "ana", "websocket"],
    ]);
  });
});

describe("the trail of denied attempts", () => {
  it("has one line for each, with what is known, and never a token", async () => {
    const forged = await tokenOf({ claims: { sub: "mallory" }, algorithm: "HS512" });
    await post(server.url, { query: "{ hello }", headers: { ...bearer(forged), "x-request-id": "attempt-1" } });
    const followed = subscribeWs(server.webSocketUrl, { ...whole, connectionParams: { token: forged } });
    await followed.ended;
    expect(denials()).toEqual([
      {
        level: 40,
        time: expect.any(String) as string,
        event: "access.denied",
        reason: "BAD_TOKEN",
        detail: "ERR_JOSE_ALG_NOT_ALLOWED",
        transport: "http",
        address: "127.0.0.1",
        correlationId: "attempt-1",
        msg: "access denied",
      },
      expect.objectContaining({ reason: "BAD_TOKEN", transport: "websocket", address: "127.0.0.1" }) as unknown,
    ]);
    for (const part of forged.split(".")) expect(lines.join()).not.toContain(part);
  });
});
