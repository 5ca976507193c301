/** Filters as callers write them, parsed: every text must be one that a key can hold. */
import { LabelKey, LabelValue, PersonId, ServiceName } from "../../domain/incidents/index.js";
import type { IncidentFilter as FilterRow } from "../../domain/incidents/index.js";
import { parseOrRefuse } from "../../domain/kernel/errors.js";
import type { IncidentFilter } from "../../schema/incidents/incident.input.js";
import { toChoice, toList, toTimes } from "../filters.js";

/** Throws a ValidationError that names the field. */
export function toFilter(filter: Partial<IncidentFilter> | null | undefined): FilterRow {
  if (filter == null) return {};
  const { status, severity, service, participant, from, until, labels } = filter;
  return {
    statuses: toChoice(status, "status"),
    severities: toChoice(severity, "severity"),
    service: service == null ? undefined : parseOrRefuse(ServiceName, service, ["filter", "service"]),
    participant: participant == null ? undefined : parseOrRefuse(PersonId, participant, ["filter", "participant"]),
    ...toTimes({ from, until }, ["filter"]),
    labels: toList(labels, "labels")?.map(({ key, value }) => ({
      key: parseOrRefuse(LabelKey, key, ["filter", "labels", "key"]),
      value: parseOrRefuse(LabelValue, value, ["filter", "labels", "value"]),
    })),
  };
}
