/** When a request is tried again: full jitter, so that what failed together does not come back together. */
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";

const [firstSeconds, mostSeconds] = [5, 900];

/**
 * A part of the span, chosen by chance; the span doubles from 5 seconds up to 15 minutes. `failures` and `stalls` count the one
 * that has just been; `jitter` is from 0 up to 1. Never before `leastSeconds` are over.
 */
export function retryAt({
  now,
  failures,
  stalls,
  jitter,
  leastSeconds = 0,
}: {
  readonly now: Instant;
  readonly failures: number;
  readonly stalls: number;
  readonly jitter: number;
  readonly leastSeconds?: number | undefined;
}): Instant {
  const span = Math.min(mostSeconds, firstSeconds * 2 ** (Math.max(1, failures + stalls) - 1));
  return toInstant(toMilliseconds(now) + Math.max(leastSeconds * 1_000, Math.floor(span * 1_000 * jitter)));
}
