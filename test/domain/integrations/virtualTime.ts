/** Time that passes only when nothing else is left to do: then the next timer is due. */
import { toMilliseconds } from "../../../src/domain/kernel/index.js";
import type { After } from "../../../src/domain/integrations/index.js";
import type { ManualClock } from "../../support/manualClock.js";

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

/** Turns of the event loop behind which all that is in memory has come to rest. */
const turns = 12;

export function createVirtualTime(clock: ManualClock) {
  const timers = new Set<Timer>();
  const now = () => toMilliseconds(clock.now());
  const after: After = (milliseconds, act) => {
    const timer = { at: now() + milliseconds, act };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const rest = async () => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const fireNext = () => {
    const [next] = [...timers].sort((one, other) => one.at - other.at);
    if (next === undefined) return;
    timers.delete(next);
    clock.advance(Math.max(0, next.at - now()));
    next.act();
  };
  return {
    after,
    timers,
    rest,
    /** Ends after so many milliseconds of this time, or with the signal. */
    pause: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted === true) return void resolve();
        const cancel = after(milliseconds, resolve);
        signal?.addEventListener("abort", () => {
          cancel();
          resolve();
        });
      }),
    /** What `work` comes to; time passes as far as it waits. */
    settle: async <T>(work: Promise<T>): Promise<T> => {
      let isDone = false;
      const done = () => void (isDone = true);
      work.then(done, done);
      for (let rounds = 0; rounds < 10_000; rounds += 1) {
        await rest();
        if (isDone) return work;
        fireNext();
      }
      throw new Error("it waits for nothing that will come");
    },
  };
}
