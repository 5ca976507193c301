/** What is there for the caller: what is about types of entities in its scope. All else does not exist, and asking leaves a trace. */
import { isTypeVisible } from "../../domain/insights/index.js";
import type { EntityRef, Insight, InsightRule } from "../../domain/insights/index.js";
import type { GraphQLContext } from "../context.js";
import { loadNamedRow } from "../visible.js";
import { findEntity } from "./ids.js";
import type { Path } from "./ids.js";

/** Whether a type that the argument of a root field names is the caller's; a line in the trail where it is not. */
export function seesType({ caller, audit }: GraphQLContext, field: string, entityType: string): boolean {
  if (isTypeVisible(entityType, caller.projects)) return true;
  audit.denied({ reason: "FOREIGN_PROJECT", field, entity: "EntityType", entityId: entityType });
  return false;
}

/**
 * The entity that the argument `argument` of a root field names, where its type is the caller's; undefined where it is not,
 * which is logged, and where there is no such type. Does not say whether it exists.
 */
export async function findNamedEntity(
  context: GraphQLContext,
  field: string,
  { text, argument, type }: { readonly text: string; readonly argument: Path; readonly type?: string | null },
): Promise<EntityRef | undefined> {
  const entity = await findEntity(context, text, argument, type);
  if (entity === undefined || isTypeVisible(entity.type, context.caller.projects)) return entity;
  context.audit.denied({ reason: "FOREIGN_PROJECT", field, entity: "Entity", entityId: entity.id });
  return undefined;
}

/** The insight that the argument of a root field names; undefined where the caller may not see it, which is logged. */
export async function loadNamedInsight(
  context: GraphQLContext,
  field: string,
  alertId: string,
): Promise<Insight | undefined> {
  return loadNamedRow(context, context.loaders.insight, { entity: "Insight", id: alertId, field });
}

/** The same for a rule. */
export async function loadNamedRule(
  context: GraphQLContext,
  field: string,
  ruleId: string,
): Promise<InsightRule | undefined> {
  return loadNamedRow(context, context.loaders.insightRule, { entity: "InsightRule", id: ruleId, field });
}
