/** Waiting with an end: for a time, or for what somebody else promised. */
import type { After } from "./serviceDeps.js";

/** Ends after so many milliseconds, or as soon as `signal` aborts. */
export function wait(milliseconds: number, { after, signal }: { readonly after: After; readonly signal: AbortSignal }) {
  return new Promise<void>((resolve) => {
    if (signal.aborted) return void resolve();
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = after(milliseconds, end);
    signal.addEventListener("abort", end);
  });
}

/** A signal that aborts with `outer`, or when it is told to. `end`: nothing is listened to any more. */
export function createAbort(outer: AbortSignal): {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  readonly end: () => void;
} {
  // AbortSignal.any loses its sources to the garbage collector on Node 20.
  const controller = new AbortController();
  const onAbort = () => controller.abort(outer.reason);
  if (outer.aborted) onAbort();
  else outer.addEventListener("abort", onAbort);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    end: () => outer.removeEventListener("abort", onAbort),
  };
}

/** `work`, or a rejection with the reason of `signal` as soon as it aborts, whether `work` notices or not. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  let onAbort = () => undefined as void;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
