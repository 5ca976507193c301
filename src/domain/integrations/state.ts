/** What a session's stream folds into: state for deciding and read view alike. */
import type { JsonObject } from "../kernel/json.js";
import type { Actor } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { FailureClass, SessionMode, SessionStatus } from "./values.js";

/** Content in the object store. */
export interface StoredContent {
  readonly objectKey: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Items that a service has pushed, and that are not delivered yet. */
export interface PendingPush {
  readonly push: number;
  readonly at: Instant;
  readonly items: number;
  readonly firstItemId: string;
  readonly lastItemId: string;
  readonly content: StoredContent;
}

/** Items that a webhook would not take, and that nobody has redelivered or discarded. */
export interface OpenDeadLetter {
  readonly deadLetterId: string;
  readonly items: number;
  readonly firstItemId: string;
  readonly lastItemId: string;
  readonly content: StoredContent;
  readonly reason: string;
  readonly at: Instant;
}

/** A session as its row in the seed's table shows it. Quiet polls change it once a minute at most (defect B4). */
export interface IntegrationSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly serviceType: string;
  readonly mode: SessionMode;
  readonly status: SessionStatus;
  /** Why it is PAUSED, DISABLED, DISCONNECTED or NEEDS_REAUTH. */
  readonly statusReason?: string | undefined;
  /** Secret-like (defect B11). Empty once it is DISCONNECTED. */
  readonly webhookUrl: string;
  /** Which of the session's signing secrets counts: 1 for the first. */
  readonly webhookKey: number;
  readonly pollingIntervalMs: number;
  readonly credentialRef?: string | undefined;
  readonly projectId?: string | undefined;
  readonly accountKey?: string | undefined;
  /** As the service's validator wants it. Empty once it is DISCONNECTED. */
  readonly serviceState: JsonObject;
  /** Rises whenever a poll moves the cursor: what compare-and-set compares (defect B5). */
  readonly cursorRevision: number;
  readonly createdAt: Instant;
  readonly createdBy: Actor;
  /** Of the last event. */
  readonly updatedAt: Instant;
  /** When it was connected last: not `createdAt` where it was disconnected between. */
  readonly connectedAt: Instant;
  /** As far as events tell; the row in the table may know a later one. Absent before the first poll (defect B2). */
  readonly lastPollAt?: Instant | undefined;
  readonly lastSuccessAt?: Instant | undefined;
  /** When items last came. */
  readonly lastItemAt?: Instant | undefined;
  /** Of the event; polls that say nothing move the schedule's on. Absent where it is not polled. */
  readonly nextPollAt?: Instant | undefined;
  /** Consecutive failures. */
  readonly errorCount: number;
  readonly failingSince?: Instant | undefined;
  readonly lastError?:
    | {
        readonly failureClass: FailureClass;
        readonly code: string;
        readonly message: string;
        readonly at: Instant;
        /** How many in a row were of this class; of class DELIVERY, how many had this code. */
        readonly inARow: number;
      }
    | undefined;
  /** What the webhook did not take last, and how often; absent where it took everything. */
  readonly failingDelivery?: { readonly firstItemId: string; readonly attempts: number } | undefined;
  /** While what is there is read anew. */
  readonly resync?: { readonly since: Instant; readonly startedAt: Instant } | undefined;
  /** When one last began or ended. */
  readonly lastResyncAt?: Instant | undefined;
  readonly rateLimited: boolean;
  /** What the service wants waited for, whoever pauses and resumes it; it may be over. */
  readonly rateLimitedUntil?: Instant | undefined;
  /** Since the session was created. */
  readonly totals: { readonly polls: number; readonly items: number; readonly deadLetters: number };
  /** Pushes that were taken, in all. */
  readonly pushes: number;
  readonly inbox: readonly PendingPush[];
  /** Those that nobody has redelivered or discarded; their rows are made from these. */
  readonly openDeadLetters: readonly OpenDeadLetter[];
  readonly version: number;
  readonly hash: string;
}

/** What changes with every poll: a small row of its own, in no index but that of what is due. Lease and counters in it are not the log's. */
export interface SessionSchedule {
  readonly sessionId: string;
  readonly userId: string;
  readonly serviceType: string;
  readonly pollingIntervalMs: number;
  /** Absent where nothing is to be polled. */
  readonly nextPollAt?: Instant | undefined;
  /** Of the stream. */
  readonly version: number;
  readonly hash: string;
}

export const pollOutcomes = ["POLLED", "FAILED", "RATE_LIMITED", "RESYNC", "PUSHED", "DEAD_LETTERED"] as const;
export type PollOutcome = (typeof pollOutcomes)[number];

/** A row of a session's history: of polls that had something to say, with the quiet ones before them. Kept for 30 days. */
export interface PollRecord {
  readonly sessionId: string;
  readonly userId: string;
  readonly at: Instant;
  /** Version of the event that it follows from. */
  readonly version: number;
  readonly outcome: PollOutcome;
  /** Polls that it stands for. */
  readonly polls: number;
  readonly items: number;
  readonly failureClass?: FailureClass | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly nextPollAt?: Instant | undefined;
}

export const deadLetterStatuses = ["OPEN", "REDELIVERED", "DISCARDED"] as const;
export type DeadLetterStatus = (typeof deadLetterStatuses)[number];

/** A row of a session's dead letters. Kept for 30 days after it was closed. */
export interface DeadLetter extends OpenDeadLetter {
  readonly sessionId: string;
  readonly userId: string;
  readonly status: DeadLetterStatus;
  /** When it was redelivered or discarded. */
  readonly closedAt?: Instant | undefined;
  readonly version: number;
}

/** The state of a session's stream; absent: it was never written to. */
export interface SessionState {
  readonly session?: IntegrationSession | undefined;
}
