/** The score tells good summaries from bad ones, and the batches are what they say. */
import { describe, expect, it } from "vitest";
import { draftByRules } from "../../src/domain/projects/index.js";
import type { Summary } from "../../src/domain/projects/index.js";
import { summaryCases } from "./batches.js";
import { scoreCase } from "./score.js";

const [first] = summaryCases;
if (first === undefined) throw new Error("there are no batches");
const { facts } = first;

const summary = (parts: Partial<Summary>): Summary => ({
  headline: "Some things happened",
  themes: [],
  blockers: [],
  achievements: [],
  links: [],
  stats: { events: 0, actors: 0, bySource: {}, byKind: {}, alreadyNotified: 0, omitted: 0 },
  ...parts,
});
const claim = (projectEventIds: readonly string[], text = "x") => ({ text, projectEventIds: [...projectEventIds] });

describe("the score of a summary", () => {
  it("counts a fact as told only where its own section cites it", () => {
    const stated = facts.achievements.length + facts.blockers.length;
    expect(scoreCase(first, summary({}))).toMatchObject({ told: 0, stated, right: 0, cited: 0 });
    const achievements = facts.achievements.map((fact) => claim(fact));
    expect(scoreCase(first, summary({ achievements })).told).toBe(facts.achievements.length);
    const blockers = achievements.map((each) => ({ ...each, since: "" }));
    expect(scoreCase(first, summary({ blockers }))).toMatchObject({ told: 0, right: 0, cited: blockers.length });
  });

  it("counts claims that must not be made, wherever they stand", () => {
    const forbidden = "#40 was merged";
    for (const parts of [
      { headline: forbidden },
      { themes: [claim([], forbidden)] },
      { achievements: [claim([], forbidden)] },
    ]) {
      expect(scoreCase(first, summary(parts)).forbidden).toEqual([forbidden]);
    }
  });
});

describe("the batches", () => {
  it("are twenty, of several sources, of three to thirty-odd events", () => {
    expect(summaryCases.length).toBe(20);
    expect(Math.max(...summaryCases.map(({ input }) => input.events.length))).toBeGreaterThanOrEqual(30);
    const sources = new Set(summaryCases.flatMap(({ input }) => input.events.map(({ source }) => source)));
    expect([...sources].sort()).toEqual(["GENERIC", "GITHUB", "SLACK", "TRELLO"]);
  });

  it.each(summaryCases.map((each) => [each.name, each] as const))(
    "%s is summarised the same each time",
    (_, { input }) => {
      expect(draftByRules(input)).toEqual(draftByRules(structuredClone(input)));
    },
  );
});
