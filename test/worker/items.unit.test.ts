/** Items, parts and checkpoints stay within what the ledger takes, whatever pages are like. */
import { jsonBytes } from "../../src/domain/kernel/json.js";
import { describe, expect, it } from "vitest";
import { Items, RequestConfig, ResultItem, jsonObject, limits } from "../../src/domain/research/index.js";
import type { FetchedPage } from "../../src/domain/research/index.js";
import { fromCheckpoint, toCheckpoint, toMark } from "../../src/worker/checkpoint.js";
import type { ReadingRecord } from "../../src/worker/checkpoint.js";
import { bestFirst, toItem, toParts } from "../../src/worker/items.js";

const source = { name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" } as const;
const config = (more: object = {}) =>
  RequestConfig.parse({ keywords: ["semaglutide"], sources: [source], qualityThreshold: 0, ...more });
const fetchedAt = "2025-09-09T10:13:09.250Z";

const aPage = (more: Partial<FetchedPage> = {}): FetchedPage => ({
  url: "https://www.fda.gov/news",
  title: "Semaglutide is approved",
  text: "Semaglutide was approved on Monday.",
  links: [],
  notModified: false,
  requests: 1,
  ...more,
});
const itemOf = (page: Partial<FetchedPage>, more: object = {}) =>
  toItem(aPage(page), { source, config: config(more), fetchedAt });

describe("an item", () => {
  it.each<[string, Partial<FetchedPage>]>([
    ["has a title of one line only", { title: "  Semaglutide\n\u0007is\u202e approved " }],
    ["has no title", { title: "" }],
    ["has a title without end", { title: "Semaglutide ".repeat(1_000) }],
    ["has half a character", { text: "semaglutide \ud83d".repeat(10_000), title: "\ud83d" }],
    ["is long, and every character takes six bytes", { text: "semaglutide \u0001\u0002\u0003".repeat(20_000) }],
    ["is long, and in characters of three bytes", { text: `semaglutide ${"研究".repeat(200_000)}` }],
    ["was published on a day that is none", { publishedAt: "2025-02-30T00:00:00Z" }],
    ["was published at some time without a zone", { publishedAt: "yesterday" }],
  ])("is one that the ledger takes where a page %s", (_what, page) => {
    const item = itemOf(page, { extractionMode: "FULL" });
    expect(ResultItem.safeParse(item).error).toBeUndefined();
    expect(Items.safeParse([item]).error).toBeUndefined();
  });

  it("has its address for a title where there is none else", () => {
    expect(itemOf({ title: " " })?.title).toBe("https://www.fda.gov/news");
  });

  it("says when its page was published, where that is known", () => {
    expect(itemOf({ publishedAt: "2025-03-04T10:30:00+01:00" })?.publishedAt).toBe("2025-03-04T09:30:00.000Z");
    expect(itemOf({ publishedAt: "yesterday" })).not.toHaveProperty("publishedAt");
  });

  it("is none below the threshold, nor of an address that cannot be cited", () => {
    expect(itemOf({}, { qualityThreshold: 1 })).toBeUndefined();
    expect(itemOf({ url: `https://www.fda.gov/${"a".repeat(1_000)}` })).toBeUndefined();
  });

  it("has one id whichever attempt has read it", () => {
    expect(itemOf({})?.itemId).toBe(itemOf({ title: "Another title" })?.itemId);
    expect(itemOf({ url: "https://www.fda.gov/other" })?.itemId).not.toBe(itemOf({})?.itemId);
  });
});

describe("parts", () => {
  const many = (count: number, text: string) =>
    Array.from({ length: count }, (_, place) =>
      ResultItem.parse({ ...itemOf({ url: `https://www.fda.gov/${place}` }, { extractionMode: "FULL" }), text }),
    );

  it.each([
    ["many small ones", 950, "x"],
    ["large ones", 30, "x".repeat(45_000)],
    ["ones of characters that take more bytes", 30, "研".repeat(45_000)],
  ])("of %s are as few as the ledger takes, and lose none", (_what, count, text) => {
    const items = many(count, text);
    const parts = toParts(items);
    for (const part of parts) expect(Items.safeParse(part).error).toBeUndefined();
    expect(parts.flat()).toEqual(items);
    expect(parts.length).toBeLessThanOrEqual(
      Math.ceil(jsonBytes(items) / 90_000) + Math.ceil(count / limits.itemsOfPart),
    );
  });

  it("of nothing are none", () => {
    expect(toParts([])).toEqual([]);
  });
});

it("shows the best items first, and equal ones in one order", () => {
  const [one, two, three] = ["a", "b", "c"].map((path) => itemOf({ url: `https://www.fda.gov/${path}` }));
  if (one === undefined || two === undefined || three === undefined) throw new Error("they are items");
  const best = { ...three, score: 1 };
  expect(bestFirst([one, two, best])).toEqual(bestFirst([best, two, one]));
  expect(bestFirst([one, best])[0]).toBe(best);
});

describe("a checkpoint", () => {
  const record = (sources: number, pages: number): ReadingRecord => ({
    nextPart: 100,
    requests: 1_000_000,
    sources: Array.from({ length: sources }, () => ({
      ...{ pages: 200, extracted: 199, errors: 1 },
      isDone: true,
      isUnreadable: false,
    })),
    done: Array.from({ length: pages }, (_, place) => toMark(`https://www.fda.gov/${place}`)),
  });

  it("says what was done", () => {
    const before = record(2, 30);
    expect(fromCheckpoint(toCheckpoint(before), 2)).toEqual(before);
  });

  it("is small enough with as many sources and pages as there may be; the oldest are forgotten", () => {
    const before = record(limits.sources, limits.sources * limits.pagesPerSource);
    const checkpoint = toCheckpoint(before);
    expect(jsonObject(limits.checkpointBytes).safeParse(checkpoint).error).toBeUndefined();
    const { done = [] } = fromCheckpoint(checkpoint, limits.sources) ?? {};
    expect(done.length).toBeGreaterThan(1_000);
    expect(done).toEqual(before.done.slice(-done.length));
  });

  it("lets a source be tried again that could not be read", () => {
    const [tally] = record(1, 0).sources;
    if (tally === undefined) throw new Error("there is a source");
    const checkpoint = toCheckpoint({ ...record(1, 0), sources: [{ ...tally, isUnreadable: true }] });
    expect(fromCheckpoint(checkpoint, 1)?.sources).toMatchObject([{ pages: 0, isDone: false }]);
  });

  it.each([
    ["another worker's", { page: 7 }],
    ["of another version", { ...toCheckpoint(record(2, 3)), version: 2 }],
    ["of a request with other sources", toCheckpoint(record(3, 3))],
    ["cut off", { ...toCheckpoint(record(2, 3)), done: "abc" }],
  ])("is none where it is %s", (_what, checkpoint) => {
    expect(fromCheckpoint(checkpoint, 2)).toBeUndefined();
  });
});
