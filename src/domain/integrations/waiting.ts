/** Waiting with an end. */
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
