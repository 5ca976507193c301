/** The original within limits, whatever came. */
import { jsonBytes } from "../../../src/domain/kernel/json.js";
import type { Json } from "../../../src/domain/kernel/json.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipJson, limits } from "../../../src/domain/projects/index.js";

function depthOf(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const nested = (levels: number): Json => (levels === 0 ? 1 : { in: nested(levels - 1) });

describe("clipJson", () => {
  it("keeps what is within the limits as it is", () => {
    const original = { a: [1, "two", null, true, { b: "ü" }] };
    expect(clipJson(original)).toEqual({ eventData: original, clipped: false });
    expect(clipJson(undefined)).toEqual({ clipped: false });
    expect(clipJson(nested(limits.eventDataDepth))).toMatchObject({ clipped: false });
  });

  it("says so where it leaves something out", () => {
    expect(clipJson(nested(limits.eventDataDepth + 1)).clipped).toBe(true);
    expect(clipJson({ text: "x".repeat(20_000) }).clipped).toBe(true);
    expect(clipJson(Array.from({ length: 20_000 }, () => 1)).clipped).toBe(true);
    expect(clipJson({ text: "\ud800" })).toEqual({ eventData: { text: "\ufffd" }, clipped: true });
  });

  it("keeps the first part of what is too long, and its shape", () => {
    const { eventData } = clipJson({ action: "opened", diff: "x".repeat(100_000), number: 42 });
    expect(eventData).toMatchObject({ action: "opened", number: 42 });
  });

  it("does not trip over names that mean something to JavaScript", () => {
    const original = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Json;
    expect(JSON.stringify(clipJson(original).eventData)).toBe(JSON.stringify(original));
  });

  it("is small and flat enough for any JSON", () => {
    const wide = fc.array(fc.string({ minLength: 200, maxLength: 2_000 }), { maxLength: 200 });
    const wideObject = fc.dictionary(fc.string({ maxLength: 300 }), fc.string({ maxLength: 2_000 }), { maxKeys: 100 });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 30 }), wide, wideObject), (original) => {
        const { eventData } = clipJson(original as Json);
        if (eventData === undefined) return;
        expect(jsonBytes(eventData)).toBeLessThanOrEqual(limits.eventDataBytes);
        expect(depthOf(eventData)).toBeLessThanOrEqual(limits.eventDataDepth);
      }),
      { numRuns: 200 },
    );
  });
});
