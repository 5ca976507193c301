/** From what waits to a batch with its summary, as a caller of the API sees it. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toProjectEventItem } from "../../../src/store/readModels/projects/items.js";
import {
  BacktestBatchPolicyDocument,
  BatchDocument,
  FlushBatchDocument,
  OpenBatchDocument,
  ProjectDocument,
  ProjectEventDocument,
  ReassignProjectEventDocument,
  RegenerateSummaryDocument,
  RetryBatchPostDocument,
  SetProjectSettingsDocument,
} from "../../generated/operations.js";
import { until } from "../../support/graphql/client.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf, sealsByHand } from "../../support/projects.js";
import type { TestProjects } from "../../support/projects.js";
import { aProjectEvent } from "../../store/projects/builders.js";

let test: TestOpsledger;
let projects: TestProjects;
beforeAll(async () => {
  test = await startTestOpsledger();
  projects = projectsOf(test);
});
afterAll(() => test.close());

const openBatch = async (name: string, page: { first?: number; after?: string } = {}) => {
  const { project } = await test.run(OpenBatchDocument, { name, ...page });
  return project?.openBatch;
};
/** Writes rows of events that wait, past the ledger. */
const putWaiting = async (name: string, count: number) => {
  for (let n = 0; n < count; n += 1) {
    const Item = toProjectEventItem(aProjectEvent({ project: name }));
    await test.db.client.send(new PutCommand({ TableName: test.db.tableName("ProjectEvents"), Item }));
  }
};
/** The open batch once the index has come so far. */
const openBatchOf = async (name: string, count: number) => {
  await until(async () => (await openBatch(name))?.count === count);
  return openBatch(name);
};

describe("the open batch", () => {
  it("says what waits, since when, when it will be sealed and why, and what a summary would say", async () => {
    await projects.set({ project: "open", policy: { ...sealsByHand, maxAgeSeconds: 3_600 } });
    const first = await projects.ingest({ project: "open", title: "Merged #1: First" });
    await projects.ingest({ project: "open", title: "Merged #2: Second" });
    await projects.ingest({ project: "open", title: "Somebody looked", kind: "NOTE" });
    const open = await openBatchOf("open", 3);
    expect(open).toMatchObject({
      isFull: false,
      oldestAt: first.receivedAt,
      dueAt: new Date(Date.parse(first.receivedAt) + 3_600_000).toISOString(),
      dueTrigger: "AGE",
      preview: { headline: expect.stringMatching(/2 pull requests merged/) as string, stats: { events: 3 } },
    });
    expect(open?.events.nodes.map(({ title }) => title)).toEqual([
      "Merged #1: First",
      "Merged #2: Second",
      "Somebody looked",
    ]);
    // What is claimed rests on events that can be followed.
    const achieved = open?.preview?.achievements.flatMap(({ events }) => events.map(({ title }) => title));
    expect(achieved?.sort()).toEqual(["Merged #1: First", "Merged #2: Second"]);
    const page = await openBatch("open", { first: 2 });
    expect(page?.events.pageInfo.hasNextPage).toBe(true);
    const rest = await openBatch("open", { first: 2, after: page?.events.pageInfo.endCursor ?? "" });
    expect(rest?.events.nodes.map(({ title }) => title)).toEqual(["Somebody looked"]);
  });

  it("counts up to what a batch can hold, and says that it is full", async () => {
    await projects.set({
      project: "full",
      policy: { ...sealsByHand, quietHours: { from: "00:00", to: "23:59", timeZone: "Etc/UTC" } },
    });
    await projects.ingestMany("full", 44);
    expect(await openBatchOf("full", 44)).toMatchObject({ isFull: false });
    // Rows that no event stands behind set off no sealing: a full batch of the ledger's own is sealed before anybody sees it.
    await putWaiting("full", 1);
    expect(await openBatch("full")).toMatchObject({ count: 45, isFull: true });
    await putWaiting("full", 2);
    expect(await openBatch("full")).toMatchObject({ count: 45, isFull: true });
  });

  it("is empty where nothing waits, and is none where nothing is batched", async () => {
    expect(await openBatch("nothing-yet")).toMatchObject({
      count: 0,
      isFull: false,
      oldestAt: null,
      dueAt: null,
      dueTrigger: null,
      preview: null,
      events: { nodes: [] },
    });
    expect(await openBatch("unassigned")).toBeNull();
  });
});

describe("a batch", () => {
  it("that is flushed has all that waited, is summarised and posted, and its claims name its events", async () => {
    await projects.set({ project: "flushed", policy: sealsByHand, notifications: "NONE" });
    const merged = await projects.ingest({ project: "flushed", title: "Merged #7: Stock levels" });
    const failed = await projects.ingest({
      project: "flushed",
      kind: "CHECK_FAILED",
      title: "Check failed: build",
      importance: "CRITICAL",
      url: "https://example.org/checks/1",
    });
    const [batchId = ""] = await projects.flush("flushed", 2);
    expect(batchId).toMatch(/^batch_\d{8}_\d{4}(_\d+)?$/);
    const batch = await projects.batchOnce(batchId, ({ status }) => status === "POSTED");
    expect(batch).toMatchObject({
      project: { name: "flushed" },
      trigger: "FLUSH",
      critical: false,
      eventCount: 2,
      openedAt: merged.receivedAt,
      summaryPending: false,
      post: { notifier: "console", attempts: 1, error: null },
      events: { nodes: [{ projectEventId: merged.projectEventId }, { projectEventId: failed.projectEventId }] },
      summary: {
        revision: 1,
        modelUsed: "deterministic-v1",
        fallbackReason: null,
        achievements: [{ events: [{ title: "Merged #7: Stock levels" }] }],
        blockers: [{ events: [{ title: "Check failed: build" }], since: failed.occurredAt }],
        stats: {
          events: 2,
          bySource: [{ source: "GENERIC", count: 2 }],
          byKind: [
            { kind: "PULL_REQUEST_MERGED", count: 1 },
            { kind: "CHECK_FAILED", count: 1 },
          ],
        },
      },
    });
    const { projectEvent } = await test.run(ProjectEventDocument, { id: merged.id });
    expect(projectEvent).toMatchObject({ processed: true, batch: { batchId } });
    // It stays where it is.
    const { reassignProjectEvent } = await test.run(ReassignProjectEventDocument, {
      input: { projectEventId: merged.id, project: "elsewhere" },
    });
    expect(reassignProjectEvent.errors).toHaveLength(1);
    expect(await projects.batchOnce(batch.id, () => true)).toEqual(batch);
  });

  it("is none where nothing waits", async () => {
    const { flushBatch } = await test.run(FlushBatchDocument, { input: { project: "nothing-yet" } });
    expect(flushBatch).toEqual({ batches: [], errors: [], position: null });
  });

  it("gets another summary when somebody asks, at the version that was expected", async () => {
    await projects.set({ project: "again", policy: sealsByHand });
    await projects.ingest({ project: "again" });
    const [batchId = ""] = await projects.flush("again");
    const posted = await projects.batchOnce(batchId, ({ status }) => status === "POSTED");
    const stale = await test.run(RegenerateSummaryDocument, { input: { batchId, expectedVersion: 1 } });
    expect(stale.regenerateSummary.errors).toMatchObject([{ code: "VERSION_CONFLICT", path: ["expectedVersion"] }]);
    const asked = await test.run(RegenerateSummaryDocument, {
      input: { batchId: posted.id, reason: "Too dry", expectedVersion: posted.version },
    });
    expect(asked.regenerateSummary).toMatchObject({ errors: [], batch: { batchId, summaryPending: true } });
    const second = await projects.batchOnce(batchId, ({ summary }) => summary?.revision === 2);
    expect(second).toMatchObject({ status: "POSTED", summaryPending: false });
    // What is posted needs no other try.
    const retried = await test.run(RetryBatchPostDocument, { input: { batchId } });
    expect(retried.retryBatchPost.errors).toMatchObject([{ code: "INVALID_TRANSITION" }]);
  });

  it("is sealed by itself when it has as many events as the policy wants", async () => {
    await projects.set({ project: "by-count", policy: { maxCount: 3, maxAgeSeconds: 3_600 } });
    await projects.ingestMany("by-count", 3);
    await until(async () => {
      const { project } = await test.run(ProjectDocument, { name: "by-count" });
      return project?.activity.batches === 1;
    });
    expect(await openBatchOf("by-count", 0)).toMatchObject({ count: 0 });
  });
});

describe("settings", () => {
  it("have defaults, are set one by one or together, and name the version that is expected", async () => {
    const set = async (input: object) =>
      (await test.run(SetProjectSettingsDocument, { input: { project: "settings", ...input } })).setProjectSettings;
    const before = await test.run(ProjectDocument, { name: "settings" });
    expect(before.project?.settings).toEqual({
      version: 0,
      channel: null,
      notifications: "CRITICAL",
      policy: { maxCount: 10 },
    });
    expect(await set({ channel: "#inventory", expectedVersion: 0 })).toMatchObject({
      errors: [],
      project: { settings: { channel: "#inventory", version: 1, policy: { maxCount: 10, maxAgeSeconds: 3_600 } } },
    });
    expect((await set({ channel: "#other", expectedVersion: 0 })).errors).toMatchObject([{ code: "VERSION_CONFLICT" }]);
    const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
    expect(await set({ policy: { maxCount: 5, gapSeconds: 60, quietHours }, notifications: "ALL" })).toMatchObject({
      errors: [],
      project: {
        settings: { channel: "#inventory", notifications: "ALL", policy: { maxCount: 5, gapSeconds: 60, quietHours } },
      },
    });
    expect(await set({ channel: null, policy: {} })).toMatchObject({
      project: { settings: { channel: null, notifications: "ALL", policy: { maxCount: 10, quietHours: null } } },
    });
  });
});

describe("a backtest", () => {
  it("says what a policy would have made of the events of a project", async () => {
    await projects.set({ project: "history", policy: sealsByHand });
    await projects.ingestMany("history", 25);
    const backtest = async (policy: object, times: object = {}) =>
      (await test.run(BacktestBatchPolicyDocument, { project: "history", policy, ...times })).backtestBatchPolicy;
    expect(await backtest({ maxCount: 10 })).toMatchObject({
      events: 25,
      complete: true,
      batchCount: 2,
      waiting: 5,
      smallest: 10,
      largest: 10,
      byTrigger: [{ trigger: "COUNT", count: 2 }],
      batches: {
        nodes: [
          { trigger: "COUNT", eventCount: 10 },
          { trigger: "COUNT", eventCount: 10 },
        ],
      },
    });
    expect(await backtest({ maxCount: 45 })).toMatchObject({
      batchCount: 0,
      waiting: 25,
      byTrigger: [],
      smallest: null,
      largest: null,
      medianDelay: null,
      longestDelay: null,
    });
    expect(await backtest({}, { until: "2020-01-01T00:00:00Z" })).toMatchObject({ events: 0, complete: true });
    // Nothing was set by it.
    const { project } = await test.run(ProjectDocument, { name: "history" });
    expect(project?.settings.policy.maxCount).toBe(45);
  });
});

it("answers null for a batch that does not exist", async () => {
  expect(await test.run(BatchDocument, { id: "batch_20200101_0000" })).toEqual({ batch: null });
});
