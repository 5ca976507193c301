/** Waiting between tries: exponential, capped, with full jitter, so that writers who met once do not meet again. */

/** Waits before try number `attempt` (2, 3 ...). */
export type Backoff = (attempt: number) => Promise<void>;

export interface BackoffOptions {
  /** Upper bound of the wait before the second try; it doubles with each further try. */
  readonly baseMilliseconds: number;
  /** No wait is longer than this. */
  readonly capMilliseconds: number;
  /** A number from 0 up to, not including, 1. @default Math.random */
  readonly random?: () => number;
  /** Resolves after so many milliseconds. @default a timer */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Creates a backoff whose every wait is drawn evenly from zero to its upper bound. */
export function createBackoff(options: BackoffOptions): Backoff {
  const { baseMilliseconds, capMilliseconds, random = Math.random, sleep = timer } = options;
  return (attempt) => sleep(random() * Math.min(capMilliseconds, baseMilliseconds * 2 ** (attempt - 2)));
}

function timer(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
