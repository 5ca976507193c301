/** How the commands write numbers and columns. */
import { expect, it } from "vitest";
import { aligned, counted } from "../../src/cli/text.js";

it("one of a thing is told in the singular", () => {
  expect([0, 1, 2].map((count) => counted(count, "row"))).toEqual(["0 rows", "1 row", "2 rows"]);
});

it("columns are as wide as their widest cell, and lines end with their text", () => {
  expect(
    aligned([
      ["a", "bbb", "c"],
      ["aaaa", "b", ""],
    ]),
  ).toEqual(["a     bbb  c", "aaaa  b"]);
  expect(aligned([])).toEqual([]);
});
