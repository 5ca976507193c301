/** When an open batch will be sealed if nothing else comes, and what its summary would say. */
import { describe, expect, it } from "vitest";
import { defaultBatchPolicy, forecastSealing, previewSummary } from "../../../src/domain/projects/index.js";
import { aProjectEvent } from "../../support/projectEvents.js";

const noon = Date.parse("2025-06-02T12:00:00.000Z");
const pending = [{ projectEventId: "one", eventTime: noon, importance: "NORMAL", notify: false }] as const;
const now = "2025-06-02T12:10:00.000Z";

describe("the forecast", () => {
  it("is the age of the oldest event, or the gap where that is earlier", () => {
    expect(forecastSealing({ policy: defaultBatchPolicy, pending, now })).toEqual({
      dueAt: "2025-06-02T13:00:00.000Z",
      dueTrigger: "AGE",
    });
    const policy = { ...defaultBatchPolicy, gapSeconds: 1_200 };
    expect(forecastSealing({ policy, pending, now })).toEqual({
      dueAt: "2025-06-02T12:20:00.000Z",
      dueTrigger: "GAP",
    });
  });

  it("is now where it is due, and nothing where nothing waits", () => {
    expect(forecastSealing({ policy: { ...defaultBatchPolicy, maxCount: 1 }, pending, now })).toEqual({
      dueAt: now,
      dueTrigger: "COUNT",
    });
    expect(forecastSealing({ policy: defaultBatchPolicy, pending: [], now })).toBeUndefined();
  });

  it("waits for the end of the quiet hours that the age ends in", () => {
    const policy = { ...defaultBatchPolicy, quietHours: { from: "12:30", to: "15:00", timeZone: "Etc/UTC" } };
    expect(forecastSealing({ policy, pending, now })).toEqual({
      dueAt: "2025-06-02T15:00:00.000Z",
      dueTrigger: "AGE",
    });
  });
});

describe("the preview", () => {
  it("leaves out what was told of at once, and counts it", () => {
    const events = [
      aProjectEvent({ kind: "PULL_REQUEST_MERGED", title: "Merged #1: One" }),
      aProjectEvent({ kind: "CHECK_FAILED", title: "Check failed", notifiedAt: now }),
    ];
    const summary = previewSummary("inventory", events, now);
    expect(summary).toMatchObject({ blockers: [], stats: { events: 2, alreadyNotified: 1 } });
    expect(summary?.achievements.flatMap(({ projectEventIds }) => projectEventIds)).toEqual([
      events[0]?.projectEventId,
    ]);
  });

  it("is nothing where nothing waits", () => {
    expect(previewSummary("inventory", [], now)).toBeUndefined();
  });
});
