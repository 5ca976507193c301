/** Tallies: facts of one kind in one bucket of time, by the second, so that any window over them is exact. */
import type { Instant } from "../kernel/time.js";
import { toEpochSeconds, toInstant } from "../kernel/time.js";
import type { Mark, Tally } from "./state.js";
import { limits } from "./values.js";

/** How long a bucket is, in seconds: so short that a fact rewrites at most 3,600 marks, however much happened that day. */
export const bucketSeconds = 3_600;

/** The beginning of the bucket that an instant falls into: an hour in UTC. */
export function bucketStart(instant: Instant): Instant {
  const seconds = toEpochSeconds(instant);
  return fromEpochSeconds(seconds - modulo(seconds, bucketSeconds));
}

/** The beginning of the bucket behind that one. */
export function bucketEnd(instant: Instant): Instant {
  return fromEpochSeconds(toEpochSeconds(bucketStart(instant)) + bucketSeconds);
}

/** A fact as it is counted. */
export interface TalliedFact {
  readonly occurredAt: Instant;
  readonly value?: number | undefined;
}

/** The tally with one fact more. Takes the marks of the bucket; quick where the fact is its latest, as most are. */
export function withFact(tally: Tally, { occurredAt, value }: TalliedFact): Tally {
  const second = toEpochSeconds(occurredAt) - toEpochSeconds(tally.from);
  const total = value === undefined ? 0 : toThousandths(value);
  const { entityKey, kind, from, count, first, last } = tally;
  return {
    ...{ entityKey, kind, from },
    count: count + 1,
    total: tally.total + total,
    first: count === 0 ? second : Math.min(first, second),
    last: count === 0 ? second : Math.max(last, second),
    marks: withMark(tally.marks, { second, count: 1, total }),
  };
}

/** A bucket without facts. */
export function emptyTally(of: Pick<Tally, "entityKey" | "kind" | "from">): Tally {
  return { ...of, count: 0, total: 0, first: 0, last: 0, marks: [] };
}

/** How many marks a tally has, at most: known without a look at them. */
export function marksAtMost({ count, first, last }: Tally): number {
  return Math.min(count, last - first + 1);
}

/** A value of at most three digits behind the point as a whole number; never -0. */
export function toThousandths(value: number): number {
  return Math.round(value * limits.valueScale) + 0;
}

export function fromEpochSeconds(seconds: number): Instant {
  return toInstant(seconds * 1_000);
}

/** The instant without its fraction of a second. */
export function toWholeSecond(instant: Instant): Instant {
  return fromEpochSeconds(toEpochSeconds(instant));
}

/** Where the first mark behind `second` is; the number of marks where there is none. */
export function indexBehind(marks: readonly Mark[], second: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((marks[middle]?.second ?? Infinity) <= second) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const last = marks.at(-1);
  if (last === undefined || last.second < mark.second) return [...marks, mark];
  const behind = indexBehind(marks, mark.second);
  const before = marks[behind - 1];
  if (before?.second !== mark.second) return marks.toSpliced(behind, 0, mark);
  const { second } = mark;
  return marks.with(behind - 1, { second, count: before.count + mark.count, total: before.total + mark.total });
}

/** Never negative, unlike %. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
