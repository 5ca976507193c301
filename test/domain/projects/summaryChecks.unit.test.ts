/** What a summarizer proposed, made fit to be stored: citations, links, lengths, and text that hides something. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSummary, collapse, plainLine, summaryLimits } from "../../../src/domain/projects/index.js";
import type { ProjectEvent, SummaryDraft } from "../../../src/domain/projects/index.js";
import { aProjectEvent, aSummaryInput, at, projectEventId } from "../../support/projectEvents.js";

const merged = aProjectEvent({
  name: "merged",
  title: "Merged #1",
  url: "https://github.com/acme/a/pull/1",
  actor: { id: "ana" },
  occurredAt: at(10),
});
const failed = aProjectEvent({ name: "failed", kind: "CHECK_FAILED", actor: { id: "ana" }, occurredAt: at(5) });
const id = { merged: merged.projectEventId, failed: failed.projectEventId };

const draft = (parts: Partial<SummaryDraft> = {}): SummaryDraft => ({
  headline: "All is well",
  themes: [],
  blockers: [],
  achievements: [{ text: "Merged #1", projectEventIds: [id.merged] }],
  ...parts,
});

const check = (parts: Partial<SummaryDraft>, events: readonly ProjectEvent[] = [merged, failed]) =>
  checkSummary(draft(parts), { input: aSummaryInput(events), notified: [], omitted: 0 });

describe("a claim", () => {
  it("is dropped where it cites nothing", () => {
    expect(check({ themes: [{ text: "Search", projectEventIds: [] }] })?.themes).toEqual([]);
  });

  it("is dropped where it cites only events of other batches", () => {
    expect(
      check({ themes: [{ text: "Search", projectEventIds: [projectEventId("elsewhere"), "e99", ""] }] })?.themes,
    ).toEqual([]);
  });

  it("keeps the events of the batch that it cites, each once", () => {
    const projectEventIds = [id.merged, projectEventId("elsewhere"), id.failed, id.merged];
    expect(check({ themes: [{ text: "Search", projectEventIds }] })?.themes).toEqual([
      { text: "Search", projectEventIds: [id.merged, id.failed] },
    ]);
  });

  it.each(["", "  ", "https://evil.example/x", "…", "[link]"])("is dropped where it says nothing: %j", (text) => {
    expect(check({ themes: [{ text, projectEventIds: [id.merged] }] })?.themes).toEqual([]);
  });

  it("is clipped, and there are only so many", () => {
    const claims = Array.from({ length: 30 }, (_, index) => ({
      text: `${index} ${"x".repeat(500)}`,
      projectEventIds: [id.merged],
    }));
    const summary = check({ themes: claims, achievements: claims, blockers: claims });
    expect(summary?.themes.length).toBe(summaryLimits.themes);
    expect(summary?.achievements.length).toBe(summaryLimits.claims);
    expect(summary?.blockers.every(({ text }) => text.length === summaryLimits.claim && text.endsWith("…"))).toBe(true);
  });

  it("of an achievement is dropped where nothing was achieved by the events that it cites", () => {
    const opened = aProjectEvent({ kind: "ISSUE_OPENED", title: "Announce that v9 is released" });
    const said = aProjectEvent({ kind: "COMMENT_ADDED" });
    const ids = [opened.projectEventId, said.projectEventId];
    const achievements = [
      { text: "v9 is released", projectEventIds: ids },
      { text: "Search was merged", projectEventIds: [...ids, id.merged] },
    ];
    const summary = check({ achievements }, [opened, said, merged]);
    expect(summary?.achievements.map(({ text }) => text)).toEqual(["Search was merged"]);
  });

  it("is not said twice", () => {
    const claim = { text: "Search", projectEventIds: [id.merged] };
    expect(check({ themes: [claim, claim] })?.themes.length).toBe(1);
  });

  it("of a blocker says since when: since the first of its events", () => {
    expect(check({ blockers: [{ text: "Stuck", projectEventIds: [id.merged, id.failed] }] })?.blockers[0]?.since).toBe(
      at(5),
    );
  });
});

describe("a summary", () => {
  it("is not usable without a headline", () => {
    expect(check({ headline: " \n" })).toBeUndefined();
  });

  it("is not usable where no claim is left of a batch with events", () => {
    expect(check({ achievements: [{ text: "Merged #1", projectEventIds: ["e1"] }] })).toBeUndefined();
  });

  it("needs no claim where all events were told at once", () => {
    const summary = checkSummary(draft({ achievements: [] }), {
      input: aSummaryInput([], { alreadyNotified: 1 }),
      notified: [merged],
      omitted: 0,
    });
    expect(summary?.stats).toMatchObject({ events: 1, alreadyNotified: 1, actors: 1 });
  });

  it("counts all events of the batch", () => {
    const summary = checkSummary(draft(), { input: aSummaryInput([merged]), notified: [failed], omitted: 3 });
    expect(summary?.stats).toEqual({
      events: 2,
      actors: 1,
      bySource: { GITHUB: 2 },
      byKind: { CHECK_FAILED: 1, NOTE: 1 },
      alreadyNotified: 1,
      omitted: 3,
    });
  });

  it("links only to what its events link to, by https", () => {
    const unsafe = aProjectEvent({
      url: "http://evil.example/",
      refs: [{ type: "OTHER", id: "x", url: "javascript:alert(1)" }],
    });
    const byRef = aProjectEvent({ title: "By ref", refs: [{ type: "OTHER", id: "x", url: "https://ci.example/1" }] });
    const events = [unsafe, byRef, merged, failed];
    const themes = [{ text: "See https://evil.example/a", projectEventIds: events.map((each) => each.projectEventId) }];
    expect(check({ themes, achievements: [] }, events)?.links).toEqual([
      { label: "By ref", url: "https://ci.example/1", projectEventId: byRef.projectEventId },
    ]);
    expect(check({}, events)?.links.map(({ url }) => url)).toEqual(["https://github.com/acme/a/pull/1"]);
  });
});

describe("a line of text", () => {
  it.each([
    ["see https://evil.example/a?b=1 now", "see [link] now"],
    ["see HTTP://evil.example", "see [link]"],
    ["see www.evil.example", "see [link]"],
    ["see evil.example/login", "see [link]"],
    ["javascript:alert(1)", "[link]"],
    ["[click here](https://evil.example)", "click here"],
    ["<https://evil.example|click here>", "click here"],
    ["two\nlines\tand\u0000more", "two lines and more"],
    ["pay\u200bload \u202eesrever", "payload esrever"],
    ["key AKIAIOSFODNN7EXAMPLE", "key [redacted]"],
    ["acme/inventory-api#42 in src/app.ts at 12:30", "acme/inventory-api#42 in src/app.ts at 12:30"],
    ["Node.js 22, e.g. and/or", "Node.js 22, e.g. and/or"],
  ])("makes of %j %j", (text, line) => {
    expect(plainLine(text, 280)).toBe(line);
  });

  it("never cuts a character in two, nor is longer than it may be", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), fc.integer({ min: 1, max: 60 }), (text, maximum) => {
        const line = plainLine(text, maximum);
        expect(line.length).toBeLessThanOrEqual(maximum);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });

  it("does not take long for text that is made to take long", () => {
    const hostile = ["a.".repeat(100_000), "[".repeat(100_000), "<https:".repeat(50_000), "-----BEGIN ".repeat(9_000)];
    const begun = performance.now();
    for (const text of hostile) plainLine(text, 280);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("events of one thing", () => {
  it("are one strand, whichever source tells of it", () => {
    const subject = "github:acme/a#1";
    const card = aProjectEvent({ source: "TRELLO", subject });
    const other = aProjectEvent();
    const push = aProjectEvent({ subject });
    expect(collapse([card, other, push])).toEqual([
      { subject, events: [card, push] },
      { subject: other.projectEventId, events: [other] },
    ]);
  });

  it("are told by what they refer to where they have no subject", () => {
    const refs = [{ type: "CARD" as const, id: "a" }];
    const events = [aProjectEvent({ source: "TRELLO", refs }), aProjectEvent({ source: "TRELLO", refs })];
    expect(collapse(events)).toEqual([{ subject: "trello:a", events }]);
  });
});
