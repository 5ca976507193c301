/** How a claim waits where there is nothing for it: told of what comes, and looking again by itself, since the index is moments behind. */
import { toMilliseconds } from "../kernel/time.js";
import type { Clock } from "../kernel/time.js";
import type { Availability } from "./ports.js";

export interface Patience {
  /** Whether there is time left. */
  isLeft(signal: AbortSignal): boolean;
  /** Waits until there may be something; false where it is of no use to look once more. */
  wait(signal: AbortSignal): Promise<boolean>;
}

/** The first wait behind what was told, when the index may not show it yet; each wait is twice as long as the one before. */
const shortest = 250;
const first = 1_000;
/** No event says that a lane of a project is free. */
const longest = 8_000;
/** Waits that end at once, one after the other, have no end of their own: the server stops, or the clock stands still. */
const noWaitsAtMost = 3;
const waitsAtMost = 100;

export function createPatience(
  { availability, clock }: { readonly availability: Availability; readonly clock: Clock },
  wanted: Parameters<Availability["wait"]>[0],
  seconds: number,
): Patience {
  const now = () => toMilliseconds(clock.now());
  const end = now() + seconds * 1_000;
  let next = first;
  let waits = 0;
  let noWaits = 0;
  const isLeft = (signal: AbortSignal) =>
    !signal.aborted && now() < end && waits < waitsAtMost && noWaits < noWaitsAtMost;

  return {
    isLeft,
    async wait(signal) {
      if (!isLeft(signal)) return false;
      const begun = now();
      const milliseconds = Math.min(end - begun, next);
      await availability.wait(wanted, milliseconds, signal);
      const waited = now() - begun;
      waits += 1;
      noWaits = waited <= 0 ? noWaits + 1 : 0;
      next = waited < milliseconds ? shortest : Math.min(longest, next * 2);
      return !signal.aborted;
    },
  };
}
