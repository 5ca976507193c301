/** When a session is polled next, and when it is not polled any more: by its interval, after failures, after a rate limit. */
import { addDays, addSeconds, toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { SessionCommandOf } from "./commands.js";
import type { IntegrationSession } from "./state.js";
import { limits } from "./values.js";
import type { FailureClass } from "./values.js";

const [firstMs, mostMs] = [30_000, 3_600_000];
const rateLimitMs = 60_000;
/** The part of a wait that chance may add, so that sessions that were connected together are not polled together for ever. */
const spread = 0.1;
/** Up to so long waits what is polled "at once". */
const soonMs = 5_000;
/** So long apart are polls that people ask for, where the service does not say. */
const leastMs = 5_000;
/** A cursor that is forgotten again so soon is a failure. */
const resyncSeconds = 3_600;
/** While a poll goes on that has recorded something. */
const goesOnMs = 60_000;

/** How long it takes until a session is disabled, by what its failures are. */
export const patience = {
  permanentInARow: 10,
  goneInARow: 3,
  /** Both must be over. */
  failingDays: 14,
  inARow: 100,
} as const;

/** `jitter`, here as in all that follows: from 0 up to 1, by chance. */
interface Jittered {
  readonly jitter: number;
}

/** Behind a poll that began `at` and went well: the interval, and up to a tenth more. */
export function nextPollAt({
  at,
  intervalMs,
  jitter,
}: { readonly at: Instant; readonly intervalMs: number } & Jittered): Instant {
  return later(at, intervalMs * (1 + spread * jitter));
}

/**
 * After failures, of which there are `failures` in a row by now: between half and all of a span that doubles from 30 seconds up to an
 * hour. Not before the interval is over, nor before the service or webhook wants it.
 */
export function retryAt({
  now,
  failures,
  jitter,
  intervalMs,
  retryAfterMs = 0,
}: {
  readonly now: Instant;
  readonly failures: number;
  readonly intervalMs: number;
  readonly retryAfterMs?: number | undefined;
} & Jittered): Instant {
  const span = Math.min(mostMs, firstMs * 2 ** (Math.max(1, failures) - 1));
  return later(now, Math.max(intervalMs, bounded(retryAfterMs), span * (0.5 + jitter / 2)));
}

/** As long as the service wants, a minute where it does not say; not before the interval is over; up to a tenth more. */
export function rateLimitedUntil({
  now,
  intervalMs,
  retryAfterMs = rateLimitMs,
  jitter,
}: {
  readonly now: Instant;
  readonly intervalMs: number;
  readonly retryAfterMs?: number | undefined;
} & Jittered): Instant {
  return later(now, Math.max(bounded(retryAfterMs), intervalMs) * (1 + spread * jitter));
}

/** When a session is polled that begins, or goes on: sessions that a person resumes together are spread over some seconds. */
export function soon(now: Instant, jitter: number): Instant {
  return later(now, soonMs * jitter);
}

/**
 * When a session may be polled that somebody wants polled: not before its service takes requests again, nor right behind the last
 * poll, where it is known.
 */
export function asksFrom(
  now: Instant,
  { rateLimitedUntil }: Pick<IntegrationSession, "rateLimitedUntil">,
  { last, leastIntervalMs = leastMs }: { readonly last?: Instant | undefined; readonly leastIntervalMs?: number } = {},
): Instant {
  return latest(latest(now, rateLimitedUntil), last && later(last, leastIntervalMs));
}

/** Whether all has been read anew just now, or is still being: a service that forgets at once would be asked without end. */
export function isResyncing(
  { resync, lastResyncAt }: Pick<IntegrationSession, "resync" | "lastResyncAt">,
  now: Instant,
) {
  return resync !== undefined || (lastResyncAt !== undefined && now < addSeconds(lastResyncAt, resyncSeconds));
}

/** Whether a failure says nothing of a session once it has another webhook: it was not taken, or may not be sent there. */
export function isOfWebhook(lastError: IntegrationSession["lastError"]): boolean {
  return lastError?.failureClass === "DELIVERY" || lastError?.code === "forbidden_address";
}

/** Until when a poll that has recorded something, and goes on, keeps the session for itself. */
export function whileItGoesOn(now: Instant): Instant {
  return later(now, goesOnMs);
}

/** The later one, where there are two. */
export function latest(one: Instant, other: Instant | undefined): Instant {
  return other === undefined || one > other ? one : other;
}

/** Nobody waits for more than a day, whatever a service wants. */
function bounded(milliseconds: number): number {
  return Math.min(milliseconds, limits.intervalMs);
}

function later(at: Instant, milliseconds: number): Instant {
  return toInstant(toMilliseconds(at) + Math.floor(milliseconds));
}

type Failing = Pick<IntegrationSession, "errorCount" | "failingSince" | "lastError">;
type Failure = Pick<SessionCommandOf<"RecordFailure">, "failureClass" | "code" | "isGone">;

/**
 * Why the session is disabled by this failure, which is not in its count yet; undefined where it goes on. Never on first
 * failures: permanent ones and webhooks that are gone are met again several times, all others for two weeks.
 */
export function mustDisable(session: Failing, failure: Failure, now: Instant): string | undefined {
  const inARow = failuresInARow(session, failure);
  const { failureClass, code } = failure;
  if (failureClass === "PERMANENT" && inARow >= patience.permanentInARow)
    return `${inARow} permanent failures in a row, the last one ${code}`;
  if (failure.isGone === true && inARow >= patience.goneInARow)
    return `the webhook was gone ${inARow} times in a row: ${code}`;
  const failures = session.errorCount + 1;
  const isOld = session.failingSince !== undefined && now >= addDays(session.failingSince, patience.failingDays);
  if (isOld && failures >= patience.inARow)
    return `${failures} failures in a row for ${patience.failingDays} days, the last one ${code}`;
  return undefined;
}

/** How many in a row are of this class with this failure; of class DELIVERY, how many have its code. */
export function failuresInARow(
  { lastError }: Pick<Failing, "lastError">,
  { failureClass, code }: { readonly failureClass: FailureClass; readonly code: string },
): number {
  const isAlike = lastError?.failureClass === failureClass && (failureClass !== "DELIVERY" || lastError.code === code);
  return (isAlike ? lastError.inARow : 0) + 1;
}
