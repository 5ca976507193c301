/** What a worker is given, and what it needs of the world: the ledger behind one port, the work itself behind another. */
import type { JsonObject } from "../domain/kernel/json.js";
import type { Instant } from "../domain/kernel/index.js";
import type { InputOf, LogLevel, ReportedProgress, RequestConfig, ResultItem } from "../domain/research/index.js";

/** A request that the worker has now. */
export interface Assignment {
  readonly requestId: string;
  readonly projectId: string;
  readonly requestType: string;
  readonly config: RequestConfig;
  readonly leaseToken: number;
  readonly leaseUntil: Instant;
  readonly leaseSeconds: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** What an earlier attempt has left. */
  readonly checkpoint?: JsonObject | undefined;
  /** Numbers of the parts that it has added. */
  readonly parts: readonly number[];
}

/**
 * The ledger, as workers speak to it. Refusals are the domain's errors; where it is out of reach, an UnavailableError. Each call but
 * `claim` ends within seconds, and may be repeated.
 */
export interface WorkerClient {
  /** Under an idempotency key: the same call once more returns what the first one claimed, where its answer was lost. Ends soon once `signal` aborts. */
  claim(
    input: InputOf<"claim">,
    options: { readonly key: string; readonly signal: AbortSignal },
  ): Promise<readonly Assignment[]>;
  /** Whether a request waits to be claimed; false where it is over, with a worker, or none that is visible. */
  isQueued(requestId: string): Promise<boolean>;
  start(requestId: string, input: InputOf<"start">): Promise<void>;
  heartbeat(
    requestId: string,
    input: InputOf<"heartbeat">,
  ): Promise<{ readonly leaseUntil: Instant; readonly cancelRequested: boolean }>;
  addItems(requestId: string, input: InputOf<"addItems">): Promise<void>;
  appendLogs(requestId: string, input: InputOf<"appendLogs">): Promise<void>;
  complete(requestId: string, input: InputOf<"complete">): Promise<void>;
  fail(requestId: string, input: InputOf<"fail">): Promise<void>;
  release(requestId: string, input: InputOf<"release">): Promise<void>;
  /** All items that earlier attempts have added. */
  readItems(assignment: Assignment): Promise<readonly ResultItem[]>;
}

/** The part of a structured logger that a worker needs. */
export interface WorkerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the work can say while it is done. */
export interface Work {
  /** Aborts when the work must stop: the lease is lost, somebody cancels, or the worker stops. */
  readonly signal: AbortSignal;
  /** Told with the next heartbeat, which is soon. `checkpoint`: what another attempt needs to go on from here. */
  report(progress: ReportedProgress, checkpoint?: JsonObject): void;
  /** Returns when they are there. A part that comes again takes the place of the one before. */
  addItems(part: number, items: readonly ResultItem[]): Promise<void>;
  /** An entry for the request's logs. */
  note(level: LogLevel, message: string, more?: { readonly stage?: string; readonly metadata?: JsonObject }): void;
  /** All items that earlier attempts have added; none where the work begins anew. */
  earlierItems(): Promise<readonly ResultItem[]>;
}

/** What has come of a request, besides its items. */
export type WorkResults = InputOf<"complete">["results"];

/** Does the work of a request. Where the assignment has a checkpoint it goes on from there. Throws where it fails: see {@link WorkFailedError}. */
export type Executor = (assignment: Assignment, work: Work) => Promise<WorkResults>;

/** The work failed, and it is known whether another attempt may go better. Of other errors that is assumed. */
export class WorkFailedError extends Error {
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    { retryable, retryAfterSeconds }: { readonly retryable: boolean; readonly retryAfterSeconds?: number | undefined },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "WorkFailedError";
    this.retryable = retryable;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
