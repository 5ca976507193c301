/** How entities, insights and rules are named from outside. */
import { invalid, parseOrRefuse } from "../../domain/kernel/errors.js";
import { AlertId, EntityId, RuleId, parseEntityKey, toEntityKey, typeOfId } from "../../domain/insights/index.js";
import type { EntityRef } from "../../domain/insights/index.js";
import { readGlobalId, toGlobalId, toLocalId } from "../../schema/globalId.js";
import type { GraphQLContext } from "../context.js";

export type Path = string | readonly string[];
const pathOf = (field: Path): readonly string[] => (typeof field === "string" ? [field] : field);

export const entityGlobalId = (entity: EntityRef) => toGlobalId("Entity", toEntityKey(entity));
export const insightGlobalId = (alertId: string) => toGlobalId("Insight", alertId);

/** The entity id in an entity's global id, or the text as it is: what it is checked by is the domain. */
export function toEntityId(text: string): string {
  const read = readGlobalId(text);
  return read?.type === "Entity" ? parseEntityKey(read.localId).id : text;
}

/** The same, where it has the form of one. Throws a ValidationError for `field`; does not say whether it exists. */
export function requireEntityId(text: string, field: Path): string {
  return parseOrRefuse(EntityId, toEntityId(text), pathOf(field));
}

/**
 * The entity that a caller names: by its global id, or by its id, of which the prefix says the type; undefined where no type
 * has the prefix. Does not say whether it exists. A look at the catalog where neither the global id nor `type` says the type.
 * Throws a ValidationError where the text has the form of no name.
 */
export async function findEntity(
  { loaders }: GraphQLContext,
  text: string,
  field: Path,
  type?: string | null,
): Promise<EntityRef | undefined> {
  const read = readGlobalId(text);
  if (read?.type === "Entity") {
    const named = parseEntityKey(read.localId);
    if (type != null && type !== named.type) throw invalid("type", "is not the type in the global id");
    return named;
  }
  const id = parseOrRefuse(EntityId, text, pathOf(field));
  if (type != null) return { type, id };
  const found = typeOfId(await loaders.insightsCatalog.load("all"), id);
  return found && { type: found.name, id };
}

/** The alert id in an insight's global id, or as it is; does not say whether it exists. */
export function requireAlertId(text: string, field: string): string {
  const alertId = AlertId.safeParse(toLocalId("Insight", text));
  if (!alertId.success) {
    throw invalid(field, "must be an insight's id or its alertId, such as low_health_score_stu_4532_1705318200000");
  }
  return alertId.data;
}

export function requireRuleId(text: string, field: Path): string {
  return parseOrRefuse(RuleId, text, pathOf(field));
}
