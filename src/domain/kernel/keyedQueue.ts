/** Runs work for one key after the other, and work for different keys side by side. */
export interface KeyedQueue {
  /** Runs `work` once all earlier work on any of `keys` has ended; its failure does not hold up what follows. */
  run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T>;
}

export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(keys, work) {
      // All keys are taken in one synchronous step, so two runs can never wait for each other.
      const earlier = keys.map((key) => tails.get(key)).filter((tail) => tail !== undefined);
      const current = Promise.all(earlier).then(work);
      const settled = current.catch(() => undefined);
      for (const key of keys) tails.set(key, settled);
      try {
        return await current;
      } finally {
        for (const key of keys) if (tails.get(key) === settled) tails.delete(key);
      }
    },
  };
}
