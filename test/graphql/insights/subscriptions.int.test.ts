/** Following metrics and insights: every change once, in order, from a cursor, across a restart, by what the event says. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcknowledgeInsightDocument,
  FollowInsightsDocument,
  FollowMetricsDocument,
  FollowRaisedInsightsDocument,
  ResolveInsightDocument,
} from "../../generated/operations.js";
import type { Collector } from "../../support/graphql/client.js";
import { daysAgo, insightsOf } from "../../support/insights.js";
import type { TestInsights } from "../../support/insights.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
let insights: TestInsights;
beforeAll(async () => {
  test = await startTestOpsledger();
  insights = insightsOf(test);
});
afterAll(() => test.close());

async function take<Data>(collector: Collector<Data>, count: number): Promise<Data[]> {
  const messages: Data[] = [];
  while (messages.length < count) {
    const { data, errors } = await collector.next();
    if (data == null) throw new Error(JSON.stringify(errors));
    messages.push(data);
  }
  return messages;
}

const metric = (values: readonly { readonly name: string; readonly value?: number | null }[], name: string) =>
  values.find((one) => one.name === name)?.value;

describe("following metrics", () => {
  it("first tells what was missed, then what happens, with the values of each change itself", async () => {
    const { position } = await insights.record({ entityId: "stu_1" });
    await insights.record({ entityId: "stu_1" });
    const follower = test.follow(FollowMetricsDocument, { filter: { entityId: "stu_1" }, after: position });
    const [missed] = await take(follower, 1);
    expect(missed?.metricsChanged).toMatchObject({ entityId: "stu_1", entityType: "student", cause: "ACTIVITY" });
    expect(metric(missed?.metricsChanged.values ?? [], "sessions_7d")).toBe(2);
    await insights.record({ entityId: "stu_2" });
    await insights.record({ entityId: "stu_1", kind: "ib_call" });
    const [live] = await take(follower, 1);
    expect(metric(live?.metricsChanged.values ?? [], "sessions_7d")).toBe(2);
    expect(metric(live?.metricsChanged.values ?? [], "ib_calls_7d")).toBe(1);
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("below a score tells only of changes that leave the score there", async () => {
    const { position } = await insights.record({ entityId: "tut_1" });
    const follower = test.follow(FollowMetricsDocument, {
      filter: { entityType: "tutor", healthBelow: 50 },
      after: position,
    });
    // Without calls and with eight sessions all is well; with calls it is not.
    await insights.recordMany(
      [1, 2, 3, 4, 5, 6, 7].map((day) => ({ entityId: "tut_1", kind: "session", occurredAt: daysAgo(day) })),
    );
    const calls = (entityId: string) =>
      Array.from({ length: 8 }, () => ({ entityId, kind: "ib_call", occurredAt: daysAgo(1) }));
    await insights.recordMany(calls("tut_2"));
    const [low] = await take(follower, 1);
    expect(low?.metricsChanged).toMatchObject({ entityId: "tut_2", healthScore: 0 });
    await follower.close();
  });

  it("goes on behind the position of any message, through a restart, each change once", async () => {
    const { position } = await insights.record({ entityId: "stu_3" });
    let cursor = position;
    const seen: unknown[] = [];
    const follow = async (count: number) => {
      const follower = test.follow(FollowMetricsDocument, { filter: { entityId: "stu_3" }, after: cursor });
      for (const { metricsChanged } of await take(follower, count)) {
        seen.push(metric(metricsChanged.values, "sessions_7d"));
        cursor = metricsChanged.position;
      }
      await follower.close();
    };
    const write = async () => {
      // One after the other: each is a change of its own.
      for (let n = 0; n < 5; n += 1) await insights.record({ entityId: "stu_3" });
    };
    await Promise.all([write(), follow(2)]);
    await test.restart();
    await Promise.all([write(), follow(8)]);
    expect(seen).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe("following insights", () => {
  it("as they are raised tells of those above a risk, of a type or about an entity, once", async () => {
    const { position } = await insights.record({ entityId: "stu_10" });
    const followers = [
      { riskAbove: 80 },
      { predictionType: "one" },
      { entityId: "stu_10" },
      { entityType: "tutor" },
    ].map((filter) => test.follow(FollowRaisedInsightsDocument, { filter, after: position }));
    await insights.raise({ entityId: "stu_10", predictionType: "one", riskScore: 80 });
    await insights.raise({ entityId: "stu_11", predictionType: "two", riskScore: 81 });
    await insights.raise({ entityId: "tut_10", predictionType: "three", riskScore: 99 });
    // The last one that all of them are told of.
    await insights.raise({ entityId: "tut_11", predictionType: "one", riskScore: 99 });
    const told = await Promise.all(
      followers.map(async (follower, index) => {
        const messages = await take(follower, [3, 2, 1, 2][index] ?? 0);
        expect(messages.every(({ insightRaised }) => insightRaised.change === "RAISED")).toBe(true);
        return messages.map(({ insightRaised }) => insightRaised.insight.entityId);
      }),
    );
    expect(told).toEqual(
      [["stu_11", "tut_10", "tut_11"], ["stu_10", "tut_11"], ["stu_10"], ["tut_10", "tut_11"]].map(
        (ids) => expect.arrayContaining(ids) as unknown,
      ),
    );
    await Promise.all(followers.map((follower) => follower.close()));
  });

  it("tells every step once, in order; in a status, also of the step that leaves it", async () => {
    const { position } = await insights.record({ entityId: "stu_20" });
    const all = test.follow(FollowInsightsDocument, { filter: { entityId: "stu_20" }, after: position });
    const open = test.follow(FollowInsightsDocument, {
      filter: { entityId: "stu_20", statuses: ["OPEN"] },
      after: position,
    });
    const { alertId } = await insights.raise({ entityId: "stu_20" });
    await test.run(AcknowledgeInsightDocument, { input: { alertId } });
    await test.run(ResolveInsightDocument, { input: { alertId } });
    const changes = async (collector: typeof all, count: number) =>
      (await take(collector, count)).map(({ insightChanged }) => insightChanged.change);
    expect(await changes(all, 3)).toEqual(["RAISED", "ACKNOWLEDGED", "RESOLVED"]);
    expect(await changes(open, 2)).toEqual(["RAISED", "ACKNOWLEDGED"]);
    expect(open.pending).toEqual([]);
    await Promise.all([all.close(), open.close()]);
  });
});
