/** Metrics are what a count over a plain list of seconds gives, at every second and however facts came in. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bucketEnd,
  bucketStart,
  createMeter,
  daySeconds,
  emptyTally,
  firstActivityOf,
  lastActivityOf,
  marksAtMost,
  measureAt,
  tallyKey,
  withFact,
} from "../../../src/domain/insights/index.js";
import type { Tally, TalliedFact } from "../../../src/domain/insights/index.js";
import { toEpochSeconds, toInstant } from "../../../src/domain/kernel/index.js";
import { defaultYardstick } from "../../support/metricsStory.js";

interface KindFact extends TalliedFact {
  readonly kind: string;
}

const yardstick = defaultYardstick;
const at = (second: number) => toInstant(second * 1_000);
const second = (instant: string) => toEpochSeconds(instant);

function tally(facts: readonly KindFact[]): readonly Tally[] {
  const tallies = new Map<string, Tally>();
  for (const fact of facts) {
    const bucket = { entityKey: "student-stu_1", kind: fact.kind, from: bucketStart(fact.occurredAt) };
    tallies.set(tallyKey(bucket), withFact(tallies.get(tallyKey(bucket)) ?? emptyTally(bucket), fact));
  }
  return [...tallies.values()];
}

/** The same by a plain count. */
function naive(facts: readonly KindFact[], now: number): Record<string, number | null> {
  const within = (kind: string, days: number) =>
    facts.filter((fact) => {
      const happened = second(fact.occurredAt);
      return fact.kind === kind && happened > now - days * daySeconds && happened <= now;
    });
  const ratings = within("rating", 30).map(({ value = 0 }) => Math.round(value * 1_000));
  return {
    sessions_7d: within("session", 7).length,
    sessions_14d: within("session", 14).length,
    sessions_30d: within("session", 30).length,
    ib_calls_7d: within("ib_call", 7).length,
    ib_calls_14d: within("ib_call", 14).length,
    avg_rating: ratings.length === 0 ? null : ratings.reduce((sum, one) => sum + one, 0) / (ratings.length * 1_000),
  };
}

/** When a count next changes, by looking at every instant at which it might. */
function naiveNext(facts: readonly KindFact[], now: number): number | undefined {
  const windows: Record<string, readonly number[]> = { session: [7, 14, 30], ib_call: [7, 14], rating: [30] };
  const edges = facts.flatMap(({ kind, occurredAt }) =>
    [0, ...(windows[kind] ?? [])].map((days) => second(occurredAt) + days * daySeconds),
  );
  return edges.filter((edge) => edge > now).sort((a, b) => a - b)[0];
}

/** Times whose days are the odd ones of the calendar. */
const start = fc.constantFrom(
  second("2024-02-28T12:00:00Z"),
  second("2024-12-31T23:59:59Z"),
  second("2025-03-30T01:00:00Z"),
  second("1970-02-05T00:00:00Z"),
);
/** Edges of windows and of buckets are met often. */
const offset = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 7, 14, 30), fc.integer({ min: -2, max: 2 }))
    .map(([days, seconds]) => -days * daySeconds + seconds),
  fc.integer({ min: -35 * daySeconds, max: 60 }),
);
const someFacts = start.chain((now) =>
  fc.record({
    now: fc.constant(now),
    facts: fc.array(
      fc.record({
        kind: fc.constantFrom("session", "ib_call", "rating"),
        value: fc.integer({ min: 0, max: 5_000 }).map((thousandths) => thousandths / 1_000),
        occurredAt: fc
          .tuple(offset, fc.integer({ min: 0, max: 999 }))
          .map(([seconds, ms]) => toInstant((now + seconds) * 1_000 + ms)),
      }),
      { maxLength: 60 },
    ),
  }),
);

describe("measureAt", () => {
  it("counts what a plain count does, in any order", () => {
    fc.assert(
      fc.property(someFacts, fc.integer({ min: -3, max: 3 }), ({ now, facts }, shift) => {
        const { metrics, nextChangeAt } = measureAt({ tallies: tally(facts), at: at(now + shift), yardstick });
        expect(metrics).toEqual(naive(facts, now + shift));
        expect(nextChangeAt).toBe(
          ((next) => (next === undefined ? undefined : at(next)))(naiveNext(facts, now + shift)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("does not change before the next change, and the meter says the same as a single measurement", () => {
    fc.assert(
      fc.property(someFacts, ({ now, facts }) => {
        const tallies = tally(facts);
        const meter = createMeter({ tallies, yardstick });
        const measured = meter(at(now));
        expect(measured).toEqual(measureAt({ tallies, at: at(now), yardstick }));
        if (measured.nextChangeAt === undefined) return;
        const justBefore = meter(at(second(measured.nextChangeAt) - 1));
        expect({ ...justBefore, at: "" }).toEqual({ ...measured, at: "" });
      }),
    );
  });

  it("does not depend on the order of facts and tallies", () => {
    fc.assert(
      fc.property(someFacts, fc.infiniteStream(fc.nat()), ({ now, facts }, chances) => {
        const shuffled = [...facts].sort(() => (chances.next().value % 2 === 0 ? 1 : -1));
        const one = measureAt({ tallies: tally(facts), at: at(now), yardstick });
        expect(measureAt({ tallies: [...tally(shuffled)].reverse(), at: at(now), yardstick })).toEqual(one);
        const byKey = (a: Tally, b: Tally) => tallyKey(a).localeCompare(tallyKey(b));
        expect([...tally(shuffled)].sort(byKey)).toEqual([...tally(facts)].sort(byKey));
      }),
    );
  });

  it("counts a fact from its own second on, until the second in which the window has moved past it", () => {
    const tallies = tally([{ kind: "session", occurredAt: "2024-02-29T12:00:00.900Z" }]);
    const sessions = (when: string) => measureAt({ tallies, at: when, yardstick }).metrics["sessions_7d"];
    expect(sessions("2024-02-29T11:59:59.999Z")).toBe(0);
    expect(sessions("2024-02-29T12:00:00.000Z")).toBe(1);
    expect(sessions("2024-03-07T11:59:59.999Z")).toBe(1);
    expect(sessions("2024-03-07T12:00:00.000Z")).toBe(0);
  });

  it("has no mean where there is no fact, and a score without it", () => {
    const { metrics, healthScore, nextChangeAt } = measureAt({ tallies: [], at: at(0), yardstick });
    expect(metrics["avg_rating"]).toBeNull();
    expect(metrics["sessions_7d"]).toBe(0);
    // (0.35 x 0 + 0.3 x 1) / 0.65
    expect(healthScore).toBe(46);
    expect(nextChangeAt).toBeUndefined();
  });

  it("adds values up exactly", () => {
    const ratings = [0.1, 0.2, 0.3, 4.999].map((value, index) => ({ kind: "rating", value, occurredAt: at(index) }));
    expect(measureAt({ tallies: tally(ratings), at: at(10), yardstick }).metrics["avg_rating"]).toBe(5.599 / 4);
  });

  it("looks into the buckets at the edges of windows only, and for the latest fact into one of each kind", () => {
    const now = second("2024-02-29T12:30:00Z");
    const everyMinute = Array.from({ length: 40 * 24 * 60 }, (_, minute) => ({
      kind: "session",
      occurredAt: at(now + 3_600 - minute * 60),
    }));
    const looked = new Set<string>();
    const tallies = tally(everyMinute).map(({ marks, ...sums }) => ({
      ...sums,
      get marks() {
        looked.add(sums.from);
        return marks;
      },
    }));
    expect(measureAt({ tallies, at: at(now), yardstick }).metrics).toMatchObject({
      sessions_7d: 7 * 24 * 60,
      sessions_30d: 30 * 24 * 60,
    });
    expect(firstActivityOf(tallies)).toBe(everyMinute.at(-1)?.occurredAt);
    expect(lastActivityOf(tallies, at(now))).toEqual({ session: at(now) });
    const hours = [30, 14, 7, 0].map((days) => bucketStart(at(now - days * daySeconds)));
    expect([...looked].sort()).toEqual(hours);
  });

  it("knows when the first fact was, and the latest of each kind that has been", () => {
    const tallies = tally([
      { kind: "session", occurredAt: at(50_000) },
      { kind: "session", occurredAt: at(60_000) },
      { kind: "ib_call", occurredAt: at(40_000) },
      { kind: "ib_call", occurredAt: at(200_000) },
    ]);
    expect(firstActivityOf(tallies)).toBe(at(40_000));
    expect(firstActivityOf([])).toBeUndefined();
    expect(lastActivityOf(tallies, at(59_999))).toEqual({ session: at(50_000), ib_call: at(40_000) });
    expect(lastActivityOf(tallies, at(60_000))).toEqual({ session: at(60_000), ib_call: at(40_000) });
    expect(lastActivityOf(tallies, at(1))).toEqual({});
  });
});

describe("a tally", () => {
  it("is of an hour, also before 1970", () => {
    expect(bucketStart("2024-02-29T23:59:59.999Z")).toBe("2024-02-29T23:00:00.000Z");
    expect(bucketEnd("2024-02-29T23:59:59.999Z")).toBe("2024-03-01T00:00:00.000Z");
    expect(bucketEnd("2024-02-29T23:00:00.000Z")).toBe("2024-03-01T00:00:00.000Z");
    expect(bucketStart("1969-12-31T23:59:59.999Z")).toBe("1969-12-31T23:00:00.000Z");
  });

  it("knows how many marks it has at most, without a look at them", () => {
    fc.assert(
      fc.property(someFacts, ({ facts }) => {
        for (const one of tally(facts)) expect(marksAtMost(one)).toBeGreaterThanOrEqual(one.marks.length);
      }),
    );
    const [busy] = tally([0, 0, 0, 1].map((of) => ({ kind: "session", occurredAt: at(of) })));
    expect(busy && marksAtMost(busy)).toBe(2);
    expect(marksAtMost(emptyTally({ entityKey: "a", kind: "session", from: at(0) }))).toBe(0);
  });

  it("keeps one mark for a second, in order, whatever comes when", () => {
    const tallied = [30, 10, 20, 10, 30].map((of) => ({ kind: "rating", value: 1.5, occurredAt: at(of) }));
    expect(tally(tallied)).toEqual([
      {
        entityKey: "student-stu_1",
        kind: "rating",
        from: at(0),
        count: 5,
        total: 7_500,
        first: 10,
        last: 30,
        marks: [
          { second: 10, count: 2, total: 3_000 },
          { second: 20, count: 1, total: 1_500 },
          { second: 30, count: 2, total: 3_000 },
        ],
      },
    ]);
  });

  it("is not changed in place", () => {
    const one = Object.freeze({
      ...emptyTally({ entityKey: "a", kind: "session", from: at(0) }),
      marks: Object.freeze([]),
    });
    expect(withFact(one, { occurredAt: at(5) }).count).toBe(1);
    expect(one.count).toBe(0);
  });

  it("has no zero with a sign", () => {
    const zero = withFact(emptyTally({ entityKey: "a", kind: "rating", from: at(0) }), {
      occurredAt: at(5),
      value: -0,
    });
    expect(Object.is(zero.total, 0)).toBe(true);
    expect(Object.is(zero.marks[0]?.total, 0)).toBe(true);
  });
});
