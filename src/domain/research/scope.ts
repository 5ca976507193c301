/** Whose a request is: theirs who have its project in their scope. */
import { isInScope, requireOwn, requireVisible } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { ResearchRequest } from "./state.js";

/** Whether requests of a project are there for somebody with this scope. */
export function isResearchProjectVisible(projectId: string, scope: Scope): boolean {
  return isInScope(scope, [projectId]);
}

/** Whether a request is there for somebody with this scope. */
export function isRequestVisible({ projectId }: Pick<ResearchRequest, "projectId">, scope: Scope): boolean {
  return isResearchProjectVisible(projectId, scope);
}

/** The request, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleRequest<R extends Pick<ResearchRequest, "projectId">>(
  request: R | undefined,
  { requestId, field, scope }: { readonly requestId: string; readonly field: string; readonly scope: Scope },
): R {
  const named = { entity: "ResearchRequest", id: requestId, field };
  return requireVisible(request, (found) => isRequestVisible(found, scope), named);
}

/** A project of another team is not there. @throws NotFoundError for `field`. */
export function requireVisibleResearchProject(projectId: string, field: string, scope: Scope): void {
  const named = { entity: "Project", id: projectId, field };
  requireVisible(projectId, (id) => isResearchProjectVisible(id, scope), named);
}

/** Callers submit into their own projects only. @throws ForbiddenError for `field`. */
export function requireOwnResearchProject(projectId: string, field: string, scope: Scope): void {
  requireOwn([projectId], (id) => isResearchProjectVisible(id, scope), { what: "your projects", field });
}
