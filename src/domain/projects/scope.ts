/** Whose a project is: theirs who have it in their scope. What no rule assigned is for those who see everything. */
import { isInScope, requireOwn, requireVisible } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { Batch, ProjectEvent } from "./state.js";
import { unassigned } from "./values.js";

/** Whether a project is there for somebody with this scope. */
export function isProjectVisible(project: string, scope: Scope): boolean {
  return scope === "all" || (project !== unassigned && isInScope(scope, [project]));
}

/** The event, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleEvent(
  projectEvent: ProjectEvent | undefined,
  { projectEventId, field, scope }: { readonly projectEventId: string; readonly field: string; readonly scope: Scope },
): ProjectEvent {
  const named = { entity: "ProjectEvent", id: projectEventId, field };
  return requireVisible(projectEvent, ({ project }) => isProjectVisible(project, scope), named);
}

/** The batch, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleBatch(
  batch: Batch | undefined,
  { batchId, field, scope }: { readonly batchId: string; readonly field: string; readonly scope: Scope },
): Batch {
  const named = { entity: "Batch", id: batchId, field };
  return requireVisible(batch, ({ project }) => isProjectVisible(project, scope), named);
}

/** A project of another team is not there. @throws NotFoundError for `field`. */
export function requireVisibleProject(project: string, field: string, scope: Scope): void {
  requireVisible(project, (name) => isProjectVisible(name, scope), { entity: "Project", id: project, field });
}

/** Callers bring events into their own projects only. @throws ForbiddenError for `field`. */
export function requireOwnProject(project: string, field: string, scope: Scope): void {
  requireOwn([project], (name) => isProjectVisible(name, scope), { what: "your projects", field });
}
