/** What is to be done next about posting a batch, and how long is waited after a failure: pure. */
import type { Instant } from "../kernel/time.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import { notifierSeconds } from "./ports.js";
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

/** Who waits for a turn asks more seldom, the longer it has waited: a tenth of that, up to ten seconds. */
const turnPatience = { share: 10, longestMilliseconds: 10_000 } as const;

/** An attempt looks and posts. One that began longer ago is over, whatever became of it. */
const attemptMilliseconds = (2 * notifierSeconds + 5) * 1_000;

export const postPatience = {
  firstMilliseconds: 5_000,
  longestMilliseconds: 600_000,
  /** Then it is left to a person. */
  attempts: 60,
  totalMilliseconds: 24 * 3_600_000,
} as const;

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
      return postFrom(batch, endOfAttempt(batch) ?? now, now);
  }
}

/**
 * When a failed attempt is followed by the next one by itself: the notifier's wish at least, twice as long each time up to
 * ten minutes. Undefined after 60 attempts, or a day after the batch might first have been posted; both are counted anew from
 * when a person asked for another try.
 */
export function retryPostAt(batch: Batch, attempt: number, now: Instant, wishedSeconds = 0): Instant | undefined {
  const { at: since, attempts: before } = batch.post.asked ?? {
    at: postNotBefore(batch.policy, batch.critical, batch.sealedAt),
    attempts: 0,
  };
  const own = attempt - before;
  if (own >= postPatience.attempts || elapsed(since, now) >= postPatience.totalMilliseconds) return undefined;
  return after(now, Math.max(wishedSeconds * 1_000, growing(own)));
}

/** When to ask again for a turn that comes in `seconds`, for what has waited since then. */
export function nextTurnAt(since: Instant, now: Instant, seconds: number): Instant {
  const { share, longestMilliseconds } = turnPatience;
  return after(now, Math.max(seconds * 1_000, Math.min(elapsed(since, now) / share, longestMilliseconds)));
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
  if (age >= postPatience.totalMilliseconds) return undefined;
  const { firstMilliseconds, longestMilliseconds } = postPatience;
  const wait = Math.min(Math.max(age, firstMilliseconds), longestMilliseconds);
  return after(now, Math.max(wishedSeconds * 1_000, wait));
}

function postFrom({ policy, critical }: Batch, from: Instant, now: Instant): PostStep {
  const quietUntil = postNotBefore(policy, critical, now);
  const until = quietUntil > from ? quietUntil : from;
  return until > now ? { kind: "WAIT", until } : { kind: "POST" };
}

/** When an attempt that has no outcome is over, also where nobody says so. */
function endOfAttempt({ post: { underWaySince } }: Batch): Instant | undefined {
  return underWaySince === undefined ? undefined : after(underWaySince, attemptMilliseconds);
}

/** Whether all of it was told at once. A person who flushed it wants to see it all the same. */
function isNothingNew({ trigger, summary, post }: Batch): boolean {
  const { events = 0, alreadyNotified = 0 } = summary?.summary.stats ?? {};
  return trigger !== "FLUSH" && post.attempts === 0 && events > 0 && alreadyNotified >= events;
}

function hasNewerSummary({ summary, post }: Batch): boolean {
  return summary !== undefined && summary.revision > (post.revision ?? 0);
}

function growing(attempt: number): number {
  const { firstMilliseconds, longestMilliseconds } = postPatience;
  return Math.min(longestMilliseconds, firstMilliseconds * 2 ** (attempt - 1));
}

function elapsed(since: Instant, now: Instant): number {
  return toMilliseconds(now) - toMilliseconds(since);
}

function after(instant: Instant, milliseconds: number): Instant {
  return toInstant(toMilliseconds(instant) + Math.ceil(milliseconds));
}
