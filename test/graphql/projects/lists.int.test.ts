/** Lists of project events, batches, projects and rules: each filter, each order, page by page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddAssignmentRuleDocument,
  AssignmentRulesDocument,
  BatchesDocument,
  ProjectDocument,
  ProjectEventsDocument,
  ProjectsDocument,
  RemoveAssignmentRuleDocument,
} from "../../generated/operations.js";
import type { BatchFilter, ProjectEventFilter } from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf, sealsByHand } from "../../support/projects.js";
import type { TestProjects } from "../../support/projects.js";

let test: TestOpsledger;
let projects: TestProjects;
/** Title of each event, by receipt. */
const titles: string[] = [];
let lastPosition: string;
let receivedAt: Record<string, string>;
let batchId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  projects = projectsOf(test);
  receivedAt = {};
  for (const project of ["alpha", "beta"]) await projects.set({ project, policy: sealsByHand });
  for (const source of ["GENERIC", "GITHUB", "TRELLO"] as const) {
    for (const project of ["alpha", "beta"]) {
      const title = `${project} ${source}`;
      const event = await projects.ingest({ title, project, source, kind: "NOTE" });
      receivedAt[title] = event.receivedAt;
      lastPosition = event.position;
      titles.push(title);
    }
  }
  [batchId = ""] = await projects.flush("alpha", 3);
  await projects.batchOnce(batchId, ({ status, events }) => status === "POSTED" && events.nodes.length === 3);
});
afterAll(() => test.close());

async function eventsOf(
  filter: ProjectEventFilter,
  orderBy: "NEWEST_FIRST" | "OLDEST_FIRST" = "OLDEST_FIRST",
  first = 20,
) {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const { projectEvents } = await test.run(ProjectEventsDocument, {
      filter,
      orderBy,
      first,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...projectEvents.nodes.map(({ title }) => title));
    after = projectEvents.pageInfo.hasNextPage ? (projectEvents.pageInfo.endCursor ?? undefined) : undefined;
  } while (after !== undefined);
  return found;
}

describe("project events", () => {
  it("come by receipt, either way, on pages of any size", async () => {
    for (const first of [1, 2, 5, 100]) {
      expect(await eventsOf({}, "OLDEST_FIRST", first)).toEqual(titles);
      expect(await eventsOf({}, "NEWEST_FIRST", first)).toEqual([...titles].reverse());
    }
  });

  it("can be asked for by project, source, batch, time, and whether they are in a batch; all must hold", async () => {
    const of = (text: string) => titles.filter((title) => title.includes(text));
    expect(await eventsOf({ project: "beta" })).toEqual(of("beta"));
    expect(await eventsOf({ source: "GITHUB" })).toEqual(of("GITHUB"));
    expect(await eventsOf({ batchId })).toEqual(of("alpha"));
    expect(await eventsOf({ processed: true })).toEqual(of("alpha"));
    expect(await eventsOf({ processed: false })).toEqual(of("beta"));
    expect(await eventsOf({ project: "beta", source: "TRELLO", processed: false })).toEqual(["beta TRELLO"]);
    expect(await eventsOf({ project: "beta", batchId })).toEqual([]);
    // `from` is included, `until` is not.
    const { [titles[2] ?? ""]: from = "", [titles[4] ?? ""]: until = "" } = receivedAt;
    const within = titles.filter((title) => (receivedAt[title] ?? "") >= from && (receivedAt[title] ?? "") < until);
    expect(await eventsOf({ from, until })).toEqual(within);
    expect(within.length).toBeGreaterThan(0);
  });

  it("are nothing for a project that has none", async () => {
    expect(await eventsOf({ project: "gamma" })).toEqual([]);
  });
});

describe("batches", () => {
  it("can be asked for by project, status and time", async () => {
    const batchesOf = async (filter: BatchFilter) =>
      (await test.run(BatchesDocument, { filter, first: 20 })).batches.nodes.map((node) => node.batchId);
    expect(await batchesOf({})).toEqual([batchId]);
    expect(await batchesOf({ project: "alpha" })).toEqual([batchId]);
    expect(await batchesOf({ project: "beta" })).toEqual([]);
    expect(await batchesOf({ status: ["POSTED", "POST_FAILED"] })).toEqual([batchId]);
    expect(await batchesOf({ status: ["SEALED"] })).toEqual([]);
    expect(await batchesOf({ from: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z" })).toEqual([]);
  });
});

describe("projects", () => {
  it("are those that have had something, by name, and can be asked to show a change", async () => {
    const page = async (first: number, after?: string) => {
      const { projects: found } = await test.run(ProjectsDocument, { first, after, atLeast: lastPosition });
      return { names: found.nodes.map(({ name }) => name), next: found.pageInfo.endCursor ?? undefined };
    };
    expect((await page(20)).names).toEqual(["alpha", "beta"]);
    const { names, next } = await page(1);
    expect([...names, ...(await page(1, next)).names]).toEqual(["alpha", "beta"]);
  });

  it("say what they have had, also at once behind a change", async () => {
    const { position } = await projects.ingest({ project: "delta", source: "SLACK" });
    const { project } = await test.run(ProjectDocument, { name: "delta", atLeast: position });
    expect(project?.activity).toMatchObject({ events: 1, batches: 0, bySource: [{ source: "SLACK", count: 1 }] });
    const { project: never } = await test.run(ProjectDocument, { name: "never" });
    expect(never?.activity).toEqual({
      events: 0,
      batches: 0,
      bySource: [],
      firstEventAt: null,
      lastEventAt: null,
      lastBatchAt: null,
    });
  });

  it("have their events and batches as edges", async () => {
    const document = gql<{ project: { events: { nodes: object[] }; batches: { nodes: object[] } } }>(`{
      project(name: "alpha") {
        events(filter: { processed: true }, orderBy: OLDEST_FIRST, first: 2) { nodes { title project { name } } }
        batches(filter: { status: [POSTED] }) { nodes { batchId } }
      } }`);
    expect(await test.run(document, {})).toEqual({
      project: {
        events: {
          nodes: [
            { title: "alpha GENERIC", project: { name: "alpha" } },
            { title: "alpha GITHUB", project: { name: "alpha" } },
          ],
        },
        batches: { nodes: [{ batchId }] },
      },
    });
  });
});

describe("assignment rules", () => {
  it("decide where an event goes, are listed page by page, and can be taken away", async () => {
    const add = async (pattern: string, project: string, more: object = {}) =>
      (
        await test.run(AddAssignmentRuleDocument, {
          input: { source: "GITHUB", field: "REPOSITORY", pattern, project, ...more },
        })
      ).addAssignmentRule;
    const one = await add("acme/*", "rule-one", { expectedVersion: 0 });
    expect(one).toMatchObject({ errors: [], version: 1, rule: { pattern: "acme/*", project: { name: "rule-one" } } });
    expect((await add("acme/x", "rule-two", { expectedVersion: 0 })).errors).toMatchObject([
      { code: "VERSION_CONFLICT", path: ["expectedVersion"] },
    ]);
    const two = await add("acme/inventory-api", "rule-two");
    expect((await add("acme/*", "rule-three")).errors).toMatchObject([{ code: "VALIDATION", path: ["pattern"] }]);
    const from = async (id: string) =>
      (await projects.ingest({ project: null, source: "GITHUB", refs: [{ type: "REPOSITORY", id }] })).project.name;
    expect([await from("acme/other"), await from("acme/inventory-api"), await from("foreign/x")]).toEqual([
      "rule-one",
      "rule-two",
      "unassigned",
    ]);
    const { assignmentRules: page } = await test.run(AssignmentRulesDocument, { first: 1 });
    expect(page).toMatchObject({ version: 2, nodes: [{ pattern: "acme/*" }], pageInfo: { hasNextPage: true } });
    const { assignmentRules: rest } = await test.run(AssignmentRulesDocument, {
      first: 1,
      after: page.pageInfo.endCursor ?? null,
    });
    expect(rest).toMatchObject({ nodes: [{ pattern: "acme/inventory-api" }], pageInfo: { hasNextPage: false } });
    const removed = await test.run(RemoveAssignmentRuleDocument, { input: { ruleId: two.rule?.ruleId ?? "" } });
    expect(removed.removeAssignmentRule).toMatchObject({ errors: [], version: 3 });
    // The rules are kept at hand for some seconds; where they were changed, they are known at once.
    await until(async () => (await from("acme/inventory-api")) === "rule-one");
    const again = await test.run(RemoveAssignmentRuleDocument, { input: { ruleId: two.rule?.ruleId ?? "" } });
    expect(again.removeAssignmentRule.errors).toMatchObject([{ code: "NOT_FOUND", path: ["ruleId"] }]);
  });
});

it("node finds projects, events and batches by their global ids", async () => {
  const node = gql<{ node: { __typename: string; id: string } | null }>(
    `query ($id: ID!) { node(id: $id) { __typename id } }`,
  );
  const event = await projects.ingest({ project: "nodes" });
  const { project } = await test.run(ProjectDocument, { name: "nodes" });
  const { batches } = await test.run(gql<{ batches: { nodes: { id: string }[] } }>("{ batches { nodes { id } } }"), {});
  for (const [type, id] of [
    ["ProjectEvent", event.id],
    ["Project", project?.id],
    ["Batch", batches.nodes[0]?.id],
  ] as const) {
    expect(await test.run(node, { id })).toEqual({ node: { __typename: type, id } });
  }
  const unknown = Buffer.from("ProjectEvent:0b9fd2a4-5c7e-5f0e-9a55-00000000dead").toString("base64url");
  expect(await test.run(node, { id: unknown })).toEqual({ node: null });
});
