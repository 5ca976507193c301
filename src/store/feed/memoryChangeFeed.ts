/** A change feed in memory: for tests, and for a ledger that need not outlive its process. */
import { lastVersion, logOf } from "../../domain/kernel/index.js";
import type { ChangeFeed, Commit, FeedEntry, FeedPosition } from "../../domain/kernel/index.js";
import { FeedGapError } from "./errors.js";

export interface MemoryChangeFeed extends ChangeFeed {
  /**
   * Feeds a commit and returns its entries; none where it was fed before. Throws {@link FeedGapError} where the commit does
   * not follow the last one of its stream.
   */
  append(commit: Commit): readonly FeedEntry[];
}

interface FedStream {
  version: number;
  /** By version: the position vector behind that event. */
  readonly positions: FeedPosition[];
}

export function createMemoryChangeFeed({ logs }: { readonly logs: number }): MemoryChangeFeed {
  const entries: FeedEntry[][] = Array.from({ length: logs }, () => []);
  const streams = new Map<string, FedStream>();
  const head = (): FeedPosition => entries.map((log) => log.length);

  return {
    logs,
    head: async () => head(),
    read: async (log, after, limit) => entries[log]?.slice(after, after + limit) ?? [],
    resolve: async (streamId, version) => streams.get(streamId)?.positions[version],
    append: (commit) => {
      const stream: FedStream = streams.get(commit.streamId) ?? { version: 0, positions: [] };
      if (lastVersion(commit) <= stream.version) return [];
      if (commit.version !== stream.version + 1)
        throw new FeedGapError(commit.streamId, stream.version + 1, commit.version);
      const log = logOf(commit.streamId, logs);
      const target = entries[log] ?? [];
      const added = commit.events.map((event, index): FeedEntry => ({
        log,
        position: target.length + 1 + index,
        event,
        tags: commit.tags,
      }));
      for (const entry of added) {
        target.push(entry);
        stream.positions[entry.event.version] = head();
      }
      stream.version = lastVersion(commit);
      streams.set(commit.streamId, stream);
      return added;
    },
  };
}
