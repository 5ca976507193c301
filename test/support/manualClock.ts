/** A clock that stands still until a test moves it. */
import { toInstant, toMilliseconds } from "../../src/domain/kernel/index.js";
import type { Clock, Instant } from "../../src/domain/kernel/index.js";

export interface ManualClock extends Clock {
  /** Moves the clock on. */
  advance(milliseconds: number): void;
  /** The instant that lies so many milliseconds from now. */
  in(milliseconds: number): Instant;
}

export function createManualClock(start: Instant = "2025-01-15T10:30:00.000Z"): ManualClock {
  let now = toMilliseconds(start);
  return {
    now: () => toInstant(now),
    advance: (milliseconds) => void (now += milliseconds),
    in: (milliseconds) => toInstant(now + milliseconds),
  };
}
