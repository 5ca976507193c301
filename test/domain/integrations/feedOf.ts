/** A session's stream as the feed has it: its commits, with the tags that live filters and views read. */
import { emptySession, sessionDecider, sessionProjection } from "../../../src/domain/integrations/index.js";
import { commitTags } from "../../../src/domain/kernel/decider.js";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import type { SessionStream } from "../../support/sessionStory.js";

/** Events of one moment are of one commit. */
export function feedOf({ events }: Pick<SessionStream, "events">): readonly FeedEntry[] {
  let state = emptySession;
  const moments = [...new Set(events.map(({ recordedAt }) => recordedAt))];
  return moments.flatMap((moment) => {
    const commit = events.filter(({ recordedAt }) => recordedAt === moment);
    const before = state;
    state = commit.reduce((folded, event) => sessionDecider.evolve(folded, event), state);
    const tags = commitTags(sessionProjection, before, state);
    return commit.map((event) => ({ log: 0, position: event.version, event, tags }));
  });
}
