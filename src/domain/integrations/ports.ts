/** What the integrations context asks of the world besides its store: services, webhooks, credentials, the schedule. */
import type { JsonObject } from "../kernel/json.js";
import type { z } from "zod";
import type { Actor } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { IntegrationSession } from "./state.js";
import type { FailureClass, ServiceItem, SessionMode } from "./values.js";

/** Port: why an address may not be used, as far as its text shows (`must be an https address ...`); undefined where it may. */
export type UrlCheck = (url: string) => string | undefined;

/** One part of what a service has to tell, in the order in which it happened. */
export interface PollPage {
  readonly items: readonly ServiceItem[];
  /** The service state behind these items: the cursor is there once they are delivered. */
  readonly state: JsonObject;
}

/** What a service is asked with. */
export interface PollWork {
  /** As the service's validator has let it pass. */
  readonly state: JsonObject;
  /** As its credential's validator has let it pass; undefined for a service that needs none. */
  readonly credential: JsonObject | undefined;
  /** Items from before then need not be read again; given while a lost cursor is made good. */
  readonly resyncSince: Instant | undefined;
  readonly now: Instant;
  readonly signal: AbortSignal;
}

/** Why a service did not answer as it should. Messages are for people: no secrets, no content. */
export class ServiceFailure extends Error {
  constructor(
    readonly failureClass: Exclude<FailureClass, "DELIVERY">,
    /** Short and stable: `invalid_grant`, `http_503`, `history_expired`. */
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ServiceFailure";
  }
}

/**
 * Port: a service that sessions are connected with. One file in `adapters/services`, and a line in its registry. `state`: what
 * `serviceState` must be (defect B16).
 */
export interface IntegrationService {
  /** The seed's word: `gmail`. */
  readonly type: string;
  /** For people: `Gmail`. */
  readonly title: string;
  readonly mode: SessionMode;
  /** What the service's own limits allow (defect B15). Both are 0 for PUSH, which nobody polls. */
  readonly leastIntervalMs: number;
  readonly defaultIntervalMs: number;
  /** Polls of this service at a time, in one process. */
  readonly concurrency: number;
  /** The service state as callers give it, and as it is kept. */
  readonly state: z.ZodType<JsonObject>;
  /** Undefined: it needs none. */
  readonly credential: z.ZodType<JsonObject> | undefined;
  /** It has a use for a credential, and can do without. @default false */
  readonly credentialOptional?: boolean | undefined;
  /** Members of the state, and of items' data, that are personal: masked for who may not see them (defect B14). */
  readonly personal: readonly string[];
  /** What pushes name the account by, and what must be unique to nobody; undefined where nothing is pushed. */
  accountKey(state: JsonObject): string | undefined;
  /** Why this state cannot be worked with, besides its shape (an address that may not be used); undefined where it can. */
  stateProblem?(state: JsonObject): string | undefined;
  /** Whether the state has a place to go on from; where it has none, the first poll only finds it, and its state is kept at once. */
  hasCursor(state: JsonObject): boolean;
  /** Whether `next` is at or in front of `before`: a cursor never goes back (defects B5, B7). */
  isForward(before: JsonObject, next: JsonObject): boolean;
  /** The state without its cursor, when the service has forgotten it. */
  withoutCursor(state: JsonObject): JsonObject;
  /**
   * What is new, page by page, oldest first as far as the service can. Yields nothing, or a last page without items, where there is
   * nothing new. Throws {@link ServiceFailure}; ends soon once `signal` aborts. Not called for PUSH.
   */
  poll(work: PollWork): AsyncIterable<PollPage>;
}

/** The services of this server. */
export interface ServiceRegistry {
  get(type: string): IntegrationService | undefined;
  readonly all: readonly IntegrationService[];
}

/** Port: credentials by reference. They are never in the log, in a row or in an answer. */
export interface CredentialStore {
  /** Undefined where there is none. Throws {@link CredentialStoreError} where that cannot be told now. */
  read(ref: string, signal: AbortSignal): Promise<JsonObject | undefined>;
}
export class CredentialStoreError extends Error {
  override readonly name = "CredentialStoreError";
}

/** Port: the secrets that deliveries are signed with; each session has its own. */
export interface WebhookSecrets {
  /** `whsec_<base64>`, always the same for a session and key. */
  secretFor(sessionId: string, webhookKey: number): string;
}

/** One delivery of items to a webhook. */
export interface Delivery {
  readonly url: string;
  readonly secret: string;
  /** The same for the same items: receivers tell repeats by it, and by the ids of the items. */
  readonly deliveryId: string;
  readonly body: {
    readonly type: "integration.items";
    readonly sessionId: string;
    readonly userId: string;
    readonly serviceType: string;
    readonly deliveryId: string;
    readonly items: readonly ServiceItem[];
  };
}
/**
 * What became of a delivery. REFUSED: its answer says no to the content (4xx). GONE: it is there no more (410). BUSY: it wants to be left
 * alone for a while (429, 503 with Retry-After). FAILED: it has failed at it (5xx, 408). UNREACHABLE: nothing was answered in time, or the
 * answer is none of a webhook that knows us (3xx, 401, 403, 404, 405). FORBIDDEN: it leads to where a server may not send for others' sake.
 */
export type DeliveryResult =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly reason: "REFUSED" | "GONE" | "BUSY" | "FAILED" | "UNREACHABLE" | "FORBIDDEN";
      /** Short and stable: `http_500`, `timeout`. */
      readonly code: string;
      /** For people; nothing that the webhook has answered is in it. */
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
    };

/** Port: sends deliveries, signed by Standard Webhooks; follows no redirect. */
export interface WebhookSender {
  /** Rejects only where `signal` aborts. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult>;
  close(): Promise<void>;
}

/** Port: where items go besides the webhook: into a project's activity. The same item twice is once. */
export interface ActivitySink {
  take(
    session: Pick<IntegrationSession, "sessionId" | "userId" | "serviceType"> & { readonly projectId: string },
    items: readonly ServiceItem[],
    actor: Actor,
  ): Promise<void>;
}

/** A session that is due, as the index shows it; moments old. */
export interface DueSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly serviceType: string;
  readonly pollingIntervalMs: number;
  readonly nextPollAt: Instant;
  /** Of the stream, when its row was last written by an event. */
  readonly version: number;
}

/** A session that this process polls now. What it claimed is its until `until`; then others may. */
export interface PollLease extends DueSession {
  /** Rises with every claim of the session. */
  readonly token: number;
  readonly claimedAt: Instant;
  readonly until: Instant;
  /** Polls since the last event, with this one. */
  readonly polls: number;
  /** When the first of them began. */
  readonly pollsSince: Instant;
}

/** How the schedule stands for a session, for people and for commands. */
export interface ScheduleView {
  readonly nextPollAt?: Instant | undefined;
  /** Polls since the last event, and when the last of them began. */
  readonly polls: number;
  readonly lastPollAt?: Instant | undefined;
}

/**
 * Port: when which session is polled, and by whom. Every event of a session writes its row anew and so ends any lease; polls that say
 * nothing only move the row on. It decides who polls; that the cursor never goes back decides the session's stream.
 */
export interface PollSchedule {
  /**
   * Up to `limit`, oldest first in each part of the index, parts taken in turn; eventually consistent. Those of the services in
   * `without` are left out: a service that cannot keep up must not hide what is due of others.
   */
  due(now: Instant, limit: number, without?: readonly string[]): Promise<readonly DueSession[]>;
  /** How many are due, up to `limit`, and since when the oldest is. */
  overdue(now: Instant, limit: number): Promise<{ readonly sessions: number; readonly oldest?: Instant | undefined }>;
  /** One request. Undefined where somebody else was faster, or an event has changed the session. */
  claim(due: DueSession, at: { readonly now: Instant; readonly until: Instant }): Promise<PollLease | undefined>;
  /** Undefined where it is lost. */
  extend(lease: PollLease, until: Instant): Promise<PollLease | undefined>;
  /** Ends the lease; the session is due then. False where it was lost. */
  release(lease: PollLease, nextPollAt: Instant): Promise<boolean>;
  /** In the order of the ids; strongly consistent. A request for 100. */
  get(sessionIds: readonly string[]): Promise<readonly (ScheduleView | undefined)[]>;
  /** Writes `lastPollAt` into the seed's row, where no event has written a later one. */
  showPolled(session: Pick<IntegrationSession, "userId" | "serviceType" | "version">, at: Instant): Promise<void>;
}
