/** Instants: what is one, and in which form it is kept. */
import { describe, expect, it } from "vitest";
import { addDays, parseInstant, toEpochSeconds, toInstant, toMilliseconds } from "../../../src/domain/kernel/index.js";

describe("an instant", () => {
  it.each([
    ["with milliseconds, in UTC", "2025-01-15T10:30:00.000Z", "2025-01-15T10:30:00.000Z"],
    ["without a fraction", "2025-01-15T10:30:00Z", "2025-01-15T10:30:00.000Z"],
    ["with one digit of a fraction", "2025-01-15T10:30:00.5Z", "2025-01-15T10:30:00.500Z"],
    [
      "with nanoseconds, which are cut off and not rounded",
      "2025-01-15T10:30:00.999999999Z",
      "2025-01-15T10:30:00.999Z",
    ],
    ["in lower case", "2025-01-15t10:30:00z", "2025-01-15T10:30:00.000Z"],
    ["east of Greenwich", "2025-01-15T10:30:00+05:30", "2025-01-15T05:00:00.000Z"],
    ["west of Greenwich, on the next day in UTC", "2025-01-15T23:30:00-08:00", "2025-01-16T07:30:00.000Z"],
    ["with the offset of an unknown place", "2025-01-15T10:30:00-00:00", "2025-01-15T10:30:00.000Z"],
    ["on a leap day", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["on the leap day of a century that has one", "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["on a leap day of the first century", "0096-02-29T00:00:00Z", "0096-02-29T00:00:00.000Z"],
    ["on the leap day of the year 0", "0000-02-29T00:00:00Z", "0000-02-29T00:00:00.000Z"],
    ["at the last moment that sorts as text", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("is text %s", (_, text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    ["without a zone", "2025-01-15T10:30:00"],
    ["that is only a day", "2025-01-15"],
    ["without seconds", "2025-01-15T10:30Z"],
    ["with a space for the T", "2025-01-15 10:30:00Z"],
    ["on 30 February", "2025-02-30T10:30:00Z"],
    ["on a leap day of no leap year", "2025-02-29T10:30:00Z"],
    ["on the leap day of a century that has none", "1900-02-29T10:30:00Z"],
    ["on 31 April", "2025-04-31T10:30:00Z"],
    ["in month 13", "2025-13-01T10:30:00Z"],
    ["in month 0", "2025-00-01T10:30:00Z"],
    ["on day 0", "2025-01-00T10:30:00Z"],
    ["at 24 o'clock, which is another day", "2025-01-15T24:00:00Z"],
    ["at minute 60", "2025-01-15T10:60:00Z"],
    ["at a leap second", "2016-12-31T23:59:60Z"],
    ["with an offset of a day", "2025-01-15T10:30:00+24:00"],
    ["with 60 minutes of offset", "2025-01-15T10:30:00+01:60"],
    ["with a sign before the year", "+002025-01-15T10:30:00Z"],
    ["after the year 9999 in UTC", "9999-12-31T23:59:59-01:00"],
    ["before the year 0 in UTC", "0000-01-01T00:00:00+01:00"],
    ["with something behind it", "2025-01-15T10:30:00Z\n"],
    ["in other words", "yesterday"],
    ["that is empty", ""],
  ])("is no text %s", (_, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it("sorts as text", () => {
    const instants = ["2025-01-15T10:30:00+05:30", "2025-01-15T10:30:00.001Z", "2025-01-15T10:30:00Z"].map(
      parseInstant,
    );
    expect(instants.toSorted()).toEqual([instants[0], instants[2], instants[1]]);
  });

  it("becomes milliseconds and whole seconds since the epoch, and comes back", () => {
    expect(toMilliseconds("1970-01-01T00:00:01.999Z")).toBe(1_999);
    expect(toEpochSeconds("1970-01-01T00:00:01.999Z")).toBe(1);
    expect(toInstant(1_999)).toBe("1970-01-01T00:00:01.999Z");
  });

  it("moves by days in both directions, over the end of a month", () => {
    expect(addDays("2024-02-28T12:00:00.000Z", 2)).toBe("2024-03-01T12:00:00.000Z");
    expect(addDays("2024-03-01T12:00:00.000Z", -1)).toBe("2024-02-29T12:00:00.000Z");
  });
});
