/** Work that has an end in time. */

/** Aborts with `signal`, or when the time is over. */
export interface Limit {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** Lets go of the timer. */
  readonly clear: () => void;
}

/**
 * The timer holds what it aborts. Nothing holds `AbortSignal.timeout` within `AbortSignal.any`: in Node 20 it may be
 * garbage-collected, and then never aborts.
 */
export function limit(milliseconds: number, signal?: AbortSignal): Limit {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new DOMException(`not done within ${milliseconds} ms`, "TimeoutError")),
    milliseconds,
  );
  // The work keeps the process alive, not its end.
  timer.unref();
  return {
    signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
    isOver: () => timeout.signal.aborted,
    clear: () => clearTimeout(timer),
  };
}

/** What `work` comes to; it ends when its signal aborts: with the caller's, or when the time is over. */
export async function inTime<Result>(
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal?: AbortSignal | undefined },
  work: (signal: AbortSignal, isOver: () => boolean) => Promise<Result>,
): Promise<Result> {
  const { signal: either, isOver, clear } = limit(milliseconds, signal);
  try {
    return await work(either, isOver);
  } finally {
    clear();
  }
}
