/** Values that are at hand for a few seconds: how old they may be, and whose word counts. */
import { beforeEach, describe, expect, it } from "vitest";
import { createShortCache, laterVersion, shortCacheMilliseconds } from "../../../src/domain/kernel/index.js";
import type { ShortCache } from "../../../src/domain/kernel/index.js";
import { createManualClock } from "../../support/manualClock.js";
import type { ManualClock } from "../../support/manualClock.js";

interface Row {
  readonly version: number;
}

let clock: ManualClock;
let stored: Row;
let reads: number;
let beforeAnswer: (() => Promise<void>) | undefined;
let cache: ShortCache<Row>;
beforeEach(() => {
  clock = createManualClock();
  stored = { version: 1 };
  reads = 0;
  beforeAnswer = undefined;
  cache = createShortCache<Row>({
    clock,
    merge: laterVersion,
    read: async () => {
      reads += 1;
      const answer = stored;
      await beforeAnswer?.();
      return answer;
    },
  });
});

describe("a short cache", () => {
  it("reads a value once in five seconds, however many ask", async () => {
    await Promise.all([cache.get("a"), cache.get("a")]);
    await cache.get("a");
    expect(reads).toBe(1);
    stored = { version: 2 };
    clock.advance(shortCacheMilliseconds - 1);
    expect(await cache.get("a")).toEqual({ version: 1 });
    clock.advance(1);
    expect(await cache.get("a")).toEqual({ version: 2 });
    expect(reads).toBe(2);
  });

  it("reads a value again where the clock was put back: it would be hours old", async () => {
    await cache.get("a");
    stored = { version: 2 };
    clock.advance(-3_600_000);
    expect(await cache.get("a")).toEqual({ version: 2 });
    await cache.get("a");
    expect(reads).toBe(2);
  });

  it("shows at once what this process has written, also where an older answer comes in later", async () => {
    beforeAnswer = async () => {
      stored = { version: 2 };
      cache.put("a", stored);
    };
    expect(await cache.get("a")).toEqual({ version: 2 });
    expect(await cache.get("a")).toEqual({ version: 2 });
  });

  it("asks anew for who must have the newest, and keeps that for all", async () => {
    await cache.get("a");
    stored = { version: 2 };
    expect(await cache.newest("a")).toEqual({ version: 2 });
    expect(await cache.get("a")).toEqual({ version: 2 });
  });

  it("changes a part of what is kept without making it younger, and nothing where nothing is kept", async () => {
    cache.amend("a", () => ({ version: 9 }));
    expect(await cache.get("a")).toEqual({ version: 1 });
    clock.advance(shortCacheMilliseconds - 1);
    cache.amend("a", ({ version }) => ({ version: version + 1 }));
    expect(await cache.get("a")).toEqual({ version: 2 });
    clock.advance(1);
    stored = { version: 3 };
    expect(await cache.get("a")).toEqual({ version: 3 });
  });

  it("asks again where a read failed", async () => {
    beforeAnswer = () => Promise.reject(new Error("gone"));
    await expect(cache.get("a")).rejects.toThrow("gone");
    beforeAnswer = undefined;
    expect(await cache.get("a")).toEqual({ version: 1 });
  });
});
