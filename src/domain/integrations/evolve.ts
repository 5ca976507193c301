/** The fold of a session's stream: what each event changes in its row. */
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { failuresInARow, isOfWebhook, latest, whileItGoesOn } from "./backoff.js";
import type { QuietPolls, SessionEvent, SessionEventOf } from "./events.js";
import type { IntegrationSession, SessionState } from "./state.js";
import { isActive } from "./values.js";

type Session = IntegrationSession;
type Later = Exclude<SessionEvent, { readonly type: "SessionConnected" }>;
/** An event of this type as it is in the log. */
type Past<T extends SessionEvent["type"]> = Recorded<SessionEventOf<T>>;

export const emptySession: SessionState = {};

const unlimited = { rateLimited: false, rateLimitedUntil: undefined } as const;

export function evolveSession({ session }: SessionState, recorded: Recorded<SessionEvent>): SessionState {
  const { version, hash, recordedAt: updatedAt } = recorded;
  const changed =
    recorded.type === "SessionConnected" ? connected(session, recorded) : session && changedBy(recorded, session);
  return changed === undefined ? {} : { session: present({ ...changed, updatedAt, version, hash }) };
}

/** With a new cursor, so that a poll of the connection before cannot move it. What was counted and what nobody has looked at stays. */
function connected(before: Session | undefined, recorded: Past<"SessionConnected">): Session {
  const { streamId, recordedAt: connectedAt, actor, version, hash, data } = recorded;
  const { createdAt, createdBy, lastPollAt, lastSuccessAt, lastItemAt, totals, pushes, openDeadLetters } = before ?? {};
  return {
    ...present(data),
    sessionId: parseStreamName(streamId).id,
    status: "ACTIVE",
    cursorRevision: before === undefined ? 0 : before.cursorRevision + 1,
    createdAt: createdAt ?? connectedAt,
    createdBy: createdBy ?? actor,
    updatedAt: connectedAt,
    connectedAt,
    ...{ lastPollAt, lastSuccessAt, lastItemAt },
    errorCount: 0,
    rateLimited: false,
    totals: totals ?? { polls: 0, items: 0, deadLetters: 0 },
    pushes: pushes ?? 0,
    inbox: [],
    openDeadLetters: openDeadLetters ?? [],
    version,
    hash,
  };
}

function changedBy(recorded: Recorded<Later>, session: Session): Session {
  switch (recorded.type) {
    case "SessionPaused":
      return { ...stopped(quietly(session, recorded)), status: "PAUSED", statusReason: recorded.data.reason };
    case "SessionDisabled":
      return { ...stopped(quietly(session, recorded)), status: "DISABLED", statusReason: recorded.data.reason };
    case "SessionReauthRequired":
      return { ...stopped(session), status: "NEEDS_REAUTH", statusReason: recorded.data.message };
    case "SessionDisconnected":
      return disconnected(stopped(quietly(session, recorded)), recorded);
    case "SessionResumed":
      return resumed(session, recorded);
    case "SessionReauthorised":
      return reauthorised(quietly(session, recorded), recorded);
    case "SessionIntervalChanged": {
      const { to, nextPollAt } = recorded.data;
      return { ...quietly(session, recorded), pollingIntervalMs: to, nextPollAt };
    }
    case "SessionPollRequested":
      return { ...quietly(session, recorded), nextPollAt: recorded.data.nextPollAt };
    case "SessionWebhookChanged":
      return webhookChanged(quietly(session, recorded), recorded);
    case "SessionPolled":
      return polled(session, recorded);
    case "SessionPollFailed":
      return failed(session, recorded);
    case "SessionRateLimited":
      return rateLimited(session, recorded);
    case "SessionResyncStarted":
      return resyncing(session, recorded);
    case "SessionItemsPushed":
      return pushed(session, recorded);
    case "SessionItemsDeadLettered":
      return deadLettered(session, recorded);
    case "SessionDeadLetterRedelivered":
    case "SessionDeadLetterDiscarded":
      return closed(quietly(session, recorded), recorded.data.deadLetterId);
  }
}

/**
 * With the polls that had nothing to say since the last event. An event that says nothing of the next poll leaves it where those
 * polls put it, about: the interval behind the last one. Where a rate limit has put it off further, there.
 */
function quietly(
  session: Session,
  { data: { quiet } }: { readonly data: { readonly quiet?: QuietPolls | undefined } },
): Session {
  if (quiet === undefined) return session;
  const { pollingIntervalMs } = session;
  const until = session.rateLimited ? quiet.nextPollAt : undefined;
  const byInterval = latest(toInstant(toMilliseconds(quiet.until) + pollingIntervalMs), until);
  const nextPollAt = session.nextPollAt && latest(byInterval, session.nextPollAt);
  return {
    ...counted(session, quiet.polls, quiet.until),
    nextPollAt: session.mode === "PUSH" ? session.nextPollAt : nextPollAt,
    rateLimitedUntil: until === undefined ? session.rateLimitedUntil : latest(until, session.rateLimitedUntil),
  };
}

function counted(session: Session, polls: number, at: Instant): Session {
  const totals = { ...session.totals, polls: session.totals.polls + polls };
  return { ...session, totals, lastPollAt: latest(at, session.lastPollAt) };
}

/** What a poll has told, whatever it was: only what is active is polled again. */
function reported(
  session: Session,
  {
    data,
  }: { readonly data: { readonly polls: number; readonly at: Instant; readonly nextPollAt?: Instant | undefined } },
): Session {
  const { polls, at, nextPollAt } = data;
  return { ...counted(session, polls, at), nextPollAt: isActive(session.status) ? nextPollAt : undefined };
}

/** Of a session that is not active, the status stays. */
function active({ status }: Session, to: "ACTIVE" | "BACKING_OFF"): Pick<Session, "status"> {
  return { status: isActive(status) ? to : status };
}

function stopped(session: Session): Session {
  return { ...session, nextPollAt: undefined, rateLimited: false };
}

/** Failures are forgotten. */
function cleared(session: Session): Session {
  const none = { failingSince: undefined, lastError: undefined, failingDelivery: undefined };
  return { ...session, ...none, ...unlimited, errorCount: 0 };
}

function rateLimited(session: Session, recorded: Past<"SessionRateLimited">): Session {
  const { nextPollAt: rateLimitedUntil } = recorded.data;
  return { ...reported(session, recorded), rateLimited: true, rateLimitedUntil, ...active(session, "BACKING_OFF") };
}

function begun(session: Session): Session {
  return { ...cleared(session), status: "ACTIVE", statusReason: undefined };
}

/** The service wants what it wanted before. */
function resumed(session: Session, { data: { nextPollAt } }: Past<"SessionResumed">): Session {
  return { ...begun(session), rateLimitedUntil: session.rateLimitedUntil, nextPollAt };
}

/** What is personal goes; what its history shows stays. */
function disconnected(session: Session, { data: { reason } }: Past<"SessionDisconnected">): Session {
  return {
    ...session,
    status: "DISCONNECTED",
    statusReason: reason,
    webhookUrl: "",
    serviceState: {},
    inbox: [],
    accountKey: undefined,
    credentialRef: undefined,
    failingDelivery: undefined,
    resync: undefined,
    lastResyncAt: undefined,
    rateLimitedUntil: undefined,
  };
}

/** What is PAUSED or DISABLED stays so. */
function reauthorised(session: Session, { data }: Past<"SessionReauthorised">): Session {
  const { credentialRef, nextPollAt } = data;
  const goesOn = isActive(session.status) || session.status === "NEEDS_REAUTH";
  return goesOn ? { ...begun(session), credentialRef, nextPollAt } : { ...session, ...unlimited, credentialRef };
}

/** How often the one before did not take something says nothing of the new one. */
function webhookChanged(session: Session, { data }: Past<"SessionWebhookChanged">): Session {
  const { webhookUrl, webhookKey, nextPollAt: next } = data;
  const { lastError } = session;
  const known = lastError && isOfWebhook(lastError) ? { ...lastError, inARow: 0 } : lastError;
  const nextPollAt = session.nextPollAt && (next ?? session.nextPollAt);
  return { ...session, webhookUrl, webhookKey, nextPollAt, lastError: known, failingDelivery: undefined };
}

/** A part of a poll ends no trouble: it may come at a later one, each time. */
function polled(session: Session, recorded: Past<"SessionPolled">): Session {
  const { at, items, serviceState, cursorRevision, throughPush, more } = recorded.data;
  const after = reported(session, recorded);
  return {
    ...(more ? after : { ...cleared(after), ...active(session, "ACTIVE") }),
    statusReason: isActive(session.status) ? undefined : session.statusReason,
    totals: { ...after.totals, items: after.totals.items + items },
    lastSuccessAt: latest(at, session.lastSuccessAt),
    // What was pushed came when it was pushed.
    lastItemAt: items === 0 || session.mode === "PUSH" ? session.lastItemAt : latest(at, session.lastItemAt),
    serviceState,
    cursorRevision,
    inbox: throughPush === undefined ? session.inbox : session.inbox.filter(({ push }) => push > throughPush),
    ...(more || session.resync === undefined ? {} : { resync: undefined, lastResyncAt: recorded.recordedAt }),
  };
}

function failed(session: Session, recorded: Past<"SessionPollFailed">): Session {
  const { failureClass, code, message, failures, delivery } = recorded.data;
  const at = recorded.recordedAt;
  return {
    ...reported(session, recorded),
    ...active(session, "BACKING_OFF"),
    errorCount: failures,
    failingSince: session.failingSince ?? at,
    lastError: { failureClass, code, message, at, inARow: failuresInARow(session, { failureClass, code }) },
    failingDelivery: delivery ?? session.failingDelivery,
    ...unlimited,
  };
}

function resyncing(session: Session, recorded: Past<"SessionResyncStarted">): Session {
  const { since, serviceState, cursorRevision } = recorded.data;
  return {
    ...reported(session, recorded),
    ...active(session, session.errorCount > 0 ? "BACKING_OFF" : "ACTIVE"),
    serviceState,
    cursorRevision,
    resync: { since, startedAt: recorded.recordedAt },
    lastResyncAt: recorded.recordedAt,
    ...unlimited,
  };
}

function pushed(session: Session, { data, recordedAt: at }: Past<"SessionItemsPushed">): Session {
  const { push, items, firstItemId, lastItemId, content, marks, nextPollAt } = data;
  return {
    ...session,
    serviceState: { ...session.serviceState, ...marks },
    pushes: Math.max(session.pushes, push),
    inbox: [...session.inbox, { push, at, items, firstItemId, lastItemId, content }],
    lastItemAt: latest(at, session.lastItemAt),
    nextPollAt: isActive(session.status) ? nextPollAt : undefined,
  };
}

/** The poll that tells of it goes on, and nobody else shall take it up meanwhile. */
function deadLettered(session: Session, { data, recordedAt: at }: Past<"SessionItemsDeadLettered">): Session {
  const others = session.openDeadLetters.filter(({ deadLetterId }) => deadLetterId !== data.deadLetterId);
  return {
    ...session,
    totals: { ...session.totals, deadLetters: session.totals.deadLetters + 1 },
    openDeadLetters: [...others, { ...data, at }],
    nextPollAt: session.nextPollAt && latest(whileItGoesOn(at), session.nextPollAt),
  };
}

function closed(session: Session, id: string): Session {
  return { ...session, openDeadLetters: session.openDeadLetters.filter(({ deadLetterId }) => deadLetterId !== id) };
}
