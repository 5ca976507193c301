/** The clocks of several servers differ a little: what one has measured is not undone by another that is a moment behind. */
import { addSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { Entity } from "./state.js";
import { toWholeSecond } from "./tallies.js";
import { limits } from "./values.js";

/**
 * The second at which an entity is measured at `now`: never before that of its last measurement, as a fact of that second
 * would be ahead and not count. A clock that was further ahead than servers may be is not followed.
 */
export function measuringSecond(now: Instant, entity: Pick<Entity, "measuredAt"> | undefined): Instant {
  const second = toWholeSecond(now);
  return entity !== undefined && entity.measuredAt > second && isWithinSkew(entity.measuredAt, now)
    ? entity.measuredAt
    : second;
}

/** Whether an instant is one that the clock of another server may show at `now`, or an earlier one. */
export function isWithinSkew(instant: Instant, now: Instant): boolean {
  return instant <= addSeconds(now, limits.aheadSeconds);
}
