/** The API behind API Gateway: events as AWS sends them, on the real engine, by the code that the server runs. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { createGraphqlFunction } from "../../src/lambda/graphql.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../src/store/tables.js";
import { bearer, tokenOf } from "../server/auth/support/tokens.js";
import { sign } from "../server/webhooks/support.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { beyondRights, recordRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { contextOf, gatewayEvent, variablesFor } from "./support/functions.js";
import type { GatewayRequest } from "./support/functions.js";

const subscriptionsUrl = "wss://live.example.com/graphql";

let engine: TestEngine;
let rights: RightsRecorder;
let authorization: Record<string, string>;
let program: ReturnType<typeof createGraphqlFunction>;

const send = (request: GatewayRequest = {}) => program.handler(gatewayEvent(request), contextOf());
const asked = (query: string, more: GatewayRequest = {}) =>
  send({ ...more, body: JSON.stringify({ query }), headers: { ...authorization, ...more.headers } });

interface Body {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}
const bodyOf = ({ body = "" }: APIGatewayProxyStructuredResultV2) => JSON.parse(body) as Body;

const declare = `mutation { declareIncident(input: { title: "Payments fail", severity: P1, services: ["payments"] }) {
  incident { id title } errors { message } } }`;

beforeAll(async () => {
  engine = await startTestEngine();
  await ensureTables(engine.db({ tableName: prefixed("") }));
  rights = await recordRights(engine.engine.endpoint ?? "");
  program = createGraphqlFunction({
    environment: { ...variablesFor(rights.endpoint), SUBSCRIPTIONS_URL: subscriptionsUrl, MAX_COST: "1000000" },
  });
  authorization = bearer(await tokenOf({ claims: { roles: ["ADMIN"], projects: "*" } }));
});

afterAll(async () => {
  await program.open().then(({ close }) => close());
  await rights.close();
  await engine.close();
});

describe("GraphQL behind API Gateway", () => {
  it("takes mutations, and answers queries with what they did, within the rights of its role", async () => {
    const declared = await asked(declare);
    expect(declared).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(declared.headers?.["content-type"]).toMatch(/^application\/json/);
    const { declareIncident } = bodyOf(declared).data as { declareIncident: { incident: { id: string } } };
    const query = `{ node(id: "${declareIncident.incident.id}") { ... on Incident { title } } }`;
    expect(bodyOf(await asked(query)).data).toEqual({ node: { title: "Payments fail" } });
    expect(beyondRights("graphql", rights.uses())).toEqual([]);
  });

  it("writes with the requests of a warm server, and nothing in the background", async () => {
    await asked(declare);
    rights.operations();
    await asked(declare);
    expect(rights.operations()).toEqual(["UpdateItem", "TransactWriteItems"]);
  });

  it("answers GET as it was sent, commas and escapes included", async () => {
    const query = new URLSearchParams({
      query: "query Q($first: Int!) { incidents(first: $first) { nodes { id, title } } }",
      variables: JSON.stringify({ first: 1 }),
      operationName: "Q",
    });
    const get = {
      method: "GET",
      query: query.toString(),
      headers: { ...authorization, "apollo-require-preflight": "1" },
    };
    const answer = await send({ ...get, headers: { ...get.headers, "content-type": undefined } });
    expect(bodyOf(answer)).toMatchObject({ data: { incidents: { nodes: [{ title: "Payments fail" }] } } });
  });

  it("takes a body that comes as base64", async () => {
    const body = Buffer.from(JSON.stringify({ query: "{ __typename }" }));
    expect(bodyOf(await send({ body, headers: authorization })).data).toEqual({ __typename: "Query" });
  });

  it("refuses who carries no token, whoever the headers say it is", async () => {
    const answer = await send({ headers: { "x-opsledger-actor": "ana" } });
    expect(answer.statusCode).toBe(401);
    expect(bodyOf(answer).errors?.[0]?.extensions).toMatchObject({ code: "UNAUTHENTICATED", reason: "MISSING_TOKEN" });
  });

  it("counts attempts by the address that the gateway saw, not by the one that a header claims", async () => {
    const attempt = (sourceIp: string, forwarded: string) =>
      send({ sourceIp, headers: { "x-forwarded-for": forwarded } }).then(({ statusCode }) => statusCode);
    const statuses = new Set<number | undefined>();
    for (let count = 0; count < 61; count += 1) statuses.add(await attempt("192.0.2.1", `198.51.100.${count}`));
    expect([...statuses]).toEqual([401, 429]);
    expect(await attempt("192.0.2.2", "192.0.2.1")).toBe(401);
  });

  it.each([
    ["the client's own id", { "x-request-id": "of-the-client" }, "of-the-client"],
    [
      "the client's trace",
      { traceparent: `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01` },
      "abababab-abab-abab-abab-abababababab",
    ],
    ["the gateway's id, as its access log has it", {}, "JKJaXmPLvHcESHA"],
  ])("knows a request by %s", async (_what, headers, id) => {
    expect((await send({ headers })).headers?.["x-request-id"]).toBe(id);
  });

  it("refuses bodies beyond the limit, and bodies that are no JSON, as the server does", async () => {
    const large = await send({ body: " ".repeat(300_000), headers: authorization });
    expect([large.statusCode, bodyOf(large).errors?.[0]?.extensions["code"]]).toEqual([413, "BODY_TOO_LARGE"]);
    expect((await send({ body: "{", headers: authorization })).statusCode).toBe(400);
  });

  it("answers health without a token, and 404 elsewhere", async () => {
    expect(bodyOf(await send({ method: "GET", path: "/healthz" }))).toEqual({ status: "ok" });
    expect(bodyOf(await send({ method: "GET", path: "/readyz" }))).toEqual({
      ready: true,
      checks: { feed: "readable" },
    });
    expect((await send({ method: "GET", path: "/métrics?x" })).statusCode).toBe(404);
  });
});

describe("subscriptions behind API Gateway", () => {
  const subscription = { query: "subscription { batchChanged { position } }" };
  const elsewhere = { code: "SUBSCRIPTIONS_ELSEWHERE", url: subscriptionsUrl };

  it.each([
    ["over SSE", { path: "/graphql/stream" }],
    ["over SSE at the address of queries", { headers: { accept: "text/event-stream" } }],
    ["as an ordinary request", { headers: { accept: "application/graphql-response+json" } }],
    [
      "over WebSocket",
      { method: "GET", headers: { upgrade: "websocket", "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==" } },
    ],
  ])("are refused %s, with the address that serves them", async (_how, request: GatewayRequest) => {
    const body = request.method === "GET" ? {} : { body: JSON.stringify(subscription) };
    const answer = await send({ ...request, ...body, headers: { ...authorization, ...request.headers } });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).errors?.[0]).toMatchObject({ extensions: elsewhere });
    expect(bodyOf(answer).errors?.[0]?.message).toContain(subscriptionsUrl);
  });
});

describe("webhooks behind API Gateway", () => {
  const body = Buffer.from(JSON.stringify({ action: "created", repository: { full_name: "acme/größe" } }));
  const deliver = (bytes: Buffer, headers: Record<string, string>) =>
    send({ path: "/webhooks/github", body: bytes, headers });

  it("are taken where the signature over the raw body is good, and once", async () => {
    const headers = sign("github", body, { deliveryId: "d-1" });
    const [first, again] = [await deliver(body, headers), await deliver(body, headers)];
    expect([first.statusCode, bodyOf(first)]).toMatchObject([202, { status: "accepted" }]);
    expect([again.statusCode, bodyOf(again)]).toMatchObject([202, { status: "repeated" }]);
    const asText = await send({ path: "/webhooks/github", body: body.toString(), headers });
    expect(bodyOf(asText)).toMatchObject({ status: "repeated" });
    expect(beyondRights("graphql", rights.uses())).toEqual([]);
  });

  it("are refused where a byte differs", async () => {
    const changed = Buffer.concat([body, Buffer.from(" ")]);
    expect((await deliver(changed, sign("github", body))).statusCode).toBe(401);
  });

  it("give back the room of their bodies, of which there is enough for three large ones", async () => {
    const large = Buffer.alloc(1_100_000, " ");
    const headers = { ...sign("github", body), "x-hub-signature-256": `sha256=${"0".repeat(64)}` };
    const statuses = new Set<number | undefined>();
    for (let count = 0; count < 5; count += 1) statuses.add((await deliver(large, headers)).statusCode);
    expect([...statuses]).toEqual([401]);
  });
});

describe("large answers", () => {
  const page = (headers: Record<string, string | undefined>) =>
    send({ method: "GET", headers: { accept: "text/html", "content-type": undefined, ...headers } });

  it("come compressed to browsers: the playground", async () => {
    const answer = await page({});
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { "content-encoding": "gzip" } });
    expect(gunzipSync(Buffer.from(answer.body ?? "", "base64")).toString()).toContain("<title>Opsledger</title>");
  });

  it("are refused in words where Lambda could not hand them over", async () => {
    const answer = await page({ "accept-encoding": undefined });
    expect([answer.statusCode, bodyOf(answer).errors?.[0]?.extensions["code"]]).toEqual([413, "ANSWER_TOO_LARGE"]);
  });
});
