/**
 * The seed's sort key: milliseconds since 1970 at receipt. Two events of one millisecond must not take each other's place
 * (defect P3), so the later one gets a thousandth more.
 */
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { createRecent } from "../kernel/recent.js";

/** Hands out places, rising for each project unless the clock is put back by more than a second. */
export interface EventTimes {
  /**
   * The next place at `now`, in milliseconds with up to three decimals, at most a second ahead of it; never the same twice in
   * a process while the clock goes on. Where one is taken, the write finds out.
   */
  next(project: string, now: Instant): number;
}

/** Projects whose last place is kept; of others the time of day is enough, unless a thousand come in a millisecond. */
const keptProjects = 10_000;

/** Thousandths of a millisecond are whole numbers that a double holds exactly until the year 2255. */
const parts = 1_000;

/**
 * How far behind the last place the time may be, in thousandths: a clock that was ahead and is put right must not leave the
 * events of a day at one moment of tomorrow.
 */
const leadAtMost = 1_000 * parts;

export function createEventTimes(): EventTimes {
  const last = createRecent<number>(keptProjects);
  return {
    next(project, now) {
      const present = toMilliseconds(now) * parts;
      const behindLast = (last.get(project) ?? 0) + 1;
      const slot = behindLast - present > leadAtMost ? present : Math.max(present, behindLast);
      last.set(project, slot);
      return slot / parts;
    },
  };
}

/** The place `steps` thousandths behind this one. */
export function laterPlace(eventTime: number, steps: number): number {
  return (Math.round(eventTime * parts) + steps) / parts;
}

/** When an event with this place was received, to the millisecond. */
export function receivedAtOf(eventTime: number): Instant {
  return toInstant(Math.floor(eventTime));
}
