/** `why`: what one request set off, over all streams, on the real engine and the real index. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gql, mutate } from "../../support/mutation.js";
import { requestBy } from "../../support/ledgerAt.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Traced {
  readonly eventId: string;
  readonly type: string;
  readonly streamId: string;
  readonly depth: number;
  readonly causationId: string | null;
}
interface Why {
  readonly event: { readonly eventId: string; readonly type: string; readonly data: unknown };
  readonly causes: readonly Traced[];
  readonly effects: readonly Traced[];
  readonly commandId: string;
  readonly correlationId: string;
  readonly request: readonly Traced[];
  readonly complete: boolean;
}

const traced = "eventId type streamId version recordedAt causationId depth";
const query = gql<{ why: Why | null }>(`query ($id: ID!) { why(eventId: $id) {
  event { eventId type data } causes { ${traced} } effects { ${traced} } commandId correlationId request { ${traced} } complete
} }`);
const timeline = gql<{ incident: { timeline: { nodes: { eventId: string; kind: string }[] } } }>(
  `query ($id: ID!) { incident(id: $id) { timeline(first: 100, orderBy: OLDEST_FIRST) { nodes { eventId kind } } } }`,
);

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

const why = async (id: string) => (await test.run(query, { id })).why;
const eventIdOf = async (incidentId: string, kind: string) => {
  const { incident } = await test.run(timeline, { id: incidentId });
  return incident.timeline.nodes.find((node) => node.kind === kind)?.eventId ?? "";
};

describe("why", () => {
  it("answers for an event that was recorded a moment ago", async () => {
    const { incidentId } = await test.declare();
    const answer = await why(await eventIdOf(incidentId, "DECLARED"));
    expect(answer).toMatchObject({
      event: { type: "IncidentDeclared", data: { title: "Payments fail" } },
      causes: [],
      effects: [],
      request: [{ type: "IncidentDeclared", depth: 0 }],
      complete: true,
    });
  });

  it("shows all that one request did, on whatever stream", async () => {
    const [source, target] = [await test.declare(), await test.declare()];
    await mutate(test, "mergeIncidents", { incidentId: source.incidentId, intoIncidentId: target.incidentId });
    // Two streams may be in two logs: each answer waits for its own event only.
    expect(await why(await eventIdOf(source.incidentId, "MERGED"))).not.toBeNull();
    const answer = await why(await eventIdOf(target.incidentId, "MERGE_RECEIVED"));
    expect(answer?.request.map(({ type }) => type).sort()).toEqual(["IncidentMergeReceived", "IncidentMerged"]);
    expect(new Set(answer?.request.map(({ streamId }) => streamId)).size).toBe(2);
  });

  it("shows what an event led to, and what led to it", async () => {
    const { incidents } = test.opsledger.ledger;
    const request = { ...requestBy("ana"), correlationId: "a-chain" };
    const first = await incidents.declare({ title: "Cause", severity: "P1", services: ["a"] }, request);
    const { incidentId } = first;
    // As a policy does: the event that it reacts to is the cause of its command.
    const follow = async (causationId: string | undefined, text: string) =>
      (await incidents.addComment(incidentId, { text }, { ...request, ...(causationId ? { causationId } : {}) })).entry
        ?.entryId;
    const second = await follow(first.entry?.entryId, "effect");
    const third = await follow(second, "effect of the effect");
    // The answer for an event waits for that event only, not for what it led to.
    expect(await why(third ?? "")).toMatchObject({ event: { eventId: third } });
    const answer = await why(second ?? "");
    expect(answer?.causes.map(({ eventId, depth }) => [eventId, depth])).toEqual([[first.entry?.entryId, -1]]);
    expect(answer?.effects.map(({ eventId, depth, causationId }) => [eventId, depth, causationId])).toEqual([
      [third, 1, second],
    ]);
    expect(answer).toMatchObject({ correlationId: "a-chain", request: [{ depth: -1 }, { depth: 0 }, { depth: 1 }] });
  });

  it("is nothing for an event that does not exist, and refused for what names none", async () => {
    expect(await why("01943a5c-0000-7000-8000-00000000dead")).toBeNull();
    const { errors } = await test.send(query, { id: "INC-1" });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "eventId" });
  });

  it("costs the index, the event and its correlation", async () => {
    const { incidentId } = await test.declare();
    const eventId = await eventIdOf(incidentId, "DECLARED");
    await why(eventId);
    test.counted();
    await why(eventId);
    expect(test.counted().map(({ operation }) => operation)).toEqual(["Query", "GetItem", "Query", "Query"]);
  });
});
