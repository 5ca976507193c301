/** A stream of research as the feed has it: its commits, with the tags that live filters and views read. */
import { commitTags } from "../../../src/domain/kernel/decider.js";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import { emptyResearchState, researchDecider, researchProjection } from "../../../src/domain/research/index.js";
import type { ResearchStream } from "../../support/researchStory.js";

/** Events of one moment are of one commit. */
export function feedOf({ streamId, events }: Pick<ResearchStream, "streamId" | "events">): readonly FeedEntry[] {
  let state = emptyResearchState(streamId);
  const moments = [...new Set(events.map(({ recordedAt }) => recordedAt))];
  return moments.flatMap((moment) => {
    const commit = events.filter(({ recordedAt }) => recordedAt === moment);
    const before = state;
    state = commit.reduce((folded, event) => researchDecider.evolve(folded, event), state);
    const tags = commitTags(researchProjection, before, state);
    return commit.map((event) => ({ log: 0, position: event.version, event, tags }));
  });
}
