/** The check that stands before every root field: whether the caller's roles open it. */
import type { GraphQLResolveInfo } from "graphql";
import type { AuthCheckerFn } from "type-graphql";
import { ForbiddenError } from "../domain/kernel/errors.js";
import type { GraphQLContext } from "./context.js";
import { accessProblem, isRole } from "./roles.js";

/**
 * Runs before every field that carries `@Authorized(role)`: a caller without the role gets the error `FORBIDDEN`, and the
 * attempt is logged. A field whose rule names no known role is open to nobody.
 */
export const authChecker: AuthCheckerFn<GraphQLContext> = ({ context, info }, [least]) => {
  const field = rootFieldOf(info);
  context.attempt.field = field;
  context.attempt.operation = info.operation.name?.value;
  const problem = isRole(least) ? accessProblem(context.caller, least) : "nobody may use it";
  if (problem === undefined) return true;
  context.audit.denied({ reason: "FORBIDDEN", field });
  throw new ForbiddenError(`You may not use ${field}: ${problem}`);
};

function rootFieldOf({ parentType, fieldName }: GraphQLResolveInfo): string {
  return `${parentType.name}.${fieldName}`;
}
