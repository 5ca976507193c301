/** An incident as it was at a version or a time: all of it, from the log, on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Shown {
  readonly version: number;
  readonly status: string;
  readonly severity: string;
  readonly commentCount: number;
  readonly entryCount: number;
  readonly position: string;
  readonly allowedTransitions: readonly string[];
  readonly participants: readonly { personId: string; roles: string[] }[];
  readonly commander: { readonly personId: string } | null;
  readonly milestones: { readonly acknowledgedAt: string | null };
  readonly postmortem: { readonly title: string; readonly content: string } | null;
  readonly timeline: {
    readonly nodes: readonly {
      kind: string;
      version: number;
      pinned: boolean;
      incident: { version: number };
      comment?: { text: string; incident: { version: number } } | null;
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
  readonly comments: { readonly nodes: readonly { text: string | null; incident: { version: number } }[] };
  readonly summaries: { readonly nodes: readonly { text: string }[] };
  readonly mergedInto: { readonly reference: string; readonly status: string } | null;
  readonly links: readonly { readonly incident: { readonly status: string } | null }[];
}

const query = gql<{ incident: Shown | null }>(`query ($id: ID!, $asOf: AsOfInput, $first: Int = 100, $after: String) {
  incident(id: $id, asOf: $asOf) {
    version status severity commentCount entryCount position allowedTransitions
    participants { personId roles } commander { personId } milestones { acknowledgedAt } postmortem { title content }
    timeline(first: $first, after: $after, orderBy: OLDEST_FIRST) {
      nodes { kind version pinned incident { version } ... on CommentEntry { comment { text incident { version } } } }
      pageInfo { hasNextPage endCursor }
    }
    comments { nodes { text incident { version } } }
    summaries { nodes { text } }
    mergedInto { reference status }
    links { incident { status } }
  }
}`);
const recordsQuery = gql<{ incidentRecords: { nodes: { __typename: string }[] } }>(
  `query ($id: ID!, $asOf: AsOfInput) { incidentRecords(incidentId: $id, asOf: $asOf, first: 100) { nodes { __typename } } }`,
);

let test: TestOpsledger;
let incidentId: string;
/** What the incident showed behind each of its versions, when that was the present. */
const shownAt = new Map<number, Shown>();

const shown = async (variables: Record<string, unknown>) => (await test.run(query, variables)).incident;
const asOf = (moment: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  shown({ id: incidentId, asOf: moment, ...more });

beforeAll(async () => {
  test = await startTestOpsledger();
  ({ incidentId } = await test.declare());
  const input = { incidentId };
  let comment = "";
  const steps: (() => Promise<unknown>)[] = [
    () => mutate(test, "assignIncidentRole", { ...input, personId: "ben", role: "COMMANDER" }),
    async () => void (comment = (await test.comment(incidentId, "first")).id),
    () => test.changeStatus(incidentId, "ACKNOWLEDGED"),
    () => mutate(test, "editIncidentComment", { commentId: comment, text: "second" }),
    () => mutate(test, "attachIncidentSummary", { ...input, text: "so far" }),
    () => mutate(test, "changeIncidentSeverity", { ...input, to: "P0", reason: "worse" }),
    () => mutate(test, "attachPostmortem", { ...input, title: "Learned", content: "Small first." }),
    () => mutate(test, "deleteIncidentComment", { commentId: comment }),
  ];
  const note = async () => {
    const present = await shown({ id: incidentId });
    if (present !== null) shownAt.set(present.version, present);
  };
  await note();
  for (const step of steps) {
    await step();
    await note();
  }
});
afterAll(() => test.close());

describe("an incident as of a version", () => {
  it("is all that it was when that version was the present: every field, and every part of a part", async () => {
    expect(shownAt.size).toBe(9);
    for (const [version, present] of shownAt) expect(await asOf({ version })).toEqual(present);
  });

  it("shows the parts of its parts as they were, too", async () => {
    const past = await asOf({ version: 3 });
    expect(past?.comments.nodes).toEqual([{ text: "first", incident: { version: 3 } }]);
    const entry = past?.timeline.nodes.find(({ kind }) => kind === "COMMENT_ADDED");
    expect(entry).toMatchObject({ incident: { version: 3 }, comment: { text: "first", incident: { version: 3 } } });
  });

  it("has lists that are paged like the present ones", async () => {
    const first = await asOf({ version: 7 }, { first: 3 });
    expect(first?.timeline.nodes.map(({ version }) => version)).toEqual([1, 2, 3]);
    const { hasNextPage, endCursor } = first?.timeline.pageInfo ?? { hasNextPage: false, endCursor: "" };
    expect(hasNextPage).toBe(true);
    const second = await asOf({ version: 7 }, { first: 100, after: endCursor });
    expect(second?.timeline.nodes.map(({ version }) => version)).toEqual([4, 5, 6, 7]);
    expect(second?.timeline.pageInfo.hasNextPage).toBe(false);
  });

  it("is nothing before the declaration, and nothing for an incident that does not exist", async () => {
    expect(await asOf({ version: 0 })).toBeNull();
    expect(await asOf({ time: "2020-01-01T00:00:00Z" })).toBeNull();
    expect(await shown({ id: "01943a5c-0000-7000-8000-00000000dead", asOf: { version: 1 } })).toBeNull();
  });

  it("holds the records that there were", async () => {
    const records = async (moment: object | undefined) =>
      (await test.run(recordsQuery, { id: incidentId, asOf: moment })).incidentRecords.nodes.map((n) => n.__typename);
    expect(await records({ version: 2 })).toEqual([
      "IncidentDeclaredEntry",
      "RoleChangedEntry",
      "Incident",
      "Participant",
    ]);
    expect(await records({ version: 0 })).toEqual([]);
    expect((await records({ version: 9 })).sort()).toEqual((await records(undefined)).sort());
  });

  it("is refused for a moment that is none, or that has not come", async () => {
    const refusal = async (moment: Record<string, unknown>) =>
      (await test.send(query, { id: incidentId, asOf: moment })).errors?.[0];
    const bad = (field: string) => ({ extensions: { code: "BAD_USER_INPUT", field } });
    expect(await refusal({})).toMatchObject(bad("asOf"));
    expect(await refusal({ version: 1, time: "2030-01-01T00:00:00Z" })).toMatchObject(bad("asOf"));
    expect(await refusal({ version: -1 })).toMatchObject(bad("asOf.version"));
    const future = await refusal({ version: 10 });
    expect(future).toMatchObject(bad("asOf.version"));
    expect(future?.message).toContain("must be at most 9");
    expect((await test.send(recordsQuery, { id: incidentId, asOf: { version: 10 } })).errors?.[0]).toMatchObject(
      bad("asOf.version"),
    );
  });

  it("costs the incident and one page of its log, whatever is asked of it", async () => {
    test.counted();
    await asOf({ version: 8 });
    expect(test.counted().map(({ operation }) => operation)).toEqual(["BatchGetItem", "Query"]);
  });
});

describe("an incident as of a time", () => {
  it("is what the ledger knew then, also of what has expired since and of what is said to have happened before", async () => {
    const at = (day: string) => `2020-${day}T08:00:00.000Z`;
    const ledger = ledgerAt(at("01-10"), { db: test.db, engine: test.opsledger.engine, dataDir: test.dataDir });
    const ana = requestBy("ana");
    const { incidents } = ledger;
    const { incidentId: id } = await incidents.declare({ title: "Old", severity: "P2", services: ["a"] }, ana);
    await incidents.addComment(id, { text: "a comment" }, ana);
    await incidents.attachSummary(id, { text: "a summary" }, ana);
    ledger.setClock(at("01-12"));
    await incidents.change(id, "RecordEntry", { text: "told late", occurredAt: at("01-11") }, ana);
    ledger.setClock(at("02-01"));
    await incidents.change(id, "ChangeStatus", { to: "CANCELLED" }, ana);
    await ledger.retention.run();
    await ledger.close();

    const now = await shown({ id });
    expect([now?.comments.nodes, now?.summaries.nodes]).toEqual([[], []]);
    const then = await shown({ id, asOf: { time: at("01-31") } });
    expect(then).toMatchObject({
      version: 4,
      status: "OPEN",
      comments: { nodes: [{ text: "a comment" }] },
      summaries: { nodes: [{ text: "a summary" }] },
    });
    expect(then?.timeline.nodes.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    // Also behind the end, when the rows were already to expire.
    expect((await shown({ id, asOf: { version: 5 } }))?.comments.nodes).toMatchObject([{ text: "a comment" }]);
    const before = await shown({ id, asOf: { time: at("01-11") } });
    expect(before?.timeline.nodes.map(({ version }) => version)).toEqual([1, 2, 3]);
  });
});

describe("other incidents that a past one names", () => {
  it("are shown as they are now; entries of those that were merged into it, as of the same moment", async () => {
    const [source, target] = [await test.declare(), await test.declare({ title: "Goes on" })];
    await test.comment(source.incidentId, "early");
    await mutate(test, "mergeIncidents", { incidentId: source.incidentId, intoIncidentId: target.incidentId });
    const merged = await test.run(query, { id: target.incidentId });
    const { version } = merged.incident ?? { version: 0 };
    await mutate(test, "linkIncident", {
      incidentId: source.incidentId,
      kind: "INCIDENT",
      target: target.incidentId,
      relation: "RELATED",
    });
    await test.changeStatus(target.incidentId, "RESOLVED");
    const past = await shown({ id: source.incidentId, asOf: { version: 3 } });
    expect(past).toMatchObject({ status: "MERGED", mergedInto: { reference: target.reference, status: "RESOLVED" } });

    const both = gql<{ incident: { timeline: { nodes: { kind: string; incident: { status: string } }[] } } }>(
      `query ($id: ID!, $asOf: AsOfInput) { incident(id: $id, asOf: $asOf) {
        timeline(first: 100, orderBy: OLDEST_FIRST, includeMerged: true) { nodes { kind incident { reference status } } }
      } }`,
    );
    const { incident } = await test.run(both, { id: target.incidentId, asOf: { version } });
    expect(incident.timeline.nodes.map(({ kind }) => kind).sort()).toEqual(
      ["DECLARED", "DECLARED", "COMMENT_ADDED", "MERGED", "MERGE_RECEIVED"].sort(),
    );
    // Not LINKED, and not RESOLVED: that came later.
    expect(new Set(incident.timeline.nodes.map((node) => node.incident.status))).toEqual(new Set(["OPEN", "MERGED"]));
  });
});
