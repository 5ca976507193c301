/** Waiting, and how long to wait before something is tried again. */
import { setTimeout as sleep } from "node:timers/promises";
import { RateLimitedError, UnavailableError, VersionConflictError } from "../domain/kernel/index.js";

/** Resolves after so many milliseconds, or as soon as `signal` aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** Whether it may be otherwise in a moment. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof UnavailableError || error instanceof RateLimitedError || error instanceof VersionConflictError
  );
}

/** Full jitter: by chance between nothing and a span that doubles with each failure, but no less than what was asked for. */
export function backoff(
  { failures, error, random }: { readonly failures: number; readonly error: unknown; readonly random: () => number },
  { first, longest }: { readonly first: number; readonly longest: number },
): number {
  const wished = error instanceof RateLimitedError ? error.retryAfter * 1_000 : 0;
  return wished + random() * Math.min(longest, first * 2 ** (failures - 1));
}
