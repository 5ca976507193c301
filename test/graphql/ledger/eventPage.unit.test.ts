/** Pages of the feed: every event once, in an order that pages share, whatever arrives in between. */
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import type { ChangeFeed, FeedPosition } from "../../../src/domain/kernel/feed.js";
import { toEventSelection } from "../../../src/resolvers/ledger/eventFilter.js";
import { examinedAtMost, readEventPage } from "../../../src/resolvers/ledger/eventPage.js";
import type { EventPage } from "../../../src/resolvers/ledger/eventPage.js";
import { createMemoryChangeFeed } from "../../../src/store/feed/memoryChangeFeed.js";
import { aCommit } from "../../store/feed/support/ledger.js";

const logs = 4;
const zero: FeedPosition = [0, 0, 0, 0];

/** A feed whose events are recorded a millisecond after each other. */
function createFeed() {
  const feed = createMemoryChangeFeed({ logs });
  const versions = new Map<string, number>();
  let fed = 0;
  return {
    feed,
    add: (streamId: string, events = 1, type = "Noted"): void => {
      const version = (versions.get(streamId) ?? 0) + 1;
      versions.set(streamId, version + events - 1);
      const commit = aCommit(streamId, version, events);
      const recordedAt = new Date(Date.UTC(2025, 0, 15) + (fed += 1)).toISOString();
      feed.append({ ...commit, events: commit.events.map((event) => ({ ...event, type, recordedAt })) });
    },
  };
}

const namesOf = ({ rows }: EventPage) => rows.map(({ entry }) => `${entry.event.streamId}@${entry.event.version}`);

describe("a page of events", () => {
  it("and those behind it hold every event once and each stream in order, while events arrive", async () => {
    const adds = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(adds, adds, fc.integer({ min: 1, max: 7 }), async (before, during, first) => {
        const { feed, add } = createFeed();
        const streams = new Map<string, number>();
        const put = ([stream, events]: readonly [number, number]) => {
          add(`Test-${stream}`, events);
          streams.set(`Test-${stream}`, (streams.get(`Test-${stream}`) ?? 0) + events);
        };
        before.forEach(put);
        const waiting = [...during];
        const seen: string[] = [];
        let after = zero;
        for (;;) {
          const page = await readEventPage(feed, { after, first });
          seen.push(...namesOf(page));
          after = page.end;
          const next = waiting.shift();
          if (next !== undefined) put(next);
          else if (!page.hasMore && page.rows.length === 0) break;
        }
        for (const [streamId, events] of streams) {
          expect(seen.filter((name) => name.startsWith(`${streamId}@`))).toEqual(
            Array.from({ length: events }, (_, index) => `${streamId}@${index + 1}`),
          );
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(after).toEqual(await feed.head());
      }),
    );
  });

  it("is in the order in which events were recorded", async () => {
    const { feed, add } = createFeed();
    const streams = ["Test-a", "Test-b", "Test-c", "Test-d", "Test-e", "Test-a", "Test-e", "Test-b"];
    for (const streamId of streams) add(streamId);
    const page = await readEventPage(feed, { after: zero, first: 100 });
    expect(page.rows.map(({ entry }) => entry.event.streamId)).toEqual(streams);
    expect(page.hasMore).toBe(false);
  });

  it("can be left at any of its events", async () => {
    const { feed, add } = createFeed();
    for (let n = 0; n < 30; n += 1) add(`Test-${n % 7}`);
    const all = await readEventPage(feed, { after: zero, first: 100 });
    for (const [index, { after }] of all.rows.entries()) {
      const rest = await readEventPage(feed, { after, first: 100 });
      expect(namesOf(rest)).toEqual(namesOf(all).slice(index + 1));
    }
  });

  it("says whether there is more of what is wanted, not of what is not", async () => {
    const { feed, add } = createFeed();
    add("Test-a", 1, "Wanted");
    add("Test-b", 5);
    const { matches } = toEventSelection({ types: ["Wanted"] }, logs);
    const page = await readEventPage(feed, { after: zero, first: 1, matches });
    expect(namesOf(page)).toEqual(["Test-a@1"]);
    expect(page.hasMore).toBe(false);
    // What was looked at and not wanted need not be looked at again.
    expect(page.end).toEqual(await feed.head());
  });

  it(`stops after ${examinedAtMost} events that are not wanted, with a place to go on from`, async () => {
    const { feed, add } = createFeed();
    for (let n = 0; n < 1_250; n += 1) add(`Test-${n % 11}`, 2);
    add("Test-last", 1, "Wanted");
    const { matches } = toEventSelection({ types: ["Wanted"] }, logs);
    const lengths: number[] = [];
    let after = zero;
    for (let more = true; more;) {
      const page = await readEventPage(feed, { after, first: 10, matches });
      lengths.push(page.rows.length);
      ({ end: after, hasMore: more } = page);
    }
    expect(lengths).toEqual([0, 0, 1]);
  });

  it("reads only the logs that the wanted streams are in", async () => {
    const { feed, add } = createFeed();
    for (let n = 0; n < 40; n += 1) add(`Test-${n}`);
    const read = new Set<number>();
    const counted: ChangeFeed = { ...feed, read: (log, ...rest) => (read.add(log), feed.read(log, ...rest)) };
    const selection = toEventSelection({ streamIds: ["Test-7"] }, logs);
    const page = await readEventPage(counted, { after: zero, first: 10, ...selection });
    expect(namesOf(page)).toEqual(["Test-7@1"]);
    expect(read.size).toBe(1);
  });

  it("costs one read of each log as long as it is short", async () => {
    const { feed, add } = createFeed();
    for (let n = 0; n < 30; n += 1) add(`Test-${n % 13}`);
    let reads = 0;
    const counted: ChangeFeed = { ...feed, read: (...args) => ((reads += 1), feed.read(...args)) };
    await readEventPage(counted, { after: zero, first: 20 });
    expect(reads).toBeLessThanOrEqual(2 * logs);
    reads = 0;
    await readEventPage(counted, { after: await feed.head(), first: 20 });
    expect(reads).toBe(logs);
  });

  it("of an empty ledger is empty, and ends where it began", async () => {
    const { feed } = createFeed();
    expect(await readEventPage(feed, { after: zero, first: 5 })).toEqual({ rows: [], hasMore: false, end: zero });
  });
});
