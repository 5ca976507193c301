/** What every {@link ChangeFeed} does, whatever it is kept in. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { covers, logOf } from "../../src/domain/kernel/index.js";
import type { ChangeFeed, Commit, FeedEntry, FeedPosition } from "../../src/domain/kernel/index.js";

/** A fresh, empty feed of four logs, and the way in which commits get into it. */
export interface ChangeFeedSubject {
  readonly feed: ChangeFeed;
  /** Feeds commits, in this order. A commit that was fed before is not fed again. */
  append(commits: readonly Commit[]): Promise<void>;
  close(): Promise<void>;
}

export interface ChangeFeedConformance {
  readonly create: () => Promise<ChangeFeedSubject>;
  /** A commit of `count` events. */
  readonly aCommit: (streamId: string, version: number, count?: number) => Commit;
}

/** Runs the suite on what `create` makes. */
export function changeFeedConformance(name: string, { create, aCommit }: ChangeFeedConformance): void {
  describe(`${name} is a change feed`, () => {
    let subject: ChangeFeedSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(() => subject.close());

    const readAll = async (log: number, page = 100): Promise<FeedEntry[]> => {
      const all: FeedEntry[] = [];
      for (;;) {
        const entries = await subject.feed.read(log, all.length, page);
        if (entries.length === 0) return all;
        all.push(...entries);
      }
    };
    /** Streams that all go to log 0. */
    const streamsOfLog0 = (count: number, prefix: string): string[] =>
      Array.from({ length: count * 20 }, (_, index) => `Test-${prefix}${index}`)
        .filter((streamId) => logOf(streamId, subject.feed.logs) === 0)
        .slice(0, count);

    it("is empty at first", async () => {
      expect(await subject.feed.head()).toEqual([0, 0, 0, 0]);
      expect(await subject.feed.read(0, 0, 10)).toEqual([]);
      expect(await subject.feed.resolve("Test-unknown", 1)).toBeUndefined();
    });

    it("gives back events and tags as they were fed, in the log that the stream's name says", async () => {
      const commit = aCommit("Test-a", 1, 2);
      await subject.append([commit]);
      const log = logOf("Test-a", subject.feed.logs);
      expect(await subject.feed.read(log, 0, 10)).toEqual([
        { log, position: 1, event: commit.events[0], tags: commit.tags },
        { log, position: 2, event: commit.events[1], tags: commit.tags },
      ]);
    });

    it("counts every log from 1 without gaps, and keeps each stream in order", async () => {
      const streams = Array.from({ length: 12 }, (_, index) => `Test-many${index}`);
      for (const version of [1, 2, 3]) await subject.append(streams.map((streamId) => aCommit(streamId, version)));
      const head = await subject.feed.head();
      for (const [log, last] of head.entries()) {
        const entries = await readAll(log);
        expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
        for (const streamId of streams.filter((name) => logOf(name, subject.feed.logs) === log)) {
          const ofStream = entries.filter(({ event }) => event.streamId === streamId);
          expect(ofStream.map(({ event }) => event.version)).toEqual([1, 2, 3]);
        }
      }
    });

    it("feeds a commit once, however often it comes", async () => {
      const before = await subject.feed.head();
      await subject.append([aCommit("Test-a", 1, 2), aCommit("Test-many3", 2)]);
      expect(await subject.feed.head()).toEqual(before);
    });

    it("begins behind any position, also one inside what was fed together", async () => {
      const [streamId = ""] = streamsOfLog0(1, "inside");
      const before = (await subject.feed.head())[0] ?? 0;
      await subject.append([aCommit(streamId, 1, 30)]);
      for (const after of [before, before + 1, before + 17, before + 29]) {
        const entries = await subject.feed.read(0, after, 5);
        expect(entries[0]?.position).toBe(after + 1);
      }
      expect(await subject.feed.read(0, before + 30, 5)).toEqual([]);
    });

    it("holds a commit of 300 events, and can be read from any of them", async () => {
      const [streamId = ""] = streamsOfLog0(1, "large");
      const before = (await subject.feed.head())[0] ?? 0;
      await subject.append([aCommit(streamId, 1, 300), aCommit(streamId, 301)]);
      for (const after of [before, before + 120, before + 250, before + 299, before + 300]) {
        const entries = await subject.feed.read(0, after, 10);
        expect(entries[0]?.event.version).toBe(after - before + 1);
      }
    });

    it("returns pages that join without gap or duplicate, whatever their size", async () => {
      const expected = await readAll(0, 1_000);
      for (const page of [1, 7, 64]) expect(await readAll(0, page)).toEqual(expected);
    });

    it("stops at about the limit", async () => {
      const entries = await subject.feed.read(0, 0, 3);
      expect(entries.length).toBeGreaterThanOrEqual(3);
      expect(entries.length).toBeLessThanOrEqual(3 + 4 * 100);
    });

    it("resolves an event to the position behind it: the event is seen, the next of its log is not", async () => {
      const fed: [string, number][] = [
        ["Test-a", 1],
        ["Test-a", 2],
        ["Test-many5", 2],
        [streamsOfLog0(1, "large")[0] ?? "", 151],
      ];
      for (const [streamId, version] of fed) {
        const log = logOf(streamId, subject.feed.logs);
        const position = await subject.feed.resolve(streamId, version);
        const entry = (await readAll(log)).find(
          ({ event }) => event.streamId === streamId && event.version === version,
        );
        expect(position?.[log]).toBe(entry?.position);
      }
    });

    it("resolves later events of a stream to later positions, none of them ahead of the feed", async () => {
      const positions: FeedPosition[] = [];
      for (const version of [1, 2, 3]) positions.push((await subject.feed.resolve("Test-many1", version)) ?? []);
      const [first = [], second = [], third = []] = positions;
      expect(covers(second, first) && covers(third, second)).toBe(true);
      expect(covers(first, second)).toBe(false);
      expect(covers(await subject.feed.head(), third)).toBe(true);
    });

    it("does not resolve what is not fed yet", async () => {
      expect(await subject.feed.resolve("Test-many1", 4)).toBeUndefined();
      expect(await subject.feed.resolve("Test-many1", 0)).toBeUndefined();
    });
  });
}
