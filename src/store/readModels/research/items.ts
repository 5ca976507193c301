/** Rows of the research views as items of their four tables, and back. */
import type { JsonObject } from "../../../domain/kernel/json.js";
import type {
  RequestLog,
  ResearchProject,
  ResearchRequest,
  ResearchRun,
  ResearchSlot,
  Results,
} from "../../../domain/research/index.js";
import { claimRank, logExpiry, prioritySort, requestExpiry } from "../../../domain/research/index.js";
import { present } from "../../../domain/kernel/present.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { sealed } from "../../seal.js";
import { claimStrategy, claimType, queueKeys, requestKey } from "./keys.js";
import { fromHeld, toHeld } from "./held.js";
import { fromPartForm, toPartForm } from "./partsForm.js";
import type { PartForm } from "./partsForm.js";
import { fromResultsMap, toResultsDetail, toResultsMap } from "./resultsForm.js";
import type { ResultsDetail, ResultsMap } from "./resultsForm.js";
import {
  fromConfigMap,
  fromHistoryMap,
  fromNoteText,
  fromProgressMap,
  fromSeed,
  toConfigMap,
  toHistoryMap,
  toNoteText,
  toProgressMap,
  toSeed,
} from "./seedForm.js";
import type { ConfigMap, HistoryMap, ProgressMap } from "./seedForm.js";

/** Members that no query asks for, and that the seed has no place for. */
type PlainDetail = Pick<
  ResearchRequest,
  "dedupeKey" | "deadlineSeconds" | "deadlineAt" | "failures" | "stalls" | "workerId" | "failureReason" | "cancellation"
>;

interface RequestDetail extends PlainDetail {
  readonly maxPagesPerSource: number;
  readonly results?: ResultsDetail | undefined;
}

/** As seed 002 spells it, with `null` for what is not there (yet). */
export function toRequestItem(request: ResearchRequest): Item {
  const { config, results } = request;
  const { dedupeKey, deadlineSeconds, deadlineAt, failures, stalls, workerId, failureReason, cancellation } = request;
  const detail: RequestDetail = {
    ...{ dedupeKey, deadlineSeconds, deadlineAt, failures, stalls, workerId, failureReason, cancellation },
    maxPagesPerSource: config.maxPagesPerSource,
    results: results && toResultsDetail(results),
  };
  return sealed({
    ...requestKey(request.requestId),
    project_id: request.projectId,
    user_id: request.userId,
    request_type: request.requestType,
    status: toSeed(request.status),
    status_message: request.statusMessage ?? null,
    priority: toSeed(request.priority),
    priority_sort: prioritySort(request),
    processing_strategy: toSeed(request.strategy),
    config: toConfigMap(config),
    created_at: request.createdAt,
    updated_at: request.updatedAt,
    started_at: request.startedAt ?? null,
    completed_at: request.completedAt ?? null,
    progress: toProgressMap(request.progress),
    results: results === undefined ? null : toResultsMap(results),
    errors: request.errors.map(toNoteText),
    warnings: request.warnings.map(toNoteText),
    processing_metadata: { timestamp: request.createdAt, status_history: request.history.map(toHistoryMap) },
    ttl: secondsOf(requestExpiry(request.completedAt)),
    version: request.version,
    hash: request.hash,
    detail: JSON.stringify(detail),
  });
}

interface RequestItem {
  readonly request_id: string;
  readonly project_id: string;
  readonly user_id: string;
  readonly request_type: string;
  readonly status: string;
  readonly status_message: string | null;
  readonly priority: string;
  readonly processing_strategy: string;
  readonly config: ConfigMap;
  readonly created_at: Instant;
  readonly updated_at: Instant;
  readonly started_at: Instant | null;
  readonly completed_at: Instant | null;
  readonly progress: ProgressMap;
  readonly results: ResultsMap | null;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly processing_metadata: { readonly status_history: readonly HistoryMap[] };
  readonly version: number;
  readonly hash: string;
  readonly detail: string;
}

export function fromRequestItem(item: Item): ResearchRequest {
  const row = item as unknown as RequestItem;
  const { maxPagesPerSource, results, ...own } = JSON.parse(row.detail) as RequestDetail;
  return present({
    requestId: row.request_id,
    projectId: row.project_id,
    userId: row.user_id,
    requestType: row.request_type,
    priority: fromSeed<ResearchRequest["priority"]>(row.priority),
    strategy: fromSeed<ResearchRequest["strategy"]>(row.processing_strategy),
    config: fromConfigMap(row.config, maxPagesPerSource),
    status: fromSeed<ResearchRequest["status"]>(row.status),
    statusMessage: row.status_message ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at ?? undefined,
    completedAt: row.completed_at ?? undefined,
    ...own,
    progress: fromProgressMap(row.progress),
    results: fromResults(row.results, results),
    errors: fromNotes(row.errors),
    warnings: fromNotes(row.warnings),
    history: row.processing_metadata.status_history.map(fromHistoryMap),
    version: row.version,
    hash: row.hash,
  });
}

function fromResults(map: ResultsMap | null, detail: ResultsDetail | undefined): Results | undefined {
  return map === null || detail === undefined ? undefined : fromResultsMap(map, detail);
}

const fromNotes = (texts: readonly string[]) => texts.map(fromNoteText).filter((note) => note !== undefined);

/** Members of a run that no query asks for. */
type RunDetail = Omit<ResearchRun, "requestId" | "projectId" | "requestType" | "parts" | "version" | "hash"> & {
  readonly parts: readonly PartForm[];
};

/** In the indexes of what can be claimed only while it can be. */
export function toRunItem(run: ResearchRun): Item {
  const { requestId, projectId, requestType, parts, version, hash, ...rest } = run;
  const { strategy, queuedAt, dispatchedAt } = rest;
  const detail: RunDetail = { ...rest, parts: parts.map((part) => toPartForm(requestId, part)) };
  return sealed({
    ...requestKey(requestId),
    project_id: projectId,
    request_type: requestType,
    ...(queuedAt === undefined
      ? {}
      : {
          claim_strategy: claimStrategy(strategy),
          claim_type: claimType(strategy, requestType),
          claim_rank: claimRank(run),
          queued_at: queuedAt,
          dispatched_at: dispatchedAt,
        }),
    ttl: secondsOf(requestExpiry(run.completedAt)),
    version,
    hash,
    detail: JSON.stringify(detail),
  });
}

export function fromRunItem(item: Item): ResearchRun {
  const row = item as {
    readonly request_id: string;
    readonly project_id: string;
    readonly request_type: string;
    readonly version: number;
    readonly hash: string;
    readonly detail: string;
  };
  const { parts, ...detail } = JSON.parse(row.detail) as RunDetail;
  return {
    requestId: row.request_id,
    projectId: row.project_id,
    requestType: row.request_type,
    ...detail,
    parts: parts.map((part) => fromPartForm(row.request_id, part)),
    version: row.version,
    hash: row.hash,
  };
}

type LogDetail = Pick<RequestLog, "projectId">;

/** As seed 002 spells it; `sequence` orders what was logged in one millisecond (defect R10). */
export function toLogItem(log: RequestLog): Item {
  const { projectId } = log;
  return {
    log_id: log.logId,
    request_id: log.requestId,
    timestamp: log.at,
    log_level: log.level,
    message: log.message,
    stage: log.stage,
    metadata: toHeld(log.metadata),
    sequence: log.sequence,
    ttl: toEpochSeconds(logExpiry(log.at)),
    version: log.version,
    detail: JSON.stringify({ projectId } satisfies LogDetail),
  };
}

export function fromLogItem(item: Item): RequestLog {
  const row = item as {
    readonly log_id: string;
    readonly request_id: string;
    readonly timestamp: Instant;
    readonly log_level: RequestLog["level"];
    readonly message: string;
    readonly stage: string;
    readonly metadata: JsonObject;
    readonly sequence: number;
    readonly version: number;
    readonly detail: string;
  };
  const { projectId } = JSON.parse(row.detail) as LogDetail;
  return {
    logId: row.log_id,
    requestId: row.request_id,
    projectId,
    at: row.timestamp,
    sequence: row.sequence,
    level: row.log_level,
    message: row.message,
    stage: row.stage,
    metadata: fromHeld(row.metadata),
    version: row.version,
  };
}

export function toSlotItem({ slotId, version, hash, ...detail }: ResearchSlot): Item {
  return sealed({ ...queueKeys.slot(slotId), slotId, version, hash, detail: JSON.stringify(detail) });
}

export function fromSlotItem(item: Item): ResearchSlot {
  const row = item as Pick<ResearchSlot, "slotId" | "version" | "hash"> & { readonly detail: string };
  const { slotId, version, hash } = row;
  return { slotId, ...(JSON.parse(row.detail) as Omit<ResearchSlot, "slotId" | "version" | "hash">), version, hash };
}

export function toProjectItem({ projectId, version, hash, ...detail }: ResearchProject): Item {
  return sealed({ ...queueKeys.project(projectId), projectId, version, hash, detail: JSON.stringify(detail) });
}

export function fromProjectItem(item: Item): ResearchProject {
  const row = item as Pick<ResearchProject, "projectId" | "version" | "hash"> & { readonly detail: string };
  const { projectId, version, hash } = row;
  const detail = JSON.parse(row.detail) as Omit<ResearchProject, "projectId" | "version" | "hash">;
  return { projectId, ...detail, version, hash };
}

/** Whether the ledger wrote a row. What others put into the tables (the seed's own items) has no fact behind it. */
export function isOurs(item: Item): boolean {
  return typeof item["detail"] === "string";
}

function secondsOf(instant: Instant | undefined): number | undefined {
  return instant === undefined ? undefined : toEpochSeconds(instant);
}
