/** When a batch is sealed: pure rules over what waits, shared by ingest, timers, flushes and backtests. */
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { receivedAtOf } from "./eventTime.js";
import { isQuiet, quietUntil } from "./quietHours.js";
import type { PendingEvent } from "./readModel.js";
import type { BacktestedBatch } from "./service.js";
import { limits } from "./values.js";
import type { BatchPolicy, BatchTrigger } from "./values.js";

/** What is to be done about a project's open batch. */
export type Verdict =
  /** Seal the first `count` of what waits, and ask again. */
  | { readonly kind: "SEAL"; readonly trigger: BatchTrigger; readonly count: number }
  /** Ask again then, or when something comes. Always later than now. */
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

/** The verdict; a time that is exactly reached counts as passed, and `maxCount` events are enough (defect P10). */
export function judgeOpenBatch(open: OpenBatch): Verdict {
  const { policy, pending, now } = open;
  const [oldest] = pending;
  if (oldest === undefined) return { kind: "EMPTY" };
  const seal = (trigger: BatchTrigger, count: number): Verdict => ({ kind: "SEAL", trigger, count });
  const all = Math.min(pending.length, limits.batchEvents);
  if (pending.some((event) => isUrgent(event, policy))) return seal("CRITICAL", all);
  const quiet = policy.quietHours !== undefined && isQuiet(policy.quietHours, now);
  // In quiet hours nothing is posted, but a batch that is full can take no more.
  if (quiet)
    return pending.length >= limits.batchEvents
      ? seal("OVERFLOW", limits.batchEvents)
      : { kind: "WAIT", until: endOfQuiet(policy, now) };
  if (pending.length >= policy.maxCount) return seal("COUNT", policy.maxCount);
  if (isLeading(open, oldest)) return seal("LEADING", 1);
  const { trigger, dueAt } = dueOf(policy, pending);
  if (dueAt <= toMilliseconds(now)) return seal(trigger, all);
  return { kind: "WAIT", until: endOfQuiet(policy, toInstant(dueAt)) };
}

/** Whether it is not to wait for anything: critical, and not told of at once anyway. */
export function isUrgent(
  { importance, notify }: Pick<PendingEvent, "importance" | "notify">,
  policy: BatchPolicy,
): boolean {
  return policy.criticalBypass && importance === "CRITICAL" && !notify;
}

/** The first event after a time without any: at once, so an event that came in quiet hours is none. */
function isLeading({ policy, lastSealedAt }: OpenBatch, oldest: PendingEvent): boolean {
  if (!policy.leadingFlush) return false;
  if (policy.quietHours !== undefined && isQuiet(policy.quietHours, receivedAtOf(oldest.eventTime))) return false;
  const since = lastSealedAt === undefined ? -Infinity : toMilliseconds(lastSealedAt);
  return Math.floor(oldest.eventTime) - since >= policy.maxAgeSeconds * 1_000;
}

/** When what waits is sealed if nothing else comes: by age, or earlier by the gap behind the newest. */
function dueOf(
  { maxAgeSeconds, gapSeconds }: BatchPolicy,
  pending: readonly PendingEvent[],
): { readonly trigger: BatchTrigger; readonly dueAt: number } {
  const byAge = Math.floor(pending[0]?.eventTime ?? 0) + maxAgeSeconds * 1_000;
  const byGap = gapSeconds === undefined ? Infinity : Math.floor(pending.at(-1)?.eventTime ?? 0) + gapSeconds * 1_000;
  return byGap < byAge ? { trigger: "GAP", dueAt: byGap } : { trigger: "AGE", dueAt: byAge };
}

/** `at`, or the end of the quiet hours that it lies in. */
function endOfQuiet({ quietHours }: BatchPolicy, at: Instant): Instant {
  return quietHours === undefined ? at : quietUntil(quietHours, at);
}

/** When a batch may be posted: now, or when the quiet hours end. Critical ones are posted at once. */
export function postNotBefore(policy: BatchPolicy, critical: boolean, now: Instant): Instant {
  return critical ? now : endOfQuiet(policy, now);
}

/** What a policy would have made of events that were received in the past, oldest first. What waits at `until` is left out. */
export function backtest(
  policy: BatchPolicy,
  events: readonly PendingEvent[],
  until: Instant,
): readonly BacktestedBatch[] {
  const batches: BacktestedBatch[] = [];
  let pending: readonly PendingEvent[] = [];

  /** Seals what must be sealed at `now`, and says when to ask again. */
  const settle = (now: Instant): Instant | undefined => {
    for (;;) {
      const verdict = judgeOpenBatch({ policy, pending, lastSealedAt: batches.at(-1)?.sealedAt, now });
      if (verdict.kind !== "SEAL") return verdict.kind === "WAIT" ? verdict.until : undefined;
      const { trigger, count } = verdict;
      const openedAt = receivedAtOf(pending[0]?.eventTime ?? 0);
      batches.push({ sealedAt: now, openedAt, trigger, eventCount: count });
      pending = pending.slice(count);
    }
  };

  let again: Instant | undefined;
  const passTime = (to: Instant) => {
    while (again !== undefined && again <= to) again = settle(again);
  };

  for (const event of events) {
    const receivedAt = receivedAtOf(event.eventTime);
    passTime(receivedAt);
    pending = [...pending, event];
    again = settle(receivedAt);
  }
  passTime(until);
  return batches;
}
