/** The rows that events leave: a request and its run, its logs, dedupe keys, limits; and the facets that live filters select by. */
import { describe, expect, it } from "vitest";
import {
  claimableTag,
  limits,
  requestTransitions,
  researchDecider,
  researchProjection,
} from "../../../src/domain/research/index.js";
import type {
  RequestEvent,
  RequestLog,
  ResearchEvent,
  ResearchRequest,
  ResearchViewChange,
} from "../../../src/domain/research/index.js";
import { emptyResearchState } from "../../../src/domain/research/research.js";
import { recordAll } from "../../support/deciderSpecification.js";
import type { PastEvent } from "../../support/deciderSpecification.js";
import { content, requestId, researchStory, results, tally } from "../../support/researchStory.js";
import {
  attemptFailed,
  cancelled,
  cancelling,
  claimed,
  failed,
  minute,
  now,
  progress,
  progressed,
  started,
  submitted,
} from "./requestEvents.js";

const streamId = `ResearchRequest-${requestId}`;

/** What each commit changes, oldest first. */
function commits(...past: readonly (readonly PastEvent<RequestEvent>[])[]) {
  let state = emptyResearchState(streamId);
  let version = 0;
  return past.map((commit) => {
    const events = recordAll<ResearchEvent>(
      commit.map((event) => ({ streamId, ...event })),
      version,
    );
    const before = state;
    state = events.reduce((folded, event) => researchDecider.evolve(folded, event), before);
    version += events.length;
    // The projection of this context makes changes of these views only.
    const changes = researchProjection.changes(before, events, state) as readonly ResearchViewChange[];
    return { changes, tags: researchProjection.tags(state), state };
  });
}

/** The two rows behind these events, and the rows of its logs. */
function rowsOf(...past: readonly PastEvent<RequestEvent>[]) {
  const [{ state, changes } = expect.fail("no commit")] = commits(past);
  if (state.kind !== "request" || state.request === undefined || state.run === undefined) expect.fail("no request");
  const logs = changes.flatMap((change) => (change.view === "research-log" && change.row ? [change.row] : []));
  return { request: state.request, run: state.run, logs };
}

const executing = [submitted(), claimed(), started()] as const;
const queued: RequestEvent = { type: "RequestQueued", data: {} };
const released: RequestEvent = { type: "RequestReleased", data: { leaseToken: 2, reason: "It stops" } };
const expired: RequestEvent = {
  type: "RequestLeaseExpired",
  data: { leaseToken: 2, workerId: "worker-1", attempt: 1, retryAt: minute },
};
const vanished: RequestEvent = {
  type: "RequestLeaseExpired",
  data: { leaseToken: 2, workerId: "worker-1", attempt: 1 },
};
const itemsAdded: RequestEvent = {
  type: "RequestItemsAdded",
  data: { leaseToken: 2, part: 1, content, tallies: [tally] },
};
const completed: RequestEvent = {
  type: "RequestCompleted",
  data: { leaseToken: 2, digest: "ef", results, report: content },
};
const logged = (level: "INFO" | "WARNING" | "ERROR", firstSequence = 1): RequestEvent => ({
  type: "RequestLogged",
  data: { leaseToken: 2, firstSequence, entries: [{ level, message: `${level} 1`, stage: "analysis", at: now }] },
});

describe("the row in the seed's table", () => {
  const views = (last: PastEvent<RequestEvent>) =>
    commits([...executing, progressed()], [last])[1]?.changes.map(({ view }) => view);

  it.each([
    ["a heartbeat that keeps the stage", progressed({ progress: { ...progress, percentage: 41 } })],
    ["a heartbeat that tells nothing", progressed({ progress: undefined })],
    ["a checkpoint", progressed({ progress: undefined, checkpoint: { done: 1 } })],
    ["items", itemsAdded],
    ["a message to the queue", { type: "RequestDispatched", data: { messageId: "1" } } satisfies RequestEvent],
  ])("is not written for %s", (_what, event) => {
    expect(views(event)).toEqual(["research-run"]);
  });

  it("is not written for log entries that are no trouble", () => {
    expect(views(logged("INFO"))).toEqual(["research-run", "research-log"]);
    expect(views(logged("WARNING"))).toEqual(["research-request", "research-run", "research-log"]);
    expect(views(logged("ERROR"))).toEqual(["research-request", "research-run", "research-log"]);
  });

  it("is written where another stage begins", () => {
    const analysis = progressed({ progress: { ...progress, stage: "analysis" } });
    expect(views(analysis)).toEqual(["research-request", "research-run"]);
  });

  it("says with which events it goes, and so does its run", () => {
    const { request, run } = rowsOf(...executing, progressed({ progress: { ...progress, stage: "initialization" } }));
    expect([request.version, request.hash]).toEqual([3, "hash-3"]);
    expect([run.requestVersion, run.version, run.hash]).toEqual([3, 4, "hash-4"]);
    expect([request.progress.percentage, run.progress.percentage]).toEqual([0, 40]);
  });

  it("shows the progress as it was when it was written last", () => {
    const { request, run } = rowsOf(...executing, progressed(), logged("ERROR"));
    expect(request.progress).toEqual(run.progress);
    expect(request.progress).toEqual({ ...progress, updatedAt: now });
  });
});

describe("what was submitted", () => {
  it("waits at once, or until its time has come", () => {
    const atOnce = rowsOf(submitted());
    expect(atOnce.request).toMatchObject({
      requestId,
      status: "PENDING",
      statusMessage: "Waiting for a worker",
      createdAt: now,
      dedupeKey: "semaglutide/2025-09",
      failures: 0,
      stalls: 0,
      history: [],
    });
    expect(atOnce.run).toMatchObject({ queuedAt: now, priority: "HIGH", requestVersion: 1 });
    const delayed = rowsOf(submitted({ availableAt: minute }));
    expect(delayed.run).not.toHaveProperty("queuedAt");
    expect(delayed.run.availableAt).toBe(minute);
    expect(delayed.request.statusMessage).toBe(`Waiting until ${minute}`);
    expect(delayed.request).not.toHaveProperty("availableAt");
    const due = rowsOf(submitted({ availableAt: minute }), { ...queued, recordedAt: minute });
    expect(due.run).toMatchObject({ queuedAt: minute });
    expect(due.run).not.toHaveProperty("availableAt");
    expect(due.request.statusMessage).toBe("Waiting for a worker");
  });

  it("has its rank changed with its priority", () => {
    const { request, run } = rowsOf(submitted(), { type: "RequestPrioritised", data: { from: "HIGH", to: "LOW" } });
    expect([request.priority, run.priority]).toEqual(["LOW", "LOW"]);
  });
});

describe("a lease", () => {
  const actor = { kind: "USER", id: "worker" } as const;

  it("is who claimed it, until when, and since when it is worked on", () => {
    const { request, run } = rowsOf(submitted(), { ...claimed(), actor }, { ...started(), recordedAt: minute });
    expect(run.lease).toEqual({
      workerId: "worker-1",
      claimedBy: actor,
      leaseToken: 2,
      leaseSeconds: 60,
      until: minute,
      claimedAt: now,
      startedAt: minute,
      attempt: 1,
    });
    expect(run).not.toHaveProperty("queuedAt");
    expect(request).toMatchObject({ status: "EXECUTING", startedAt: minute, workerId: "worker-1" });
  });

  it("that is not the first one leaves it at when work began", () => {
    const again = rowsOf(...executing, released, claimed(5), { ...started(5), recordedAt: minute });
    expect(again.request.startedAt).toBe(now);
    expect(again.run.lease).toMatchObject({ startedAt: minute, leaseToken: 5 });
  });

  it("is extended by heartbeats", () => {
    const leaseUntil = "2025-01-15T10:35:00.000Z";
    const { run } = rowsOf(...executing, progressed({ leaseUntil, leaseSeconds: 300, progress: undefined }));
    expect(run.lease).toMatchObject({ until: leaseUntil, leaseSeconds: 300, leaseToken: 2 });
  });

  it.each([
    ["COMPLETED", completed],
    ["FAILED", attemptFailed({ retryAt: minute })],
    ["RELEASED", released],
    ["EXPIRED", expired],
    ["CUT_OFF", { type: "RequestFailed", data: { reason: "DEADLINE", error: "late" } } satisfies RequestEvent],
  ] as const)("that is %s is over, and who had it is remembered", (how, event) => {
    const { run } = rowsOf(submitted(), { ...claimed(), actor }, started(), event);
    expect(run).not.toHaveProperty("lease");
    const digest = how === "COMPLETED" ? { digest: "ef" } : {};
    expect(run.ended).toEqual({ leaseToken: 2, claimedBy: actor, how, ...digest });
  });

  it("that was given back leaves a request that can be claimed at once; another end one that waits for its time", () => {
    expect(rowsOf(...executing, { ...released, recordedAt: minute }).run.queuedAt).toBe(minute);
    const { run, request } = rowsOf(...executing, expired);
    expect(run).toMatchObject({ availableAt: minute });
    expect(run).not.toHaveProperty("queuedAt");
    expect(request).toMatchObject({ status: "PENDING", stalls: 1, failures: 0 });
  });

  it("leaves its checkpoint, items and logs to the next one, who may drop them", () => {
    const left = [...executing, progressed({ checkpoint: { done: 1 } }), itemsAdded, logged("INFO"), released] as const;
    const next = (resumed: boolean): RequestEvent => ({
      type: "RequestStarted",
      data: { leaseToken: 8, leaseUntil: minute, resumed },
    });
    const kept = { checkpoint: { done: 1 }, parts: [{ part: 1, content, tallies: [tally] }], logEntries: 1 };
    const nothing = { stage: "initialization", percentage: 0, urlsFound: 0, contentExtracted: 0, processingErrors: 0 };
    expect(rowsOf(...left).run).toMatchObject({ ...kept, progress });
    expect(rowsOf(...left, claimed(8), next(true)).run).toMatchObject({ ...kept, progress: nothing });
    const { run } = rowsOf(...left, claimed(8), next(false));
    expect(run).toMatchObject({ parts: [], logEntries: 1, progress: nothing });
    expect(run).not.toHaveProperty("checkpoint");
  });

  it("keeps its parts in their order, each once", () => {
    const part = (number: number, sha256: string): RequestEvent => ({
      type: "RequestItemsAdded",
      data: { leaseToken: 2, part: number, content: { ...content, sha256 }, tallies: [tally] },
    });
    const { run } = rowsOf(...executing, part(10, "a"), part(2, "b"), part(1, "c"), part(2, "d"));
    expect(run.parts.map(({ part: number, content: { sha256 } }) => [number, sha256])).toEqual([
      [1, "c"],
      [2, "d"],
      [10, "a"],
    ]);
  });
});

describe("a request that is over", () => {
  it("is completed with its results, and done to the last percent", () => {
    const { request, run } = rowsOf(...executing, progressed(), { ...completed, recordedAt: minute });
    expect(request).toMatchObject({
      status: "COMPLETED",
      statusMessage: "Completed with 2 items from 1 source",
      completedAt: minute,
      results: { ...results, report: content },
    });
    expect(run).toMatchObject({ completedAt: minute });
    expect(request.progress).toEqual({
      stage: "completed",
      percentage: 100,
      urlsFound: 15,
      contentExtracted: 12,
      processingErrors: 1,
      updatedAt: minute,
    });
  });

  it("says why it has failed; what failed before is in its errors", () => {
    const { request } = rowsOf(...executing, attemptFailed(), failed);
    expect(request).toMatchObject({
      status: "FAILED",
      failureReason: "ERROR",
      statusMessage: "No answer",
      failures: 1,
      errors: [{ at: now, message: "No answer" }],
    });
  });

  it("goes there from where it was: nobody sees a moment in between", () => {
    const last = ({ history }: ResearchRequest) => history.at(-1);
    expect(last(rowsOf(...executing, attemptFailed(), failed).request)).toMatchObject({
      from: "EXECUTING",
      to: "FAILED",
    });
    for (const end of [released, attemptFailed(), vanished])
      expect(last(rowsOf(...executing, cancelling, end, cancelled).request)).toEqual({
        at: now,
        from: "EXECUTING",
        to: "CANCELLED",
        message: "Cancelled: Wrong keywords",
      });
  });

  it("names who wants it cancelled until it is over", () => {
    const by = { kind: "USER", id: "ada" };
    const asked = rowsOf(...executing, cancelling).request;
    expect(asked).toMatchObject({ status: "EXECUTING", cancellation: { at: now, by, reason: "Wrong keywords" } });
    expect(rowsOf(...executing, cancelling, completed).request).not.toHaveProperty("cancellation");
    expect(rowsOf(...executing, cancelling, released, cancelled).request).not.toHaveProperty("cancellation");
  });

  it("begins anew where a person has it done once more: what was found so far is kept, how it ended is not", () => {
    const deadlineAt = "2025-01-17T10:30:00.000Z";
    const retried: PastEvent<RequestEvent> = { type: "RequestRetried", data: { deadlineAt }, recordedAt: minute };
    const missed: RequestEvent = { type: "RequestFailed", data: { reason: "DEADLINE", error: "late" } };
    const kept = [progressed({ checkpoint: { done: 1 } }), itemsAdded];
    const { request, run } = rowsOf(...executing, ...kept, missed, retried);
    expect(request).toMatchObject({ status: "PENDING", deadlineAt, failures: 0, stalls: 0 });
    for (const gone of ["results", "failureReason", "completedAt", "cancellation"])
      expect(request).not.toHaveProperty(gone);
    expect(run).toMatchObject({ queuedAt: minute, checkpoint: { done: 1 }, progress: { percentage: 0 } });
    expect(run.parts).toHaveLength(1);
    for (const gone of ["lease", "availableAt", "completedAt"]) expect(run).not.toHaveProperty(gone);
  });
});

describe("notes", () => {
  it("are the last errors and warnings, by when they were logged", () => {
    const entry = (level: "WARNING" | "ERROR" | "INFO", number: number) =>
      ({ level, message: `${level} ${number}`, at: now }) as const;
    const many = Array.from({ length: 60 }, (_, index) => entry("WARNING", index));
    const some: RequestEvent = {
      type: "RequestLogged",
      data: { leaseToken: 2, firstSequence: 1, entries: [...many, entry("ERROR", 1), entry("INFO", 1)] },
    };
    const { request, run } = rowsOf(...executing, some, expired);
    expect(request.warnings).toHaveLength(limits.keptNotes);
    expect(request.warnings.at(-1)).toEqual({ at: now, message: "WARNING 59" });
    expect(request.errors.map(({ message }) => message)).toEqual(["ERROR 1", "nothing more was heard of worker-1"]);
    expect(run.logEntries).toBe(62);
  });

  it("are clipped, so that a row holds them all; logs hold them whole", () => {
    const long = "x".repeat(limits.keptNote + 1);
    const some: RequestEvent = {
      type: "RequestLogged",
      data: { leaseToken: 2, firstSequence: 1, entries: [{ level: "ERROR", message: long, at: now }] },
    };
    const { request, logs } = rowsOf(...executing, some, attemptFailed({ error: long, retryAt: minute }));
    for (const { message } of [...request.errors, request.history.at(-1) ?? expect.fail("no change")])
      expect(message).toHaveLength(limits.keptNote);
    expect(logs.map(({ message }) => message)).toContain(long);
  });

  it("of the status are its changes, each allowed, the last ones kept", () => {
    const { request } = rowsOf(...executing, released, claimed(5));
    expect(request.history.map(({ from, to, message }) => [from, to, message])).toEqual([
      ["PENDING", "PROCESSING", "Claimed by worker-1, attempt 1"],
      ["PROCESSING", "EXECUTING", "Request processing started"],
      ["EXECUTING", "PENDING", "Given back by worker-1: It stops; waiting for a worker"],
      ["PENDING", "PROCESSING", "Claimed by worker-1, attempt 1"],
    ]);
    for (const { from, to } of request.history) expect(requestTransitions[from]).toContain(to);
    const again = Array.from({ length: 40 }, (_, index) => [claimed(2 + 2 * index), released]).flat();
    expect(rowsOf(submitted(), ...again).request.history).toHaveLength(limits.keptNotes);
  });
});

describe("the logs", () => {
  const worker = { worker_id: "worker-1", attempt: 1 };

  it("have a line for what happened, in the seed's form", () => {
    const { logs } = rowsOf(...executing);
    expect(logs.at(-1)).toEqual<RequestLog>({
      logId: "log_1757412789250_a08ac7ad_e000003",
      requestId,
      projectId: "test-project-001",
      at: now,
      sequence: 300,
      level: "INFO",
      message: "Request processing started",
      stage: "initialization",
      metadata: { ...worker, by: "ada" },
      version: 3,
    });
    expect(logs[0]).toMatchObject({ message: "Waiting for a worker", stage: "queued", metadata: { by: "ada" } });
  });

  it("have the entries of workers, numbered for good, behind what happened before", () => {
    const two: RequestEvent = {
      type: "RequestLogged",
      data: {
        leaseToken: 2,
        firstSequence: 7,
        entries: [
          {
            level: "DEBUG",
            message: "one",
            stage: "analysis",
            at: now,
            metadata: { node: "n", attempt: 9, worker_id: "x" },
          },
          { level: "ERROR", message: "two", at: minute },
        ],
      },
    };
    const [one, second] = rowsOf(...executing, two).logs.slice(-2);
    expect(one).toMatchObject({
      logId: "log_1757412789250_a08ac7ad_w000007",
      sequence: 400,
      level: "DEBUG",
      stage: "analysis",
      metadata: { ...worker, node: "n" },
      version: 4,
    });
    expect(second).toMatchObject({
      logId: "log_1757412789250_a08ac7ad_w000008",
      sequence: 401,
      at: minute,
      stage: "initialization",
      message: "two",
    });
  });

  it("name the worker whose lease has just ended", () => {
    expect(rowsOf(...executing, released).logs.at(-1)).toMatchObject({ metadata: worker, level: "INFO" });
    expect(rowsOf(...executing, expired).logs.at(-1)).toMatchObject({
      metadata: worker,
      level: "WARNING",
      message: `Attempt 1: nothing more was heard of worker-1; tried again at ${minute}`,
    });
  });

  it("say what is trouble", () => {
    const levels = (...past: readonly RequestEvent[]) => rowsOf(...executing, ...past).logs.map(({ level }) => level);
    expect(levels(attemptFailed({ retryAt: minute })).at(-1)).toBe("WARNING");
    expect(levels(attemptFailed(), failed).slice(-2)).toEqual(["ERROR", "ERROR"]);
    expect(levels(completed).at(-1)).toBe("INFO");
  });

  it("are silent about what changes all the time", () => {
    const dispatched: RequestEvent = { type: "RequestDispatched", data: { messageId: "1" } };
    const { logs } = rowsOf(
      submitted(),
      dispatched,
      claimed(3),
      started(3),
      progressed(),
      itemsAdded,
      released,
      queued,
    );
    expect(logs.map(({ version }) => version)).toEqual([1, 3, 4, 7]);
  });

  it("of a whole story have no id twice, and are in its order", () => {
    for (const { streamId: story, events } of researchStory()) {
      const state = events.reduce((folded, event) => researchDecider.evolve(folded, event), emptyResearchState(story));
      const rows = researchProjection
        .changes(emptyResearchState(story), events, state)
        .flatMap(({ view, row }) => (view === "research-log" ? [row as RequestLog] : []));
      expect(new Set(rows.map(({ logId }) => logId)).size).toBe(rows.length);
      const sequences = rows.map(({ sequence }) => sequence);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
  });
});

describe("tags", () => {
  it("say what live filters ask, and whether it can be claimed", () => {
    const facets = (status: string) => [
      "project:test-project-001",
      "user:test-user-123",
      `status:${status}`,
      "priority:HIGH",
      "strategy:TABLE",
      "request-type:semaglutide_intelligence",
    ];
    const tags = commits([submitted()], [claimed()], [started()], [released]).map((commit) => commit.tags);
    expect(tags).toEqual([
      [...facets("PENDING"), claimableTag],
      facets("PROCESSING"),
      facets("EXECUTING"),
      [...facets("PENDING"), claimableTag],
    ]);
  });
});

describe("rows of a project and of a dedupe key", () => {
  it("are what their streams say", () => {
    const rows = researchStory().flatMap(({ streamId: story, events, state }) =>
      researchProjection
        .changes(emptyResearchState(story), events, state)
        .filter(({ view }) => view === "research-slot" || view === "research-project"),
    );
    expect(rows).toEqual([
      {
        view: "research-slot",
        key: "3f0b7c1e-58a4-5d0c-9a3e-0f6b8f6f0a11",
        row: {
          slotId: "3f0b7c1e-58a4-5d0c-9a3e-0f6b8f6f0a11",
          projectId: "test-project-001",
          dedupeKey: "semaglutide/2025-09",
          requestId,
          version: 2,
          hash: "hash-2",
        },
      },
      {
        view: "research-project",
        key: "test-project-001",
        row: {
          projectId: "test-project-001",
          maxRunning: 1,
          lanes: [{ requestId, leaseToken: 5 }],
          version: 2,
          hash: "hash-2",
        },
      },
    ]);
  });
});
