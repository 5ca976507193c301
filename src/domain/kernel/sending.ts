/**
 * Sending a message so that it is there once: an attempt is recorded before anything is sent, and what an earlier one may have
 * sent is looked for first. What the messages are about, and where attempts are recorded, is their context's.
 */
import { NotifierBusyError, NotifierRefusedError, NotifierUnreachableError, notifierSeconds } from "./notifier.js";
import type { Notifier, NotifierMessage, PostedMessage } from "./notifier.js";
import { present } from "./present.js";
import type { Instant } from "./time.js";
import { toInstant, toMilliseconds } from "./time.js";

/** Where a message goes, or went. */
export interface Place<Message extends NotifierMessage> {
  readonly notifier: Notifier<Message>;
  readonly channel: string | undefined;
}

/** The notifiers of a server. */
export interface Places<Message extends NotifierMessage> {
  /** By the name that is recorded; undefined where it is none of this server's any more. */
  readonly named: (name: string | undefined) => Notifier<Message> | undefined;
  /** Without a channel a message goes to the fallback. */
  readonly placeFor: (channel: string | undefined) => Place<Message>;
}

export function createPlaces<Message extends NotifierMessage>(deps: {
  /** For messages that have a channel. */
  readonly notifier: Notifier<Message>;
  /** For messages that have none. */
  readonly fallback: Notifier<Message>;
}): Places<Message> {
  const { notifier, fallback } = deps;
  return {
    named: (name) => [notifier, fallback].find((candidate) => candidate.name === name),
    placeFor: (channel) => ({ notifier: channel === undefined ? fallback : notifier, channel }),
  };
}

/** A place as it is recorded. */
export interface NamedPlace {
  readonly notifier: string;
  readonly channel?: string | undefined;
}

/** What earlier attempts may have sent: since when, and where it must be looked for. */
export interface Doubts {
  readonly startedAt?: Instant | undefined;
  readonly inDoubt?: readonly NamedPlace[] | undefined;
}

/** The doubts with those about one more place. */
export function withDoubt(doubts: readonly NamedPlace[] = [], place: NamedPlace): readonly NamedPlace[] {
  const isThere = doubts.some(({ notifier, channel }) => notifier === place.notifier && channel === place.channel);
  return isThere ? doubts : [...doubts, place];
}

/** A message that is there. `found`: an earlier attempt had sent it. */
export interface SentMessage<Message extends NotifierMessage> {
  readonly posted: PostedMessage;
  readonly place: Place<Message>;
  readonly found: boolean;
}

/** An attempt that failed. `isFirstMessage`: no earlier attempt's message is left that could be looked for. */
export interface FailedAttempt {
  readonly failure: unknown;
  readonly isFirstMessage: boolean;
}

export interface Sending<Message extends NotifierMessage> {
  readonly key: string;
  readonly place: Place<Message>;
  readonly doubts: Doubts;
  /** Whether it may be sent again where it cannot be looked for: somebody has looked. */
  readonly mayBeThereTwice: boolean;
  readonly messageTo: (channel: string | undefined) => Message;
  /** Brings a message that was found up to date. @default it stays as it is */
  readonly refresh?: (sent: SentMessage<Message>) => Promise<void>;
}

/** One attempt whose start is recorded. Throws only where `signal` aborts: then it counts as under way until its time is over. */
export async function attemptToSend<Message extends NotifierMessage>(
  places: Pick<Places<Message>, "named">,
  sending: Sending<Message>,
  signal: AbortSignal,
): Promise<SentMessage<Message> | FailedAttempt> {
  const { place, messageTo, refresh } = sending;
  let isFirstMessage = false;
  try {
    const lost = await findSent(places, sending, signal);
    if (lost !== undefined) {
      await refresh?.(lost);
      return lost;
    }
    isFirstMessage = true;
    return { posted: await place.notifier.post(messageTo(place.channel), signal), place, found: false };
  } catch (failure) {
    signal.throwIfAborted();
    return { failure, isFirstMessage };
  }
}

/**
 * The message of an earlier attempt, and where it is: looked for wherever one may have sent it. Throws a NotifierRefusedError where
 * it cannot be looked for.
 */
export async function findSent<Message extends NotifierMessage>(
  places: Pick<Places<Message>, "named">,
  {
    key,
    doubts: { startedAt: since, inDoubt = [] },
    mayBeThereTwice,
  }: Pick<Sending<Message>, "key" | "doubts" | "mayBeThereTwice">,
  signal: AbortSignal,
): Promise<SentMessage<Message> | undefined> {
  if (since === undefined) return undefined;
  for (const { notifier: name, channel } of inDoubt) {
    const notifier = places.named(name);
    if (notifier === undefined) continue;
    try {
      const posted = await notifier.find({ key, channel, since }, signal);
      if (posted !== undefined) return { posted, place: { notifier, channel: posted.channel ?? channel }, found: true };
    } catch (error) {
      if (!(error instanceof NotifierRefusedError)) throw error;
      // It cannot be looked for there.
      if (mayBeThereTwice) continue;
      const message = `an earlier attempt may have been posted; see, and ask again: ${error.message}`;
      throw new NotifierRefusedError(message, { cause: error });
    }
  }
  return undefined;
}

/** What is recorded of a message that is there. */
export function toSentRecord<Message extends NotifierMessage>({ posted, place, found }: SentMessage<Message>) {
  const { messageId, channel = place.channel, url } = posted;
  return { messageId, found, ...present({ notifier: place.notifier.name, channel, url }) };
}

/**
 * What is recorded of an attempt that failed. `retryAt`: when the next one comes by itself, for the seconds that the notifier asks
 * to wait; undefined where none does. A refusal is not tried again.
 */
export function toFailureRecord(
  { failure, isFirstMessage }: FailedAttempt,
  attempt: number,
  retryAt: (wishedSeconds: number | undefined) => Instant | undefined,
) {
  const isRefused = failure instanceof NotifierRefusedError;
  const isKnown = isRefused || failure instanceof NotifierBusyError || failure instanceof NotifierUnreachableError;
  const next = isRefused ? undefined : retryAt(wishOf(failure));
  const reason = (failure instanceof Error ? failure.message : String(failure)).slice(0, 500);
  const error = isRefused || next !== undefined ? reason : `given up after ${attempt} attempts: ${reason}`;
  const notSent = isFirstMessage && isKnown ? true : undefined;
  return { error, ...present({ retryAt: next, notSent }) };
}

/** How many seconds the notifier asks to wait. */
export function wishOf(failure: unknown): number | undefined {
  return failure instanceof NotifierBusyError ? failure.retryAfterSeconds : undefined;
}

/** How often, and how long, sending is tried by itself. */
export const sendPatience = {
  firstMilliseconds: 5_000,
  longestMilliseconds: 600_000,
  /** Then it is left to a person. */
  attempts: 60,
  totalMilliseconds: 24 * 3_600_000,
} as const;

/**
 * When a failed attempt is followed by the next one by itself: the notifier's wish at least, twice as long each time up to ten
 * minutes. Undefined after 60 attempts, or a day after `since`, when it might first have been sent.
 */
export function retrySendAt(
  { since, attempts }: { readonly since: Instant; readonly attempts: number },
  now: Instant,
  wishedSeconds = 0,
): Instant | undefined {
  const { firstMilliseconds, longestMilliseconds, attempts: most, totalMilliseconds } = sendPatience;
  if (attempts >= most || elapsed(since, now) >= totalMilliseconds) return undefined;
  const growing = Math.min(longestMilliseconds, firstMilliseconds * 2 ** (attempts - 1));
  return later(now, Math.max(wishedSeconds * 1_000, growing));
}

/** An attempt looks and posts. One that began longer ago is over, whatever became of it. */
const attemptMilliseconds = (2 * notifierSeconds + 5) * 1_000;

/** When an attempt that has no outcome is over, also where nobody says so; undefined where none is under way. */
export function endOfAttempt(underWaySince: Instant | undefined): Instant | undefined {
  return underWaySince === undefined ? undefined : later(underWaySince, attemptMilliseconds);
}

/** Who waits for a turn asks more seldom, the longer it has waited: a tenth of that, up to ten seconds. */
const turnPatience = { share: 10, longestMilliseconds: 10_000 } as const;

/** When to ask again for the place's turn for a message that has waited since then; undefined: it is its turn, which is taken. */
export function awaitTurn<Message extends NotifierMessage>(
  { notifier, channel }: Place<Message>,
  { key, urgent, since }: { readonly key: string; readonly urgent: boolean; readonly since: Instant },
  now: Instant,
): Instant | undefined {
  const seconds = notifier.turn({ key, channel, urgent });
  if (seconds <= 0) return undefined;
  const { share, longestMilliseconds } = turnPatience;
  return later(now, Math.max(seconds * 1_000, Math.min(elapsed(since, now) / share, longestMilliseconds)));
}

function elapsed(since: Instant, now: Instant): number {
  return toMilliseconds(now) - toMilliseconds(since);
}

function later(instant: Instant, milliseconds: number): Instant {
  return toInstant(toMilliseconds(instant) + Math.ceil(milliseconds));
}
