/** Memory for bodies that nobody has proved anything about has a bound, and large ones take none from small ones. */
import { describe, expect, it } from "vitest";
import { createBodyBudget, largeBodyBytes } from "../../../src/server/webhooks/bodyBudget.js";

describe("the budget for bodies", () => {
  it("has room for so many bytes, and again for what was given back, once", () => {
    const budget = createBodyBudget({ smallBytes: 100, largeBodies: 0 });
    const first = budget.take(60);
    expect(budget.take(41)).toBeUndefined();
    expect(budget.take(40)).toBeDefined();
    first?.();
    first?.();
    expect(budget.take(61)).toBeUndefined();
    expect(budget.take(60)).toBeDefined();
  });

  it("takes a few large bodies at a time, whatever else there is", () => {
    const budget = createBodyBudget({ smallBytes: 10, largeBodies: 2 });
    const [one] = [budget.take(largeBodyBytes + 1), budget.take(25 * largeBodyBytes)];
    expect(budget.take(largeBodyBytes + 1)).toBeUndefined();
    expect(budget.take(10)).toBeDefined();
    one?.();
    expect(budget.take(largeBodyBytes + 1)).toBeDefined();
  });
});
