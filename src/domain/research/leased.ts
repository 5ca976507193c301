/** What holds between a claim and the end of its lease: only who has claimed may speak, and only under that claim's token. */
import type { DecisionContext } from "../kernel/decider.js";
import { WorkLeaseLostError, invalid } from "../kernel/errors.js";
import type { Actor } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { addSeconds, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { retryAt } from "./backoff.js";
import type { RequestCommand, ResearchCommandOf } from "./commands.js";
import type { RequestEvent, ResearchEventOf } from "./events.js";
import { nextProgress, saysNothingNew } from "./progress.js";
import { NotClaimableError, PartsChangedError } from "./refusals.js";
import type { Lease, LiveRequest } from "./state.js";
import { cannotGo, requireExecuting } from "./transitions.js";
import { limits } from "./values.js";

type Decision = readonly RequestEvent[];
type LeasedCommand = Extract<
  RequestCommand,
  {
    readonly type:
      "StartRequest" | "Heartbeat" | "AddItems" | "AppendLogs" | "CompleteRequest" | "FailRequest" | "ReleaseRequest";
  }
>;

const nothing: Decision = [];

/** The token is the version of the event: it only grows. @throws NotClaimableError. */
export function claim(
  { workerId, leaseSeconds }: ResearchCommandOf<"ClaimRequest">,
  { request, run }: LiveRequest,
  { now }: DecisionContext,
): Decision {
  const { queuedAt } = run;
  // Whose deadline has passed is FAILED as soon as its timer is heard.
  if (queuedAt === undefined || now >= request.deadlineAt)
    throw new NotClaimableError(request.requestId, request.status);
  const attempt = request.failures + request.stalls + 1;
  const leaseUntil = addSeconds(now, leaseSeconds);
  const leaseToken = run.version + 1;
  return [{ type: "RequestClaimed", data: { workerId, leaseToken, leaseSeconds, leaseUntil, attempt, queuedAt } }];
}

/** The command of a worker. @throws WorkLeaseLostError unless its token is that of the lease, or it only repeats how it ended. */
export function decideLeased(command: LeasedCommand, live: LiveRequest, context: DecisionContext): Decision {
  if (repeatsEnd(command, live, context)) return nothing;
  const lease = requireLease(command.leaseToken, live, context);
  switch (command.type) {
    case "StartRequest":
      return start(command, live, lease, context);
    case "Heartbeat":
      return heartbeat(command, live, lease, context);
    case "AddItems":
      return addItems(command, live);
    case "AppendLogs":
      return appendLogs(command, live, context);
    case "CompleteRequest":
      return complete(command, live);
    case "FailRequest":
      return fail(command, live, lease, context);
    case "ReleaseRequest":
      return release(command, live);
  }
}

/** The lease, where the caller holds it under this token. @throws WorkLeaseLostError, also where another caller does. */
export function requireLease(
  leaseToken: number,
  { run }: Pick<LiveRequest, "run">,
  { actor }: Pick<DecisionContext, "actor">,
): Lease {
  const { requestId, lease } = run;
  if (lease?.leaseToken !== leaseToken || !isSameActor(lease.claimedBy, actor))
    throw new WorkLeaseLostError(requestId, leaseToken);
  return lease;
}

export function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}

const endings = { CompleteRequest: "COMPLETED", FailRequest: "FAILED", ReleaseRequest: "RELEASED" } as const;

/** Whether the worker only did not hear that this is how its lease ended. @throws InvalidTransitionError for other results. */
function repeatsEnd(command: LeasedCommand, { request, run }: LiveRequest, { actor }: DecisionContext): boolean {
  const { ended } = run;
  if (command.type !== "CompleteRequest" && command.type !== "FailRequest" && command.type !== "ReleaseRequest")
    return false;
  if (ended?.leaseToken !== command.leaseToken || !isSameActor(ended.claimedBy, actor)) return false;
  if (ended.how !== endings[command.type]) return false;
  if (command.type === "CompleteRequest" && command.digest !== ended.digest)
    throw cannotGo("COMPLETED", request, "it was completed with other results");
  return true;
}

function start(
  { leaseToken, resume }: ResearchCommandOf<"StartRequest">,
  { run }: LiveRequest,
  lease: Lease,
  { now }: DecisionContext,
): Decision {
  if (lease.startedAt !== undefined) return nothing;
  const resumed = resume && (run.checkpoint !== undefined || run.parts.length > 0);
  const leaseUntil = extended(lease, lease.leaseSeconds, now);
  return [{ type: "RequestStarted", data: { leaseToken, leaseUntil, resumed } }];
}

/** A lease is extended, never cut short. */
function extended({ until }: Lease, leaseSeconds: number, now: Instant): Instant {
  const wanted = addSeconds(now, leaseSeconds);
  return wanted > until ? wanted : until;
}

/** Nothing where it says nothing new and more than half of the lease is left: it would only cost a write. */
function heartbeat(
  { leaseToken, leaseSeconds: wanted, progress: reported, checkpoint }: ResearchCommandOf<"Heartbeat">,
  live: LiveRequest,
  lease: Lease,
  { now }: DecisionContext,
): Decision {
  const { run } = live;
  if (reported !== undefined || checkpoint !== undefined) requireExecuting(live);
  const progress = reported === undefined ? undefined : nextProgress(reported, { run, lease, now });
  const leaseSeconds = wanted ?? lease.leaseSeconds;
  const isNew =
    leaseSeconds !== lease.leaseSeconds ||
    (reported !== undefined && !saysNothingNew(reported, run.progress)) ||
    (checkpoint !== undefined && canonicalJson(checkpoint) !== canonicalJson(run.checkpoint ?? null));
  const left = toMilliseconds(lease.until) - toMilliseconds(now);
  if (!isNew && left > (leaseSeconds * 1_000) / 2) return nothing;
  const leaseUntil = extended(lease, leaseSeconds, now);
  return [{ type: "RequestProgressed", data: present({ leaseToken, leaseUntil, leaseSeconds, progress, checkpoint }) }];
}

function addItems({ type: _, ...data }: ResearchCommandOf<"AddItems">, live: LiveRequest): Decision {
  requireExecuting(live);
  const known = live.run.parts.find(({ part }) => part === data.part);
  return known?.content.sha256 === data.content.sha256 ? nothing : [{ type: "RequestItemsAdded", data }];
}

/** Each is a fact of its own. None was logged before the request was there, or after it came. @throws ValidationError for too many. */
function appendLogs(
  { leaseToken, entries }: ResearchCommandOf<"AppendLogs">,
  { request, run }: LiveRequest,
  { now }: DecisionContext,
): Decision {
  const most = limits.logEntriesOfRequest;
  if (run.logEntries + entries.length > most)
    throw invalid("entries", `a request has at most ${most} entries, and ${run.logEntries} are there already`);
  const data: ResearchEventOf<"RequestLogged">["data"] = {
    leaseToken,
    firstSequence: run.logEntries + 1,
    entries: entries.map(({ level, message, stage = run.progress.stage, at = now, metadata }) =>
      present({ level, message, stage, at: within(at, request.createdAt, now), metadata }),
    ),
  };
  return [{ type: "RequestLogged", data }];
}

function within(at: Instant, earliest: Instant, latest: Instant): Instant {
  if (at > latest) return latest;
  return at < earliest ? earliest : at;
}

function complete({ type: _, parts, ...data }: ResearchCommandOf<"CompleteRequest">, live: LiveRequest): Decision {
  const { request, run } = live;
  requireExecuting(live);
  const known = run.parts.map(({ content }) => content.sha256);
  if (canonicalJson(known) !== canonicalJson(parts)) throw new PartsChangedError(request.requestId);
  return [{ type: "RequestCompleted", data: { ...data, results: present(data.results) } }];
}

function fail(
  { leaseToken, error, retryable, retryAfterSeconds, jitter }: ResearchCommandOf<"FailRequest">,
  { request }: LiveRequest,
  { workerId, attempt }: Lease,
  { now }: DecisionContext,
): Decision {
  const failures = request.failures + 1;
  const goesOn = request.cancellation === undefined && retryable && failures <= request.config.maxRetries;
  const again = goesOn
    ? retryAt({ now, failures, stalls: request.stalls, jitter, leastSeconds: retryAfterSeconds })
    : undefined;
  const failed: RequestEvent = {
    type: "RequestAttemptFailed",
    data: present({ leaseToken, workerId, attempt, error, retryable, retryAt: again }),
  };
  if (goesOn) return [failed];
  return [failed, cancelled(request) ?? { type: "RequestFailed", data: { reason: "ERROR", error } }];
}

function release({ leaseToken, reason }: ResearchCommandOf<"ReleaseRequest">, { request }: LiveRequest): Decision {
  const released: RequestEvent = { type: "RequestReleased", data: present({ leaseToken, reason }) };
  const end = cancelled(request);
  return end === undefined ? [released] : [released, end];
}

/** What is wanted of a request whose worker is gone from it. */
function cancelled({ cancellation }: LiveRequest["request"]): RequestEvent | undefined {
  return cancellation === undefined
    ? undefined
    : { type: "RequestCancelled", data: present({ reason: cancellation.reason }) };
}

/** Takes it back from a worker of whom nothing was heard. Nothing where the lease was extended, or is over. */
export function expireLease(
  { leaseToken, jitter }: ResearchCommandOf<"ExpireLease">,
  { request, run }: LiveRequest,
  { now }: DecisionContext,
): Decision {
  const { lease } = run;
  if (lease?.leaseToken !== leaseToken || now < lease.until) return nothing;
  const stalls = request.stalls + 1;
  const goesOn = request.cancellation === undefined && stalls <= limits.stalls;
  const again = goesOn ? retryAt({ now, failures: request.failures, stalls, jitter }) : undefined;
  const { workerId, attempt } = lease;
  const expired: RequestEvent = {
    type: "RequestLeaseExpired",
    data: present({ leaseToken, workerId, attempt, retryAt: again }),
  };
  if (goesOn) return [expired];
  const error = `Its workers vanished ${stalls} times, last ${workerId}`;
  return [expired, cancelled(request) ?? { type: "RequestFailed", data: { reason: "STALLED", error } }];
}
