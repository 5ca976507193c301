/** What every {@link EventBus} does, whatever is behind it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PatternEvent } from "../../src/adapters/bus/eventPattern.js";
import type { EventBus, IntegrationEvent } from "../../src/domain/kernel/index.js";

/** A fresh bus, and how a test sees what it took. */
export interface EventBusSubject {
  readonly bus: EventBus;
  /** Adds a rule whose events are kept. */
  putRule(name: string, pattern: unknown): void;
  /** Events that the rule selected, in the order in which they were taken. */
  selected(rule: string): readonly PatternEvent[];
  close(): Promise<void>;
}

/** An integration event; `sequence` is also what tells it from others of its subject. */
export function anEvent(subject: string, sequence: number, more: Partial<IntegrationEvent> = {}): IntegrationEvent {
  return {
    id: `${subject}/${sequence}`,
    source: "opsledger.tests",
    type: "ThingHappened",
    schemaVersion: 1,
    occurredAt: "2025-01-15T10:30:00.250Z",
    subject,
    sequence,
    data: { severity: "P1", services: ["payment-service", "checkout"], count: sequence },
    correlationId: "correlation",
    ...more,
  };
}

/** `count` events of each subject, mixed, those of one subject in order. */
export function manyEvents(subjects: number, count: number): readonly IntegrationEvent[] {
  return Array.from({ length: subjects * count }, (_, index) =>
    anEvent(`Thing-${index % subjects}`, Math.floor(index / subjects) + 1),
  );
}

/** The sequences of each subject in the order in which they came. */
export function sequencesBySubject(events: readonly PatternEvent[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const event of events) {
    const { subject, sequence } = event["detail"] as IntegrationEvent;
    (found[subject] ??= []).push(sequence);
  }
  return found;
}

/** Runs the suite on what `create` makes. */
export function eventBusConformance(name: string, create: () => Promise<EventBusSubject>): void {
  describe(`${name} is an event bus`, () => {
    let subject: EventBusSubject;
    beforeEach(async () => {
      subject = await create();
      subject.putRule("all", { source: [{ prefix: "opsledger." }] });
    });
    afterEach(() => subject.close());

    it("takes nothing from nothing", async () => {
      expect(await subject.bus.publish([])).toEqual([]);
      expect(subject.selected("all")).toEqual([]);
    });

    it("gives targets the event in EventBridge's envelope, with all that is told in its detail", async () => {
      const event = anEvent("Thing-1", 7, { causationId: "cause" });
      expect(await subject.bus.publish([event])).toEqual([]);
      const { source, type, ...detail } = event;
      expect(subject.selected("all")).toEqual([
        {
          version: "0",
          id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          "detail-type": type,
          source,
          account: expect.any(String) as string,
          time: "2025-01-15T10:30:00Z",
          region: expect.any(String) as string,
          resources: [],
          detail,
        },
      ]);
    });

    it("takes more than one request holds, each event once, each subject in order", async () => {
      expect(await subject.bus.publish(manyEvents(23, 4))).toEqual([]);
      const sequences = sequencesBySubject(subject.selected("all"));
      expect(Object.keys(sequences)).toHaveLength(23);
      for (const of of Object.values(sequences)) expect(of).toEqual([1, 2, 3, 4]);
    });

    it("selects by rules", async () => {
      subject.putRule("odd", { detail: { data: { count: [{ numeric: ["=", 1] }, { numeric: ["=", 3] }] } } });
      subject.putRule("checkout", { "detail-type": ["ThingHappened"], detail: { data: { services: ["checkout"] } } });
      subject.putRule("none", { detail: { data: { severity: [{ "anything-but": "P1" }] } } });
      await subject.bus.publish([1, 2, 3].map((sequence) => anEvent("Thing-1", sequence)));
      expect(sequencesBySubject(subject.selected("odd"))).toEqual({ "Thing-1": [1, 3] });
      expect(subject.selected("checkout")).toHaveLength(3);
      expect(subject.selected("none")).toEqual([]);
    });

    it("takes events that together are larger than a request", async () => {
      const events = Array.from({ length: 5 }, (_, index) =>
        anEvent(`Thing-${index}`, 1, { data: { text: "ü".repeat(60_000) } }),
      );
      expect(await subject.bus.publish(events)).toEqual([]);
      expect(subject.selected("all")).toHaveLength(5);
    });

    it("takes an event as large as a request, and refuses one byte more", async () => {
      const bare = Buffer.byteLength(JSON.stringify(detailOf(anEvent("Thing-1", 1, { data: { text: "" } }))));
      const room = 262_144 - 14 - "opsledger.tests".length - "ThingHappened".length - bare;
      const full = anEvent("Thing-1", 1, { data: { text: "x".repeat(room) } });
      const over = anEvent("Thing-2", 1, { data: { text: "x".repeat(room + 1) } });
      expect(await subject.bus.publish([full, over])).toEqual([
        { event: over, reason: "it has 262145 bytes; at most 262144 can be sent" },
      ]);
      expect(sequencesBySubject(subject.selected("all"))).toEqual({ "Thing-1": [1] });
    });

    it("sends nothing of a subject behind an event that it refuses, and everything else", async () => {
      const events = manyEvents(3, 3).map((event) =>
        event.id === "Thing-1/2" ? { ...event, data: { text: "x".repeat(300_000) } } : event,
      );
      const refused = await subject.bus.publish(events);
      expect(refused.map(({ event }) => event.id)).toEqual(["Thing-1/2"]);
      expect(sequencesBySubject(subject.selected("all"))).toEqual({
        "Thing-0": [1, 2, 3],
        "Thing-1": [1],
        "Thing-2": [1, 2, 3],
      });
    });

    it("may be told the same again", async () => {
      await subject.bus.publish([anEvent("Thing-1", 1)]);
      await subject.bus.publish([anEvent("Thing-1", 1), anEvent("Thing-1", 2)]);
      expect(sequencesBySubject(subject.selected("all"))).toEqual({ "Thing-1": [1, 1, 2] });
    });

    it("takes nothing once it is closed", async () => {
      await subject.bus.close();
      await expect(subject.bus.publish([anEvent("Thing-1", 1)])).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(subject.selected("all")).toEqual([]);
    });
  });
}

function detailOf({ source: _source, type: _type, ...detail }: IntegrationEvent): object {
  return detail;
}
