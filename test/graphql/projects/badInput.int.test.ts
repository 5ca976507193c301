/** Bad input about projects gets a typed answer that names the field; never a 5xx, and nothing is written. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { DocumentNode } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddAssignmentRuleDocument,
  BacktestBatchPolicyDocument,
  BatchDocument,
  BatchesDocument,
  FlushBatchDocument,
  IngestProjectEventDocument,
  IngestProjectEventsDocument,
  ProjectDocument,
  ProjectEventDocument,
  ProjectEventsDocument,
  ProjectsDocument,
  ReassignProjectEventDocument,
  RegenerateSummaryDocument,
  RemoveAssignmentRuleDocument,
  RetryBatchPostDocument,
  SetProjectSettingsDocument,
} from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf } from "../../support/projects.js";

type Json = Readonly<Record<string, unknown>>;
const unknownEvent = "0b9fd2a4-5c7e-5f0e-9a55-00000000dead";
const unknownBatch = "batch_20200101_0000";

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

/** How many commits and records the log has. */
async function written(): Promise<number> {
  const { Count = 0 } = await test.db.client.send(
    new ScanCommand({ TableName: "domain-events", Select: "COUNT", Limit: 5_000 }),
  );
  return Count;
}

/** The errors of a mutation that must write nothing. A wrong input is what is tested, so no document says its type. */
async function refused(document: DocumentNode, input: Json): Promise<readonly object[]> {
  const before = await written();
  const mutation = document as TypedDocumentNode<Record<string, { readonly errors: readonly object[] }>, Json>;
  const data = await test.run(mutation, { input });
  expect(await written()).toBe(before);
  return Object.values(data)[0]?.errors ?? [];
}

const validation = (...path: string[]) => [expect.objectContaining({ code: "VALIDATION", path }) as object];

describe("an event with bad input is refused", () => {
  it.each<[string, Json, string[]]>([
    ["an empty title", { title: " " }, ["title"]],
    ["an over-long title", { title: "x".repeat(301) }, ["title"]],
    ["an over-long text", { text: "x".repeat(4_001) }, ["text"]],
    ["half a character", { text: "x\ud800" }, ["text"]],
    ["an address that is not https", { url: "http://example.org/" }, ["url"]],
    ["an address with credentials", { url: "https://a:b@example.org/" }, ["url"]],
    ["a person without an id", { actor: { id: "" } }, ["actor", "id"]],
    ["a reference without an id", { refs: [{ type: "OTHER", id: "" }] }, ["refs", "0", "id"]],
    ["too many labels", { labels: Array.from({ length: 21 }, (_, n) => `l${n}`) }, ["labels"]],
    ["a project with #", { project: "a#b" }, ["project"]],
    ["a delivery id with a space", { deliveryId: "a b" }, ["deliveryId"]],
    ["a time before 1970", { occurredAt: "1969-12-31T23:59:59Z" }, ["occurredAt"]],
    ["an empty idempotency key", { idempotencyKey: "" }, ["idempotencyKey"]],
  ])("for %s", async (_name, more, path) => {
    const input = { title: "Fine", project: "inventory", ...more };
    expect(await refused(IngestProjectEventDocument, input)).toEqual(validation(...path));
  });

  it("with every problem at once", async () => {
    const errors = await refused(IngestProjectEventDocument, { title: "", labels: [""], url: "no" });
    expect(errors.map((error) => (error as { path: unknown }).path)).toEqual(
      expect.arrayContaining([["title"], ["labels", "0"], ["url"]]),
    );
  });

  it("where none or more than a hundred are brought together", async () => {
    for (const count of [0, 101]) {
      const events = Array.from({ length: count }, () => ({ title: "x", project: "inventory" }));
      expect(await refused(IngestProjectEventsDocument, { events })).toEqual(validation("events"));
    }
  });
});

describe("a change is refused", () => {
  it("of an event that is none, or not there", async () => {
    for (const projectEventId of ["", "nonsense", unknownBatch]) {
      expect(await refused(ReassignProjectEventDocument, { projectEventId, project: "to" })).toEqual(
        validation("projectEventId"),
      );
    }
    expect(await refused(ReassignProjectEventDocument, { projectEventId: unknownEvent, project: "to" })).toEqual([
      expect.objectContaining({ code: "NOT_FOUND", path: ["projectEventId"] }),
    ]);
  });

  it("to a project that can have no such name", async () => {
    const { projectEventId } = await projectsOf(test).ingest();
    expect(await refused(ReassignProjectEventDocument, { projectEventId, project: "a b" })).toEqual(
      validation("project"),
    );
  });

  it("of a batch that is none, or not there", async () => {
    for (const document of [RegenerateSummaryDocument, RetryBatchPostDocument]) {
      for (const batchId of ["", "batch_1", "batch_20250602_1337_x", unknownEvent]) {
        expect(await refused(document, { batchId })).toEqual(validation("batchId"));
      }
      expect(await refused(document, { batchId: unknownBatch })).toEqual([
        expect.objectContaining({ code: "NOT_FOUND", path: ["batchId"] }),
      ]);
    }
  });

  it.each<[string, Json, string[]]>([
    ["a name that no project can have", { project: "a#b" }, ["project"]],
    ["what is unassigned", { project: "unassigned", notifications: "ALL" }, ["project"]],
    ["no event in a batch", { policy: { maxCount: 0 } }, ["policy", "maxCount"]],
    ["more events than a batch can hold", { policy: { maxCount: 46 } }, ["policy", "maxCount"]],
    ["an age below 5 seconds", { policy: { maxAgeSeconds: 4 } }, ["policy", "maxAgeSeconds"]],
    ["a gap above the age", { policy: { maxAgeSeconds: 60, gapSeconds: 61 } }, ["policy", "gapSeconds"]],
    [
      "a time zone that is none",
      { policy: { quietHours: { from: "22:00", to: "07:00", timeZone: "Mars/Base" } } },
      ["policy", "quietHours", "timeZone"],
    ],
    [
      "hours that are none",
      { policy: { quietHours: { from: "25:00", to: "07:00", timeZone: "Etc/UTC" } } },
      ["policy", "quietHours", "from"],
    ],
    ["a channel that is none", { channel: "#a b" }, ["channel"]],
    ["a version below 0", { channel: "a", expectedVersion: -1 }, ["expectedVersion"]],
  ])("of settings, for %s", async (_name, more, path) => {
    expect(await refused(SetProjectSettingsDocument, { project: "settings", ...more })).toEqual(validation(...path));
  });

  it("of rules, for a pattern that is none, and an id that is none", async () => {
    const rule = { source: "GITHUB", field: "REPOSITORY", pattern: "acme/*", project: "inventory" };
    expect(await refused(AddAssignmentRuleDocument, { ...rule, pattern: "a*b" })).toEqual(validation("pattern"));
    expect(await refused(AddAssignmentRuleDocument, { ...rule, pattern: "" })).toEqual(validation("pattern"));
    expect(await refused(AddAssignmentRuleDocument, { ...rule, project: "#" })).toEqual(validation("project"));
    expect(await refused(RemoveAssignmentRuleDocument, { ruleId: "nonsense" })).toEqual(validation("ruleId"));
  });

  it("for a flush of what can be no project", async () => {
    expect(await refused(FlushBatchDocument, { project: "a#b" })).toEqual(validation("project"));
  });
});

describe("a query with bad arguments", () => {
  const refusal = async (document: DocumentNode, variables: Json) => {
    const { status, errors } = await test.send(document, variables);
    expect(status).toBeLessThan(500);
    return errors?.[0]?.extensions;
  };
  const bad = (field: string) => expect.objectContaining({ code: "BAD_USER_INPUT", field }) as object;

  it("is refused for a page size out of bounds", async () => {
    for (const first of [0, -1, 101]) {
      for (const document of [ProjectEventsDocument, BatchesDocument, ProjectsDocument]) {
        expect(await refusal(document, { first })).toEqual(bad("first"));
      }
    }
  });

  it("is refused for a cursor that was altered, or is of another list", async () => {
    const projects = projectsOf(test);
    await projects.ingest({ project: "cursors" });
    await projects.ingest({ project: "cursors" });
    const { projectEvents } = await test.run(ProjectEventsDocument, { first: 1 });
    const after = projectEvents.pageInfo.endCursor ?? "";
    for (const other of ["", "nonsense", `${after}A`]) {
      expect(await refusal(ProjectEventsDocument, { first: 1, after: other })).toEqual(bad("after"));
    }
    expect(await refusal(ProjectEventsDocument, { first: 1, after, orderBy: "OLDEST_FIRST" })).toEqual(bad("after"));
    expect(await refusal(BatchesDocument, { first: 1, after })).toEqual(bad("after"));
  });

  it("is refused for filters that nothing can match", async () => {
    const times = { from: "2025-06-02T00:00:00Z", until: "2025-06-01T00:00:00Z" };
    expect(await refusal(ProjectEventsDocument, { filter: times })).toEqual(bad("filter.until"));
    expect(await refusal(ProjectEventsDocument, { filter: { ...times, until: times.from } })).toEqual(
      bad("filter.until"),
    );
    expect(await refusal(BatchesDocument, { filter: times })).toEqual(bad("filter.until"));
    expect(await refusal(BatchesDocument, { filter: { status: [] } })).toEqual(bad("filter.status"));
    expect(await refusal(ProjectEventsDocument, { filter: { project: "a#b" } })).toEqual(bad("filter.project"));
    expect(await refusal(BatchesDocument, { filter: { project: "" } })).toEqual(bad("filter.project"));
    expect(await refusal(ProjectEventsDocument, { filter: { batchId: "batch_x" } })).toEqual(bad("filter.batchId"));
    expect(await refusal(ProjectEventsDocument, { filter: { from: "yesterday" } })).toMatchObject({
      code: "BAD_USER_INPUT",
    });
  });

  it("is refused for names and ids that are none, and null for what does not exist", async () => {
    expect(await refusal(ProjectDocument, { name: "a#b" })).toEqual(bad("name"));
    expect(await refusal(ProjectEventDocument, { id: "nonsense" })).toEqual(bad("id"));
    expect(await refusal(BatchDocument, { id: "nonsense" })).toEqual(bad("id"));
    const globalId = (text: string) => Buffer.from(text).toString("base64url");
    for (const other of [`Incident:${unknownEvent}`, `Batch:${unknownBatch}`, `ProjectEvent:${unknownEvent}`]) {
      expect(await refusal(ProjectDocument, { name: globalId(other) })).toEqual(bad("name"));
    }
    expect(await refusal(BatchDocument, { id: globalId(`Incident:${unknownEvent}`) })).toEqual(bad("id"));
    expect(await test.run(ProjectEventDocument, { id: unknownEvent })).toEqual({ projectEvent: null });
    expect(await test.run(BatchDocument, { id: unknownBatch })).toEqual({ batch: null });
  });

  it("is refused for a view that is to show a position that is none", async () => {
    expect(await refusal(ProjectDocument, { name: "inventory", atLeast: "nonsense" })).toEqual(bad("atLeast"));
    expect(await refusal(ProjectsDocument, { atLeast: "nonsense" })).toEqual(bad("atLeast"));
  });

  it("is refused for a backtest of a policy that cannot be, or of no time", async () => {
    const ask = (policy: Json, more: Json = {}) =>
      refusal(BacktestBatchPolicyDocument, { project: "inventory", policy, ...more });
    expect(await ask({ maxCount: 46 })).toEqual(bad("policy.maxCount"));
    expect(await ask({}, { project: "a#b" })).toEqual(bad("project"));
    expect(await ask({}, { from: "2025-06-02T00:00:00Z", until: "2025-06-01T00:00:00Z" })).toEqual(bad("until"));
  });
});
