/** Which event of a request leads to what, without anybody asking. */
import { describe, expect, it } from "vitest";
import { addSeconds } from "../../../src/domain/kernel/time.js";
import type { Effect, FeedEntry } from "../../../src/domain/kernel/index.js";
import { researchPolicies } from "../../../src/domain/research/index.js";
import type { ResearchCommand, ResearchPolicyCommand } from "../../../src/domain/research/index.js";
import { requestId, researchStart, researchStory, submission, tellResearch } from "../../support/researchStory.js";
import { feedOf } from "./feedOf.js";

const reactions = (entry: FeedEntry) => researchPolicies.map((policy) => ({ policy, effects: policy.react(entry) }));

/** What a policy does about each event of a request that has effects: event, then `cancel`, or what is due when. */
function story(name: string, commands: readonly (readonly [command: ResearchCommand, seconds?: number])[]) {
  const stream = tellResearch(`ResearchRequest-${requestId}`, commands);
  return feedOf(stream).flatMap((entry) =>
    reactions(entry)
      .filter(({ policy }) => policy.name === name)
      .flatMap(({ effects }) => effects.map((effect) => [entry.event.type, told(effect, name)])),
  );
}

function told(effect: Effect<ResearchPolicyCommand>, name: string): unknown {
  if (effect.kind === "command") throw new Error("every command waits for its time");
  expect(effect.timerId).toBe(`${name}/${requestId}`);
  return effect.kind === "cancel" ? "cancel" : { ...effect.command, dueAt: effect.dueAt };
}

const at = (seconds: number) => addSeconds(researchStart, seconds);
const claim = { type: "ClaimRequest", workerId: "w", leaseSeconds: 60 } as const;
const fail = (leaseToken: number, retryable: boolean) =>
  ({ type: "FailRequest", leaseToken, error: "no luck", retryable, jitter: 0.5 }) as const;

describe("research-queueing", () => {
  const queueAt = (dueAt: string) => ({ type: "QueueRequest", requestId, dueAt });

  it("queues a request when its delay is over, and leaves alone what can be claimed at once", () => {
    expect(story("research-queueing", [[submission({ delaySeconds: 30 })]])).toEqual([
      ["RequestSubmitted", queueAt(at(30))],
    ]);
    expect(story("research-queueing", [[submission()]])).toEqual([]);
  });

  it("queues it again behind an attempt that failed, and behind a worker that vanished", () => {
    const [failed, expired] = story("research-queueing", [
      [submission()],
      [claim],
      [fail(2, true)],
      [{ type: "QueueRequest" }, 900],
      [claim],
      [{ type: "ExpireLease", leaseToken: 5, jitter: 0.5 }, 60],
    ]);
    expect(failed).toMatchObject(["RequestAttemptFailed", { type: "QueueRequest", requestId }]);
    expect(expired).toMatchObject(["RequestLeaseExpired", { type: "QueueRequest", requestId }]);
  });

  it("forgets a request that ends while it waits", () => {
    const delayed = submission({ delaySeconds: 30, deadlineSeconds: 60 });
    expect(story("research-queueing", [[delayed], [{ type: "CancelRequest" }]])).toEqual([
      ["RequestSubmitted", queueAt(at(30))],
      ["RequestCancelled", "cancel"],
    ]);
    expect(story("research-queueing", [[delayed], [{ type: "EnforceDeadline" }, 60]])).toEqual([
      ["RequestSubmitted", queueAt(at(30))],
      ["RequestFailed", "cancel"],
    ]);
  });
});

describe("research-leases", () => {
  const expireAt = (leaseToken: number, dueAt: string) => ({ type: "ExpireLease", requestId, leaseToken, dueAt });

  it("looks at a lease when it ends; heartbeats move no timer", () => {
    const commands = [
      [submission()],
      [claim],
      [{ type: "StartRequest", leaseToken: 2, resume: false }],
      [{ type: "Heartbeat", leaseToken: 2 }, 40],
    ] as const;
    expect(story("research-leases", commands)).toEqual([["RequestClaimed", expireAt(2, at(61))]]);
  });

  it.each([
    ["released", { type: "ReleaseRequest", leaseToken: 2 }, ["RequestReleased"]],
    ["failed for good", fail(2, false), ["RequestAttemptFailed", "RequestFailed"]],
  ] as const)("forgets a lease that is %s", (_, command, types) => {
    expect(story("research-leases", [[submission()], [claim], [command]]).slice(1)).toEqual(
      types.map((type) => [type, "cancel"]),
    );
  });

  it("forgets the lease of a request that is completed, cancelled, or out of time", () => {
    const ends = feedOf(
      tellResearch(`ResearchRequest-${requestId}`, [
        [submission()],
        [claim],
        [{ type: "CancelRequest" }],
        [{ type: "ReleaseRequest", leaseToken: 2 }],
        [{ type: "RetryRequest" }],
        [claim],
        [{ type: "EnforceDeadline" }, 86_400],
      ]),
    ).flatMap((entry) =>
      reactions(entry).flatMap(({ policy, effects }) =>
        policy.name === "research-leases" && effects[0]?.kind === "cancel" ? [entry.event.type] : [],
      ),
    );
    expect(ends).toEqual(["RequestReleased", "RequestCancelled", "RequestFailed"]);
  });

  it("has one timer for a request: that of a later claim takes the place of the one before", () => {
    const timers = story("research-leases", [
      [submission()],
      [claim],
      [{ type: "ReleaseRequest", leaseToken: 2 }],
      [claim],
    ]);
    expect(timers).toEqual([
      ["RequestClaimed", expireAt(2, at(61))],
      ["RequestReleased", "cancel"],
      ["RequestClaimed", expireAt(4, at(63))],
    ]);
  });
});

describe("research-deadlines", () => {
  it("ends a request at its deadline, and at the new one where a person has it done once more", () => {
    const commands = [[submission()], [{ type: "CancelRequest" }], [{ type: "RetryRequest" }, 100]] as const;
    expect(story("research-deadlines", commands)).toEqual([
      ["RequestSubmitted", { type: "EnforceDeadline", requestId, dueAt: at(86_400) }],
      ["RequestCancelled", "cancel"],
      ["RequestRetried", { type: "EnforceDeadline", requestId, dueAt: at(86_501) }],
    ]);
  });

  it("is over with the request", () => {
    const [completed] = researchStory();
    const last = feedOf(completed!).at(-1);
    expect(last?.event.type).toBe("RequestCompleted");
    expect(reactions(last!).flatMap(({ effects }) => effects)).toEqual(
      expect.arrayContaining([{ kind: "cancel", timerId: `research-deadlines/${requestId}` }]),
    );
  });
});

describe("research-dispatch", () => {
  const dispatchAt = (dueAt: string) => ({ type: "DispatchRequest", requestId, dueAt });
  const sqs = submission({ strategy: "SQS" });

  it("tells the queue of a request of strategy SQS whenever it has become claimable", () => {
    const commands = [
      [sqs],
      [{ type: "RecordDispatch", messageId: "m" }],
      [{ type: "PrioritiseRequest", priority: "LOW" }],
      [claim],
      [{ type: "ReleaseRequest", leaseToken: 4 }],
      [{ type: "CancelRequest" }],
      [{ type: "RetryRequest" }],
    ] as const;
    expect(story("research-dispatch", commands)).toEqual([
      ["RequestSubmitted", dispatchAt(at(0))],
      ["RequestReleased", dispatchAt(at(4))],
      ["RequestRetried", dispatchAt(at(6))],
    ]);
  });

  it("waits until a delayed request is queued", () => {
    const commands = [[{ ...sqs, delaySeconds: 30 }], [{ type: "QueueRequest" }, 31]] as const;
    expect(story("research-dispatch", commands)).toEqual([["RequestQueued", dispatchAt(at(31))]]);
  });

  it("says nothing of what workers claim from the ledger", () => {
    expect(story("research-dispatch", [[submission()]])).toEqual([]);
  });
});

describe("the policies of research", () => {
  const entries = researchStory().flatMap(feedOf);

  it("react to nothing but requests", () => {
    const others = entries.filter(({ event }) => !event.streamId.startsWith("ResearchRequest-"));
    expect(others.length).toBeGreaterThan(0);
    expect(others.flatMap(reactions).flatMap(({ effects }) => effects)).toEqual([]);
  });

  it("read their commands back from JSON", () => {
    const effects = entries
      .flatMap(reactions)
      .flatMap(({ policy, effects: done }) =>
        done.flatMap((effect) => (effect.kind === "cancel" ? [] : [{ policy, command: effect.command }])),
      );
    expect(new Set(effects.map(({ command }) => command.type)).size).toBe(3);
    for (const { policy, command } of effects)
      expect(policy.command.parse(JSON.parse(JSON.stringify(command)))).toEqual(command);
  });
});
