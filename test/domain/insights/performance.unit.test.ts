/** What became of a rule's insights, as one row: the sum does not depend on the order of the streams. */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import {
  emptyStateOf,
  insightsDecider,
  insightsProjection,
  rulePerformanceProjection,
} from "../../../src/domain/insights/index.js";
import type { RulePerformance } from "../../../src/domain/insights/index.js";
import { insightStory } from "../../support/insightStory.js";

/** Each event as a commit of its own. */
function entriesOf({
  streamId,
  events,
}: Pick<ReturnType<typeof insightStory>[number], "streamId" | "events">): readonly FeedEntry[] {
  let state = emptyStateOf(streamId);
  return events.map((event, index) => {
    const before = insightsProjection.tags(state);
    state = insightsDecider.evolve(state, event);
    return { log: 0, position: index + 1, event, tags: { before, after: insightsProjection.tags(state) } };
  });
}

function rowsAfter(entries: readonly FeedEntry[]): ReadonlyMap<string, RulePerformance> {
  const rows = new Map<string, RulePerformance>();
  for (const entry of entries) {
    for (const key of rulePerformanceProjection.keys(entry)) {
      const row = rulePerformanceProjection.apply(rows.get(key), entry, key);
      if (row !== undefined) rows.set(key, row);
    }
  }
  return rows;
}

const streams = insightStory().map(entriesOf);
const expected: RulePerformance = {
  ruleId: "low_health_score",
  entityTypes: ["student"],
  raised: 3,
  acknowledged: 1,
  resolved: 1,
  dismissed: 1,
  expired: 1,
  useful: 1,
  notUseful: 0,
  happened: 1,
  notHappened: 0,
  leadSeconds: 86_400,
  lastRaisedAt: "2025-01-15T10:30:00.000Z",
};

describe("the performance of a rule", () => {
  it("adds up what became of its insights; of each person the last opinion counts", () => {
    expect([...rowsAfter(streams.flat())]).toEqual([["low_health_score", expected]]);
  });

  it("does not depend on the order of the streams", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (chances) => {
        const left = streams.map((entries) => [...entries]);
        const mixed: FeedEntry[] = [];
        while (left.some(({ length }) => length > 0)) {
          const waiting = left.filter(({ length }) => length > 0);
          const next = waiting[Number(chances.next().value) % waiting.length]?.shift();
          if (next !== undefined) mixed.push(next);
        }
        expect(rowsAfter(mixed).get("low_health_score")).toEqual(expected);
      }),
    );
  });

  it("means nothing to events of other streams", () => {
    const others = streams.flat().filter(({ event }) => !event.streamId.startsWith("Insight-"));
    expect(rowsAfter(others).size).toBe(0);
    for (const entry of others) expect(rulePerformanceProjection.apply(undefined, entry, "any")).toBeUndefined();
  });
});
