/** EventBridge over its own protocol: the conformance suite, and every way in which a request or an entry can fail. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEventBridgeBus } from "../../../src/adapters/eventBridge/eventBridgeBus.js";
import type { EventBridgeBusDeps } from "../../../src/adapters/eventBridge/eventBridgeBus.js";
import type { EventBus, IntegrationEvent } from "../../../src/domain/kernel/index.js";
import {
  anEvent,
  eventBusConformance,
  manyEvents,
  sequencesBySubject,
} from "../../conformance/eventBus.conformance.js";
import { startEventBridgeServer } from "../../support/eventBridgeServer.js";
import type { EventBridgeServer } from "../../support/eventBridgeServer.js";

const busAt = (server: EventBridgeServer, deps: Partial<EventBridgeBusDeps> = {}) =>
  createEventBridgeBus({
    busName: "operations",
    endpoint: server.url,
    baseMilliseconds: 1,
    capMilliseconds: 5,
    ...deps,
  });

eventBusConformance("EventBridge", async () => {
  const server = await startEventBridgeServer();
  const bus = busAt(server);
  return {
    bus,
    putRule: (name, pattern) => server.putRule(name, pattern),
    selected: (rule) => server.selected(rule),
    async close() {
      await bus.close();
      await server.close();
      expect(server.violations).toEqual([]);
    },
  };
});

describe("EventBridge", () => {
  let server: EventBridgeServer;
  let bus: EventBus;
  beforeEach(async () => {
    server = await startEventBridgeServer();
    bus = busAt(server);
  });
  afterEach(async () => {
    await bus.close();
    await server.close();
    expect(server.violations).toEqual([]);
  });

  /** Each event once, and each subject in order. */
  const expectAll = (events: readonly IntegrationEvent[]) => {
    const wanted: Record<string, number[]> = {};
    for (const { subject, sequence } of events) (wanted[subject] ??= []).push(sequence);
    expect(sequencesBySubject(server.events)).toEqual(wanted);
  };

  it("gets full requests, never two events of a subject in one, and the name of the bus", async () => {
    const events = manyEvents(20, 3);
    await bus.publish(events);
    expectAll(events);
    expect(server.requests).toHaveLength(6);
    for (const entries of server.requests) {
      const subjects = entries.map(({ Detail = "" }) => (JSON.parse(Detail) as IntegrationEvent).subject);
      expect(new Set(subjects).size).toBe(10);
      expect(new Set(entries.map(({ EventBusName }) => EventBusName))).toEqual(new Set(["operations"]));
    }
  });

  it.each(["ThrottlingException", "InternalFailure", "SomethingNew"])(
    "is sent only the entries again that failed with %s, before their successors",
    async (code) => {
      server.failEntries(({ sequence, subject }, tries) =>
        sequence === 2 && subject.endsWith("1") && tries <= 3 ? code : undefined,
      );
      const events = manyEvents(12, 3);
      expect(await bus.publish(events)).toEqual([]);
      expectAll(events);
      const sent = server.requests.flat().length;
      // Things 1 and 11 fail three times each.
      expect(sent).toBe(36 + 6);
    },
  );

  it("keeps order and loses nothing whatever fails at random", async () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    server.failEntries(() => (random() < 0.3 ? "InternalFailure" : undefined));
    server.failRequests(() => (random() < 0.1 ? { kind: "drop" } : undefined));
    const events = manyEvents(17, 12);
    const patient = busAt(server, { attempts: 50 });
    expect(await patient.publish(events)).toEqual([]);
    expectAll(events);
    await patient.close();
  });

  it.each(["MalformedDetail", "InvalidArgument", "RedactionFailure"])(
    "refuses for good with %s; the subject's later events stay unsent, all others are taken",
    async (code) => {
      server.failEntries(({ id }) => (id === "Thing-1/2" ? code : undefined));
      const refused = await bus.publish(manyEvents(3, 3));
      expect(refused).toEqual([{ event: anEvent("Thing-1", 2), reason: `${code}: as the test has it` }]);
      expect(sequencesBySubject(server.events)).toEqual({
        "Thing-0": [1, 2, 3],
        "Thing-1": [1],
        "Thing-2": [1, 2, 3],
      });
    },
  );

  it("refuses what AWS itself finds wrong with an entry", async () => {
    const nameless = anEvent("Thing-1", 1, { type: "" });
    expect(await bus.publish([nameless, anEvent("Thing-2", 1)])).toEqual([
      {
        event: nameless,
        reason: "InvalidArgument: Parameter DetailType is not valid. Reason: DetailType is a required argument.",
      },
    ]);
    expect(sequencesBySubject(server.events)).toEqual({ "Thing-2": [1] });
  });

  it("finds the entry that spoils a whole request", async () => {
    server.failRequests((_, entries) =>
      entries.some(({ Detail = "" }) => Detail.includes("Thing-3/1"))
        ? { kind: "error", status: 400, type: "ValidationException" }
        : undefined,
    );
    const refused = await bus.publish(manyEvents(8, 2));
    expect(refused.map(({ event: { id } }) => id)).toEqual(["Thing-3/1"]);
    expect(server.events).toHaveLength(14);
  });

  it.each(["AccessDeniedException", "NotAuthorizedForSourceException", "NotAuthorizedForDetailTypeException"])(
    "waits where a permission is missing (%s), and says so",
    async (code) => {
      server.failEntries(({ subject }) => (subject === "Thing-1" ? code : undefined));
      await expect(bus.publish(manyEvents(3, 2))).rejects.toMatchObject({
        code: "UNAVAILABLE",
        message: `the event bus takes no events: ${code}: as the test has it`,
      });
      // Nothing of the others had to wait.
      expect(sequencesBySubject(server.events)).toEqual({ "Thing-0": [1, 2], "Thing-2": [1, 2] });
      server.failEntries(undefined);
      expect(await bus.publish([1, 2].map((sequence) => anEvent("Thing-1", sequence)))).toEqual([]);
    },
  );

  it.each<[string, Parameters<EventBridgeServer["failRequests"]>[0]]>([
    [
      "throttles",
      (request) => (request <= 4 ? { kind: "error", status: 400, type: "ThrottlingException" } : undefined),
    ],
    ["breaks", (request) => (request <= 4 ? { kind: "error", status: 500, type: "InternalException" } : undefined)],
    ["drops connections", (request) => (request <= 4 ? { kind: "drop" } : undefined)],
    ["does not answer", (request) => (request <= 2 ? { kind: "silence" } : undefined)],
  ])("is tried again while it %s", async (_, fault) => {
    const impatient = busAt(server, { requestMilliseconds: 150 });
    server.failRequests(fault);
    const events = manyEvents(3, 2);
    expect(await impatient.publish(events)).toEqual([]);
    expectAll(events);
    await impatient.close();
  });

  it("may get events twice when its answer is lost, and their successors still come behind them", async () => {
    server.failRequests((request) => (request === 1 ? { kind: "drop after" } : undefined));
    expect(await bus.publish(manyEvents(2, 2))).toEqual([]);
    expect(sequencesBySubject(server.events)).toEqual({ "Thing-0": [1, 1, 2], "Thing-1": [1, 1, 2] });
  });

  it("that is down ends the call with what went wrong, and takes all later on", async () => {
    server.failRequests(() => ({ kind: "error", status: 503, type: "ServiceUnavailable" }));
    await expect(bus.publish(manyEvents(2, 2))).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("ServiceUnavailable") as string,
      cause: expect.any(Error) as Error,
    });
    expect(server.events).toEqual([]);
    server.failRequests(undefined);
    expect(await bus.publish(manyEvents(2, 2))).toEqual([]);
    expectAll(manyEvents(2, 2));
  });

  it("gets no further request when the bus is closed, and one under way may end", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) =>
      server.failRequests(() => {
        resolve();
        return { kind: "hold", until: held };
      }),
    );
    const first = bus.publish([anEvent("Thing-1", 1)]);
    const second = bus.publish(manyEvents(2, 2));
    await asked;
    const closed = bus.close();
    release();
    // All of the first call is known to be taken; of the second, only a part is.
    expect(await first).toEqual([]);
    await expect(second).rejects.toMatchObject({ code: "UNAVAILABLE", message: "the event bus is closed" });
    await closed;
    expect(server.requests).toHaveLength(2);
  });

  it("that does not answer is left soon when the bus is closed", async () => {
    const asked = new Promise<void>((resolve) =>
      server.failRequests(() => {
        resolve();
        return { kind: "silence" };
      }),
    );
    const hasty = busAt(server, { graceMilliseconds: 10 });
    const published = hasty.publish(manyEvents(2, 2));
    const refused = expect(published).rejects.toMatchObject({ message: "the event bus is closed" });
    await asked;
    await hasty.close();
    await refused;
    expect(server.requests).toHaveLength(1);
  });

  it("that is away does not keep the bus from closing", async () => {
    server.failRequests(() => ({ kind: "error", status: 503, type: "ServiceUnavailable" }));
    const patient = busAt(server, { baseMilliseconds: 600_000, capMilliseconds: 600_000 });
    const published = patient.publish([anEvent("Thing-1", 1)]);
    const refused = expect(published).rejects.toMatchObject({ message: "the event bus is closed" });
    await expect.poll(() => server.requests.length).toBeGreaterThan(0);
    await patient.close();
    await refused;
  });
});
