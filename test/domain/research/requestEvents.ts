/** Past events of one request, each as it is recorded half past ten, and commands of the worker that has claimed it. */
import type { Actor } from "../../../src/domain/kernel/index.js";
import type { ResearchEventOf, RequestEvent } from "../../../src/domain/research/index.js";
import { submission } from "../../support/researchStory.js";

export const now = "2025-01-15T10:30:00.000Z";
export const minute = "2025-01-15T10:31:00.000Z";
export const deadlineAt = "2025-01-16T10:30:00.000Z";
export const other: Actor = { kind: "USER", id: "ben" };
export const system: Actor = { kind: "SYSTEM", id: "policy" };

const { type: _, delaySeconds: __, ...asked } = submission();

export function submitted(
  change: Partial<ResearchEventOf<"RequestSubmitted">["data"]> = {},
): ResearchEventOf<"RequestSubmitted"> {
  return { type: "RequestSubmitted", data: { ...asked, deadlineAt, ...change } };
}

/** The token is the version of the event: that of the second one where nothing else is said. */
export function claimed(
  leaseToken = 2,
  change: Partial<ResearchEventOf<"RequestClaimed">["data"]> = {},
): ResearchEventOf<"RequestClaimed"> {
  const lease = { workerId: "worker-1", leaseToken, leaseSeconds: 60, leaseUntil: minute, attempt: 1, queuedAt: now };
  return { type: "RequestClaimed", data: { ...lease, ...change } };
}

export function started(leaseToken = 2): ResearchEventOf<"RequestStarted"> {
  return { type: "RequestStarted", data: { leaseToken, leaseUntil: minute, resumed: false } };
}

export const cancelling: RequestEvent = { type: "RequestCancellationRequested", data: { reason: "Wrong keywords" } };
export const cancelled: RequestEvent = { type: "RequestCancelled", data: { reason: "Wrong keywords" } };

export const progress = {
  stage: "content_extraction",
  percentage: 40,
  urlsFound: 10,
  contentExtracted: 4,
  processingErrors: 1,
};
export function progressed(
  change: Partial<ResearchEventOf<"RequestProgressed">["data"]> = {},
): ResearchEventOf<"RequestProgressed"> {
  return {
    type: "RequestProgressed",
    data: { leaseToken: 2, leaseUntil: minute, leaseSeconds: 60, progress, ...change },
  };
}

export function attemptFailed(
  change: Partial<ResearchEventOf<"RequestAttemptFailed">["data"]> = {},
): ResearchEventOf<"RequestAttemptFailed"> {
  const failed = { leaseToken: 2, workerId: "worker-1", attempt: 1, error: "No answer", retryable: true };
  return { type: "RequestAttemptFailed", data: { ...failed, ...change } };
}

export const failed: RequestEvent = { type: "RequestFailed", data: { reason: "ERROR", error: "No answer" } };
