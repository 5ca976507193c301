/** What is there for the caller: requests of its projects. All else does not exist, and asking for it leaves a trace. */
import { isResearchProjectVisible } from "../../domain/research/index.js";
import type { ResearchRequest } from "../../domain/research/index.js";
import type { GraphQLContext } from "../context.js";
import { loadNamedRow } from "../visible.js";

/** Whether a project that the argument of a root field names is the caller's; a line in the trail where it is not. */
export function seesResearchProject({ caller, audit }: GraphQLContext, field: string, projectId: string): boolean {
  if (isResearchProjectVisible(projectId, caller.projects)) return true;
  audit.denied({ reason: "FOREIGN_PROJECT", field, entity: "Project", entityId: projectId });
  return false;
}

/** The request that the argument of a root field names; undefined where the caller may not see it, which is logged. */
export async function loadNamedRequest(
  context: GraphQLContext,
  field: string,
  requestId: string,
): Promise<ResearchRequest | undefined> {
  return loadNamedRow(context, context.loaders.researchRequest, { entity: "ResearchRequest", id: requestId, field });
}
