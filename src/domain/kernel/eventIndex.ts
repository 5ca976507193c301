/** Which events belong together, and where an event with an id is: an async view of all streams, and the port to read it. */
import type { FeedEntry } from "./feed.js";
import type { AsyncProjection } from "./processing.js";
import type { Instant } from "./time.js";

/** What is known of an event without reading its stream. */
export interface EventIndexRow {
  readonly eventId: string;
  readonly correlationId: string;
  /** Id of the event that caused it, where one did. */
  readonly causationId?: string;
  readonly type: string;
  readonly streamId: string;
  readonly version: number;
  readonly recordedAt: Instant;
}

/** Some events of one correlation. */
export interface CorrelatedEvents {
  /** In the order of {@link compareIndexed}. */
  readonly rows: readonly EventIndexRow[];
  /** False where the correlation has more events than were asked for. */
  readonly complete: boolean;
}

/** Port: the event index. It follows the log within moments; an event that was just written may not be there yet. */
export interface EventIndex {
  /** The event with this id; undefined where the index has none (yet). */
  find(eventId: string): Promise<EventIndexRow | undefined>;
  /** The events of a correlation, at most `limit` of them. */
  ofCorrelation(correlationId: string, limit: number): Promise<CorrelatedEvents>;
}

/** By when they were recorded; within one instant those of one stream stay together, in the order of their versions. */
export function compareIndexed(a: EventIndexRow, b: EventIndexRow): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  if (a.streamId !== b.streamId) return a.streamId < b.streamId ? -1 : 1;
  return a.version - b.version;
}

/** The view: one row for each event. A row follows from its event alone, so the order of events does not matter. */
export const eventIndexProjection: AsyncProjection<EventIndexRow> = {
  name: "event-index",
  keys: ({ event }: FeedEntry) => [toEventIndexKey(event)],
  apply: (_row, { event }) => ({
    eventId: event.eventId,
    correlationId: event.correlationId,
    ...(event.causationId === undefined ? {} : { causationId: event.causationId }),
    type: event.type,
    streamId: event.streamId,
    version: event.version,
    recordedAt: event.recordedAt,
  }),
};

/** The key of an event's row: what set it off, and where it is. */
export function toEventIndexKey({
  correlationId,
  streamId,
  version,
}: Pick<EventIndexRow, "correlationId" | "streamId" | "version">): string {
  return JSON.stringify([correlationId, streamId, version]);
}

/** The parts of a key that {@link toEventIndexKey} made. */
export function parseEventIndexKey(key: string): Pick<EventIndexRow, "correlationId" | "streamId" | "version"> {
  // Keys are made by toEventIndexKey only.
  const [correlationId, streamId, version] = JSON.parse(key) as [string, string, number];
  return { correlationId, streamId, version };
}
