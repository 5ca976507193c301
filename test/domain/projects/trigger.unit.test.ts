/** When a batch is sealed: every trigger at its edge, quiet hours through summer time, and the past as the present judges it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toInstant, toMilliseconds } from "../../../src/domain/kernel/time.js";
import {
  backtest,
  defaultBatchPolicy,
  isQuiet,
  judgeOpenBatch,
  limits,
  postNotBefore,
  quietUntil,
} from "../../../src/domain/projects/index.js";
import type { BatchPolicy, PendingEvent } from "../../../src/domain/projects/index.js";

const start = toMilliseconds("2025-06-02T12:00:00.000Z");
const at = (seconds: number) => toInstant(start + seconds * 1_000);
let made = 0;
const event = (seconds: number, more: Partial<PendingEvent> = {}): PendingEvent => ({
  projectEventId: `event-${(made += 1)}`,
  eventTime: start + seconds * 1_000,
  importance: "NORMAL",
  notify: false,
  ...more,
});
const events = (count: number, seconds = 0) => Array.from({ length: count }, () => event(seconds));
const policy = (change: Partial<BatchPolicy> = {}): BatchPolicy => ({ ...defaultBatchPolicy, ...change });
const judge = (
  pending: readonly PendingEvent[],
  seconds: number,
  change: Partial<BatchPolicy> = {},
  lastSealed?: number,
) =>
  judgeOpenBatch({
    policy: policy(change),
    pending,
    now: at(seconds),
    ...(lastSealed === undefined ? {} : { lastSealedAt: at(lastSealed) }),
  });
const night = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
/** 12:00 UTC is 14:00 in Berlin. */
const nap = { from: "14:00", to: "15:00", timeZone: "Europe/Berlin" };

describe("judgeOpenBatch", () => {
  it("has nothing to say where nothing waits", () => {
    expect(judge([], 0)).toEqual({ kind: "EMPTY" });
  });

  it("seals at maxCount, not before", () => {
    expect(judge(events(9), 0)).toEqual({ kind: "WAIT", until: at(3_600) });
    expect(judge(events(10), 0)).toEqual({ kind: "SEAL", trigger: "COUNT", count: 10 });
    expect(judge(events(25), 0)).toEqual({ kind: "SEAL", trigger: "COUNT", count: 10 });
  });

  it("seals when the oldest is as old as it may be, to the millisecond", () => {
    expect(judge([event(0), event(3_000)], 3_599.999)).toEqual({ kind: "WAIT", until: at(3_600) });
    expect(judge([event(0), event(3_000)], 3_600)).toEqual({ kind: "SEAL", trigger: "AGE", count: 2 });
  });

  it("seals when nothing came for the gap, and by age where something always does", () => {
    expect(judge([event(0), event(50)], 60, { gapSeconds: 60 })).toEqual({ kind: "WAIT", until: at(110) });
    expect(judge([event(0), event(50)], 110, { gapSeconds: 60 })).toMatchObject({ trigger: "GAP", count: 2 });
    expect(judge([event(0), event(3_590)], 3_600, { gapSeconds: 60 })).toMatchObject({ trigger: "AGE" });
  });

  it("does not wait with what is critical, unless it is told at once or shall wait", () => {
    const critical = { importance: "CRITICAL" } as const;
    expect(judge([event(0), event(1, critical)], 1)).toEqual({ kind: "SEAL", trigger: "CRITICAL", count: 2 });
    expect(judge([event(1, { ...critical, notify: true })], 1)).toMatchObject({ kind: "WAIT" });
    expect(judge([event(1, critical)], 1, { criticalBypass: false })).toMatchObject({ kind: "WAIT" });
    expect(judge([event(1, critical)], 1, { quietHours: nap })).toMatchObject({ kind: "SEAL", trigger: "CRITICAL" });
    expect(judge([...events(60), event(1, critical)], 1)).toMatchObject({
      trigger: "CRITICAL",
      count: limits.batchEvents,
    });
  });

  it("sends the first event after a time without any alone", () => {
    const leading = { leadingFlush: true };
    expect(judge([event(0), event(1)], 1, leading)).toEqual({ kind: "SEAL", trigger: "LEADING", count: 1 });
    expect(judge([event(3_600)], 3_600, leading, 0)).toMatchObject({ trigger: "LEADING" });
    expect(judge([event(3_599)], 3_599, leading, 0)).toMatchObject({ kind: "WAIT" });
    expect(judge(events(10), 0, leading)).toMatchObject({ trigger: "COUNT" });
    expect(judge([event(0)], 3_600, { ...leading, quietHours: nap })).toMatchObject({ trigger: "AGE" });
  });

  it("seals nothing in quiet hours but a batch that can take no more", () => {
    const quiet = { quietHours: nap };
    expect(judge(events(44), 10, quiet)).toEqual({ kind: "WAIT", until: at(3_600) });
    expect(judge(events(45), 10, quiet)).toEqual({ kind: "SEAL", trigger: "OVERFLOW", count: 45 });
    expect(judge(events(44), 3_600, quiet)).toMatchObject({ trigger: "COUNT", count: 10 });
  });

  it("waits for the end of quiet hours where its time lies in them", () => {
    expect(judge([event(-1_800)], -60, { quietHours: nap })).toEqual({ kind: "WAIT", until: at(3_600) });
  });

  it("always waits for a time that is still to come", () => {
    const anyPolicy = fc.record({
      maxCount: fc.integer({ min: 1, max: 45 }),
      maxAgeSeconds: fc.integer({ min: 300, max: 7_200 }),
      gapSeconds: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      quietHours: fc.option(fc.constantFrom(night, nap), { nil: undefined }),
      criticalBypass: fc.boolean(),
      leadingFlush: fc.boolean(),
    });
    const anyEvents = fc.array(fc.integer({ min: -90_000, max: 0 }), { maxLength: 60 });
    fc.assert(
      fc.property(anyPolicy, anyEvents, (given, times) => {
        const pending = [...times].sort((one, other) => one - other).map((seconds) => event(seconds));
        const verdict = judgeOpenBatch({ policy: given, pending, now: at(0) });
        if (verdict.kind === "WAIT") expect(verdict.until > at(0)).toBe(true);
        if (verdict.kind === "SEAL") {
          expect(verdict.count).toBeGreaterThan(0);
          expect(verdict.count).toBeLessThanOrEqual(Math.min(pending.length, limits.batchEvents));
        }
        if (verdict.kind === "EMPTY") expect(pending).toEqual([]);
      }),
    );
  });
});

describe("quiet hours", () => {
  it.each([
    ["2025-06-02T19:59:59.999Z", false],
    ["2025-06-02T20:00:00.000Z", true],
    ["2025-06-03T04:59:59.999Z", true],
    ["2025-06-03T05:00:00.000Z", false],
    ["2025-01-15T20:30:00.000Z", false],
    ["2025-01-15T21:00:00.000Z", true],
  ])("of 22:00 to 07:00 in Berlin at %s: %s", (instant, quiet) => {
    expect(isQuiet(night, instant)).toBe(quiet);
  });

  it.each([
    ["in summer", night, "2025-06-02T21:10:30.500Z", "2025-06-03T05:00:00.000Z"],
    ["in winter", night, "2025-01-15T23:00:00.000Z", "2025-01-16T06:00:00.000Z"],
    ["where the clock is put forward", night, "2025-03-29T23:00:00.000Z", "2025-03-30T05:00:00.000Z"],
    ["where the clock is put back", night, "2025-10-25T22:00:00.000Z", "2025-10-26T06:00:00.000Z"],
    [
      "where the end is an hour that is left out",
      { ...night, to: "02:30" },
      "2025-03-29T23:00:00.000Z",
      "2025-03-30T01:00:00.000Z",
    ],
    [
      "where the end is an hour that comes twice",
      { ...night, to: "02:30" },
      "2025-10-25T22:00:00.000Z",
      "2025-10-26T00:30:00.000Z",
    ],
    [
      "where a half hour is put forward",
      { from: "22:00", to: "07:00", timeZone: "Australia/Lord_Howe" },
      "2025-10-04T13:00:00.000Z",
      "2025-10-04T20:00:00.000Z",
    ],
    [
      "of an offset of 45 minutes",
      { from: "22:00", to: "07:00", timeZone: "Asia/Kathmandu" },
      "2025-06-02T17:00:00.000Z",
      "2025-06-03T01:15:00.000Z",
    ],
    ["at a time that is not quiet", night, "2025-06-02T12:00:00.001Z", "2025-06-02T12:00:00.001Z"],
  ])("end %s", (_, quietHours, from, end) => {
    expect(quietUntil(quietHours, from)).toBe(end);
  });

  it("end at the first minute that is not quiet, at any time of any year and place", () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
    const zone = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
      "UTC",
      "Pacific/Apia",
    );
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 730 });
    fc.assert(
      fc.property(time, time, zone, minutes, (from, to, timeZone, minute) => {
        fc.pre(from !== to);
        const quietHours = { from, to, timeZone };
        const now = toInstant(toMilliseconds("2024-01-01T00:00:00.000Z") + minute * 60_000);
        const end = quietUntil(quietHours, now);
        expect(isQuiet(quietHours, end)).toBe(false);
        if (end > now) expect(isQuiet(quietHours, toInstant(toMilliseconds(end) - 1))).toBe(true);
        else expect(end).toBe(now);
      }),
      { numRuns: 200 },
    );
  });

  it("hold back a post that is not critical", () => {
    const given = policy({ quietHours: night });
    expect(postNotBefore(given, false, "2025-06-02T21:00:00.000Z")).toBe("2025-06-03T05:00:00.000Z");
    expect(postNotBefore(given, true, "2025-06-02T21:00:00.000Z")).toBe("2025-06-02T21:00:00.000Z");
    expect(postNotBefore(policy(), false, "2025-06-02T21:00:00.000Z")).toBe("2025-06-02T21:00:00.000Z");
  });
});

describe("backtest", () => {
  const past = [...events(12, 0), event(4_000), event(4_010), event(20_000)];

  it("says which batches a policy would have made", () => {
    expect(backtest(policy(), past, at(30_000))).toEqual([
      { sealedAt: at(0), openedAt: at(0), trigger: "COUNT", eventCount: 10 },
      { sealedAt: at(3_600), openedAt: at(0), trigger: "AGE", eventCount: 2 },
      { sealedAt: at(7_600), openedAt: at(4_000), trigger: "AGE", eventCount: 2 },
      { sealedAt: at(23_600), openedAt: at(20_000), trigger: "AGE", eventCount: 1 },
    ]);
  });

  it("leaves out what would still wait at the end", () => {
    expect(backtest(policy(), past, at(20_000))).toHaveLength(3);
    expect(backtest(policy(), [], at(0))).toEqual([]);
  });

  it("puts no event in two batches, and none in none once its time has come", () => {
    const change = fc.record({
      maxCount: fc.integer({ min: 1, max: 45 }),
      leadingFlush: fc.boolean(),
      quietHours: fc.constantFrom(night, nap),
    });
    fc.assert(
      fc.property(change, fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 120 }), (given, times) => {
        const pending = [...times].sort((one, other) => one - other).map((seconds) => event(seconds));
        const batches = backtest(policy(given), pending, at(300_000));
        expect(batches.reduce((sum, { eventCount }) => sum + eventCount, 0)).toBe(pending.length);
        for (const { sealedAt, openedAt } of batches) expect(sealedAt >= openedAt).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
