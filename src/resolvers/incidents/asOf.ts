/** Moments of the past as callers name them, and incidents as they were then. */
import type { Moment, PastIncident } from "../../domain/incidents/index.js";
import { invalid } from "../../domain/kernel/errors.js";
import type { AsOfInput } from "../../schema/incidents/history.type.js";
import type { GraphQLContext } from "../context.js";
import { toIncidentView } from "./views.js";
import type { IncidentView } from "./views.js";

/** What an answer about the past costs more than one about the present, in the measure of the limit on complexity. */
export const pastComplexity = 200;

/** Throws a ValidationError for `field` unless exactly one of time and version is given. */
export function toMoment({ time, version }: AsOfInput, field: string): Moment {
  if ((time == null) === (version == null)) throw invalid(field, "must have either a time or a version");
  if (time != null) return { kind: "time", time };
  if (version == null || version < 0) throw invalid([field, "version"], "must be 0 or more");
  return { kind: "version", version };
}

/** Throws a ValidationError where the incident, which has come to version `present`, has no such version yet. */
export function requireReached(moment: Moment, present: number, field: string): void {
  if (moment.kind === "version" && moment.version > present) {
    throw invalid([field, "version"], `must be at most ${present}, the incident's present version`);
  }
}

/** An incident that the caller may see, as it was; undefined before its declaration. */
export async function loadPast(
  { history }: GraphQLContext,
  { incidentId, version }: { readonly incidentId: string; readonly version: number },
  moment: Moment,
): Promise<PastIncident | undefined> {
  requireReached(moment, version, "asOf");
  return history.at(incidentId, moment, "asOf.version");
}

/** Its edges read the past as well. */
export function toPastView({ cursors }: GraphQLContext, { incident, past }: PastIncident): IncidentView {
  return toIncidentView(cursors, incident, past);
}
