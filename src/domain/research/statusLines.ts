/** What happened to a request, as a sentence for people: its status message, and the line in its logs. */
import type { Recorded } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { RequestEvent, ResearchEventOf } from "./events.js";
import { itemsIn } from "./quality.js";
import type { LiveRequest } from "./state.js";

/** Events that everybody who looks at a request wants to read about. */
const lifecycleTypes = [
  "RequestSubmitted",
  "RequestPrioritised",
  "RequestClaimed",
  "RequestStarted",
  "RequestReleased",
  "RequestLeaseExpired",
  "RequestAttemptFailed",
  "RequestFailed",
  "RequestCompleted",
  "RequestCancellationRequested",
  "RequestCancelled",
  "RequestRetried",
] as const satisfies readonly RequestEvent["type"][];
export type LifecycleEvent = Extract<RequestEvent, { readonly type: (typeof lifecycleTypes)[number] }>;

export function isLifecycle(event: Recorded<RequestEvent>): event is Recorded<LifecycleEvent> {
  return lifecycleTypes.some((type) => type === event.type);
}

export const waiting = "Waiting for a worker";

/** `before`: the request that it happened to; absent for the first event. */
export function statusLine({ type, data }: LifecycleEvent, before: LiveRequest | undefined): string {
  switch (type) {
    case "RequestSubmitted":
      return data.availableAt === undefined ? waiting : `Waiting until ${data.availableAt}`;
    case "RequestPrioritised":
      return `Priority changed from ${data.from} to ${data.to}`;
    case "RequestClaimed":
      return `Claimed by ${data.workerId}, attempt ${data.attempt}`;
    case "RequestStarted":
      return data.resumed ? "Request processing resumed" : "Request processing started";
    case "RequestReleased":
      return `${because(`Given back by ${before?.run.lease?.workerId ?? "its worker"}`, data.reason)}; waiting for a worker`;
    case "RequestLeaseExpired":
      return `Attempt ${data.attempt}: nothing more was heard of ${data.workerId}${next(data.retryAt)}`;
    case "RequestAttemptFailed":
      return `Attempt ${data.attempt} failed: ${data.error}${next(data.retryAt)}`;
    case "RequestFailed":
      return data.error;
    case "RequestCompleted":
      return completion(data);
    case "RequestCancellationRequested":
      return `${because("Cancellation requested", data.reason)}; its worker is told`;
    case "RequestCancelled":
      return because("Cancelled", data.reason);
    case "RequestRetried":
      return `${because("To be done once more", data.reason)}; waiting for a worker`;
  }
}

function because(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`;
}

function next(retryAt: Instant | undefined): string {
  return retryAt === undefined ? "" : `; tried again at ${retryAt}`;
}

function completion({ results }: ResearchEventOf<"RequestCompleted">["data"]): string {
  return `Completed with ${counted(itemsIn(results.tallies), "item")} from ${counted(results.totalSources, "source")}`;
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
