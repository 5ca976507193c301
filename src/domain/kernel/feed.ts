/** Port: the change feed, N contiguous logs that hold every event once, in order for each stream. */
import type { EventOf, EventSchemas } from "./codec.js";
import type { CommitTags, Recorded } from "./event.js";
import { parseStreamName } from "./streamName.js";

/** How far a reader has come: for each log, the position of the last event it has seen (0: none). */
export type FeedPosition = readonly number[];

/** One event in the feed. */
export interface FeedEntry {
  readonly log: number;
  /** 1 for a log's first event; no gaps. */
  readonly position: number;
  readonly event: Recorded;
  readonly tags: CommitTags;
}

/**
 * The event of an entry, where it is of a stream of `category`; undefined for all others. `schemas` are those of the events of
 * such streams.
 */
export function ofCategory<Schemas extends EventSchemas>(
  { event }: Pick<FeedEntry, "event">,
  category: string,
  schemas: Schemas,
): Recorded<EventOf<Schemas>> | undefined {
  return parseStreamName(event.streamId).category === category && Object.hasOwn(schemas, event.type)
    ? // The codec has decoded it by the schema of its type.
      (event as Recorded<EventOf<Schemas>>)
    : undefined;
}

export interface ChangeFeed {
  /** How many logs there are; fixed for the life of a ledger. */
  readonly logs: number;
  /** The position of the newest event of every log. */
  head(): Promise<FeedPosition>;
  /** Up to about `limit` entries of `log` behind `after`, in order, without gaps. */
  read(log: number, after: number, limit: number): Promise<readonly FeedEntry[]>;
  /**
   * The position just behind the event `version` of `streamId`: what a reader has seen once it has seen that event and all
   * that was fed before it. Undefined while the event is not in the feed (yet).
   */
  resolve(streamId: string, version: number): Promise<FeedPosition | undefined>;
}

/** The log that a stream's events go to: FNV-1a of the name, so that every process agrees for ever. */
export function logOf(streamId: string, logs: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < streamId.length; index += 1) {
    hash ^= streamId.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % logs;
}

/** `position` with one log moved on; positions never move back. */
export function advance(position: FeedPosition, log: number, to: number): FeedPosition {
  return position.map((value, index) => (index === log ? Math.max(value, to) : value));
}

/** Where a reader stands that has seen nothing. */
export function beginningOf(logs: number): FeedPosition {
  return Array.from({ length: logs }, () => 0);
}

/** How many events a reader at `position` has seen. */
export function eventsUpTo(position: FeedPosition): number {
  return position.reduce((total, seen) => total + seen, 0);
}

/** True where `position` has seen everything that `other` has. */
export function covers(position: FeedPosition, other: FeedPosition): boolean {
  return other.every((value, log) => (position[log] ?? 0) >= value);
}

/** An entry of the feed as a live reader gets it. One entry is the same object for every reader. */
export interface LiveEntry extends FeedEntry {
  /** What a reader has seen once it has seen this entry: the cursor to resume from. */
  readonly after: FeedPosition;
}

/**
 * Port: the feed as live readers follow it. First what the reader missed, then what happens, without a gap or a duplicate.
 * A reader holds a cursor and no queue, so one that is slow costs no memory. Ends when `signal` aborts or the feed closes.
 */
export interface LiveFeed {
  /** Entries of all logs that `matches` accepts, behind `after`; without `after`, those from now on. */
  follow(options: {
    readonly after?: FeedPosition | undefined;
    readonly matches: (entry: FeedEntry) => boolean;
    readonly signal: AbortSignal;
  }): AsyncIterableIterator<LiveEntry>;
  /** Events of one stream with a version above `afterVersion`, each once, in order. */
  followStream(options: {
    readonly streamId: string;
    readonly afterVersion: number;
    readonly signal: AbortSignal;
  }): AsyncIterableIterator<Recorded>;
}
