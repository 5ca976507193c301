/** Which commits go into one transaction of the feeder, and in which items. Pure. */
import { logOf } from "../../domain/kernel/index.js";
import type { Commit, FeedEntry, FeedPosition } from "../../domain/kernel/index.js";
import { itemLimits, logKey, streamKey, toStoredCommit } from "./feedItems.js";
import type { FeedIndexItem, FeedItem } from "./feedItems.js";

/** What one transaction may hold, below the limits of DynamoDB (100 items, 4 MB) with room for lease and checkpoint. */
export const transactionLimits = { commits: 60, items: 98, bytes: 3_500_000 } as const;

/** What a plan writes. */
export interface PlannedFeed {
  readonly feedItems: readonly FeedItem[];
  readonly indexItems: readonly FeedIndexItem[];
  /** The entries of each feed item, in the one order of the whole feed. */
  readonly entries: readonly (readonly FeedEntry[])[];
  /** The position vector behind it all. */
  readonly heads: FeedPosition;
}

export interface FeedPlan {
  readonly commits: number;
  /** The commits as their index items will be ordered; those of a stream in the order in which they came. */
  readonly planned: readonly Commit[];
  /** Takes the commit in and answers true, or answers false where it does not fit into this transaction any more. */
  add(commit: Commit): boolean;
  /** The items, for a feed that stands at `heads`. */
  build(heads: FeedPosition): PlannedFeed;
}

interface Chunk {
  readonly log: number;
  readonly commits: Commit[];
  readonly texts: string[];
  events: number;
  bytes: number;
}

/**
 * An empty plan for a feed of `logs` logs. An empty plan takes any one commit. `checked`: leaves room to check the end of each log
 * that the plan does not write to. @default there is nothing to check
 */
export function createFeedPlan(logs: number, { checked = false }: { readonly checked?: boolean } = {}): FeedPlan {
  const chunks: Chunk[] = [];
  /** The chunk of each log that can still take commits. */
  const open = new Map<number, Chunk>();
  let commits = 0;
  let bytes = 0;

  return {
    get commits() {
      return commits;
    },
    get planned() {
      return chunks.flatMap((chunk) => chunk.commits);
    },
    add: (commit) => {
      const text = JSON.stringify(toStoredCommit(commit));
      const size = Buffer.byteLength(text);
      const log = logOf(commit.streamId, logs);
      const current = open.get(log);
      const joins =
        current !== undefined &&
        current.events + commit.events.length <= itemLimits.events &&
        current.bytes + size <= itemLimits.bytes;
      const written = open.size + (current === undefined ? 1 : 0);
      const items = chunks.length + commits + (joins ? 1 : 2) + (checked ? logs - written : 0);
      const fits =
        commits < transactionLimits.commits &&
        items <= transactionLimits.items &&
        bytes + size <= transactionLimits.bytes;
      if (commits > 0 && !fits) return false;
      const chunk = joins ? current : { log, commits: [], texts: [], events: 0, bytes: 0 };
      if (!joins) {
        chunks.push(chunk);
        open.set(log, chunk);
      }
      chunk.commits.push(commit);
      chunk.texts.push(text);
      chunk.events += commit.events.length;
      chunk.bytes += size;
      commits += 1;
      bytes += size;
      return true;
    },
    build: (from) => build(chunks, from),
  };
}

function build(chunks: readonly Chunk[], from: FeedPosition): PlannedFeed {
  const heads = [...from];
  const feedItems: FeedItem[] = [];
  const indexItems: FeedIndexItem[] = [];
  const entries: FeedEntry[][] = [];
  for (const { log, commits, texts, events } of chunks) {
    const position = (heads[log] ?? 0) + 1;
    const chunkEntries: FeedEntry[] = [];
    for (const { streamId, version, events: committed, tags } of commits) {
      const feedPosition = position + chunkEntries.length;
      chunkEntries.push(...committed.map((event, index) => ({ log, position: feedPosition + index, event, tags })));
      heads[log] = position + chunkEntries.length - 1;
      const n = committed.length;
      indexItems.push({
        log: streamKey(streamId),
        position: version,
        n,
        feedLog: log,
        feedPosition,
        heads: [...heads],
      });
    }
    feedItems.push({ log: logKey(log), position, n: events, entries: `[${texts.join(",")}]`, heads: [...heads] });
    entries.push(chunkEntries);
  }
  return { feedItems, indexItems, entries, heads };
}
