/** Policies of research requests: what follows from an event without anybody asking. They queue, take back, end and dispatch. */
import { z } from "zod";
import type { Recorded } from "../kernel/event.js";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { Effect, Policy } from "../kernel/processing.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { requestCategory, requestEventSchemas } from "./events.js";
import type { RequestEvent } from "./events.js";
import { claimableTag, researchTag } from "./views.js";

/** What the policies ask for; kept in timers, so a changed shape must still read the old one. */
export const ResearchPolicyCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("QueueRequest"), requestId: z.string() }),
  z.object({ type: z.literal("ExpireLease"), requestId: z.string(), leaseToken: z.number().int() }),
  z.object({ type: z.literal("EnforceDeadline"), requestId: z.string() }),
  z.object({ type: z.literal("DispatchRequest"), requestId: z.string() }),
]);
export type ResearchPolicyCommand = z.infer<typeof ResearchPolicyCommand>;

type Effects = readonly Effect<ResearchPolicyCommand>[];
/** Of one request there is one timer for each policy. */
type Schedule = (dueAt: Instant | undefined, command: ResearchPolicyCommand) => Effects;
type Cancel = () => Effects;

/** Lets workers claim a request once its delay, or the wait behind an attempt, is over. */
export const researchQueueingPolicy = policyOf("research-queueing", (event, { requestId, schedule, cancel }) => {
  const queueAt = (at: string | undefined) => schedule(at, { type: "QueueRequest", requestId });
  switch (event.type) {
    case "RequestSubmitted":
      return queueAt(event.data.availableAt);
    case "RequestLeaseExpired":
    case "RequestAttemptFailed":
      return queueAt(event.data.retryAt);
    // It may have come to its end while it waited.
    case "RequestFailed":
    case "RequestCancelled":
      return cancel();
    default:
      return [];
  }
});

/**
 * Takes a request back whose worker is not heard of any more. Heartbeats move no timer: the one of the claim finds that the lease was
 * extended, and comes again when that one ends.
 */
export const researchLeasesPolicy = policyOf("research-leases", (event, { requestId, schedule, cancel }) => {
  switch (event.type) {
    case "RequestClaimed": {
      const { leaseToken, leaseUntil } = event.data;
      return schedule(leaseUntil, { type: "ExpireLease", requestId, leaseToken });
    }
    case "RequestReleased":
    case "RequestAttemptFailed":
    case "RequestCompleted":
    case "RequestFailed":
    case "RequestCancelled":
      return cancel();
    default:
      return [];
  }
});

/** Ends a request that is not over when its time is. */
export const researchDeadlinesPolicy = policyOf("research-deadlines", (event, { requestId, schedule, cancel }) => {
  switch (event.type) {
    case "RequestSubmitted":
    case "RequestRetried":
      return schedule(event.data.deadlineAt, { type: "EnforceDeadline", requestId });
    case "RequestCompleted":
    case "RequestFailed":
    case "RequestCancelled":
      return cancel();
    default:
      return [];
  }
});

/** Sends a message to the queue of strategy SQS about what can be claimed from now on. */
export const researchDispatchPolicy = policyOf("research-dispatch", (event, { requestId, schedule, tags }) => {
  const isClaimable = tags.after.includes(claimableTag) && !tags.before.includes(claimableTag);
  return isClaimable && tags.after.includes(researchTag.strategy("SQS"))
    ? schedule(event.recordedAt, { type: "DispatchRequest", requestId })
    : [];
});

/** All of them. They are always on: without them nothing would come back from a worker that has died. */
export const researchPolicies: readonly Policy<ResearchPolicyCommand>[] = [
  researchQueueingPolicy,
  researchLeasesPolicy,
  researchDeadlinesPolicy,
  researchDispatchPolicy,
];

/** What they ask for is safe to be asked for again, so each begins with the first event there is. */
function policyOf(
  name: string,
  react: (
    event: Recorded<RequestEvent>,
    tools: {
      readonly requestId: string;
      readonly schedule: Schedule;
      readonly cancel: Cancel;
      readonly tags: FeedEntry["tags"];
    },
  ) => Effects,
): Policy<ResearchPolicyCommand> {
  return {
    name,
    startsAt: "beginning",
    command: ResearchPolicyCommand,
    react: (entry) => {
      const event = ofCategory(entry, requestCategory, requestEventSchemas);
      if (event === undefined) return [];
      const requestId = parseStreamName(event.streamId).id;
      const timerId = `${name}/${requestId}`;
      return react(event, {
        requestId,
        schedule: (dueAt, command) => (dueAt === undefined ? [] : [{ kind: "schedule", timerId, dueAt, command }]),
        cancel: () => [{ kind: "cancel", timerId }],
        tags: entry.tags,
      });
    },
  };
}
