/** How many requests to DynamoDB each operation on projects makes. The numbers are a promise: docs/requests.md states them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AddAssignmentRuleDocument,
  AssignmentRulesDocument,
  BacktestBatchPolicyDocument,
  BatchDocument,
  BatchesDocument,
  OpenBatchDocument,
  ProjectDocument,
  ProjectEventDocument,
  ProjectEventsDocument,
  ProjectsDocument,
  SetProjectSettingsDocument,
} from "../../generated/operations.js";
import { projectEventCategory } from "../../../src/domain/projects/index.js";
import { toStreamName } from "../../../src/domain/kernel/streamName.js";
import { systemClock } from "../../../src/server/ledger.js";
import { createTimers } from "../../../src/store/timers/timers.js";
import { until } from "../../support/graphql/client.js";
import { gql } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf, sealsByHand } from "../../support/projects.js";
import type { IngestedEvent, TestProjects } from "../../support/projects.js";

let test: TestOpsledger;
let projects: TestProjects;
let event: IngestedEvent;
let batchId: string;
beforeAll(async () => {
  test = await startTestOpsledger();
  projects = projectsOf(test);
  await projects.set({ project: "counted", policy: sealsByHand, notifications: "NONE" });
  event = await projects.ingest({ project: "counted", title: "Merged #1: One" });
  await projects.ingest({ project: "counted", title: "Merged #2: Two" });
  [batchId = ""] = await projects.flush("counted", 2);
  await projects.batchOnce(batchId, ({ status }) => status === "POSTED");
  for (let n = 0; n < 3; n += 1) event = await projects.ingest({ project: "counted", title: `Waits ${n}` });
  await settled(event);
});
afterAll(() => test.close());

/** Waits until the rules have looked at an event: what they ask of the store is counted, too. */
async function settled({ projectEventId }: IngestedEvent): Promise<void> {
  const position = { streamId: toStreamName(projectEventCategory, projectEventId), version: 1 };
  await test.opsledger.ledger.control.waitFor("project-batching", position, "position");
  const timers = createTimers({ db: test.db, clock: systemClock });
  await until(async () => {
    const look = await timers.current("project-batching/counted");
    return look === undefined || Date.parse(look.nextAt) > Date.now() + 60_000;
  });
}

/** What was sent while `run` ran, as names of operations. */
async function requestsOf(run: () => Promise<unknown>): Promise<string[]> {
  test.counted();
  await run();
  return test.counted().map(({ operation }) => operation);
}

// Events of no project, as the rules leave them alone.
describe("a mutation", () => {
  const unassigned = (more: object = {}) => projects.ingest({ project: null, ...more });

  it("that takes in an event: one transaction", async () => {
    await unassigned();
    expect(await requestsOf(unassigned)).toEqual(["TransactWriteItems"]);
  });

  it("that takes in a hundred: three transactions", async () => {
    await unassigned();
    expect(await requestsOf(() => projects.ingestMany(null, 100))).toEqual([
      "TransactWriteItems",
      "TransactWriteItems",
      "TransactWriteItems",
    ]);
  });

  it("that takes in what came before: the transaction that fails, a look at how far the stream is, and the event", async () => {
    await unassigned({ deliveryId: "twice" });
    expect(await requestsOf(() => unassigned({ deliveryId: "twice" }))).toEqual([
      "TransactWriteItems",
      "Query",
      "BatchGetItem",
      "BatchGetItem",
    ]);
  });

  it("that sets settings it has at hand: one transaction", async () => {
    const set = (channel: string) => test.run(SetProjectSettingsDocument, { input: { project: "set", channel } });
    await set("one");
    expect(await requestsOf(() => set("two"))).toEqual(["TransactWriteItems"]);
  });
});

describe("a query", () => {
  it("of nothing but a project's name: none", async () => {
    const named = gql(`{ project(name: "counted") { id name } }`);
    expect(await requestsOf(() => test.run(named, {}))).toEqual([]);
  });

  it("of settings and activity: one for the settings, two for the activity", async () => {
    const sent = await requestsOf(() => test.run(ProjectDocument, { name: "counted" }));
    expect(sent.sort()).toEqual(["BatchGetItem", "BatchGetItem", "GetItem"]);
  });

  it("of the open batch: what waits and the settings; its events by two for the page, and by two for the preview", async () => {
    const count = gql(`{ project(name: "counted") { openBatch { count isFull } } }`);
    expect((await requestsOf(() => test.run(count, {}))).sort()).toEqual(["BatchGetItem", "Query"]);
    const sent = await requestsOf(() => test.run(OpenBatchDocument, { name: "counted" }));
    expect(sent.sort()).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem", "Query", "Query", "Query"]);
  });

  it("of a page of events of a project, or of a batch: one", async () => {
    const ofProject = () => test.run(ProjectEventsDocument, { filter: { project: "counted" }, first: 2 });
    expect(await requestsOf(ofProject)).toEqual(["Query"]);
    const ofBatch = () => test.run(ProjectEventsDocument, { filter: { batchId }, first: 2 });
    expect(await requestsOf(ofBatch)).toEqual(["Query"]);
  });

  it("of one event: its log, and its batch where that is asked for", async () => {
    expect(await requestsOf(() => test.run(ProjectEventDocument, { id: event.id }))).toEqual(["BatchGetItem"]);
    const { nodes } = (await test.run(BatchDocument, { id: batchId })).batch?.events ?? { nodes: [] };
    const batched = () => test.run(ProjectEventDocument, { id: nodes[0]?.projectEventId ?? "" });
    expect(await requestsOf(batched)).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("of a batch with its events and those of all its claims: the batch, and one query", async () => {
    expect(await requestsOf(() => test.run(BatchDocument, { id: batchId }))).toEqual(["BatchGetItem", "Query"]);
  });

  it("of a page of batches of a project: one", async () => {
    const list = () => test.run(BatchesDocument, { filter: { project: "counted" }, first: 10 });
    expect(await requestsOf(list)).toEqual(["Query"]);
  });

  it("of batches with their claims' events: the list, and a query for each batch", async () => {
    const list = gql(`{ batches(filter: { project: "counted" }) { nodes {
      summary { themes { events { id } } achievements { events { id } } } events { nodes { id batch { batchId } } } } } }`);
    expect(await requestsOf(() => test.run(list, {}))).toEqual(["Query", "Query"]);
  });

  it("of projects, and of the rules: one or two", async () => {
    expect((await requestsOf(() => test.run(ProjectsDocument, {}))).length).toBeLessThanOrEqual(2);
    await test.run(AddAssignmentRuleDocument, {
      input: { source: "GITHUB", field: "REPOSITORY", pattern: "acme/*", project: "counted" },
    });
    expect(await requestsOf(() => test.run(AssignmentRulesDocument, {}))).toEqual(["BatchGetItem"]);
  });

  it("of a backtest: one for each thousand events", async () => {
    const backtest = () => test.run(BacktestBatchPolicyDocument, { project: "counted", policy: { maxCount: 5 } });
    expect(await requestsOf(backtest)).toEqual(["Query"]);
  });
});
