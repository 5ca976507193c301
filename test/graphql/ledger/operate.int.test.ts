/** Processors and dead letters through the API, with the real processors on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { park } from "../../support/deadLetters.js";
import { until } from "../../support/graphql/client.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { DeclaredIncident, TestOpsledger } from "../../support/opsledger.js";

interface Letter {
  readonly processor: string;
  readonly streamId: string;
  readonly version: number;
  readonly requested: string | null;
}
interface Answer {
  readonly deadLetter: Letter | null;
  readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[];
  readonly position: string | null;
}

const letterFields = "processor streamId version eventId eventType error attempts parkedAt requested";
const processors = gql<{
  processors: { name: string; kind: string; position: string; lagEvents: number; deadLetters: number }[];
}>(`{ processors { name kind position lagEvents lagSeconds holder deadLetters error } }`);
const letters = gql<{ deadLetters: { nodes: Letter[] } }>(
  `query ($processor: String) { deadLetters(processor: $processor) { nodes { ${letterFields} } } }`,
);
const retry = gql<{ retryDeadLetter: Answer }>(
  `mutation ($input: RetryDeadLetterInput!) { retryDeadLetter(input: $input) { deadLetter { ${letterFields} } errors { code path } position } }`,
);
const skip = gql<{ skipDeadLetter: Answer }>(
  `mutation ($input: SkipDeadLetterInput!) { skipDeadLetter(input: $input) { deadLetter { ${letterFields} } errors { code path } position } }`,
);
const eventsOf = gql<{ events: { nodes: { eventId: string; version: number }[] } }>(
  `query ($filter: EventFilter, $after: String) { events(filter: $filter, after: $after) { nodes { eventId version } } }`,
);
const why = gql<{ why: { event: { version: number } } | null }>(
  `query ($id: ID!) { why(eventId: $id) { event { version } } }`,
);

const processor = "event-index";
let test: TestOpsledger;
let incident: DeclaredIncident;
const streamOf = ({ incidentId }: DeclaredIncident) => `Incident-${incidentId}`;

const parked = async () => (await test.run(letters, { processor })).deadLetters.nodes;
const indexed = async (streamId: string, version: number) => {
  const { events } = await test.run(eventsOf, { filter: { streamIds: [streamId] } });
  const id = events.nodes.find((event) => event.version === version)?.eventId;
  return id !== undefined && (await test.run(why, { id })).why !== null;
};

beforeAll(async () => {
  test = await startTestOpsledger();
  incident = await test.declare();
});
afterAll(() => test.close());

describe("processors", () => {
  it("are listed with where they are; their position is a cursor of events", async () => {
    await until(async () => {
      const found = await test.run(processors, {});
      return found.processors.every(({ lagEvents }) => lagEvents === 0);
    });
    const found = (await test.run(processors, {})).processors;
    expect(found.map(({ kind }) => kind)).toContain("FEEDER");
    const index = found.find(({ name }) => name === processor);
    expect(index).toMatchObject({
      kind: "PROJECTION",
      deadLetters: 0,
      error: null,
      holder: expect.any(String) as string,
    });
    const { events } = await test.run(eventsOf, { after: index?.position });
    expect(events.nodes).toEqual([]);
  });
});

describe("a parked stream", () => {
  it("waits until it is asked to be tried again, and then is caught up with", async () => {
    const streamId = streamOf(incident);
    await park(test, processor, streamId);
    await test.restart();
    await test.comment(incident.incidentId, "waits behind the parked event");
    expect(await parked()).toMatchObject([{ processor, streamId, version: 1, requested: null }]);
    expect(await indexed(streamId, 2)).toBe(false);
    const { retryDeadLetter } = await test.run(retry, { input: { processor, streamId, idempotencyKey: "again" } });
    expect(retryDeadLetter).toMatchObject({ errors: [], deadLetter: { streamId, requested: "RETRY" }, position: null });
    await until(async () => (await parked()).length === 0);
    expect(await indexed(streamId, 2)).toBe(true);
    // A repeat of the call finds nothing to do, and says so.
    const repeated = await test.run(retry, { input: { processor, streamId, idempotencyKey: "again" } });
    expect(repeated.retryDeadLetter).toMatchObject({ errors: [], deadLetter: null });
  });

  it("goes on behind an event that is to be left out", async () => {
    const other = await test.declare();
    await park(test, processor, streamOf(other));
    await test.restart();
    await test.comment(other.incidentId, "behind the skipped one");
    const input = { processor, streamId: streamOf(other), expectedVersion: 1, reason: "known to be bad" };
    expect((await test.run(skip, { input })).skipDeadLetter).toMatchObject({
      errors: [],
      deadLetter: { requested: "SKIP" },
    });
    await until(async () => (await parked()).length === 0);
    expect(await indexed(streamOf(other), 2)).toBe(true);
  });

  it("that is not parked is refused", async () => {
    const { retryDeadLetter } = await test.run(retry, { input: { processor, streamId: "Incident-none" } });
    expect(retryDeadLetter).toMatchObject({ deadLetter: null, errors: [{ code: "NOT_FOUND", path: ["streamId"] }] });
  });
});
