/** Seals of rows: any edit breaks them, but for what others write later: the time to live, and the last poll. */
import { expect, it } from "vitest";
import { isAsWritten, sealed } from "../../src/store/seal.js";

const row = sealed({ PK: "a", title: "t", count: 1, labels: { x: "1", y: "2" }, list: ["a", "b"], none: undefined });

it("hold for the row as it was written and read, in any order of its keys", () => {
  expect(row["seal"]).toMatch(/^[\w-]{22}$/);
  expect(isAsWritten(row)).toBe(true);
  const { none: _, ...stored } = row;
  expect(isAsWritten(Object.fromEntries(Object.entries(stored).reverse()))).toBe(true);
  expect(isAsWritten({ ...stored, labels: { y: "2", x: "1" } })).toBe(true);
});

it.each([{ ttl: 1 }, { lastPollAt: "2024-01-15T10:35:00.000Z" }])(
  "leave to others what they write later: %j",
  (later) => {
    expect(isAsWritten({ ...row, ...later })).toBe(true);
  },
);

it.each<[string, object]>([
  ["an attribute", { title: "T" }],
  ["a number for its text", { count: "1" }],
  ["a member of a map", { labels: { x: "1", y: "3" } }],
  ["the order of a list", { list: ["b", "a"] }],
  ["an attribute too many", { more: true }],
  ["an attribute that is gone", { title: undefined }],
  ["the seal", { seal: "x" }],
])("break with %s", (_, change) => {
  expect(isAsWritten({ ...row, ...change })).toBe(false);
});

it("are not asked of rows that were written before there were any", () => {
  expect(isAsWritten({ PK: "a", title: "t" })).toBe(true);
});
