/** Following research requests: every event once, in order, from a cursor, across a restart; and what workers may claim. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Collector } from "../../support/graphql/client.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { researchOf } from "../../support/research.js";
import type { Json, TestResearch } from "../../support/research.js";

let test: TestOpsledger;
let research: TestResearch;
beforeAll(async () => {
  test = await startTestOpsledger();
  research = researchOf(test);
});
afterAll(() => test.close());

interface Message extends Json {
  readonly requestId: string;
  readonly change: string;
  readonly position: string;
}
type Followed = TypedDocumentNode<Record<string, Message>, Json>;

const progress: Followed = gql(`subscription ($id: ID!, $after: String) { requestProgress(id: $id, after: $after) {
  requestId change actor { id } recordedAt progress { stage percentage } logs { level message stage metadata }
  request { status } position
} }`);
const changed: Followed =
  gql(`subscription ($filter: ResearchChangeFilter, $after: String) { requestChanged(filter: $filter, after: $after) {
  requestId change matches request { projectId priority } position
} }`);
const available: Followed = gql(`subscription ($strategy: ProcessingStrategy, $types: [String!], $after: String) {
  requestAvailable(strategy: $strategy, types: $types, after: $after) { requestId request { requestType } position }
}`);

async function take(collector: Collector<Record<string, Message>>, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  while (messages.length < count) {
    const { data, errors } = await collector.next();
    if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
    messages.push(...Object.values(data));
  }
  return messages;
}

/** The next messages of a subscription that is closed behind them. */
async function first(document: Followed, variables: Json, count: number): Promise<Message[]> {
  const follower = test.follow(document, variables);
  const messages = await take(follower, count);
  await follower.close();
  return messages;
}

const changes = (messages: readonly Message[]) => messages.map(({ change }) => change);

describe("following one request", () => {
  it("tells everything that happens to it, with progress and logs as they were then", async () => {
    const { requestId, position: after } = await research.submit();
    const follower = test.follow(progress, { id: requestId, after });
    const claim = await research.claim(requestId);
    await research.under(claim, "startRequest");
    await research.under(claim, "heartbeatRequest", { progress: { stage: "analysis", percentage: 40 } });
    const entries = [
      { level: "WARNING", message: "Slow", metadata: { page: 3 } },
      { message: "Done", stage: "end" },
    ];
    await research.under(claim, "appendRequestLogs", { entries });
    await research.complete(claim);
    const told = await take(follower, 6);
    expect(changes(told)).toEqual(["CLAIMED", "STARTED", "PROGRESSED", "LOGGED", "ITEMS_ADDED", "COMPLETED"]);
    expect(told[2]).toMatchObject({ progress: { stage: "analysis", percentage: 40 }, logs: [] });
    expect(told[3]).toMatchObject({
      actor: { id: "worker-1" },
      progress: null,
      logs: [
        { level: "WARNING", message: "Slow", stage: "analysis", metadata: { page: 3 } },
        { level: "INFO", message: "Done", stage: "end", metadata: null },
      ],
    });
    expect(told[5]).toMatchObject({ requestId, request: { status: "COMPLETED" } });
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("goes on behind the position of any message, through a restart, each event once", async () => {
    const { requestId, position } = await research.submit();
    const claim = await research.claim(requestId);
    await research.under(claim, "startRequest");
    const beat = (percentage: number) =>
      research.under(claim, "heartbeatRequest", { progress: { stage: "analysis", percentage } });
    await beat(10);
    await beat(20);
    const seen = await first(progress, { id: requestId, after: position }, 3);
    await test.restart();
    await beat(30);
    seen.push(...(await first(progress, { id: requestId, after: seen.at(-1)?.position }, 2)));
    expect(seen.map((message) => message["progress"])).toMatchObject([
      null,
      null,
      ...[10, 20, 30].map((percentage) => ({ percentage })),
    ]);
  });
});

describe("following requests", () => {
  it("tells of those that match, also of the step that leaves the filter", async () => {
    const { position: after } = await research.submit();
    const filters = [
      { projectId: "followed" },
      { projectId: "followed", priorities: ["HIGH"] },
      { userId: "ana", statuses: ["CANCELLED"], requestType: "followed_type" },
      { projectId: "followed", strategy: "SQS" },
    ];
    const followers = filters.map((filter) => test.follow(changed, { filter, after }));
    const one = await research.submit({ projectId: "followed", requestType: "followed_type" });
    await mutate(test, "prioritiseRequest", { requestId: one.requestId, priority: "HIGH" });
    await mutate(test, "prioritiseRequest", { requestId: one.requestId, priority: "LOW" });
    await mutate(test, "cancelRequest", { requestId: one.requestId });
    const other = await research.submit({ projectId: "followed", priority: "HIGH", strategy: "SQS" });
    const told = await Promise.all(followers.map((follower, index) => take(follower, [5, 3, 1, 1][index] ?? 0)));
    const of = (requestId: string, messages: readonly Message[] = []) =>
      messages.filter((message) => message.requestId === requestId);
    expect(changes(of(one.requestId, told[0]))).toEqual(["SUBMITTED", "PRIORITISED", "PRIORITISED", "CANCELLED"]);
    expect(of(one.requestId, told[1]).map(({ change, matches }) => [change, matches])).toEqual([
      ["PRIORITISED", true],
      ["PRIORITISED", false],
    ]);
    expect(told[2]).toMatchObject([{ requestId: one.requestId, change: "CANCELLED" }]);
    expect(told[3]).toMatchObject([
      { requestId: other.requestId, change: "SUBMITTED", request: { projectId: "followed" } },
    ]);
    await Promise.all(followers.map((follower) => follower.close()));
  });
});

describe("workers that follow what can be claimed", () => {
  it("are told once each time that a request can be, of their types and strategy only", async () => {
    const { position: after } = await research.submit();
    const mine = await research.submit({ requestType: "mine" });
    await research.submit({ requestType: "others" });
    await research.submit({ requestType: "mine", strategy: "SQS" });
    const late = await research.submit({ requestType: "mine", delaySeconds: 600 });
    const claim = await research.claim(mine.requestId);
    await research.under(claim, "releaseRequest");
    const last = await research.submit({ requestType: "mine" });
    const told = await first(available, { types: ["mine"], after }, 3);
    expect(told.map(({ requestId }) => requestId).sort()).toEqual(
      [mine.requestId, mine.requestId, last.requestId].sort(),
    );
    expect(told.map(({ requestId }) => requestId)).not.toContain(late.requestId);
    expect(told[0]).toMatchObject({ request: { requestType: "mine" } });
  });
});
