/** What filters of all lists have in common: times, and lists of values. */
import { invalid } from "../domain/kernel/errors.js";
import type { Instant } from "../domain/kernel/time.js";

interface Times {
  readonly from?: Instant | null | undefined;
  readonly until?: Instant | null | undefined;
}

/** Throws a ValidationError for `until` where it does not lie behind `from`: no instant is in between. */
export function toTimes(
  { from, until }: Times,
  at: readonly string[] = [],
): { readonly from: Instant | undefined; readonly until: Instant | undefined } {
  if (from != null && until != null && until <= from) throw invalid([...at, "until"], "must lie behind `from`");
  return { from: from ?? undefined, until: until ?? undefined };
}

/**
 * The values of a list, in the argument `filter` where nothing else is said; undefined where it is not given. Throws a
 * ValidationError for an empty one: read strictly nothing could match it, and who builds it by mistake must not get everything.
 */
export function toList<T>(
  values: readonly T[] | null | undefined,
  field: string,
  at: readonly string[] = ["filter"],
): readonly T[] | undefined {
  if (values == null) return undefined;
  if (values.length === 0) throw invalid([...at, field], "must name at least one");
  return values;
}

/** The same, each value once. */
export function toChoice<T>(
  values: readonly T[] | null | undefined,
  field: string,
  at?: readonly string[],
): readonly T[] | undefined {
  const list = toList(values, field, at);
  return list && [...new Set(list)];
}
