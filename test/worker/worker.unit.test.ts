/** The worker on the research context in memory: what it does with requests, whatever becomes of them, of the ledger and of itself. */
import { afterEach, describe, expect, it } from "vitest";
import { createInProcessQueue } from "../../src/adapters/queue/inProcessQueue.js";
import { ForbiddenError, UnavailableError, ValidationError } from "../../src/domain/kernel/index.js";
import type { QueueMessage, WorkQueue } from "../../src/domain/research/index.js";
import { WorkFailedError, createInProcessClient, createWorker } from "../../src/worker/index.js";
import type { Executor, WorkerClient, WorkerDeps } from "../../src/worker/index.js";
import {
  ada,
  anItem,
  createWorld,
  policy,
  project,
  results,
  worker as workerRequest,
} from "../domain/research/serviceWorld.js";
import type { World } from "../domain/research/serviceWorld.js";
import { until } from "../support/graphql/client.js";

const done: Executor = async () => results;

/** Work that goes on until it must stop. */
const endless: Executor = (_assignment, { signal }) =>
  new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });

const running: { readonly stop: AbortController; readonly ended: Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { stop } of running) stop.abort();
  await Promise.all(running.splice(0).map(({ ended }) => ended.catch(() => undefined)));
});

function clientOf(world: World): WorkerClient {
  return createInProcessClient({
    service: world.service,
    views: world.views,
    readParts: (parts) => world.reader.parts(parts),
    toRequest: () => workerRequest,
  });
}

function start(world: World, execute: Executor, deps: Partial<WorkerDeps> = {}) {
  const stop = new AbortController();
  const outcomes: string[] = [];
  const warned: string[] = [];
  const worker = createWorker({
    client: clientOf(world),
    execute,
    workerId: "worker-1",
    strategy: "TABLE",
    concurrency: 2,
    waitSeconds: 0,
    restMilliseconds: 5,
    clock: world.clock,
    log: { info: () => undefined, warn: (_fields, message) => void warned.push(message) },
    random: () => 0.01,
    onEnd: (_requestId, outcome) => void outcomes.push(outcome),
    ...deps,
  });
  const ended = worker.run(stop.signal);
  running.push({ stop, ended });
  return { worker, outcomes, warned, ended, stop: () => stop.abort() };
}

const statusOf = (world: World, requestId: string) => world.request(requestId).status;

describe("a worker", () => {
  it("does what there is to do, once", async () => {
    const world = createWorld();
    const ids = [await world.submit(), await world.submit(), await world.submit()];
    const seen: string[] = [];
    start(world, async ({ requestId, config }, work) => {
      seen.push(requestId);
      await work.addItems(1, [anItem("fda-1")]);
      work.note("WARNING", `read ${config.sources.length} sources\u0007`);
      return { ...results, keyFindings: [{ text: "It was approved.", citations: ["fda-1"] }] };
    });
    await until(() => ids.every((id) => statusOf(world, id) === "COMPLETED"));
    expect(seen.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) {
      expect(world.request(id).results?.keyFindings).toHaveLength(1);
      expect(world.request(id).warnings.map(({ message }) => message)).toEqual(["read 2 sources"]);
      expect(await world.typesOf(id)).toEqual([
        "RequestSubmitted",
        "RequestClaimed",
        "RequestStarted",
        "RequestItemsAdded",
        "RequestLogged",
        "RequestCompleted",
      ]);
    }
  });

  it("has no more in hand than it may", async () => {
    const world = createWorld();
    for (let count = 0; count < 7; count += 1) await world.submit();
    let inHand = 0;
    let most = 0;
    start(
      world,
      async () => {
        inHand += 1;
        most = Math.max(most, inHand);
        await new Promise((resolve) => setImmediate(resolve));
        inHand -= 1;
        return results;
      },
      { concurrency: 3 },
    );
    await until(() => world.requests().every(({ status }) => status === "COMPLETED"));
    expect(most).toBe(3);
  });

  it("takes its types only", async () => {
    const world = createWorld();
    const other = await world.submit({ requestType: "other" });
    const own = await world.submit({ requestType: "own" });
    start(world, done, { types: ["own"] });
    await until(() => statusOf(world, own) === "COMPLETED");
    expect(statusOf(world, other)).toBe("PENDING");
  });

  it("ends by itself where it shall only do what is there", async () => {
    const world = createWorld();
    const ids = [await world.submit(), await world.submit(), await world.submit()];
    const { worker, stop } = start(world, done, { concurrency: 1 });
    stop();
    await worker.runUntilEmpty(new AbortController().signal);
    expect(ids.map((id) => statusOf(world, id))).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
  });
});

describe("work that fails", () => {
  it.each<[string, () => Error, string, string]>([
    ["is tried again where that may help", () => new Error("no memory"), "PENDING", "no memory"],
    [
      "is not tried again where that is of no use",
      () => new WorkFailedError("the source is gone", { retryable: false }),
      "FAILED",
      "the source is gone",
    ],
    [
      "is not tried again where the ledger refuses what it says",
      () => new ValidationError([{ path: ["results"], message: "is too long" }]),
      "FAILED",
      "results: is too long",
    ],
    ["has a reason also where its error has none", () => new Error(" \n "), "PENDING", "the work failed"],
  ])("%s", async (_what, failure, status, said) => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, async () => {
      throw failure();
    });
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["FAILED"]);
    expect(world.request(id)).toMatchObject({ status, failures: 1 });
    expect(world.request(id).errors.at(-1)?.message).toBe(said);
  });

  it("is left alone for as long as it asks", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, async () => {
      throw new WorkFailedError("come back tomorrow", { retryable: true, retryAfterSeconds: 3_600 });
    });
    await until(() => outcomes.length === 1);
    expect(world.run(id).availableAt).toBe(world.inSeconds(3_600));
  });

  it("tells what it had logged before", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, async (_assignment, work) => {
      for (let page = 1; page <= 120; page += 1) work.note("WARNING", `page ${page}`);
      throw new Error("no memory");
    });
    await until(() => outcomes.length === 1);
    expect(world.run(id).logEntries).toBe(120);
  });

  it("counts as failed where its results are none that the ledger takes", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, async () => ({ ...results, executiveSummary: "" }));
    await until(() => outcomes.length === 1);
    expect(world.request(id)).toMatchObject({ status: "FAILED", failureReason: "ERROR" });
  });
});

describe("a request that is taken from its worker", () => {
  it("is worked on no more, and nothing is said of it", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, (assignment, work) => {
      work.report({ stage: "content_extraction", percentage: 10 });
      return endless(assignment, work);
    });
    await until(() => statusOf(world, id) === "EXECUTING");
    world.clock.advance(3_600_000);
    await world.workflow.expireLease(id, 2, policy);
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["LOST"]);
    expect((await world.typesOf(id)).at(-1)).toBe("RequestLeaseExpired");
  });

  it("is given back where somebody cancels it, which ends it", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(world, (assignment, work) => {
      work.report({ stage: "content_extraction", percentage: 10 });
      return endless(assignment, work);
    });
    await until(() => statusOf(world, id) === "EXECUTING");
    await world.service.cancel(id, { reason: "not needed" }, ada);
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["RELEASED"]);
    expect(statusOf(world, id)).toBe("CANCELLED");
  });

  it("and given to it again is begun anew only when the earlier work on it has stopped", async () => {
    const world = createWorld();
    const id = await world.submit();
    let inHand = 0;
    let most = 0;
    const { outcomes } = start(world, async (assignment, work) => {
      inHand += 1;
      most = Math.max(most, inHand);
      try {
        return assignment.attempt === 1 ? await endless(assignment, work) : results;
      } finally {
        inHand -= 1;
      }
    });
    await until(() => statusOf(world, id) === "EXECUTING");
    world.clock.advance(3_600_000);
    await world.workflow.expireLease(id, 2, policy);
    world.clock.advance(3_600_000);
    await world.workflow.queue(id, policy);
    await until(() => statusOf(world, id) === "COMPLETED");
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual(["LOST", "COMPLETED"]);
    expect(most).toBe(1);
  });
});

describe("a worker that stops", () => {
  it("gives back what it has in hand: no attempt is lost, and the next worker goes on from there", async () => {
    const world = createWorld();
    const id = await world.submit();
    const first = start(world, async (assignment, work) => {
      await work.addItems(1, [anItem("fda-1")]);
      work.report({ stage: "content_extraction", percentage: 40 }, { page: 7 });
      return endless(assignment, work);
    });
    await until(() => world.run(id).parts.length === 1);
    first.stop();
    await first.ended;
    expect(first.outcomes).toEqual(["RELEASED"]);
    expect(world.request(id)).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
    expect(world.run(id)).toMatchObject({ checkpoint: { page: 7 }, queuedAt: world.clock.now() });

    const seen: unknown[] = [];
    start(world, async ({ checkpoint, attempt }, work) => {
      seen.push(
        checkpoint,
        attempt,
        (await work.earlierItems()).map(({ itemId }) => itemId),
      );
      return results;
    });
    await until(() => statusOf(world, id) === "COMPLETED");
    expect(seen).toEqual([{ page: 7 }, 1, ["fda-1"]]);
    expect(world.request(id).results?.tallies).toMatchObject([{ items: 1 }]);
  });

  it("finishes what is nearly done", async () => {
    const world = createWorld();
    const id = await world.submit();
    let finish: () => void = () => undefined;
    const first = start(world, async (_assignment, work) => {
      work.report({ stage: "reporting", percentage: 95 });
      await new Promise<void>((resolve) => (finish = resolve));
      return results;
    });
    await until(() => statusOf(world, id) === "EXECUTING");
    await until(() => String(finish) !== "() => undefined");
    first.stop();
    finish();
    await first.ended;
    expect(statusOf(world, id)).toBe("COMPLETED");
  });

  it("gives back what is nearly done, too, where that takes too long", async () => {
    const world = createWorld();
    const id = await world.submit();
    const first = start(
      world,
      (assignment, work) => {
        work.report({ stage: "reporting", percentage: 95 });
        return endless(assignment, work);
      },
      { graceMilliseconds: 20 },
    );
    await until(() => statusOf(world, id) === "EXECUTING");
    first.stop();
    await first.ended;
    expect(world.request(id)).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
  });

  const nobody = () => Promise.reject(new UnavailableError("nobody there"));
  const silence = () => new Promise<never>(() => undefined);
  it.each<[string, () => Promise<never>, number]>([
    ["is out of reach", nobody, 40],
    ["does not answer", silence, 40],
    ["is out of reach when all but the end is done", nobody, 95],
  ])("stops within its grace also where the ledger %s", { timeout: 3_000 }, async (_what, away, percentage) => {
    const world = createWorld();
    const id = await world.submit();
    const client = clientOf(world);
    const none = { start: away, heartbeat: away, addItems: away, appendLogs: away };
    let isAway = false;
    const reaching = new Proxy(client, {
      get: (_target, name): unknown =>
        isAway && name !== "claim"
          ? { ...none, complete: away, fail: away, release: away }[String(name)]
          : Reflect.get(client, name),
    });
    const first = start(
      world,
      async (assignment, work) => {
        isAway = true;
        work.note("INFO", "one page");
        work.report({ stage: "content_extraction", percentage }, { page: 7 });
        return percentage < 90 ? endless(assignment, work) : results;
      },
      { client: reaching, leaseSeconds: 20, graceMilliseconds: 400 },
    );
    await until(() => isAway);
    first.stop();
    await first.ended;
    expect(first.outcomes).toEqual(["ABANDONED"]);
    expect(statusOf(world, id)).toBe("EXECUTING");
  });

  it("begins nothing that it has claimed at the very moment", async () => {
    const world = createWorld();
    const id = await world.submit();
    const client = clientOf(world);
    let begun = 0;
    const first = start(
      world,
      async () => {
        begun += 1;
        return results;
      },
      {
        client: {
          ...client,
          claim: async (...asked) => {
            const claimed = await client.claim(...asked);
            if (claimed.length > 0) first.stop();
            return claimed;
          },
        },
      },
    );
    await first.ended;
    expect(begun).toBe(0);
    expect(world.request(id)).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
  });
});

describe("a ledger that is out of reach", () => {
  /** Each function fails once before it does something, and once after. */
  function unsteady(client: WorkerClient): WorkerClient {
    const calls = new Map<string, number>();
    const shaky = <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) => {
      return async (...args: Args): Promise<Result> => {
        const count = (calls.get(name) ?? 0) + 1;
        calls.set(name, count);
        if (count === 1) throw new UnavailableError(`${name}: before`);
        const result = await call(...args);
        if (count === 2) throw new UnavailableError(`${name}: after`);
        return result;
      };
    };
    return {
      claim: shaky("claim", (...asked: Parameters<WorkerClient["claim"]>) => client.claim(...asked)),
      isQueued: shaky("isQueued", (...asked: Parameters<WorkerClient["isQueued"]>) => client.isQueued(...asked)),
      start: shaky("start", (...asked: Parameters<WorkerClient["start"]>) => client.start(...asked)),
      heartbeat: shaky("heartbeat", (...asked: Parameters<WorkerClient["heartbeat"]>) => client.heartbeat(...asked)),
      addItems: shaky("addItems", (...asked: Parameters<WorkerClient["addItems"]>) => client.addItems(...asked)),
      appendLogs: shaky("appendLogs", (...asked: Parameters<WorkerClient["appendLogs"]>) =>
        client.appendLogs(...asked),
      ),
      complete: shaky("complete", (...asked: Parameters<WorkerClient["complete"]>) => client.complete(...asked)),
      fail: shaky("fail", (...asked: Parameters<WorkerClient["fail"]>) => client.fail(...asked)),
      release: shaky("release", (...asked: Parameters<WorkerClient["release"]>) => client.release(...asked)),
      readItems: (assignment) => client.readItems(assignment),
    };
  }

  it("for moments costs no attempt, and doubles nothing", async () => {
    const world = createWorld();
    const id = await world.submit();
    const { outcomes } = start(
      world,
      async (_assignment, work) => {
        await work.addItems(1, [anItem("fda-1")]);
        work.note("INFO", "one page");
        return results;
      },
      { client: unsteady(clientOf(world)) },
    );
    await until(() => statusOf(world, id) === "COMPLETED");
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["COMPLETED"]);
    expect(world.run(id)).toMatchObject({ logEntries: 1 });
    const types = await world.typesOf(id);
    expect(new Set(types).size).toBe(types.length);
  });

  it("also hears of failures, and of what is given back", async () => {
    const world = createWorld();
    const [failing, endlessOne] = [await world.submit(), await world.submit({ requestType: "endless" })];
    const first = start(
      world,
      (assignment, work) => {
        if (assignment.requestType === "endless") return endless(assignment, work);
        throw new Error("no memory");
      },
      { client: unsteady(clientOf(world)) },
    );
    await until(() => world.request(failing).failures === 1 && statusOf(world, endlessOne) === "EXECUTING");
    first.stop();
    await first.ended;
    expect(world.request(endlessOne)).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
  });

  it("for good ends no worker", async () => {
    const world = createWorld();
    const { warned } = start(world, done, {
      client: { ...clientOf(world), claim: () => Promise.reject(new Error("no way")) },
    });
    await until(() => warned.length >= 3);
    expect(warned[0]).toBe("no request can be claimed now; it is tried again");
  });

  it("that lets no worker in ends it", async () => {
    const world = createWorld();
    const { ended } = start(world, done, {
      client: { ...clientOf(world), claim: () => Promise.reject(new ForbiddenError("WORKER is needed")) },
    });
    await expect(ended).rejects.toThrow("WORKER is needed");
  });
});

describe("what an earlier attempt has left and cannot be read any more", () => {
  it("is given up: the work begins anew, and completes", async () => {
    const world = createWorld();
    const id = await world.submit();
    const first = start(world, async (assignment, work) => {
      await work.addItems(1, [anItem("fda-1")]);
      work.report({ stage: "content_extraction", percentage: 40 }, { page: 7 });
      return endless(assignment, work);
    });
    await until(() => world.run(id).parts.length === 1);
    first.stop();
    await first.ended;

    world.objects.clear();
    const seen: unknown[] = [];
    const { warned } = start(
      world,
      async ({ checkpoint, parts }, work) => {
        seen.push(checkpoint, parts, await work.earlierItems());
        await work.addItems(1, [anItem("nih-1")]);
        return { ...results, keyFindings: [{ text: "It was approved.", citations: ["nih-1"] }] };
      },
      { leaseSeconds: 10 },
    );
    await until(() => statusOf(world, id) === "COMPLETED");
    expect(seen).toEqual([undefined, [], []]);
    expect(warned).toEqual(["what an earlier attempt has found cannot be read; the work begins anew"]);
    expect(world.request(id)).toMatchObject({ failures: 0 });
  });
});

describe("a worker that hears of requests from a queue", () => {
  const never = new AbortController().signal;
  const messageOf = (requestId: string, more: Partial<QueueMessage> = {}): QueueMessage => ({
    requestId,
    projectId: project,
    requestType: "semaglutide_intelligence",
    ...more,
  });
  const sqs = (queue: WorkQueue): Partial<WorkerDeps> => ({ queue, strategy: "SQS", waitSeconds: 1 });
  const isEmpty = async (queue: WorkQueue) => {
    const { waiting, inFlight } = await queue.depth();
    return waiting + inFlight === 0;
  };

  it("does what the messages name, and removes them", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const ids = [await world.submit({ strategy: "SQS" }), await world.submit({ strategy: "SQS" })];
    for (const id of ids) await queue.send(messageOf(id), never);
    start(world, done, sqs(queue));
    await until(() => ids.every((id) => statusOf(world, id) === "COMPLETED"));
    await until(() => isEmpty(queue));
  });

  it("does nothing twice where a message comes twice", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    for (let sent = 0; sent < 3; sent += 1) await queue.send(messageOf(id), never);
    const { outcomes } = start(world, done, sqs(queue));
    await until(() => isEmpty(queue));
    expect(outcomes).toEqual(["COMPLETED"]);
  });

  it("does all of a project that has room for one at a time", async () => {
    const world = createWorld();
    const inner = createInProcessQueue();
    const later: number[] = [];
    const queue: WorkQueue = {
      ...inner,
      // What is left for later comes again within the test.
      extend: async (receipt, seconds, signal) => {
        later.push(seconds);
        await inner.extend(receipt, seconds / 1_000, signal);
      },
    };
    await world.service.setLimit(project, { maxRunning: 1 }, ada);
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) ids.push(await world.submit({ strategy: "SQS" }));
    for (const id of ids) await inner.send(messageOf(id), never);
    let [inHand, most] = [0, 0];
    start(
      world,
      async () => {
        most = Math.max(most, (inHand += 1));
        await until(() => later.length >= 3);
        inHand -= 1;
        return results;
      },
      { ...sqs(queue), concurrency: 4 },
    );
    await until(() => ids.every((id) => statusOf(world, id) === "COMPLETED"));
    await until(() => isEmpty(inner));
    expect(most).toBe(1);
    expect(new Set(later)).toEqual(new Set([30]));
  });

  it("removes a message of a request that cannot be claimed, or is none", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    await world.service.cancel(id, {}, ada);
    await queue.send(messageOf(id), never);
    await queue.send(messageOf("req_1757412789250_ffffffff"), never);
    const { outcomes } = start(world, done, sqs(queue));
    await until(() => isEmpty(queue));
    expect(outcomes).toEqual([]);
  });

  it("removes the message of what failed: the ledger sends another when it is tried again", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    await queue.send(messageOf(id), never);
    start(world, () => Promise.reject(new Error("no memory")), sqs(queue));
    await until(() => isEmpty(queue));
    expect(world.request(id)).toMatchObject({ status: "PENDING", failures: 1 });
  });

  it("removes the message of what it gives back: the ledger sends another", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    await queue.send(messageOf(id), never);
    const first = start(world, endless, sqs(queue));
    await until(() => statusOf(world, id) === "EXECUTING");
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 1 });
    first.stop();
    await first.ended;
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0, dead: 0 });
    expect(world.run(id).queuedAt).toBe(world.clock.now());
  });

  it("has what it has claimed where the answer was lost, and claims it once", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    await queue.send(messageOf(id), never);
    const client = clientOf(world);
    const keys: string[] = [];
    const { outcomes, warned } = start(world, done, {
      ...sqs(queue),
      client: {
        ...client,
        claim: async (input, options) => {
          keys.push(options.key);
          const claimed = await client.claim(input, options);
          if (keys.length === 1) throw new UnavailableError("no answer");
          return claimed;
        },
      },
    });
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["COMPLETED"]);
    expect(warned).toEqual([]);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect((await world.typesOf(id)).filter((type) => type === "RequestClaimed")).toHaveLength(1);
  });

  it("leaves a message of another type to others", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS", requestType: "own" });
    await queue.send(messageOf("req_1757412789250_ffffffff", { requestType: "other" }), never);
    await queue.send(messageOf(id, { requestType: "own" }), never);
    start(world, done, { ...sqs(queue), types: ["own"] });
    await until(() => statusOf(world, id) === "COMPLETED");
    await until(async () => (await queue.depth()).inFlight === 1);
    expect(await queue.depth()).toMatchObject({ waiting: 0, dead: 0 });
  });

  it("hides the message for as long as it holds the request", async () => {
    const world = createWorld();
    const inner = createInProcessQueue();
    const extended: number[] = [];
    const queue: WorkQueue = {
      ...inner,
      extend: async (receipt, seconds, signal) => {
        extended.push(seconds);
        await inner.extend(receipt, seconds, signal);
      },
    };
    const id = await world.submit({ strategy: "SQS" });
    await queue.send(messageOf(id), never);
    start(
      world,
      (assignment, work) => {
        world.clock.advance(40_000);
        work.report({ stage: "content_extraction", percentage: 10 });
        return endless(assignment, work);
      },
      sqs(queue),
    );
    await until(() => extended.length > 0);
    expect(extended[0]).toBe(60);
  });

  it("shows a message again where the ledger cannot be asked, and goes on", async () => {
    const world = createWorld();
    const queue = createInProcessQueue();
    const id = await world.submit({ strategy: "SQS" });
    await queue.send(messageOf(id), never);
    const client = clientOf(world);
    let asked = 0;
    const { warned } = start(world, done, {
      ...sqs(queue),
      client: {
        ...client,
        claim: (...args) => {
          asked += 1;
          return asked <= 3 ? Promise.reject(new UnavailableError("nobody there")) : client.claim(...args);
        },
      },
    });
    await until(() => statusOf(world, id) === "COMPLETED");
    expect(warned).toEqual(["no request can be claimed now; it is tried again"]);
  });
});
