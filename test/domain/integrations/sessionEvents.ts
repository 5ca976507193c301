/** Past events of one session, each as it is recorded half past ten, and commands of the poller. */
import type { SessionCommandOf, SessionEvent, SessionEventOf } from "../../../src/domain/integrations/index.js";
import { connection, mailState, pushConnection } from "../../support/sessionStory.js";

export const now = "2025-01-15T10:30:00.000Z";
export const at = (seconds: number) => new Date(Date.parse(now) + seconds * 1_000).toISOString();
export const days = (count: number) => at(count * 86_400);

const { type: _, jitter: __, ...asked } = connection();
const { type: ___, jitter: ____, ...askedForPushes } = pushConnection();

export function connected(
  change: Partial<SessionEventOf<"SessionConnected">["data"]> = {},
): SessionEventOf<"SessionConnected"> {
  return { type: "SessionConnected", data: { ...asked, webhookKey: 1, nextPollAt: now, ...change } };
}

export const connectedForPushes: SessionEvent = {
  type: "SessionConnected",
  data: { ...askedForPushes, webhookKey: 1 },
};

/** The first poll has found its cursor. */
export function polled(change: Partial<SessionEventOf<"SessionPolled">["data"]> = {}): SessionEventOf<"SessionPolled"> {
  return {
    type: "SessionPolled",
    data: {
      polls: 1,
      at: now,
      items: 0,
      serviceState: mailState("100"),
      cursorRevision: 1,
      more: false,
      nextPollAt: at(30),
      ...change,
    },
  };
}

export function failed(
  change: Partial<SessionEventOf<"SessionPollFailed">["data"]> = {},
): SessionEventOf<"SessionPollFailed"> {
  return {
    type: "SessionPollFailed",
    data: {
      failureClass: "TRANSIENT",
      code: "http_503",
      message: "It is not available",
      failures: 1,
      polls: 1,
      at: now,
      nextPollAt: at(30),
      ...change,
    },
  };
}

export const rateLimited: SessionEvent = {
  type: "SessionRateLimited",
  data: { code: "http_429", message: "Too many requests", polls: 1, at: now, nextPollAt: at(60) },
};
export const resyncing: SessionEvent = {
  type: "SessionResyncStarted",
  data: {
    code: "history_expired",
    message: "The history id is too old",
    since: days(-1),
    serviceState: { emailAddress: "user@company.com" },
    cursorRevision: 2,
    polls: 1,
    at: now,
    nextPollAt: now,
  },
};
export const paused: SessionEvent = { type: "SessionPaused", data: { reason: "On holiday" } };
export const disabled: SessionEvent = { type: "SessionDisabled", data: { reason: "It floods the webhook" } };
export const disconnected: SessionEvent = { type: "SessionDisconnected", data: { reason: "Has left" } };
export const reauthRequired: readonly SessionEvent[] = [
  failed({ failureClass: "AUTH", code: "invalid_grant", nextPollAt: undefined }),
  { type: "SessionReauthRequired", data: { code: "invalid_grant", message: "It was revoked" } },
];

export function pushed(push: number): SessionEventOf<"SessionItemsPushed"> {
  const content = { objectKey: `integrations/pushes/ab/${push}.json`, bytes: 10, sha256: `${push}` };
  const [firstItemId, lastItemId] = [`wamid.${push}`, `wamid.${push}`];
  const marks = { lastMessageId: lastItemId };
  return {
    type: "SessionItemsPushed",
    data: { push, items: 1, firstItemId, lastItemId, content, marks, nextPollAt: now },
  };
}

/** A poll that began now, with the cursor that the first poll has found, and brought two items. */
export function recordPoll(change: Partial<SessionCommandOf<"RecordPoll">> = {}): SessionCommandOf<"RecordPoll"> {
  return {
    type: "RecordPoll",
    ...{ polls: 1, at: at(30), cursorRevision: 1, jitter: 0 },
    items: 2,
    firstItemId: "gmail:1",
    lastItemId: "gmail:2",
    serviceState: mailState("102"),
    more: false,
    ...change,
  };
}

/** A poll that had nothing to say. */
export function recordQuiet(change: Partial<SessionCommandOf<"RecordPoll">> = {}): SessionCommandOf<"RecordPoll"> {
  const none = { items: 0, firstItemId: undefined, lastItemId: undefined };
  return recordPoll({ ...none, serviceState: mailState("100"), ...change });
}

export function recordFailure(
  change: Partial<SessionCommandOf<"RecordFailure">> = {},
): SessionCommandOf<"RecordFailure"> {
  return {
    type: "RecordFailure",
    ...{ polls: 1, at: at(30), cursorRevision: 1, jitter: 0 },
    failureClass: "TRANSIENT",
    code: "http_503",
    message: "It is not available",
    ...change,
  };
}

export function recordRateLimit(
  change: Partial<SessionCommandOf<"RecordRateLimit">> = {},
): SessionCommandOf<"RecordRateLimit"> {
  const poll = { polls: 1, at: at(30), cursorRevision: 1, jitter: 0 };
  return { type: "RecordRateLimit", ...poll, code: "http_429", message: "Too many requests", ...change };
}

export function startResync(change: Partial<SessionCommandOf<"StartResync">> = {}): SessionCommandOf<"StartResync"> {
  return {
    type: "StartResync",
    ...{ polls: 1, at: at(30), cursorRevision: 1, jitter: 0 },
    code: "history_expired",
    message: "The history id is too old",
    serviceState: { emailAddress: "user@company.com" },
    ...change,
  };
}
