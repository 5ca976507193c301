/** The iterator of a live reader, and the bell. */
import { describe, expect, it } from "vitest";
import { createBell } from "../../../src/store/feed/bell.js";
import { createFollower } from "../../../src/store/feed/follower.js";
import type { FollowerLife } from "../../../src/store/feed/follower.js";

function waiting(signal = new AbortController().signal) {
  const seen = { ends: 0, finallyRan: false };
  async function* generate(life: FollowerLife) {
    try {
      for (let number = 1; !life.ended(); number += 1) {
        yield number;
        await life.wait();
      }
    } finally {
      seen.finallyRan = true;
    }
  }
  const follower = createFollower({ signal, generate, onEnd: () => (seen.ends += 1) });
  return { follower, seen };
}

describe("a follower", () => {
  it("ends at once on return() although it is blocked", async () => {
    const { follower, seen } = waiting();
    await follower.next();
    const blocked = follower.next();
    expect(await follower.return?.()).toEqual({ done: true, value: undefined });
    expect(await blocked).toEqual({ done: true, value: undefined });
    expect(seen).toEqual({ ends: 1, finallyRan: true });
  });

  it("ends at once when its signal aborts, and stays ended", async () => {
    const controller = new AbortController();
    const { follower, seen } = waiting(controller.signal);
    await follower.next();
    const blocked = follower.next();
    controller.abort();
    expect((await blocked).done).toBe(true);
    expect((await follower.next()).done).toBe(true);
    expect(seen.ends).toBe(1);
  });

  it("is ended from the start by a signal that has aborted already", async () => {
    const { follower, seen } = waiting(AbortSignal.abort());
    expect((await follower.next()).done).toBe(true);
    expect(seen.ends).toBe(1);
  });

  it("goes on when it is woken, also when that came before it waited", async () => {
    const { follower } = waiting();
    await follower.next();
    follower.wake();
    expect(await follower.next()).toEqual({ done: false, value: 2 });
    const blocked = follower.next();
    follower.wake();
    expect(await blocked).toEqual({ done: false, value: 3 });
  });

  it("passes on what its generator throws, and has ended then", async () => {
    let ends = 0;
    const follower = createFollower<number>({
      signal: new AbortController().signal,
      onEnd: () => (ends += 1),
      generate: async function* () {
        yield* [];
        throw new Error("no more");
      },
    });
    await expect(follower.next()).rejects.toThrow("no more");
    expect((await follower.next()).done).toBe(true);
    expect(ends).toBe(1);
  });

  it("ends on throw()", async () => {
    const { follower, seen } = waiting();
    await expect(follower.throw?.(new Error("stop"))).rejects.toThrow("stop");
    expect(seen.ends).toBe(1);
  });
});

describe("a bell", () => {
  it("wakes who waits", async () => {
    const bell = createBell();
    const waited = bell.wait(10_000);
    bell.ring();
    expect(await waited).toBe(true);
  });

  it("remembers one ring for who comes later", async () => {
    const bell = createBell();
    bell.ring();
    bell.ring();
    expect(await bell.wait(10_000)).toBe(true);
    expect(await bell.wait(1)).toBe(false);
  });
});
