/** One decider for the four kinds of streams of this context, so that one transaction may span them. */
import type { Decider } from "../kernel/decider.js";
import { joinDeciders } from "../kernel/joinedDecider.js";
import { batchDecider } from "./batch.js";
import type { ProjectsCommand } from "./commands.js";
import { batchCategory, projectEventCategory, projectRoutingCategory, projectSettingsCategory } from "./events.js";
import type { ProjectsEvent } from "./events.js";
import { projectEventDecider } from "./projectEvent.js";
import { projectRoutingDecider } from "./routing.js";
import { projectSettingsDecider } from "./settings.js";
import type { ProjectsState } from "./state.js";

const joined = joinDeciders<ProjectsState, ProjectsCommand, ProjectsEvent>({
  [projectEventCategory]: projectEventDecider,
  [batchCategory]: batchDecider,
  [projectSettingsCategory]: projectSettingsDecider,
  [projectRoutingCategory]: projectRoutingDecider,
});

/** Rules of all streams of this context, each by its category. */
export const projectsDecider: Decider<ProjectsState, ProjectsCommand, ProjectsEvent> = joined.decider;

/** The state of a stream that was never written to. Throws where the stream is none of this context. */
export function emptyStateOf(streamId: string): ProjectsState {
  return joined.initialStateOf(streamId);
}
