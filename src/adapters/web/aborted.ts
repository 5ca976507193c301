/** Waiting that ends with a signal. */

/** What `work` comes to, unless `signal` aborts first; then its reason is thrown, and `work` goes on for others. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const { promise: aborted, end } = abortionOf(signal);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    end();
  }
}

function abortionOf(signal: AbortSignal): { readonly promise: Promise<never>; readonly end: () => void } {
  let end = () => {};
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener("abort", abort, { once: true });
    end = () => signal.removeEventListener("abort", abort);
  });
  return { promise, end };
}
