/** Bad input about research requests gets a typed answer that names the field; never a 5xx, and nothing is written. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../../src/domain/research/index.js";
import { until } from "../../support/graphql/client.js";
import { gql, mutate, mutationText } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { anItem, config, researchOf, someResults, worker } from "../../support/research.js";
import type { Json, TestClaim, TestResearch } from "../../support/research.js";

let test: TestOpsledger;
let research: TestResearch;
/** Of a worker that is never heard of again. */
let lost: TestClaim;
let running: TestClaim;
beforeAll(async () => {
  test = await startTestOpsledger();
  research = researchOf(test);
  const { requestId } = await research.submit();
  lost = await research.claim(requestId, { leaseSeconds: limits.leastLeaseSeconds });
  running = await research.running();
  await research.under(running, "heartbeatRequest", { progress: { stage: "analysis", percentage: 60, urlsFound: 9 } });
});
afterAll(() => test.close());

/** How many commits and records the log has. */
async function written(): Promise<number> {
  const { Count = 0 } = await test.db.client.send(
    new ScanCommand({ TableName: "domain-events", Select: "COUNT", Limit: 5_000 }),
  );
  return Count;
}

function documentOf(name: string): TypedDocumentNode<Record<string, { errors: Json[] }>, Json> {
  const errors = `__typename code message path
    ... on LeaseLostError { leased leaseToken } ... on InvalidTransitionError { from to }`;
  return gql(mutationText(test.opsledger.schema, name, `errors { ${errors} }`));
}

/** The errors of a mutation that must write nothing. The lease that ends by itself meanwhile does: then it is asked again. */
async function refused(name: string, input: Json, actor?: string): Promise<readonly Json[]> {
  for (let tries = 1; ; tries += 1) {
    const before = await written();
    const data = await test.run(documentOf(name), { input }, actor);
    const after = await written();
    if (after === before || tries === 3) {
      expect(after).toBe(before);
      return data[name]?.errors ?? [];
    }
  }
}

/** What a worker is told that says something under a claim. */
const refusedUnder = (claim: TestClaim, name: string, input: Json = {}, actor = worker) =>
  refused(name, { ...claim, ...input }, actor);

/** The status and the first error of what is refused before anything runs. */
async function rejected(name: string, input: Json): Promise<Json> {
  const { status, errors } = await test.send(documentOf(name), { input });
  return { status, ...errors?.[0]?.extensions };
}

const validation = (...path: string[]) => [
  expect.objectContaining({ __typename: "ValidationError", code: "VALIDATION", path }) as object,
];
const leaseLost = ({ requestId, leaseToken }: TestClaim) => [
  expect.objectContaining({
    __typename: "LeaseLostError",
    code: "LEASE_LOST",
    path: ["leaseToken"],
    leased: expect.stringContaining(requestId) as string,
    leaseToken,
  }) as object,
];

const submission = (more: Json = {}, configured: Json = {}): Json => ({
  projectId: "acme",
  requestType: "market",
  config: { ...config, ...configured },
  ...more,
});
const sources = (...urls: string[]) =>
  urls.map((baseUrl, index) => ({ name: `Source ${index}`, baseUrl, sourceType: "OTHER" }));

describe("a submission with bad input is refused", () => {
  it.each<[string, string]>([
    ["an address of this machine", "https://127.0.0.1/"],
    ["one of this machine by its name", "https://localhost/"],
    ["one of a private network", "https://10.0.0.8/"],
    ["one of a private network, written as one number", "https://167772168/"],
    ["one of the cloud's own data", "https://169.254.169.254/latest/meta-data"],
    ["one of this machine in IPv6", "https://[::1]/"],
    ["one of a private network in IPv6", "https://[::ffff:10.0.0.8]/"],
    ["a file", "file:///etc/passwd"],
    ["an address without TLS", "http://www.fda.gov/"],
    ["one with credentials", "https://user:secret@www.fda.gov/"],
    ["what is no address", "www.fda.gov"],
  ])("%s", async (_what, url) => {
    const input = submission({}, { sources: sources("https://www.fda.gov", url) });
    expect(await refused("submitRequest", input)).toEqual(validation("config", "sources", "1", "baseUrl"));
  });

  it.each<[string, Json, Json, string[]]>([
    ["10,000 keywords", {}, { keywords: Array.from({ length: 10_000 }, (_, n) => `k${n}`) }, ["config", "keywords"]],
    ["no keyword", {}, { keywords: [] }, ["config", "keywords"]],
    ["a keyword twice", {}, { keywords: ["GLP-1", "glp-1"] }, ["config", "keywords"]],
    ["no source", {}, { sources: [] }, ["config", "sources"]],
    ["a threshold above one", {}, { qualityThreshold: 1.1 }, ["config", "qualityThreshold"]],
    ["a batch of none", {}, { batchSize: 0 }, ["config", "batchSize"]],
    ["eleven retries", {}, { maxRetries: 11 }, ["config", "maxRetries"]],
    ["params that are no object", {}, { customParams: [1] }, ["config", "customParams"]],
    ["params of 10 KB", {}, { customParams: { a: "x".repeat(10_000) } }, ["config", "customParams"]],
    ["a type that is a path", { requestType: "../../etc" }, {}, ["requestType"]],
    ["a deadline of a second", { deadlineSeconds: 1 }, {}, ["deadlineSeconds"]],
    ["a delay of a month", { delaySeconds: 30 * 86_400 }, {}, ["delaySeconds"]],
    ["a project without a name", { projectId: "" }, {}, ["projectId"]],
    ["an empty dedupe key", { dedupeKey: "" }, {}, ["dedupeKey"]],
  ])("%s", async (_what, more, configured, path) => {
    const [first] = await refused("submitRequest", submission(more, configured));
    expect([first]).toEqual(validation(...path));
  });

  it("all that is wrong is said at once", async () => {
    const errors = await refused("submitRequest", submission({ requestType: "" }, { keywords: [], batchSize: 51 }));
    expect(errors.map(({ path }) => path)).toEqual([["requestType"], ["config", "keywords"], ["config", "batchSize"]]);
  });

  it("a strategy, a priority or a type of sources that there is not", async () => {
    for (const input of [
      submission({ strategy: "CARRIER_PIGEON" }),
      submission({ priority: "HIGHEST" }),
      submission({}, { sources: [{ name: "A", baseUrl: "https://a.org", sourceType: "GOSSIP" }] }),
    ]) {
      expect(await rejected("submitRequest", input)).toMatchObject({ status: 200, code: "BAD_USER_INPUT" });
    }
  });

  it("params of 5 MB do not even get in", async () => {
    const input = submission({}, { customParams: { a: "x".repeat(5_000_000) } });
    expect(await rejected("submitRequest", input)).toMatchObject({ status: 413 });
  });

  it("another input under the same key", async () => {
    await mutate(test, "submitRequest", submission({ idempotencyKey: "one" }));
    expect(await refused("submitRequest", submission({ idempotencyKey: "one", priority: "LOW" }))).toMatchObject([
      { code: "IDEMPOTENCY_KEY_REUSED" },
    ]);
  });
});

describe("a claim with bad input is refused", () => {
  it.each<[string, Json, string[]]>([
    ["eleven at once", { max: 11 }, ["max"]],
    ["a lease of a second", { leaseSeconds: 1 }, ["leaseSeconds"]],
    ["a lease of a day", { leaseSeconds: 86_400 }, ["leaseSeconds"]],
    ["a wait of a minute", { waitSeconds: 60 }, ["waitSeconds"]],
    ["no types", { types: [] }, ["types"]],
    ["a worker without a name", { workerId: "" }, ["workerId"]],
    ["what is no request", { requestIds: ["INC-1"] }, ["requestIds", "0"]],
  ])("%s", async (_what, input, path) => {
    expect(await refused("claimRequests", { workerId: worker, ...input })).toEqual(validation(...path));
  });
});

describe("a heartbeat with bad input is refused", () => {
  const progress = (more: Json) => ({ progress: { stage: "analysis", percentage: 70, ...more } });
  it.each<[string, Json, string[]]>([
    ["140 %", progress({ percentage: 140 }), ["progress", "percentage"]],
    ["less than nothing", progress({ percentage: -1 }), ["progress", "percentage"]],
    ["fewer addresses than before", progress({ urlsFound: 8 }), ["progress", "urlsFound"]],
    ["no stage", progress({ stage: "" }), ["progress", "stage"]],
    [
      "an end in the past",
      progress({ estimatedCompletion: "2020-01-01T00:00:00Z" }),
      ["progress", "estimatedCompletion"],
    ],
    ["a checkpoint of 10 KB", { checkpoint: { a: "x".repeat(10_000) } }, ["checkpoint"]],
    ["a checkpoint that is no object", { checkpoint: "there" }, ["checkpoint"]],
  ])("%s", async (_what, input, path) => {
    expect(await refusedUnder(running, "heartbeatRequest", input)).toEqual(validation(...path));
  });

  it("going back: it says from where, and to where", async () => {
    const errors = await refusedUnder(running, "heartbeatRequest", progress({ percentage: 59.5 }));
    expect(errors).toEqual(validation("progress", "percentage"));
    expect(errors[0]?.["message"]).toMatch(/60.*59\.5|59\.5.*60/);
  });

  it("progress of what was not started", async () => {
    const { requestId } = await research.submit();
    const claim = await research.claim(requestId);
    expect(await refusedUnder(claim, "heartbeatRequest", progress({}))).toMatchObject([
      { __typename: "InvalidTransitionError", from: "PROCESSING" },
    ]);
  });
});

describe("what was found is refused", () => {
  it.each<[string, Json, string[]]>([
    ["in part 0", { part: 0, items: [anItem("a")] }, ["part"]],
    ["in part 101", { part: 101, items: [anItem("a")] }, ["part"]],
    ["without an item", { part: 1, items: [] }, ["items"]],
    ["with two items of one id", { part: 1, items: [anItem("a"), anItem("a")] }, ["items"]],
    [
      "from a source that was not asked",
      { part: 1, items: [anItem("a", { source: "NIH" })] },
      ["items", "0", "source"],
    ],
    ["at a file", { part: 1, items: [anItem("a", { url: "file:///etc/passwd" })] }, ["items", "0", "url"]],
    ["with a score above one", { part: 1, items: [anItem("a", { score: 1.5 })] }, ["items", "0", "score"]],
    [
      "of more than 200 KB",
      { part: 1, items: ["a", "b", "c", "d", "e"].map((id) => anItem(id, { text: "x".repeat(45_000) })) },
      ["items"],
    ],
  ])("%s", async (_what, input, path) => {
    expect(await refusedUnder(running, "addRequestItems", input)).toEqual(validation(...path));
  });
});

describe("logs are refused", () => {
  it.each<[string, Json, string[]]>([
    ["without an entry", { entries: [] }, ["entries"]],
    [
      "with more than fifty at once",
      { entries: Array.from({ length: 51 }, () => ({ message: "Again" })) },
      ["entries"],
    ],
    ["of 5 KB", { entries: [{ message: "x".repeat(5_000) }] }, ["entries", "0", "message"]],
    ["with more that is no object", { entries: [{ message: "x", metadata: [1] }] }, ["entries", "0", "metadata"]],
  ])("%s", async (_what, input, path) => {
    expect(await refusedUnder(running, "appendRequestLogs", input)).toEqual(validation(...path));
  });
});

describe("an end is refused", () => {
  it("with findings that cite what was not found", async () => {
    const claim = await research.running();
    await research.under(claim, "addRequestItems", { part: 1, items: [anItem("a")] });
    expect(await refusedUnder(claim, "completeRequest", { results: someResults(["a", "b"]) })).toEqual(
      validation("results", "keyFindings", "0", "citations", "1"),
    );
    const many = Array.from({ length: 51 }, () => ({ text: "So it is.", citations: ["a"] }));
    expect(await refusedUnder(claim, "completeRequest", { results: someResults([], { keyFindings: many }) })).toEqual(
      validation("results", "keyFindings"),
    );
  });

  it("with results of 5 MB, which do not even get in; with 100 KB of outputs", async () => {
    const huge = someResults([], { executiveSummary: "x".repeat(5_000_000) });
    expect(await rejected("completeRequest", { ...running, results: huge })).toMatchObject({ status: 413 });
    const outputs = someResults([], { structuredOutputs: [{ a: "x".repeat(100_000) }] });
    expect(await refusedUnder(running, "completeRequest", { results: outputs })).toEqual(
      validation("results", "structuredOutputs"),
    );
  });

  it("a second time with other results; with the same the outcome is the same", async () => {
    const claim = await research.running();
    await research.under(claim, "addRequestItems", { part: 1, items: [anItem("a")] });
    const complete = (results: Json) =>
      research.under(claim, "completeRequest", { results }, "position request { version }");
    const first = await complete(someResults(["a"]));
    expect(await complete(someResults(["a"]))).toEqual(first);
    const other = someResults(["a"], { executiveSummary: "It was not approved." });
    expect(await refusedUnder(claim, "completeRequest", { results: other })).toMatchObject([
      { __typename: "InvalidTransitionError", from: "COMPLETED" },
    ]);
    expect(await refusedUnder(claim, "failRequest", { error: "It is down" })).toMatchObject([
      { code: expect.stringMatching(/^(LEASE_LOST|INVALID_TRANSITION)$/) as string },
    ]);
  });
});

describe("whoever holds no lease is told to stop", () => {
  const calls: [string, Json][] = [
    ["startRequest", {}],
    ["heartbeatRequest", {}],
    ["addRequestItems", { part: 1, items: [anItem("a")] }],
    ["appendRequestLogs", { entries: [{ message: "Still here" }] }],
    ["completeRequest", { results: someResults([]) }],
    ["failRequest", { error: "It is down" }],
    ["releaseRequest", {}],
  ];

  it.each(calls)("another worker with the token: %s", async (name, input) => {
    expect(await refusedUnder(running, name, input, "worker-2")).toEqual(leaseLost(running));
  });

  it.each(calls)("the worker with another token: %s", async (name, input) => {
    const guessed = { ...running, leaseToken: running.leaseToken + 1 };
    expect(await refusedUnder(guessed, name, input)).toEqual(leaseLost(guessed));
  });

  it("a worker whose lease has ended", async () => {
    const lease = async () => {
      const { request } = await test.run(gql("query ($id: ID!) { request(id: $id) { lease { workerId } stalls } }"), {
        id: lost.requestId,
      });
      return request;
    };
    await until(async () => (await lease())?.["lease"] === null, 20_000);
    expect(await lease()).toMatchObject({ stalls: 1 });
    for (const [name, input] of calls) expect(await refusedUnder(lost, name, input)).toEqual(leaseLost(lost));
  }, 30_000);
});

describe("a question with bad input is refused", () => {
  const asked = async (text: string, variables: Json = {}) => {
    const { status, errors } = await test.send(gql(text), variables);
    return { status, ...errors?.[0]?.extensions };
  };

  it.each<[string, string, string]>([
    ["an id that is none", `{ request(id: "req_1") { id } }`, "id"],
    [
      "the id of something else",
      `{ request(id: "${Buffer.from("Batch:batch_1").toString("base64url")}") { id } }`,
      "id",
    ],
    ["a page of 101", `{ requests(first: 101) { nodes { id } } }`, "first"],
    ["no status", `{ requests(filter: { statuses: [] }) { nodes { id } } }`, "filter.statuses"],
    [
      "an end before the beginning",
      `{ requests(filter: { from: "2025-01-02T00:00:00Z", until: "2025-01-01T00:00:00Z" }) { nodes { id } } }`,
      "filter.until",
    ],
    ["an order by priority over strategies", `{ requests(orderBy: PRIORITY) { nodes { id } } }`, "orderBy"],
    ["a cursor that is none", `{ requests(after: "there") { nodes { id } } }`, "after"],
    ["a position that is none", `{ queueStats(atLeast: "there") { submitted } }`, "atLeast"],
    ["a project that has no name", `{ researchLimit(projectId: "") { maxRunning } }`, "projectId"],
  ])("%s", async (_what, text, field) => {
    expect(await asked(text)).toMatchObject({ status: 200, code: "BAD_USER_INPUT", field });
  });

  it("a cursor of another list, order or request", async () => {
    const one = await research.submit();
    type Paged = Record<string, { edges: { cursor: string }[] }>;
    await until(async () => {
      const { requests } = await test.run(gql<Paged>("{ requests(first: 1) { edges { cursor } } }"), {});
      return requests?.edges.length === 1;
    });
    const { requests } = await test.run(gql<Paged>("{ requests(first: 1) { edges { cursor } } }"), {});
    const cursor = requests?.edges[0]?.cursor;
    for (const text of [
      "query ($after: String) { requests(first: 1, after: $after, orderBy: OLDEST_FIRST) { nodes { id } } }",
      "query ($after: String) { incidents(first: 1, after: $after) { nodes { id } } }",
      `query ($after: String) { request(id: "${one.requestId}") { logs(after: $after) { nodes { logId } } } }`,
    ]) {
      expect(await asked(text, { after: cursor })).toMatchObject({ code: "BAD_USER_INPUT", field: "after" });
    }
  });

  it("the reports of a whole page of requests cost too much", async () => {
    const text = (first: number) =>
      `{ requests(first: ${first}) { nodes { results { items(first: 20) { nodes { itemId } } } } } }`;
    expect(await asked(text(20))).toMatchObject({ status: 400, code: "QUERY_TOO_COMPLEX" });
    expect(await asked(text(5))).toEqual({ status: 200 });
  });

  it.each<[string, string, string]>([
    ["a request that does not exist", `requestProgress(id: "req_1757412789250_a08ac7ad") { position }`, "NOT_FOUND"],
    ["a position of another stream", "", "BAD_USER_INPUT"],
    ["no types", "requestAvailable(types: []) { position }", "BAD_USER_INPUT"],
    ["a position that is none", `requestChanged(after: "there") { position }`, "BAD_USER_INPUT"],
  ])("following %s", async (_what, text, code) => {
    const { position } = await research.submit();
    const field = text || `requestProgress(id: "${running.requestId}", after: "${position}") { position }`;
    const followed = test.follow(gql(`subscription { ${field} }`), {});
    expect((await followed.next()).errors).toMatchObject([{ extensions: { code } }]);
    await followed.close();
  });
});
