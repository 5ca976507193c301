/** The rules of a request as people, policies and time meet it. */
import { describe, expect, it } from "vitest";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  ValidationError,
} from "../../../src/domain/kernel/errors.js";
import { NotClaimableError, requestDecider, requestTransitions } from "../../../src/domain/research/index.js";
import type { RequestCommand } from "../../../src/domain/research/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { content, results, submission } from "../../support/researchStory.js";
import {
  attemptFailed,
  cancelled,
  cancelling,
  claimed,
  deadlineAt,
  failed,
  minute,
  now,
  started,
  submitted,
  system,
} from "./requestEvents.js";

const { given } = deciderSpecification(requestDecider);
const outsider = { scope: ["another-project"] };
const completed = {
  type: "RequestCompleted",
  data: { leaseToken: 2, digest: "ef", results, report: content },
} as const;
const ends = {
  COMPLETED: [submitted(), claimed(), started(), completed],
  FAILED: [submitted(), claimed(), attemptFailed(), failed],
  CANCELLED: [submitted(), cancelled],
} as const;
const claim = { type: "ClaimRequest", workerId: "worker-1", leaseSeconds: 60 } as const;

describe("a request that is submitted", () => {
  it("has its deadline reckoned from now, and waits from now on", () => {
    given().when(submission()).then(submitted());
  });

  it("waits for its time where it is delayed", () => {
    given()
      .when(submission({ delaySeconds: 60 }))
      .then(submitted({ availableAt: minute }));
  });

  it("cannot be delayed beyond its deadline: it would never be claimed", () => {
    given()
      .when(submission({ deadlineSeconds: 60, delaySeconds: 60 }))
      .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual(["delaySeconds"]));
  });

  it("is of a project of who submits it", () => {
    given()
      .when(submission(), outsider)
      .thenRefused(ForbiddenError, ({ inputPath }) => expect(inputPath).toEqual(["projectId"]));
    given()
      .when(submission(), { scope: ["test-project-001"] })
      .then(submitted());
  });

  it("is not submitted twice", () => {
    given(submitted()).when(submission()).thenRefused(InvalidTransitionError);
  });
});

describe("a request of a foreign project", () => {
  const commands: readonly RequestCommand[] = [
    { type: "QueueRequest" },
    { type: "RecordDispatch", messageId: "1" },
    { type: "PrioritiseRequest", priority: "LOW" },
    claim,
    { type: "StartRequest", leaseToken: 2, resume: false },
    { type: "Heartbeat", leaseToken: 2 },
    { type: "ReleaseRequest", leaseToken: 2 },
    { type: "ExpireLease", leaseToken: 2, jitter: 0 },
    { type: "EnforceDeadline" },
    { type: "CancelRequest" },
    { type: "RetryRequest" },
  ];

  it.each(commands)("is not there for $type", (command) => {
    given(submitted(), claimed())
      .when(command, outsider)
      .thenRefused(NotFoundError, ({ inputPath }) => expect(inputPath).toEqual(["requestId"]));
    given().when(command).thenRefused(NotFoundError);
  });

  it("has no version either", () => {
    const state = requestDecider.initialState;
    const context = { streamId: "ResearchRequest-req_1757412789250_a08ac7ad", now, actor: system };
    const ask = (command: RequestCommand) => () => requestDecider.requireVisible?.(command, state, context);
    expect(ask({ type: "CancelRequest" })).toThrow("req_1757412789250_a08ac7ad does not exist");
    expect(ask(submission())).not.toThrow();
  });
});

describe("a delayed request", () => {
  const delayed = submitted({ availableAt: minute });

  it("is queued when its time has come, once", () => {
    given(delayed).when({ type: "QueueRequest" }).thenNothing();
    given(delayed).when({ type: "QueueRequest" }, { now: minute }).thenOnce({ type: "RequestQueued", data: {} });
    given(submitted()).when({ type: "QueueRequest" }, { now: minute }).thenNothing();
  });

  it("can be claimed from then on, not before", () => {
    given(delayed)
      .when(claim)
      .thenRefused(NotClaimableError, ({ requestId, from }) => expect([requestId, from]).toEqual(["1", "PENDING"]));
    const queued = { type: "RequestQueued", data: {}, recordedAt: minute } as const;
    given(delayed, queued)
      .when(claim, { now: minute })
      .then(claimed(3, { queuedAt: minute, leaseUntil: "2025-01-15T10:32:00.000Z" }));
  });

  it("is not queued any more where it was cancelled meanwhile", () => {
    given(delayed, cancelled).when({ type: "QueueRequest" }, { now: minute }).thenNothing();
  });
});

describe("a message to the queue", () => {
  it("is recorded while the request can be claimed", () => {
    const record = { type: "RecordDispatch", messageId: "1" } as const;
    given(submitted())
      .when(record)
      .then({ type: "RequestDispatched", data: { messageId: "1" } });
    given(submitted(), claimed()).when(record).thenNothing();
  });
});

describe("the priority", () => {
  const lower = { type: "PrioritiseRequest", priority: "LOW" } as const;

  it("changes while the request waits", () => {
    given(submitted())
      .when(lower)
      .thenOnce({ type: "RequestPrioritised", data: { from: "HIGH", to: "LOW" } });
  });

  it("means nothing for one that somebody is at, or that is over", () => {
    given(submitted(), claimed()).when(lower).thenRefused(InvalidTransitionError);
    given(...ends.FAILED)
      .when(lower)
      .thenRefused(InvalidTransitionError);
  });

  it("that it has already is nothing new", () => {
    given(submitted(), claimed()).when({ type: "PrioritiseRequest", priority: "HIGH" }).thenNothing();
  });
});

describe("a cancellation", () => {
  const cancel = { type: "CancelRequest", reason: "Wrong keywords" } as const;

  it("ends a request that waits at once", () => {
    given(submitted()).when(cancel).thenOnce(cancelled);
    given(submitted(), claimed(), attemptFailed({ retryAt: minute }))
      .when(cancel)
      .thenOnce(cancelled);
  });

  it("is told to the worker where one is at it", () => {
    given(submitted(), claimed()).when(cancel).thenOnce(cancelling);
    given(submitted(), claimed(), started()).when(cancel).thenOnce(cancelling);
  });

  it("asked for once more, with other words, is the same", () => {
    given(submitted(), claimed(), cancelling).when({ type: "CancelRequest", reason: "Again" }).thenNothing();
    given(...ends.CANCELLED)
      .when(cancel)
      .thenNothing();
  });

  it.each(["COMPLETED", "FAILED"] as const)("of one that is %s is refused", (status) => {
    given(...ends[status])
      .when(cancel)
      .thenRefused(InvalidTransitionError, ({ from, to, allowed }) => {
        expect([from, to]).toEqual([status, "CANCELLED"]);
        expect(allowed).toEqual(requestTransitions[status]);
      });
  });
});

describe("the deadline", () => {
  const enforce = { type: "EnforceDeadline" } as const;
  const late = { now: deadlineAt };
  const missed = (status: string) =>
    ({
      type: "RequestFailed",
      data: { reason: "DEADLINE", error: `The deadline ${deadlineAt} has passed while the request was ${status}` },
    }) as const;

  it("ends what is not over, wherever it is", () => {
    given(submitted()).when(enforce, late).thenOnce(missed("PENDING"));
    given(submitted(), claimed()).when(enforce, late).thenOnce(missed("PROCESSING"));
    given(submitted(), claimed(), started(), cancelling).when(enforce, late).thenOnce(missed("EXECUTING"));
  });

  it("ends nothing before it has come", () => {
    given(submitted()).when(enforce, { now: "2025-01-16T10:29:59.999Z" }).thenNothing();
  });

  it.each(["COMPLETED", "FAILED", "CANCELLED"] as const)("means nothing for what is %s", (status) => {
    given(...ends[status])
      .when(enforce, late)
      .thenNothing();
  });

  it("that has passed lets nobody claim it, though its timer is late", () => {
    given(submitted()).when(claim, late).thenRefused(NotClaimableError);
  });
});

describe("done once more", () => {
  const retry = { type: "RetryRequest", reason: "They were right" } as const;

  it.each(["FAILED", "CANCELLED"] as const)("is what is %s, with a deadline of its own", (status) => {
    given(...ends[status])
      .when(retry, { now: minute })
      .then({
        type: "RequestRetried",
        data: { reason: "They were right", deadlineAt: "2025-01-16T10:31:00.000Z" },
      });
  });

  it("is nothing that is completed, or not over", () => {
    given(...ends.COMPLETED)
      .when(retry)
      .thenRefused(InvalidTransitionError);
    given(submitted()).when(retry).thenRefused(InvalidTransitionError);
    given(submitted(), claimed()).when(retry).thenRefused(InvalidTransitionError);
  });

  it("waits with the budget of a new one, and can be claimed as the first attempt", () => {
    const retried = { type: "RequestRetried", data: { deadlineAt } } as const;
    given(...ends.FAILED, retried)
      .when(claim)
      .then(claimed(6));
  });
});
