/** Whose an incident is: anybody's who has one of its services. Outside that, it does not exist. */
import { ForbiddenError } from "../kernel/errors.js";
import { isInScope, requireOwn, requireVisible } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { Incident } from "./state.js";

/** Whether an incident is there for somebody with this scope. */
export function isVisible({ services }: Pick<Incident, "services">, scope: Scope): boolean {
  return isInScope(scope, services);
}

/** The incident, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleIncident(
  incident: Incident | undefined,
  { incidentId, field, scope }: { readonly incidentId: string; readonly field: string; readonly scope: Scope },
): Incident {
  return requireVisible(incident, (found) => isVisible(found, scope), { entity: "Incident", id: incidentId, field });
}

/** Callers name services of their own projects only. @throws ForbiddenError for `field`. */
export function requireOwnServices(services: readonly string[], field: string, scope: Scope): void {
  requireOwn(services, (service) => isInScope(scope, [service]), { what: "services of your projects", field });
}

/** Nobody takes an incident out of their own sight. @throws ForbiddenError for `field`. */
export function requireStillVisible(services: readonly string[], field: string, scope: Scope): void {
  if (isInScope(scope, services)) return;
  throw new ForbiddenError("it is the last service of your projects: the incident would be out of your sight", [field]);
}
