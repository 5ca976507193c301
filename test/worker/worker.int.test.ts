/** The server's own worker on a whole server, and a site whose right answers are known. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InputOf } from "../../src/domain/research/index.js";
import { until } from "../support/graphql/client.js";
import { requestBy } from "../support/ledgerAt.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { siteKeywords, sitePages, siteThreshold, troublePaths } from "../support/sitePages.js";
import { startSiteServer } from "../support/siteServer.js";
import type { SiteServer } from "../support/siteServer.js";

let site: SiteServer;
let test: TestOpsledger;
beforeAll(async () => {
  site = await startSiteServer();
  test = await startTestOpsledger({
    RESEARCH_WORKER: "in-process",
    RESEARCH_WORKER_PATIENCE_SECONDS: "1",
    RESEARCH_ALLOWED_HOSTS: site.host,
  });
}, 60_000);
afterAll(async () => {
  await test.close();
  await site.close();
});

const ada = requestBy("ada");
const kept = sitePages.filter(({ isKept }) => isKept);

const submission = (path: string, more: Partial<InputOf<"submit">> = {}): InputOf<"submit"> => ({
  projectId: "atlas",
  requestType: "semaglutide_intelligence",
  ...more,
  config: {
    keywords: siteKeywords,
    sources: [{ name: "Office", baseUrl: `${site.url}${path}`, sourceType: "GOVERNMENT" }],
    qualityThreshold: siteThreshold,
    maxPagesPerSource: 50,
    ...more.config,
  },
});

const ledger = () => test.opsledger.ledger;
const submit = async (input: InputOf<"submit">) => (await ledger().research.submit(input, ada)).requestId;

async function requestOf(requestId: string) {
  const [request] = await ledger().researchViews.getRequests([requestId]);
  if (request === undefined) throw new Error("there is no such request");
  return request;
}
const ends = (requestId: string) =>
  until(async () => ["COMPLETED", "FAILED", "CANCELLED"].includes((await requestOf(requestId)).status), 20_000);

describe("the server's own worker", () => {
  it("does a request that nobody else takes: what it keeps, and what went wrong, is as it should be", async () => {
    const requestId = await submit(submission("/rough"));
    await ends(requestId);
    const request = await requestOf(requestId);
    expect(request).toMatchObject({
      status: "COMPLETED",
      results: {
        writtenBy: "deterministic-v1",
        totalSources: 1,
        tallies: [{ sourceType: "GOVERNMENT", items: kept.length, highQuality: kept.length }],
        urlsDiscovered: 1 + sitePages.length + troublePaths.length,
        contentExtracted: 1 + sitePages.length,
      },
      progress: { processingErrors: troublePaths.length, percentage: 100 },
    });
    expect(request.warnings).toHaveLength(troublePaths.length);
    expect(request.workerId).toMatch(/^research-worker\/.+\/table$/);
    const items = await ledger().researchReports.items(request.results!.report);
    expect(items.map(({ url }) => new URL(url).pathname).toSorted()).toEqual(kept.map(({ path }) => path).toSorted());
    const cited = request.results!.keyFindings.flatMap(({ citations }) => citations);
    expect(cited.length).toBeGreaterThan(0);
    expect(items.map(({ itemId }) => itemId)).toEqual(expect.arrayContaining(cited));
  });

  it("does a request that it hears of from the queue", async () => {
    const requestId = await submit(submission("/", { strategy: "SQS" }));
    await ends(requestId);
    expect(await requestOf(requestId)).toMatchObject({
      status: "COMPLETED",
      results: { tallies: [{ items: kept.length }] },
    });
    await until(async () => {
      const { waiting, inFlight } = await ledger().workQueue.depth();
      return waiting + inFlight === 0;
    });
  });

  it("fails a request whose sources are gone for good, without trying again", async () => {
    const requestId = await submit(submission("/gone"));
    await ends(requestId);
    const request = await requestOf(requestId);
    expect(request).toMatchObject({ status: "FAILED", failureReason: "ERROR", failures: 1 });
    expect(request.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("Office cannot be read"),
      expect.stringContaining("the source cannot be read"),
    ]);
  });

  it("leaves to others what they take at once", async () => {
    const requestId = await submit(submission("/"));
    const worker = requestBy("worker-1");
    await until(async () => {
      const claimed = await ledger().research.claim({ workerId: "worker-1", requestIds: [requestId] }, worker);
      return claimed.length === 1;
    });
    const { workerId, status } = await requestOf(requestId);
    expect({ workerId, status }).toEqual({ workerId: "worker-1", status: "PROCESSING" });
    await ledger().research.cancel(requestId, {}, ada);
  });

  it("gives back what it has in hand when the server stops, and goes on when it is started again", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const [, , third] = kept;
    if (third === undefined) throw new Error("the site has pages");
    let asked = 0;
    site.serve("/held", (_request, response) => {
      asked += 1;
      void held.then(() => response.writeHead(200, { "content-type": "text/html" }).end("<p>semaglutide</p>"));
    });
    site.serve("/slow", (_request, response) => {
      const links = [...kept.map(({ path }) => path), "/held"].map((path) => `<a href="${path}">page</a>`);
      response.writeHead(200, { "content-type": "text/html" }).end(links.join(" "));
    });
    const base = submission("/slow");
    const requestId = await submit({ ...base, config: { ...base.config, batchSize: 2 } });
    await until(() => asked === 1, 20_000);
    const restarted = test.restart();
    release();
    await restarted;
    await ends(requestId);
    expect(await requestOf(requestId)).toMatchObject({
      status: "COMPLETED",
      failures: 0,
      stalls: 0,
      results: { tallies: [{ items: kept.length }] },
    });
  });
});
