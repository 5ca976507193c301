/** How long a session waits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  deadLetterExpiry,
  nextPollAt,
  pollExpiry,
  rateLimitedUntil,
  retentionDays,
  retryAt,
} from "../../../src/domain/integrations/index.js";
import { toMilliseconds } from "../../../src/domain/kernel/time.js";
import { days, now } from "./sessionEvents.js";

const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const intervalMs = fc.integer({ min: 0, max: 86_400_000 });
const secondsTo = (instant: string) => (toMilliseconds(instant) - toMilliseconds(now)) / 1_000;

describe("the wait after failures", () => {
  it("doubles from half a minute up to an hour, and half of it is by chance", () => {
    const waits = (by: number) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000, 5_000].map((failures) =>
        secondsTo(retryAt({ now, failures, jitter: by, intervalMs: 10_000 })),
      );
    expect(waits(0)).toEqual([15, 30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800, 1_800]);
    expect(waits(0.5)).toEqual([22.5, 45, 90, 180, 360, 720, 1_440, 2_700, 2_700, 2_700, 2_700]);
  });

  it("is never less than the interval or what was asked for, nor more than an hour for another reason", () => {
    const retryAfterMs = fc.option(fc.integer({ min: 0, max: 86_400_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(10_000), jitter, intervalMs, retryAfterMs, (failures, by, interval, after) => {
        const wait = secondsTo(retryAt({ now, failures, jitter: by, intervalMs: interval, retryAfterMs: after }));
        const least = Math.max(interval, after ?? 0) / 1_000;
        expect(wait).toBeGreaterThanOrEqual(least);
        expect(wait).toBeLessThanOrEqual(Math.max(least, 3_600));
      }),
    );
  });
});

describe("the wait of a rate limit", () => {
  it("is what the service wants and up to a tenth more, so that not all come back at once", () => {
    fc.assert(
      fc.property(jitter, intervalMs, fc.nat(86_400_000), (by, interval, retryAfterMs) => {
        const wait = secondsTo(rateLimitedUntil({ now, jitter: by, intervalMs: interval, retryAfterMs }));
        const least = Math.max(interval, retryAfterMs) / 1_000;
        expect(wait).toBeGreaterThanOrEqual(least);
        expect(wait).toBeLessThanOrEqual(least * 1.1);
      }),
    );
  });

  it("is not for ever, whatever the service wants", () => {
    const until = rateLimitedUntil({ now, jitter: 0, intervalMs: 10_000, retryAfterMs: Number.MAX_SAFE_INTEGER });
    expect(until).toBe(days(1));
  });
});

describe("the next poll", () => {
  it("is an interval later, and up to a tenth of it more", () => {
    fc.assert(
      fc.property(jitter, intervalMs, (by, interval) => {
        const wait = secondsTo(nextPollAt({ at: now, jitter: by, intervalMs: interval }));
        expect(wait).toBeGreaterThanOrEqual(interval / 1_000);
        expect(wait).toBeLessThanOrEqual((interval / 1_000) * 1.1);
      }),
    );
  });
});

describe("rows", () => {
  it("of polls are kept for 30 days, those of dead letters from when they were closed", () => {
    expect(retentionDays).toEqual({ poll: 30, deadLetter: 30 });
    expect(pollExpiry(now)).toBe(days(30));
    expect(deadLetterExpiry(now)).toBe(days(30));
    expect(deadLetterExpiry(undefined)).toBeUndefined();
  });
});
