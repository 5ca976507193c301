/** Requests from submission to their end on the real engine: what workers do, and what happens by itself when its time has come. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createFolderObjectStore } from "../../src/adapters/objectStore/folder.js";
import { createInProcessQueue } from "../../src/adapters/queue/inProcessQueue.js";
import { UnavailableError, WorkLeaseLostError } from "../../src/domain/kernel/errors.js";
import { requestStream, researchQueueProjection, toQueueStats } from "../../src/domain/research/index.js";
import type { Claimed, InputOf, ResearchService, WorkQueue } from "../../src/domain/research/index.js";
import { createLogger } from "../../src/observability/logger.js";
import { createChores } from "../../src/server/chores.js";
import { createLedger } from "../../src/server/ledger.js";
import type { Ledger } from "../../src/server/ledger.js";
import { createScheduler } from "../../src/store/timers/scheduler.js";
import type { Scheduler } from "../../src/store/timers/scheduler.js";
import { createTimers } from "../../src/store/timers/timers.js";
import type { DurableTimers } from "../../src/store/timers/timers.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { requestBy } from "../support/ledgerAt.js";
import { createManualClock } from "../support/manualClock.js";
import type { ManualClock } from "../support/manualClock.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { until } from "../store/feed/support/ledger.js";

const ada = requestBy("ada");
const worker = requestBy("worker");
const workerId = "worker-1";

const asking = (change: Partial<InputOf<"submit">> = {}): InputOf<"submit"> => ({
  projectId: "test-project-001",
  requestType: "semaglutide_intelligence",
  config: {
    keywords: ["semaglutide"],
    sources: [{ name: "FDA", baseUrl: "https://www.fda.gov", sourceType: "GOVERNMENT" }],
  },
  ...change,
});

const results: InputOf<"complete">["results"] = {
  executiveSummary: "1 item from 1 source.",
  keyFindings: [{ text: "Supply is short.", citations: ["fda-1"] }],
  urlsDiscovered: 3,
  contentExtracted: 2,
  apiCalls: 4,
};
const item: InputOf<"addItems">["items"][number] = {
  itemId: "fda-1",
  url: "https://www.fda.gov/1",
  title: "Supply",
  source: "FDA",
  sourceType: "GOVERNMENT",
  text: "Supply is short.",
  score: 0.9,
};

/** Whether it was claimed: by a look, without waiting. */
const claimOne = async (research: ResearchService, input: Partial<InputOf<"claim">> = {}): Promise<Claimed> => {
  const [claimed] = await research.claim({ workerId, leaseSeconds: 60, ...input }, worker);
  if (claimed === undefined) throw new Error("there was nothing to claim");
  return claimed;
};

describe("a whole server", () => {
  let server: TestOpsledger;
  beforeAll(async () => {
    server = await startTestOpsledger();
  });
  afterAll(async () => {
    await server.close();
  });

  it("hands a request to a worker that waits for it, keeps its report, and counts it", async () => {
    const { research, researchViews, researchReports, control } = server.opsledger.ledger;
    const claiming = research.claim({ workerId, leaseSeconds: 60, waitSeconds: 20 }, worker);
    const { requestId } = await research.submit(asking(), ada);
    const [claimed] = await claiming;
    expect(claimed).toMatchObject({ request: { requestId, status: "PROCESSING" }, attempt: 1, parts: [] });
    const leaseToken = claimed?.leaseToken ?? 0;

    await research.start(requestId, { leaseToken }, worker);
    const progress = { stage: "content_extraction", percentage: 50, urlsFound: 3 };
    const beat = await research.heartbeat(requestId, { leaseToken, progress }, worker);
    expect(beat).toMatchObject({ cancelRequested: false, run: { progress } });
    await research.addItems(requestId, { leaseToken, part: 1, items: [item] }, worker);
    const { position } = await research.complete(requestId, { leaseToken, results }, worker);

    const [request] = await researchViews.getRequests([requestId]);
    expect(request).toMatchObject({
      status: "COMPLETED",
      progress: { percentage: 100 },
      results: { totalSources: 1, tallies: [{ sourceType: "GOVERNMENT", items: 1, highQuality: 1 }] },
    });
    expect(await researchReports.items(request!.results!.report)).toMatchObject([{ itemId: "fda-1" }]);

    await control.waitFor(researchQueueProjection.name, position, "after");
    const now = new Date().toISOString();
    for (const scope of ["all", ["test-project-001"]] as const) {
      const stats = toQueueStats(await researchViews.getTallies(scope), { now, strategy: "TABLE" });
      expect(stats).toMatchObject({
        byStatus: { PENDING: 0, COMPLETED: 1 },
        submitted: 1,
        claimed: 1,
        completed: 1,
      });
      expect(stats.waitSeconds.p95).toBeGreaterThanOrEqual(1);
    }
    expect(toQueueStats(await researchViews.getTallies(["another"]), { now })).toMatchObject({ submitted: 0 });
  });

  it("lets a worker go that waits and whose caller has gone", async () => {
    const caller = new AbortController();
    const { research } = server.opsledger.ledger;
    const claiming = research.claim({ workerId, waitSeconds: 20 }, worker, { signal: caller.signal });
    const begun = performance.now();
    caller.abort();
    expect(await claiming).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it("does not wait for workers that wait when it stops", async () => {
    const { research } = server.opsledger.ledger;
    const claiming = research.claim({ workerId, waitSeconds: 20 }, worker);
    const begun = performance.now();
    await server.restart();
    expect(await claiming).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe("what happens by itself", () => {
  const logger = createLogger({ level: "silent" });
  let clock: ManualClock;
  let engine: TestEngine;
  let folder: string;
  let queue: WorkQueue;
  let isDown: boolean;
  let open: (research: { readonly queue?: WorkQueue }) => Ledger;
  let ledger: Ledger;
  let scheduler: Scheduler;
  let timers: DurableTimers;
  let redispatch: () => Promise<void>;
  beforeEach(async () => {
    clock = createManualClock("2025-09-09T10:13:09.250Z");
    engine = await startTestEngine();
    folder = await mkdtemp(join(tmpdir(), "opsledger-test-"));
    isDown = false;
    const working = createInProcessQueue();
    queue = {
      ...working,
      send: (...asked) => (isDown ? Promise.reject(new UnavailableError("the queue is down")) : working.send(...asked)),
    };
    const db = engine.db();
    const rung = { ring: () => undefined as void };
    open = (research) =>
      createLedger({
        db,
        feedDb: db,
        address: engine.engine,
        contiguousSequenceNumbers: true,
        feedLogs: 2,
        objects: createFolderObjectStore({ folder }),
        logger,
        clock,
        research,
        onScheduled: () => rung.ring(),
      });
    ledger = open({ queue });
    await ledger.start();
    timers = createTimers({ db, clock });
    scheduler = createScheduler({
      timers,
      clock,
      leases: ledger.leases,
      tasks: ledger.timerTasks,
      log: logger,
      // Longer than a test may take: what runs in time was rung for.
      pollMilliseconds: 60_000,
    });
    rung.ring = () => scheduler.ring();
    scheduler.start();
    const { retention, insightsWorkflow: insights, researchWorkflow: research } = ledger;
    const chore = createChores({ retention, insights, research, logger }).find(
      ({ name }) => name === "research-redispatch",
    );
    redispatch = async () => chore?.run(new AbortController().signal);
  });
  afterEach(async () => {
    await scheduler.close();
    await ledger.close();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Waits until the timer is there that the time is then moved to. */
  const timerOf = async (policy: string, requestId: string) => {
    const timerId = `${policy}/${requestId}`;
    await until(async () => (await timers.current(timerId)) !== undefined);
    return timerId;
  };
  const pass = (seconds: number) => {
    clock.advance(seconds * 1_000);
    scheduler.ring();
  };
  const read = async (requestId: string) => {
    const [[request], [run]] = await Promise.all([
      ledger.researchViews.getRequests([requestId]),
      ledger.researchViews.getRuns([requestId]),
    ]);
    if (request === undefined || run === undefined) throw new Error(`${requestId} is not there`);
    return { request, run };
  };
  const typesOf = async (requestId: string) => {
    const types: string[] = [];
    for await (const commit of ledger.eventStore.readStream(requestStream(requestId)))
      types.push(...commit.events.map(({ type }) => type));
    return types;
  };
  const receive = async () =>
    queue.receive({ max: 10, waitSeconds: 20, visibilitySeconds: 60 }, new AbortController().signal);

  it("takes a request back from a worker that is not heard of, and lets others have it when the wait is over", async () => {
    const { requestId } = await ledger.research.submit(asking(), ada);
    const { leaseToken } = await claimOne(ledger.research);
    const timerId = await timerOf("research-leases", requestId);
    pass(40);
    await ledger.research.heartbeat(requestId, { leaseToken }, worker);
    pass(30);
    // The timer of the claim finds that the lease was extended, and comes again when that is over.
    await until(async () => (await timers.current(timerId))?.dueAt === clock.in(30_000));
    expect(await typesOf(requestId)).toEqual(["RequestSubmitted", "RequestClaimed", "RequestProgressed"]);
    pass(30);
    await until(async () => (await read(requestId)).request.stalls === 1);
    expect((await read(requestId)).request).toMatchObject({ status: "PENDING", failures: 0 });
    await expect(ledger.research.heartbeat(requestId, { leaseToken }, worker)).rejects.toThrow(WorkLeaseLostError);
    await timerOf("research-queueing", requestId);
    // No longer than the whole span of the first wait.
    pass(5);
    await until(async () => (await read(requestId)).run.queuedAt !== undefined);
    expect(await claimOne(ledger.research)).toMatchObject({ request: { requestId }, attempt: 2 });
  });

  it("queues a delayed request when its time has come, and says by what that was set off", async () => {
    const { requestId } = await ledger.research.submit(asking({ delaySeconds: 30 }), ada);
    await timerOf("research-queueing", requestId);
    expect(await ledger.research.claim({ workerId }, worker)).toEqual([]);
    pass(30);
    await until(async () => (await typesOf(requestId)).includes("RequestQueued"));
    expect(await claimOne(ledger.research)).toMatchObject({ request: { requestId } });
    const events = [];
    for await (const commit of ledger.eventStore.readStream(requestStream(requestId))) events.push(...commit.events);
    expect(events[1]).toMatchObject({
      type: "RequestQueued",
      actor: { kind: "SYSTEM", id: "policy:research-queueing" },
      causationId: events[0]?.eventId,
      correlationId: events[0]?.correlationId,
    });
  });

  it("ends a request at its deadline, with or without a worker at it, and none that is over", async () => {
    const submit = async (deadlineSeconds: number) =>
      (await ledger.research.submit(asking({ deadlineSeconds }), ada)).requestId;
    const [worked, completed] = [await submit(100), await submit(100)];
    for (const { request, leaseToken } of await ledger.research.claim(
      { workerId, max: 2, leaseSeconds: 600 },
      worker,
    )) {
      if (request.requestId !== completed) continue;
      await ledger.research.start(completed, { leaseToken }, worker);
      await ledger.research.complete(completed, { leaseToken, results: { ...results, keyFindings: [] } }, worker);
    }
    const waits = await submit(100);
    await timerOf("research-deadlines", worked);
    await timerOf("research-deadlines", waits);
    await until(async () => (await timers.current(`research-deadlines/${completed}`)) === undefined);
    pass(100);
    for (const requestId of [worked, waits]) {
      await until(async () => (await read(requestId)).request.status === "FAILED");
      expect(await read(requestId)).toMatchObject({ request: { failureReason: "DEADLINE" }, run: {} });
      expect((await read(requestId)).run).not.toHaveProperty("lease");
    }
    expect((await read(completed)).request.status).toBe("COMPLETED");
    // What is over leaves nothing behind that would come to it later.
    await until(async () => (await timers.countDue(clock.in(86_400_000))) === 0);
  });

  it("sends a message about a request of strategy SQS, and another one where nobody follows it", async () => {
    const { requestId } = await ledger.research.submit(asking({ strategy: "SQS" }), ada);
    const message = { requestId, projectId: "test-project-001", requestType: "semaglutide_intelligence" };
    const [first, ...others] = await receive();
    expect([first, others]).toMatchObject([message, []]);
    await until(async () => (await read(requestId)).run.dispatchedAt !== undefined);
    await queue.remove(first?.receipt ?? "", new AbortController().signal);
    // Nobody has claimed it: the message is lost.
    await redispatch();
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
    pass(301);
    await redispatch();
    expect(await receive()).toMatchObject([message]);
    expect((await typesOf(requestId)).filter((type) => type === "RequestDispatched")).toHaveLength(2);
    expect(await claimOne(ledger.research, { strategy: "SQS", requestIds: [requestId] })).toMatchObject({
      request: { requestId },
    });
    pass(301);
    await redispatch();
    expect(await queue.depth()).toMatchObject({ waiting: 0 });
  });

  it("sends anew what the queue of an earlier process has lost, and does not wait for that", async () => {
    const submit = async () => (await ledger.research.submit(asking({ strategy: "SQS" }), ada)).requestId;
    const ids = [await submit(), await submit()];
    for (const requestId of ids) await until(async () => (await read(requestId)).run.dispatchedAt !== undefined);
    pass(1);
    const next = open({});
    onTestFinished(() => next.close());
    const { signal } = new AbortController();
    expect(await next.researchWorkflow.redispatch(signal)).toEqual({ sent: 2 });
    expect(await next.workQueue.depth()).toEqual({ waiting: 2, inFlight: 0, dead: 0 });
    expect(await next.researchWorkflow.redispatch(signal)).toEqual({ sent: 0 });
  });

  it("sends a message once a queue that was down is there again", async () => {
    isDown = true;
    const { requestId } = await ledger.research.submit(asking({ strategy: "SQS" }), ada);
    const timerId = await timerOf("research-dispatch", requestId);
    // Not given up, however long the queue is down.
    for (let times = 1; times <= 12; times += 1) {
      await until(async () => (await timers.current(timerId))?.dueAt === clock.in(30_000));
      pass(30);
    }
    await until(async () => (await timers.current(timerId))?.dueAt === clock.in(30_000));
    expect((await read(requestId)).run).not.toHaveProperty("dispatchedAt");
    // Nor can it be sent anew; the request waits on.
    await redispatch();
    expect((await read(requestId)).run).not.toHaveProperty("dispatchedAt");
    isDown = false;
    pass(30);
    expect(await receive()).toMatchObject([{ requestId }]);
    await until(async () => (await timers.current(timerId)) === undefined);
  });
});
