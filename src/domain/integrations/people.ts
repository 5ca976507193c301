/** What people may do with a session, and what that changes. */
import type { DecisionContext } from "../kernel/decider.js";
import { InvalidTransitionError, NotFoundError, invalid } from "../kernel/errors.js";
import { present } from "../kernel/present.js";
import { isInScope, requireOwn } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import { asksFrom, isOfWebhook, latest, nextPollAt, soon } from "./backoff.js";
import type { SessionCommandOf } from "./commands.js";
import type { QuietPolls, SessionEvent } from "./events.js";
import { AlreadyConnectedError } from "./refusals.js";
import { requireOwnUser } from "./scope.js";
import type { IntegrationSession, SessionState } from "./state.js";
import { cannotGo } from "./transitions.js";
import { isActive } from "./values.js";
import type { SessionMode, SessionStatus } from "./values.js";

type Session = IntegrationSession;
type Decision = readonly SessionEvent[];

const nothing: Decision = [];

export function connect(
  { type: _, startAt, jitter, ...asked }: SessionCommandOf<"ConnectSession">,
  { session }: SessionState,
  { now, actor, scope = "all" }: DecisionContext,
): Decision {
  const { userId, projectId, credentialRef, mode } = asked;
  requireOwnUser(userId, "userId", { actor, scope });
  if (projectId !== undefined)
    requireOwn([projectId], (id) => isInScope(scope, [id]), { what: "your projects", field: "projectId" });
  if (credentialRef !== undefined) requireOwnCredential(credentialRef, userId);
  if (session !== undefined && session.status !== "DISCONNECTED")
    throw new AlreadyConnectedError(session.sessionId, session.status);
  const begin = mode === "POLL" ? latest(soon(now, jitter), startAt) : undefined;
  const webhookKey = (session?.webhookKey ?? 0) + 1;
  return [{ type: "SessionConnected", data: present({ ...asked, webhookKey, nextPollAt: begin }) }];
}

/** Nobody has the items of somebody else sent to himself (defect B13). @throws ValidationError. */
function requireOwnCredential(credentialRef: string, userId: string): void {
  if (!credentialRef.startsWith(`${userId}/`)) throw invalid("credentialRef", `must begin with ${userId}/`);
}

export function pause({ reason, quiet }: SessionCommandOf<"PauseSession">, session: Session): Decision {
  if (session.status === "PAUSED") return nothing;
  if (!isActive(session.status)) throw cannotGo("PAUSED", session, "it is not polled");
  return [{ type: "SessionPaused", data: present({ reason, quiet: fresh(quiet, session) }) }];
}

/** At once, but for a rate limit: that ends another credential only. */
export function resume(
  { jitter }: SessionCommandOf<"ResumeSession">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  if (isActive(session.status)) return nothing;
  requireConnected(session, "ACTIVE");
  const begin = asksFrom(soon(now, jitter), session);
  return [{ type: "SessionResumed", data: present({ nextPollAt: beginAt(session, begin) }) }];
}

/** @throws ValidationError for an interval that the service does not allow (defect B15). */
export function changeInterval(
  { pollingIntervalMs: to, leastIntervalMs, jitter, quiet }: SessionCommandOf<"ChangeInterval">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  requireConnected(session, session.status);
  if (to < leastIntervalMs)
    throw invalid("pollingIntervalMs", `must be at least ${leastIntervalMs} for ${session.serviceType}`);
  const from = session.pollingIntervalMs;
  if (from === to) return nothing;
  const told = fresh(quiet, session);
  const last = told?.until ?? session.lastPollAt;
  const next = byInterval(session, {
    now: latest(asksFrom(now, session), told?.nextPollAt),
    last,
    intervalMs: to,
    jitter,
  });
  return [{ type: "SessionIntervalChanged", data: present({ from, to, nextPollAt: next, quiet: told }) }];
}

/** When it is polled next with another interval: reckoned from the last poll, but it backs off as long as it would have. */
function byInterval(
  { mode, status, nextPollAt: planned }: Session,
  {
    now,
    last,
    intervalMs,
    jitter,
  }: {
    readonly now: Instant;
    readonly last: Instant | undefined;
    readonly intervalMs: number;
    readonly jitter: number;
  },
): Instant | undefined {
  if (planned === undefined || mode === "PUSH" || last === undefined) return planned;
  const next = latest(nextPollAt({ at: last, intervalMs, jitter }), now);
  return status === "BACKING_OFF" ? latest(next, planned) : next;
}

/** Each time with another secret, also where the address is the same. What waits because of the one before is tried at once. */
export function changeWebhook(
  { webhookUrl, quiet }: SessionCommandOf<"ChangeWebhook">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  const { status, lastError, nextPollAt: planned } = session;
  requireConnected(session, status);
  const webhookKey = session.webhookKey + 1;
  const waits = planned !== undefined && status === "BACKING_OFF" && isOfWebhook(lastError);
  const told = fresh(quiet, session);
  const next = waits ? latest(asksFrom(now, session), told?.nextPollAt) : undefined;
  const data = present({ webhookUrl, webhookKey, nextPollAt: next, quiet: told });
  return [{ type: "SessionWebhookChanged", data }];
}

/** Nothing where it works with this credential already, or would: also where its service only limits the rate. */
export function reauthorise(
  { credentialRef, jitter, quiet }: SessionCommandOf<"ReauthoriseSession">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  const { status } = session;
  requireConnected(session, status);
  requireOwnCredential(credentialRef, session.userId);
  const isStopped = status === "PAUSED" || status === "DISABLED";
  const works = isStopped || status === "ACTIVE" || session.rateLimited;
  if (credentialRef === session.credentialRef && works) return nothing;
  const next = isStopped ? undefined : beginAt(session, soon(now, jitter));
  const data = present({ credentialRef, nextPollAt: next, quiet: fresh(quiet, session) });
  return [{ type: "SessionReauthorised", data }];
}

/** Not while its service limits the rate, nor more often than that allows. Nothing where it is polled by then anyway. */
export function requestPoll(
  { quiet, leastIntervalMs }: SessionCommandOf<"RequestPoll">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  const { sessionId, mode, status, nextPollAt: planned } = session;
  if (mode === "PUSH")
    throw new InvalidTransitionError(status, status, [], `${sessionId} is not polled: ${session.serviceType} pushes`);
  if (!isActive(status)) throw cannotGo("ACTIVE", session, "resume it first");
  const told = fresh(quiet, session);
  const last = told?.until ?? session.lastPollAt;
  const next = latest(asksFrom(now, session, present({ last, leastIntervalMs })), told?.nextPollAt);
  const known = told === undefined ? planned : quiet?.nextPollAt;
  const isSooner = known === undefined || next < known;
  return isSooner ? [{ type: "SessionPollRequested", data: present({ nextPollAt: next, quiet: told }) }] : nothing;
}

export function disable({ reason, quiet }: SessionCommandOf<"DisableSession">, session: Session): Decision {
  if (session.status === "DISABLED") return nothing;
  requireConnected(session, "DISABLED");
  return [{ type: "SessionDisabled", data: present({ reason, quiet: fresh(quiet, session) }) }];
}

export function disconnect({ reason, quiet }: SessionCommandOf<"DisconnectSession">, session: Session): Decision {
  if (session.status === "DISCONNECTED") return nothing;
  return [{ type: "SessionDisconnected", data: present({ reason, quiet: fresh(quiet, session) }) }];
}

/** @throws NotFoundError where it is not open (any more). */
export function recordRedelivery(
  { deadLetterId, quiet }: SessionCommandOf<"RecordRedelivery">,
  session: Session,
): Decision {
  requireOpen(deadLetterId, session);
  return [{ type: "SessionDeadLetterRedelivered", data: present({ deadLetterId, quiet: fresh(quiet, session) }) }];
}

/** @throws NotFoundError where it is not open (any more). */
export function discardDeadLetter(
  { deadLetterId, reason, quiet }: SessionCommandOf<"DiscardDeadLetter">,
  session: Session,
): Decision {
  requireOpen(deadLetterId, session);
  const data = present({ deadLetterId, reason, quiet: fresh(quiet, session) });
  return [{ type: "SessionDeadLetterDiscarded", data }];
}

function requireOpen(id: string, { openDeadLetters }: Session): void {
  if (!openDeadLetters.some(({ deadLetterId }) => deadLetterId === id))
    throw new NotFoundError("DeadLetter", id, ["deadLetterId"]);
}

/** When a session is looked at that begins to be active: one that is pushed to only where something waits. */
function beginAt({ mode, inbox }: { readonly mode: SessionMode } & Pick<Session, "inbox">, at: Instant) {
  return mode === "POLL" || inbox.length > 0 ? at : undefined;
}

/** What is over has nothing that could change. @throws InvalidTransitionError. */
function requireConnected(session: Session, to: SessionStatus): void {
  if (session.status === "DISCONNECTED") throw cannotGo(to, session, "connect the service again first");
}

/**
 * Quiet polls that no event has told of yet; of two commands at once the later one has none. They tell when the next one is where only
 * they know: while their service limits the rate.
 */
function fresh(quiet: QuietPolls | undefined, { lastPollAt, rateLimited }: Session): QuietPolls | undefined {
  if (quiet === undefined || (lastPollAt !== undefined && quiet.until <= lastPollAt)) return undefined;
  const { nextPollAt: next, ...polls } = quiet;
  return rateLimited && next !== undefined ? quiet : polls;
}
