/** What is there for the caller: incidents of its projects. All others do not exist, and asking for them leaves a trace. */
import type { ArchivedIncident, Incident as IncidentRow } from "../../domain/incidents/index.js";
import { NotFoundError } from "../../domain/kernel/errors.js";
import type { GraphQLContext } from "../context.js";
import { loadNamedRow } from "../visible.js";
import { lookUpIncidentId, readReference } from "./ids.js";

/** The incident that the argument of a root field names; undefined where the caller may not see it, which is logged. */
export async function loadNamed(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<IncidentRow | undefined> {
  return loadNamedRow(context, context.loaders.incident, { entity: "Incident", id: incidentId, field });
}

/** What there is of an incident wherever it is, for what needs no more. */
export type Present = Pick<IncidentRow, "incidentId" | "version" | "services">;

/** The same as {@link loadNamed}, of an incident in the archive, too: one request more where it is not in the view. */
export async function loadNamedAnywhere(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<Present | undefined> {
  return (await loadNamed(context, field, incidentId)) ?? (await loadArchived(context, field, incidentId));
}

/** What is left of an archived incident that the argument of a root field names; undefined where {@link loadNamed} would be. */
export async function loadArchived(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<ArchivedIncident | undefined> {
  // What the caller may not see in the view is not in the archive, and was logged.
  if (context.loaders.incident.hides(incidentId)) return undefined;
  return loadNamedRow(context, context.loaders.archivedIncident, { entity: "Incident", id: incidentId, field });
}

/** Those of the incidents that the caller may see. Costs nothing for a caller who may see all. */
export async function visibleIds(
  { caller, loaders }: GraphQLContext,
  incidentIds: readonly string[],
): Promise<readonly string[]> {
  if (caller.projects === "all") return incidentIds;
  const rows = await Promise.all(incidentIds.map((incidentId) => loaders.incident.load(incidentId)));
  return rows.flatMap((row) => (row === undefined ? [] : [row.incidentId]));
}

/** A refusal as the caller may have it: an incident that it named by reference is not told by id. */
export function asNamed<Refusal>({ attempt }: GraphQLContext, error: Refusal): Refusal | NotFoundError {
  if (!(error instanceof NotFoundError) || error.entity !== "Incident") return error;
  const text = attempt.named.get(error.id);
  return text === undefined ? error : new NotFoundError(error.entity, text, error.inputPath);
}

/**
 * The id of the incident that a caller names in `field`; undefined for the reference of one that the caller may not see, as
 * for one that no incident has. An id may still be that of an incident of others, or of none. One read more for a reference,
 * where the caller may not see all, and a line in the trail. Throws a ValidationError where the text has the form of no name.
 */
export async function findIncidentId(
  context: GraphQLContext,
  text: string,
  field: string,
  rootField: string,
): Promise<string | undefined> {
  const incidentId = await lookUpIncidentId(context, text, field);
  if (incidentId === undefined || context.caller.projects === "all" || readReference(text) === undefined) {
    return incidentId;
  }
  const row = await loadNamedAnywhere(context, rootField, incidentId);
  return row?.incidentId;
}

/** The same, for what needs an incident. @throws NotFoundError where {@link findIncidentId} finds none. */
export async function requireIncidentId(
  context: GraphQLContext,
  text: string,
  field: string,
  rootField = context.attempt.field ?? "Mutation",
): Promise<string> {
  const incidentId = await findIncidentId(context, text, field, rootField);
  if (incidentId === undefined) throw new NotFoundError("Incident", text, [field]);
  return incidentId;
}
