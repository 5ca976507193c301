/** What polls and pushes report of a session, and what follows from it: where the cursor is, when it goes on, whether it does. */
import type { DecisionContext } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { clipLine, toOneLine } from "../kernel/text.js";
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { isResyncing, latest, mustDisable, nextPollAt, rateLimitedUntil, retryAt, whileItGoesOn } from "./backoff.js";
import type { SessionCommandOf } from "./commands.js";
import type { SessionEvent, SessionEventOf } from "./events.js";
import { CursorMovedError, InboxFullError } from "./refusals.js";
import type { IntegrationSession } from "./state.js";
import { cannotGo } from "./transitions.js";
import { isActive, limits } from "./values.js";

type Session = IntegrationSession;
type Decision = readonly SessionEvent[];

const nothing: Decision = [];

/** So long before the last success is read anew when a cursor is lost: what came late must not be missed. */
const resyncDays = 1;

/** @throws CursorMovedError where another poll was faster: what this one has read is not new. */
export function recordPoll(
  command: SessionCommandOf<"RecordPoll">,
  session: Session,
  context: DecisionContext,
): Decision {
  const { items, firstItemId, lastItemId, more, at } = command;
  const isOver = session.status === "DISCONNECTED" || (!isActive(session.status) && items === 0);
  if (isOver) return nothing;
  const cursor = session.mode === "PUSH" ? throughInbox(command, session) : moved(command, session);
  if (cursor === undefined) return nothing;
  const polls = uncounted(command, session);
  if (polls === 0 && saysNothing(command, cursor, session)) return nothing;
  const next = isActive(session.status) ? afterPoll(command, cursor.throughPush, session, context) : undefined;
  const data = { polls, at, items, firstItemId, lastItemId, ...cursor, more, nextPollAt: next };
  return [{ type: "SessionPolled", data: present(data) }];
}

type Cursor = Pick<SessionEventOf<"SessionPolled">["data"], "serviceState" | "cursorRevision" | "throughPush">;

/** Behind what a poll has read. @throws CursorMovedError. */
function moved({ cursorRevision, serviceState, items }: SessionCommandOf<"RecordPoll">, session: Session): Cursor {
  requireCursor(cursorRevision, session);
  const isMoved = items > 0 || canonicalJson(serviceState) !== canonicalJson(session.serviceState);
  return { serviceState, cursorRevision: session.cursorRevision + (isMoved ? 1 : 0) };
}

/**
 * What is delivered of an inbox says `throughPush`; the state is what the latest push made it. Undefined for what tells of no push: it has
 * done nothing. @throws CursorMovedError.
 */
function throughInbox(
  { throughPush }: SessionCommandOf<"RecordPoll">,
  { serviceState, cursorRevision, sessionId, pushes, inbox }: Session,
): Cursor | undefined {
  if (throughPush === undefined) return undefined;
  const done = (inbox[0]?.push ?? pushes + 1) - 1;
  if (throughPush <= done || throughPush > pushes) throw new CursorMovedError(sessionId, throughPush - 1, done);
  return { serviceState, cursorRevision, throughPush };
}

function requireCursor(cursorRevision: number, session: Session): void {
  if (cursorRevision !== session.cursorRevision)
    throw new CursorMovedError(session.sessionId, cursorRevision, session.cursorRevision);
}

/** Whether a poll leaves everything as it was. */
function saysNothing(
  { items, more }: SessionCommandOf<"RecordPoll">,
  { cursorRevision, throughPush }: Cursor,
  session: Session,
): boolean {
  const isSame = items === 0 && throughPush === undefined && cursorRevision === session.cursorRevision;
  const isTrouble = session.errorCount > 0 || session.rateLimited || session.resync !== undefined;
  return isSame && (more || !isTrouble);
}

/** The poll and the quiet ones before it; 0 where an event has told of them: another part of the poll, or a person's command. */
function uncounted(
  { polls, at }: { readonly polls: number; readonly at: Instant },
  { lastPollAt }: Pick<Session, "lastPollAt">,
): number {
  return lastPollAt === undefined || at > lastPollAt ? polls : 0;
}

function afterPoll(
  { at, more, jitter }: SessionCommandOf<"RecordPoll">,
  throughPush: number | undefined,
  { mode, inbox, pollingIntervalMs: intervalMs }: Session,
  { now }: DecisionContext,
): Instant | undefined {
  if (more) return whileItGoesOn(now);
  if (mode === "POLL") return latest(nextPollAt({ at, intervalMs, jitter }), now);
  return inbox.some(({ push }) => push > (throughPush ?? 0)) ? now : undefined;
}

/** Nothing where it is not active any more. @throws CursorMovedError. */
export function recordFailure(
  command: SessionCommandOf<"RecordFailure">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  if (!isActive(session.status)) return nothing;
  requireCursor(command.cursorRevision, session);
  const { failureClass, at, jitter, retryAfterMs } = command;
  const said = wordsOf(command);
  const failures = session.errorCount + 1;
  const polls = uncounted(command, session);
  const failed = (next?: Instant): SessionEvent => ({
    type: "SessionPollFailed",
    data: present({
      failureClass,
      ...said,
      failures,
      polls,
      at,
      delivery: deliveryOf(command, session),
      nextPollAt: next,
    }),
  });
  if (failureClass === "AUTH") return [failed(), { type: "SessionReauthRequired", data: said }];
  const reason = mustDisable(session, command, now);
  if (reason !== undefined) return [failed(), { type: "SessionDisabled", data: { reason, failureClass } }];
  return [failed(retryAt({ now, failures, jitter, intervalMs: session.pollingIntervalMs, retryAfterMs }))];
}

/** How often the items that begin with this one were not taken. */
function deliveryOf(
  { failureClass, firstItemId }: SessionCommandOf<"RecordFailure">,
  { failingDelivery }: Session,
): { readonly firstItemId: string; readonly attempts: number } | undefined {
  if (failureClass !== "DELIVERY" || firstItemId === undefined) return undefined;
  const before = failingDelivery?.firstItemId === firstItemId ? failingDelivery.attempts : 0;
  return { firstItemId, attempts: before + 1 };
}

/** As long as a code and a message may be. */
function wordsOf({ code, message }: { readonly code: string; readonly message: string }) {
  return { code: clipLine(toOneLine(code), limits.code), message: clipLine(toOneLine(message), limits.message) };
}

/** Nothing but for the first in a row: the others only wait. It is no failure. @throws CursorMovedError. */
export function recordRateLimit(
  command: SessionCommandOf<"RecordRateLimit">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  if (!isActive(session.status)) return nothing;
  requireCursor(command.cursorRevision, session);
  if (session.rateLimited) return nothing;
  const { at, jitter, retryAfterMs } = command;
  const next = rateLimitedUntil({ now, intervalMs: session.pollingIntervalMs, retryAfterMs, jitter });
  const data = { ...wordsOf(command), polls: uncounted(command, session), at, nextPollAt: next };
  return [{ type: "SessionRateLimited", data }];
}

/**
 * What is there is read anew, at once. It is no failure, but where the service forgets while that is read, or within an hour: it would
 * go on for ever. Then it is tried again as after any failure; from the begin where it was on the way. @throws CursorMovedError.
 */
export function startResync(
  command: SessionCommandOf<"StartResync">,
  session: Session,
  context: DecisionContext,
): Decision {
  if (!isActive(session.status)) return nothing;
  requireCursor(command.cursorRevision, session);
  const begun = resyncStarted(command, session, context.now);
  if (!isResyncing(session, context.now)) return [begun];
  const { type: _, serviceState, ...of } = command;
  const decided = recordFailure({ ...of, type: "RecordFailure", failureClass: "TRANSIENT" }, session, context);
  const isSame = canonicalJson(serviceState) === canonicalJson(session.serviceState);
  if (session.resync === undefined || isSame) return decided;
  const [failure, ...others] = decided;
  if (failure?.type !== "SessionPollFailed" || others.length > 0) return decided;
  const { nextPollAt: next = context.now, ...failed } = failure.data;
  // The poll counts once, and the last event says when the next one is.
  return [
    { ...failure, data: failed },
    { ...begun, data: { ...begun.data, polls: 0, nextPollAt: next } },
  ];
}

function resyncStarted(
  command: SessionCommandOf<"StartResync">,
  session: Session,
  now: Instant,
): SessionEventOf<"SessionResyncStarted"> {
  const data = {
    ...wordsOf(command),
    since: session.resync?.since ?? addDays(latest(session.connectedAt, session.lastSuccessAt), -resyncDays),
    serviceState: command.serviceState,
    cursorRevision: session.cursorRevision + 1,
    polls: uncounted(command, session),
    at: command.at,
    nextPollAt: now,
  };
  return { type: "SessionResyncStarted", data };
}

/**
 * One that backs off goes on doing so: its webhook does not take more because more is there. Nothing where the same waits already.
 * @throws InboxFullError, and InvalidTransitionError where it is DISCONNECTED.
 */
export function recordPush(
  { type: _, ...push }: SessionCommandOf<"RecordPush">,
  session: Session,
  { now }: DecisionContext,
): Decision {
  const { sessionId, status, mode, inbox, pushes } = session;
  if (mode !== "PUSH")
    throw new InvalidTransitionError(status, status, [], `${sessionId} is polled: it takes no pushes`);
  if (status === "DISCONNECTED") throw cannotGo("ACTIVE", session, "it takes no pushes");
  if (inbox.some(({ content }) => content.sha256 === push.content.sha256)) return nothing;
  if (inbox.length >= limits.inbox) throw new InboxFullError(sessionId);
  const next = isActive(status) ? (session.nextPollAt ?? now) : undefined;
  return [{ type: "SessionItemsPushed", data: present({ push: pushes + 1, ...push, nextPollAt: next }) }];
}

/** Where as many are open as may be, something is wrong with all items: the session is disabled, and these stay where they are. */
export function recordDeadLetter(
  { type: _, ...letter }: SessionCommandOf<"RecordDeadLetter">,
  { status, openDeadLetters }: Session,
): Decision {
  const isKnown = openDeadLetters.some(({ deadLetterId }) => deadLetterId === letter.deadLetterId);
  if (status === "DISCONNECTED" || isKnown) return nothing;
  if (openDeadLetters.length < limits.openDeadLetters)
    return [{ type: "SessionItemsDeadLettered", data: { ...letter, reason: clipLine(letter.reason, limits.message) } }];
  if (status === "DISABLED") return nothing;
  const reason = `${openDeadLetters.length} dead letters wait for somebody to look at them`;
  return [{ type: "SessionDisabled", data: { reason, failureClass: "DELIVERY" } }];
}
