/** What policies have done: queueing, taking back, ending and telling the queue, each safe to be asked for twice. */
import { beforeEach, describe, expect, it } from "vitest";
import { ada, createWorld, policy, worker } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const never = new AbortController().signal;
/** As timers ask: the same key each time. */
const keyed = { ...policy, causationId: "event", commandId: "command", idempotencyKey: "command" };
const unknown = "req_1757412789250_ffffffff";

describe("queue", () => {
  it("lets workers claim a request when its time has come, and says when to ask again before", async () => {
    const requestId = await world.submit({ delaySeconds: 60 });
    expect(await world.workflow.queue(requestId, keyed)).toEqual({ again: world.inSeconds(60) });
    expect(await world.claim()).toEqual([]);
    world.clock.advance(60_000);
    expect(await world.workflow.queue(requestId, keyed)).toEqual({});
    expect(await world.workflow.queue(requestId, keyed)).toEqual({});
    expect(await world.claim()).toHaveLength(1);
  });
});

describe("expireLease", () => {
  it("takes back what nobody was heard of any more, once, and says when to ask again where the lease was extended", async () => {
    const requestId = await world.submit();
    const { leaseToken } = await world.begin();
    world.clock.advance(40_000);
    const { leaseUntil } = await world.service.heartbeat(requestId, { leaseToken }, worker);
    world.clock.advance(20_000);
    expect(await world.workflow.expireLease(requestId, leaseToken, keyed)).toEqual({ again: leaseUntil });
    world.clock.advance(40_000);
    for (let times = 0; times < 2; times += 1)
      expect(await world.workflow.expireLease(requestId, leaseToken, keyed)).toEqual({});
    expect(world.request(requestId)).toMatchObject({ status: "PENDING", stalls: 1 });
    expect(world.run(requestId).availableAt).toBe(world.inSeconds(2.5));
  });

  it("leaves the next lease alone", async () => {
    const requestId = await world.submit();
    const { leaseToken } = await world.begin();
    await world.service.release(requestId, { leaseToken }, worker);
    await world.begin();
    world.clock.advance(100_000);
    expect(await world.workflow.expireLease(requestId, leaseToken, keyed)).toEqual({});
    expect(world.request(requestId).status).toBe("EXECUTING");
  });
});

describe("enforceDeadline", () => {
  it("ends what is not over, and says when to ask again where the deadline has moved", async () => {
    const requestId = await world.submit({ deadlineSeconds: 60 });
    await world.service.cancel(requestId, {}, ada);
    world.clock.advance(30_000);
    await world.service.retry(requestId, {}, ada);
    world.clock.advance(30_000);
    expect(await world.workflow.enforceDeadline(requestId, keyed)).toEqual({ again: world.inSeconds(30) });
    world.clock.advance(30_000);
    expect(await world.workflow.enforceDeadline(requestId, keyed)).toEqual({});
    expect(world.request(requestId)).toMatchObject({ status: "FAILED", failureReason: "DEADLINE" });
    expect(await world.workflow.enforceDeadline(requestId, keyed)).toEqual({});
  });
});

it("has nothing to do for what is not kept any more", async () => {
  expect(await world.workflow.queue(unknown, policy)).toEqual({});
  expect(await world.workflow.expireLease(unknown, 2, policy)).toEqual({});
  expect(await world.workflow.enforceDeadline(unknown, policy)).toEqual({});
  expect(await world.workflow.dispatch(unknown, policy, never)).toEqual({});
  expect(world.sent).toEqual([]);
});

describe("dispatch", () => {
  it("sends one message for each time that a request of strategy SQS can be claimed", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    for (let times = 0; times < 2; times += 1) await world.workflow.dispatch(requestId, keyed, never);
    expect(world.sent).toEqual([requestId]);
    expect(await world.typesOf(requestId)).toEqual(["RequestSubmitted", "RequestDispatched"]);
    const [claimed] = await world.claim({ requestIds: [requestId], strategy: "SQS" });
    await world.workflow.dispatch(requestId, keyed, never);
    world.clock.advance(1);
    await world.service.release(requestId, { leaseToken: claimed?.leaseToken ?? 0 }, worker);
    await world.workflow.dispatch(requestId, keyed, never);
    expect(world.sent).toEqual([requestId, requestId]);
  });

  it("sends nothing about others", async () => {
    await world.workflow.dispatch(await world.submit(), keyed, never);
    await world.workflow.dispatch(await world.submit({ strategy: "SQS", delaySeconds: 60 }), keyed, never);
    expect(world.sent).toEqual([]);
  });

  it("is asked for again soon where the queue fails, however often, and has recorded nothing", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    world.whenSending(() => {
      throw new Error("the queue is gone");
    });
    for (let times = 0; times < 12; times += 1) {
      expect(await world.workflow.dispatch(requestId, keyed, never)).toEqual({ again: world.inSeconds(30) });
      world.clock.advance(30_000);
    }
    expect(await world.typesOf(requestId)).toEqual(["RequestSubmitted"]);
    expect(world.reported).toHaveLength(12);
    world.whenSending(() => undefined);
    expect(await world.workflow.dispatch(requestId, keyed, never)).toEqual({});
    expect(world.sent).toEqual([requestId]);
  });

  it("that must stop says so, and not that the queue has failed", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    const stopped = new AbortController();
    const reason = new Error("the server stops");
    world.whenSending(() => {
      stopped.abort(reason);
      throw reason;
    });
    await expect(world.workflow.dispatch(requestId, keyed, stopped.signal)).rejects.toBe(reason);
    expect(world.reported).toEqual([]);
  });
});

describe("redispatch", () => {
  it("sends anew what nobody has followed for five minutes, whatever became of the others", async () => {
    const ids = [];
    for (let number = 0; number < 8; number += 1) ids.push(await world.submit({ strategy: "SQS" }));
    const [lost = "", ...others] = ids;
    for (const requestId of ids) await world.workflow.dispatch(requestId, policy, never);
    await world.claim({ requestIds: others.slice(0, 1), strategy: "SQS" });
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 0 });
    world.clock.advance(301_000);
    world.sent.length = 0;
    world.whenSending((requestId) => {
      if (requestId === lost) throw new Error("the queue is gone");
    });
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 6 });
    expect(world.sent.toSorted()).toEqual(others.slice(1).toSorted());
    expect(world.reported).toEqual([lost]);
    world.whenSending(() => undefined);
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 1 });
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 0 });
  });

  it("adds nothing to a queue whose workers are behind", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    world.clock.advance(301_000);
    world.holding(1_000);
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 0 });
    world.holding(999);
    expect(await world.workflow.redispatch(never)).toEqual({ sent: 1 });
    expect(world.sent).toEqual([requestId]);
  });

  it("sends all anew that waits when a process starts whose queue is its own, at once and one time", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 120; number += 1) ids.push(await world.submit({ strategy: "SQS" }));
    for (const requestId of ids) await world.workflow.dispatch(requestId, policy, never);
    world.clock.advance(1_000);
    world.sent.length = 0;
    world.holding(1_000);
    const { workflow } = world.another("LOCAL");
    expect(await workflow.redispatch(never)).toEqual({ sent: 120 });
    expect(world.sent.toSorted()).toEqual(ids.toSorted());
    world.holding(0);
    expect(await workflow.redispatch(never)).toEqual({ sent: 0 });
    world.clock.advance(301_000);
    expect(await workflow.redispatch(never)).toEqual({ sent: 100 });
  });

  it("leaves what this process has sent itself before its first round", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    world.clock.advance(1_000);
    const { workflow } = world.another("LOCAL");
    await workflow.dispatch(requestId, policy, never);
    world.clock.advance(1_000);
    expect(await workflow.redispatch(never)).toEqual({ sent: 0 });
    expect(world.sent).toEqual([requestId]);
  });

  it("goes on where the first round of a process was cut off", async () => {
    const ids = [await world.submit({ strategy: "SQS" }), await world.submit({ strategy: "SQS" })];
    for (const requestId of ids) await world.workflow.dispatch(requestId, policy, never);
    world.clock.advance(1_000);
    const { workflow } = world.another("LOCAL");
    const stopped = new AbortController();
    stopped.abort();
    expect(await workflow.redispatch(stopped.signal)).toEqual({ sent: 0 });
    world.clock.advance(1_000);
    expect(await workflow.redispatch(never)).toEqual({ sent: 2 });
  });

  it("stops when it is told to", async () => {
    await world.submit({ strategy: "SQS" });
    world.clock.advance(301_000);
    const stopped = new AbortController();
    stopped.abort();
    expect(await world.workflow.redispatch(stopped.signal)).toEqual({ sent: 0 });
  });
});

describe("a queue that nobody reads", () => {
  it("gets no messages, and nothing is recorded of any", async () => {
    const requestId = await world.submit({ strategy: "SQS" });
    const { workflow } = world.another("UNREAD");
    expect(await workflow.dispatch(requestId, keyed, never)).toEqual({});
    world.clock.advance(301_000);
    expect(await workflow.redispatch(never)).toEqual({ sent: 0 });
    expect(world.sent).toEqual([]);
    expect(await world.typesOf(requestId)).toEqual(["RequestSubmitted"]);
    expect(await world.claim({ strategy: "SQS" })).toHaveLength(1);
  });
});
