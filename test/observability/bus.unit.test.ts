/** The event bus as it is counted: taken, refused, held up behind a refusal, or not answered for. */
import { expect, it } from "vitest";
import type { EventBus, IntegrationEvent } from "../../src/domain/kernel/index.js";
import { observeBus } from "../../src/observability/bus.js";

const event = (subject: string, sequence: number): IntegrationEvent => ({
  id: `${subject}-${sequence}`,
  source: "opsledger.accounts",
  type: "Paid",
  schemaVersion: 1,
  occurredAt: "2026-01-01T00:00:00.000Z",
  subject,
  sequence,
  data: {},
  correlationId: "c",
});

function counted(publish: EventBus["publish"]) {
  const counts: Record<string, number> = {};
  const published = (outcome: string, events = 1) => void (counts[outcome] = (counts[outcome] ?? 0) + events);
  return { bus: observeBus({ publish, close: async () => undefined }, { published }), counts };
}

it("counts what it takes", async () => {
  const { bus, counts } = counted(async () => []);
  await bus.publish([event("a", 1), event("b", 1)]);
  expect(counts).toEqual({ published: 2 });
});

it("counts what it refuses, and not what waits behind that", async () => {
  const bad = { event: event("a", 2), reason: "too large" };
  const { bus, counts } = counted(async () => [bad]);
  expect(await bus.publish([event("a", 1), bad.event, event("a", 3), event("b", 9)])).toEqual([bad]);
  expect(counts).toEqual({ published: 2, refused: 1 });
});

it("counts all as failed where it does not answer, and says so", async () => {
  const { bus, counts } = counted(async () => {
    throw new Error("away");
  });
  await expect(bus.publish([event("a", 1), event("a", 2)])).rejects.toThrow("away");
  expect(counts).toEqual({ failed: 2 });
});
