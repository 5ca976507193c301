/** Whose a session is: its user's, and theirs who see everything. */
import { requireOwn, requireVisible } from "../kernel/scope.js";
import type { Request } from "../kernel/request.js";
import type { IntegrationSession } from "./state.js";

/** Who asks. */
type Asker = Pick<Request, "actor" | "scope">;

/** Whether sessions of a user are there for somebody. */
export function isUserVisible(userId: string, { actor, scope }: Asker): boolean {
  return scope === "all" || actor.id === userId;
}

/** The session, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleSession<S extends Pick<IntegrationSession, "userId">>(
  session: S | undefined,
  { sessionId, field, asker }: { readonly sessionId: string; readonly field: string; readonly asker: Asker },
): S {
  const named = { entity: "IntegrationSession", id: sessionId, field };
  return requireVisible(session, (found) => isUserVisible(found.userId, asker), named);
}

/** Callers connect services of their own only. @throws ForbiddenError for `field`. */
export function requireOwnUser(userId: string, field: string, asker: Asker): void {
  requireOwn([userId], (id) => isUserVisible(id, asker), { what: "your own sessions", field });
}
