/** The ring of the newest entries. */
import { describe, expect, it } from "vitest";
import { createEntryRing } from "../../../src/store/feed/entryRing.js";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import { aCommit, upTo } from "./support/ledger.js";

function anEntry(log: number, position: number, streamId = `Test-${log}`, version = position): FeedEntry {
  const { events, tags } = aCommit(streamId, version);
  const [event] = events;
  if (event === undefined) throw new Error("no event");
  return { log, position, event, tags };
}

describe("a ring", () => {
  it("keeps the newest entries and forgets the oldest", () => {
    const ring = createEntryRing({ size: 3, position: [0] });
    for (const position of upTo(10)) ring.push(anEntry(0, position));
    expect([ring.start(), ring.end()]).toEqual([7, 10]);
    expect([7, 8, 9].map((index) => ring.at(index).position)).toEqual([8, 9, 10]);
    expect(ring.startPosition()).toEqual([7]);
    expect(() => ring.at(6)).toThrow(RangeError);
    expect(() => ring.at(10)).toThrow(RangeError);
  });

  it("takes the next entry of each log only", () => {
    const ring = createEntryRing({ size: 3, position: [4, 0] });
    expect(ring.push(anEntry(0, 4))).toBe("old");
    expect(ring.push(anEntry(0, 6))).toBe("gap");
    expect(ring.push(anEntry(0, 5))).toBe("pushed");
    expect(ring.push(anEntry(1, 1))).toBe("pushed");
    expect(ring.position()).toEqual([5, 1]);
  });

  it("finds the place of a reader that stands where it stood itself, and no other", () => {
    const ring = createEntryRing({ size: 4, position: [10, 10] });
    for (const entry of [anEntry(0, 11), anEntry(1, 11), anEntry(0, 12)]) ring.push(entry);
    expect(ring.indexBehind([10, 10])).toBe(0);
    expect(ring.indexBehind([11, 10])).toBe(1);
    expect(ring.indexBehind([12, 11])).toBe(3);
    expect(ring.indexBehind([10, 11])).toBeUndefined();
    expect(ring.indexBehind([9, 10])).toBeUndefined();
    expect(ring.indexBehind([12, 12])).toBeUndefined();
  });

  it("still finds it when it has gone round", () => {
    const ring = createEntryRing({ size: 2, position: [0] });
    for (const position of upTo(5)) ring.push(anEntry(0, position));
    expect([2, 3, 4, 5].map((position) => ring.indexBehind([position]))).toEqual([undefined, 3, 4, 5]);
  });

  it("finds the entries of one stream above a version, the oldest first", () => {
    const ring = createEntryRing({ size: 100, position: [0] });
    for (const position of upTo(30)) ring.push(anEntry(0, position, `Test-${position % 3}`, Math.ceil(position / 3)));
    expect(ring.ofStream("Test-1", 7, 100).map(({ event }) => event.version)).toEqual([8, 9, 10]);
    expect(ring.ofStream("Test-1", 2, 3).map(({ event }) => event.version)).toEqual([3, 4, 5]);
    expect(ring.ofStream("Test-1", 10, 3)).toEqual([]);
    expect(ring.ofStream("Test-9", 0, 3)).toEqual([]);
  });

  it("finds no entry of a stream that it has forgotten", () => {
    const ring = createEntryRing({ size: 2, position: [0] });
    ring.push(anEntry(0, 1, "Test-old", 1));
    ring.push(anEntry(0, 2, "Test-new", 1));
    ring.push(anEntry(0, 3, "Test-new", 2));
    ring.push(anEntry(0, 4, "Test-new", 3));
    expect(ring.ofStream("Test-old", 0, 10)).toEqual([]);
    expect(ring.ofStream("Test-new", 0, 10).map(({ event }) => event.version)).toEqual([2, 3]);
  });
});
