/** What changed in an incident between two moments, through the API, on the real engine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface History {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly before: { readonly status: string } | null;
  readonly after: { readonly status: string; readonly comments: Page<{ text: string }> };
  readonly entries: Page<{ readonly kind: string; readonly version: number }>;
  readonly changes: Page<{ readonly path: readonly string[]; readonly before: unknown; readonly after: unknown }>;
}

const query = gql<{ incidentHistory: History | null }>(`query (
  $id: ID!, $from: AsOfInput, $to: AsOfInput, $first: Int = 100, $after: String, $entriesAfter: String
) {
  incidentHistory(id: $id, from: $from, to: $to) {
    fromVersion toVersion
    before { status } after { status comments { nodes { text } } }
    entries(first: $first, after: $entriesAfter) { nodes { kind version } pageInfo { hasNextPage endCursor } }
    changes(first: $first, after: $after) { nodes { path before after } pageInfo { hasNextPage endCursor } }
  }
}`);

let test: TestOpsledger;
let incidentId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  ({ incidentId } = await test.declare());
  await test.changeStatus(incidentId, "ACKNOWLEDGED");
  await test.comment(incidentId, "first");
  await mutate(test, "changeIncidentLabels", { incidentId, set: [{ key: "region", value: "eu" }] });
  await mutate(test, "changeIncidentSeverity", { incidentId, to: "P0", reason: "worse" });
});
afterAll(() => test.close());

const history = async (variables: Record<string, unknown> = {}) =>
  (await test.run(query, { id: incidentId, ...variables })).incidentHistory;
const pathsOf = (found: History | null) => found?.changes.nodes.map(({ path }) => path[0]);

describe("the history of an incident", () => {
  it("tells events and changed fields between two versions, with the incident at both", async () => {
    const found = await history({ from: { version: 2 }, to: { version: 5 } });
    expect(found).toMatchObject({
      fromVersion: 2,
      toVersion: 5,
      before: { status: "ACKNOWLEDGED" },
      after: { comments: { nodes: [{ text: "first" }] } },
    });
    expect(found?.entries.nodes).toEqual([
      { kind: "COMMENT_ADDED", version: 3 },
      { kind: "LABELS_CHANGED", version: 4 },
      { kind: "SEVERITY_CHANGED", version: 5 },
    ]);
    expect(found?.changes.nodes).toMatchObject([
      { path: ["severity"], before: "P1", after: "P0" },
      { path: ["labels", "region"], before: null, after: "eu" },
      { path: ["commentCount"], before: 0, after: 1 },
      { path: ["comments", expect.any(String)], before: null, after: { text: "first" } },
    ]);
  });

  it("goes from before the declaration to now where nothing is given", async () => {
    const found = await history();
    expect(found).toMatchObject({ fromVersion: 0, toVersion: 5, before: null, after: { status: "ACKNOWLEDGED" } });
    expect(found?.entries.nodes.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(pathsOf(found)).toEqual(expect.arrayContaining(["title", "status", "severity", "services"]));
  });

  it("takes times, and is empty where nothing happened", async () => {
    const found = await history({ from: { time: "2100-01-01T00:00:00Z" }, to: { time: "2100-01-02T00:00:00Z" } });
    expect(found).toMatchObject({ fromVersion: 5, toVersion: 5, entries: { nodes: [] }, changes: { nodes: [] } });
    expect(pathsOf(await history({ from: { version: 1 }, to: { version: 2 } }))).toEqual(["status", "milestones"]);
  });

  it("is nothing where the incident does not exist, or was not declared then", async () => {
    expect(await history({ to: { time: "2020-01-01T00:00:00Z" } })).toBeNull();
    expect(await history({ id: "01943a5c-0000-7000-8000-00000000dead" })).toBeNull();
  });

  it("is paged; the cursors of one span fit no other", async () => {
    const span = { from: { version: 2 }, to: { version: 5 } };
    const first = await history({ ...span, first: 3 });
    expect(first?.changes.pageInfo.hasNextPage).toBe(true);
    const second = await history({ ...span, first: 3, after: first?.changes.pageInfo.endCursor });
    expect(pathsOf(second)).toEqual(["comments"]);
    expect(second?.changes.pageInfo.hasNextPage).toBe(false);
    const { errors } = await test.send(query, {
      id: incidentId,
      to: { version: 4 },
      after: first?.changes.pageInfo.endCursor,
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "after" });
  });

  it("is refused where the moments are no moments, lie ahead, or the wrong way round", async () => {
    const refusal = async (variables: Record<string, unknown>) =>
      (await test.send(query, { id: incidentId, ...variables })).errors?.[0]?.extensions;
    const bad = (field: string) => ({ code: "BAD_USER_INPUT", field });
    expect(await refusal({ from: {} })).toMatchObject(bad("from"));
    expect(await refusal({ to: { version: 1, time: "2030-01-01T00:00:00Z" } })).toMatchObject(bad("to"));
    expect(await refusal({ from: { version: 6 } })).toMatchObject(bad("from.version"));
    expect(await refusal({ to: { version: 6 } })).toMatchObject(bad("to.version"));
    expect(await refusal({ from: { version: 4 }, to: { version: 3 } })).toMatchObject(bad("from"));
  });

  it("costs the incident and one page of its log", async () => {
    test.counted();
    await history();
    expect(test.counted().map(({ operation }) => operation)).toEqual(["BatchGetItem", "Query"]);
  });
});
