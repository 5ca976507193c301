/** Gathers what an iterator has ready into batches, without waiting for more than the first. */
import { setImmediate as macrotask } from "node:timers/promises";

export interface Batches<T> {
  /**
   * The next batch: at least one value, at most `max`. Undefined when the iterator has ended, and `[]` when `until` came
   * first; the value that was waited for is then in a later batch.
   */
  next(max: number, until: Promise<unknown>): Promise<readonly T[] | undefined>;
}

type Settled<T> = { readonly step: IteratorResult<T> } | { readonly error: unknown };

export function createBatches<T>(iterator: AsyncIterator<T>): Batches<T> {
  /** What the pull under way has come to. A pull may last for hours: it is looked at, never raced, so that nothing piles up on it. */
  let settled: Settled<T> | undefined;
  let pulling = false;
  let wake = (): void => undefined;

  const pull = (): void => {
    if (pulling) return;
    pulling = true;
    const settle = (result: Settled<T>) => {
      settled = result;
      wake();
    };
    iterator.next().then(
      (step) => settle({ step }),
      (error: unknown) => settle({ error }),
    );
  };

  /** The pull's result once it is there, or undefined where `until` comes first. */
  const arrived = async (until: Promise<unknown>): Promise<IteratorResult<T> | undefined> => {
    pull();
    if (settled === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        const first = () => resolve();
        until.then(first, first);
      });
    }
    if (settled === undefined) return undefined;
    const result = settled;
    settled = undefined;
    pulling = false;
    if ("error" in result) throw result.error;
    return result.step;
  };

  return {
    async next(max, until) {
      const batch: T[] = [];
      let step = await arrived(until);
      while (step !== undefined) {
        if (step.done === true) return batch.length === 0 ? undefined : batch;
        batch.push(step.value);
        if (batch.length >= max) break;
        // What is ready comes within microtasks; a look beyond the present macrotask finds what just arrives.
        step = await arrived(macrotask());
      }
      return batch;
    },
  };
}
