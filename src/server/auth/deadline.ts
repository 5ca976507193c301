/** One timer for the end of what a token allows. */
import { toMilliseconds } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";

/** Node's timers take no more: some 24 days. */
const longest = 2_147_483_647;

/** Calls `run` once when `instant` has come, or never where there is none. Returns what calls it off. */
export function atInstant(instant: Instant | undefined, run: () => void): () => void {
  if (instant === undefined) return () => undefined;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const left = toMilliseconds(instant) - Date.now();
    timer = setTimeout(() => (left > longest ? arm() : run()), Math.min(Math.max(0, left), longest));
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}
