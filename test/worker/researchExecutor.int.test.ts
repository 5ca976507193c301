/** The work of a research request on a site whose right answers are known, and on one with everything that goes wrong. */
import { jsonBytes } from "../../src/domain/kernel/json.js";
import { ModelError } from "../../src/domain/kernel/modelError.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPageFetcher } from "../../src/adapters/web/pageFetcher.js";
import {
  Items,
  ReportedProgress,
  ReportedResults,
  createDeterministicReportWriter,
  limits,
} from "../../src/domain/research/index.js";
import type { InputOf, PageFetcher, ReportWriter, ResultItem } from "../../src/domain/research/index.js";
import { WorkFailedError, createResearchExecutor } from "../../src/worker/index.js";
import type { Assignment } from "../../src/worker/index.js";
import { createManualClock } from "../support/manualClock.js";
import { siteKeywords, sitePages, siteThreshold, toHtml, troublePaths } from "../support/sitePages.js";
import { says, startSiteServer } from "../support/siteServer.js";
import type { SiteServer } from "../support/siteServer.js";
import { anAssignment, recordWork } from "./support.js";
import type { RecordedWork } from "./support.js";

let site: SiteServer;
let fetcher: PageFetcher;
beforeAll(async () => {
  site = await startSiteServer();
  fetcher = createPageFetcher({ allowedHosts: [site.host], userAgent: "Test/1.0", timeoutMilliseconds: 2_000 });
});
afterAll(async () => {
  await fetcher.close();
  await site.close();
});

const byRules = createDeterministicReportWriter();
const clock = createManualClock();
const kept = sitePages.filter(({ isKept }) => isKept);

type Config = InputOf<"submit">["config"];

function configOf(paths: readonly string[], more: Partial<Config> = {}): Config {
  return {
    keywords: siteKeywords,
    sources: paths.map((path, place) => ({
      name: `Source ${place + 1}`,
      baseUrl: `${site.url}${path}`,
      sourceType: place === 0 ? "GOVERNMENT" : "NEWS",
    })),
    qualityThreshold: siteThreshold,
    ...more,
  };
}

function run(assignment: Assignment, work: RecordedWork, writer: ReportWriter = byRules) {
  const execute = createResearchExecutor({ fetcher, writer, fallbackWriter: byRules, clock });
  return execute(assignment, work);
}

const pathsOf = (items: readonly ResultItem[]) => items.map(({ url }) => new URL(url).pathname).sort();
const percentages = ({ progress }: RecordedWork) => progress.map(({ percentage }) => percentage);

describe("the work on a site whose answers are known", () => {
  it("keeps what is good enough with its keywords, and nothing else", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/"])), work);
    expect(pathsOf(work.items())).toEqual(kept.map(({ path }) => path).sort());
    for (const { path, matchedKeywords, publishedAt, title } of kept) {
      const item = work.items().find(({ url }) => url === `${site.url}${path}`);
      expect(item).toMatchObject({ title, matchedKeywords, source: "Source 1", sourceType: "GOVERNMENT" });
      expect(item?.publishedAt).toBe(publishedAt);
      expect(item?.fetchedAt).toBe(clock.now());
      expect(item?.text.length).toBeLessThanOrEqual(600);
    }
    expect(results).toMatchObject({
      writtenBy: "deterministic-v1",
      urlsDiscovered: 1 + sitePages.length,
      contentExtracted: 1 + sitePages.length,
    });
    expect(results.executiveSummary).toContain(`${kept.length} items from 1 source`);
    expect(results.apiCalls).toBeGreaterThan(sitePages.length);
  });

  it("says what the ledger takes: results, items, progress, checkpoints", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/"])), work);
    expect(ReportedResults.safeParse(results).error).toBeUndefined();
    for (const items of work.parts.values()) expect(Items.safeParse(items).error).toBeUndefined();
    for (const said of work.progress) expect(ReportedProgress.safeParse(said).error).toBeUndefined();
    for (const checkpoint of work.checkpoints) expect(jsonBytes(checkpoint)).toBeLessThan(limits.checkpointBytes);
    const known = new Set(work.items().map(({ itemId }) => itemId));
    for (const { citations } of results.keyFindings ?? []) {
      expect(citations.every((itemId) => known.has(itemId))).toBe(true);
    }
    expect(results.keyFindings?.length).toBeGreaterThan(0);
  });

  it("goes through the stages, and never back", async () => {
    const work = recordWork();
    await run(anAssignment(configOf(["/"])), work);
    expect([...new Set(work.progress.map(({ stage }) => stage))]).toEqual([
      "content_discovery",
      "content_extraction",
      "analysis",
      "reporting",
    ]);
    expect(percentages(work)).toEqual(percentages(work).toSorted((one, other) => one - other));
    expect(percentages(work).at(0)).toBe(0);
    expect(percentages(work).at(-1)).toBeLessThan(100);
    // After the source and three of the thirteen batches' pages: a share of what is known.
    const { urlsFound = 0, contentExtracted = 0, percentage } = work.progress[2] ?? { percentage: 0 };
    expect(percentage).toBe(Math.floor((900 * contentExtracted) / urlsFound) / 10);
  });

  it("reads no more pages of a source than was asked for", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/"], { maxPagesPerSource: 4 })), work);
    expect(results.urlsDiscovered).toBe(4);
  });

  it("reads a page that two sources lead to once", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/", "/about"])), work);
    expect(pathsOf(work.items())).toEqual(kept.map(({ path }) => path).sort());
    expect(results.urlsDiscovered).toBe(1 + sitePages.length);
  });

  it("keeps the whole text, or none, where that was asked for", async () => {
    const whole = recordWork();
    await run(anAssignment(configOf(["/"], { extractionMode: "FULL" })), whole);
    for (const { path, paragraphs } of kept) {
      const item = whole.items().find(({ url }) => url.endsWith(path));
      expect(item?.text).toContain(paragraphs.at(-1));
    }
    const bare = recordWork();
    await run(anAssignment(configOf(["/"], { extractionMode: "METADATA" })), bare);
    expect(bare.items().map(({ text }) => text)).toEqual(kept.map(() => ""));
  });

  it("has nothing to report where nothing is good enough", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/"], { keywords: ["zebra"] })), work);
    expect(work.parts.size).toBe(0);
    expect(results).toMatchObject({ keyFindings: [], contentExtracted: 1 + sitePages.length });
    expect(results.executiveSummary).toContain("Nothing was found");
  });
});

describe("the work on a site where much goes wrong", () => {
  it("counts and notes what cannot be read, and keeps the rest", async () => {
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/rough"], { maxPagesPerSource: 50 })), work);
    expect(pathsOf(work.items())).toEqual(kept.map(({ path }) => path).sort());
    const warned = work.notes.filter(({ level }) => level === "WARNING");
    for (const path of troublePaths) expect(warned.some(({ message }) => message.includes(path))).toBe(true);
    expect(warned).toHaveLength(troublePaths.length);
    expect(work.progress.at(-1)).toMatchObject({ processingErrors: troublePaths.length });
    expect(results.urlsDiscovered).toBe(1 + sitePages.length + troublePaths.length);
    expect(results.contentExtracted).toBe(1 + sitePages.length);
  });

  it("goes on with the other sources where one cannot be read at all", async () => {
    const work = recordWork();
    await run(anAssignment(configOf(["/", "/broken"])), work);
    expect(pathsOf(work.items())).toEqual(kept.map(({ path }) => path).sort());
    expect(work.notes.filter(({ level }) => level === "ERROR")).toMatchObject([
      { message: expect.stringContaining("Source 2 cannot be read") as unknown, stage: "content_discovery" },
    ]);
  });

  it.each([
    ["may be there later", ["/broken", "/gone"], true],
    ["are gone for good", ["/gone", "/paper"], false],
  ])("fails where no source can be read; that they %s it says", async (_what, paths, retryable) => {
    const failure = await run(anAssignment(configOf(paths)), recordWork()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkFailedError);
    expect(failure).toMatchObject({ retryable, message: expect.stringContaining("none of the 2 sources") as unknown });
  });

  it("tries a source again in the next attempt that could not be read in the last one", async () => {
    site.serve("/flaky", says("busy", {}, 503));
    const first = recordWork();
    const config = configOf(["/flaky"]);
    await expect(run(anAssignment(config), first)).rejects.toThrow("the source cannot be read");
    site.serve("/flaky", says(`<a href="${kept[0]?.path}">news</a>`));
    const second = recordWork();
    await run(anAssignment(config, { checkpoint: first.checkpoints.at(-1) }), second);
    expect(second.items()).toHaveLength(1);
  });

  it("lets the rules write where the writer has no answer, and says so", async () => {
    const writer: ReportWriter = {
      writtenBy: "model-x",
      write: () => Promise.reject(new ModelError("TIMEOUT", "no answer within 20 s")),
    };
    const work = recordWork();
    const results = await run(anAssignment(configOf(["/"])), work, writer);
    expect(results.writtenBy).toBe("deterministic-v1");
    expect(work.notes).toContainEqual({
      level: "WARNING",
      message: expect.stringContaining("no answer within 20 s") as unknown,
      stage: "reporting",
    });
  });
});

describe("an attempt that goes on from an earlier one", () => {
  it("reads no page again, and reports on all that was found", async () => {
    const config = configOf(["/"], { batchSize: 3 });
    const whole = recordWork();
    const expected = await run(anAssignment(config), whole);

    const first = recordWork(new Map(), (work) => void (work.checkpoints.length === 2 && work.stop()));
    await expect(run(anAssignment(config), first)).rejects.toThrow("stopped");
    expect(first.items().length).toBeLessThan(kept.length);
    expect(first.items().length).toBeGreaterThan(0);

    const before = site.requests.length;
    const second = recordWork(first.parts);
    const rest = anAssignment(config, { checkpoint: first.checkpoints.at(-1), parts: [...first.parts.keys()] });
    const results = await run(rest, second);
    const again = site.requests.slice(before).map(({ path }) => path);
    expect(new Set(again).size).toBe(again.length);
    // The source's own page, for its links.
    expect(again.length).toBe(1 + sitePages.length - 3);
    expect(again.filter((path) => pathsOf(first.items()).includes(path))).toEqual([]);
    expect(pathsOf(second.items())).toEqual(pathsOf(whole.items()));
    const { apiCalls: _, ...told } = expected;
    expect(results).toMatchObject(told);
    expect(percentages(second)).toEqual(percentages(second).toSorted((one, other) => one - other));
  });

  it("keeps what was added behind the last checkpoint, also where it cannot be read again", async () => {
    const some = kept.slice(0, 3);
    for (const page of some) site.serve(`/late${page.path}`, says(toHtml(page)));
    site.serve("/late", says(some.map(({ path }) => `<a href="/late${path}">news</a>`).join(" ")));
    const config = configOf(["/late"], { batchSize: 1 });
    const first = recordWork();
    await run(anAssignment(config), first);
    // It died before it could complete, and the ledger has not heard of the last checkpoints.
    const [, checkpoint] = first.checkpoints;
    expect(checkpoint).toMatchObject({ nextPart: 2 });
    expect([...first.parts.keys()]).toEqual([1, 2, 3]);

    const [lost = ""] = pathsOf(first.parts.get(2) ?? []);
    site.serve(lost, says("gone", {}, 404));
    const second = recordWork(first.parts);
    const results = await run(anAssignment(config, { checkpoint, parts: [1, 2, 3] }), second);
    expect(pathsOf(second.items())).toEqual(pathsOf(first.items()));
    for (const part of first.parts.keys()) expect(second.parts.get(part)).toEqual(first.parts.get(part));
    const known = new Set(second.items().map(({ itemId }) => itemId));
    const cited = results.keyFindings?.flatMap(({ citations }) => citations) ?? [];
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter((itemId) => !known.has(itemId))).toEqual([]);
  });

  it("begins anew where the checkpoint is none of its own", async () => {
    const work = recordWork();
    await run(anAssignment(configOf(["/"]), { checkpoint: { page: 7 }, parts: [1, 2] }), work);
    expect(pathsOf(work.items())).toEqual(kept.map(({ path }) => path).sort());
    expect([...work.parts.keys()].every((part) => part > 2)).toBe(true);
  });
});
