/** What the streams of this context fold into: state for deciding and read view alike. */
import type { Json, JsonObject } from "../kernel/json.js";
import type { Actor } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { ItemTally, ResearchEventOf } from "./events.js";
import type { FailureReason, Priority, RequestConfig, RequestStatus, Strategy } from "./values.js";

export interface Progress {
  readonly stage: string;
  /** 0 to 100. */
  readonly percentage: number;
  readonly urlsFound: number;
  readonly contentExtracted: number;
  readonly processingErrors: number;
  readonly estimatedCompletion?: Instant | undefined;
  readonly updatedAt: Instant;
}

/** Content in the object store. */
export interface StoredContent {
  readonly objectKey: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Results {
  readonly executiveSummary: string;
  readonly keyFindings: readonly { readonly text: string; readonly citations: readonly string[] }[];
  readonly writtenBy?: string | undefined;
  readonly totalSources: number;
  readonly tallies: readonly ItemTally[];
  readonly urlsDiscovered: number;
  readonly contentExtracted: number;
  readonly apiCalls: number;
  readonly durationSeconds: number;
  readonly structuredOutputs: readonly Json[];
  /** The report with all items, at its path in the object store (defect R8). */
  readonly report: StoredContent;
}

/** An error or a warning that a worker has logged, or why an attempt failed. */
export interface RequestNote {
  readonly at: Instant;
  readonly message: string;
}

export interface StatusChange {
  readonly at: Instant;
  readonly from: RequestStatus;
  readonly to: RequestStatus;
  readonly message: string;
}

/**
 * A request as its row in the seed's table shows it. That row is in four indexes with all that it holds, so that it changes only
 * with events that say something lasting; what changes with every heartbeat is in {@link ResearchRun} (defect R9).
 */
export interface ResearchRequest {
  readonly requestId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly requestType: string;
  readonly priority: Priority;
  readonly strategy: Strategy;
  readonly config: RequestConfig;
  readonly dedupeKey?: string | undefined;
  readonly status: RequestStatus;
  readonly statusMessage?: string | undefined;
  readonly createdAt: Instant;
  /** Of the last event that changed this row. */
  readonly updatedAt: Instant;
  /** When a worker first started it. */
  readonly startedAt?: Instant | undefined;
  /** When it came to its end: COMPLETED, FAILED or CANCELLED. */
  readonly completedAt?: Instant | undefined;
  readonly deadlineSeconds: number;
  readonly deadlineAt: Instant;
  /** Attempts that failed, and those whose worker vanished; since a person had it retried. */
  readonly failures: number;
  readonly stalls: number;
  /** Who is or was at it last. */
  readonly workerId?: string | undefined;
  readonly failureReason?: FailureReason | undefined;
  /** Somebody wants it to end, and its worker has not yet. */
  readonly cancellation?: {
    readonly at: Instant;
    readonly by: Actor;
    readonly reason?: string | undefined;
  };
  /** As it was when this row last changed. */
  readonly progress: Progress;
  readonly results?: Results | undefined;
  /** The last 50 of each; all are in the logs (defect R7). */
  readonly errors: readonly RequestNote[];
  readonly warnings: readonly RequestNote[];
  readonly history: readonly StatusChange[];
  /** Version and hash of the last event that changed this row: the stream may have gone on. */
  readonly version: number;
  readonly hash: string;
}

export interface Lease {
  readonly workerId: string;
  /** Who claimed it: nobody else may use the token. */
  readonly claimedBy: Actor;
  readonly leaseToken: number;
  readonly leaseSeconds: number;
  readonly until: Instant;
  readonly claimedAt: Instant;
  /** When the attempt was started. */
  readonly startedAt?: Instant | undefined;
  /** 1 for the first. */
  readonly attempt: number;
}

/** A part of the items that have been added so far. */
export interface ItemsPart {
  readonly part: number;
  readonly content: StoredContent;
  readonly tallies: readonly ItemTally[];
}

/** What changes while a request is worked on: a small row of its own, in no index but that of what can be claimed. */
export interface ResearchRun {
  readonly requestId: string;
  readonly projectId: string;
  readonly requestType: string;
  readonly strategy: Strategy;
  readonly priority: Priority;
  readonly createdAt: Instant;
  /** Since when workers may claim it; absent where they may not. */
  readonly queuedAt?: Instant | undefined;
  /** When it is queued by itself; absent where it is not. */
  readonly availableAt?: Instant | undefined;
  readonly lease?: Lease | undefined;
  /** How the last lease ended, so that the same said again is known. */
  readonly ended?: {
    readonly leaseToken: number;
    readonly claimedBy: Actor;
    readonly how: "COMPLETED" | "FAILED" | "RELEASED" | "EXPIRED" | "CUT_OFF";
    readonly digest?: string | undefined;
  };
  readonly progress: Progress;
  readonly checkpoint?: JsonObject | undefined;
  readonly parts: readonly ItemsPart[];
  /** Entries in the logs that workers have appended. */
  readonly logEntries: number;
  /** Last message to the queue of strategy SQS. */
  readonly dispatchedAt?: Instant | undefined;
  /** When the request came to its end. */
  readonly completedAt?: Instant | undefined;
  /** {@link ResearchRequest.version}: the row that belongs to this one. */
  readonly requestVersion: number;
  /** Of the stream. */
  readonly version: number;
  readonly hash: string;
}

/** Both rows of a request that exists. */
export interface LiveRequest {
  readonly request: ResearchRequest;
  readonly run: ResearchRun;
}

/** Which request has a dedupe key. */
export interface ResearchSlot {
  readonly slotId: string;
  readonly projectId: string;
  readonly dedupeKey: string;
  readonly requestId: string;
  readonly version: number;
  readonly hash: string;
}

/** What a project allows, and who is counted against it. Lanes of leases that have ended are cleared when the next one needs them. */
export interface ResearchProject {
  readonly projectId: string;
  readonly maxRunning?: number | undefined;
  readonly lanes: readonly { readonly requestId: string; readonly leaseToken: number }[];
  /** 0 where nothing was ever set. */
  readonly version: number;
  readonly hash: string;
}

/** The state of a stream of this context; what is absent was never written to. */
export type ResearchState =
  | {
      readonly kind: "request";
      /** Both or none. */
      readonly request?: ResearchRequest | undefined;
      readonly run?: ResearchRun | undefined;
    }
  | { readonly kind: "slot"; readonly slot?: ResearchSlot | undefined }
  | { readonly kind: "project"; readonly project?: ResearchProject | undefined };
export type ResearchStateOf<K extends ResearchState["kind"]> = Extract<ResearchState, { readonly kind: K }>;

/** An entry of `request_processing_logs`: what a worker has logged, or what happened to the request. */
export interface RequestLog {
  readonly logId: string;
  readonly requestId: string;
  readonly projectId: string;
  readonly at: Instant;
  /** Orders entries of one instant (defect R10). */
  readonly sequence: number;
  readonly level: ResearchEventOf<"RequestLogged">["data"]["entries"][number]["level"];
  readonly message: string;
  readonly stage: string;
  readonly metadata: JsonObject;
  /** Version of the event that it follows from. */
  readonly version: number;
}
