/** Bounds how much is under way at a time: what comes on top waits for its turn, in the order in which it came. */
import { UnavailableError } from "../../domain/kernel/errors.js";

export interface Slots {
  /**
   * Runs `work` once there is a slot for it. `signal`: who has given up waits no longer. @throws UnavailableError at once where
   * too many wait already; the signal's reason where it is aborted before `work` has begun.
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface SlotOptions {
  /** How much is under way at a time. */
  readonly atMost: number;
  /** How much waits beyond that. What comes on top would be answered when nobody waits for it any more. */
  readonly waitingAtMost: number;
}

export function createSlots({ atMost, waitingAtMost }: SlotOptions): Slots {
  /** Those who wait, first come first. */
  const waiting = new Set<() => void>();
  let taken = 0;

  const turn = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(begin);
        reject(reasonOf(signal));
      };
      waiting.add(begin);
      signal?.addEventListener("abort", leave, { once: true });
    });

  const handOn = () => {
    const [next] = waiting;
    if (next === undefined) {
      taken -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    async run(work, signal) {
      if (signal?.aborted === true) throw reasonOf(signal);
      // Whoever ends hands its slot to the next one, so that nobody can slip in between.
      if (taken < atMost) taken += 1;
      else if (waiting.size < waitingAtMost) await turn(signal);
      else throw new UnavailableError("too many requests wait for the store; try again");
      try {
        return await work();
      } finally {
        handOn();
      }
    },
  };
}

/** A signal's reason can be anything, but is an error unless somebody made it something else. */
function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error("given up", { cause: reason });
}
