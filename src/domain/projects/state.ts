/** What the streams of this context fold into: state for deciding and read view alike. */
import type { Json } from "../kernel/json.js";
import type { Instant } from "../kernel/time.js";
import type { AssignmentRule } from "./events.js";
import type { NormalisedEvent } from "./normalised.js";
import type { Summary, SummaryOrigin } from "./summary.js";
import type {
  BatchPolicy,
  BatchStatus,
  BatchTrigger,
  NotificationDropReason,
  NotificationLevel,
  ProjectEventSource,
  VerificationScheme,
} from "./values.js";

/** A project event: the business object, one for each delivery. */
export interface ProjectEvent extends NormalisedEvent {
  readonly projectEventId: string;
  readonly project: string;
  readonly source: ProjectEventSource;
  readonly deliveryId: string;
  /** Its place in its project: milliseconds since 1970 at receipt, and n/1000. */
  readonly eventTime: number;
  /** When it happened at the source. */
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly eventData?: Json;
  readonly clipped: boolean;
  readonly original?: { readonly objectKey: string; readonly bytes: number; readonly sha256: string };
  readonly verification: { readonly scheme: VerificationScheme; readonly secret?: "CURRENT" | "PREVIOUS" | undefined };
  readonly ruleId?: string;
  /** Whether it is still to be told of at once, or was. */
  readonly notify: boolean;
  /** Of what was brought under an idempotency key. */
  readonly inputHash?: string;
  /** The batch that it is in, for good; absent while it waits for one. */
  readonly batchId?: string;
  readonly batchedAt?: Instant;
  /** When it was told of at once. */
  readonly notifiedAt?: Instant;
  /** When and why it was left to its batch, though it was to be told of at once. */
  readonly notificationDropped?: { readonly at: Instant; readonly reason: NotificationDropReason };
  readonly version: number;
  readonly hash: string;
}

export interface BatchSummary {
  readonly revision: number;
  readonly summary: Summary;
  readonly origin: SummaryOrigin;
  readonly summarisedAt: Instant;
}

/** What became of posting a batch. */
export interface BatchPost {
  readonly attempts: number;
  /**
   * An attempt is under way, was cut off, or failed without it being known that nothing was sent: what was sent since then
   * must be looked for before it is sent again. Absent once it is posted.
   */
  readonly startedAt?: Instant;
  /** Where that must be looked for: every place that an attempt since then may have sent to. Absent where `startedAt` is. */
  readonly inDoubt?: readonly { readonly notifier: string; readonly channel?: string | undefined }[];
  /** When the attempt began that is under way or was cut off; absent where none is, or a person asked for another one. */
  readonly underWaySince?: Instant;
  /** Revision of the summary that the last attempt sends. */
  readonly startedRevision?: number;
  readonly notifier?: string;
  readonly channel?: string;
  /** Slack's `ts`. */
  readonly messageId?: string;
  readonly url?: string;
  readonly postedAt?: Instant;
  /** Which summary people see. */
  readonly revision?: number;
  /** Whether the message had been sent by an attempt that could not record it. */
  readonly found?: boolean;
  /** What went wrong last; absent once it is posted. */
  readonly error?: string;
  /** When it is tried again by itself. */
  readonly retryAt?: Instant;
  /** When a person asked last for another try, and how many there had been: patience begins anew then. */
  readonly asked?: { readonly at: Instant; readonly attempts: number };
}

export interface Batch {
  readonly batchId: string;
  readonly project: string;
  readonly status: BatchStatus;
  readonly trigger: BatchTrigger;
  readonly critical: boolean;
  readonly policy: BatchPolicy;
  readonly projectEventIds: readonly string[];
  readonly openedAt: Instant;
  readonly sealedAt: Instant;
  readonly updatedAt: Instant;
  readonly summary?: BatchSummary;
  /** Another summary is asked for, with this revision. */
  readonly requestedRevision?: number;
  readonly post: BatchPost;
  readonly version: number;
  readonly hash: string;
}

export interface ProjectSettings {
  readonly project: string;
  readonly policy: BatchPolicy;
  readonly channel?: string;
  readonly notifications: NotificationLevel;
  /** 0 where nothing was ever set. */
  readonly version: number;
  readonly hash: string;
}

export interface ProjectRouting {
  readonly rules: readonly AssignmentRule[];
  readonly version: number;
  readonly hash: string;
}

/** The state of a stream of this context; what is absent was never written to. */
export type ProjectsState =
  | { readonly kind: "project-event"; readonly projectEvent?: ProjectEvent }
  | { readonly kind: "batch"; readonly batch?: Batch }
  | { readonly kind: "settings"; readonly settings?: ProjectSettings }
  | { readonly kind: "routing"; readonly routing?: ProjectRouting };
export type ProjectsStateOf<K extends ProjectsState["kind"]> = Extract<ProjectsState, { readonly kind: K }>;
