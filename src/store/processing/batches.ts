/** Gathers what an iterator has ready into batches, without waiting for more than the first. */
import { setImmediate as macrotask } from "node:timers/promises";

export interface Batches<T> {
  /**
   * The next batch: at least one value, at most `max`. Undefined when the iterator has ended, and `[]` when `until` came
   * first; the value that was waited for is then in a later batch.
   */
  next(max: number, until: Promise<unknown>): Promise<readonly T[] | undefined>;
}

export function createBatches<T>(iterator: AsyncIterator<T>): Batches<T> {
  let pending: Promise<IteratorResult<T>> | undefined;

  const pull = (): Promise<IteratorResult<T>> => {
    pending ??= iterator.next();
    // Whoever asks next gets the rejection; until then it must not count as unhandled.
    pending.catch(() => undefined);
    return pending;
  };

  const first = async (until: Promise<unknown>): Promise<IteratorResult<T> | undefined> =>
    Promise.race([pull(), until.then(() => undefined)]);

  return {
    async next(max, until) {
      const batch: T[] = [];
      let step = await first(until);
      while (step !== undefined) {
        pending = undefined;
        if (step.done === true) return batch.length === 0 ? undefined : batch;
        batch.push(step.value);
        if (batch.length >= max) break;
        // What is ready comes within microtasks; a look beyond the present macrotask finds what just arrives.
        step = await first(macrotask());
      }
      return batch;
    },
  };
}
