/** The logs of a request: what its workers have logged, and a line for each thing that happened to it. */
import type { JsonObject } from "../kernel/json.js";
import type { Recorded } from "../kernel/event.js";
import type { RequestEvent, ResearchEventOf } from "./events.js";
import { evolveRequest, liveOf } from "./evolve.js";
import { isLifecycle, statusLine } from "./statusLines.js";
import type { LifecycleEvent } from "./statusLines.js";
import type { LiveRequest, RequestLog, ResearchStateOf } from "./state.js";
import { limits } from "./values.js";
import type { LogLevel } from "./values.js";

type State = ResearchStateOf<"request">;

/** Rows of the logs that these events make; they do not depend on how the events were committed. */
export function requestLogs(before: State, events: readonly Recorded<RequestEvent>[]): readonly RequestLog[] {
  const rows: RequestLog[] = [];
  let state = before;
  for (const event of events) {
    const [was, after] = [liveOf(state), evolveRequest(state, event)];
    const is = liveOf(after);
    if (is !== undefined) rows.push(...logsOf(event, was, is));
    state = after;
  }
  return rows;
}

function logsOf(event: Recorded<RequestEvent>, before: LiveRequest | undefined, after: LiveRequest): RequestLog[] {
  if (event.type === "RequestLogged") return workerLogs(event, after);
  return isLifecycle(event) ? [lifecycleLog(event, before, after)] : [];
}

/** The ids of the rows that an event makes. */
export function logIdsOf(requestId: string, event: Recorded<RequestEvent>): readonly string[] {
  if (event.type !== "RequestLogged") return isLifecycle(event) ? [lifecycleLogId(requestId, event)] : [];
  const { firstSequence, entries } = event.data;
  return entries.map((_, index) => workerLogId(requestId, firstSequence + index));
}

/** Orders entries of one instant: those of an event together, in their order. */
function sequence({ version }: Pick<Recorded, "version">, index: number): number {
  return version * 2 * limits.logEntries + index;
}

function workerLogs(event: Recorded<ResearchEventOf<"RequestLogged">>, { request, run }: LiveRequest): RequestLog[] {
  const { requestId, projectId } = request;
  const { firstSequence, entries } = event.data;
  const { lease } = run;
  return entries.map(({ level, message, stage = run.progress.stage, at, metadata }, index) => ({
    logId: workerLogId(requestId, firstSequence + index),
    requestId,
    projectId,
    at,
    sequence: sequence(event, index),
    level,
    message,
    stage,
    // A worker does not say who it is.
    metadata: { ...metadata, ...worker(lease) },
    version: event.version,
  }));
}

function lifecycleLog(
  event: Recorded<LifecycleEvent>,
  before: LiveRequest | undefined,
  { request, run }: LiveRequest,
): RequestLog {
  const { requestId, projectId } = request;
  const lease = run.lease ?? before?.run.lease;
  return {
    logId: lifecycleLogId(requestId, event),
    requestId,
    projectId,
    at: event.recordedAt,
    sequence: sequence(event, 0),
    level: levelOf(event),
    message: statusLine(event, before),
    stage: run.progress.stage,
    metadata: { ...worker(lease), by: event.actor.id },
    version: event.version,
  };
}

/** As the seed has it in `metadata`. */
function worker(lease: LiveRequest["run"]["lease"]): JsonObject {
  return lease === undefined ? {} : { worker_id: lease.workerId, attempt: lease.attempt };
}

function levelOf({ type, data }: LifecycleEvent): LogLevel {
  switch (type) {
    case "RequestFailed":
      return "ERROR";
    case "RequestLeaseExpired":
    case "RequestAttemptFailed":
      return data.retryAt === undefined ? "ERROR" : "WARNING";
    default:
      return "INFO";
  }
}

function workerLogId(requestId: string, number: number): string {
  return `${logPrefix(requestId)}_w${padded(number)}`;
}

function lifecycleLogId(requestId: string, { version }: Pick<Recorded, "version">): string {
  return `${logPrefix(requestId)}_e${padded(version)}`;
}

/** The seed's form of a log id, made of the request's, so that ids of two requests never meet (defect R10). */
function logPrefix(requestId: string): string {
  return requestId.replace(/^req_/, "log_");
}

function padded(count: number): string {
  return String(count).padStart(6, "0");
}
