/** What is to be done next about posting a batch, and how long is waited after a failure: pure. */
import { endOfAttempt, retrySendAt, sendPatience } from "../kernel/sending.js";
import type { Instant } from "../kernel/time.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Batch } from "./state.js";
import { postNotBefore } from "./trigger.js";

export type PostStep =
  | { readonly kind: "NOTHING" }
  /** Ask again then. */
  | { readonly kind: "WAIT"; readonly until: Instant }
  | { readonly kind: "POST" }
  /** Nothing in it is new to anybody. */
  | { readonly kind: "SKIP" }
  /** A newer summary takes the place of the posted one. */
  | { readonly kind: "UPDATE" };

export function nextPostStep(batch: Batch, now: Instant): PostStep {
  switch (batch.status) {
    case "SEALED":
    case "SKIPPED":
      return { kind: "NOTHING" };
    case "POSTED":
      return { kind: hasNewerSummary(batch) ? "UPDATE" : "NOTHING" };
    case "POST_FAILED":
      // Without a time it is a person's to ask for another try.
      return batch.post.retryAt === undefined ? { kind: "NOTHING" } : postFrom(batch, batch.post.retryAt, now);
    case "SUMMARISED":
      if (isNothingNew(batch)) return { kind: "SKIP" };
      return postFrom(batch, endOfAttempt(batch.post.underWaySince) ?? now, now);
  }
}

/**
 * When a failed attempt is followed by the next one by itself, as {@link retrySendAt} says, counted from when the batch might
 * first have been posted; anew from when a person asked for another try.
 */
export function retryPostAt(batch: Batch, attempt: number, now: Instant, wishedSeconds = 0): Instant | undefined {
  const { at: since, attempts: before } = batch.post.asked ?? {
    at: postNotBefore(batch.policy, batch.critical, batch.sealedAt),
    attempts: 0,
  };
  return retrySendAt({ since, attempts: attempt - before }, now, wishedSeconds);
}

/**
 * The end of the quiet hours in which the batch was summarised, before which it is not posted. Undefined where none hold it
 * up, or it is posted.
 */
export function heldUntil({ policy, critical, status, summary, sealedAt }: Batch): Instant | undefined {
  if (status === "POSTED" || status === "SKIPPED") return undefined;
  const ready = summary?.summarisedAt ?? sealedAt;
  const until = postNotBefore(policy, critical, ready);
  return until > ready ? until : undefined;
}

/** The same for putting a newer summary in place, of which no attempts are counted: the older it is, the longer is waited. */
export function retryUpdateAt({ summary }: Batch, now: Instant, wishedSeconds = 0): Instant | undefined {
  const age = elapsed(summary?.summarisedAt ?? now, now);
  if (age >= sendPatience.totalMilliseconds) return undefined;
  const { firstMilliseconds, longestMilliseconds } = sendPatience;
  const wait = Math.min(Math.max(age, firstMilliseconds), longestMilliseconds);
  return after(now, Math.max(wishedSeconds * 1_000, wait));
}

function postFrom({ policy, critical }: Batch, from: Instant, now: Instant): PostStep {
  const quietUntil = postNotBefore(policy, critical, now);
  const until = quietUntil > from ? quietUntil : from;
  return until > now ? { kind: "WAIT", until } : { kind: "POST" };
}

/** Whether all of it was told at once. A person who flushed it wants to see it all the same. */
function isNothingNew({ trigger, summary, post }: Batch): boolean {
  const { events = 0, alreadyNotified = 0 } = summary?.summary.stats ?? {};
  return trigger !== "FLUSH" && post.attempts === 0 && events > 0 && alreadyNotified >= events;
}

function hasNewerSummary({ summary, post }: Batch): boolean {
  return summary !== undefined && summary.revision > (post.revision ?? 0);
}

function elapsed(since: Instant, now: Instant): number {
  return toMilliseconds(now) - toMilliseconds(since);
}

function after(instant: Instant, milliseconds: number): Instant {
  return toInstant(toMilliseconds(instant) + Math.ceil(milliseconds));
}
