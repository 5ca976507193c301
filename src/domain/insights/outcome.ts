/** What became of a prediction, by all that is known of the time since: live and in a backtest alike. */
import { addDays, addSeconds, toEpochSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { metricAt } from "./conditions.js";
import type { PointInTime } from "./conditions.js";
import type { Past } from "./readings.js";
import { toWholeSecond } from "./tallies.js";
import type { PredictedOutcome } from "./values.js";

/** What became of it. ALREADY: it was so when it was said, which says nothing of who said it. */
export type OutcomeFound =
  | { readonly kind: "ALREADY" }
  | { readonly kind: "HAPPENED"; readonly at: Instant; readonly leadSeconds: number }
  | { readonly kind: "NEVER" };

/** So many changes are looked at to the second; behind them one look an hour is enough. */
const exactLooks = 10_000;
const looksAtOnce = 100;
const hourSeconds = 3_600;

/**
 * Walks the metrics from `raisedAt` on, change by change, until the prediction has come true or its time is over. `since`: when
 * there first was anything about the entity; before that nothing is true of it. `pause` lets others have their turn.
 */
export async function findOutcome(
  predicted: PredictedOutcome,
  given: { readonly raisedAt: Instant; readonly since: Instant; readonly past: Past },
  pause: () => Promise<void> = async () => undefined,
): Promise<OutcomeFound> {
  const { since, past } = given;
  const raisedAt = toWholeSecond(given.raisedAt);
  const until = addDays(raisedAt, predicted.withinDays);
  let at: Instant | undefined = since > raisedAt ? since : raisedAt;
  for (let looks = 1; at !== undefined && at <= until; looks += 1) {
    const point: PointInTime = past.pointAt(at);
    if (hasHappened(predicted, point)) return at === raisedAt ? { kind: "ALREADY" } : happened(raisedAt, at);
    const soonest: Instant | undefined = looks < exactLooks ? undefined : addSeconds(at, hourSeconds);
    const next: Instant | undefined = point.nextChangeAt;
    at = next !== undefined && soonest !== undefined && soonest > next ? soonest : next;
    if (looks % looksAtOnce === 0) await pause();
  }
  return { kind: "NEVER" };
}

function happened(raisedAt: Instant, at: Instant): OutcomeFound {
  return { kind: "HAPPENED", at, leadSeconds: toEpochSeconds(at) - toEpochSeconds(raisedAt) };
}

/** Whether metrics are as the outcome says. One without a value is not. */
function hasHappened({ metric, comparison, value }: PredictedOutcome, point: Omit<PointInTime, "at">): boolean {
  const actual = metricAt(point, metric);
  if (actual === null) return false;
  return comparison === "BELOW" ? actual < value : actual > value;
}
