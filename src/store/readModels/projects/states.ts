/** States of the streams of this context, folded from the events of the log. */
import { emptyStateOf, projectEventCategory, projectsDecider } from "../../../domain/projects/index.js";
import type { ProjectEvent, ProjectsEvent, ProjectsState } from "../../../domain/projects/index.js";
import type { Recorded } from "../../../domain/kernel/event.js";
import { toStreamName } from "../../../domain/kernel/streamName.js";

export function toProjectEventStream(projectEventId: string): string {
  return toStreamName(projectEventCategory, projectEventId);
}

/** The state that the events of a whole stream lead to. */
export function foldStream(streamId: string, events: readonly Recorded[]): ProjectsState {
  // The stream is of this context, so its events are of its union.
  return (events as readonly Recorded<ProjectsEvent>[]).reduce(
    (state, event) => projectsDecider.evolve(state, event),
    emptyStateOf(streamId),
  );
}

/** Undefined where there are no events. */
export function foldProjectEvent(events: readonly Recorded[]): ProjectEvent | undefined {
  const [first] = events;
  const state = first && foldStream(first.streamId, events);
  return state?.kind === "project-event" ? state.projectEvent : undefined;
}
