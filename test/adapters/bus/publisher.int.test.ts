/** The publisher on the change feed: nothing is lost and every stream stays in order, whatever fails and whoever publishes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPublisherHandler } from "../../../src/adapters/bus/publisherHandler.js";
import { createEventBridgeBus } from "../../../src/adapters/eventBridge/eventBridgeBus.js";
import type { EventBus, IntegrationEvent, Publication } from "../../../src/domain/kernel/index.js";
import { loadDeadLetters, requestDeadLetter } from "../../../src/store/processing/deadLetters.js";
import { anEvent } from "../../conformance/eventBus.conformance.js";
import { startFeedEngine } from "../../store/feed/support/engine.js";
import type { FeedEngine } from "../../store/feed/support/engine.js";
import { until, upTo } from "../../store/feed/support/ledger.js";
import { startProcessingWorld } from "../../store/processing/support.js";
import type { ProcessingWorld } from "../../store/processing/support.js";
import { startEventBridgeServer } from "../../support/eventBridgeServer.js";
import type { EventBridgeServer } from "../../support/eventBridgeServer.js";

const publication: Publication = ({ event: { eventId, streamId, version } }) =>
  anEvent(streamId, version, { id: eventId });

let engine: FeedEngine;
let server: EventBridgeServer;
let world: ProcessingWorld;
let buses: EventBus[];

beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  [server, world] = await Promise.all([startEventBridgeServer(), startProcessingWorld(engine)]);
  buses = [];
});
afterEach(async () => {
  await world.close();
  await Promise.all(buses.map((bus) => bus.close()));
  await server.close();
  expect(server.violations).toEqual([]);
});

/** A publisher as another server would have it. */
function startPublisher() {
  const bus = createEventBridgeBus({
    busName: "default",
    endpoint: server.url,
    baseMilliseconds: 1,
    capMilliseconds: 2,
  });
  buses.push(bus);
  return world.processor(createPublisherHandler({ bus, publications: [publication] }), {}, { maxAttempts: 2 });
}

/** The first time that each event came, by subject. */
function firstTimes(): Record<string, number[]> {
  const seen: Record<string, number[]> = {};
  for (const { detail } of server.events) {
    const { subject, sequence } = detail as IntegrationEvent;
    const of = (seen[subject] ??= []);
    if (!of.includes(sequence)) of.push(sequence);
  }
  return seen;
}

describe("the publisher on the feed", () => {
  it("tells every event once, of the past and of the present", async () => {
    await world.append("Test-a", 1, "before", 3);
    const publisher = await startPublisher();
    for (const version of upTo(5)) await world.append("Test-b", version);
    await world.caughtUp(publisher);
    expect(firstTimes()).toEqual({ "Test-a": [1, 2, 3], "Test-b": [1, 2, 3, 4, 5] });
    expect(server.events).toHaveLength(8);
  });

  it("loses nothing and keeps order while the bus fails at random and publishers come and go", async () => {
    let seed = 11;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    server.failEntries(() => (random() < 0.25 ? "ThrottlingException" : undefined));
    server.failRequests(() => {
      const chance = random();
      if (chance < 0.1) return { kind: "drop after" };
      return chance < 0.2 ? { kind: "error", status: 500, type: "InternalException" } : undefined;
    });
    let publisher = await startPublisher();
    for (const version of upTo(12)) {
      for (const stream of ["a", "b", "c", "d", "e"]) await world.append(`Test-${stream}`, version);
      if (version % 4 !== 0) continue;
      await publisher.close();
      publisher = await startPublisher();
    }
    await world.caughtUp(publisher);
    const all = upTo(12);
    expect(firstTimes()).toEqual({ "Test-a": all, "Test-b": all, "Test-c": all, "Test-d": all, "Test-e": all });
    expect(await loadDeadLetters(world.db, "publisher", 1)).toEqual([]);
  });

  it("waits while the bus is away, and says so", async () => {
    server.failRequests(() => ({ kind: "error", status: 503, type: "ServiceUnavailable" }));
    const publisher = await startPublisher();
    await world.append("Test-a", 1);
    await until(() => publisher.error() !== undefined);
    expect(publisher.error()).toContain("the event bus takes no events: ServiceUnavailable");
    server.failRequests(undefined);
    await world.caughtUp(publisher);
    expect(firstTimes()).toEqual({ "Test-a": [1] });
    expect(await loadDeadLetters(world.db, "publisher", 1)).toEqual([]);
  });

  it("parks the stream of an event that is refused for good; retried, the stream goes on in order", async () => {
    server.failEntries(({ id }) => (id === "Test-a/2" ? "MalformedDetail" : undefined));
    for (const version of upTo(4)) for (const stream of ["a", "b"]) await world.append(`Test-${stream}`, version);
    const publisher = await startPublisher();
    await world.caughtUp(publisher);
    expect(firstTimes()).toEqual({ "Test-a": [1], "Test-b": [1, 2, 3, 4] });
    // Nobody got an event twice because of another one.
    expect(server.events).toHaveLength(5);
    expect(await loadDeadLetters(world.db, "publisher", 1)).toMatchObject([
      { streamId: "Test-a", version: 2, error: expect.stringContaining("is refused: MalformedDetail") as string },
    ]);
    server.failEntries(undefined);
    await requestDeadLetter(world.db, "publisher", "Test-a", "RETRY");
    publisher.ring();
    await until(async () => (await loadDeadLetters(world.db, "publisher", 1)).length === 0);
    expect(firstTimes()["Test-a"]).toEqual([1, 2, 3, 4]);
  });
});
