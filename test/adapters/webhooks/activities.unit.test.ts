/** Facts in deliveries: what they leave out, and that no delivery is too odd to be read. */
import type { Json } from "../../../src/domain/kernel/json.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGeneric } from "../../../src/adapters/webhooks/generic.js";
import { proven } from "./support.js";

const headers = { "webhook-id": "evt_1" };
const read = (data: Json, more: Readonly<Record<string, Json>> = {}) =>
  readGeneric(proven({ type: "activity.recorded", data, ...more }, headers));

describe("facts in a delivery", () => {
  it("have no time where the delivery has none: they happened when they came", () => {
    expect(read({ entityId: "stu_1", kind: "session" })).toEqual({
      kind: "activities",
      isList: false,
      inputs: [{ entityId: "stu_1", kind: "session", source: "webhook", dedupeId: "evt_1" }],
    });
  });

  it("are read whatever they are, one for each, and the same each time", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (data, timestamp) => {
        // What fast-check makes is JSON; its type says so in other words.
        const [json, time] = [data as Json, timestamp as Json];
        const reading = read(json, { timestamp: time });
        expect(reading.kind === "activities" && reading.inputs.length).toBe(Array.isArray(data) ? data.length : 1);
        expect(read(json, { timestamp: time })).toEqual(reading);
      }),
    );
  });

  it("are none where the type is another, also one that looks like it", () => {
    for (const type of ["activity.recorded ", "Activity.Recorded", "activity", ["activity.recorded"]])
      expect(readGeneric(proven({ type, data: {} }, headers)).kind).toBe("event");
  });
});
