/** How long an invocation may go on with its work, so that there is time to end it in order. */
import type { Context } from "aws-lambda";

export interface TimeLeft {
  /** Aborts when the time is over, or `end` was called. */
  readonly signal: AbortSignal;
  /** Resolves then. */
  readonly over: Promise<void>;
  /** There is nothing more to do. */
  end(): void;
}

/** Until `marginMilliseconds` before Lambda ends the invocation. */
export function timeLeft(context: Pick<Context, "getRemainingTimeInMillis">, marginMilliseconds: number): TimeLeft {
  const ending = new AbortController();
  const over = new Promise<void>((resolve) => ending.signal.addEventListener("abort", () => resolve(), { once: true }));
  const end = () => {
    clearTimeout(timer);
    ending.abort();
  };
  const timer = setTimeout(end, Math.max(0, context.getRemainingTimeInMillis() - marginMilliseconds));
  return { signal: ending.signal, over, end };
}
