/** States of the streams of this context, folded from the events of the log. */
import { emptyStateOf, projectEventCategory, projectsDecider } from "../../../domain/projects/index.js";
import type { ProjectEvent, ProjectsEvent, ProjectsState } from "../../../domain/projects/index.js";
import type { Recorded } from "../../../domain/kernel/event.js";
import { toStreamName } from "../../../domain/kernel/streamName.js";
import { foldStream } from "../../streamStates.js";
import type { StreamFolding } from "../../streamStates.js";

export const projectsFolding: StreamFolding<ProjectsState, ProjectsEvent> = {
  evolve: (state, event) => projectsDecider.evolve(state, event),
  emptyStateOf,
};

export function toProjectEventStream(projectEventId: string): string {
  return toStreamName(projectEventCategory, projectEventId);
}

/** Undefined where there are no events. */
export function foldProjectEvent(events: readonly Recorded[]): ProjectEvent | undefined {
  const [first] = events;
  const state = first && foldStream(projectsFolding, first.streamId, events);
  return state?.kind === "project-event" ? state.projectEvent : undefined;
}
