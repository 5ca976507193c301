/** Waiting that ends early. */
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after so many milliseconds, or as soon as `signal` aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
