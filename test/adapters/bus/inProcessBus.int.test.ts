/** The local bus: the conformance suite, and what becomes of targets that fail. */
import { describe, expect, it } from "vitest";
import type { PatternEvent } from "../../../src/adapters/bus/eventPattern.js";
import { createInProcessBus } from "../../../src/adapters/bus/inProcessBus.js";
import type { InProcessBusDeps } from "../../../src/adapters/bus/inProcessBus.js";
import { anEvent, eventBusConformance, sequencesBySubject } from "../../conformance/eventBus.conformance.js";

const silent = { warn: () => undefined, error: () => undefined };
const busOf = (deps: Partial<InProcessBusDeps> = {}) =>
  createInProcessBus({ log: silent, baseMilliseconds: 1, ...deps });
const all = { source: [{ exists: true }] };

eventBusConformance("the local bus", async () => {
  const bus = busOf();
  const kept = new Map<string, PatternEvent[]>();
  return {
    bus,
    putRule: (name, pattern) => {
      const events: PatternEvent[] = [];
      kept.set(name, events);
      bus.putRule(name, pattern, (event) => void events.push(event));
    },
    selected: (name) => kept.get(name) ?? [],
    close: () => bus.close(),
  };
});

describe("a target of the local bus", () => {
  it("that fails is tried again, and gets the events of a subject in order", async () => {
    const bus = busOf();
    const got: PatternEvent[] = [];
    const failures = new Map<unknown, number>();
    bus.putRule("shaky", all, (event) => {
      const { id } = event["detail"] as { id: string };
      const failed = failures.get(id) ?? 0;
      failures.set(id, failed + 1);
      if (failed < 2) throw new Error("not yet");
      got.push(event);
    });
    await bus.publish([1, 2, 3].map((sequence) => anEvent("Thing-1", sequence)));
    expect(sequencesBySubject(got)).toEqual({ "Thing-1": [1, 2, 3] });
  });

  it("that keeps failing is given up on with a log line, and neither other targets nor later events wait for it", async () => {
    const errors: object[] = [];
    const bus = busOf({ log: { ...silent, error: (fields) => void errors.push(fields) }, triesPerTarget: 3 });
    let tries = 0;
    const got: PatternEvent[] = [];
    bus.putRule("dead", { detail: { sequence: [1] } }, async () => {
      tries += 1;
      throw new Error("never");
    });
    bus.putRule("alive", all, (event) => void got.push(event));
    expect(await bus.publish([anEvent("Thing-1", 1), anEvent("Thing-1", 2)])).toEqual([]);
    expect(tries).toBe(3);
    expect(sequencesBySubject(got)).toEqual({ "Thing-1": [1, 2] });
    expect(errors).toEqual([expect.objectContaining({ rule: "dead", eventType: "ThingHappened" })]);
  });

  it("is not tried again once the bus closes, and what it has not got is not published", async () => {
    const bus = busOf({ baseMilliseconds: 60_000 });
    let tries = 0;
    const tried = new Promise<void>((resolve) =>
      bus.putRule("dead", all, () => {
        tries += 1;
        resolve();
        throw new Error("never");
      }),
    );
    const published = bus.publish([anEvent("Thing-1", 1)]);
    published.catch(() => undefined);
    await tried;
    await bus.close();
    await expect(published).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(tries).toBeLessThanOrEqual(2);
  });

  it("gets nothing any more when its rule is removed or replaced", async () => {
    const bus = busOf();
    const [first, second]: [PatternEvent[], PatternEvent[]] = [[], []];
    bus.putRule("rule", all, (event) => void first.push(event));
    bus.putRule("rule", all, (event) => void second.push(event));
    await bus.publish([anEvent("Thing-1", 1)]);
    bus.removeRule("rule");
    await bus.publish([anEvent("Thing-1", 2)]);
    expect([first.length, second.length]).toEqual([0, 1]);
  });

  it("cannot be put behind a pattern that EventBridge would refuse", () => {
    expect(() => busOf().putRule("rule", { source: "text" }, () => undefined)).toThrow("source: must be an object");
  });
});
