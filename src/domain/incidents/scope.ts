/** Whose an incident is: anybody's who has one of its services. Outside that, it does not exist. */
import { ForbiddenError, NotFoundError, NotVisibleError } from "../kernel/errors.js";
import { isInScope } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { Incident } from "./state.js";

/** Whether an incident is there for somebody with this scope. */
export function isVisible({ services }: Pick<Incident, "services">, scope: Scope): boolean {
  return isInScope(scope, services);
}

/** The incident, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisible(
  incident: Incident | undefined,
  { incidentId, field, scope }: { readonly incidentId: string; readonly field: string; readonly scope: Scope },
): Incident {
  if (incident === undefined) throw new NotFoundError("Incident", incidentId, [field]);
  if (!isVisible(incident, scope)) throw new NotVisibleError("Incident", incidentId, [field]);
  return incident;
}

/** Callers name services of their own projects only. @throws ForbiddenError for `field`. */
export function requireOwn(services: readonly string[], field: string, scope: Scope): void {
  const foreign = services.filter((service) => !isInScope(scope, [service]));
  if (foreign.length === 0) return;
  throw new ForbiddenError(`you may only name services of your projects, not ${foreign.join(", ")}`, [field]);
}

/** Nobody takes an incident out of their own sight. @throws ForbiddenError for `field`. */
export function requireStillVisible(services: readonly string[], field: string, scope: Scope): void {
  if (isInScope(scope, services)) return;
  throw new ForbiddenError("it is the last service of your projects: the incident would be out of your sight", [field]);
}
