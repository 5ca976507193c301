/** The publisher, from entries of the feed to what other systems get. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPublisherHandler } from "../../../src/adapters/bus/publisherHandler.js";
import type { PublisherHandler } from "../../../src/adapters/bus/publisherHandler.js";
import { createEventBridgeBus } from "../../../src/adapters/eventBridge/eventBridgeBus.js";
import type { EventBus, FeedEntry, Publication } from "../../../src/domain/kernel/index.js";
import { RefusedEventError, UnavailableError } from "../../../src/domain/kernel/index.js";
import { recordAll } from "../../support/deciderSpecification.js";
import { anEvent, sequencesBySubject } from "../../conformance/eventBus.conformance.js";
import { startEventBridgeServer } from "../../support/eventBridgeServer.js";
import type { EventBridgeServer } from "../../support/eventBridgeServer.js";

/** Entries of some streams, mixed; every third event of a stream is private. */
function entries(streams: number, count: number): readonly FeedEntry[] {
  return Array.from({ length: streams * count }, (_, index) => {
    const version = Math.floor(index / streams) + 1;
    const [event] = recordAll([{ type: version % 3 === 0 ? "Private" : "Public", data: {} }], version - 1);
    const streamId = `Thing-${index % streams}`;
    return {
      log: 0,
      position: index + 1,
      event: { ...event!, streamId, eventId: `${streamId}/${version}` },
      tags: { before: [], after: [] },
    };
  });
}

const things: Publication = ({ event: { type, streamId, version } }) =>
  type === "Public" && streamId.startsWith("Thing-") ? anEvent(streamId, version) : undefined;

describe("the publisher", () => {
  let server: EventBridgeServer;
  let bus: EventBus;
  let publisher: PublisherHandler;
  beforeEach(async () => {
    server = await startEventBridgeServer();
    bus = createEventBridgeBus({ busName: "default", endpoint: server.url, baseMilliseconds: 1, capMilliseconds: 2 });
    publisher = createPublisherHandler({ bus, publications: [() => undefined, things] });
  });
  afterEach(async () => {
    await bus.close();
    await server.close();
  });

  it("tells of what some context publishes, in order, and keeps the rest", async () => {
    expect(entries(1, 4).map((entry) => publisher.wants(entry))).toEqual([true, true, false, true]);
    await publisher.handle(entries(3, 5));
    expect(sequencesBySubject(server.events)).toEqual({
      "Thing-0": [1, 2, 4, 5],
      "Thing-1": [1, 2, 4, 5],
      "Thing-2": [1, 2, 4, 5],
    });
  });

  it("asks nothing of the bus where there is nothing to tell", async () => {
    await publisher.handle([]);
    await publisher.handle(entries(2, 3).filter(({ event: { type } }) => type === "Private"));
    expect(server.requests).toEqual([]);
  });

  it("fails while the bus is down, and may be given the same again", async () => {
    server.failRequests(() => ({ kind: "error", status: 500, type: "InternalException" }));
    await expect(publisher.handle(entries(2, 2))).rejects.toThrow(UnavailableError);
    server.failRequests(undefined);
    await publisher.handle(entries(2, 2));
    expect(sequencesBySubject(server.events)).toEqual({ "Thing-0": [1, 2], "Thing-1": [1, 2] });
  });

  it("does not tell again, while one entry keeps failing, what the bus has taken", async () => {
    server.failEntries(({ id }) => (id === "Thing-1/2" ? "InternalFailure" : undefined));
    const given = entries(4, 2);
    for (let time = 1; time <= 3; time += 1) await expect(publisher.handle(given)).rejects.toThrow(UnavailableError);
    expect(sequencesBySubject(server.events)).toEqual({
      "Thing-0": [1, 2],
      "Thing-1": [1],
      "Thing-2": [1, 2],
      "Thing-3": [1, 2],
    });
    server.failEntries(undefined);
    await publisher.handle(given);
    expect(sequencesBySubject(server.events)["Thing-1"]).toEqual([1, 2]);
    expect(server.events).toHaveLength(8);
    // Once all is taken nothing is kept: whoever asks for the same again gets it.
    await publisher.handle(given);
    expect(server.events).toHaveLength(16);
  });

  it("tells everything anew to whoever replays from elsewhere, also behind a batch that never ended", async () => {
    server.failEntries(({ id }) => (id === "Thing-1/2" ? "InternalFailure" : undefined));
    const given = entries(4, 2);
    await expect(publisher.handle(given.slice(2))).rejects.toThrow(UnavailableError);
    server.failEntries(undefined);
    const before = server.events.length;
    await publisher.handle(given);
    expect(server.events).toHaveLength(before + 8);
  });

  it("names the entries that the bus refuses for good, once all others are told of", async () => {
    server.failEntries(({ id }) => (id === "Thing-1/2" || id === "Thing-2/1" ? "MalformedDetail" : undefined));
    const given = entries(4, 4);
    const error: unknown = await publisher.handle(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedEventError);
    const { refused, message } = error as RefusedEventError;
    const places = refused.map(({ entry, reason }) => [entry.event.streamId, entry.event.version, reason]);
    expect(places.sort()).toEqual([
      ["Thing-1", 2, "MalformedDetail: as the test has it"],
      ["Thing-2", 1, "MalformedDetail: as the test has it"],
    ]);
    expect(refused.every(({ entry }) => given.includes(entry))).toBe(true);
    // Whoever comes again with each by itself does not tell anything twice.
    for (const entry of given.filter(({ event: { streamId } }) => streamId !== "Thing-1" && streamId !== "Thing-2")) {
      await publisher.handle([entry]);
    }
    expect(message).toContain("Public Thing-1/2 is refused: MalformedDetail");
    expect(sequencesBySubject(server.events)).toEqual({
      "Thing-0": [1, 2, 4],
      "Thing-1": [1],
      "Thing-3": [1, 2, 4],
    });
  });
});
