/** Requests, runs and logs with valid defaults: a test shows only what matters to it. */
import { toInstant } from "../../../src/domain/kernel/time.js";
import type { Instant } from "../../../src/domain/kernel/time.js";
import type {
  Progress,
  RequestLog,
  ResearchRequest,
  ResearchRun,
  Results,
} from "../../../src/domain/research/index.js";
import { requestIdOf, seedCompletion, seedSubmission } from "./researchStore.js";

/** 2025-09-09T10:13:09.250Z: what the seed's request id says. */
export const seedMilliseconds = 1_757_412_789_250;

let made = 0;

export const after = (milliseconds: number): Instant => toInstant(seedMilliseconds + milliseconds);

export const aProgress: Progress = {
  stage: "content_extraction",
  percentage: 65,
  urlsFound: 15,
  contentExtracted: 12,
  processingErrors: 1,
  estimatedCompletion: after(110_000),
  updatedAt: after(6_000),
};

export function aRequest(facts: Partial<ResearchRequest> = {}): ResearchRequest {
  made += 1;
  const createdAt = facts.createdAt ?? after(made);
  const { projectId, userId, requestType, priority, strategy, config, deadlineSeconds } = seedSubmission;
  return {
    requestId: requestIdOf(Date.parse(createdAt), made),
    ...{ projectId, userId, requestType, priority, strategy, config, deadlineSeconds },
    status: "PENDING",
    statusMessage: "Waiting for a worker",
    createdAt,
    updatedAt: createdAt,
    deadlineAt: after(86_400_000),
    failures: 0,
    stalls: 0,
    progress: {
      stage: "queued",
      percentage: 0,
      urlsFound: 0,
      contentExtracted: 0,
      processingErrors: 0,
      updatedAt: createdAt,
    },
    errors: [],
    warnings: [],
    history: [],
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export const someResults: Results = { ...seedCompletion(1).results, report: seedCompletion(1).report };

export function aRun(facts: Partial<ResearchRun> = {}): ResearchRun {
  const { requestId, projectId, requestType, strategy, priority, createdAt, progress } = aRequest(
    facts.createdAt === undefined ? {} : { createdAt: facts.createdAt },
  );
  return {
    ...{ requestId, projectId, requestType, strategy, priority, createdAt, progress },
    parts: [],
    logEntries: 0,
    requestVersion: 1,
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export function aLog(facts: Partial<RequestLog> = {}): RequestLog {
  made += 1;
  return {
    logId: `log_${seedMilliseconds}_a08ac7ad_w${String(made).padStart(6, "0")}`,
    requestId: `req_${seedMilliseconds}_a08ac7ad`,
    projectId: "test-project-001",
    at: after(made),
    sequence: made,
    level: "INFO",
    message: "Request processing started",
    stage: "initialization",
    metadata: { worker_id: "table_processor_001", processing_node: "node-1" },
    version: 2,
    ...facts,
  };
}
