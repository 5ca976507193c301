/** Which ranges of which index answer a list of project events or of batches, and in how many requests. */
import {
  batchStatuses,
  isProjectVisible,
  projectEventSources,
  toSeedSource,
  unassigned,
} from "../../../domain/projects/index.js";
import type {
  Batch,
  BatchQuery,
  BatchStatus,
  ProjectEvent,
  ProjectEventQuery,
  ProjectEventSource,
} from "../../../domain/projects/index.js";
import type { Scope } from "../../../domain/kernel/scope.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { first, last } from "../../query/rank.js";
import { eventRank, eventTimeIn, eventTimesOf, placeOf, unprocessed } from "./keys.js";
import type { EventTimes } from "./keys.js";

/** How a list is read: the ranges to merge, and whether their items are whole rows or only lead to them. */
export interface ListPlan {
  readonly ranges: readonly SortedRange[];
  readonly items: "rows" | "keys";
}

/** More projects than these are found among all: so many requests at once would cost more. */
const rangesAtMost = 20;

/**
 * One request for a batch, a project, a source, or what is in no batch; one for each source where all are asked for, one for
 * each project of a caller who may see some only.
 */
export function planEvents({ filter }: ProjectEventQuery): ListPlan {
  const { project, source, batchId, processed, scope = "all" } = filter;
  const times = eventTimesOf(filter);
  const rows = (...ranges: readonly SortedRange[]): ListPlan => ({ ranges, items: "rows" });
  const own = ownProjects(project, scope);
  if (own?.length === 0) return rows();
  if (batchId !== undefined) return rows(indexRange("BatchIndex", "batchId", batchId, times));
  if (own !== undefined && own.length <= rangesAtMost) {
    // Events that wait are few among many that do not; those that no rule assigned all wait.
    return processed === false && project !== unassigned
      ? { ranges: own.map((name) => indexRange("PendingIndex", "pendingProject", name, times)), items: "keys" }
      : rows(...own.map((name) => projectRange(name, times)));
  }
  if (processed === false) return rows(indexRange("ProcessingIndex", "processedKey", unprocessed, times));
  return rows(...(source === undefined ? projectEventSources : [source]).map((one) => sourceRange(one, times)));
}

/** What an event must be like to be in a list. */
export function matchesEvent(event: ProjectEvent, { filter }: ProjectEventQuery): boolean {
  const { from, to } = eventTimesOf(filter);
  return (
    isProjectVisible(event.project, filter.scope ?? "all") &&
    (filter.project === undefined || event.project === filter.project) &&
    (filter.source === undefined || event.source === filter.source) &&
    (filter.batchId === undefined || event.batchId === filter.batchId) &&
    (filter.processed === undefined || (event.batchId !== undefined) === filter.processed) &&
    event.eventTime >= from &&
    event.eventTime <= to
  );
}

/** Whether a list's ranges hold hardly anything else than what it asks for. */
export function isNarrow({
  filter: { project, source, processed, batchId, scope = "all" },
}: ProjectEventQuery): boolean {
  const own = ownProjects(project, scope);
  if (batchId !== undefined) return true;
  if (own === undefined) return source === undefined || processed !== false;
  return own.length <= rangesAtMost && source === undefined;
}

/** One request for a project, one for each status where all projects are asked for, one for each project of a scope. */
export function planBatches({ filter }: BatchQuery): ListPlan {
  const { project, statuses = batchStatuses, scope = "all", from = "", until } = filter;
  const places = { from: from === "" ? first : from, to: until ?? last };
  const own = ownProjects(project, scope);
  const ranges =
    own !== undefined && own.length <= rangesAtMost
      ? own.map((name) => batchRange("ProjectIndex", "project", name, places))
      : [...new Set<BatchStatus>(statuses)].map((status) => batchRange("StatusIndex", "status", status, places));
  return { ranges, items: "rows" };
}

/** What a batch must be like to be in a list. */
export function matchesBatch(batch: Batch, { filter }: BatchQuery): boolean {
  return (
    isProjectVisible(batch.project, filter.scope ?? "all") &&
    (filter.project === undefined || batch.project === filter.project) &&
    (filter.statuses?.includes(batch.status) ?? true) &&
    (filter.from === undefined || batch.sealedAt >= filter.from) &&
    (filter.until === undefined || batch.sealedAt < filter.until)
  );
}

/** The projects that a list is about; undefined: all there are. */
function ownProjects(project: string | undefined, scope: Scope): readonly string[] | undefined {
  if (project !== undefined) return isProjectVisible(project, scope) ? [project] : [];
  return scope === "all" ? undefined : [...new Set(scope)].filter((name) => isProjectVisible(name, scope));
}

const rankOfEvent = (item: Item) => eventRank(Number(item["eventTime"]), String(item["eventId"]));

function projectRange(project: string, times: EventTimes): SortedRange {
  return {
    table: "ProjectEvents",
    partitionKey: { name: "project", value: project },
    sortKey: { name: "eventTime", ...times },
    rankOf: rankOfEvent,
    sortKeyAt: eventTimeIn,
    consistent: true,
  };
}

/** Events of several projects may share a millisecond. */
function indexRange(index: string, name: string, value: string, times: EventTimes): SortedRange {
  return {
    table: "ProjectEvents",
    index,
    partitionKey: { name, value },
    sortKey: { name: "eventTime", ...times },
    rankOf: rankOfEvent,
    sortKeyAt: eventTimeIn,
    sortKeyRepeats: true,
  };
}

function sourceRange(source: ProjectEventSource, times: EventTimes): SortedRange {
  return indexRange("SourceIndex", "source", toSeedSource(source), times);
}

function batchRange(
  index: string,
  name: string,
  value: string,
  places: { readonly from: string; readonly to: string },
): SortedRange {
  return {
    table: "ProjectBatches",
    index,
    partitionKey: { name, value },
    sortKey: { name: "place", ...places },
    rankOf: (item) => placeOf(String(item["sealedAt"]), String(item["batchId"])),
    sortKeyAt: (rank) => rank,
  };
}
