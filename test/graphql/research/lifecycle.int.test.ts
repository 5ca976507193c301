/** A research request over the API, from its submission to its report; and what people do about it on the way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post, until } from "../../support/graphql/client.js";
import { gql, mutate, mutationText } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { anItem, config, researchOf, someResults, worker } from "../../support/research.js";
import type { Json, TestResearch } from "../../support/research.js";

let test: TestOpsledger;
let research: TestResearch;
beforeAll(async () => {
  test = await startTestOpsledger();
  research = researchOf(test);
});
afterAll(() => test.close());

async function ask(requestId: string, selection: string): Promise<Json> {
  const { request } = await test.run(gql(`query ($id: ID!) { request(id: $id) { ${selection} } }`), { id: requestId });
  if (request === undefined) throw new Error(`no request ${requestId}`);
  return request;
}

/** The errors of a mutation that is refused. */
async function refused(name: string, input: Json, actor?: string): Promise<readonly Json[]> {
  const text = mutationText(test.opsledger.schema, name, "errors { __typename code message path }");
  const data = await test.run(gql<Record<string, { errors: Json[] }>>(text), { input }, actor);
  return data[name]?.errors ?? [];
}

describe("a request", () => {
  it("is submitted, claimed, executed, completed, and read with all that it has found", async () => {
    const submitted = await mutate<{ request: Json; existing: boolean }>(
      test,
      "submitRequest",
      {
        projectId: "acme",
        requestType: "semaglutide_intelligence",
        priority: "HIGH",
        config: {
          ...config,
          sources: [...config.sources, { name: "NIH", baseUrl: "https://www.nih.gov", sourceType: "ACADEMIC" }],
          customParams: { depth: { pages: 2 } },
        },
      },
      {
        actor: "ana",
        selection: `existing request {
          id requestId userId status priority strategy version queuedAt availableAt deadlineAt
          lease { workerId } progress { stage percentage } results { reportPath }
          config { extractionMode qualityThreshold batchSize maxRetries maxPagesPerSource customParams sources { name } }
        }`,
      },
    );
    expect(submitted).toMatchObject({
      existing: false,
      request: {
        userId: "ana",
        status: "PENDING",
        priority: "HIGH",
        strategy: "TABLE",
        version: 1,
        availableAt: null,
        lease: null,
        results: null,
        progress: { percentage: 0 },
        config: {
          extractionMode: "SUMMARY",
          qualityThreshold: 0.7,
          batchSize: 5,
          maxRetries: 2,
          maxPagesPerSource: 20,
          customParams: { depth: { pages: 2 } },
          sources: [{ name: "FDA" }, { name: "NIH" }],
        },
      },
    });
    const requestId = String(submitted.request["requestId"]);

    // Without its id: the best that there is, once the index knows it.
    const { claimed } = await mutate<{ claimed: (Json & { leaseToken: number })[] }>(
      test,
      "claimRequests",
      { workerId: worker, types: ["semaglutide_intelligence"], leaseSeconds: 60, waitSeconds: 10 },
      {
        actor: worker,
        selection:
          "claimed { request { requestId status lease { workerId attempt leaseUntil } } leaseToken leaseUntil leaseSeconds attempt checkpoint parts { part items } } position",
      },
    );
    const [first] = claimed;
    expect(claimed).toMatchObject([
      {
        request: { requestId, status: "PROCESSING", lease: { workerId: worker, attempt: 1 } },
        leaseSeconds: 60,
        attempt: 1,
        checkpoint: null,
        parts: [],
      },
    ]);
    const claim = { requestId, leaseToken: first?.leaseToken ?? 0 };

    expect(await research.under(claim, "startRequest", {}, "request { status startedAt }")).toMatchObject({
      request: { status: "EXECUTING", startedAt: expect.any(String) as string },
    });
    const beat = { progress: { stage: "content_extraction", percentage: 65.5, urlsFound: 15 }, checkpoint: { at: 3 } };
    expect(
      await research.under(
        claim,
        "heartbeatRequest",
        beat,
        "leaseUntil cancelRequested request { status progress { stage percentage urlsFound } }",
      ),
    ).toMatchObject({
      cancelRequested: false,
      request: {
        status: "EXECUTING",
        progress: { stage: "content_extraction", percentage: 65.5, urlsFound: 15 },
      },
    });
    await research.under(claim, "appendRequestLogs", {
      entries: [{ message: "Looking" }, { level: "WARNING", message: "A page is slow", metadata: { page: 3 } }],
    });
    await research.under(claim, "addRequestItems", { part: 1, items: [anItem("a"), anItem("b", { score: 0.5 })] });
    const nih = { source: "NIH", sourceType: "ACADEMIC", publishedAt: "2025-01-15T10:30:00Z" };
    await research.under(claim, "addRequestItems", { part: 2, items: [anItem("c", nih)] });
    const added = (id: string, part: number) =>
      test.run(
        gql(
          "query ($id: ID!, $part: Int!) { addedItems(requestId: $id, part: $part) { itemId url score publishedAt fetchedAt } }",
        ),
        { id, part },
        worker,
      );
    const found = { itemId: "c", url: "https://www.fda.gov/c", publishedAt: "2025-01-15T10:30:00.000Z" };
    expect(await added(requestId, 2)).toMatchObject({ addedItems: [{ ...found, fetchedAt: null }] });
    expect(await added(String(submitted.request["id"]), 1)).toMatchObject({
      addedItems: [{ itemId: "a" }, { itemId: "b", score: 0.5 }],
    });
    expect(await added(requestId, 3)).toEqual({ addedItems: null });
    expect(await added("req_1757412789250_ffffffff", 1)).toEqual({ addedItems: null });
    const completed = await research.under(
      claim,
      "completeRequest",
      { results: someResults(["a", "c"], { structuredOutputs: [{ approvals: 2 }] }) },
      "position request { status lease { workerId } }",
    );
    expect(completed).toMatchObject({ request: { status: "COMPLETED", lease: null } });

    const done = await ask(
      requestId,
      `status completedAt failures stalls workerId progress { percentage } statusHistory { from to }
       warnings { message } errors { message }
       results {
         executiveSummary keyFindings { text citations } writtenBy totalSources totalContentItems
         bySourceType { sourceType items averageScore highQualityItems }
         urlsDiscovered contentExtracted apiCalls durationSeconds successRate averageConfidence structuredOutputs reportPath
         items(first: 2) { nodes { itemId url sourceType score publishedAt } pageInfo { hasNextPage endCursor } }
         academic: items(sourceTypes: [ACADEMIC]) { nodes { itemId publishedAt matchedKeywords } }
       }`,
    );
    expect(done).toMatchObject({
      status: "COMPLETED",
      workerId: worker,
      progress: { percentage: 100 },
      statusHistory: [
        { from: "PENDING", to: "PROCESSING" },
        { from: "PROCESSING", to: "EXECUTING" },
        { from: "EXECUTING", to: "COMPLETED" },
      ],
      warnings: [{ message: "A page is slow" }],
      errors: [],
      results: {
        executiveSummary: "Semaglutide was approved.",
        keyFindings: [{ text: "It was approved.", citations: ["a", "c"] }],
        writtenBy: "deterministic-v1",
        totalSources: 2,
        totalContentItems: 3,
        bySourceType: [
          { sourceType: "GOVERNMENT", items: 2, averageScore: 0.7, highQualityItems: 1 },
          { sourceType: "ACADEMIC", items: 1, averageScore: 0.9, highQualityItems: 1 },
        ],
        successRate: 75,
        structuredOutputs: [{ approvals: 2 }],
        items: { nodes: [{ itemId: "a" }, { itemId: "b" }], pageInfo: { hasNextPage: true } },
        academic: { nodes: [{ itemId: "c", publishedAt: "2025-01-15T10:30:00.000Z" }] },
      },
    });
    const results = done["results"] as { averageConfidence: number; items: { pageInfo: { endCursor: string } } };
    expect(results.averageConfidence).toBe(0.77);
    const rest = `results { items(first: 2, after: ${JSON.stringify(results.items.pageInfo.endCursor)}) { nodes { itemId } pageInfo { hasNextPage } } }`;
    expect(await ask(requestId, rest)).toEqual({
      results: { items: { nodes: [{ itemId: "c" }], pageInfo: { hasNextPage: false } } },
    });

    const global = await test.run(
      gql("query ($id: ID!) { node(id: $id) { id ... on ResearchRequest { requestId } } }"),
      {
        id: submitted.request["id"],
      },
    );
    expect(global).toEqual({ node: { id: submitted.request["id"], requestId } });

    // The view follows the feed: as far as the completion it is told.
    const { queueStats } = await test.run(
      gql<{ queueStats: Json[] }>(`query ($at: String) { queueStats(strategy: TABLE, atLeast: $at) {
        strategy byStatus { status count } since oldestPendingAt waitSeconds { p50 p95 }
        submitted claimed completed failed completedPerMinute depth { waiting }
      } }`),
      { at: completed["position"] },
    );
    expect(queueStats).toMatchObject([
      { strategy: "TABLE", submitted: 1, claimed: 1, completed: 1, failed: 0, oldestPendingAt: null, depth: null },
    ]);
    expect(queueStats[0]?.["byStatus"]).toContainEqual({ status: "COMPLETED", count: 1 });
  });

  it("shows its logs: the workers' and its own, oldest first or newest first, by level, page by page", async () => {
    const claim = await research.running();
    const entries = [1, 2, 3].map((n) => ({ message: `Entry ${n}`, level: n === 2 ? "ERROR" : "INFO" }));
    await research.under(claim, "appendRequestLogs", { entries });
    type Logs = { logs: { nodes: { message: string; level: string }[]; pageInfo: { endCursor: string } } };
    const logs = async (args: string) =>
      (await ask(
        claim.requestId,
        `logs(${args}) { nodes { logId at message level stage metadata } pageInfo { endCursor hasNextPage } }`,
      )) as Logs;
    // An index, a moment behind.
    await until(async () => (await logs("first: 50")).logs.nodes.length === 6);
    const all = (await logs("first: 50")).logs.nodes.map(({ message }) => message);
    expect(all.slice(-3)).toEqual(["Entry 1", "Entry 2", "Entry 3"]);
    const newest = (await logs("first: 50, orderBy: NEWEST_FIRST")).logs.nodes.map(({ message }) => message);
    expect(newest).toEqual([...all].reverse());
    expect((await logs("levels: [ERROR]")).logs.nodes).toMatchObject([{ message: "Entry 2", level: "ERROR" }]);
    const seen: string[] = [];
    for (let after = "null"; seen.length < all.length;) {
      const { nodes, pageInfo } = (await logs(`first: 4, after: ${after}`)).logs;
      seen.push(...nodes.map(({ message }) => message));
      after = JSON.stringify(pageInfo.endCursor);
    }
    expect(seen).toEqual(all);
  });
});

describe("people", () => {
  it("see one request for one dedupe key until it is over", async () => {
    const submit = (idempotencyKey?: string) =>
      mutate<{ request: Json; existing: boolean }>(
        test,
        "submitRequest",
        {
          projectId: "acme",
          requestType: "market",
          config,
          dedupeKey: "weekly",
          ...(idempotencyKey && { idempotencyKey }),
        },
        { selection: "existing request { requestId }" },
      );
    const first = await submit("once");
    expect(await submit("once")).toEqual(first);
    expect(await submit()).toEqual({ ...first, existing: true });
    const requestId = String(first.request["requestId"]);
    await mutate(test, "cancelRequest", { requestId });
    const second = await submit();
    expect(second).toMatchObject({ existing: false });
    expect(await refused("retryRequest", { requestId })).toMatchObject([
      { code: "INVALID_TRANSITION", path: ["dedupeKey"] },
    ]);
  });

  it("cancel what waits at once, and what is worked on with its worker's help; then have it done once more", async () => {
    const { requestId } = await research.submit();
    const selection = "request { status cancellation { reason by { id } } version queuedAt }";
    expect(await mutate(test, "cancelRequest", { requestId, reason: "Not needed" }, { selection })).toMatchObject({
      request: { status: "CANCELLED", cancellation: null, queuedAt: null },
    });
    expect(await mutate(test, "retryRequest", { requestId }, { selection })).toMatchObject({
      request: { status: "PENDING", queuedAt: expect.any(String) as string },
    });
    const claim = await research.claim(requestId);
    expect(
      await mutate(test, "cancelRequest", { requestId, reason: "No more" }, { selection, actor: "ana" }),
    ).toMatchObject({ request: { status: "PROCESSING", cancellation: { reason: "No more", by: { id: "ana" } } } });
    expect(await research.under(claim, "heartbeatRequest", {}, "cancelRequested")).toMatchObject({
      cancelRequested: true,
    });
    expect(await research.under(claim, "releaseRequest", { reason: "Told to" }, "request { status }")).toMatchObject({
      request: { status: "CANCELLED" },
    });
  });

  it("change what they saw: another version is told apart", async () => {
    const { requestId } = await research.submit({ priority: "LOW" });
    const stale = { requestId, priority: "HIGH", expectedVersion: 7 };
    expect(await refused("prioritiseRequest", stale)).toMatchObject([
      { __typename: "VersionConflictError", path: ["expectedVersion"] },
    ]);
    const changed = { requestId, priority: "HIGH", expectedVersion: 1 };
    expect(
      await mutate(test, "prioritiseRequest", changed, { selection: "request { priority version }" }),
    ).toMatchObject({ request: { priority: "HIGH", version: 2 } });
  });

  it("limit how many of a project are with workers, and see how many are", async () => {
    const set = (input: Json) =>
      mutate(
        test,
        "setResearchLimit",
        { projectId: "limited", ...input },
        { selection: "limit { projectId maxRunning running version }" },
      );
    expect(await set({ maxRunning: 1, expectedVersion: 0 })).toMatchObject({
      limit: { projectId: "limited", maxRunning: 1, running: 0, version: 1 },
    });
    const [one, other] = [
      await research.submit({ projectId: "limited" }),
      await research.submit({ projectId: "limited" }),
    ];
    const claim = await research.claim(one.requestId);
    await expect(research.claim(other.requestId)).rejects.toThrow("was not given");
    const limit = async () =>
      (await test.run(gql(`{ researchLimit(projectId: "limited") { maxRunning running } }`), {}))["researchLimit"];
    expect(await limit()).toEqual({ maxRunning: 1, running: 1 });
    await research.under(claim, "failRequest", { error: "It is down", retryable: false });
    expect(await limit()).toEqual({ maxRunning: 1, running: 0 });
    await research.claim(other.requestId);
    expect(await set({ maxRunning: null })).toMatchObject({ limit: { maxRunning: null, running: null } });
  });

  it("find requests by what they are", async () => {
    const { requestId } = await research.submit({ projectId: "listed", requestType: "rare", strategy: "SQS" });
    const low = await research.submit({ projectId: "listed", strategy: "SQS", priority: "LOW" });
    const high = await research.submit({ projectId: "listed", strategy: "SQS", priority: "HIGH" });
    const list = async (args: string) => {
      const text = `{ requests(${args}) { nodes { requestId } edges { cursor } pageInfo { hasNextPage endCursor } } }`;
      const { requests } = await test.run(gql<{ requests: { nodes: { requestId: string }[] } }>(text), {});
      return requests.nodes.map((node) => node.requestId);
    };
    await until(async () => (await list(`filter: { projectId: "listed" }`)).length === 3);
    expect(await list(`filter: { projectId: "listed" }, orderBy: OLDEST_FIRST`)).toEqual([
      requestId,
      low.requestId,
      high.requestId,
    ]);
    expect(await list(`filter: { projectId: "listed", strategy: SQS }, orderBy: PRIORITY`)).toEqual([
      high.requestId,
      requestId,
      low.requestId,
    ]);
    expect(
      await list(`filter: { requestType: "rare", userId: "ana", statuses: [PENDING], priorities: [MEDIUM] }`),
    ).toEqual([requestId]);
    expect(await list(`filter: { projectId: "listed", from: "2099-01-01T00:00:00Z" }`)).toEqual([]);
  });
});

it("a worker that waits for a request and goes away leaves it to those who came later", async () => {
  const claim = (workerId: string, signal?: AbortSignal) =>
    post<{ claimRequests: { claimed: Json[] } }>(
      test.opsledger.http.url,
      {
        query: `mutation { claimRequests(input: { workerId: "${workerId}", types: ["later"], waitSeconds: 5 }) {
          claimed { request { requestId lease { workerId } } }
        } }`,
      },
      signal,
    );
  const gone = new AbortController();
  const first = claim("first", gone.signal).then(
    () => "answered",
    () => "gone",
  );
  // What was sent later has its answer: the first one waits by now, or is never heard.
  await post(test.opsledger.http.url, { query: "{ __typename }" });
  const second = claim("second");
  await post(test.opsledger.http.url, { query: "{ __typename }" });
  gone.abort();
  expect(await first).toBe("gone");
  const { requestId } = await research.submit({ requestType: "later" });
  expect((await second).data?.claimRequests.claimed).toEqual([
    { request: { requestId, lease: { workerId: "second" } } },
  ]);
});
