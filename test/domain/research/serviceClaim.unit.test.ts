/** Claiming: who gets which request, that nobody else has it, limits of projects, and waiting for what comes. */
import { beforeEach, describe, expect, it } from "vitest";
import { ValidationError } from "../../../src/domain/kernel/errors.js";
import { requestStream } from "../../../src/domain/research/index.js";
import type { Claimed } from "../../../src/domain/research/index.js";
import { ada, createWorld, otherWorker, project, worker } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

let world: World;
beforeEach(() => {
  world = createWorld();
});

const idsOf = (claimed: readonly Claimed[]) => claimed.map(({ request }) => request.requestId);
const submitMany = async (count: number, facts = {}) => {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    world.clock.advance(1);
    ids.push(await world.submit(facts));
  }
  return ids;
};
/** What the index shows for as long as it is behind. */
const keepStale = (requestId: string) => {
  const { projectId, requestType, queuedAt = "" } = world.run(requestId);
  world.stale.set(requestId, { requestId, projectId, requestType, queuedAt });
};

describe("claim", () => {
  it("gives the best first, in one transaction and one look", async () => {
    const [low, medium, high] = [
      await world.submit({ priority: "LOW" }),
      await world.submit(),
      await world.submit({ priority: "HIGH" }),
    ];
    await world.submit({ strategy: "SQS" });
    Object.assign(world.counts, { append: 0, listCandidates: 0 });
    const claimed = await world.claim({ max: 10, leaseSeconds: 30 });
    expect(idsOf(claimed)).toEqual([high, medium, low]);
    expect(world.counts).toMatchObject({ append: 1, listCandidates: 1 });
    expect(claimed[0]).toMatchObject({
      leaseToken: 2,
      leaseUntil: world.inSeconds(30),
      leaseSeconds: 30,
      attempt: 1,
      parts: [],
    });
    expect(claimed[0]?.request.status).toBe("PROCESSING");
  });

  it("gives a request of low priority that has waited for half an hour before a fresh one of high priority", async () => {
    const old = await world.submit({ priority: "LOW" });
    world.clock.advance(31 * 60_000);
    const fresh = await world.submit({ priority: "HIGH" });
    expect(idsOf(await world.claim({ max: 2 }))).toEqual([old, fresh]);
  });

  it("never gives one of ten requests to two of twenty workers in four processes", async () => {
    const ids = await submitMany(10);
    const processes = [world, world.another(), world.another(), world.another()];
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (processes[index % 4] ?? world).service.claim({ workerId: `worker-${index}`, max: 2 }, worker),
      ),
    );
    const given = all.flatMap(idsOf);
    expect(new Set(given).size).toBe(given.length);
    expect(given.toSorted()).toEqual(ids.toSorted());
  });

  it("leaves out what this process has claimed though the index still shows it", async () => {
    const [first = "", second] = await submitMany(2);
    keepStale(first);
    expect(idsOf(await world.claim())).toEqual([first]);
    Object.assign(world.counts, { append: 0, headVersion: 0 });
    expect(idsOf(await world.claim())).toEqual([second]);
    expect(await world.claim()).toEqual([]);
    expect(world.counts).toMatchObject({ append: 1, headVersion: 0 });
  });

  it("has no conflicts among the workers of one process", async () => {
    const ids = await submitMany(10);
    Object.assign(world.counts, { append: 0, headVersion: 0 });
    const all = await Promise.all(ids.map((_, index) => world.claim({ workerId: `worker-${index}` })));
    expect(new Set(all.flatMap(idsOf)).size).toBe(10);
    expect(world.counts).toMatchObject({ append: 10, headVersion: 0 });
  });

  it("goes on with the next where another process was faster", async () => {
    const ids = await submitMany(4);
    for (const requestId of ids) keepStale(requestId);
    expect(idsOf(await world.claim({ max: 3 }))).toEqual(ids.slice(0, 3));
    expect(idsOf(await world.another().service.claim({ workerId: "late", max: 3 }, otherWorker))).toEqual(ids.slice(3));
  });

  it("takes its chance among the best where others were faster, so that all do not meet again, and gives them in order", async () => {
    const ids = await submitMany(40);
    const [first = ""] = ids;
    keepStale(first);
    await world.claim();
    let turn = 1;
    world.byChance(() => (turn *= 0.9));
    const claimed = await world.another().service.claim({ workerId: "late", max: 2 }, otherWorker);
    expect(idsOf(claimed)).toEqual(ids.slice(14, 16));
  });

  it("looks further where others have all of the best", async () => {
    const ids = await submitMany(20);
    for (const requestId of ids.slice(0, 12)) keepStale(requestId);
    await world.claim({ max: 10 });
    await world.claim({ max: 2 });
    expect(idsOf(await world.another().service.claim({ workerId: "late" }, otherWorker))).toEqual([ids[12]]);
  });

  it("gives what was released at once, in the same millisecond", async () => {
    const requestId = await world.submit();
    const [first] = await world.claim();
    await world.service.release(requestId, { leaseToken: first?.leaseToken ?? 0 }, worker);
    const [second] = await world.claim({}, otherWorker);
    expect(second).toMatchObject({ leaseToken: 4, attempt: 1 });
  });

  it("gives only what is asked for and what the worker may see", async () => {
    await world.submit({ requestType: "other" });
    await world.submit({ projectId: "blue" });
    const wanted = await world.submit({ requestType: "wanted" });
    const ofTeam = { ...worker, scope: [project] as const };
    expect(idsOf(await world.claim({ types: ["wanted"], max: 10 }, ofTeam))).toEqual([wanted]);
    expect((await world.claim({ max: 10 }, ofTeam)).map(({ request }) => request.requestType)).toEqual(["other"]);
  });

  it("gives those that are named and no others, and says nothing of those that cannot be claimed", async () => {
    const [first = "", second = ""] = await submitMany(2, { strategy: "SQS" });
    const foreign = await world.submit({ projectId: "blue" });
    const requestIds = [second, foreign, "req_1757412789250_ffffffff"];
    const ofTeam = { ...worker, scope: [project] as const };
    expect(idsOf(await world.claim({ requestIds, strategy: "SQS", max: 10 }, ofTeam))).toEqual([second]);
    expect(await world.claim({ requestIds, strategy: "SQS" }, ofTeam)).toEqual([]);
    expect(world.run(first).queuedAt).toBeDefined();
  });

  it.each([
    ["types", { types: [] }, "must have at least one"],
    ["requestIds", { requestIds: [] }, "must have at least one"],
    ["types", { types: Array.from({ length: 100 }, (_, n) => `type-${n}`) }, "must have at most"],
  ])("refuses a list of %s that asks for nothing, or too much: %j", async (field, input, message) => {
    await expect(world.service.claim({ workerId: "w", ...input }, worker)).rejects.toMatchObject({
      inputPath: [field],
      message: expect.stringContaining(message) as unknown,
    });
  });

  it("refuses input that means nothing, by its field", async () => {
    await expect(world.claim({ workerId: "", max: 11 })).rejects.toThrow(ValidationError);
    await expect(world.service.claim({ workerId: "w" }, { ...worker, expectedVersion: 1 })).rejects.toMatchObject({
      inputPath: ["expectedVersion"],
    });
  });

  it("frees what it was about to claim where a project cannot be read", async () => {
    const requestId = await world.submit();
    world.failing(new Error("the store is gone"));
    await expect(world.claim()).rejects.toThrow("the store is gone");
    world.failing(undefined);
    expect(idsOf(await world.claim())).toEqual([requestId]);
  });
});

describe("claim under a key", () => {
  const keyed = { ...worker, idempotencyKey: "claim-1" };

  it("gives a repeat those of the first call that are still the caller's, and nothing else", async () => {
    const [first = "", second] = await submitMany(3);
    const claimed = await world.claim({ max: 2 }, keyed);
    expect(await world.another().service.claim({ workerId: "worker-1", max: 2 }, keyed)).toEqual(claimed);
    await world.service.release(first, { leaseToken: claimed[0]?.leaseToken ?? 0 }, worker);
    expect(idsOf(await world.claim({ max: 2 }, keyed))).toEqual([second]);
    expect(idsOf(await world.claim({ max: 1 }, { ...otherWorker, idempotencyKey: "claim-1" }))).toEqual([first]);
    expect(idsOf(await world.claim({ max: 2 }, keyed))).toEqual([second]);
  });

  it("gives two calls at once the same", async () => {
    await submitMany(4);
    const [one, other] = await Promise.all([
      world.claim({ max: 2 }, keyed),
      world.another().service.claim({ workerId: "worker-1", max: 2 }, keyed),
    ]);
    expect(other).toEqual(one);
  });

  it("keeps no call that found nothing", async () => {
    expect(await world.claim({}, keyed)).toEqual([]);
    const requestId = await world.submit();
    expect(idsOf(await world.claim({}, keyed))).toEqual([requestId]);
  });
});

describe("the limit of a project", () => {
  const limitTo = (maxRunning: number | undefined) => world.service.setLimit(project, { maxRunning }, ada);

  it("is never passed by thirty claimers in three processes, and is used up", async () => {
    await limitTo(3);
    await submitMany(30);
    const processes = [world, world.another(), world.another()];
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (processes[index % 3] ?? world).service.claim({ workerId: `worker-${index}`, max: 5 }, worker),
      ),
    );
    expect(all.flat()).toHaveLength(3);
    expect(world.requests().filter(({ status }) => status === "PROCESSING")).toHaveLength(3);
  });

  it("lets the next one in once a lease has ended, however it ended", async () => {
    await limitTo(1);
    const ids = await submitMany(4);
    const next = async () => {
      const [claimed] = await world.claim();
      expect(await world.claim()).toEqual([]);
      return { requestId: claimed?.request.requestId ?? "", leaseToken: claimed?.leaseToken ?? 0 };
    };
    const first = await next();
    await world.service.fail(first.requestId, { leaseToken: first.leaseToken, error: "x", retryable: false }, worker);
    const second = await next();
    world.clock.advance(61_000);
    await world.workflow.expireLease(second.requestId, second.leaseToken, ada);
    const third = await next();
    await world.service.cancel(third.requestId, {}, ada);
    expect(await world.claim()).toEqual([]);
    await world.service.release(third.requestId, { leaseToken: third.leaseToken }, worker);
    expect((await next()).requestId).toBe(ids[3]);
  });

  it("is not passed where a request whose lease had ended is claimed anew meanwhile", async () => {
    await limitTo(1);
    const released = await world.submit({ requestType: "released" });
    const waiting = await world.submit({ requestType: "waiting" });
    const [claimed] = await world.claim({ types: ["released"] });
    await world.service.release(released, { leaseToken: claimed?.leaseToken ?? 0 }, worker);
    world.meanwhile(() => world.another().service.claim({ workerId: "w", types: ["released"] }, otherWorker));
    expect(await world.claim({ types: ["waiting"] })).toEqual([]);
    expect([world.request(released).status, world.request(waiting).status]).toEqual(["PROCESSING", "PENDING"]);
  });

  it("counts a request that is claimed anew once", async () => {
    await limitTo(2);
    const [first = "", second] = await submitMany(2);
    for (let times = 0; times < 3; times += 1) {
      const [claimed] = await world.claim();
      await world.service.release(first, { leaseToken: claimed?.leaseToken ?? 0 }, worker);
    }
    expect(idsOf([...(await world.claim()), ...(await world.claim())])).toEqual([first, second]);
    expect(world.lanes()).toHaveLength(2);
  });

  it("gives one of the project in a call, and more of others", async () => {
    await limitTo(3);
    const [first] = await submitMany(3);
    const [other, another] = await submitMany(2, { projectId: "blue" });
    expect(idsOf(await world.claim({ max: 5 }))).toEqual([first, other, another]);
    expect(await world.claim({ max: 5 })).toHaveLength(1);
  });

  it("holds up no other project, however many wait in front", async () => {
    await limitTo(1);
    await submitMany(60, { priority: "HIGH" });
    const behind = await world.submit({ projectId: "blue", priority: "LOW" });
    await world.claim();
    expect(idsOf(await world.claim())).toEqual([behind]);
  });

  it("holds up no other project where thousands wait in front, and reads on behind them", async () => {
    await limitTo(1);
    await submitMany(2_500, { priority: "HIGH" });
    const behind = await world.submit({ projectId: "blue", priority: "LOW" });
    await world.claim();
    expect(idsOf(await world.claim())).toEqual([behind]);
    const ofTeam = { ...worker, scope: ["blue"] as const };
    const also = await world.submit({ projectId: "blue", priority: "LOW" });
    expect(idsOf(await world.claim({}, ofTeam))).toEqual([also]);
    Object.assign(world.counts, { listCandidates: 0 });
    expect(await world.claim()).toEqual([]);
    expect(world.counts.listCandidates).toBeLessThan(6);
  }, 30_000);

  it("ends a look behind 20,000 rows", async () => {
    await world.submit({ projectId: "blue" });
    const row = { projectId: "blue", requestType: "x", queuedAt: world.inSeconds(0) };
    for (let n = 0; n < 25_000; n += 1) world.stale.set(`req-${n}`, { requestId: `req-${n}`, ...row });
    const ofTeam = { ...worker, scope: [project] as const };
    expect(await world.claim({}, ofTeam)).toEqual([]);
    expect(world.counts.listCandidates).toBe(20);
  });

  it("counts those that are with workers already when it is set, of this project and under their newest leases", async () => {
    const [first = "", second = ""] = await submitMany(3);
    await world.submit({ projectId: "blue" });
    const claimed = await world.claim({ max: 2 });
    await world.service.start(second, { leaseToken: claimed[1]?.leaseToken ?? 0 }, worker);
    await world.claim({ max: 10, requestIds: [world.requests()[3]?.requestId ?? ""] });
    const { project: limited } = await limitTo(2);
    expect(limited.lanes).toEqual([
      { requestId: first, leaseToken: 2 },
      { requestId: second, leaseToken: 2 },
    ]);
    expect(await world.claim()).toEqual([]);
    await world.service.release(first, { leaseToken: 2 }, worker);
    expect(idsOf(await world.claim({ max: 5 }))).toEqual([first]);
  });

  it("that is changed reads nobody's leases: who runs is counted already", async () => {
    await limitTo(3);
    await submitMany(2);
    await world.claim();
    Object.assign(world.counts, { getRuns: 0 });
    const { project: lowered } = await limitTo(1);
    expect(lowered.lanes).toHaveLength(1);
    expect(world.counts.getRuns).toBe(0);
  });

  it("does not lose a named request whose message was noted at the same moment", async () => {
    await limitTo(1);
    const requestId = await world.submit({ strategy: "SQS" });
    const note = { streamId: requestStream(requestId), command: { type: "RecordDispatch", messageId: "m-1" } } as const;
    world.meanwhile(() => world.another().commands.handle([note], { actor: ada.actor, correlationId: "c" }));
    const claimed = await world.claim({ requestIds: [requestId], strategy: "SQS" });
    expect(idsOf(claimed)).toEqual([requestId]);
    expect(await world.typesOf(requestId)).toEqual(["RequestSubmitted", "RequestDispatched", "RequestClaimed"]);
  });

  it("is gone when it is lifted, and heard of by another process within five seconds", async () => {
    await limitTo(1);
    await submitMany(3);
    const other = world.another().service;
    await world.claim();
    expect(await other.claim({ workerId: "w" }, worker)).toEqual([]);
    const { project: changed } = await limitTo(undefined);
    expect(changed.maxRunning).toBeUndefined();
    expect(await world.claim()).toHaveLength(1);
    world.clock.advance(5_000);
    expect(await other.claim({ workerId: "w" }, worker)).toHaveLength(1);
  });

  it("costs nothing where there is none", async () => {
    await submitMany(2);
    await world.claim();
    Object.assign(world.counts, { getProjects: 0, getRuns: 0 });
    await world.claim();
    expect(world.counts).toMatchObject({ getProjects: 0, getRuns: 0 });
  });
});

describe("waiting", () => {
  it("ends with what comes", async () => {
    let requestId = "";
    world.whenWaiting(async () => {
      requestId = await world.submit();
      return 40;
    });
    expect(idsOf(await world.claim({ waitSeconds: 20 }))).toEqual([requestId]);
    expect(world.waits).toEqual([1_000]);
  });

  it("looks again soon where it was told of what the index does not show yet", async () => {
    const requestId = await world.submit();
    world.hidden.add(requestId);
    world.whenWaiting((milliseconds) => {
      if (world.waits.length === 2) world.hidden.clear();
      return world.waits.length === 1 ? 40 : milliseconds;
    });
    expect(idsOf(await world.claim({ waitSeconds: 20 }))).toEqual([requestId]);
    expect(world.waits).toEqual([1_000, 250]);
  });

  it("ends with none when its time is over, and has looked a few times only", async () => {
    const begun = world.inSeconds(20);
    expect(await world.claim({ waitSeconds: 20 })).toEqual([]);
    expect(world.inSeconds(0)).toBe(begun);
    expect(world.waits).toEqual([1_000, 2_000, 4_000, 8_000, 5_000]);
    expect(world.counts.listCandidates).toBe(6);
  });

  it("ends with none when the caller goes", async () => {
    const caller = new AbortController();
    world.whenWaiting(() => {
      caller.abort();
      return 10;
    });
    const asked = world.service.claim({ workerId: "w", waitSeconds: 20 }, worker, { signal: caller.signal });
    expect(await asked).toEqual([]);
    expect(world.waits).toHaveLength(1);
  });

  it("ends where waiting ends at once, as when the server stops", async () => {
    world.whenWaiting(() => 0);
    expect(await world.claim({ waitSeconds: 20 })).toEqual([]);
    expect(world.waits.length).toBeLessThan(5);
  });

  it("looks again by itself, ever less often, where only lanes are missing: no event says that one is free", async () => {
    await world.service.setLimit(project, { maxRunning: 1 }, ada);
    const [, second] = await submitMany(2);
    const { requestId, leaseToken } = await world.begin();
    world.whenWaiting(async (milliseconds) => {
      if (world.waits.length === 3)
        await world.another().service.fail(requestId, { leaseToken, error: "x", retryable: false }, worker);
      return milliseconds;
    });
    expect(idsOf(await world.claim({ waitSeconds: 20 }))).toEqual([second]);
    expect(world.waits).toEqual([1_000, 2_000, 4_000]);
  });

  it("leaves to others what has not waited long enough", async () => {
    const requestId = await world.submit();
    const patient = () => world.service.claim({ workerId: "own" }, worker, { queuedSeconds: 2 });
    world.clock.advance(1_999);
    expect(await patient()).toEqual([]);
    world.clock.advance(1);
    expect(idsOf(await patient())).toEqual([requestId]);
  });
});
