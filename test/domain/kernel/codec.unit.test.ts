/** Events as stored formats: every version ever written can be read. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UnknownEventError, createCodec, passingNewerOn } from "../../../src/domain/kernel/index.js";

const codec = createCodec({
  Noted: { current: z.object({ text: z.string() }) },
  /** 1: a number. 2: seconds by name. 3: milliseconds. */
  Timed: {
    current: z.object({ milliseconds: z.number() }),
    upcasters: [
      (data) => ({ seconds: z.number().parse(data) }),
      (data) => ({ milliseconds: z.object({ seconds: z.number() }).parse(data).seconds * 1_000 }),
    ],
  },
});

describe("an event", () => {
  it("is written in the newest version of its type", () => {
    expect(codec.encode({ type: "Timed", data: { milliseconds: 5 } })).toEqual({
      type: "Timed",
      schemaVersion: 3,
      data: { milliseconds: 5 },
    });
    expect([...codec.versions]).toEqual([
      ["Noted", 1],
      ["Timed", 3],
    ]);
  });

  it.each([
    [1, 2],
    [2, { seconds: 2 }],
    [3, { milliseconds: 2_000 }],
  ])("of version %i is lifted step by step to the newest", (schemaVersion, data) => {
    const newest = { type: "Timed", schemaVersion: 3, data: { milliseconds: 2_000 } };
    expect(codec.decode("Timed", schemaVersion, data)).toEqual(newest);
  });

  it("is not written, and not read, with data that breaks its schema", () => {
    expect(() => codec.encode({ type: "Noted", data: { text: 5 } })).toThrow(z.ZodError);
    expect(() => codec.decode("Noted", 1, { texts: "a" })).toThrow(z.ZodError);
    expect(() => codec.decode("Timed", 1, { seconds: 2 })).toThrow(z.ZodError);
  });

  it("loses what its schema does not know", () => {
    expect(codec.encode({ type: "Noted", data: { text: "a", more: 1 } }).data).toEqual({ text: "a" });
  });

  it.each([
    ["Forgotten", 1],
    ["toString", 1],
    ["Noted", 2],
    ["Noted", 0],
    ["Timed", 1.5],
    ["Timed", Number.NaN],
  ])("%s of version %d is unknown", (type, schemaVersion) => {
    expect(() => codec.decode(type, schemaVersion, {})).toThrow(UnknownEventError);
    expect(() => codec.decode(type, schemaVersion, {})).toThrow(`no schema for event ${type} version ${schemaVersion}`);
  });

  it("of an unknown type is not written", () => {
    expect(() => codec.encode({ type: "Forgotten", data: {} })).toThrow(UnknownEventError);
  });
});

describe("beside servers of another release", () => {
  const before = createCodec({
    Timed: {
      current: z.object({ seconds: z.number() }),
      upcasters: [(data) => ({ seconds: z.number().parse(data) })],
      fromNext: (data) => ({ seconds: z.object({ milliseconds: z.number() }).parse(data).milliseconds / 1_000 }),
    },
  });

  it("an event that the next release writes is read, and written as before", () => {
    const read = { type: "Timed", schemaVersion: 2, data: { seconds: 2 } };
    expect(before.decode("Timed", 3, { milliseconds: 2_000 })).toEqual(read);
    expect(before.decode("Timed", 1, 2)).toEqual(read);
    expect(before.encode({ type: "Timed", data: { seconds: 2 } })).toEqual(read);
    expect(() => before.decode("Timed", 3, { seconds: 2 })).toThrow(z.ZodError);
    expect(() => before.decode("Timed", 4, { milliseconds: 2_000 })).toThrow(UnknownEventError);
  });

  it("who hands events on leaves those of newer releases as they are, and lifts older ones", () => {
    const passing = passingNewerOn(before);
    for (const [type, schemaVersion] of [
      ["Timed", 3],
      ["Timed", 7],
      ["Unheard", 1],
    ] as const) {
      expect(passing.decode(type, schemaVersion, { any: 1 })).toEqual({ type, schemaVersion, data: { any: 1 } });
    }
    expect(passing.decode("Timed", 1, 2).data).toEqual({ seconds: 2 });
  });
});
