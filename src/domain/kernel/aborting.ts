/** Work that ends with a signal. `AbortSignal.any` is not used for it: on Node 20 the garbage collector may take what it listens to. */

/**
 * What `work` comes to, or a rejection with the reason of `signal` as soon as that aborts, whether `work` notices or not; it goes on
 * for others then.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody waits for it any more where the signal is first.
  work.catch(() => undefined);
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  });
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

export interface Abort {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  /** Lets go of the outer signals, which may live longer. */
  readonly end: () => void;
}

/** A signal that aborts with any of `outer`, for its reason, or when it is told to. */
export function createAbort(...outer: readonly AbortSignal[]): Abort {
  const controller = new AbortController();
  const abort = (reason?: unknown) => controller.abort(reason);
  const listeners = outer.map((signal) => ({ signal, onAbort: () => abort(signal.reason) }));
  for (const { signal, onAbort } of listeners) {
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  }
  return {
    signal: controller.signal,
    abort,
    end: () => listeners.forEach(({ signal, onAbort }) => signal.removeEventListener("abort", onAbort)),
  };
}
