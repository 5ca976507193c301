/** Which ranges of which index answer a list of incidents, and in how many requests. */
import type { Incident, IncidentQuery } from "../../../domain/incidents/index.js";
import { incidentStatuses, isVisible, severities } from "../../../domain/incidents/index.js";
import { addDays, toInstant, toMilliseconds } from "../../../domain/kernel/time.js";
import type { Scope } from "../../../domain/kernel/scope.js";
import type { Instant } from "../../../domain/kernel/time.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { incidentIdIn, instantIn, keys, leastIdAt, startingWith } from "./keys.js";
import type { KeyRange } from "./keys.js";

/** How a list is read: the ranges to merge, and their direction. */
export interface ListPlan {
  readonly ranges: readonly SortedRange[];
  readonly descending: boolean;
}

const text = (item: Item, name: string) => String(item[name]);

/**
 * Incident ids carry the time an incident began, so a list by time is a list by id, and a span of time a range of ids.
 * One request for a participant, a service, a day, or all incidents; one for each status and severity asked for. A caller
 * who may see some projects only costs one for each of them.
 */
export function planList({ filter, order }: IncidentQuery): ListPlan {
  const span: Span = { from: filter.from, until: filter.until };
  const statuses = filter.statuses ?? incidentStatuses;
  const own = ownRanges(filter.scope ?? "all", span);
  if (own?.length === 0) return { ranges: [], descending: false };
  if (order === "MOST_SEVERE_FIRST") return { ranges: statuses.map(statusRange), descending: false };
  const byTime = (...ranges: readonly SortedRange[]): ListPlan => ({ ranges, descending: order === "NEWEST_FIRST" });
  if (filter.participant !== undefined) return byTime(participantRange(filter.participant, span));
  if (filter.service !== undefined) return byTime(serviceRange(filter.service, span));
  if (own !== undefined) return byTime(...own);
  if (filter.statuses !== undefined || filter.severities !== undefined) {
    return byTime(
      ...statuses.flatMap((status) =>
        (filter.severities ?? severities).map((severity) => severityRange(status, severity, span)),
      ),
    );
  }
  const day = singleDay(span);
  return byTime(day === undefined ? allRange(span) : dayRange(day, span));
}

/** The incident that a row of one of these ranges stands for. */
export function incidentIdOf(item: Item): string {
  return typeof item["id"] === "string" ? item["id"] : incidentIdIn(text(item, "GSI2SK"));
}

/** Where an incident belongs in a list: the rank that its rows have in the plan's ranges. */
export function rankIn({ order }: Pick<IncidentQuery, "order">, { severity, incidentId }: Incident): string {
  return order === "MOST_SEVERE_FIRST" ? keys.severity(severity, incidentId) : incidentId;
}

/** What an incident must be like besides lying in the plan's ranges. */
export function matchesFilter(incident: Incident, { filter }: IncidentQuery): boolean {
  const { startedAt } = incident.milestones;
  return (
    isVisible(incident, filter.scope ?? "all") &&
    (filter.statuses?.includes(incident.status) ?? true) &&
    (filter.severities?.includes(incident.severity) ?? true) &&
    (filter.service === undefined || incident.services.includes(filter.service)) &&
    (filter.participant === undefined ||
      incident.participants.some(({ personId }) => personId === filter.participant)) &&
    (filter.from === undefined || startedAt >= filter.from) &&
    (filter.until === undefined || startedAt < filter.until) &&
    (filter.labels?.every(({ key, value }) => incident.labels[key] === value) ?? true)
  );
}

/** More projects than these are found among all incidents: so many requests at once would cost more. */
const rangesAtMost = 20;

/** Where the incidents of a scope are, by the time they began; undefined: among all. */
export function ownRanges(scope: Scope, span: Span = {}): readonly SortedRange[] | undefined {
  if (scope === "all") return undefined;
  if (scope.length > rangesAtMost) return [allRange(span)];
  return [...new Set(scope)].map((service) => serviceRange(service, span));
}

interface Span {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Keys that end in an incident id, for the incidents of a span. */
function idRange(prefix: string, { from, until }: Span): KeyRange {
  const all = startingWith(prefix);
  return {
    from: from === undefined ? all.from : prefix + leastIdAt(from),
    to: until === undefined ? all.to : prefix + leastIdAt(until),
  };
}

function range(
  index: "GSI1" | "GSI2" | "GSI3",
  partition: string,
  sortKeys: KeyRange,
): Omit<SortedRange, "rankOf" | "sortKeyAt"> {
  return {
    table: "aegis-incidents",
    index,
    partitionKey: { name: `${index}PK`, value: partition },
    sortKey: { name: `${index}SK`, ...sortKeys },
  };
}

/** A range whose sort keys are `prefix` and the incident's id. */
function rangeById(index: "GSI1" | "GSI2", partition: string, prefix: string, span: Span): SortedRange {
  return {
    ...range(index, partition, idRange(prefix, span)),
    rankOf: incidentIdOf,
    sortKeyAt: (incidentId) => prefix + incidentId,
  };
}

/** A range whose sort keys are times, which several incidents may share. */
function rangeByTime(
  index: "GSI2" | "GSI3",
  partition: string,
  sortKeys: KeyRange,
  toSortKey: (at: Instant) => string,
): SortedRange {
  return {
    ...range(index, partition, sortKeys),
    rankOf: incidentIdOf,
    sortKeyAt: (incidentId) => toSortKey(instantIn(incidentId)),
    sortKeyRepeats: true,
  };
}

/** Access pattern 2. */
function statusRange(status: string): SortedRange {
  return {
    ...range("GSI1", keys.status(status), startingWith("SEVERITY#")),
    rankOf: (item) => text(item, "GSI1SK"),
    sortKeyAt: (rank) => rank,
  };
}

/** Access pattern 3. */
function severityRange(status: string, severity: string, span: Span): SortedRange {
  return rangeById("GSI1", keys.status(status), keys.severity(severity, ""), span);
}

/** Access pattern 4. */
function participantRange(personId: string, span: Span): SortedRange {
  return rangeById("GSI2", keys.participant(personId), keys.incident(""), span);
}

/** Access pattern 5. */
function serviceRange(service: string, { from, until }: Span): SortedRange {
  return rangeByTime(
    "GSI2",
    keys.service(service),
    { from: from ?? "0", to: until ?? startingWith("").to },
    (at) => at,
  );
}

/** Access pattern 6, within one day (UTC). */
function dayRange(day: Instant, { from, until }: Span): SortedRange {
  const sortKeys = { from: keys.time(from ?? day), to: keys.time(until ?? addDays(day, 1)) };
  return rangeByTime("GSI3", keys.date(day), sortKeys, keys.time);
}

/** All incidents. */
function allRange(span: Span): SortedRange {
  return rangeById("GSI2", keys.allIncidents, keys.incident(""), span);
}

/** The day that a span lies in, if it lies in one. */
function singleDay({ from, until }: Span): Instant | undefined {
  if (from === undefined || until === undefined || from >= until) return undefined;
  const lastMoment = toInstant(toMilliseconds(until) - 1);
  return lastMoment.slice(0, 10) === from.slice(0, 10) ? from : undefined;
}
