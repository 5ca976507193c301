/** What stands behind the change feed: async projections, policies, timers, and what a person can see and do about them. */
import type { ZodType } from "zod";
import type { FeedEntry, FeedPosition, LiveEntry } from "./feed.js";
import type { StreamPosition } from "./eventStore.js";
import type { Actor } from "./event.js";
import type { Instant } from "./time.js";

/**
 * A view that folds many streams into rows. Pure; it never throws: a recorded event is a fact. Entries of one stream come
 * in order and each counts once; entries of different streams come in any order, and the row must not depend on it.
 */
export interface AsyncProjection<Row> {
  /** Also the name of its processor and its checkpoint. */
  readonly name: string;
  /** The rows that an entry changes; none where it means nothing to the view. */
  keys(entry: FeedEntry): readonly string[];
  /** The row `key` after the entry; undefined where there is none (any more). */
  apply(row: Row | undefined, entry: FeedEntry, key: string): Row | undefined;
}

/** Under what name a command that nobody asked for is carried out, and by what it was set off. */
export interface PolicyRequest {
  readonly actor: Actor;
  readonly correlationId: string;
  /** Id of the event that the policy reacted to. */
  readonly causationId: string;
  /** Made from the event, so that the same event leads to the same command. */
  readonly commandId: string;
  /** As `commandId`: a repeat finds the first outcome. */
  readonly idempotencyKey: string;
}

/** What an event leads to. */
export type Effect<Command> =
  /** Carry the command out before any later event is handled: it must not take long. */
  | { readonly kind: "command"; readonly command: Command }
  /**
   * Carry the command out at `dueAt`; replaces the timer that has this id, so that what is due already does not end with a
   * run that began before this event.
   */
  | { readonly kind: "schedule"; readonly timerId: string; readonly dueAt: Instant; readonly command: Command }
  | { readonly kind: "cancel"; readonly timerId: string };

/** A policy: event in, commands out. Pure. The command is data, so that it can wait in a timer. */
export interface Policy<Command> {
  /** Also the name of its processor and its checkpoint. */
  readonly name: string;
  /** Whether it reacts to all there ever was, or to what comes once it is switched on. */
  readonly startsAt: "beginning" | "now";
  /** Reads a command back from a timer. */
  readonly command: ZodType<Command>;
  /** A {@link LiveEntry} but where the event was parked before. */
  react(entry: FeedEntry | LiveEntry): readonly Effect<Command>[];
}

/** Work that is due at a time. */
export interface Timer {
  /** One timer for each id; a later one with the same id replaces it. */
  readonly timerId: string;
  readonly dueAt: Instant;
  /** Which handler runs it: the name of a policy, or of a chore. */
  readonly task: string;
  /** What the handler needs; JSON. */
  readonly payload: unknown;
}

/** Port: durable timers. They survive restarts, and each runs to its end at least once, under one holder at a time. */
export interface Timers {
  schedule(timer: Timer): Promise<void>;
  /** Does nothing where there is no such timer. */
  cancel(timerId: string): Promise<void>;
}

export type ProcessorKind = "FEEDER" | "PROJECTION" | "POLICY" | "PUBLISHER";

/** How a processor is doing. */
export interface ProcessorStatus {
  readonly name: string;
  readonly kind: ProcessorKind;
  /** Behind the last event that it has handled. */
  readonly position: FeedPosition;
  /** Events in the feed that it has not handled; for the feeder, those of this process that are not fed. */
  readonly lagEvents: number;
  /** Age of the oldest event that it has not handled; absent where there is none. */
  readonly lagSeconds?: number | undefined;
  /** Which server runs it now; absent where none does. */
  readonly holder?: string | undefined;
  readonly deadLetters: number;
  /** What went wrong last; absent once it has succeeded again. */
  readonly error?: string | undefined;
}

/** What a person asked for about a dead letter; carried out by the processor. */
export type DeadLetterRequest = "RETRY" | "SKIP";

/** A stream that a processor could not go on with. Its later events wait behind this one; all other streams go on. */
export interface DeadLetter {
  readonly processor: string;
  readonly streamId: string;
  /** The event that could not be handled. */
  readonly version: number;
  readonly eventId: string;
  readonly eventType: string;
  /** Its place in the feed. */
  readonly log: number;
  readonly position: number;
  readonly error: string;
  readonly attempts: number;
  readonly parkedAt: Instant;
  readonly requested?: DeadLetterRequest | undefined;
}

/** Port: the processors as their operators see them. */
export interface ProcessorControl {
  list(): Promise<readonly ProcessorStatus[]>;
  /** Oldest first; of one processor where it is given. */
  deadLetters(processor?: string): Promise<readonly DeadLetter[]>;
  /**
   * Asks the processor to try the parked stream again, or to skip the event and go on behind it. Returns the letter as it
   * then is; throws {@link NotFoundError} where there is none, and {@link VersionConflictError} where it is about another
   * event than `expectedVersion` by now. Asking twice for the same is asking once.
   */
  request(processor: string, streamId: string, what: DeadLetterRequest, expectedVersion?: number): Promise<DeadLetter>;
  /**
   * Waits until the view `projection` has seen the commit or the position. Throws {@link UnavailableError} when that takes
   * too long, with `field` as the input field that asked.
   */
  waitFor(projection: string, position: StreamPosition | FeedPosition, field: string): Promise<void>;
  /** How far the view has come. No request where this process feeds it, else one for all who ask at the same time. */
  positionOf(projection: string): Promise<FeedPosition>;
}
