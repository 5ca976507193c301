/** The inline projections of this context: which rows of its tables the events of a session change. */
import type { InlineProjection, ViewChange } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import type { SessionEvent } from "./events.js";
import { evolveSession } from "./evolve.js";
import type { DeadLetter, IntegrationSession, PollRecord, SessionSchedule, SessionState } from "./state.js";
import type { SessionStatus } from "./values.js";

/** The rows of each view. */
export interface IntegrationViews {
  /** `beya-integration-sessions`, by session id. */
  "integration-session": IntegrationSession;
  /** By session id; anew with every event, which ends whatever lease there is. */
  "integration-schedule": SessionSchedule;
  /** By session id and version. */
  "integration-poll": PollRecord;
  /** By session id and dead letter id. */
  "integration-dead-letter": DeadLetter;
}

export type IntegrationView = keyof IntegrationViews;
/** A change of one row of one of these views. */
export type IntegrationViewChange = { [V in IntegrationView]: ViewChange<V, IntegrationViews[V]> }[IntegrationView];

function changes(
  before: SessionState,
  events: readonly Recorded<SessionEvent>[],
  after: SessionState,
): readonly IntegrationViewChange[] {
  const { session } = after;
  if (session === undefined) return [];
  const { sessionId } = session;
  const letters = new Map<string, DeadLetter>();
  const polls: PollRecord[] = [];
  let state = before;
  for (const event of events) {
    const letter = deadLetterOf(event, state);
    state = evolveSession(state, event);
    const poll = state.session && pollOf(event, state.session);
    if (letter !== undefined) letters.set(letter.deadLetterId, letter);
    if (poll !== undefined) polls.push(poll);
  }
  return [
    { view: "integration-session", key: sessionId, row: session },
    { view: "integration-schedule", key: sessionId, row: scheduleOf(session) },
    ...polls.map((row) => ({ view: "integration-poll", key: `${sessionId}/${row.version}`, row }) as const),
    ...[...letters].map(([id, row]) => ({ view: "integration-dead-letter", key: `${sessionId}/${id}`, row }) as const),
  ];
}

function scheduleOf({
  sessionId,
  userId,
  serviceType,
  pollingIntervalMs,
  nextPollAt,
  version,
  hash,
}: IntegrationSession): SessionSchedule {
  return present({ sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version, hash });
}

/** What the history says of an event; undefined for what is no poll. `session`: behind it. */
function pollOf(
  event: Recorded<SessionEvent>,
  { sessionId, userId, nextPollAt }: IntegrationSession,
): PollRecord | undefined {
  const own = ownOf(event);
  if (own === undefined) return undefined;
  return present({ sessionId, userId, at: event.recordedAt, version: event.version, ...own, nextPollAt });
}

type Own = Omit<PollRecord, "sessionId" | "userId" | "at" | "version" | "nextPollAt">;

function ownOf({ type, data }: SessionEvent): Own | undefined {
  switch (type) {
    case "SessionPolled":
      return { outcome: "POLLED", polls: data.polls, items: data.items };
    case "SessionPollFailed": {
      const { failureClass, code, message, polls } = data;
      return { outcome: "FAILED", polls, items: 0, failureClass, code, message };
    }
    case "SessionRateLimited": {
      const { code, message, polls } = data;
      return { outcome: "RATE_LIMITED", polls, items: 0, failureClass: "RATE", code, message };
    }
    case "SessionResyncStarted": {
      const { code, message, polls } = data;
      return { outcome: "RESYNC", polls, items: 0, failureClass: "CURSOR_EXPIRED", code, message };
    }
    case "SessionItemsPushed":
      return { outcome: "PUSHED", polls: 0, items: data.items };
    case "SessionItemsDeadLettered":
      return { outcome: "DEAD_LETTERED", polls: 0, items: data.items, message: data.reason };
    default:
      return undefined;
  }
}

/** The row of the dead letter that an event tells of; `before`: the state in front of it. */
function deadLetterOf(event: Recorded<SessionEvent>, { session }: SessionState): DeadLetter | undefined {
  const { type, data, recordedAt, version } = event;
  if (session === undefined) return undefined;
  const { sessionId, userId } = session;
  switch (type) {
    case "SessionItemsDeadLettered":
      return { ...data, sessionId, userId, at: recordedAt, status: "OPEN", version };
    case "SessionDeadLetterRedelivered":
    case "SessionDeadLetterDiscarded": {
      const open = session.openDeadLetters.find(({ deadLetterId }) => deadLetterId === data.deadLetterId);
      const status = type === "SessionDeadLetterRedelivered" ? "REDELIVERED" : "DISCARDED";
      return open && { ...open, sessionId, userId, status, closedAt: recordedAt, version };
    }
    default:
      return undefined;
  }
}

/** The facets that live filters select by. */
export const integrationTag = {
  user: (userId: string) => `integration-user:${userId}`,
  service: (serviceType: string) => `integration-service:${serviceType}`,
  status: (status: SessionStatus) => `integration-status:${status}`,
  session: (sessionId: string) => `integration-session:${sessionId}`,
  project: (projectId: string) => `integration-project:${projectId}`,
};

function tags({ session }: SessionState): readonly string[] {
  if (session === undefined) return [];
  const { userId, serviceType, status, sessionId, projectId } = session;
  return [
    integrationTag.user(userId),
    integrationTag.service(serviceType),
    integrationTag.status(status),
    integrationTag.session(sessionId),
    ...(projectId === undefined ? [] : [integrationTag.project(projectId)]),
  ];
}

/** What is written beside an event, and what a rebuild writes anew. */
export const sessionProjection: InlineProjection<SessionState, SessionEvent> = { changes, tags };
