/**
 * The newest entries of the feed in one total order, for all live readers together. It has a fixed size: who falls behind
 * its start reads the feed instead.
 */
import { advance, eventsUpTo } from "../../domain/kernel/index.js";
import type { FeedEntry, FeedPosition, LiveEntry } from "../../domain/kernel/index.js";

export interface EntryRing {
  /** Index of the oldest entry that is held. Indexes count all entries that were ever pushed. */
  start(): number;
  /** Index behind the newest entry. */
  end(): number;
  /** The position vector behind the newest entry. */
  position(): FeedPosition;
  /** The position vector before the entry at `start`. */
  startPosition(): FeedPosition;
  /** The entry at an index from `start` up to, not including, `end`. */
  at(index: number): LiveEntry;
  /** Takes the entry where it is the next of its log. "old": it is there or was; "gap": entries before it are missing. */
  push(entry: FeedEntry): "pushed" | "old" | "gap";
  /** The index behind which a reader that has seen exactly `position` goes on; undefined where there is none. */
  indexBehind(position: FeedPosition): number | undefined;
  /**
   * The held entries of a stream with a version above `afterVersion`, oldest first, at most `limit`. They may begin later
   * than the next version, where the ones before are not held.
   */
  ofStream(streamId: string, afterVersion: number, limit: number): readonly LiveEntry[];
}

interface Slot {
  readonly entry: LiveEntry;
  /** Index of the entry of the same stream before this one. */
  readonly previous: number | undefined;
}

/** Creates a ring for a reader that stands at `position`. */
export function createEntryRing(options: { readonly size: number; readonly position: FeedPosition }): EntryRing {
  const { size } = options;
  const slots: Slot[] = [];
  const newest = new Map<string, number>();
  let startPosition = options.position;
  let position = options.position;
  let end = 0;

  const start = () => Math.max(0, end - size);
  const slotAt = (index: number): Slot => {
    const slot = index >= start() && index < end ? slots[index % size] : undefined;
    if (slot === undefined) throw new RangeError(`entry ${index} is not in the ring`);
    return slot;
  };
  const evict = () => {
    const index = start();
    const { entry } = slotAt(index);
    startPosition = entry.after;
    if (newest.get(entry.event.streamId) === index) newest.delete(entry.event.streamId);
  };

  return {
    start,
    end: () => end,
    position: () => position,
    startPosition: () => startPosition,
    at: (index) => slotAt(index).entry,
    push: (entry) => {
      const head = position[entry.log] ?? 0;
      if (entry.position <= head) return "old";
      if (entry.position > head + 1) return "gap";
      if (end >= size) evict();
      position = advance(position, entry.log, entry.position);
      const { streamId } = entry.event;
      slots[end % size] = { entry: { ...entry, after: position }, previous: newest.get(streamId) };
      newest.set(streamId, end);
      end += 1;
      return "pushed";
    },
    indexBehind: (wanted) => {
      // Each entry moves the vector's sum by one, so the sum tells the only index that can fit.
      const index = start() + eventsUpTo(wanted) - eventsUpTo(startPosition);
      if (index < start() || index > end) return undefined;
      const there = index === start() ? startPosition : slotAt(index - 1).entry.after;
      return isSame(there, wanted) ? index : undefined;
    },
    ofStream: (streamId, afterVersion, limit) => {
      const found: LiveEntry[] = [];
      let index = newest.get(streamId);
      while (index !== undefined && index >= start()) {
        const { entry, previous } = slotAt(index);
        if (entry.event.version <= afterVersion) break;
        found.push(entry);
        index = previous;
      }
      return found.slice(-limit).reverse();
    },
  };
}

/** True where both have seen the same. */
export function isSame(one: FeedPosition, other: FeedPosition): boolean {
  return one.length === other.length && one.every((value, log) => value === other[log]);
}
