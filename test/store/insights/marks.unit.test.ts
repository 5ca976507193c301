/** Marks as text: nothing is lost, the same marks have the same text, and a full hour is a small item. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mark } from "../../../src/domain/insights/index.js";
import { decodeMarks, encodeMarks } from "../../../src/store/readModels/insights/marks.js";

const total = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -10, max: 10 }).map((halves) => halves * 500 + 0),
  fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }),
);
const count = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_000_000 }));
const second = fc.oneof(fc.integer({ min: 0, max: 3_599 }), fc.integer({ min: 0, max: 40 }));

const marksOf: fc.Arbitrary<readonly Mark[]> = fc
  .uniqueArray(fc.record({ second, count, total }), { selector: (mark) => mark.second, maxLength: 200 })
  .map((marks) => marks.sort((one, other) => one.second - other.second));

/** Every second of an hour. */
const hourOf = (mark: (second: number) => Omit<Mark, "second">): readonly Mark[] =>
  Array.from({ length: 3_600 }, (_, index) => ({ second: index, ...mark(index) }));

describe("marks", () => {
  it("are what they were after a round trip", () => {
    fc.assert(
      fc.property(marksOf, (marks) => {
        expect(decodeMarks(encodeMarks(marks))).toEqual(marks);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that follow each other at one distance are one run", () => {
    const marks = Array.from({ length: 60 }, (_, index) => ({ second: 60 * index + 59, count: 1, total: 0 }));
    expect(encodeMarks(marks).length).toBeLessThan(10);
    expect(decodeMarks(encodeMarks(marks))).toEqual(marks);
  });

  it("of no facts have a text", () => {
    expect(decodeMarks(encodeMarks([]))).toEqual([]);
  });

  // Thousandths of seconds as pseudo-random numbers, so that no run helps.
  const scattered = (index: number, range: number) => (index * 2_654_435_761) % range;

  it.each<[string, number, (second: number) => Omit<Mark, "second">]>([
    ["one fact each", 0.1, () => ({ count: 1, total: 0 })],
    ["one to nine facts each", 7.5, (index) => ({ count: 1 + scattered(index, 9), total: 0 })],
    ["a rating in halves each", 7.5, (index) => ({ count: 1, total: 500 * scattered(index, 11) })],
    ["a rating in thousandths each", 15, (index) => ({ count: 1, total: scattered(index, 5_001) })],
  ])("of every second of an hour, %s, take at most %f KB", (_, kilobytes, mark) => {
    const marks = hourOf(mark);
    const text = encodeMarks(marks);
    expect(decodeMarks(text)).toEqual(marks);
    expect(Buffer.byteLength(text)).toBeLessThan(kilobytes * 1_024);
  });

  it.each(["", "~", "0~", "0g", `0${"Vzz2"}`, "00", "0_"])("are not read from what is no text of marks: %j", (text) => {
    expect(() => decodeMarks(text)).toThrow("no text of marks");
  });
});
