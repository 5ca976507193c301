/** How incidents, comments and timeline entries are named from outside. */
import { invalid } from "../../domain/kernel/errors.js";
import { readUuid } from "../../domain/kernel/text.js";
import { parseInstant } from "../../domain/kernel/time.js";
import type { PartKey } from "../../domain/incidents/index.js";
import { requireLocalId, toGlobalId, toLocalId } from "../../schema/globalId.js";
import type { GraphQLContext } from "../context.js";

const reference = /^INC-([1-9][0-9]{0,14})$/i;

export const incidentGlobalId = (incidentId: string) => toGlobalId("Incident", incidentId);
export const partGlobalId = (type: "Comment" | "TimelineEntry", { incidentId, at, id }: PartKey) =>
  toGlobalId(type, `${incidentId}/${at}/${id}`);

/** The incident id in a global id or as it is; undefined for any other text. Does not say whether the incident exists. */
export function readIncidentId(text: string): string | undefined {
  const localId = toLocalId("Incident", text);
  return localId === undefined ? undefined : readUuid(localId);
}

/** The number in `INC-123`; undefined for any other text. */
export function readReference(text: string): number | undefined {
  const number = reference.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

/**
 * The id of the incident that a caller names in `field`; undefined for a reference that no incident has. Does not say whether
 * the caller may see the incident, nor, for an id, whether it exists. Throws where the text has the form of none of them.
 */
export async function lookUpIncidentId(
  context: GraphQLContext,
  text: string,
  field: string,
): Promise<string | undefined> {
  const incidentId = readIncidentId(text);
  if (incidentId !== undefined) return incidentId;
  const number = readReference(text);
  if (number === undefined) {
    throw invalid(field, "must be an incident's id, its incidentId, or its reference such as INC-123");
  }
  const found = await context.loaders.incidentIdByNumber.load(number);
  if (found !== undefined) context.attempt.named.set(found, text);
  return found;
}

/** What a global id of a comment or entry stands for; undefined where it has not its form. */
export function readPartKey(localId: string): PartKey | undefined {
  const [incidentId = "", at = "", id = "", ...rest] = localId.split("/");
  const wellFormed =
    rest.length === 0 && readUuid(incidentId) === incidentId && readUuid(id) === id && parseInstant(at) === at;
  return wellFormed ? { incidentId, at, id } : undefined;
}

export function requirePartKey(type: "Comment" | "TimelineEntry", globalId: string, field: string): PartKey {
  const key = readPartKey(requireLocalId(type, globalId, field));
  if (key === undefined) throw invalid(field, `must be the id of a ${type}`);
  return key;
}
