/** What is there for the caller: its own sessions, or all. All else does not exist, and asking for it leaves a trace. */
import { isUserVisible } from "../../domain/integrations/index.js";
import type { IntegrationSession } from "../../domain/integrations/index.js";
import { ForbiddenError } from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import type { Caller, GraphQLContext } from "../context.js";
import { accessProblem } from "../roles.js";
import { loadNamedRow } from "../visible.js";

/** The caller, as the domain asks who somebody is. */
export function toAsker({ actor, projects }: Pick<Caller, "actor" | "projects">): Pick<Request, "actor" | "scope"> {
  return { actor, scope: projects };
}

/** Whether sessions of a user whom the argument of a root field names are there; a line in the trail where they are not. */
export function seesUser({ caller, audit }: GraphQLContext, field: string, userId: string): boolean {
  if (isUserVisible(userId, toAsker(caller))) return true;
  audit.denied({ reason: "FOREIGN_PROJECT", field, entity: "User", entityId: userId });
  return false;
}

/** Whether the caller runs the system, and so is shown all that is personal. */
export function runsSystem(caller: Caller): boolean {
  return accessProblem(caller, "OPERATOR") === undefined;
}

/** Whether the caller is shown what is personal of a user. */
export function seesPersonal(caller: Caller, userId: string): boolean {
  return caller.actor.id === userId || runsSystem(caller);
}

/**
 * Sessions of others change who runs the system: who changes one may have its items sent to himself. Whose sessions the caller may not
 * see is left to the domain: they do not exist. @throws ForbiddenError for `userId`.
 */
export function requireMayChange(caller: Caller, userId: string): void {
  if (!isUserVisible(userId, toAsker(caller)) || seesPersonal(caller, userId)) return;
  throw new ForbiddenError("it takes the role OPERATOR to change sessions of others", ["userId"]);
}

/**
 * Nothing proves whose account it is that a service pushes for: who may connect any number would have what is written to it.
 * @throws ForbiddenError for `serviceType`.
 */
export function requireMayConnect({ caller, integrationServices }: GraphQLContext, serviceType: string): void {
  if (integrationServices.get(serviceType)?.mode !== "PUSH" || runsSystem(caller)) return;
  throw new ForbiddenError("it takes the role OPERATOR to connect a service that pushes", ["serviceType"]);
}

/** The session that the arguments of a root field name; undefined where the caller may not see it, which is logged. */
export async function loadNamedSession(
  context: GraphQLContext,
  field: string,
  sessionId: string,
): Promise<IntegrationSession | undefined> {
  const named = { entity: "IntegrationSession", id: sessionId, field };
  return loadNamedRow(context, context.loaders.integrationSession, named);
}
