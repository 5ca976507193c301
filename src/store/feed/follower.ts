/** The iterator that a live reader is given: it ends at once when it is told to, also while it waits. */

/** What the generator behind a follower works with. */
export interface FollowerLife {
  /** True once the reader has gone or the feed has closed: return as soon as possible. */
  readonly ended: () => boolean;
  /** Waits for the end, or for a `wake` since the last wait: look again then, there may be nothing. */
  readonly wait: () => Promise<void>;
}

export interface Follower<T> extends AsyncIterableIterator<T> {
  /** Something may have happened that the reader waits for. */
  wake(): void;
  /** Ends the iteration: a waiting `next` answers `done`. */
  end(): void;
}

export interface FollowerOptions<T> {
  readonly signal: AbortSignal;
  readonly generate: (life: FollowerLife) => AsyncGenerator<T, void, void>;
  /** Called once, when the iteration has ended in whatever way; at once where `signal` has aborted already. */
  readonly onEnd: (follower: Follower<T>) => void;
}

/**
 * Creates a follower. `generate` starts with the first `next`. A generator that is blocked in an await would hold up its
 * own return(), so the follower answers for it.
 */
export function createFollower<T>({ signal, generate, onEnd }: FollowerOptions<T>): Follower<T> {
  const done: IteratorResult<T, undefined> = { done: true, value: undefined };
  const pending = new Set<(result: IteratorResult<T, undefined>) => void>();
  let ended = false;
  let wakeUp: (() => void) | undefined;
  /** A wake that came while nobody waited: the next wait answers at once, so that none is lost. */
  let woken = false;

  const wake = () => {
    if (wakeUp === undefined) woken = true;
    wakeUp?.();
    wakeUp = undefined;
  };

  const generator = generate({
    ended: () => ended,
    wait: () =>
      new Promise((resolve) => {
        if (ended || woken) resolve();
        else wakeUp = resolve;
        woken = false;
      }),
  });

  const end = () => {
    if (ended) return;
    ended = true;
    signal.removeEventListener("abort", end);
    wake();
    for (const answer of pending) answer(done);
    pending.clear();
    // Lets it run its finally blocks, now or when what it waits for has come.
    generator.return().catch(() => undefined);
    onEnd(follower);
  };

  const next = (): Promise<IteratorResult<T, undefined>> =>
    new Promise((resolve, reject) => {
      if (ended) return resolve(done);
      pending.add(resolve);
      generator.next().then(
        (result) => {
          pending.delete(resolve);
          if (result.done) end();
          resolve(result.done ? done : result);
        },
        (error: unknown) => {
          pending.delete(resolve);
          end();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });

  const follower: Follower<T> = {
    next,
    return: async () => {
      end();
      return done;
    },
    throw: async (error: unknown) => {
      end();
      throw error;
    },
    [Symbol.asyncIterator]: () => follower,
    wake,
    end,
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  return follower;
}
