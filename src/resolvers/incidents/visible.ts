/** What is there for the caller: incidents of its projects. All others do not exist, and asking for them leaves a trace. */
import type { Incident as IncidentRow } from "../../domain/incidents/index.js";
import { ForbiddenError, NotFoundError, NotVisibleError } from "../../domain/kernel/errors.js";
import type { GraphQLContext } from "../context.js";
import { readReference } from "./ids.js";

/** The incident that the argument of a root field names; undefined where the caller may not see it, which is logged. */
export async function loadNamed(
  context: GraphQLContext,
  field: string,
  incidentId: string,
): Promise<IncidentRow | undefined> {
  const row = await context.loaders.incident.load(incidentId);
  if (row === undefined && context.loaders.hides(incidentId)) {
    context.audit.denied({ reason: "FOREIGN_PROJECT", field, incidentId });
  }
  return row;
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

/** Leaves a trace of a refusal that is for the audit trail. */
export function noteRefusal({ audit, attempt }: GraphQLContext, error: unknown): void {
  const field = attempt.field ?? "Mutation";
  if (error instanceof NotVisibleError) audit.denied({ reason: "FOREIGN_PROJECT", field, incidentId: error.id });
  if (error instanceof ForbiddenError) audit.denied({ reason: "FORBIDDEN", field });
}

/** @throws NotFoundError where `text` is the reference of an incident that the caller may not see. */
export async function requireVisibleReferences(
  context: GraphQLContext,
  texts: readonly string[],
  field: string,
): Promise<void> {
  if (context.caller.projects === "all") return;
  for (const text of texts) {
    const number = readReference(text);
    const incidentId = number === undefined ? undefined : await context.loaders.incidentIdByNumber.load(number);
    if (incidentId === undefined) continue;
    const row = await loadNamed(context, context.attempt.field ?? "Subscription", incidentId);
    if (row === undefined) throw new NotFoundError("Incident", text, [field]);
  }
}
