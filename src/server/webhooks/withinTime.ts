/** Senders of webhooks wait for seconds only. */
import { UnavailableError } from "../../domain/kernel/errors.js";

/**
 * What the work leads to, or UnavailableError where it takes longer. It goes on: what it records is found when the sender tries
 * again.
 */
export async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnavailableError("the store takes too long; try again")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
