/** Measuring: what tallies come to at an instant, over half-open windows in UTC, exact to the second. */
import { toEpochSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { countMetric, meanMetric } from "./catalog.js";
import type { Yardstick } from "./commands.js";
import { scoreHealth } from "./health.js";
import type { Metrics, Tally } from "./state.js";
import { fromEpochSeconds, indexBehind } from "./tallies.js";
import { daySeconds, limits } from "./values.js";
import type { ActivityKind } from "./values.js";

export interface Measurement {
  /** To the second. */
  readonly at: Instant;
  /** Of every kind of the yardstick: counts, 0 without facts, and means, null without facts. */
  readonly metrics: Metrics;
  readonly healthScore: number | null;
  /** When the next window gains or loses a fact; absent where none will. */
  readonly nextChangeAt?: Instant;
}

export interface MeasureInput {
  /** Of one entity, all of those whose facts lie within the longest window before `at`; others do no harm. */
  readonly tallies: Iterable<Tally>;
  /** A fact of this very second counts; fractions of it do not matter. */
  readonly at: Instant;
  readonly yardstick: Yardstick;
}

/** Measures once. Whole buckets go by their sums: only those at the edges of a window are looked into. */
export function measureAt({ tallies, at, yardstick }: MeasureInput): Measurement {
  return createMeter({ tallies, yardstick })(at);
}

/** Measures the same tallies at many instants: what is the same for all of them is done once. */
export function createMeter({ tallies, yardstick }: Omit<MeasureInput, "at">): (at: Instant) => Measurement {
  const byKind = bucketsByKind(tallies);
  return (at) => {
    const now = toEpochSeconds(at);
    const metrics: Record<string, number | null> = {};
    let next = Infinity;
    for (const kind of yardstick.kinds) {
      const buckets = byKind.get(kind.name) ?? [];
      for (const { days, name, valueOf } of readingsOf(kind)) {
        const sum = sumWithin(buckets, { now, days });
        metrics[name] = valueOf(sum);
        next = Math.min(next, sum.changesAt);
      }
    }
    return {
      at: fromEpochSeconds(now),
      metrics,
      healthScore: scoreHealth(yardstick.formula.components, metrics).score,
      ...(next === Infinity ? {} : { nextChangeAt: fromEpochSeconds(next) }),
    };
  };
}

/** By kind, the second of the latest fact at or before `at`. */
export function lastActivityOf(tallies: Iterable<Tally>, at: Instant): Readonly<Record<string, Instant>> {
  return createLastActivity(tallies)(at);
}

/** The same for many instants. */
export function createLastActivity(tallies: Iterable<Tally>): (at: Instant) => Readonly<Record<string, Instant>> {
  const byKind = bucketsByKind(tallies);
  return (at) => {
    const now = toEpochSeconds(at);
    const last: Record<string, Instant> = {};
    for (const [kind, buckets] of byKind) {
      const second = lastUpTo(buckets, now);
      if (second !== undefined) last[kind] = fromEpochSeconds(second);
    }
    return last;
  };
}

/** The second of the first fact; undefined where there is none. */
export function firstActivityOf(tallies: Iterable<Tally>): Instant | undefined {
  let first = Infinity;
  for (const buckets of bucketsByKind(tallies).values()) first = Math.min(first, buckets[0]?.first ?? Infinity);
  return first === Infinity ? undefined : fromEpochSeconds(first);
}

/** A tally with its times as seconds since 1970, and what was before it. */
interface Bucket {
  readonly from: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly total: number;
  /** Facts of all buckets of the kind before this one, and the sum of their values. */
  readonly countBefore: number;
  readonly totalBefore: number;
  /** Has the marks, which only the edges of a window need. */
  readonly tally: Tally;
}

interface Sum {
  readonly count: number;
  /** In thousandths. */
  readonly total: number;
  /** When the window next gains or loses a fact, in seconds since 1970; Infinity where it does not. */
  readonly changesAt: number;
}

interface Reading {
  readonly days: number;
  readonly name: string;
  readonly valueOf: (sum: Sum) => number | null;
}

function readingsOf(kind: ActivityKind): readonly Reading[] {
  const counts = kind.windows.map((days): Reading => ({
    days,
    name: countMetric(kind, days),
    valueOf: ({ count }) => count,
  }));
  if (kind.value === undefined) return counts;
  const valueOf = ({ count, total }: Sum) => (count === 0 ? null : total / (count * limits.valueScale));
  return [...counts, { days: limits.windowDays, name: meanMetric(kind), valueOf }];
}

/** Those with facts, in order of time. */
function bucketsByKind(tallies: Iterable<Tally>): ReadonlyMap<string, readonly Bucket[]> {
  const byKind = new Map<string, Tally[]>();
  for (const tally of tallies) {
    if (tally.count === 0) continue;
    const others = byKind.get(tally.kind);
    if (others === undefined) byKind.set(tally.kind, [tally]);
    else others.push(tally);
  }
  return new Map([...byKind].map(([kind, own]) => [kind, toBuckets(own)]));
}

function toBuckets(tallies: Tally[]): readonly Bucket[] {
  let [countBefore, totalBefore] = [0, 0];
  return tallies
    .sort((one, other) => (one.from < other.from ? -1 : 1))
    .map((tally) => {
      const { first, last, count, total } = tally;
      const from = startOf(tally);
      const bucket = { from, first: from + first, last: from + last, count, total, countBefore, totalBefore, tally };
      countBefore += count;
      totalBefore += total;
      return bucket;
    });
}

/** Of tallies that are at hand from one fact to the next, as reading a time costs more than all else here. */
const starts = new WeakMap<Tally, number>();

function startOf(tally: Tally): number {
  const known = starts.get(tally);
  if (known !== undefined) return known;
  const start = toEpochSeconds(tally.from);
  starts.set(tally, start);
  return start;
}

/** What lies behind `now` less the days, up to `now`. */
function sumWithin(buckets: readonly Bucket[], { now, days }: { readonly now: number; readonly days: number }): Sum {
  const length = days * daySeconds;
  const edge = now - length;
  const [upToNow, upToEdge] = [sumUpTo(buckets, now), sumUpTo(buckets, edge)];
  // What is in the window leaves it; what is ahead enters it.
  const earliest = firstBehind(buckets, edge);
  return {
    count: upToNow.count - upToEdge.count,
    total: upToNow.total - upToEdge.total,
    changesAt: Math.min(earliest > now ? Infinity : earliest + length, firstBehind(buckets, now)),
  };
}

/** All facts up to a second. */
function sumUpTo(buckets: readonly Bucket[], second: number): Pick<Sum, "count" | "total"> {
  const bucket = lastBegun(buckets, second);
  if (bucket === undefined) return { count: 0, total: 0 };
  const { from, last, tally } = bucket;
  let [count, total] = [bucket.countBefore, bucket.totalBefore];
  if (last <= second) return { count: count + bucket.count, total: total + bucket.total };
  for (const mark of tally.marks) {
    if (from + mark.second > second) break;
    count += mark.count;
    total += mark.total;
  }
  return { count, total };
}

/** The second of the first fact later than `second`; Infinity where there is none. */
function firstBehind(buckets: readonly Bucket[], second: number): number {
  const bucket = buckets[firstWhere(buckets, ({ last }) => last > second)];
  if (bucket === undefined) return Infinity;
  const { from, first, last, tally } = bucket;
  if (first > second) return first;
  const mark = tally.marks[indexBehind(tally.marks, second - from)];
  return mark === undefined ? last : from + mark.second;
}

/** The second of the last fact up to `second`; undefined where there is none. */
function lastUpTo(buckets: readonly Bucket[], second: number): number | undefined {
  const bucket = lastBegun(buckets, second);
  if (bucket === undefined || bucket.last <= second) return bucket?.last;
  const { from, first, tally } = bucket;
  const mark = tally.marks[indexBehind(tally.marks, second - from) - 1];
  return mark === undefined ? first : from + mark.second;
}

/** The last bucket with facts up to a second. */
function lastBegun(buckets: readonly Bucket[], second: number): Bucket | undefined {
  return buckets[firstWhere(buckets, ({ first }) => first > second) - 1];
}

/** Where the first bucket is of which something holds that holds of all behind it; the number of buckets where there is none. */
function firstWhere(buckets: readonly Bucket[], holds: (bucket: Bucket) => boolean): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bucket = buckets[middle];
    if (bucket !== undefined && !holds(bucket)) low = middle + 1;
    else high = middle;
  }
  return low;
}
