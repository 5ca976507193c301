/** When a batch is sealed: pure rules over what waits, shared by ingest, timers, flushes and backtests. */
import type { Instant } from "../kernel/time.js";
import type { PendingEvent } from "./readModel.js";
import type { BacktestedBatch } from "./service.js";
import type { BatchPolicy, BatchTrigger } from "./values.js";

/** What is to be done about a project's open batch. */
export type Verdict =
  /** Seal the first `count` of what waits, and ask again. */
  | { readonly kind: "SEAL"; readonly trigger: BatchTrigger; readonly count: number }
  /** Ask again then, or when something comes. */
  | { readonly kind: "WAIT"; readonly until: Instant }
  | { readonly kind: "EMPTY" };

export interface OpenBatch {
  readonly policy: BatchPolicy;
  /** Oldest first; at least `limits.batchEvents` of them where there are that many. */
  readonly pending: readonly PendingEvent[];
  /** When the project's last batch was sealed; absent where there was none. */
  readonly lastSealedAt?: Instant | undefined;
  readonly now: Instant;
}

export declare function judgeOpenBatch(open: OpenBatch): Verdict;

/** When a batch may be posted: now, or when the quiet hours end. Critical ones are posted at once. */
export declare function postNotBefore(policy: BatchPolicy, critical: boolean, now: Instant): Instant;

/** What a policy would have made of events that were received in the past, oldest first. */
export declare function backtest(
  policy: BatchPolicy,
  events: readonly PendingEvent[],
  until: Instant,
): readonly BacktestedBatch[];
