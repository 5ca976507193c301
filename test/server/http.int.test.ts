/** Queries and mutations over HTTP, and everything a client can get wrong on the way. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post } from "../support/graphql/client.js";
import { secretMessage, startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function send(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const answer = (await response.json()) as { errors?: { message: string; extensions: Record<string, unknown> }[] };
  return { status: response.status, headers: response.headers, errors: answer.errors ?? [], answer };
}

/** Sends bytes as they are and reads until the server ends. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("operations", () => {
  it("answers a query by POST and by GET", async () => {
    expect(
      await post(server.url, { query: "query($n: String) { hello(name: $n) }", variables: { n: "ann" } }),
    ).toMatchObject({
      status: 200,
      data: { hello: "hello ann" },
    });
    const response = await fetch(`${server.url}?query={hello}`, { headers: { "apollo-require-preflight": "1" } });
    expect(await response.json()).toEqual({ data: { hello: "hello world" } });
  });

  it("runs a mutation by POST, never by GET", async () => {
    const { data } = await post<{ append: number }>(server.url, { query: 'mutation { append(body: "a") }' });
    expect(data?.append).toBeGreaterThan(0);
    const before = server.log.append("mark").position;
    const response = await fetch(`${server.url}?query=mutation{append(body:"b")}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect(response.status).toBe(405);
    expect(server.log.append("mark").position).toBe(before + 1);
  });

  it("refuses a subscription over plain HTTP with 405 and says where it is served", async () => {
    const answer = await post(server.url, { query: "subscription { numbers }" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, POST");
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining("WebSocket") as unknown,
      extensions: { code: "SUBSCRIPTION_OVER_HTTP" },
    });
  });

  it("refuses batches", async () => {
    const { status, errors } = await send('[{"query":"{hello}"},{"query":"{hello}"}]');
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe("BAD_REQUEST");
  });

  it("refuses a GET that a page of another origin could send without asking", async () => {
    const response = await fetch(`${server.url}?query={hello}`);
    expect(response.status).toBe(400);
  });

  it("answers what does not parse or validate with 200 as JSON, with 400 as GraphQL response", async () => {
    for (const [query, code] of [
      ["{", "GRAPHQL_PARSE_FAILED"],
      ["{ nope }", "GRAPHQL_VALIDATION_FAILED"],
      ["query($n: Int!) { size(least: $n) }", "BAD_USER_INPUT"],
    ] as const) {
      const legacy = await post(server.url, { query });
      expect([legacy.status, legacy.errors?.[0]?.extensions?.code]).toEqual([200, code]);
      const strict = await post(server.url, { query, headers: { accept: "application/graphql-response+json" } });
      expect([strict.status, strict.errors?.[0]?.extensions?.code]).toEqual([400, code]);
    }
  });

  it("does not suggest names", async () => {
    const { errors } = await post(server.url, { query: "{ helo }" });
    expect(errors?.[0]?.message).toBe('Cannot query field "helo" on type "Query".');
  });
});

describe("errors", () => {
  it("shows a refusal with its code and details", async () => {
    const { errors } = await post(server.url, { query: "{ refused }" });
    expect(errors).toEqual([
      expect.objectContaining({ message: "not today", extensions: { code: "NOT_TODAY", until: "tomorrow" } }),
    ]);
  });

  it("shows an error of the domain as it is described", async () => {
    const { errors } = await post(server.url, { query: "{ described }" });
    expect(errors).toEqual([
      expect.objectContaining({
        message: "the name is taken",
        path: ["described"],
        extensions: { code: "REFUSED", field: "name" },
      }),
    ]);
  });

  it.each(["unexpected", "uncoded", "broken", "wrongEnum"])(
    "masks what nobody described (%s) and logs it once under the id the client gets",
    async (field) => {
      const requestId = `request-${field}`;
      const answer = await post(server.url, { query: `{ ${field} }`, headers: { "x-request-id": requestId } });
      expect(answer.errors).toEqual([
        expect.objectContaining({
          message: "Internal server error",
          extensions: { code: "INTERNAL_SERVER_ERROR", correlationId: requestId },
        }),
      ]);
      expect(JSON.stringify(answer)).not.toContain("hunter2");
      const logged = server.logLines().filter((line) => line.correlationId === requestId);
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatchObject({ msg: "unexpected error", err: { stack: expect.any(String) as unknown } });
      if (field !== "broken") expect(JSON.stringify(logged)).toContain(secretMessage);
    },
  );

  it("tells a client that its variable or argument is wrong, whatever the scalar throws", async () => {
    const variable = await post(server.url, { query: "query($v: Picky!) { picky(value: $v) }", variables: { v: 1 } });
    expect(variable.errors?.[0]).toMatchObject({
      message: expect.stringContaining("1 is not picked") as unknown,
      extensions: { code: "BAD_USER_INPUT" },
    });
    const literal = await post(server.url, { query: "{ picky(value: 1) }" });
    expect(literal.errors?.[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const missing = await post(server.url, { query: "query($n: Int = 3) { size(least: $n) }", variables: { n: null } });
    expect(missing.errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  });

  it("refuses with the status that the context's refusal names", async () => {
    const answer = await post(server.url, { query: "{ hello }", headers: { "x-opsledger-actor": "no spaces please" } });
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining("x-opsledger-actor") as unknown,
      extensions: { code: "BAD_REQUEST", field: "x-opsledger-actor" },
    });
  });
});

describe("bodies", () => {
  it("refuses a body of 2 MB with 413", async () => {
    const { status, errors } = await send(
      JSON.stringify({ query: "{hello}", variables: { x: "y".repeat(2_000_000) } }),
    );
    expect(status).toBe(413);
    expect(errors[0]?.extensions).toEqual({ code: "BODY_TOO_LARGE", limit: 262_144 });
  });

  it("refuses a body that grows past the limit without having said so", async () => {
    const chunk = `${(60_000).toString(16)}\r\n${"x".repeat(60_000)}\r\n`;
    const answer = await raw(
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`,
    );
    expect(answer).toContain("413 Payload Too Large");
    expect(answer).toContain("BODY_TOO_LARGE");
  });

  it.each([
    ["malformed JSON", '{"query":'],
    ["an empty body", ""],
    ["a text", '"text"'],
    ["null", "null"],
    ["no query", "{}"],
    ["a query that is no text", '{"query":1}'],
    ["variables that are no object", '{"query":"{hello}","variables":[1]}'],
    ["a poisoned prototype", '{"query":"{hello}","__proto__":{"x":1}}'],
    [
      "bytes that are no UTF-8",
      Uint8Array.from([...Buffer.from('{"query":"{hello(name:\\"'), 0xff, 0xfe, ...Buffer.from('\\")}"}')]),
    ],
  ])("refuses %s with 400", async (_what, body) => {
    const { status, errors } = await send(body);
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe("BAD_REQUEST");
  });

  it("refuses JSON nested a hundred thousand deep, in variables that are read and in those that are not", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    for (const body of [
      `{"query":"{hello}","variables":{"x":${deep}}}`,
      `{"query":"query($x: Json) { echo(value: $x) }","variables":{"x":${deep}}}`,
      deep,
    ]) {
      const { status, errors } = await send(body);
      expect([status, errors[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    }
    const inQueryString = `{"x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
    const answer = await raw(
      `GET /graphql?query=query($x:Json){echo(value:$x)}&variables=${inQueryString} HTTP/1.1\r\nHost: 127.0.0.1\r\nApollo-Require-Preflight: 1\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain("400 Bad Request");
    expect(await post(server.url, { query: "{ hello }" })).toMatchObject({ status: 200 });
  });

  it("takes JSON nested as deep as anybody needs, whatever is in its texts", async () => {
    const value = JSON.parse("[".repeat(50) + '"[[[\\"{{{"' + "]".repeat(50)) as unknown;
    const answer = await post(server.url, { query: "query($x: Json) { echo(value: $x) }", variables: { x: value } });
    expect(answer.data).toEqual({ echo: value });
  });

  it("refuses what is not JSON with 415", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"]) {
      const { status, errors } = await send('{"query":"{hello}"}', { "content-type": type });
      expect([status, errors[0]?.extensions.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    }
  });
});

describe("requests", () => {
  it("takes a sane request id, gives it to the operation and returns it", async () => {
    const answer = await post(server.url, {
      query: "{ requestId transport }",
      headers: { "x-request-id": "abc:1.2_3-4" },
    });
    expect(answer.data).toEqual({ requestId: "abc:1.2_3-4", transport: "http" });
    expect(answer.headers.get("x-request-id")).toBe("abc:1.2_3-4");
  });

  it.each(["", "with space", "x".repeat(129), "a\tb"])("replaces the request id %j by a uuid v7", async (id) => {
    const answer = await post<{ requestId: string }>(server.url, {
      query: "{ requestId }",
      headers: { "x-request-id": id },
    });
    expect(answer.data?.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(answer.headers.get("x-request-id")).toBe(answer.data?.requestId);
  });

  it("answers other methods with 405 and other paths with 404", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
      const response = await fetch(server.url, { method });
      expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, "GET, POST"]);
    }
    for (const path of ["/", "/nope", "/graphql/nope"]) {
      const response = await fetch(new URL(path, server.url));
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
    }
    const malformed = await raw("GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    expect(malformed).toContain("400 Bad Request");
    expect(malformed).toContain("BAD_REQUEST");
  });

  it("answers to loopback names only, so that no page can be made to resolve to it", async () => {
    for (const [host, status] of [
      ["localhost:4000", "200 OK"],
      ["127.0.0.2", "200 OK"],
      ["[::1]:4000", "200 OK"],
      ["evil.example", "403 Forbidden"],
      ["127.0.0.1.evil.example:4000", "403 Forbidden"],
      ["a b", "400 Bad Request"],
      ["::::", "400 Bad Request"],
      ["user@localhost", "400 Bad Request"],
    ] as const) {
      const answer = await raw(
        `GET /graphql?query={hello} HTTP/1.1\r\nHost: ${host}\r\nApollo-Require-Preflight: 1\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.split("\r\n")[0], host).toBe(`HTTP/1.1 ${status}`);
    }
    expect(await raw("GET /graphql HTTP/1.0\r\n\r\n")).toContain("400 Bad Request");
  });
});
