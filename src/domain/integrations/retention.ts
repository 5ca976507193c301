/** How long rows of sessions are kept. The log keeps their events for good; what pushes and dead letters hold goes as soon as they are delivered or closed. */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";

export const retentionDays = {
  /** After a poll was recorded. */
  poll: 30,
  /** After a dead letter was redelivered or discarded. */
  deadLetter: 30,
} as const;

/** When the row of a poll expires. */
export function pollExpiry(at: Instant): Instant {
  return addDays(at, retentionDays.poll);
}

/** When the row of a dead letter expires; undefined while it is open. */
export function deadLetterExpiry(closedAt: Instant | undefined): Instant | undefined {
  return closedAt === undefined ? undefined : addDays(closedAt, retentionDays.deadLetter);
}
