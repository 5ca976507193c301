/** How unusual a value is among earlier ones, by measures that a few odd values do not move. */

/** Makes a median absolute deviation, and a mean one, comparable to a standard deviation where values are normally spread. */
const medianScale = 1.4826;
const meanScale = 1.2533;

/** No value is said to be more unusual than this, in either direction. */
const most = 1_000;

export interface Deviation {
  /** Positive above the median: by how many scaled deviations. Never beyond 1,000. */
  readonly z: number;
  readonly median: number;
}

/**
 * The robust z of `value` against `baseline`: the distance from its median, in median absolute deviations scaled by 1.4826. Where
 * more than half of the baseline is one value that deviation is 0, and the mean absolute deviation scaled by 1.2533 stands in.
 * Where the baseline never varied at all, what counting alone would make it vary by does: the root of the median, at least 1; so a
 * first call after weeks without is not unusual yet, and none at all after weeks with eighty is. Undefined for an empty baseline.
 */
export function deviationOf(value: number, baseline: readonly number[]): Deviation | undefined {
  if (baseline.length === 0) return undefined;
  const median = medianOf(baseline);
  const distances = baseline.map((one) => Math.abs(one - median));
  const scale =
    medianScale * medianOf(distances) || meanScale * meanOf(distances) || Math.sqrt(Math.max(1, Math.abs(median)));
  const z = Math.max(-most, Math.min(most, (value - median) / scale));
  return { z, median };
}

/** Of at least one value. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
