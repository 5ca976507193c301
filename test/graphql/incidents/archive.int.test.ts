/** Incidents in the archive, as callers see them: found, shown whole, not changed, and brought back; on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subscribeWs, until } from "../../support/graphql/client.js";
import { gql, mutate, mutationText } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Shown {
  readonly incidentId: string;
  readonly archivedAt: string | null;
  readonly version: number;
  readonly position: string;
  readonly allowedTransitions: readonly string[];
  readonly timeline: { readonly nodes: readonly { readonly kind: string; readonly __typename: string }[] };
  readonly comments: { readonly nodes: readonly { readonly text: string }[] };
  readonly mergedIncidents: readonly { readonly reference: string }[];
}
const selection = `incidentId archivedAt version position allowedTransitions
  timeline(first: 100, orderBy: OLDEST_FIRST) { nodes { __typename kind } } comments { nodes { text } } mergedIncidents { reference }`;
const one = gql<{ incident: Shown | null }>(
  `query ($id: ID!, $asOf: AsOfInput) { incident(id: $id, asOf: $asOf) { ${selection} } }`,
);
const listed = gql<{ incidents: { nodes: { reference: string }[] } }>("{ incidents { nodes { reference } } }");
const archived = gql<{ archivedIncidents: { nodes: Record<string, unknown>[]; pageInfo: { endCursor: string } } }>(
  `query ($first: Int, $after: String) { archivedIncidents(first: $first, after: $after) {
    nodes { reference title status severity services events bytes objectKey } pageInfo { hasNextPage endCursor } } }`,
);
const counts = gql<{ incidentCounts: { status: string; count: number }[] }>(
  "query ($atLeast: String) { incidentCounts(atLeast: $atLeast) { status count } }",
);

let test: TestOpsledger;
let reference: string;
let id: string;

const show = async (named = reference, asOf?: object) => (await test.run(one, { id: named, asOf })).incident;
const archive = () => test.opsledger.ledger.archiver.run({ olderThanDays: 0 });
const cancelled = async (atLeast?: string) =>
  (await test.run(counts, { atLeast })).incidentCounts.find(({ status }) => status === "CANCELLED")?.count;
/** The errors that a mutation is refused with. */
const refusal = async (name: string, input: Record<string, unknown>) => {
  const document = gql(mutationText(test.opsledger.schema, name, "errors { code message path }"));
  return (await test.run(document, { input }))[name]?.["errors"];
};

beforeAll(async () => {
  test = await startTestOpsledger();
  const incident = await test.declare({ title: "Old" });
  ({ id, reference } = incident);
  await mutate(test, "addIncidentComment", { incidentId: id, text: "said", idempotencyKey: "said" });
  await test.changeStatus(id, "CANCELLED");
  expect(await cancelled((await show())?.position)).toBe(1);
  await archive();
});
afterAll(() => test.close());

describe("an incident in the archive", () => {
  it("is found by its reference, number and id, and shown whole", async () => {
    const found = await show();
    expect(found).toMatchObject({ archivedAt: expect.any(String) as string, version: 4, allowedTransitions: [] });
    expect(found?.timeline.nodes.map(({ kind }) => kind)).toEqual([
      ...["DECLARED", "COMMENT_ADDED", "STATUS_CHANGED", "ARCHIVED"],
    ]);
    expect(found?.timeline.nodes.at(-1)?.__typename).toBe("ArchiveEntry");
    expect(found?.comments.nodes).toEqual([{ text: "said" }]);
    const others = gql<Record<string, { incidentId: string; nodes: { __typename: string }[] }>>(
      `query ($id: ID!) { node(id: $id) { ... on Incident { incidentId } } incidentByNumber(number: 1) { incidentId }
        incidentRecords(incidentId: $id) { nodes { __typename } } incidentHistory(id: $id) { incidentId: toVersion } }`,
    );
    const { node, incidentByNumber, incidentRecords, incidentHistory } = await test.run(others, { id });
    expect([node?.incidentId, incidentByNumber?.incidentId]).toEqual([found?.incidentId, found?.incidentId]);
    expect(incidentRecords?.nodes).toHaveLength(6);
    expect(incidentHistory?.incidentId).toBe(4);
  });

  it("is shown as it was", async () => {
    expect(await show(reference, { version: 1 })).toMatchObject({
      archivedAt: null,
      version: 1,
      comments: { nodes: [] },
    });
    expect(await show(reference, { version: 3 })).toMatchObject({ archivedAt: null });
  });

  it("is in no list but that of the archive, and counted nowhere", async () => {
    expect((await test.run(listed, {})).incidents.nodes).toEqual([]);
    expect((await test.run(archived, {})).archivedIncidents.nodes).toEqual([
      {
        ...{ reference, title: "Old", status: "CANCELLED", severity: "P1", services: ["payment-service"], events: 3 },
        bytes: expect.any(Number) as number,
        objectKey: expect.stringMatching(/^archive\/incidents\/\d{4}\/\S+-v3\.json$/) as string,
      },
    ]);
    expect(await cancelled((await show())?.position)).toBe(0);
  });

  it("refuses every change, by its reference or id, and says what brings it back", async () => {
    const message = expect.stringMatching(/^INC-1 is in the archive.*restoreIncident/) as string;
    const refused = [{ code: "INVALID_TRANSITION", message, path: ["incidentId"] }];
    for (const incidentId of [reference, id]) {
      expect(await refusal("addIncidentComment", { incidentId, text: "late" })).toEqual(refused);
      expect(await refusal("reopenIncident", { incidentId, reason: "again" })).toEqual(refused);
    }
  });

  it("is in the answer of a change that is repeated under its key, as are its comment and its entry", async () => {
    const asked = { incidentId: id, text: "said", idempotencyKey: "said" };
    const selection = "incident { archivedAt version } entry { id } comment { id text }";
    const { comment, entry, incident } = await mutate<Record<string, Record<string, unknown>>>(
      test,
      "addIncidentComment",
      asked,
      { selection },
    );
    expect(incident).toEqual({ archivedAt: expect.any(String) as string, version: 4 });
    expect(comment).toMatchObject({ text: "said" });
    const nodes = gql<Record<string, Record<string, unknown>>>(
      `query ($comment: ID!, $entry: ID!) {
        comment: node(id: $comment) { ... on Comment { text incident { archivedAt } } }
        entry: node(id: $entry) { ... on TimelineEntry { kind incident { archivedAt } } } }`,
    );
    const found = { incident: { archivedAt: expect.any(String) as string } };
    expect(await test.run(nodes, { comment: comment?.["id"], entry: entry?.["id"] })).toEqual({
      comment: { text: "said", ...found },
      entry: { kind: "COMMENT_ADDED", ...found },
    });
  });

  it("costs two requests more than one in the view: what is left of it, and its log", async () => {
    await show(id);
    test.counted();
    await show(id);
    expect(test.counted().map(({ operation }) => operation)).toEqual(["BatchGetItem", "BatchGetItem", "Query"]);
  });

  it("can be followed: its timeline is replayed, and goes on when it is brought back", async () => {
    const position = (await show(reference, { version: 2 }))?.position;
    const query = `subscription ($id: ID!, $after: String) { incidentTimeline(incidentId: $id, after: $after) { entry { kind } } }`;
    const followed = subscribeWs<{ incidentTimeline: { entry: { kind: string } } }>(test.opsledger.http.webSocketUrl, {
      query,
      variables: { id: reference, after: position },
    });
    const next = async () => (await followed.next()).data?.incidentTimeline.entry.kind;
    expect([await next(), await next()]).toEqual(["STATUS_CHANGED", "ARCHIVED"]);
    const payload = await mutate(
      test,
      "restoreIncident",
      { incidentId: reference, reason: "audit" },
      { selection: `incident { archivedAt allowedTransitions } entry { kind description } position` },
    );
    expect(payload).toMatchObject({
      incident: { archivedAt: null },
      entry: { kind: "RESTORED", description: "Brought back from the archive: audit" },
    });
    expect(await next()).toBe("RESTORED");
    await followed.close();
    expect(await cancelled(String(payload["position"]))).toBe(1);
    await until(async () => (await test.run(listed, {})).incidents.nodes.length === 1);
    expect((await test.run(archived, {})).archivedIncidents.nodes).toEqual([]);
    expect(
      await mutate(test, "restoreIncident", { incidentId: reference }, { selection: "entry { kind }" }),
    ).toMatchObject({
      entry: null,
    });
  });
});

it("the list of the archive goes on where a page ended, those that ended last first", async () => {
  const titles = ["A", "B", "C"];
  for (const title of titles) {
    const declared = await test.declare({ title });
    await test.changeStatus(declared.id, "CANCELLED");
  }
  await until(async () => {
    await archive();
    return (await test.run(archived, {})).archivedIncidents.nodes.length === 4;
  });
  const first = (await test.run(archived, { first: 2 })).archivedIncidents;
  const second = (await test.run(archived, { first: 2, after: first.pageInfo.endCursor })).archivedIncidents;
  expect([...first.nodes, ...second.nodes].map(({ title }) => title)).toEqual(["C", "B", "A", "Old"]);
});

it("who follows many incidents is told that one goes to the archive, and that it comes back", async () => {
  const { incidentId, ...live } = await test.declare({ title: "Followed", services: ["followed"] });
  const followed = subscribeWs<{ incidentChanged: { matches: boolean; entry: { kind: string } } }>(
    test.opsledger.http.webSocketUrl,
    {
      query: `subscription ($after: String) { incidentChanged(filter: { service: "followed" }, after: $after) { matches entry { kind } } }`,
      variables: { after: live.position },
    },
  );
  const next = async () => (await followed.next()).data?.incidentChanged;
  await test.changeStatus(incidentId, "CANCELLED");
  await until(async () => {
    await archive();
    return (await show(incidentId))?.archivedAt !== null;
  });
  await mutate(test, "restoreIncident", { incidentId });
  expect([await next(), await next(), await next()]).toEqual([
    { matches: true, entry: { kind: "STATUS_CHANGED" } },
    { matches: false, entry: { kind: "ARCHIVED" } },
    { matches: true, entry: { kind: "RESTORED" } },
  ]);
  await followed.close();
});

it("an incident that others were merged into shows those that are not in the archive", async () => {
  const [target, source] = [await test.declare({ title: "Target" }), await test.declare({ title: "Source" })];
  await mutate(test, "mergeIncidents", { incidentId: source.id, intoIncidentId: target.id });
  await test.changeStatus(target.id, "CANCELLED");
  await until(async () => {
    await archive();
    return (await show(source.incidentId))?.archivedAt !== null;
  });
  expect(await show(target.id)).toMatchObject({ archivedAt: expect.any(String) as string, mergedIncidents: [] });
  await mutate(test, "restoreIncident", { incidentId: target.id });
  expect(await show(target.id)).toMatchObject({ archivedAt: null, mergedIncidents: [] });
  await mutate(test, "restoreIncident", { incidentId: source.id });
  expect(await show(target.id)).toMatchObject({ mergedIncidents: [{ reference: source.reference }] });
});

it("changes of two incidents are found by their key, too, once both are in the archive", async () => {
  const [one, other] = [await test.declare({ title: "One" }), await test.declare({ title: "Other" })];
  const merge = { incidentId: one.id, intoIncidentId: other.id, idempotencyKey: "merge" };
  const link = { incidentId: one.id, kind: "INCIDENT", target: other.id, idempotencyKey: "link" };
  const postmortem = { incidentId: other.id, title: "Long", content: "x".repeat(50_000), idempotencyKey: "long" };
  const repeated = [
    ["linkIncident", link],
    ["attachPostmortem", postmortem],
    ["mergeIncidents", merge],
  ] as const;
  for (const [name, input] of repeated) await mutate(test, name, input);
  await test.changeStatus(other.id, "CANCELLED");
  await until(async () => {
    await archive();
    return (await show(one.incidentId))?.archivedAt !== null;
  });
  for (const [name, input] of repeated) {
    const payload = await mutate(test, name, input, { selection: "incident { archivedAt }" });
    expect(payload).toMatchObject({ incident: { archivedAt: expect.any(String) as string } });
    const message = expect.stringContaining("is in the archive") as string;
    expect(await refusal(name, { ...input, idempotencyKey: "another" })).toMatchObject([{ message }]);
  }
});
