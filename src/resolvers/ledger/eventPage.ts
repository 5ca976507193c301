/** Pages of the feed: the events of all logs as one list, each once, in an order that a page and the next ones share. */
import { advance } from "../../domain/kernel/feed.js";
import type { ChangeFeed, FeedEntry, FeedPosition } from "../../domain/kernel/feed.js";

/** A page that finds too few events stops after looking at this many; the caller goes on from its end. */
export const examinedAtMost = 1_000;

export interface EventPageRequest {
  readonly after: FeedPosition;
  readonly first: number;
  /** The logs that can hold what is wanted. @default all */
  readonly logs?: readonly number[] | undefined;
  /** Undefined where everything is wanted. */
  readonly matches?: ((entry: FeedEntry) => boolean) | undefined;
}

export interface EventPage {
  /** `after`: what a reader has seen once it has seen the entry. */
  readonly rows: readonly { readonly entry: FeedEntry; readonly after: FeedPosition }[];
  readonly hasMore: boolean;
  /** What a reader of the page has seen, also of what it did not want. */
  readonly end: FeedPosition;
}

/**
 * Merges the logs: of the next entries of all logs, the one that was recorded first comes first. So a log's own order is
 * kept, and with it that of every stream; and whatever a page ends behind, the next begins with what was not in it, each
 * event once, also while events arrive. An event that is fed later than others with a later time comes behind them.
 *
 * Costs one Query for each log, one more for each further chunk that the page takes from a log.
 */
export async function readEventPage(feed: ChangeFeed, request: EventPageRequest): Promise<EventPage> {
  const { after, first, matches } = request;
  const logs = request.logs ?? Array.from({ length: feed.logs }, (_, log) => log);
  const wanted = matches === undefined ? first + 1 : examinedAtMost;
  const chunk = Math.max(10, Math.ceil((2 * wanted) / logs.length));
  const readers = logs.map((log) => createLogReader(feed, log, after[log] ?? 0, Math.min(chunk, 250)));
  await Promise.all(readers.map((reader) => reader.fill()));
  const rows: { entry: FeedEntry; after: FeedPosition }[] = [];
  let end = after;
  for (let examined = 0; examined < examinedAtMost; examined += 1) {
    const reader = earliest(readers);
    const entry = reader?.head();
    if (reader === undefined || entry === undefined) return { rows, hasMore: false, end };
    const isWanted = matches === undefined || matches(entry);
    if (isWanted && rows.length === first) return { rows, hasMore: true, end };
    end = advance(end, entry.log, entry.position);
    if (isWanted) rows.push({ entry, after: end });
    reader.take();
    // One after the other: which entry comes next is known only once every log shows its next.
    await reader.fill();
  }
  return { rows, hasMore: true, end };
}

interface LogReader {
  /** The next entry; undefined where the log had no more when it was read. */
  head(): FeedEntry | undefined;
  take(): void;
  /** Reads on where nothing is left of what was read. */
  fill(): Promise<void>;
}

function createLogReader(feed: ChangeFeed, log: number, after: number, chunk: number): LogReader {
  let entries: readonly FeedEntry[] = [];
  let index = 0;
  let position = after;
  let ended = false;
  return {
    head: () => entries[index],
    take: () => {
      index += 1;
    },
    fill: async () => {
      if (ended || index < entries.length) return;
      entries = await feed.read(log, position, chunk);
      index = 0;
      position = entries.at(-1)?.position ?? position;
      ended = entries.length < chunk;
    },
  };
}

function earliest(readers: readonly LogReader[]): LogReader | undefined {
  let best: LogReader | undefined;
  for (const reader of readers) {
    const [entry, leader] = [reader.head(), best?.head()];
    if (entry !== undefined && (leader === undefined || precedes(entry, leader))) best = reader;
  }
  return best;
}

/** Ids are uuids of version 7: inside one instant they rise in the order in which a process made them. */
function precedes({ event: a }: FeedEntry, { event: b }: FeedEntry): boolean {
  return a.recordedAt === b.recordedAt ? a.eventId < b.eventId : a.recordedAt < b.recordedAt;
}
