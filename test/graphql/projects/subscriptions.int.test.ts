/** Following projects and batches: every event once, in order, from a cursor, across reconnects and restarts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FollowBatchesDocument, FollowProjectDocument, RegenerateSummaryDocument } from "../../generated/operations.js";
import type { FollowBatchesSubscription, FollowProjectSubscription } from "../../generated/operations.js";
import type { Collector } from "../../support/graphql/client.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf, sealsByHand } from "../../support/projects.js";
import type { TestProjects } from "../../support/projects.js";

let test: TestOpsledger;
let projects: TestProjects;
beforeAll(async () => {
  test = await startTestOpsledger();
  projects = projectsOf(test);
});
afterAll(() => test.close());

type Activity = FollowProjectSubscription["projectActivity"];
type Change = FollowBatchesSubscription["batchChanged"];

async function next<Data>(collector: Collector<Data>): Promise<Data> {
  const { data, errors } = await collector.next();
  if (data == null) throw new Error(JSON.stringify(errors));
  return data;
}

async function take(collector: Collector<FollowProjectSubscription>, count: number): Promise<Activity[]> {
  const messages: Activity[] = [];
  while (messages.length < count) messages.push((await next(collector)).projectActivity);
  return messages;
}

/** Messages up to the first that `isLast`. */
async function takeUntil(collector: Collector<FollowBatchesSubscription>, isLast: (change: Change) => boolean) {
  const messages: Change[] = [];
  for (;;) {
    const { batchChanged } = await next(collector);
    messages.push(batchChanged);
    if (isLast(batchChanged)) return messages;
  }
}

describe("following a project", () => {
  it("first tells what was missed, then what happens, and nothing of other projects", async () => {
    const { position } = await projects.set({ project: "followed", policy: sealsByHand });
    const missed = await projects.ingest({ project: "followed", title: "Missed" });
    const follower = test.follow(FollowProjectDocument, { project: "followed", after: position });
    expect(await take(follower, 1)).toMatchObject([
      { change: "RECEIVED", projectEventId: missed.projectEventId, projectEvent: { title: "Missed" } },
    ]);
    await projects.ingest({ project: "elsewhere", title: "Not told" });
    await projects.ingest({ project: "followed", title: "Live" });
    expect(await take(follower, 1)).toMatchObject([{ change: "RECEIVED", projectEvent: { title: "Live" } }]);
    const [batchId] = await projects.flush("followed", 2);
    const batched = await take(follower, 2);
    expect(batched.map(({ change }) => change)).toEqual(["BATCHED", "BATCHED"]);
    expect(batched.map(({ projectEvent }) => projectEvent?.batch?.batchId)).toEqual([batchId, batchId]);
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("tells of an event that is moved, where it was and where it goes", async () => {
    const event = await projects.ingest({ project: "moved-from" });
    const [from, to] = ["moved-from", "moved-to"].map((project) =>
      test.follow(FollowProjectDocument, { project, after: event.position }),
    );
    await projects.reassign(event.projectEventId, "moved-to");
    for (const follower of [from, to]) {
      expect(await take(follower!, 1)).toMatchObject([
        { change: "REASSIGNED", projectEvent: { project: { name: "moved-to" } } },
      ]);
      await follower!.close();
    }
  });

  it("goes on behind the position of any message, through cuts and a restart, each event once", async () => {
    const { position } = await projects.set({ project: "busy", policy: sealsByHand });
    let cursor = position;
    const seen: string[] = [];
    const follow = async (count: number) => {
      const follower = test.follow(FollowProjectDocument, { project: "busy", after: cursor });
      for (const message of await take(follower, count)) {
        seen.push(message.projectEventId);
        cursor = message.position;
      }
      await follower.close();
    };
    const write = async (count: number) => {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push((await projects.ingest({ project: "busy" })).projectEventId);
      return ids;
    };
    const [first] = await Promise.all([write(10), follow(4)]);
    await test.restart();
    const [second] = await Promise.all([write(10), follow(16)]);
    expect([...seen].sort()).toEqual([...first, ...second].sort());
  });

  it("is refused for a name that no project can have, and for a cursor that is none", async () => {
    const refusal = async (variables: { project: string; after?: string }) =>
      (await test.follow(FollowProjectDocument, variables).next()).errors?.[0]?.extensions;
    expect(await refusal({ project: "a#b" })).toMatchObject({ code: "BAD_USER_INPUT", field: "project" });
    expect(await refusal({ project: "followed", after: "nonsense" })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "after",
    });
  });
});

describe("following batches", () => {
  it("tells every step of a batch once, in order, with the batch as it is now", async () => {
    const { position } = await projects.set({ project: "stepping", policy: sealsByHand });
    const follower = test.follow(FollowBatchesDocument, { project: "stepping", after: position });
    await projects.ingest({ project: "stepping" });
    const [batchId = ""] = await projects.flush("stepping");
    const steps = await takeUntil(follower, ({ change }) => change === "POSTED");
    expect(steps.map(({ change }) => change)).toEqual(["SEALED", "SUMMARISED", "POST_STARTED", "POSTED"]);
    expect(new Set(steps.map(({ batch }) => batch.batchId))).toEqual(new Set([batchId]));
    await test.run(RegenerateSummaryDocument, { input: { batchId } });
    const more = await takeUntil(follower, ({ change }) => change === "POST_UPDATED");
    expect(more.map(({ change }) => change)).toEqual(["SUMMARY_REQUESTED", "SUMMARISED", "POST_UPDATED"]);
    await follower.close();
  });

  it("of all projects goes on behind its own position, across a restart", async () => {
    const { position } = await projects.set({ project: "all-one", policy: sealsByHand });
    await projects.set({ project: "all-two", policy: sealsByHand });
    const follower = test.follow(FollowBatchesDocument, { after: position });
    await projects.ingest({ project: "all-one" });
    await projects.flush("all-one");
    const first = await takeUntil(follower, ({ change }) => change === "POSTED");
    await follower.close();
    await test.restart();
    const again = test.follow(FollowBatchesDocument, { after: first.at(-1)?.position });
    await projects.ingest({ project: "all-two" });
    await projects.flush("all-two");
    const second = await takeUntil(again, ({ change }) => change === "POSTED");
    expect(new Set(second.map(({ batch }) => batch.project.name))).toEqual(new Set(["all-two"]));
    expect(second.map(({ change }) => change)).toEqual(["SEALED", "SUMMARISED", "POST_STARTED", "POSTED"]);
    await again.close();
  });
});
