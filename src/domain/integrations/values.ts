/** The words of the integrations context: sessions with services, how they are polled, and limits. */
import { JsonValue } from "../kernel/json.js";
import type { JsonObject } from "../kernel/json.js";
import { z } from "zod";
import { text, word } from "../kernel/text.js";

/**
 * ACTIVE: it is polled, or waits for pushes. BACKING_OFF: the same, after failures or a rate limit. NEEDS_REAUTH: the service does not
 * take its credential. PAUSED: somebody wants it so. DISABLED: it kept failing, or an operator wants it so. DISCONNECTED: it is
 * over until its user connects the service again.
 */
export const sessionStatuses = ["ACTIVE", "BACKING_OFF", "NEEDS_REAUTH", "PAUSED", "DISABLED", "DISCONNECTED"] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** POLL: we ask the service. PUSH: it tells us, and cannot be asked (defect B8). */
export const sessionModes = ["POLL", "PUSH"] as const;
export type SessionMode = (typeof sessionModes)[number];

/**
 * Why a poll failed (defect B12). AUTH: the credential is not taken. RATE: too many requests; counts as no failure. CURSOR_EXPIRED: the service
 * has forgotten where we are; counts as none either. TRANSIENT: may go better another time. PERMANENT: will not by itself. DELIVERY: the
 * webhook does not take the items.
 */
export const failureClasses = ["AUTH", "RATE", "CURSOR_EXPIRED", "TRANSIENT", "PERMANENT", "DELIVERY"] as const;
export type FailureClass = (typeof failureClasses)[number];
/** Those that count. */
export type CountedFailure = Exclude<FailureClass, "RATE" | "CURSOR_EXPIRED">;

export const limits = {
  /** No service may be polled more often, nor less often than once a day. */
  leastIntervalMs: 10_000,
  intervalMs: 86_400_000,
  url: 2_000,
  code: 100,
  message: 1_000,
  /** Bytes of `serviceState` as JSON. */
  stateBytes: 32_768,
  credentialName: 200,
  /** Items that one delivery to a webhook holds, and bytes of all of them as JSON. */
  deliveryItems: 50,
  deliveryBytes: 1_000_000,
  /** Bytes of one item as JSON; a longer one is cut down by its service. */
  itemBytes: 200_000,
  itemId: 300,
  /** Pushes that wait to be delivered; more are refused, and their service sends them again. */
  inbox: 100,
  pushBytes: 1_000_000,
  /** Dead letters that nobody has looked at; then the session is disabled, since something is wrong with all items. */
  openDeadLetters: 50,
  /** A session may be connected with its first poll so late. */
  startDays: 30,
} as const;

/**
 * Part of the key `userId#serviceType` and of names of credentials, `userId/name`: neither "#" nor "/" is in it (defect B10). What
 * identity providers call their users otherwise passes (`auth0|5f7c8ec7`).
 */
export const UserId = z
  .string()
  .max(128, "must have at most 128 characters")
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@:|+-]*$/,
    "must be a user id: letters, digits and . _ @ : | + - only, beginning with a letter or digit",
  );
export const ServiceType = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "must be a service such as gmail: 1-32 small letters, digits, _ or -");
export const ProjectId = word("a project name", 100);
export const Reason = text(limits.message);
export const PollingIntervalMs = z
  .number("must be a whole number")
  .int("must be a whole number")
  .min(limits.leastIntervalMs, `must be at least ${limits.leastIntervalMs}`)
  .max(limits.intervalMs, `must be at most ${limits.intervalMs}`);
/** Whether it may be used says `UrlCheck`. */
export const WebhookUrl = z.string().max(limits.url, `must have at most ${limits.url} characters`);
/**
 * Where the session's credential is in the credential store: `<userId>/<name>`. The user's own only, so that nobody has the items of
 * somebody else sent to himself (defect B13).
 */
export const CredentialRef = z
  .string()
  .regex(
    /^[^/#\s]{1,128}\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "must be a credential's name such as user123/gmail: whose it is, a slash, 1-64 letters, digits, . _ or -",
  );
export const DeadLetterId = z.string().regex(/^[0-9a-f]{32}$/, "must be the id of a dead letter");

export const JsonMap = z.record(z.string(), JsonValue, "must be a JSON object");

/** What a service has told of: an email, a message, a record. */
export interface ServiceItem {
  /** The same for the same thing, whenever and however often it is read: what receivers tell repeats by. */
  readonly id: string;
  /** `email`, `message`, `record`. */
  readonly kind: string;
  /** When it happened, as the service says. */
  readonly occurredAt?: string | undefined;
  readonly data: JsonObject;
}

/** Whether the session is polled, or takes pushes: the seed's `isActive`. */
export function isActive(status: SessionStatus): boolean {
  return status === "ACTIVE" || status === "BACKING_OFF";
}

/** The seed's composite id. */
export function toSessionId(userId: string, serviceType: string): string {
  return `${userId}#${serviceType}`;
}

/** Of an id that {@link toSessionId} has made. */
export function parseSessionId(sessionId: string): { readonly userId: string; readonly serviceType: string } {
  const at = sessionId.lastIndexOf("#");
  return { userId: sessionId.slice(0, Math.max(at, 0)), serviceType: sessionId.slice(at + 1) };
}
