/** What is there for the caller: its projects, and what belongs to them. All else does not exist, and asking leaves a trace. */
import type { Batch, ProjectEvent } from "../../domain/projects/index.js";
import { isProjectVisible } from "../../domain/projects/index.js";
import type { GraphQLContext } from "../context.js";
import { loadNamedRow } from "../visible.js";

/** Whether a project that the argument of a root field names is the caller's; a line in the trail where it is not. */
export function seesProject({ caller, audit }: GraphQLContext, field: string, project: string): boolean {
  if (isProjectVisible(project, caller.projects)) return true;
  audit.denied({ reason: "FOREIGN_PROJECT", field, entity: "Project", entityId: project });
  return false;
}

/** The event that the argument of a root field names; undefined where the caller may not see it, which is logged. */
export async function loadNamedEvent(
  context: GraphQLContext,
  field: string,
  projectEventId: string,
): Promise<ProjectEvent | undefined> {
  return loadNamedRow(context, context.loaders.projectEvent, { entity: "ProjectEvent", id: projectEventId, field });
}

/** The same for a batch. */
export async function loadNamedBatch(
  context: GraphQLContext,
  field: string,
  batchId: string,
): Promise<Batch | undefined> {
  return loadNamedRow(context, context.loaders.batch, { entity: "Batch", id: batchId, field });
}
