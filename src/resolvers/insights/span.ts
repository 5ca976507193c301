/** Times of the past that callers ask about. */
import { invalid } from "../../domain/kernel/errors.js";
import { addDays } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";
import { toTimes } from "../filters.js";

/** Without `from`, the time begins so many days before its end. */
const usualDays = 30;

/**
 * The time that is asked about: up to `now` and the 30 days before where nothing is given. Throws a ValidationError where it
 * ends before it begins, or is longer than `mostDays`.
 */
export function toSpan(
  args: { readonly from?: Instant | null; readonly until?: Instant | null },
  now: Instant,
  mostDays: number,
): { readonly from: Instant; readonly until: Instant } {
  const given = toTimes(args);
  const until = given.until ?? now;
  const from = given.from ?? addDays(until, -usualDays);
  if (from > until) throw invalid("from", "must not lie behind the end, which is now where `until` is not given");
  if (from < addDays(until, -mostDays)) throw invalid("from", `must lie at most ${mostDays} days before the end`);
  return { from, until };
}
