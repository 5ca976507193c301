/** What the conditions of rules say of an entity: whether they are met, whether they have cleared, and by which numbers. */
import type { Instant } from "../kernel/time.js";
import { addDays, toEpochSeconds, toInstant } from "../kernel/time.js";
import { deviationOf } from "./anomaly.js";
import type { Evidence } from "./events.js";
import type { Metrics } from "./state.js";
import { daySeconds, healthMetric } from "./values.js";
import type { AnomalyDirection, Comparison, Condition } from "./values.js";

/** An entity's metrics at one instant. `nextChangeAt`: until then they hold. */
export interface PointInTime {
  readonly at: Instant;
  readonly metrics: Metrics;
  readonly healthScore: number | null;
  readonly nextChangeAt?: Instant | undefined;
}

/** All that conditions are held against. */
export interface Readings {
  /** As things are; `at` is to the second. */
  readonly current: PointInTime;
  /** By kind, when the latest fact happened. */
  readonly lastActivityAt: Readonly<Record<string, Instant>>;
  /** As things were so many days before. Before its first fact an entity counts nothing, and has no score. */
  readonly daysAgo: (days: number) => PointInTime;
  /** At the last so many midnights (UTC) up to now, oldest first; none before its first fact. */
  readonly midnights: (days: number) => readonly PointInTime[];
}

/**
 * What a condition says. One whose value is null is neither met nor cleared: it raises nothing, and ends nothing either, so that
 * an insight does not go away because there is nothing to know any more (its expiry sees to that). It does not hold for ever,
 * though, what somebody has closed.
 */
export interface Reading {
  readonly met: boolean;
  readonly cleared: boolean;
  readonly value: number | null;
  /** What the value was held against. */
  readonly level: number;
  /** The numbers behind it; the value is the first. */
  readonly evidence: readonly Evidence[];
  /** When time alone may change what it says, other than by a change of the entity's metrics. */
  readonly nextAt?: Instant;
}

/** For how many days before `at` facts are needed to read a condition, besides what the current metrics rest on. */
export function lookBackDays(condition: Condition): number {
  switch (condition.type) {
    case "RATE_OF_CHANGE":
      return condition.overDays;
    case "ANOMALY":
      return condition.baselineDays;
    case "THRESHOLD":
    case "NO_DATA":
      return 0;
  }
}

/** Holds a condition against the readings. */
export function readCondition(condition: Condition, readings: Readings): Reading {
  switch (condition.type) {
    case "THRESHOLD":
      return readThreshold(condition, readings);
    case "NO_DATA":
      return readNoData(condition, readings);
    case "RATE_OF_CHANGE":
      return readRate(condition, readings);
    case "ANOMALY":
      return readAnomaly(condition, readings);
  }
}

/** A metric, or the health score; null where it has no value. */
export function metricAt({ metrics, healthScore }: Omit<PointInTime, "at">, metric: string): number | null {
  return metric === healthMetric ? healthScore : (metrics[metric] ?? null);
}

type Of<T extends Condition["type"]> = Extract<Condition, { readonly type: T }>;

function readThreshold(condition: Of<"THRESHOLD">, { current }: Readings): Reading {
  const value = metricAt(current, condition.metric);
  return { ...held(value, condition), evidence: [{ name: condition.metric, value, level: condition.fireAt }] };
}

/** In days, as people say it; held against the level in seconds, so that it is exact. */
function readNoData({ kind, afterSeconds }: Of<"NO_DATA">, { current, lastActivityAt }: Readings): Reading {
  const last = kind === undefined ? latest(Object.values(lastActivityAt)) : lastActivityAt[kind];
  const level = toDays(afterSeconds);
  const name = `days_since_${kind ?? "activity"}`;
  if (last === undefined)
    return { met: false, cleared: false, value: null, level, evidence: [{ name, value: null, level }] };
  const dueSecond = toEpochSeconds(last) + afterSeconds;
  const met = toEpochSeconds(current.at) >= dueSecond;
  const value = toDays(Math.max(0, toEpochSeconds(current.at) - toEpochSeconds(last)));
  const reading = { met, cleared: !met, value, level, evidence: [{ name, value, level }] };
  return met ? reading : { ...reading, nextAt: toInstant(dueSecond * 1_000) };
}

/** What it is compared with changes when that time did, and so does the rate. */
function readRate(condition: Of<"RATE_OF_CHANGE">, { current, daysAgo }: Readings): Reading {
  const { metric, overDays, unit, fireAt: level } = condition;
  const past = daysAgo(overDays);
  const [now, before] = [metricAt(current, metric), metricAt(past, metric)];
  const value = now === null || before === null ? null : changeIn(unit, before, now);
  const reading = {
    ...held(value, condition),
    evidence: [
      { name: `${metric}_change_${overDays}d${unit === "PERCENT" ? "_percent" : ""}`, value, level },
      { name: metric, value: now },
      { name: `${metric}_${overDays}d_ago`, value: before },
    ],
  };
  return past.nextChangeAt === undefined ? reading : { ...reading, nextAt: addDays(past.nextChangeAt, overDays) };
}

/** Rounded to what can be told apart, so that 4.1 less 4.5 is not a hair below -0.4. Undefined from 0 in percent: null. */
function changeIn(unit: "ABSOLUTE" | "PERCENT", before: number, now: number): number | null {
  if (unit === "ABSOLUTE") return toMillionths(now - before);
  return before === 0 ? null : toMillionths((100 * (now - before)) / Math.abs(before));
}

/** The baseline moves on at the next midnight. */
function readAnomaly(condition: Of<"ANOMALY">, { current, midnights }: Readings): Reading {
  const { metric, baselineDays, leastDays, direction, fireAt: level, clearAt } = condition;
  const now = metricAt(current, metric);
  const baseline = midnights(baselineDays).flatMap((point) => metricAt(point, metric) ?? []);
  const deviation = now === null || baseline.length < leastDays ? undefined : deviationOf(now, baseline);
  const value = deviation === undefined ? null : toMillionths(strengthIn(direction, deviation.z));
  return {
    met: value !== null && value >= level,
    cleared: value !== null && value < level && value <= clearAt,
    value,
    level,
    evidence: [
      { name: `${metric}_deviation`, value, level },
      { name: metric, value: now },
      { name: `${metric}_median_${baselineDays}d`, value: deviation?.median ?? null },
    ],
    nextAt: nextMidnight(current.at),
  };
}

function strengthIn(direction: AnomalyDirection, z: number): number {
  switch (direction) {
    case "UP":
      return z;
    case "DOWN":
      return -z;
    case "BOTH":
      return Math.abs(z);
  }
}

interface Levels {
  readonly comparison: Comparison;
  readonly fireAt: number;
  readonly clearAt: number;
}

/** Between the two levels it is neither met nor cleared. */
function held(value: number | null, { comparison, fireAt, clearAt }: Levels): Omit<Reading, "evidence"> {
  const level = fireAt;
  if (value === null) return { met: false, cleared: false, value, level };
  return comparison === "BELOW"
    ? { met: value < fireAt, cleared: value >= clearAt, value, level }
    : { met: value > fireAt, cleared: value <= clearAt, value, level };
}

/** The next beginning of a day (UTC). */
export function nextMidnight(at: Instant): Instant {
  return addDays(midnightOf(at), 1);
}

/** The beginning of the day (UTC). */
export function midnightOf(at: Instant): Instant {
  return `${at.slice(0, 10)}T00:00:00.000Z`;
}

function latest(instants: readonly Instant[]): Instant | undefined {
  return instants.reduce<Instant | undefined>(
    (last, one) => (last === undefined || one > last ? one : last),
    undefined,
  );
}

function toDays(seconds: number): number {
  return Math.round((seconds / daySeconds) * 1_000) / 1_000;
}

function toMillionths(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
