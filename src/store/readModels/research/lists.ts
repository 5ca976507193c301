/** Which ranges of which index answer a list of requests or of logs, and in how many requests. */
import { requestStatuses } from "../../../domain/research/index.js";
import type { LogQuery, RequestLog, RequestQuery, ResearchRequest, Strategy } from "../../../domain/research/index.js";
import { invalid } from "../../../domain/kernel/errors.js";
import { isInScope } from "../../../domain/kernel/scope.js";
import { toInstant, toMilliseconds } from "../../../domain/kernel/time.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { first, last, partsOf, toRank } from "../../query/rank.js";
import { toSeed } from "./seedForm.js";

/** More projects than these are found among all: so many requests at once would cost more. */
const rangesAtMost = 20;

/**
 * One request for a project, a user, a status, or a strategy by priority; one for each project of a caller who may see some
 * only, and for each status where nothing of these is asked for. @throws ValidationError for `order` where requests of several
 * strategies are to be sorted by priority: there is no index for that.
 */
export function planRequests({ filter, order }: RequestQuery): readonly SortedRange[] {
  const { projectId, userId, strategy, statuses, scope = "all" } = filter;
  const own = ownProjects(filter);
  if (own?.length === 0) return [];
  if (order === "PRIORITY") {
    if (strategy === undefined) throw invalid("order", "by priority is only possible with a strategy");
    return [priorityRange(strategy)];
  }
  const times = timesOf(filter);
  if (projectId !== undefined) return [createdRange("project-index", "project_id", projectId, times)];
  if (userId !== undefined) return [createdRange("user-index", "user_id", userId, times)];
  const ofStatuses = () =>
    [...new Set(statuses ?? requestStatuses)].map((status) =>
      createdRange("status-index", "status", toSeed(status), times),
    );
  if (statuses !== undefined && scope === "all") return ofStatuses();
  return own !== undefined && own.length <= rangesAtMost
    ? own.map((project) => createdRange("project-index", "project_id", project, times))
    : ofStatuses();
}

/** What a request must be like to be in a list. */
export function matchesRequest(request: ResearchRequest, { filter }: RequestQuery): boolean {
  const { projectId, userId, statuses, priorities, strategy, requestType, from, until, scope = "all" } = filter;
  return (
    isInScope(scope, [request.projectId]) &&
    (projectId === undefined || request.projectId === projectId) &&
    (userId === undefined || request.userId === userId) &&
    (statuses === undefined || statuses.includes(request.status)) &&
    (priorities === undefined || priorities.includes(request.priority)) &&
    (strategy === undefined || request.strategy === strategy) &&
    (requestType === undefined || request.requestType === requestType) &&
    (from === undefined || request.createdAt >= from) &&
    (until === undefined || request.createdAt < until)
  );
}

/** Whether the ranges of {@link planRequests} hold hardly anything else than what the list asks for. */
export function isNarrowRequestQuery({ filter, order }: RequestQuery): boolean {
  const { projectId, userId, statuses, priorities, strategy, requestType, from, until, scope = "all" } = filter;
  const isAnyOf = (...parts: readonly unknown[]) => parts.every((part) => part === undefined);
  if (!isAnyOf(priorities, requestType)) return false;
  if (order === "PRIORITY") return scope === "all" && isAnyOf(projectId, userId, statuses, from, until);
  if (strategy !== undefined) return false;
  // Who may see a project sees all of it.
  if (projectId !== undefined) return isAnyOf(userId, statuses);
  if (userId !== undefined) return scope === "all" && statuses === undefined;
  return scope === "all" || (statuses === undefined && scope.length <= rangesAtMost);
}

/** What was logged about a request, by time. One request. */
export function logsRange(requestId: string): SortedRange {
  return {
    table: "request_processing_logs",
    index: "request-logs-index",
    partitionKey: { name: "request_id", value: requestId },
    sortKey: { name: "timestamp", from: first, to: last },
    rankOf: ({ timestamp, sequence, log_id: logId }) =>
      toRank(String(timestamp), String(sequence).padStart(sequenceDigits, "0"), String(logId)),
    sortKeyAt: (rank) => partsOf(rank, 3)[0] ?? first,
    sortKeyRepeats: true,
  };
}

/** As many as a version may have. */
const sequenceDigits = 16;

/** What an entry must be like to be in a list. */
export function matchesLog({ level }: RequestLog, { levels }: LogQuery): boolean {
  return levels === undefined || levels.includes(level);
}

/** The projects that a list is about; undefined: all there are. */
function ownProjects({ projectId, scope = "all" }: RequestQuery["filter"]): readonly string[] | undefined {
  if (projectId !== undefined) return isInScope(scope, [projectId]) ? [projectId] : [];
  return scope === "all" ? undefined : [...new Set(scope)];
}

interface Times {
  readonly from: string;
  readonly to: string;
}

/** Both ends included. */
function timesOf({ from, until }: RequestQuery["filter"]): Times {
  return { from: from ?? first, to: until === undefined ? last : toInstant(toMilliseconds(until) - 1) };
}

/** A script may submit many requests in one millisecond. */
function createdRange(index: string, name: string, value: string, times: Times): SortedRange {
  return {
    table: "market_intelligence_requests",
    index,
    partitionKey: { name, value },
    sortKey: { name: "created_at", ...times },
    rankOf: (item) => toRank(String(item["created_at"]), String(item["request_id"])),
    sortKeyAt: (rank) => partsOf(rank, 2)[0] ?? first,
    sortKeyRepeats: true,
    keyAt(rank) {
      const [created_at, request_id] = partsOf(rank, 2);
      return { [name]: value, created_at, request_id };
    },
  };
}

/** The seed's own query: read backwards, those of high priority first, then first in, first out (defect R1). */
function priorityRange(strategy: Strategy): SortedRange {
  const processing_strategy = toSeed(strategy);
  return {
    table: "market_intelligence_requests",
    index: "strategy-index",
    partitionKey: { name: "processing_strategy", value: processing_strategy },
    sortKey: { name: "priority_sort", from: first, to: last },
    rankOf: (item) => toRank(String(item["priority_sort"]), String(item["request_id"])),
    sortKeyAt: (rank) => partsOf(rank, 2)[0] ?? first,
    keyAt(rank) {
      const [priority_sort, request_id] = partsOf(rank, 2);
      return { processing_strategy, priority_sort, request_id };
    },
  };
}
