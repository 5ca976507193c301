/** States of the streams of this context, folded from the events of the log. */
import { bucketStart, emptyStateOf, insightsDecider, tallyKey } from "../../../domain/insights/index.js";
import type { EntityState, Insight, InsightsEvent, InsightsState, Tally } from "../../../domain/insights/index.js";
import type { Recorded } from "../../../domain/kernel/event.js";
import { foldStream } from "../../streamStates.js";
import type { StatePart, StreamFolding } from "../../streamStates.js";

/** An entity's stream grows with its facts; a commit needs the buckets of its own facts only. */
const part: StatePart<InsightsState, InsightsEvent> = {
  take(state, events) {
    if (state.kind !== "entity") return state;
    const tallies = events.flatMap((event): [string, Tally][] => {
      if (event.type !== "ActivityRecorded") return [];
      const key = tallyKey({ from: bucketStart(event.occurredAt), kind: event.data.kind });
      const tally = state.tallies.get(key);
      return tally === undefined ? [] : [[key, tally]];
    });
    return { ...state, tallies: new Map(tallies) };
  },
  putBack(state, after) {
    if (state.kind !== "entity" || after.kind !== "entity") return after;
    const tallies = ownTallies(state);
    for (const [key, tally] of after.tallies) tallies.set(key, tally);
    return { ...after, tallies };
  },
};

/** The tallies of a fold that is under way: made here once, and then changed in place. */
function ownTallies({ tallies }: EntityState): Map<string, Tally> {
  // One that is not empty was made by putBack.
  return tallies.size === 0 ? new Map<string, Tally>() : (tallies as Map<string, Tally>);
}

export const insightsFolding: StreamFolding<InsightsState, InsightsEvent> = {
  evolve: (state, event) => insightsDecider.evolve(state, event),
  emptyStateOf,
  part,
};

/** Undefined where there are no events. */
export function foldInsight(events: readonly Recorded[]): Insight | undefined {
  const [first] = events;
  const state = first && foldStream(insightsFolding, first.streamId, events);
  return state?.kind === "insight" ? state.insight : undefined;
}
