/** The events of the ledger: page by page and live, with one kind of cursor, on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { post } from "../../support/graphql/client.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Event {
  readonly eventId: string;
  readonly type: string;
  readonly streamId: string;
  readonly version: number;
  readonly data: unknown;
  readonly recordedAt: string;
  readonly actor: { readonly id: string };
  readonly correlationId: string;
  readonly hash: string;
  readonly previousHash: string;
  readonly position: string;
}

interface EventsPage {
  readonly edges: readonly { readonly cursor: string; readonly node: Event }[];
  readonly nodes: readonly Event[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
}

const fields = `eventId type streamId version schemaVersion data occurredAt recordedAt actor { kind id } correlationId
  causationId commandId hash previousHash position`;
const events = gql<{ events: EventsPage }>(
  `query ($first: Int, $after: String, $filter: EventFilter) {
    events(first: $first, after: $after, filter: $filter) {
      edges { cursor node { ${fields} } } nodes { ${fields} } pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }`,
);
const follow = gql<{ events: { event: Event; position: string } }>(
  `subscription ($after: String, $filter: EventFilter) {
    events(after: $after, filter: $filter) { event { ${fields} } position }
  }`,
);

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

const page = async (variables: Record<string, unknown> = {}) => (await test.run(events, variables)).events;
const refusal = async (variables: Record<string, unknown>) =>
  (await test.send(events, variables)).errors?.[0]?.extensions;
const nameOf = ({ streamId, version }: Event) => `${streamId}@${version}`;

/** All pages behind a cursor, until one is the last. */
async function readOn(variables: Record<string, unknown>): Promise<{ seen: Event[]; end: string }> {
  const seen: Event[] = [];
  let { after } = variables;
  for (;;) {
    const { nodes, pageInfo } = await page({ ...variables, after });
    seen.push(...nodes);
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) return { seen, end: pageInfo.endCursor };
  }
}

/** The feed follows the log: reads behind a cursor until so many events have come. */
async function readUntil(count: number, variables: Record<string, unknown>) {
  const seen: Event[] = [];
  let { after } = variables;
  while (seen.length < count) {
    const read = await readOn({ ...variables, after });
    seen.push(...read.seen);
    after = read.end;
  }
  return { seen, end: String(after) };
}

async function take(collector: ReturnType<typeof test.follow<{ events: { event: Event; position: string } }, object>>) {
  const { data, errors } = await collector.next();
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.events;
}

describe("events", () => {
  it("of an empty ledger are none, with a cursor to come back with", async () => {
    const { nodes, pageInfo } = await page();
    expect(nodes).toEqual([]);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    const { incidentId } = await test.declare();
    const { seen } = await readUntil(1, { after: pageInfo.endCursor });
    expect(seen.map(nameOf)).toEqual([`Incident-${incidentId}@1`]);
  });

  it("come as they were recorded, each with the hash of the one before it", async () => {
    const { incidentId, position } = await test.declare({ commander: "ana", title: "What is recorded" });
    const streamIds = [`Incident-${incidentId}`];
    const { seen } = await readUntil(2, { filter: { streamIds } });
    expect(seen).toMatchObject([
      {
        type: "IncidentDeclared",
        streamId: `Incident-${incidentId}`,
        version: 1,
        schemaVersion: 1,
        data: { title: "What is recorded", severity: "P1" },
        actor: { kind: "USER" },
        causationId: null,
        previousHash: "",
      },
      { type: "IncidentRoleAssigned", version: 2, position },
    ]);
    const [first, second] = seen;
    expect(first?.hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second?.previousHash).toBe(first?.hash);
    expect(second?.correlationId).toBe(first?.correlationId);
  });

  it("come once each, in order for each stream, while writers write", async () => {
    const start = (await readOn({})).end;
    const incidents = await Promise.all(Array.from({ length: 8 }, () => test.declare()));
    const writing = Promise.all(
      incidents.map(async ({ incidentId }) => {
        for (let n = 0; n < 12; n += 1) await test.comment(incidentId, `note ${n}`);
      }),
    );
    const { seen } = await readUntil(8 * 13, { after: start, first: 7 });
    await writing;
    expect(new Set(seen.map(nameOf)).size).toBe(seen.length);
    for (const { incidentId } of incidents) {
      const versions = seen.filter(({ streamId }) => streamId.endsWith(incidentId)).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    }
  });

  it("can be read on from the cursor of any edge, from the position of an event and of a mutation", async () => {
    const { incidentId, position } = await test.declare();
    await test.comment(incidentId, "one");
    await test.comment(incidentId, "two");
    const filter = { streamIds: [`Incident-${incidentId}`] };
    const { seen } = await readUntil(3, { filter });
    const { edges } = await page({ filter });
    expect((await readOn({ filter, after: edges[0]?.cursor })).seen.map(({ version }) => version)).toEqual([2, 3]);
    expect((await readOn({ filter, after: seen[1]?.position })).seen.map(({ version }) => version)).toEqual([3]);
    expect((await readOn({ filter, after: position })).seen.map(({ version }) => version)).toEqual([2, 3]);
  });

  it("are filtered by type, category, stream, actor, correlation and time; all that is given must hold", async () => {
    const { url } = test.opsledger.http;
    const query = `mutation { declareIncident(input: { title: "Filtered", severity: P2, services: ["a"] }) { incident { incidentId } } }`;
    const headers = { "x-request-id": "filtered-request", "x-opsledger-actor": "zoe" };
    const answer = await post<{ declareIncident: { incident: { incidentId: string } } }>(url, { query, headers });
    const streamId = `Incident-${answer.data?.declareIncident.incident.incidentId ?? ""}`;
    await test.changeStatus(streamId.slice("Incident-".length), "ACKNOWLEDGED");
    const { seen } = await readUntil(2, { filter: { streamIds: [streamId] } });
    const [declared, changed] = seen;
    if (declared === undefined || changed === undefined) throw new Error("two events");
    const found = async (filter: Record<string, unknown>) => (await readOn({ filter })).seen.map(nameOf);
    expect(await found({ correlationId: "filtered-request" })).toEqual([nameOf(declared)]);
    expect(await found({ actor: "zoe" })).toEqual([nameOf(declared)]);
    expect(await found({ streamIds: [streamId], types: ["IncidentStatusChanged", "Unknown"] })).toEqual([
      nameOf(changed),
    ]);
    expect(await found({ streamIds: [streamId], actor: "zoe", types: ["IncidentStatusChanged"] })).toEqual([]);
    expect(await found({ streamIds: [streamId], categories: ["Incident"] })).toHaveLength(2);
    expect(await found({ streamIds: [streamId], categories: ["Batch"] })).toEqual([]);
    expect(await found({ streamIds: [streamId], since: changed.recordedAt })).toContain(nameOf(changed));
    expect(await found({ streamIds: [streamId], until: declared.recordedAt })).toEqual([]);
  });

  it("are refused for a cursor, a number or a filter that cannot be", async () => {
    const { pageInfo } = await page({ first: 1 });
    const bad = { code: "BAD_USER_INPUT" };
    expect(await refusal({ after: `${pageInfo.endCursor}x` })).toMatchObject({ ...bad, field: "after" });
    expect(await refusal({ first: 0 })).toMatchObject({ ...bad, field: "first" });
    expect(await refusal({ first: 101 })).toMatchObject({ ...bad, field: "first" });
    expect(await refusal({ filter: { types: [] } })).toMatchObject({ ...bad, field: "filter.types" });
    const streamIds = Array.from({ length: 101 }, (_, n) => `Incident-${n}`);
    expect(await refusal({ filter: { streamIds } })).toMatchObject({ ...bad, field: "filter.streamIds" });
  });
});

describe("following events", () => {
  it("goes on where a page ended, and a page goes on where a message ended", async () => {
    const { end } = await readOn({});
    const follower = test.follow(follow, { after: end });
    const { incidentId } = await test.declare();
    await test.comment(incidentId, "seen live");
    const first = await take(follower);
    expect(nameOf(first.event)).toBe(`Incident-${incidentId}@1`);
    const second = await take(follower);
    expect(second.event).toMatchObject({ type: "IncidentCommentAdded", data: { text: "seen live" } });
    await follower.close();
    expect((await readOn({ after: first.position })).seen.map(nameOf)).toEqual([nameOf(second.event)]);
    const fromPage = await page({ after: end, first: 1 });
    const resumed = test.follow(follow, { after: fromPage.edges[0]?.cursor });
    expect((await take(resumed)).event.eventId).toBe(second.event.eventId);
    await resumed.close();
  });

  it("replays what was missed across a restart, filtered, each event once", async () => {
    const { end } = await readOn({});
    const { incidentId } = await test.declare();
    await test.changeStatus(incidentId, "ACKNOWLEDGED");
    await test.restart();
    const follower = test.follow(follow, { after: end, filter: { types: ["IncidentStatusChanged"] } });
    expect(nameOf((await take(follower)).event)).toBe(`Incident-${incidentId}@2`);
    await test.comment(incidentId, "not wanted");
    await test.changeStatus(incidentId, "RESOLVED");
    expect(nameOf((await take(follower)).event)).toBe(`Incident-${incidentId}@4`);
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("is refused for a cursor or a filter that cannot be", async () => {
    const refused = async (variables: Record<string, unknown>) =>
      (await test.follow(follow, variables).next()).errors?.[0]?.extensions;
    expect(await refused({ after: "x" })).toMatchObject({ code: "BAD_USER_INPUT", field: "after" });
    expect(await refused({ filter: { categories: [] } })).toMatchObject({ code: "BAD_USER_INPUT" });
  });
});
