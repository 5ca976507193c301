/** What conditions are held against, reckoned from tallies: an entity as it is at an instant, and as it was before. */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { Yardstick } from "./commands.js";
import { midnightOf } from "./conditions.js";
import type { PointInTime, Readings } from "./conditions.js";
import { createMeter } from "./measure.js";
import type { Tally } from "./state.js";

export interface Past {
  /** As it was at the instant. Before `since` it counts nothing and has no score. */
  pointAt(at: Instant): PointInTime;
  /** What was so many days before an instant, and at the midnights before it. */
  before(at: Instant): Pick<Readings, "daysAgo" | "midnights">;
}

/** `since`: when there first was anything about the entity. What was reckoned once is kept. */
export function createPast(of: {
  readonly tallies: readonly Tally[];
  readonly yardstick: Yardstick;
  readonly since: Instant;
}): Past {
  const { since } = of;
  const meter = createMeter(of);
  const known = new Map<Instant, PointInTime>();

  const pointAt = (at: Instant): PointInTime => {
    const kept = known.get(at);
    if (kept !== undefined) return kept;
    const measured = meter(at);
    const point = at < since ? { ...measured, healthScore: null } : measured;
    known.set(at, point);
    return point;
  };

  const midnights = (at: Instant, days: number): readonly PointInTime[] => {
    const last = midnightOf(at);
    return Array.from({ length: days }, (_, index) => addDays(last, index + 1 - days))
      .filter((midnight) => midnight >= since)
      .map(pointAt);
  };

  return {
    pointAt,
    before: (at) => ({ daysAgo: (days) => pointAt(addDays(at, -days)), midnights: (days) => midnights(at, days) }),
  };
}

/** For rules that do not look back. Throws where one does. */
export const noPast: Pick<Readings, "daysAgo" | "midnights"> = {
  daysAgo: () => notRead(),
  midnights: () => notRead(),
};

function notRead(): never {
  throw new Error("the tallies of the past were not read");
}
