/** What conditions say of an entity: met, cleared, or neither; and how unusual a value is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, addSeconds } from "../../../src/domain/kernel/index.js";
import { deviationOf, readCondition } from "../../../src/domain/insights/index.js";
import type { Condition, PointInTime, Reading, Readings } from "../../../src/domain/insights/index.js";

const now = "2025-01-15T10:30:00.000Z";
const point = (metrics: PointInTime["metrics"], healthScore: number | null = 72): PointInTime => ({
  at: now,
  metrics,
  healthScore,
});
const readings = (change: Partial<Readings> = {}): Readings => ({
  current: point({ sessions_7d: 4, avg_rating: null }),
  lastActivityAt: {},
  daysAgo: () => point({}),
  midnights: () => [],
  ...change,
});
const said = ({ met, cleared, value }: Reading) => ({ met, cleared, value });

describe("a threshold", () => {
  const below: Condition = { type: "THRESHOLD", metric: "sessions_7d", comparison: "BELOW", fireAt: 3, clearAt: 5 };
  const at = (condition: Condition, sessions: number) =>
    said(readCondition(condition, readings({ current: point({ sessions_7d: sessions }) })));

  it("is met below its level, cleared at the other one, and neither between them", () => {
    expect(at(below, 2)).toEqual({ met: true, cleared: false, value: 2 });
    expect(at(below, 3)).toEqual({ met: false, cleared: false, value: 3 });
    expect(at(below, 4)).toEqual({ met: false, cleared: false, value: 4 });
    expect(at(below, 5)).toEqual({ met: false, cleared: true, value: 5 });
  });

  it("is the other way round above", () => {
    const above: Condition = { ...below, comparison: "ABOVE", fireAt: 5, clearAt: 3 };
    expect(at(above, 6)).toMatchObject({ met: true, cleared: false });
    expect(at(above, 5)).toMatchObject({ met: false, cleared: false });
    expect(at(above, 3)).toMatchObject({ met: false, cleared: true });
  });

  it("knows the health score, and what has no value neither meets nor clears it", () => {
    const health: Condition = { ...below, metric: "health_score", fireAt: 73, clearAt: 75 };
    expect(said(readCondition(health, readings()))).toEqual({ met: true, cleared: false, value: 72 });
    const rating: Condition = { ...below, metric: "avg_rating" };
    expect(said(readCondition(rating, readings()))).toEqual({ met: false, cleared: false, value: null });
    expect(said(readCondition({ ...below, metric: "unheard_of" }, readings()))).toMatchObject({ value: null });
  });

  it("is never both met and cleared", () => {
    const levels = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat(5), fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(levels, fc.boolean(), ([fireAt, gap, value], isBelow) => {
        const condition: Condition = isBelow
          ? { ...below, fireAt, clearAt: fireAt + gap }
          : { ...below, comparison: "ABOVE", fireAt, clearAt: fireAt - gap };
        const { met, cleared } = at(condition, value);
        expect(met && cleared).toBe(false);
      }),
    );
  });
});

describe("silence", () => {
  const condition: Condition = { type: "NO_DATA", kind: "session", afterSeconds: 7 * 86_400 };
  const last = (seconds: number) => readings({ lastActivityAt: { session: addSeconds(now, -seconds), ib_call: now } });

  it("is met to the second, and says when it will be", () => {
    expect(readCondition(condition, last(7 * 86_400))).toMatchObject({ met: true, cleared: false, value: 7, level: 7 });
    expect(readCondition(condition, last(7 * 86_400 - 1))).toMatchObject({
      met: false,
      cleared: true,
      nextAt: addSeconds(now, 1),
    });
  });

  it("is of any kind where none is named", () => {
    const any: Condition = { type: "NO_DATA", afterSeconds: 60 };
    expect(readCondition(any, last(86_400))).toMatchObject({ met: false, value: 0 });
    expect(readCondition(any, readings({ lastActivityAt: { session: addSeconds(now, -60) } })).met).toBe(true);
  });

  it("is neither met nor cleared where nothing ever happened", () => {
    expect(said(readCondition(condition, readings()))).toEqual({ met: false, cleared: false, value: null });
  });
});

describe("a rate of change", () => {
  const levels = { comparison: "BELOW", fireAt: -20, clearAt: -10 } as const;
  const percent: Condition = { type: "RATE_OF_CHANGE", metric: "m", overDays: 7, unit: "PERCENT", ...levels };
  const between = (condition: Condition, before: number | null, value: number | null) =>
    readCondition(condition, readings({ current: point({ m: value }), daysAgo: () => point({ m: before }) }));

  it("is in percent of what it was, whatever its sign, or absolute", () => {
    expect(said(between(percent, 10, 7))).toEqual({ met: true, cleared: false, value: -30 });
    expect(said(between(percent, -10, -13))).toMatchObject({ value: -30 });
    expect(said(between({ ...percent, unit: "ABSOLUTE" }, 10, 7))).toMatchObject({ value: -3, cleared: true });
  });

  it("divides by nothing: from 0 it has no value in percent", () => {
    expect(said(between(percent, 0, 7))).toEqual({ met: false, cleared: false, value: null });
    expect(said(between(percent, null, 7))).toMatchObject({ value: null });
    expect(said(between(percent, 7, null))).toMatchObject({ value: null });
  });

  it("is not off its level by a hair", () => {
    const condition: Condition = { ...percent, unit: "ABSOLUTE", fireAt: -0.4, clearAt: -0.1 };
    expect(said(between(condition, 4.5, 4.1))).toMatchObject({ met: false, value: -0.4 });
  });

  it("changes when what it is compared with does", () => {
    const past = { ...point({ m: 1 }), nextChangeAt: "2025-01-09T00:00:00.000Z" };
    const reading = readCondition(percent, readings({ daysAgo: () => past }));
    expect(reading.nextAt).toBe("2025-01-16T00:00:00.000Z");
  });
});

describe("an anomaly", () => {
  const condition: Condition = {
    type: "ANOMALY",
    metric: "m",
    baselineDays: 14,
    leastDays: 7,
    direction: "UP",
    fireAt: 3,
    clearAt: 2,
  };
  const amid = (direction: "UP" | "DOWN" | "BOTH", value: number, baseline: readonly (number | null)[]) => {
    const midnights = (days: number) =>
      baseline.slice(-days).map((m, index) => ({ ...point({ m }), at: addDays(now, index) }));
    return readCondition({ ...condition, direction }, readings({ current: point({ m: value }), midnights }));
  };
  const usual = [8, 9, 10, 10, 11, 12, 10];

  it("is met far from the median, in its direction only", () => {
    expect(amid("UP", 20, usual)).toMatchObject({ met: true, cleared: false });
    expect(amid("UP", 0, usual)).toMatchObject({ met: false, cleared: true });
    expect(amid("DOWN", 0, usual).met).toBe(true);
    expect(amid("BOTH", 0, usual).met).toBe(true);
    expect(amid("BOTH", 20, usual).met).toBe(true);
    expect(amid("UP", 10, usual)).toMatchObject({ met: false, cleared: true, value: 0 });
  });

  it("waits for enough history; days without a value are none", () => {
    expect(amid("UP", 20, usual.slice(1))).toMatchObject({ met: false, cleared: false, value: null });
    expect(amid("UP", 20, [null, ...usual.slice(1)]).value).toBeNull();
  });

  it("cites its baseline, and looks again at midnight", () => {
    const reading = amid("UP", 20, usual);
    expect(reading.evidence).toEqual([
      { name: "m_deviation", value: reading.value, level: 3 },
      { name: "m", value: 20 },
      { name: "m_median_14d", value: 10 },
    ]);
    expect(reading.nextAt).toBe("2025-01-16T00:00:00.000Z");
  });
});

describe("a deviation", () => {
  it("is in scaled median absolute deviations", () => {
    // Distances 2 1 0 1 2: their median is 1.
    expect(deviationOf(16, [8, 9, 10, 11, 12])).toEqual({ z: 6 / 1.4826, median: 10 });
  });

  it("is in scaled mean absolute deviations where most of the baseline is one value", () => {
    expect(deviationOf(4, [0, 0, 0, 0, 1])?.z).toBeCloseTo(4 / (1.2533 * 0.2), 10);
  });

  it("is by the noise of counting where the baseline never varied", () => {
    expect(deviationOf(1, [0, 0, 0, 0, 0])).toEqual({ z: 1, median: 0 });
    expect(deviationOf(0, [81, 81, 81])).toEqual({ z: -9, median: 81 });
    expect(deviationOf(81, [81, 81, 81])?.z).toBe(0);
  });

  it("is finite for any numbers, and none without a baseline", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, fc.array(value, { minLength: 1, maxLength: 60 }), (one, baseline) => {
        expect(Number.isFinite(deviationOf(one, baseline)?.z)).toBe(true);
      }),
    );
    expect(deviationOf(1, [])).toBeUndefined();
  });
});
