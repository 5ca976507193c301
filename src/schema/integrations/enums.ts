/** The words of the integrations context in the schema. */
import type {
  DeadLetterStatus,
  FailureClass,
  PollOutcome,
  PollQuery,
  SessionEvent,
  SessionMode,
  SessionQuery,
  SessionStatus,
} from "../../domain/integrations/index.js";
import { createEnum } from "../enums.js";

export const IntegrationStatus = createEnum<SessionStatus>("IntegrationStatus", "How an integration session is.", {
  ACTIVE: "It is polled, or waits for pushes.",
  BACKING_OFF: "The same, after failures or a rate limit: see `lastError` and `nextPollAt`.",
  NEEDS_REAUTH: "The service does not take its credential: reauthorise it.",
  PAUSED: "Somebody wants it so. It can be resumed.",
  DISABLED: "It kept failing, or somebody wants it so: see `statusReason`. It can be resumed.",
  DISCONNECTED: "It is over, until the service is connected again.",
});

export const IntegrationMode = createEnum<SessionMode>("IntegrationMode", "How items come from a service.", {
  POLL: "It is asked, again and again.",
  PUSH: "It tells by itself, and cannot be asked.",
});

export const IntegrationFailureClass = createEnum<FailureClass>(
  "IntegrationFailureClass",
  "Why a poll did not go well.",
  {
    AUTH: "The service does not take the credential.",
    RATE: "The service was asked too often; counts as no failure.",
    CURSOR_EXPIRED:
      "The service has forgotten where the session was; what is there is read anew. Counts as no failure.",
    TRANSIENT: "Another time it may go better.",
    PERMANENT: "It will not go better by itself.",
    DELIVERY: "The webhook does not take the items.",
  },
);

export const IntegrationPollOutcome = createEnum<PollOutcome>(
  "IntegrationPollOutcome",
  "What came of a poll, or of many that had nothing to say.",
  {
    POLLED: "It went well.",
    FAILED: "It failed.",
    RATE_LIMITED: "The service wants to be left alone for a while.",
    RESYNC: "The service has forgotten the cursor: what is there is read anew.",
    PUSHED: "The service told of items by itself.",
    DEAD_LETTERED: "The webhook would not take items; they are kept aside.",
  },
);

export const IntegrationDeadLetterStatus = createEnum<DeadLetterStatus>(
  "IntegrationDeadLetterStatus",
  "What has become of items that a webhook would not take.",
  {
    OPEN: "Nobody has decided yet.",
    REDELIVERED: "They were sent again, and the webhook took them.",
    DISCARDED: "Nobody wants them.",
  },
);

export type SessionOrderValue = SessionQuery["order"];
export const IntegrationSessionOrder = createEnum<SessionOrderValue>(
  "IntegrationSessionOrder",
  "The order of integration sessions.",
  {
    LAST_POLLED_FIRST: "Those that were polled last come first; those that never were come last.",
    LAST_POLLED_LAST: "Those that were never polled come first, then those that were not for the longest time.",
    BY_SERVICE: "By service; of one user only, whom the filter names.",
  },
);

export type PollOrderValue = PollQuery["order"];
export const IntegrationPollOrder = createEnum<PollOrderValue>("IntegrationPollOrder", "The order of polls.", {
  NEWEST_FIRST: "The latest first.",
  OLDEST_FIRST: "The earliest first.",
});

export type SessionChangeValue =
  | "CONNECTED"
  | "PAUSED"
  | "RESUMED"
  | "INTERVAL_CHANGED"
  | "WEBHOOK_CHANGED"
  | "REAUTHORISED"
  | "POLL_REQUESTED"
  | "DISABLED"
  | "DISCONNECTED"
  | "POLLED"
  | "POLL_FAILED"
  | "RATE_LIMITED"
  | "RESYNC_STARTED"
  | "REAUTH_REQUIRED"
  | "ITEMS_PUSHED"
  | "ITEMS_DEAD_LETTERED"
  | "DEAD_LETTER_REDELIVERED"
  | "DEAD_LETTER_DISCARDED";
export const IntegrationSessionChange = createEnum<SessionChangeValue>(
  "IntegrationSessionChange",
  "What happened to an integration session. Tolerate values you do not know: new ones may come.",
  {
    CONNECTED: "Somebody has connected the service.",
    PAUSED: "Somebody has paused it.",
    RESUMED: "Somebody has resumed it.",
    INTERVAL_CHANGED: "It is polled at another pace.",
    WEBHOOK_CHANGED: "Its items go elsewhere, or are signed with another secret.",
    REAUTHORISED: "It has another credential.",
    POLL_REQUESTED: "Somebody wants it polled now.",
    DISABLED: "It is not polled any more: it kept failing, or somebody wants it so.",
    DISCONNECTED: "It is over, until the service is connected again.",
    POLLED: "A poll went well and had something to say; or, once a day, many that had not.",
    POLL_FAILED: "A poll failed.",
    RATE_LIMITED: "The service wants to be left alone for a while.",
    RESYNC_STARTED: "The service has forgotten the cursor: what is there is read anew.",
    REAUTH_REQUIRED: "The service does not take its credential any more.",
    ITEMS_PUSHED: "The service told of items by itself.",
    ITEMS_DEAD_LETTERED: "Its webhook would not take items; they are kept aside.",
    DEAD_LETTER_REDELIVERED: "Items that were kept aside were taken after all.",
    DEAD_LETTER_DISCARDED: "Somebody has given up items that were kept aside.",
  },
);

/** What a follower is told of an event. */
export const sessionChanges: Readonly<Record<SessionEvent["type"], SessionChangeValue>> = {
  SessionConnected: "CONNECTED",
  SessionPaused: "PAUSED",
  SessionResumed: "RESUMED",
  SessionIntervalChanged: "INTERVAL_CHANGED",
  SessionWebhookChanged: "WEBHOOK_CHANGED",
  SessionReauthorised: "REAUTHORISED",
  SessionPollRequested: "POLL_REQUESTED",
  SessionDisabled: "DISABLED",
  SessionDisconnected: "DISCONNECTED",
  SessionPolled: "POLLED",
  SessionPollFailed: "POLL_FAILED",
  SessionRateLimited: "RATE_LIMITED",
  SessionResyncStarted: "RESYNC_STARTED",
  SessionReauthRequired: "REAUTH_REQUIRED",
  SessionItemsPushed: "ITEMS_PUSHED",
  SessionItemsDeadLettered: "ITEMS_DEAD_LETTERED",
  SessionDeadLetterRedelivered: "DEAD_LETTER_REDELIVERED",
  SessionDeadLetterDiscarded: "DEAD_LETTER_DISCARDED",
};
