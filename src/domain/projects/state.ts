/** What the streams of this context fold into: state for deciding and read view alike. */
import type { Instant } from "../kernel/time.js";
import type { AssignmentRule } from "./events.js";
import type { Json, NormalisedEvent } from "./normalised.js";
import type { Summary, SummaryOrigin } from "./summary.js";
import type {
  BatchPolicy,
  BatchStatus,
  BatchTrigger,
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
  readonly notify: boolean;
  /** The batch that it is in, for good; absent while it waits for one. */
  readonly batchId?: string;
  readonly batchedAt?: Instant;
  /** When it was told of at once. */
  readonly notifiedAt?: Instant;
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
  /** An attempt is under way, or was cut off: what it sent must be looked for. */
  readonly startedAt?: Instant;
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
