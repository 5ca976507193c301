/** The items of `domain-feed`: their keys, their shapes, and how they become entries again. */
import { z } from "zod";
import type { Commit, CommitTags, EventCodec, FeedEntry, FeedPosition, Recorded } from "../../domain/kernel/index.js";

/** What one item may hold. A commit that is larger than this goes alone. */
export const itemLimits = { events: 100, bytes: 256 * 1024 } as const;

/** Several commits, as one item of a log. */
export interface FeedItem {
  readonly log: string;
  /** Position of the first event. */
  readonly position: number;
  /** Number of events. */
  readonly n: number;
  /** JSON of {@link StoredCommit}s. */
  readonly entries: string;
  /** The whole position vector behind the item's last event. */
  readonly heads: FeedPosition;
}

/** Where a commit is in the feed. There is one for each commit that was fed, and never two. */
export interface FeedIndexItem {
  readonly log: string;
  /** The commit's first version. */
  readonly position: number;
  readonly n: number;
  readonly feedLog: number;
  /** Feed position of the commit's first event. */
  readonly feedPosition: number;
  /** The position vector just behind the commit's last event. */
  readonly heads: FeedPosition;
}

/** Items that were fed before there were hashes have none. */
type StoredEvent = Pick<Recorded, "eventId" | "type" | "schemaVersion" | "data" | "occurredAt"> & {
  readonly hash?: string;
};

/** A commit as it is in a feed item: what is the same for all its events is there once, or small events would outgrow it. */
export interface StoredCommit extends Omit<Recorded, keyof StoredEvent | "previousHash"> {
  /** Of the first event; that of each further one is the hash of the event before it. */
  readonly previousHash?: string;
  readonly events: readonly StoredEvent[];
  readonly tags: CommitTags;
}

/** Partition key of a log. */
export function logKey(log: number): string {
  return `log#${log}`;
}

/** Partition key of the index of a stream. */
export function streamKey(streamId: string): string {
  return `stream#${streamId}`;
}

const feedItem = z.object({ position: z.number().int(), n: z.number().int(), entries: z.string() });
const extent = z.object({ position: z.number().int(), n: z.number().int() });
const indexItem = z.object({
  position: z.number().int(),
  n: z.number().int(),
  feedLog: z.number().int(),
  feedPosition: z.number().int(),
  heads: z.array(z.number().int()),
});

/** First position (or version) and number of events of an item of either kind. */
export function toExtent(item: unknown): { position: number; n: number } {
  return extent.parse(item);
}

/** The index item as it was written. */
export function fromIndexItem(item: unknown): Omit<FeedIndexItem, "log"> {
  return indexItem.parse(item);
}

/** The commit in the form in which a feed item holds it. The events of one command share all but what is their own. */
export function toStoredCommit({ events, tags }: Commit): StoredCommit {
  const [first] = events;
  if (first === undefined) throw new Error("a commit without events");
  const {
    eventId: _id,
    type: _type,
    schemaVersion: _schema,
    data: _data,
    occurredAt: _at,
    hash: _hash,
    ...shared
  } = first;
  const own = events.map(({ eventId, type, schemaVersion, data, occurredAt, hash }) => ({
    eventId,
    type,
    schemaVersion,
    data,
    occurredAt,
    hash,
  }));
  return { ...shared, events: own, tags };
}

function toEvents({ events, tags: _tags, version, previousHash, ...shared }: StoredCommit): Recorded[] {
  return events.map((event, index) => ({
    ...event,
    ...shared,
    version: version + index,
    hash: event.hash ?? "",
    previousHash: (index === 0 ? previousHash : events[index - 1]?.hash) ?? "",
  }));
}

/** The entries of a feed item, their data lifted to the newest version of its schema. */
export function fromFeedItem(item: unknown, log: number, codec: EventCodec): FeedEntry[] {
  const { position, entries } = feedItem.parse(item);
  // Only the feeder writes this text, from commits that the codec had validated.
  const commits = JSON.parse(entries) as StoredCommit[];
  return commits
    .flatMap((commit) => toEvents(commit).map((event) => ({ event: lift(event, codec), tags: commit.tags })))
    .map((entry, index) => ({ log, position: position + index, ...entry }));
}

function lift(event: Recorded, codec: EventCodec): Recorded {
  // Parsing again what was parsed when it was fed would double the cost of a read.
  if (codec.versions.get(event.type) === event.schemaVersion) return event;
  return { ...event, ...codec.decode(event.type, event.schemaVersion, event.data) };
}
