/** Subscriptions over WebSocket: the protocol, its bounds, and what clients can get wrong. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { subscribeWs, until, webSocketClient } from "../support/graphql/client.js";
import { secretMessage, startTestServer } from "./testServer.js";
import type { Entry, TestServer } from "./testServer.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    timings: { connectionInitMilliseconds: 100 },
    limits: { depth: 4, cost: 50, aliases: 3, tokens: 100, bodyBytes: 262_144, subscriptionsPerSocket: 3 },
  });
});
afterAll(() => server.close());

const entries = "subscription($after: String) { entries(after: $after) { position body } }";

/** A bare WebSocket that sends what it is told and notes how the server ends it. */
async function misuse(
  frames: (string | Buffer)[],
  options: { protocol?: string; headers?: Record<string, string> } = {},
) {
  const socket = new WebSocket(server.webSocketUrl, options.protocol ?? "graphql-transport-ws", {
    headers: options.headers,
  });
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(data.toString()));
  return new Promise<{ code: number; reason: string; messages: string[] }>((resolve, reject) => {
    socket.on("open", () => {
      for (const frame of frames) socket.send(frame, { binary: false });
    });
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString(), messages }));
    socket.on("error", reject);
  });
}

describe("a subscription", () => {
  it("delivers what was missed, then what comes, in order", async () => {
    const first = server.log.append("one");
    const subscription = subscribeWs<{ entries: Entry }>(server.webSocketUrl, {
      query: entries,
      variables: { after: String(first.position - 1) },
    });
    expect(await subscription.next()).toEqual({ data: { entries: first } });
    const second = server.log.append("two");
    expect(await subscription.next()).toEqual({ data: { entries: second } });
    await subscription.close();
  });

  it("ends its source when the client unsubscribes, and when the client disappears", async () => {
    const shared = webSocketClient(server.webSocketUrl);
    const stays = subscribeWs(server.webSocketUrl, { query: entries, client: shared });
    const leaves = subscribeWs(server.webSocketUrl, { query: entries, client: shared });
    await until(() => server.log.following === 2);
    await leaves.close();
    await until(() => server.log.following === 1);
    shared.terminate();
    await until(() => server.log.following === 0);
    expect((await stays.ended).kind).toBe("closed");
  });

  it("completes when its source does", async () => {
    const subscription = subscribeWs(server.webSocketUrl, { query: "subscription { numbers }" });
    expect(await subscription.next()).toEqual({ data: { numbers: 1 } });
    expect(await subscription.next()).toEqual({ data: { numbers: 2 } });
    expect(await subscription.ended).toEqual({ kind: "complete" });
    await subscription.close();
  });

  it("is of the caller that the connection, or the operation beside its headers, names", async () => {
    for (const [request, actor] of [
      [{}, "local"],
      [{ connectionParams: { "x-opsledger-actor": "ann" } }, "ann"],
      [
        { connectionParams: { "x-opsledger-actor": "ann" }, extensions: { headers: { "X-Opsledger-Actor": "bob" } } },
        "bob",
      ],
    ] as const) {
      const subscription = subscribeWs(server.webSocketUrl, { query: "subscription { actorOnce }", ...request });
      expect(await subscription.next()).toEqual({ data: { actorOnce: actor } });
      await subscription.close();
    }
  });
});

describe("a refusal", () => {
  async function refusalOf(query: string, extra: object = {}) {
    const subscription = subscribeWs(server.webSocketUrl, { query, ...extra });
    const ending = await subscription.ended;
    await subscription.close();
    return ending;
  }

  it.each([
    ["a query", "{ hello }", "SUBSCRIPTIONS_ONLY"],
    ["a mutation", 'mutation { append(body: "x") }', "SUBSCRIPTIONS_ONLY"],
    ["a document that does not parse", "subscription {", "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", "subscription { nope }", "GRAPHQL_VALIDATION_FAILED"],
    [
      "two operations and no name",
      "subscription A { numbers } subscription B { numbers }",
      "OPERATION_RESOLUTION_FAILURE",
    ],
  ])("is given for %s", async (_what, query, code) => {
    const ending = await refusalOf(query);
    expect(ending).toMatchObject({ kind: "errors", errors: [{ extensions: { code } }] });
  });

  it("is given for variables of the wrong type and for a caller with an unusable name", async () => {
    const variables = await refusalOf(entries, { variables: { after: { not: "text" } } });
    expect(variables).toMatchObject({ kind: "errors", errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
    const caller = await refusalOf(entries, { connectionParams: { "x-opsledger-actor": "a b" } });
    expect(caller).toMatchObject({ kind: "errors", errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    expect(JSON.stringify(caller)).not.toContain("http");
  });

  it("is given for more subscriptions than a connection may have, and not for the next one after one has ended", async () => {
    const client = webSocketClient(server.webSocketUrl);
    const open = [1, 2, 3].map(() => subscribeWs(server.webSocketUrl, { query: entries, client }));
    await until(() => server.log.following === 3);
    const fourth = subscribeWs(server.webSocketUrl, { query: entries, client });
    expect(await fourth.ended).toMatchObject({
      kind: "errors",
      errors: [{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS", limit: 3 } }],
    });
    await open[0]?.close();
    await until(() => server.log.following === 2);
    const fifth = subscribeWs(server.webSocketUrl, { query: entries, client });
    await until(() => server.log.following === 3);
    expect((await fifth.next()).errors).toBeUndefined();
    await client.dispose();
    await until(() => server.log.following === 0);
  });
});

describe("an error of a resolver", () => {
  it("is shown where it is described and masked where it is not, and the subscription goes on", async () => {
    const after = String(server.log.append("failing").position - 1);
    const subscription = subscribeWs(server.webSocketUrl, {
      query: "subscription($after: String) { entries(after: $after) { body refused unexpected } }",
      variables: { after },
    });
    const { data, errors } = await subscription.next();
    expect(data).toEqual({ entries: { body: "failing", refused: null, unexpected: null } });
    expect(errors?.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
      ["the name is taken", "REFUSED"],
      ["Internal server error", "INTERNAL_SERVER_ERROR"],
    ]);
    expect(JSON.stringify(errors)).not.toContain(secretMessage);
    server.log.append("again");
    expect((await subscription.next()).errors).toHaveLength(2);
    await subscription.close();
  });

  it("is masked where the subscription does not even start", async () => {
    for (const [field, code] of [
      ["refusedAtStart", "REFUSED"],
      ["unexpectedAtStart", "INTERNAL_SERVER_ERROR"],
    ]) {
      const subscription = subscribeWs(server.webSocketUrl, { query: `subscription { ${field} }` });
      expect((await subscription.next()).errors?.[0]?.extensions?.code).toBe(code);
      expect(await subscription.ended).toEqual({ kind: "complete" });
      await subscription.close();
    }
  });

  it("ends the subscription with the error where the source itself fails", async () => {
    for (const [kind, message] of [
      ["refused", "the name is taken"],
      ["unexpected", "Internal server error"],
    ]) {
      const subscription = subscribeWs(server.webSocketUrl, { query: `subscription { failsLater(kind: "${kind}") }` });
      expect(await subscription.next()).toEqual({ data: { failsLater: 1 } });
      expect(await subscription.ended).toMatchObject({ kind: "errors", errors: [{ message }] });
      await subscription.close();
    }
  });
});

describe("misuse of the protocol", () => {
  const init = '{"type":"connection_init"}';

  it.each([
    ["no JSON", ["not json"], 4400],
    ["an unknown message", [init, '{"type":"nonsense"}'], 4400],
    ["a message that only servers send", [init, '{"type":"connection_ack"}'], 4400],
    ["JSON nested too deep", [`{"type":"ping","payload":{"x":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`], 4400],
    ["bytes that are no UTF-8", [Buffer.from([0x7b, 0xff, 0xfe])], 1007],
    ["a message of more than 64 KB", [init, `"${"x".repeat(70_000)}"`], 1009],
    ["two initialisations", [init, init], 4429],
    [
      "a subscription before the initialisation",
      [`{"id":"1","type":"subscribe","payload":{"query":"subscription { numbers }"}}`],
      4401,
    ],
    ["silence", [], 4408],
  ])("ends the connection: %s", async (_what, frames, code) => {
    expect((await misuse(frames)).code).toBe(code);
  });

  it("ends the connection where an id is used twice", async () => {
    const socket = new WebSocket(server.webSocketUrl, "graphql-transport-ws");
    const code = new Promise<number>((resolve) => socket.on("close", resolve));
    socket.on("open", () => socket.send(init));
    const subscribe = JSON.stringify({ id: "1", type: "subscribe", payload: { query: entries } });
    socket.once("message", () => {
      socket.send(subscribe);
      socket.send(subscribe);
    });
    expect(await code).toBe(4409);
    await until(() => server.log.following === 0);
  });

  it("is not begun with a client of another subprotocol", async () => {
    expect(await misuse([], { protocol: "graphql-ws" }).catch((error: unknown) => error)).toMatchObject({
      message: expect.stringMatching(/subprotocol/) as unknown,
    });
  });

  it("is not begun with a page of another origin, by a foreign name, or at another path", async () => {
    const attempt = (url: string, headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, "graphql-transport-ws", { headers });
        socket.on("open", () => {
          socket.terminate();
          resolve("open");
        });
        socket.on("error", (error) => resolve(error.message));
      });
    const { port, webSocketUrl } = server;
    expect(await attempt(webSocketUrl, { origin: "https://evil.example" })).toContain("403");
    expect(await attempt(webSocketUrl, { origin: "null" })).toContain("403");
    expect(await attempt(webSocketUrl, { origin: `http://127.0.0.1:${port + 1}` })).toContain("403");
    expect(await attempt(webSocketUrl, { host: "evil.example" })).toContain("403");
    expect(await attempt(`ws://127.0.0.1:${port}/other`, {})).toContain("404");
    expect(await attempt(webSocketUrl, { origin: `http://127.0.0.1:${port}` })).toBe("open");
    expect(await attempt(webSocketUrl, {})).toBe("open");
  });

  it("leaves the server working and its log free of errors", async () => {
    const subscription = subscribeWs(server.webSocketUrl, { query: "subscription { numbers }" });
    expect(await subscription.next()).toEqual({ data: { numbers: 1 } });
    await subscription.close();
    const unexpected = server.logLines().filter(({ msg }) => msg !== "unexpected error");
    expect(unexpected).toEqual([]);
  });
});
