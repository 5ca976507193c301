/** Whose an entity is: theirs who have its type in their scope. Insights, rules and formulas go with the types they are about. */
import { ForbiddenError } from "../kernel/errors.js";
import { isInScope, requireOwn, requireVisible } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { Entity, Insight, InsightRule } from "./state.js";

/** Whether entities of a type, and what is known about them, are there for somebody with this scope. */
export function isTypeVisible(entityType: string, scope: Scope): boolean {
  return isInScope(scope, [entityType]);
}

/** Whether all of the types are. */
export function areTypesVisible(entityTypes: readonly string[], scope: Scope): boolean {
  return entityTypes.every((entityType) => isTypeVisible(entityType, scope));
}

/** A type of another team is not there. @throws NotFoundError for `field`. */
export function requireVisibleType(entityType: string, field: string, scope: Scope): void {
  requireVisible(entityType, (name) => isTypeVisible(name, scope), { entity: "EntityType", id: entityType, field });
}

/** Callers bring facts about entities of their own types, and define those, only. @throws ForbiddenError for `field`. */
export function requireOwnTypes(entityTypes: readonly string[], field: string, scope: Scope): void {
  requireOwn(entityTypes, (name) => isTypeVisible(name, scope), { what: "types of your own", field });
}

/** What decides about every type is for those who see all of them. `what` is a plural. @throws ForbiddenError. */
export function requireAllTypes(what: string, scope: Scope): void {
  if (scope !== "all") throw new ForbiddenError(`${what} are shared by all types: you need access to all`);
}

/** The entity, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleEntity<E extends Pick<Entity, "entityType">>(
  entity: E | undefined,
  { entityId, field, scope }: { readonly entityId: string; readonly field: string; readonly scope: Scope },
): E {
  const named = { entity: "Entity", id: entityId, field };
  return requireVisible(entity, ({ entityType }) => isTypeVisible(entityType, scope), named);
}

/** The insight, where it is there for the one who asks. @throws NotFoundError for `field`, and the same where it is not. */
export function requireVisibleInsight(
  insight: Insight | undefined,
  { alertId, field, scope }: { readonly alertId: string; readonly field: string; readonly scope: Scope },
): Insight {
  const named = { entity: "Insight", id: alertId, field };
  return requireVisible(insight, ({ entityType }) => isTypeVisible(entityType, scope), named);
}

/** The rule, where all of its types are there for the one who asks. @throws NotFoundError for `field`, and the same else. */
export function requireVisibleRule(
  rule: InsightRule | undefined,
  { ruleId, field, scope }: { readonly ruleId: string; readonly field: string; readonly scope: Scope },
): InsightRule {
  const named = { entity: "InsightRule", id: ruleId, field };
  return requireVisible(rule, ({ definition }) => areTypesVisible(definition.entityTypes, scope), named);
}
