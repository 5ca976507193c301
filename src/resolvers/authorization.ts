/** Who may do what: the roles, and the check that stands before every root field. */
import type { GraphQLResolveInfo } from "graphql";
import type { AuthCheckerFn } from "type-graphql";
import { ForbiddenError } from "../domain/kernel/errors.js";
import type { GraphQLContext } from "./context.js";

export const roles = ["VIEWER", "RESPONDER", "WORKER", "OPERATOR", "ADMIN"] as const;
export type Role = (typeof roles)[number];

/** What each role may do: everything that is open to these roles. The only place that says so. */
export const grants: Readonly<Record<Role, readonly Role[]>> = {
  VIEWER: ["VIEWER"],
  RESPONDER: ["VIEWER", "RESPONDER"],
  WORKER: ["VIEWER", "WORKER"],
  OPERATOR: ["VIEWER", "RESPONDER", "OPERATOR"],
  ADMIN: ["VIEWER", "RESPONDER", "WORKER", "OPERATOR", "ADMIN"],
};

/** What runs the system looks across all projects, so it takes a caller who may see all of them. */
export const wholeLedgerRoles: readonly Role[] = ["OPERATOR", "ADMIN"];

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** Whether one of the roles that a caller has opens what is open to `least`. */
export function isGranted(held: readonly Role[], least: Role): boolean {
  return held.some((role) => grants[role].includes(least));
}

/** Why a caller may not use a field that is open to `least`; undefined where it may. */
export function accessProblem(
  { roles: held, projects }: Pick<GraphQLContext["caller"], "roles" | "projects">,
  least: Role,
): string | undefined {
  if (!isGranted(held, least)) return `it takes the role ${least}`;
  if (wholeLedgerRoles.includes(least) && projects !== "all") return "it takes access to all projects";
  return undefined;
}

/**
 * Runs before every field that carries `@Authorized(role)`: a caller without the role gets the error `FORBIDDEN`, and the
 * attempt is logged. A field whose rule names no known role is open to nobody.
 */
export const authChecker: AuthCheckerFn<GraphQLContext> = ({ context, info }, [least]) => {
  const field = fieldOf(info);
  context.attempt.field = field;
  context.attempt.operation = info.operation.name?.value;
  const problem =
    typeof least === "string" && isRole(least) ? accessProblem(context.caller, least) : "nobody may use it";
  if (problem === undefined) return true;
  context.audit.denied({ reason: "FORBIDDEN", field });
  throw new ForbiddenError(`You may not use ${field}: ${problem}`);
};

function fieldOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
}
