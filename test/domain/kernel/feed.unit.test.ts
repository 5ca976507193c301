/** Positions in the feed, and which of its logs a stream belongs to. */
import { describe, expect, it } from "vitest";
import { advance, covers, logOf } from "../../../src/domain/kernel/index.js";

describe("the log of a stream", () => {
  it.each([
    ["", 2_166_136_261, 1],
    ["a", 3_826_002_220, 0],
    ["Incident-1", 3_835_815_805, 1],
    ["Incident-018f3e6a-0000-7000-8000-000000000000", 3_136_437_825, 1],
    ["Entity-subject-東京", 3_718_601_259, 3],
  ])("of %j is the same for ever", (streamId, hash, log) => {
    expect(logOf(streamId, 2 ** 32)).toBe(hash);
    expect(logOf(streamId, 4)).toBe(log);
  });

  it.each([1, 2, 4, 7, 16])("is one of %i, and all get about as many streams", (logs) => {
    const counts = Array.from({ length: logs }, () => 0);
    const streams = 8_000;
    for (let index = 0; index < streams; index += 1) {
      // As ids made within one second: the time at the front hardly differs.
      const log = logOf(`Incident-018f3e6a-${(index % 1_000).toString(16).padStart(4, "0")}-7000-8000-${index}`, logs);
      counts[log] = (counts[log] ?? 0) + 1;
    }
    expect(counts).toHaveLength(logs);
    for (const count of counts) {
      expect(count).toBeGreaterThan((0.8 * streams) / logs);
      expect(count).toBeLessThan((1.2 * streams) / logs + 1);
    }
  });
});

describe("a position", () => {
  it("moves on in one log, and never back", () => {
    expect(advance([1, 2, 3], 1, 5)).toEqual([1, 5, 3]);
    expect(advance([1, 2, 3], 1, 1)).toEqual([1, 2, 3]);
    expect(advance([1, 2, 3], 7, 9)).toEqual([1, 2, 3]);
  });

  it("is not changed by moving on", () => {
    const position = [1, 2];
    advance(position, 0, 9);
    expect(position).toEqual([1, 2]);
  });

  it("covers another one where no log of it is behind", () => {
    expect(covers([1, 2], [1, 2])).toBe(true);
    expect(covers([3, 2], [1, 2])).toBe(true);
    expect(covers([3, 1], [1, 2])).toBe(false);
    expect(covers([1, 2], [])).toBe(true);
  });

  it("that has fewer logs stands at the beginning of the others", () => {
    expect(covers([1], [1, 0])).toBe(true);
    expect(covers([1], [1, 1])).toBe(false);
  });
});
