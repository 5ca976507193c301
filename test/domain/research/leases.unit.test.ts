/** The protocol of workers: one lease at a time, fenced by its token; what is said again has no second effect. */
import { describe, expect, it } from "vitest";
import { InvalidTransitionError, ValidationError, WorkLeaseLostError } from "../../../src/domain/kernel/errors.js";
import { NotClaimableError, PartsChangedError, limits, requestDecider } from "../../../src/domain/research/index.js";
import type {
  RequestCommand,
  RequestEvent,
  ResearchCommandOf,
  ResearchEventOf,
} from "../../../src/domain/research/index.js";
import { deciderSpecification } from "../../support/deciderSpecification.js";
import { completion, content, submission, tally } from "../../support/researchStory.js";
import {
  attemptFailed,
  cancelled,
  cancelling,
  claimed,
  failed,
  minute,
  now,
  other,
  progress,
  progressed,
  started,
  submitted,
  system,
} from "./requestEvents.js";

const { given } = deciderSpecification(requestDecider);
const later = "2025-01-15T10:30:45.000Z";
const afterLease = "2025-01-15T10:31:00.001Z";
const { config } = submission();

const claim = { type: "ClaimRequest", workerId: "worker-1", leaseSeconds: 60 } as const;
const start = { type: "StartRequest", leaseToken: 2, resume: false } as const;
const beat = { type: "Heartbeat", leaseToken: 2 } as const;
const fail = { type: "FailRequest", leaseToken: 2, error: "No answer", retryable: true, jitter: 0.5 } as const;
const release = { type: "ReleaseRequest", leaseToken: 2, reason: "It stops" } as const;
const addItems: ResearchCommandOf<"AddItems"> = {
  type: "AddItems",
  leaseToken: 2,
  part: 1,
  content,
  tallies: [tally],
};
const complete = completion(2);
const append: ResearchCommandOf<"AppendLogs"> = {
  type: "AppendLogs",
  leaseToken: 2,
  entries: [{ level: "INFO", message: "Fetching" }],
};
const expire = { type: "ExpireLease", leaseToken: 2, jitter: 0.5 } as const;
const workers: readonly RequestCommand[] = [start, beat, addItems, append, complete, fail, release];

const itemsAdded: ResearchEventOf<"RequestItemsAdded"> = {
  type: "RequestItemsAdded",
  data: { leaseToken: 2, part: 1, content, tallies: [tally] },
};
const { type: _, parts: __, ...completion2 } = complete;
const completed: RequestEvent = { type: "RequestCompleted", data: completion2 };
const released: RequestEvent = { type: "RequestReleased", data: { leaseToken: 2, reason: "It stops" } };
const expired: ResearchEventOf<"RequestLeaseExpired"> = {
  type: "RequestLeaseExpired",
  data: { leaseToken: 2, workerId: "worker-1", attempt: 1, retryAt: minute },
};
const queued: RequestEvent = { type: "RequestQueued", data: {} };
const executing = [submitted(), claimed(), started()] as const;

describe("a claim", () => {
  it("takes a lease whose token is its own place in the stream", () => {
    given(submitted()).when(claim).then(claimed());
    given(submitted(), claimed(), released).when(claim).then(claimed(4));
  });

  it("finds nothing where another worker was faster", () => {
    given(submitted(), claimed())
      .when(claim)
      .thenRefused(NotClaimableError, ({ from }) => expect(from).toBe("PROCESSING"));
  });

  it("counts attempts that failed and those whose worker vanished, not those that were given back", () => {
    given(submitted(), claimed(), attemptFailed({ retryAt: now }), queued, claimed(5), released)
      .when(claim)
      .then(claimed(7, { attempt: 2 }));
    given(submitted(), claimed(), expired, queued)
      .when(claim)
      .then(claimed(5, { attempt: 2 }));
  });
});

describe("a token", () => {
  it.each(workers)("of nobody is of no use: $type", (command) => {
    given(submitted())
      .when(command)
      .thenRefused(WorkLeaseLostError, ({ leaseToken, inputPath }) => {
        expect(leaseToken).toBe(2);
        expect(inputPath).toEqual(["leaseToken"]);
      });
  });

  it.each(workers)("is lost when the request went to the next worker: $type", (command) => {
    given(submitted(), claimed(), expired, queued, claimed(5), started(5))
      .when(command)
      .thenRefused(WorkLeaseLostError);
  });

  it.each(workers)("is of use to the one who claimed only, though another one knows it: $type", (command) => {
    given(...executing, itemsAdded)
      .when(command, { actor: other })
      .thenRefused(WorkLeaseLostError);
    given(...executing, itemsAdded)
      .when(command, { actor: { kind: "SYSTEM", id: "ada" } })
      .thenRefused(WorkLeaseLostError);
  });

  it("is good until the ledger says otherwise: a heartbeat that is late finds its lease", () => {
    given(...executing)
      .when(beat, { now: afterLease })
      .then({
        type: "RequestProgressed",
        data: { leaseToken: 2, leaseUntil: "2025-01-15T10:32:00.001Z", leaseSeconds: 60 },
      });
  });

  it("is lost with the deadline, and not to be had again", () => {
    const missed: RequestEvent = { type: "RequestFailed", data: { reason: "DEADLINE", error: "too late" } };
    for (const command of workers)
      given(...executing, missed)
        .when(command)
        .thenRefused(WorkLeaseLostError);
  });
});

describe("a start", () => {
  it("extends the lease, once", () => {
    given(submitted(), claimed())
      .when(start, { now: later })
      .thenOnce({
        type: "RequestStarted",
        data: { leaseToken: 2, leaseUntil: "2025-01-15T10:31:45.000Z", resumed: false },
      });
  });

  it("goes on from what an earlier attempt has left, where there is something", () => {
    const resume = { ...start, leaseToken: 6, resume: true } as const;
    const resumed = (is: boolean) =>
      ({ type: "RequestStarted", data: { leaseToken: 6, leaseUntil: minute, resumed: is } }) as const;
    const left = [...executing, progressed({ checkpoint: { done: 1 } }), released, claimed(6)] as const;
    given(...left)
      .when(resume)
      .then(resumed(true));
    given(...executing, itemsAdded, released, claimed(6))
      .when(resume)
      .then(resumed(true));
    given(...left)
      .when({ ...resume, resume: false })
      .then(resumed(false));
    given(...executing, progressed(), released, claimed(6))
      .when(resume)
      .then(resumed(false));
  });
});

describe("a heartbeat", () => {
  const report = (change: object) => ({ ...beat, progress: { ...progress, ...change } });

  it("that says nothing new costs nothing while more than half of the lease is left", () => {
    given(...executing)
      .when(beat, { now: "2025-01-15T10:30:29.999Z" })
      .thenNothing();
    given(...executing)
      .when(beat, { now: "2025-01-15T10:30:30.000Z" })
      .thenOnce({
        type: "RequestProgressed",
        data: { leaseToken: 2, leaseUntil: "2025-01-15T10:31:30.000Z", leaseSeconds: 60 },
      });
    given(...executing, progressed({ checkpoint: { done: 1 } }))
      .when({ ...report({}), checkpoint: { done: 1 } })
      .thenNothing();
  });

  it("never cuts a lease short", () => {
    given(...executing)
      .when({ ...beat, leaseSeconds: 5 }, { now: later })
      .then({ type: "RequestProgressed", data: { leaseToken: 2, leaseUntil: minute, leaseSeconds: 5 } });
  });

  it("tells progress and checkpoint of what was started only", () => {
    given(submitted(), claimed()).when(report({})).thenRefused(InvalidTransitionError);
    given(submitted(), claimed())
      .when({ ...beat, checkpoint: {} })
      .thenRefused(InvalidTransitionError);
    given(submitted(), claimed())
      .when(beat, { now: later })
      .thenOnce({
        type: "RequestProgressed",
        data: { leaseToken: 2, leaseUntil: "2025-01-15T10:31:45.000Z", leaseSeconds: 60 },
      });
  });

  it("leaves counters as they were that it does not tell", () => {
    given(...executing, progressed())
      .when({ ...beat, progress: { stage: "analysis", percentage: 40 }, checkpoint: { done: 2 } })
      .thenOnce({
        type: "RequestProgressed",
        data: {
          leaseToken: 2,
          leaseUntil: minute,
          leaseSeconds: 60,
          progress: { ...progress, stage: "analysis", estimatedCompletion: now },
          checkpoint: { done: 2 },
        },
      });
  });

  it.each([
    ["percentage", 39.5],
    ["urlsFound", 9],
    ["contentExtracted", 3],
    ["processingErrors", 0],
  ] as const)("never takes %s back", (name, value) => {
    given(...executing, progressed())
      .when(report({ [name]: value }))
      .thenRefused(ValidationError, ({ problems }) =>
        expect(problems).toEqual([
          { path: ["progress", name], message: `must not go back from ${progress[name]} to ${value}` },
        ]),
      );
  });

  it("names all that would go back", () => {
    given(...executing, progressed())
      .when(report({ percentage: 1, urlsFound: 1 }))
      .thenRefused(ValidationError, ({ problems }) => expect(problems).toHaveLength(2));
  });

  it("of another attempt begins at nothing", () => {
    given(...executing, progressed(), released, claimed(6), started(6))
      .when({ ...beat, leaseToken: 6, progress: { stage: "content_discovery", percentage: 1 } })
      .then({
        type: "RequestProgressed",
        data: {
          leaseToken: 6,
          leaseUntil: minute,
          leaseSeconds: 60,
          progress: {
            stage: "content_discovery",
            percentage: 1,
            urlsFound: 0,
            contentExtracted: 0,
            processingErrors: 0,
          },
        },
      });
  });

  it("takes no estimate that lies in the past", () => {
    given(...executing)
      .when(report({ estimatedCompletion: "2025-01-15T10:29:59.999Z" }))
      .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual(["progress", "estimatedCompletion"]));
  });

  it("may say that it is done now", () => {
    given(...executing)
      .when(report({ percentage: 100, estimatedCompletion: later }), { now: later })
      .then({
        type: "RequestProgressed",
        data: {
          leaseToken: 2,
          leaseUntil: "2025-01-15T10:31:45.000Z",
          leaseSeconds: 60,
          progress: { ...progress, percentage: 100, estimatedCompletion: later },
        },
      });
  });

  it("estimates the rest by what is done, from 5 % on", () => {
    const estimateOf = (percentage: number, estimatedCompletion?: string) => {
      const told = { ...progress, percentage };
      given(...executing)
        .when(report({ percentage }), { now: later })
        .then({
          type: "RequestProgressed",
          data: {
            leaseToken: 2,
            leaseUntil: "2025-01-15T10:31:45.000Z",
            leaseSeconds: 60,
            progress: estimatedCompletion === undefined ? told : { ...told, estimatedCompletion },
          },
        });
    };
    estimateOf(4.9);
    estimateOf(5, "2025-01-15T10:45:00.000Z");
    // 45 s for a quarter: 135 s for the rest.
    estimateOf(25, "2025-01-15T10:33:00.000Z");
    estimateOf(100, later);
  });
});

describe("items", () => {
  it("are added by who has started", () => {
    given(submitted(), claimed()).when(addItems).thenRefused(InvalidTransitionError);
    given(...executing)
      .when(addItems)
      .thenOnce(itemsAdded);
  });

  it("of a part that comes again take the place of those before", () => {
    const anew = { ...content, sha256: "cd" };
    given(...executing, itemsAdded)
      .when({ ...addItems, content: anew })
      .thenOnce({ ...itemsAdded, data: { ...itemsAdded.data, content: anew } });
  });
});

describe("log entries", () => {
  const logged = (entries: number): RequestEvent => ({
    type: "RequestLogged",
    data: {
      leaseToken: 2,
      firstSequence: 1,
      entries: Array.from({ length: entries }, () => ({ level: "INFO", message: "Fetching", at: now })),
    },
  });

  it("are numbered, and get the stage and the time that they do not tell", () => {
    given(...executing, logged(3))
      .when(append, { now: later })
      .then({
        type: "RequestLogged",
        data: {
          leaseToken: 2,
          firstSequence: 4,
          entries: [{ level: "INFO", message: "Fetching", stage: "initialization", at: later }],
        },
      });
  });

  it("are neither older than the request nor from the future", () => {
    const at = (told: string, known: string) =>
      given(submitted(), claimed())
        .when({ ...append, entries: [{ level: "INFO", message: "x", stage: "y", at: told }] }, { now: later })
        .then({
          type: "RequestLogged",
          data: { leaseToken: 2, firstSequence: 1, entries: [{ level: "INFO", message: "x", stage: "y", at: known }] },
        });
    at("2025-01-15T10:30:30.000Z", "2025-01-15T10:30:30.000Z");
    at("2024-01-15T10:30:30.000Z", now);
    at("2026-01-15T10:30:30.000Z", later);
  });

  it("are refused when there are too many", () => {
    given(...executing, logged(limits.logEntriesOfRequest))
      .when(append)
      .thenRefused(ValidationError, ({ inputPath }) => expect(inputPath).toEqual(["entries"]));
  });
});

describe("a completion", () => {
  it("ends the request once, however often it is said", () => {
    given(...executing, itemsAdded)
      .when(complete)
      .thenOnce(completed);
  });

  it("is for who has started", () => {
    given(submitted(), claimed()).when(complete).thenRefused(InvalidTransitionError);
  });

  it("with other results is refused: the first ones stay", () => {
    given(...executing, itemsAdded, completed)
      .when({ ...complete, digest: "other" })
      .thenRefused(InvalidTransitionError);
    given(...executing, itemsAdded, completed)
      .when(complete, { actor: other })
      .thenRefused(WorkLeaseLostError);
  });

  it("is made of all items that are there", () => {
    given(...executing)
      .when(complete)
      .thenRefused(PartsChangedError, ({ message }) => expect(message).toContain("complete it again"));
    given(...executing, itemsAdded)
      .when({ ...complete, parts: ["cd"] })
      .thenRefused(PartsChangedError);
  });

  it("counts though somebody wanted it cancelled", () => {
    given(...executing, itemsAdded, cancelling)
      .when(complete)
      .thenOnce(completed);
  });

  it("comes too late behind another end of its lease", () => {
    for (const end of [expired, released, attemptFailed({ retryAt: minute })])
      given(...executing, itemsAdded, end)
        .when(complete)
        .thenRefused(WorkLeaseLostError);
  });
});

describe("a failed attempt", () => {
  it("is tried again after a while that chance chooses", () => {
    given(...executing)
      .when(fail)
      .thenOnce(attemptFailed({ retryAt: "2025-01-15T10:30:02.500Z" }));
    given(submitted(), claimed())
      .when({ ...fail, jitter: 0 })
      .thenOnce(attemptFailed({ retryAt: now }));
  });

  it("waits as long as the worker says at least", () => {
    given(...executing)
      .when({ ...fail, retryAfterSeconds: 60 })
      .then(attemptFailed({ retryAt: minute }));
  });

  it("fails the request where there is no use in another one, or the budget is spent", () => {
    given(...executing)
      .when({ ...fail, retryable: false })
      .thenOnce(attemptFailed({ retryable: false }), failed);
    given(submitted({ config: { ...config, maxRetries: 0 } }), claimed())
      .when(fail)
      .thenOnce(attemptFailed(), failed);
    const first = [submitted({ config: { ...config, maxRetries: 1 } }), claimed(), attemptFailed({ retryAt: now })];
    given(...first, queued, claimed(5, { attempt: 2 }))
      .when({ ...fail, leaseToken: 5 })
      .then(attemptFailed({ leaseToken: 5, attempt: 2 }), failed);
  });

  it("does not count workers that vanished against the budget, only into the backoff", () => {
    given(submitted({ config: { ...config, maxRetries: 1 } }), claimed(), expired, queued, claimed(5, { attempt: 2 }))
      .when({ ...fail, leaseToken: 5 })
      .then(attemptFailed({ leaseToken: 5, attempt: 2, retryAt: "2025-01-15T10:30:05.000Z" }));
  });

  it("said again is the same, also when the next worker has it", () => {
    given(...executing, attemptFailed({ retryAt: now }), queued, claimed(6))
      .when({ ...fail, error: "Other words" })
      .thenNothing();
    given(...executing, attemptFailed({ retryAt: now }))
      .when(release)
      .thenRefused(WorkLeaseLostError);
  });

  it("ends what was to be cancelled", () => {
    given(...executing, cancelling)
      .when(fail)
      .thenOnce(attemptFailed(), cancelled);
  });
});

describe("a request that is given back", () => {
  it("can be claimed at once, and it counts for nothing", () => {
    given(submitted(), claimed()).when(release).thenOnce(released);
    given(...executing)
      .when({ type: "ReleaseRequest", leaseToken: 2 })
      .thenOnce({ type: "RequestReleased", data: { leaseToken: 2 } });
  });

  it("is cancelled where that was asked for", () => {
    given(...executing, cancelling)
      .when(release)
      .thenOnce(released, cancelled);
  });
});

describe("a lease of which nothing was heard", () => {
  const policy = { actor: system, now: minute };
  const retryAt = "2025-01-15T10:31:02.500Z";
  const gone: RequestEvent = { ...expired, data: { ...expired.data, retryAt } };

  it("ends when its time is over, once; the request is tried again", () => {
    given(...executing)
      .when(expire, policy)
      .thenOnce(gone);
    given(submitted(), claimed()).when(expire, policy).thenOnce(gone);
  });

  it("goes on where it was extended, has ended, or is another one's by now", () => {
    given(...executing)
      .when(expire, { now: "2025-01-15T10:30:59.999Z" })
      .thenNothing();
    given(...executing, released)
      .when(expire, policy)
      .thenNothing();
    given(...executing, released, claimed(5))
      .when(expire, policy)
      .thenNothing();
  });

  it("fails a request whose workers vanish too often: it may be what kills them", () => {
    const stalls = [0, 1, 2].flatMap((stall): RequestEvent[] => [
      claimed(2 + 3 * stall, { attempt: stall + 1 }),
      { ...expired, data: { ...expired.data, leaseToken: 2 + 3 * stall } },
      queued,
    ]);
    given(submitted(), ...stalls.slice(0, 6), claimed(8, { attempt: 3 }))
      .when({ ...expire, leaseToken: 8, jitter: 0 }, policy)
      .then({ ...gone, data: { ...expired.data, leaseToken: 8, attempt: 3, retryAt: minute } });
    given(submitted(), ...stalls, claimed(11, { attempt: 4 }))
      .when({ ...expire, leaseToken: 11 }, policy)
      .thenOnce(
        { type: "RequestLeaseExpired", data: { leaseToken: 11, workerId: "worker-1", attempt: 4 } },
        { type: "RequestFailed", data: { reason: "STALLED", error: "Its workers vanished 4 times, last worker-1" } },
      );
  });

  it("ends what was to be cancelled", () => {
    const { retryAt: ___, ...data } = expired.data;
    given(...executing, cancelling)
      .when(expire, policy)
      .thenOnce({ ...expired, data }, cancelled);
  });
});
