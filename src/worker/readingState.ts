/** Where the reading of a request's sources stands: counts by source, and which pages are done. */
import { toCheckpoint, toMark } from "./checkpoint.js";
import type { ReadingRecord, SourceTally } from "./checkpoint.js";
import type { Counts } from "./stages.js";

export interface ReadingState {
  progress(): Counts;
  checkpoint(): ReturnType<typeof toCheckpoint>;
  requests(): number;
  isDone(index: number): boolean;
  isRead(url: string): boolean;
  /** Whether nothing of any source can be read. */
  isUnreadable(): boolean;
  requested(requests: number): void;
  /** A source has so many pages. */
  found(index: number, pages: number): void;
  counted(index: number, what: "extracted" | "errors"): void;
  lost(index: number): void;
  /** What is behind these was added. */
  read(urls: readonly string[]): void;
  /** Sources of which none of these pages is are done. */
  finish(left: readonly { readonly index: number }[]): void;
  takePart(): number;
}

/** Goes on from where it was. */
export function createReadingState(before: ReadingRecord): ReadingState {
  const tallies: SourceTally[] = [...before.sources];
  const done = [...before.done];
  const marks = new Set(done);
  let { requests, nextPart } = before;

  const change = (index: number, more: Partial<SourceTally>) => {
    const tally = tallies[index];
    if (tally !== undefined) tallies[index] = { ...tally, ...more };
  };
  const sum = (member: (tally: SourceTally) => number) => tallies.reduce((total, tally) => total + member(tally), 0);

  return {
    progress() {
      const [contentExtracted, processingErrors] = [sum(({ extracted }) => extracted), sum(({ errors }) => errors)];
      const isOpen = (tally: SourceTally) => !tally.isDone && tally.pages === 0;
      return {
        urlsFound: sum(({ pages }) => pages),
        contentExtracted,
        processingErrors,
        done: contentExtracted + processingErrors,
        // A source that was not looked at has one page at least.
        known: sum((tally) => (isOpen(tally) ? 1 : tally.pages)),
      };
    },
    checkpoint: () => toCheckpoint({ sources: tallies, done, requests, nextPart }),
    requests: () => requests,
    isDone: (index) => tallies[index]?.isDone ?? true,
    isRead: (url) => marks.has(toMark(url)),
    isUnreadable: () => tallies.every(({ isUnreadable }) => isUnreadable),
    requested: (more) => void (requests += more),
    found(index, pages) {
      // What was read of it before counts still, also where it links to other pages by now.
      const { extracted = 0, errors = 0 } = tallies[index] ?? {};
      change(index, { pages: Math.max(pages, tallies[index]?.pages ?? 0, extracted + errors) });
    },
    counted(index, what) {
      const tally = tallies[index];
      if (tally === undefined) return;
      const counts = { ...tally, [what]: tally[what] + 1 };
      change(index, { ...counts, pages: Math.max(counts.pages, counts.extracted + counts.errors) });
    },
    lost(index) {
      const tally = tallies[index];
      if (tally === undefined) return;
      const counts = { errors: tally.errors + 1, pages: Math.max(tally.pages, tally.extracted + tally.errors + 1) };
      // Where another attempt has read it, what that has found stays.
      change(index, { ...counts, isDone: true, isUnreadable: tally.extracted === 0 });
    },
    read(urls) {
      for (const mark of urls.map(toMark)) {
        if (marks.has(mark)) continue;
        marks.add(mark);
        done.push(mark);
      }
    },
    finish(left) {
      const open = new Set(left.map(({ index }) => index));
      for (const index of tallies.keys()) if (!open.has(index)) change(index, { isDone: true });
    },
    takePart() {
      nextPart += 1;
      return nextPart - 1;
    },
  };
}
