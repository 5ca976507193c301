/** How long rows of requests are kept. The log keeps their events for good, and so does the object store their parts and reports. */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { limits } from "./values.js";

const kept = 30;

export const retentionDays = {
  /** After a request has come to its end. */
  request: kept,
  /**
   * After an entry was logged, when nobody knows yet how long the request will take: as long as it may live, and a day more
   * than it is kept. So no entry goes before its request (defect R11), but where a person retries that late: the request begins
   * another life then, and entries of the one before may go before it.
   */
  log: kept + limits.deadlineSeconds / 86_400 + 1,
} as const;

/** When the rows of a request expire; undefined while it is not over (defect R11). */
export function requestExpiry(completedAt: Instant | undefined): Instant | undefined {
  return completedAt === undefined ? undefined : addDays(completedAt, retentionDays.request);
}

/** When the row of an entry expires. */
export function logExpiry(at: Instant): Instant {
  return addDays(at, retentionDays.log);
}
