/** How far the feed is behind what this process has appended: which events have not come back through it, and since when. */
import type { Recorded } from "../domain/kernel/index.js";

type Told = Pick<Recorded, "streamId" | "version" | "recordedAt">;

export interface FeedLag {
  /** An event is in the log. */
  appended(event: Told): void;
  /** An event has come through the feed; those of other processes, too. */
  seen(event: Told): void;
  /** Events on their way, and the age of the oldest in seconds; 0 where there is none. */
  read(): { readonly events: number; readonly seconds: number };
}

/** So many events are remembered; while more are on their way the count stands still. */
const maxPending = 100_000;
/** The feed may be faster than the answer to the append, so what has come is remembered for a while. */
const maxEarly = 4_096;

export function createFeedLag(now: () => number = Date.now): FeedLag {
  /** In the order of appending: the first is the oldest. */
  const pending = new Map<string, number>();
  const early = new Set<string>();
  const keyOf = ({ streamId, version }: Told) => `${streamId} ${version}`;
  return {
    appended: (event) => {
      const key = keyOf(event);
      if (early.delete(key) || pending.size >= maxPending) return;
      pending.set(key, Date.parse(event.recordedAt));
    },
    seen: (event) => {
      const key = keyOf(event);
      if (pending.delete(key)) return;
      early.add(key);
      if (early.size <= maxEarly) return;
      const [oldest] = early;
      if (oldest !== undefined) early.delete(oldest);
    },
    read: () => {
      const [oldest] = pending.values();
      return { events: pending.size, seconds: oldest === undefined ? 0 : Math.max(0, now() - oldest) / 1_000 };
    },
  };
}
