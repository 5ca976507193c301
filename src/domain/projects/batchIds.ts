/** Ids of batches as the seed writes them: by the minute, with a number for the later ones of a minute (defect P8). */
import { toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";

export interface BatchIds {
  /** An id of this minute that this process has not tried yet; another process may have it. */
  next(now: Instant): string;
  /** The id that `next` gave last belongs to another process: the following ones are further away. */
  taken(): void;
  /** It did not: the following ones are next to it. */
  free(): void;
}

export function createBatchIds(): BatchIds {
  let minute = "";
  let last = 0;
  let stride = 1;
  return {
    next(now) {
      const current = minuteOf(now);
      if (current !== minute) [minute, last, stride] = [current, 0, 1];
      last += stride;
      return last === 1 ? minute : `${minute}_${last}`;
    },
    // Of many processes that seal in one minute, the last to come must not try one number after the other.
    taken: () => void (stride = last === 1 ? 1 : stride * 2),
    free: () => void (stride = 1),
  };
}

/** `batch_20250602_1337`, in UTC. */
function minuteOf(now: Instant): string {
  const [date = "", time = ""] = new Date(toMilliseconds(now)).toISOString().split("T");
  return `batch_${date.replaceAll("-", "")}_${time.slice(0, 5).replace(":", "")}`;
}
