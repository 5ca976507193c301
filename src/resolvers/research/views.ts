/** From rows of the research context to what the schema shows. */
import { averageScore, itemsIn, requestStatuses, toQuality, toQueueStats } from "../../domain/research/index.js";
import type {
  Claimed,
  ItemTally,
  QueueTally,
  RequestConfig,
  RequestLog,
  ResearchProject,
  ResearchRequest as ResearchRequestRow,
  Results,
  ResultItem,
  Lease,
  Strategy,
} from "../../domain/research/index.js";
import type { Instant } from "../../domain/kernel/time.js";
import type { QueueStats, ResearchLimit } from "../../schema/research/queue.type.js";
import type { ClaimedRequest } from "../../schema/research/request.payload.js";
import type {
  ResearchConfig,
  ResearchItem,
  ResearchLease,
  ResearchLogEntry,
  ResearchRequest,
  ResearchResults,
  ResearchSourceTypeTally,
} from "../../schema/research/request.type.js";
import { requestGlobalId } from "./ids.js";

/** As the schema shows it, with the row that the fields of the resolvers need. */
export type ResearchRequestView = ResearchRequest & {
  readonly __typename: "ResearchRequest";
  readonly row: ResearchRequestRow;
};
export type ResearchResultsView = ResearchResults & { readonly row: Results };
export type ResearchLimitView = ResearchLimit & { readonly row: ResearchProject };

export function toRequestView(row: ResearchRequestRow): ResearchRequestView {
  const { cancellation, config, results } = row;
  return {
    __typename: "ResearchRequest",
    row,
    id: requestGlobalId(row.requestId),
    requestId: row.requestId,
    projectId: row.projectId,
    userId: row.userId,
    requestType: row.requestType,
    status: row.status,
    statusMessage: row.statusMessage,
    priority: row.priority,
    strategy: row.strategy,
    config: toConfigView(config),
    dedupeKey: row.dedupeKey,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    deadlineAt: row.deadlineAt,
    failures: row.failures,
    stalls: row.stalls,
    workerId: row.workerId,
    failureReason: row.failureReason,
    cancellation: cancellation && { ...cancellation, by: { ...cancellation.by } },
    results: results && toResultsView(results),
    errors: row.errors.map((note) => ({ ...note })),
    warnings: row.warnings.map((note) => ({ ...note })),
    statusHistory: row.history.map((change) => ({ ...change })),
  };
}

function toConfigView({ keywords, sources, ...config }: RequestConfig): ResearchConfig {
  return { ...config, keywords: [...keywords], sources: sources.map((source) => ({ ...source })) };
}

function toResultsView(row: Results): ResearchResultsView {
  const { keyFindings, tallies, urlsDiscovered, contentExtracted } = row;
  const { items, successRate, averageConfidence } = toQuality(row);
  return {
    row,
    executiveSummary: row.executiveSummary,
    keyFindings: keyFindings.map(({ text, citations }) => ({ text, citations: [...citations] })),
    writtenBy: row.writtenBy,
    totalSources: row.totalSources,
    totalContentItems: items,
    bySourceType: tallies.map(toTallyView),
    urlsDiscovered,
    contentExtracted,
    apiCalls: row.apiCalls,
    durationSeconds: row.durationSeconds,
    successRate,
    averageConfidence,
    structuredOutputs: [...row.structuredOutputs],
    reportPath: row.report.objectKey,
  };
}

function toTallyView(tally: ItemTally): ResearchSourceTypeTally {
  const { sourceType, items, highQuality } = tally;
  return { sourceType, items, averageScore: averageScore(tally), highQualityItems: highQuality };
}

/** Who has it: without its token, which is the worker's own. */
export function toLeaseView({ workerId, until, attempt, claimedAt, startedAt }: Lease): ResearchLease {
  return { workerId, leaseUntil: until, attempt, claimedAt, startedAt };
}

export function toItemView({ matchedKeywords, ...item }: ResultItem): ResearchItem {
  return { ...item, matchedKeywords: [...matchedKeywords] };
}

export function toLogView({ logId, at, level, message, stage, metadata }: RequestLog): ResearchLogEntry {
  return { logId, at, level, message, stage, metadata };
}

export function toClaimedView(claimed: Claimed): ClaimedRequest {
  const { request, leaseToken, leaseUntil, leaseSeconds, attempt, checkpoint } = claimed;
  const parts = claimed.parts.map(({ part, tallies }) => ({ part, items: itemsIn(tallies) }));
  return { requestId: request.requestId, leaseToken, leaseUntil, leaseSeconds, attempt, checkpoint, parts };
}

/** How the requests of a strategy are doing, by the tallies of all strategies. */
export function toQueueStatsView(tallies: readonly QueueTally[], strategy: Strategy, now: Instant): QueueStats {
  const { byStatus, since, waitSeconds, ...counts } = toQueueStats(tallies, { strategy, now });
  return {
    strategy,
    byStatus: requestStatuses.map((status) => ({ status, count: byStatus[status] })),
    since,
    waitSeconds: { ...waitSeconds },
    submitted: counts.submitted,
    claimed: counts.claimed,
    completed: counts.completed,
    failed: counts.failed,
    completedPerMinute: counts.completedPerMinute,
  };
}

export function toLimitView(row: ResearchProject): ResearchLimitView {
  return { row, projectId: row.projectId, maxRunning: row.maxRunning, version: row.version };
}
