/** `opsledger worker` as a process of its own: it works over GraphQL, gives back what it cannot finish, and others go on where it died. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { work } from "../../src/cli/commands/worker.js";
import type { WorkerOptions } from "../../src/cli/commands/worker.js";
import { until } from "../support/graphql/client.js";
import { requestBy } from "../support/ledgerAt.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { siteKeywords, sitePages, siteThreshold } from "../support/sitePages.js";
import { startSiteServer } from "../support/siteServer.js";
import type { SiteServer } from "../support/siteServer.js";

let site: SiteServer;
let test: TestOpsledger;
beforeAll(async () => {
  site = await startSiteServer();
  test = await startTestOpsledger({ RESEARCH_ALLOWED_HOSTS: site.host });
});
afterAll(async () => {
  await test.close();
  await site.close();
});

const ada = requestBy("ada");
const kept = sitePages.filter(({ isKept }) => isKept);
const ledger = () => test.opsledger.ledger;

async function submit(path: string, requestType: string): Promise<string> {
  const source = { name: "Office", baseUrl: `${site.url}${path}`, sourceType: "GOVERNMENT" as const };
  const config = { keywords: siteKeywords, sources: [source], qualityThreshold: siteThreshold, batchSize: 2 };
  return (await ledger().research.submit({ projectId: "atlas", requestType, config }, ada)).requestId;
}

async function stateOf(requestId: string) {
  const [[request], [run]] = await Promise.all([
    ledger().researchViews.getRequests([requestId]),
    ledger().researchViews.getRuns([requestId]),
  ]);
  if (request === undefined || run === undefined) throw new Error("there is no such request");
  return { request, run };
}

/** What a user starts. Killed behind the test where it is still there. */
function startWorker(...options: readonly string[]) {
  const child = spawn(
    process.execPath,
    [join("dist", "src", "cli", "main.js"), "worker", "--url", test.opsledger.http.url, ...options],
    {
      cwd: join(import.meta.dirname, "..", ".."),
      env: { PATH: process.env["PATH"], DATA_DIR: test.dataDir, RESEARCH_ALLOWED_HOSTS: site.host },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "close").then(([code]: (number | null)[]) => code);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, ended, output: () => output };
}

describe("a worker in a process of its own", () => {
  it("does what there is, says how far it is, and ends where that is wanted", async () => {
    const requestId = await submit("/", "plain");
    const { ended, output } = startWorker("--types", "plain", "--once");
    expect(await ended, output()).toBe(0);
    const { request } = await stateOf(requestId);
    expect(request).toMatchObject({
      status: "COMPLETED",
      workerId: expect.stringMatching(/^worker:/) as unknown,
      results: { tallies: [{ items: kept.length }], contentExtracted: 1 + sitePages.length },
    });
    expect(output()).toContain("request claimed");
    expect(output()).toMatch(/reporting 99 %/);
    expect(output()).toContain("1 request completed.");
  });

  it("gives back what it has in hand on SIGTERM; where it is killed, another one goes on from its checkpoint", async () => {
    let isHeld = true;
    let asked = 0;
    site.serve("/held", (_request, response) => {
      asked += 1;
      if (!isHeld) response.writeHead(200, { "content-type": "text/html" }).end("<p>semaglutide</p>");
    });
    site.serve("/slow", (_request, response) => {
      const links = [...kept.map(({ path }) => path), "/held"].map((path) => `<a href="${path}">page</a>`);
      response.writeHead(200, { "content-type": "text/html" }).end(links.join(" "));
    });
    const before = new Map(kept.map(({ path }) => [path, site.count(path)]));
    const requestId = await submit("/slow", "slow");
    const options = ["--types", "slow", "--lease-seconds", "5"] as const;

    const first = startWorker(...options);
    await until(() => asked === 1, 20_000);
    await until(async () => (await stateOf(requestId)).run.checkpoint !== undefined);
    first.child.kill("SIGTERM");
    expect(await first.ended, first.output()).toBe(0);
    expect(first.output()).toContain("1 request released.");
    const { request, run } = await stateOf(requestId);
    expect(request).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
    const found = (await ledger().researchReports.parts(run.parts)).map(({ url }) => new URL(url).pathname);
    expect(found.length).toBeGreaterThan(0);

    const second = startWorker(...options);
    await until(() => asked === 2, 20_000);
    second.child.kill("SIGKILL");
    await second.ended;
    isHeld = false;

    const third = startWorker(...options);
    await until(async () => (await stateOf(requestId)).request.status === "COMPLETED", 25_000);
    third.child.kill("SIGTERM");
    expect(await third.ended, third.output()).toBe(0);
    const completed = (await stateOf(requestId)).request;
    expect(completed).toMatchObject({ failures: 0, stalls: 1, results: { tallies: [{ items: kept.length }] } });
    expect(completed.results?.executiveSummary).toContain(`${kept.length} items`);
    // What the first one had added was never asked for again.
    for (const path of found) expect(site.count(path)).toBe((before.get(path) ?? 0) + 1);
  }, 90_000);
});

describe("opsledger worker", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => void vi.restoreAllMocks());

  it.each<[string, WorkerOptions]>([
    ["--strategy must be table or sqs", { strategy: "kafka" }],
    ["--concurrency must be a whole number from 1 to 50", { concurrency: "many" }],
    ["--lease-seconds must be a whole number from 5 to 3600", { leaseSeconds: "1" }],
    ["--types must be 1-64 letters", { types: "weekly scan" }],
    ["--strategy sqs takes the address of the queue in RESEARCH_QUEUE_URL", { strategy: "sqs" }],
  ])("refuses to start: %s", async (message, options) => {
    await expect(work({ url: test.opsledger.http.url, ...options })).rejects.toThrow(message);
  });

  it("ends with --once where nothing listens at the address of the server", async () => {
    const once = work({ url: "http://127.0.0.1:9/graphql", once: true, onceSeconds: 0.2 });
    await expect(once).rejects.toThrow("given up after 0.2 s: the server cannot be reached");
  });

  it("ends where the server asks for a token and it has none, and says how to make one", async () => {
    const guarded = await startTestOpsledger({ AUTH_SECRET: "0123456789abcdef0123456789abcdef" });
    try {
      await expect(work({ url: guarded.opsledger.http.url, token: "" })).rejects.toThrow("Commands take a token");
    } finally {
      await guarded.close();
    }
  });
});
