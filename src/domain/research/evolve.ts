/** The fold of one request: what each event changes in its two rows. */
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { clipLine } from "../kernel/text.js";
import type { Instant } from "../kernel/time.js";
import type { RequestEvent, ResearchEventOf } from "./events.js";
import { statusLine, waiting } from "./statusLines.js";
import type {
  Lease,
  LiveRequest,
  Progress,
  RequestNote,
  ResearchRequest,
  ResearchRun,
  ResearchStateOf,
  StatusChange,
} from "./state.js";
import { limits } from "./values.js";
import type { RequestStatus } from "./values.js";

type State = ResearchStateOf<"request">;
type Later = Exclude<RequestEvent, { readonly type: "RequestSubmitted" }>;

/** Of a request that no worker has begun, of one that has just been started, and of one that is done. */
const stages = { waiting: "queued", started: "initialization", completed: "completed" } as const;

export function evolveRequest(state: State, recorded: Recorded<RequestEvent>): State {
  if (recorded.type === "RequestSubmitted") return submitted(recorded);
  const live = liveOf(state);
  if (live === undefined) return state;
  const { version, hash, recordedAt: updatedAt } = recorded;
  const run = { ...changedRun(live, recorded), version, hash };
  if (!isLasting(recorded, live)) return { kind: "request", request: live.request, run };
  const request = { ...changedRequest(live, recorded), progress: run.progress, updatedAt, version, hash };
  return { kind: "request", request, run: { ...run, requestVersion: version } };
}

/** The two rows, where the request exists. */
export function liveOf({ request, run }: State): LiveRequest | undefined {
  return request === undefined || run === undefined ? undefined : { request, run };
}

function submitted({
  data,
  streamId,
  recordedAt,
  version,
  hash,
}: Recorded<ResearchEventOf<"RequestSubmitted">>): State {
  const requestId = parseStreamName(streamId).id;
  const { availableAt, ...asked } = present(data);
  const { projectId, requestType, strategy, priority } = asked;
  const progress = noProgress(stages.waiting, recordedAt);
  const facts = { requestId, createdAt: recordedAt, progress, version, hash };
  const request: ResearchRequest = {
    ...asked,
    ...facts,
    status: "PENDING",
    statusMessage: statusLine({ type: "RequestSubmitted", data }, undefined),
    updatedAt: recordedAt,
    failures: 0,
    stalls: 0,
    errors: [],
    warnings: [],
    history: [],
  };
  const run: ResearchRun = {
    ...facts,
    ...{ projectId, requestType, strategy, priority },
    ...(availableAt === undefined ? { queuedAt: recordedAt } : { availableAt }),
    parts: [],
    logEntries: 0,
    requestVersion: version,
  };
  return { kind: "request", request, run };
}

function noProgress(stage: string, updatedAt: Instant): Progress {
  return { stage, percentage: 0, urlsFound: 0, contentExtracted: 0, processingErrors: 0, updatedAt };
}

/** Whether the event says something that the row in the seed's table shows; the rest is in the run only (defect R9). */
function isLasting({ type, data }: Later, { run }: LiveRequest): boolean {
  switch (type) {
    case "RequestProgressed":
      return data.progress !== undefined && data.progress.stage !== run.progress.stage;
    case "RequestLogged":
      return data.entries.some(({ level }) => level === "WARNING" || level === "ERROR");
    case "RequestItemsAdded":
    case "RequestDispatched":
      return false;
    default:
      return true;
  }
}

function changedRun(live: LiveRequest, recorded: Recorded<Later>): ResearchRun {
  const { run } = live;
  const { recordedAt } = recorded;
  switch (recorded.type) {
    case "RequestQueued":
      return present({ ...run, queuedAt: recordedAt, availableAt: undefined });
    case "RequestDispatched":
      return { ...run, dispatchedAt: recordedAt };
    case "RequestPrioritised":
      return { ...run, priority: recorded.data.to };
    case "RequestClaimed":
      return claimed(run, recorded);
    case "RequestStarted":
      return started(run, recorded);
    case "RequestProgressed":
      return progressed(run, recorded);
    case "RequestLogged":
      return { ...run, logEntries: run.logEntries + recorded.data.entries.length };
    case "RequestItemsAdded": {
      const { part, content, tallies } = recorded.data;
      const others = run.parts.filter((known) => known.part !== part);
      return { ...run, parts: [...others, { part, content, tallies }].sort((a, b) => a.part - b.part) };
    }
    case "RequestReleased":
      return { ...ended(run, "RELEASED"), queuedAt: recordedAt };
    case "RequestLeaseExpired":
      return present({ ...ended(run, "EXPIRED"), availableAt: recorded.data.retryAt });
    case "RequestAttemptFailed":
      return present({ ...ended(run, "FAILED"), availableAt: recorded.data.retryAt });
    case "RequestCompleted":
      return completed(run, recorded);
    case "RequestCancellationRequested":
      return run;
    case "RequestFailed":
    case "RequestCancelled":
      return { ...ended(run, "CUT_OFF"), completedAt: recordedAt };
    case "RequestRetried": {
      const progress = noProgress(stages.waiting, recordedAt);
      return present({ ...run, queuedAt: recordedAt, availableAt: undefined, completedAt: undefined, progress });
    }
  }
}

function claimed(run: ResearchRun, { data, recordedAt, actor }: Recorded<ResearchEventOf<"RequestClaimed">>) {
  const { workerId, leaseToken, leaseSeconds, leaseUntil: until, attempt } = data;
  const lease: Lease = { workerId, claimedBy: actor, leaseToken, leaseSeconds, until, claimedAt: recordedAt, attempt };
  return present({ ...run, queuedAt: undefined, availableAt: undefined, lease });
}

function started(run: ResearchRun, { data, recordedAt }: Recorded<ResearchEventOf<"RequestStarted">>): ResearchRun {
  const lease = changedLease(run, { until: data.leaseUntil, startedAt: recordedAt });
  const progress = noProgress(stages.started, recordedAt);
  return data.resumed
    ? { ...run, ...lease, progress }
    : present({ ...run, ...lease, progress, checkpoint: undefined, parts: [] });
}

function progressed(
  run: ResearchRun,
  { data, recordedAt }: Recorded<ResearchEventOf<"RequestProgressed">>,
): ResearchRun {
  const { leaseUntil: until, leaseSeconds, progress, checkpoint } = data;
  return {
    ...run,
    ...changedLease(run, { until, leaseSeconds }),
    ...(progress === undefined ? {} : { progress: { ...present(progress), updatedAt: recordedAt } }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function changedLease({ lease }: ResearchRun, change: Partial<Lease>): { readonly lease?: Lease } {
  return lease === undefined ? {} : { lease: { ...lease, ...change } };
}

/** Nobody is at it any more, and nobody may claim it yet. What the worker has left stays for the next one. */
function ended(run: ResearchRun, how: NonNullable<ResearchRun["ended"]>["how"], digest?: string): ResearchRun {
  const { lease, queuedAt: _, availableAt: __, ...kept } = run;
  if (lease === undefined) return kept;
  const { leaseToken, claimedBy } = lease;
  return { ...kept, ended: present({ leaseToken, claimedBy, how, digest }) };
}

function completed(run: ResearchRun, { data, recordedAt }: Recorded<ResearchEventOf<"RequestCompleted">>): ResearchRun {
  const { urlsDiscovered: urlsFound, contentExtracted } = data.results;
  const { processingErrors } = run.progress;
  const [stage, percentage] = [stages.completed, 100];
  const progress = { stage, percentage, urlsFound, contentExtracted, processingErrors, updatedAt: recordedAt };
  return { ...ended(run, "COMPLETED", data.digest), progress, completedAt: recordedAt };
}

function changedRequest(live: LiveRequest, recorded: Recorded<Later>): ResearchRequest {
  const { request } = live;
  const { recordedAt: at, actor: by } = recorded;
  const to = (status: RequestStatus, message: string) => moved(request, { at, to: status, message });
  switch (recorded.type) {
    case "RequestQueued":
      return { ...request, statusMessage: waiting };
    case "RequestPrioritised":
      return { ...request, priority: recorded.data.to };
    case "RequestClaimed":
      return { ...to("PROCESSING", statusLine(recorded, live)), workerId: recorded.data.workerId };
    case "RequestStarted":
      return { ...to("EXECUTING", statusLine(recorded, live)), startedAt: request.startedAt ?? at };
    case "RequestReleased":
      // What is to be cancelled is, with the next event: it does not wait in between.
      return request.cancellation === undefined ? to("PENDING", statusLine(recorded, live)) : request;
    case "RequestLeaseExpired":
      return {
        ...triedAgain(live, recorded),
        stalls: request.stalls + 1,
        errors: noted(request.errors, [{ at, message: `nothing more was heard of ${recorded.data.workerId}` }]),
      };
    case "RequestAttemptFailed":
      return {
        ...triedAgain(live, recorded),
        failures: request.failures + 1,
        errors: noted(request.errors, [{ at, message: recorded.data.error }]),
      };
    case "RequestFailed":
      return { ...over(to("FAILED", statusLine(recorded, live)), at), failureReason: recorded.data.reason };
    case "RequestCompleted": {
      const { results, report } = recorded.data;
      return { ...over(to("COMPLETED", statusLine(recorded, live)), at), results: { ...present(results), report } };
    }
    case "RequestCancellationRequested": {
      const cancellation = present({ at, by, reason: recorded.data.reason });
      return { ...request, statusMessage: statusLine(recorded, live), cancellation };
    }
    case "RequestCancelled":
      return over(to("CANCELLED", statusLine(recorded, live)), at);
    case "RequestRetried":
      return retried(to("PENDING", statusLine(recorded, live)), recorded.data.deadlineAt);
    case "RequestLogged":
      return logged(request, recorded.data.entries);
    case "RequestProgressed":
    case "RequestItemsAdded":
    case "RequestDispatched":
      return request;
  }
}

/** Of an attempt that is over: what is not tried again ends with the next event, whose words count then. */
function triedAgain(
  live: LiveRequest,
  recorded: Recorded<ResearchEventOf<"RequestLeaseExpired" | "RequestAttemptFailed">>,
): ResearchRequest {
  if (recorded.data.retryAt === undefined) return live.request;
  return moved(live.request, { at: recorded.recordedAt, to: "PENDING", message: statusLine(recorded, live) });
}

function moved(request: ResearchRequest, { at, to, message }: Omit<StatusChange, "from">): ResearchRequest {
  const change = { at, from: request.status, to, message: clipLine(message, limits.keptNote) };
  const history = [...request.history, change].slice(-limits.keptNotes);
  return { ...request, status: to, statusMessage: message, history };
}

function over(request: ResearchRequest, completedAt: Instant): ResearchRequest {
  const { cancellation: _, ...kept } = request;
  return { ...kept, completedAt };
}

function retried(request: ResearchRequest, deadlineAt: Instant): ResearchRequest {
  const { failureReason: _, completedAt: __, ...kept } = request;
  return { ...kept, failures: 0, stalls: 0, deadlineAt };
}

function logged(
  request: ResearchRequest,
  entries: ResearchEventOf<"RequestLogged">["data"]["entries"],
): ResearchRequest {
  const notes = (wanted: "ERROR" | "WARNING") =>
    entries.filter(({ level }) => level === wanted).map(({ at, message }) => ({ at, message }));
  return {
    ...request,
    errors: noted(request.errors, notes("ERROR")),
    warnings: noted(request.warnings, notes("WARNING")),
  };
}

function noted(known: readonly RequestNote[], more: readonly RequestNote[]): readonly RequestNote[] {
  const clipped = more.map(({ at, message }) => ({ at, message: clipLine(message, limits.keptNote) }));
  return [...known, ...clipped].slice(-limits.keptNotes);
}
