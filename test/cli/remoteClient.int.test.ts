/** What answers of a server mean to a worker elsewhere: what passes, what is refused for good, and when its lease is lost. */
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { createRemoteClient } from "../../src/cli/worker/remoteClient.js";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  RateLimitedError,
  UnavailableError,
  ValidationError,
  WorkLeaseLostError,
  toInstant,
} from "../../src/domain/kernel/index.js";
import { RequestConfig } from "../../src/domain/research/index.js";
import type { Assignment, WorkerClient } from "../../src/worker/index.js";

type Answer = (response: ServerResponse) => void;

let answer: Answer = () => undefined;
const server = createServer((_request, response) => answer(response));
let client: WorkerClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  client = createRemoteClient({ client: createGraphQLClient(`http://127.0.0.1:${port}`), actor: "worker-1" });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const says =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const fails = (status: number, code?: string, headers?: Readonly<Record<string, string>>) =>
  says(status, { errors: [{ message: "as told", ...(code === undefined ? {} : { extensions: { code } }) }] }, headers);
const refuses = (code: string) =>
  says(200, { data: { startRequest: { errors: [{ code, message: "as told", path: ["leaseToken"] }] } } });

const failureOf = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);
const started = () => failureOf(client.start("req_1757412789250_a08ac7ad", { leaseToken: 7 }));

describe("items of earlier attempts", () => {
  const requestId = "req_1757412789250_a08ac7ad";
  const assignment: Assignment = {
    ...{ requestId, projectId: "atlas", requestType: "market", leaseToken: 7, leaseSeconds: 60, attempt: 2 },
    leaseUntil: toInstant(1_757_412_789_250),
    config: RequestConfig.parse({
      keywords: ["semaglutide"],
      sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
    }),
    parts: [1, 2],
  };
  const item = (itemId: string, title: string) => ({
    ...{ itemId, url: "https://www.fda.gov/a", title, source: "FDA", sourceType: "GOVERNMENT", text: "A", score: 1 },
    ...{ matchedKeywords: [], publishedAt: null, fetchedAt: null },
  });

  it("are asked for part by part; one that comes again takes the place of the one before", async () => {
    const answers = [[item("a", "old"), item("b", "B")], [item("a", "new")]];
    let asked = 0;
    answer = (response) => says(200, { data: { addedItems: answers[asked++] } })(response);
    const items = await client.readItems(assignment);
    expect(items.map(({ itemId, title }) => [itemId, title])).toEqual([
      ["a", "new"],
      ["b", "B"],
    ]);
    expect(asked).toBe(2);
  });

  it("are not taken for complete where a part is not there", async () => {
    answer = says(200, { data: { addedItems: null } });
    expect(await failureOf(client.readItems(assignment))).toBeInstanceOf(UnavailableError);
    let asked = 0;
    answer = (response) => response.writeHead(500).end(String((asked += 1)));
    expect(await failureOf(client.readItems({ ...assignment, parts: [] }))).toBeUndefined();
    expect(asked).toBe(0);
  });
});

describe("an answer", () => {
  it.each<[string, Answer, new (...args: never) => Error]>([
    ["that nobody may come in", fails(401), ForbiddenError],
    ["that the role is too low", fails(200, "FORBIDDEN"), ForbiddenError],
    ["that it is too much at a time", fails(429, "RATE_LIMITED", { "retry-after": "3" }), RateLimitedError],
    ["that the body is too large", fails(413), ValidationError],
    ["that the operation is none", fails(400), ValidationError],
    ["of a server that is broken", fails(500), UnavailableError],
    ["of a server that could not read its rows", fails(200, "UNAVAILABLE"), UnavailableError],
    ["that is no JSON", (response) => response.writeHead(502).end("<h1>Bad gateway</h1>"), UnavailableError],
    ["that is cut off", (response) => response.destroy(), UnavailableError],
    ["that the lease is lost", refuses("LEASE_LOST"), WorkLeaseLostError],
    ["that the store is out of reach", refuses("UNAVAILABLE"), UnavailableError],
    ["that somebody was faster", refuses("VERSION_CONFLICT"), UnavailableError],
    ["that it was asked too often", refuses("RATE_LIMITED"), RateLimitedError],
    ["that this may not be", refuses("FORBIDDEN"), ForbiddenError],
    ["that there is no such request", refuses("NOT_FOUND"), NotFoundError],
    ["that the request is not so far", refuses("INVALID_TRANSITION"), InvalidTransitionError],
    ["that a field is wrong", refuses("VALIDATION"), ValidationError],
    ["that the key stands for something else", refuses("IDEMPOTENCY_KEY_REUSED"), ValidationError],
  ])("%s", async (_what, told, kind) => {
    answer = told;
    expect(await started()).toBeInstanceOf(kind);
  });

  it("says what was wrong, and how long to wait", async () => {
    answer = refuses("VALIDATION");
    expect(await started()).toMatchObject({ message: "leaseToken: as told" });
    answer = fails(429, "RATE_LIMITED", { "retry-after": "3" });
    expect(await started()).toMatchObject({ retryAfter: 3 });
    answer = refuses("LEASE_LOST");
    expect(await started()).toMatchObject({ leased: "req_1757412789250_a08ac7ad", leaseToken: 7 });
  });

  it("to a heartbeat must say until when the lease is", async () => {
    answer = says(200, { data: { heartbeatRequest: { leaseUntil: null, cancelRequested: false, errors: [] } } });
    expect(await failureOf(client.heartbeat("req_1757412789250_a08ac7ad", { leaseToken: 7 }))).toBeInstanceOf(
      UnavailableError,
    );
  });

  it.each([
    ["that says since when it waits", { queuedAt: "2025-09-09T10:13:09.250Z" }, true],
    ["that says that it does not wait", { queuedAt: null }, false],
    ["that there is no such request", null, false],
  ])("about a request, %s", async (_what, request, isQueued) => {
    answer = says(200, { data: { request } });
    expect(await client.isQueued("req_1757412789250_a08ac7ad")).toBe(isQueued);
  });

  it("is not waited for when the worker stops", async () => {
    const stop = new AbortController();
    const reason = new Error("the worker stops");
    answer = () => stop.abort(reason);
    const claim = client.claim({ workerId: "worker-1", waitSeconds: 20 }, { key: "claim/1", signal: stop.signal });
    expect(await failureOf(claim)).toBe(reason);
  });
});
