/** Entries of the feed up to a head, read once for all processors that are nearly there. */
import { advance } from "../../domain/kernel/index.js";
import type { ChangeFeed, FeedEntry, FeedPosition, LiveEntry } from "../../domain/kernel/index.js";

/** Who has more than this before it reads for itself. */
export const nearAtMost = 500;

const pageSize = 100;

/** Events between two positions. */
export function eventsBetween(position: FeedPosition, head: FeedPosition): number {
  return head.reduce((sum, at, log) => sum + Math.max(0, at - (position[log] ?? 0)), 0);
}

export interface NearEntries {
  /** The entries behind `position`, in batches of at most `size`; each log in its order. */
  batches(position: FeedPosition, size: number): AsyncGenerator<readonly LiveEntry[], void, void>;
  /** Those behind `position`, where they were read already; undefined where they were not. */
  behind(position: FeedPosition): readonly FeedEntry[] | undefined;
}

/** Reads what lies between the lowest of the `positions` that are near and `head`: one request or more for each log with news. */
export async function readNearEntries(
  feed: ChangeFeed,
  head: FeedPosition,
  positions: readonly FeedPosition[],
): Promise<NearEntries> {
  const near = positions.filter((position) => eventsBetween(position, head) <= nearAtMost);
  const start = head.map((at, log) => Math.min(at, ...near.map((position) => position[log] ?? 0)));
  const known = await Promise.all(head.map((at, log) => readLog(feed, log, start[log] ?? 0, at)));

  const isKnown = (position: FeedPosition) => head.every((_, log) => (position[log] ?? 0) >= (start[log] ?? 0));

  const pageOf = async (log: number, after: number, limit: number): Promise<readonly FeedEntry[]> => {
    const from = start[log] ?? 0;
    if (after >= from) return (known[log] ?? []).slice(after - from, after - from + limit);
    const entries = await feed.read(log, after, limit);
    return entries.filter(({ position }) => position <= (head[log] ?? 0)).slice(0, limit);
  };

  return {
    behind: (position) =>
      isKnown(position)
        ? known.flatMap((entries, log) => entries.slice((position[log] ?? 0) - (start[log] ?? 0)))
        : undefined,
    async *batches(position, size) {
      let at: FeedPosition = head.map((_, log) => position[log] ?? 0);
      let batch: LiveEntry[] = [];
      for (const log of head.keys()) {
        while ((at[log] ?? 0) < (head[log] ?? 0)) {
          const entries = await pageOf(log, at[log] ?? 0, size - batch.length);
          if (entries.length === 0) throw new Error(`log ${log} of the feed ends before its head`);
          for (const entry of entries) {
            at = advance(at, log, entry.position);
            batch.push({ ...entry, after: at });
          }
          if (batch.length < size) continue;
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },
  };
}

async function readLog(feed: ChangeFeed, log: number, after: number, head: number): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (let at = after; at < head; at = entries.at(-1)?.position ?? head) {
    const page = await feed.read(log, at, Math.min(pageSize, head - at));
    if (page.length === 0) throw new Error(`log ${log} of the feed ends before its head`);
    entries.push(...page.filter(({ position }) => position <= head));
  }
  return entries;
}
