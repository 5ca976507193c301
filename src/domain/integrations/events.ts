/** The stored events of the integrations context. One stream for each user and service. */
import { JsonValue } from "../kernel/json.js";
import { z } from "zod";
import { firstFormats } from "../kernel/codec.js";
import type { EventFormat, EventOf } from "../kernel/codec.js";
import { failureClasses, sessionModes } from "./values.js";

/** One stream for each session; its id is the seed's session id, `user123#gmail`. */
export const sessionCategory = "IntegrationSession";

const State = z.record(z.string(), JsonValue);
const Instant = z.string();

/**
 * Polls that had nothing to say since the last event that told of polls: they write no event of their own, so that a quiet session
 * does not fill the log (defect B4). The next event takes them along. `polls`: begun since then; `until`: when the last one began. `nextPollAt`: of a
 * session whose service limits the rate, what they have put the next one off to.
 */
const Quiet = z.object({ polls: z.number().int(), until: Instant, nextPollAt: Instant.optional() });
export type QuietPolls = Readonly<z.infer<typeof Quiet>>;

/** Content in the object store. */
const ObjectRecord = z.object({ objectKey: z.string(), bytes: z.number(), sha256: z.string() });

const ItemRange = { items: z.number().int(), firstItemId: z.string(), lastItemId: z.string() };

export const sessionEventSchemas = {
  /** Also of a session that was disconnected: it begins anew. `webhookKey`: which of the session's signing secrets counts. */
  SessionConnected: z.object({
    userId: z.string(),
    serviceType: z.string(),
    mode: z.enum(sessionModes),
    webhookUrl: z.string(),
    webhookKey: z.number().int(),
    pollingIntervalMs: z.number(),
    serviceState: State,
    credentialRef: z.string().optional(),
    /** Items are activity of this project, too. */
    projectId: z.string().optional(),
    /** What pushes name the account by: `whatsapp#15550783881`. */
    accountKey: z.string().optional(),
    /** Absent for what is not polled. */
    nextPollAt: Instant.optional(),
  }),
  SessionPaused: z.object({ reason: z.string().optional(), quiet: Quiet.optional() }),
  /** Also from NEEDS_REAUTH and DISABLED; failures are forgotten. */
  SessionResumed: z.object({ nextPollAt: Instant.optional() }),
  SessionIntervalChanged: z.object({
    from: z.number(),
    to: z.number(),
    nextPollAt: Instant.optional(),
    quiet: Quiet.optional(),
  }),
  /** Always with a new signing secret. `nextPollAt`: only where the one before was what it backed off for. */
  SessionWebhookChanged: z.object({
    webhookUrl: z.string(),
    webhookKey: z.number().int(),
    nextPollAt: Instant.optional(),
    quiet: Quiet.optional(),
  }),
  /** Another credential; where the session is not PAUSED, it goes on. */
  SessionReauthorised: z.object({
    credentialRef: z.string(),
    nextPollAt: Instant.optional(),
    quiet: Quiet.optional(),
  }),
  /** Somebody wants it polled now. */
  SessionPollRequested: z.object({ nextPollAt: Instant, quiet: Quiet.optional() }),
  /** `failureClass`: absent where a person has done it. */
  SessionDisabled: z.object({
    reason: z.string(),
    failureClass: z.enum(failureClasses).optional(),
    quiet: Quiet.optional(),
  }),
  /** The service state and the webhook go with it; the credential is not ours to delete. */
  SessionDisconnected: z.object({ reason: z.string().optional(), quiet: Quiet.optional() }),

  /**
   * Polls that went well, and what they brought: one that had items, or ended failures or a resync, or moved the cursor from
   * nowhere; or many that had nothing to say, once a day. `polls`: how many it stands for; 0 for another part of the same poll.
   * `cursorRevision`: of the service state, behind it. `more`: the poll goes on, and ends no failures yet.
   */
  SessionPolled: z.object({
    polls: z.number().int(),
    /** When the last of them began. */
    at: Instant,
    items: z.number().int(),
    /** Both absent where there are no items. */
    firstItemId: z.string().optional(),
    lastItemId: z.string().optional(),
    /** Where the next poll begins. */
    serviceState: State,
    cursorRevision: z.number().int(),
    /** Of a PUSH session: pushes up to this number are done. */
    throughPush: z.number().int().optional(),
    more: z.boolean(),
    nextPollAt: Instant.optional(),
  }),
  /** `failures`: consecutive ones with this; never of class RATE or CURSOR_EXPIRED. */
  SessionPollFailed: z.object({
    failureClass: z.enum(failureClasses),
    code: z.string(),
    message: z.string(),
    failures: z.number().int(),
    polls: z.number().int(),
    at: Instant,
    /** Of class DELIVERY: the first item of what was not taken, and how often that was tried. */
    delivery: z.object({ firstItemId: z.string(), attempts: z.number().int() }).optional(),
    /** Absent where it is not tried again by itself, or the next event says when. */
    nextPollAt: Instant.optional(),
  }),
  /** The first of several in a row; the others only wait. */
  SessionRateLimited: z.object({
    code: z.string(),
    message: z.string(),
    polls: z.number().int(),
    at: Instant,
    nextPollAt: Instant,
  }),
  /**
   * The service has forgotten the cursor: what is there is read anew, from `since` on; receivers tell repeats by their ids. Behind a
   * failure where it has forgotten it on the way.
   */
  SessionResyncStarted: z.object({
    code: z.string(),
    message: z.string(),
    since: Instant,
    serviceState: State,
    cursorRevision: z.number().int(),
    polls: z.number().int(),
    at: Instant,
    nextPollAt: Instant,
  }),
  /** Follows a failure: the credential is not taken any more. */
  SessionReauthRequired: z.object({ code: z.string(), message: z.string() }),

  /** A service has pushed items; they are in the object store until they are delivered. `push`: 1 for the first, no gaps. */
  SessionItemsPushed: z.object({
    push: z.number().int(),
    ...ItemRange,
    content: ObjectRecord,
    /** Members of the service state that change with it (`lastMessageId`). */
    marks: State,
    nextPollAt: Instant.optional(),
  }),

  /** The webhook will not take these; they are in the object store, and the others go on. */
  SessionItemsDeadLettered: z.object({
    deadLetterId: z.string(),
    ...ItemRange,
    content: ObjectRecord,
    reason: z.string(),
  }),
  SessionDeadLetterRedelivered: z.object({ deadLetterId: z.string(), quiet: Quiet.optional() }),
  SessionDeadLetterDiscarded: z.object({
    deadLetterId: z.string(),
    reason: z.string().optional(),
    quiet: Quiet.optional(),
  }),
} as const;

export type SessionEvent = EventOf<typeof sessionEventSchemas>;
export type SessionEventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { readonly type: T }>;

export const sessionEventFormats: Readonly<Record<SessionEvent["type"], EventFormat>> =
  firstFormats(sessionEventSchemas);
