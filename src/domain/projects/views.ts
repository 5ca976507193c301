/** The inline projections of this context: which rows of its tables the events of a stream change. */
import type { InlineProjection, ViewChange } from "../kernel/decider.js";
import type { ProjectsEvent } from "./events.js";
import type { Batch, ProjectEvent, ProjectRouting, ProjectSettings, ProjectsState, ProjectsStateOf } from "./state.js";
import { toSeedSource } from "./values.js";
import type { BatchStatus, Importance, ProjectEventKind, ProjectEventSource } from "./values.js";

/** The rows of each view. */
export interface ProjectViews {
  /** `ProjectEvents`, by project and event time. */
  "project-event": ProjectEvent;
  batch: Batch;
  "project-settings": ProjectSettings;
  "project-routing": ProjectRouting;
}

export type ProjectView = keyof ProjectViews;
/** A change of one row of one of these views. */
export type ProjectViewChange = { [V in ProjectView]: ViewChange<V, ProjectViews[V]> }[ProjectView];

/** A project event's place in its table. The name of a project may hold a "/"; an event time never does. */
export function projectEventKey({ project, eventTime }: Pick<ProjectEvent, "project" | "eventTime">): string {
  return `${project}/${eventTime}`;
}

function changes(
  before: ProjectsState,
  _events: readonly unknown[],
  after: ProjectsState,
): readonly ProjectViewChange[] {
  switch (after.kind) {
    case "project-event":
      return eventChanges(before, after);
    case "batch":
      return after.batch === undefined ? [] : [{ view: "batch", key: after.batch.batchId, row: after.batch }];
    case "settings": {
      const { settings } = after;
      return settings === undefined ? [] : [{ view: "project-settings", key: settings.project, row: settings }];
    }
    case "routing":
      return after.routing === undefined ? [] : [{ view: "project-routing", key: "all", row: after.routing }];
  }
}

/** Its place says when it came, so nobody may have it already; one that moves leaves its old place. */
function eventChanges(
  before: ProjectsState,
  { projectEvent }: ProjectsStateOf<"project-event">,
): readonly ProjectViewChange[] {
  if (projectEvent === undefined) return [];
  const key = projectEventKey(projectEvent);
  const known = before.kind === "project-event" ? before.projectEvent : undefined;
  const oldKey = known === undefined ? undefined : projectEventKey(known);
  if (oldKey === key) return [{ view: "project-event", key, row: projectEvent }];
  const put = { view: "project-event", key, row: projectEvent, mustBeNew: true } as const;
  return oldKey === undefined ? [put] : [{ view: "project-event", key: oldKey, row: undefined }, put];
}

/** The facets that live filters select by. */
export const projectTag = {
  project: (project: string) => `project:${project}`,
  /** As the seed writes it: `source:github`. */
  source: (source: ProjectEventSource) => `source:${toSeedSource(source)}`,
  kind: (kind: ProjectEventKind) => `kind:${kind}`,
  importance: (importance: Importance) => `importance:${importance}`,
  batch: (batchId: string) => `batch:${batchId}`,
  status: (status: BatchStatus) => `status:${status}`,
};

function tags(state: ProjectsState): readonly string[] {
  switch (state.kind) {
    case "project-event":
      return state.projectEvent === undefined ? [] : eventTags(state.projectEvent);
    case "batch":
      return state.batch === undefined
        ? []
        : [projectTag.project(state.batch.project), projectTag.status(state.batch.status)];
    case "settings":
      return state.settings === undefined ? [] : [projectTag.project(state.settings.project)];
    case "routing":
      return [];
  }
}

function eventTags({ project, source, kind, importance, batchId }: ProjectEvent): readonly string[] {
  return [
    projectTag.project(project),
    projectTag.source(source),
    projectTag.kind(kind),
    projectTag.importance(importance),
    ...(batchId === undefined ? [] : [projectTag.batch(batchId)]),
  ];
}

/** What is written beside an event, and what a rebuild writes anew. */
export const projectsProjection: InlineProjection<ProjectsState, ProjectsEvent> = { changes, tags };
