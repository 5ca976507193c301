/** Work within a time: that it ends with the caller's signal, or when the time is over, whatever the garbage collector does meanwhile. */
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { limit, inTime } from "../../src/adapters/inTime.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Whether it aborts, though garbage is collected again and again. */
async function aborts(signal: AbortSignal): Promise<boolean> {
  let isAborted = false;
  signal.addEventListener("abort", () => (isAborted = true));
  const until = performance.now() + 5_000;
  while (!isAborted && performance.now() < until) {
    collectGarbage();
    await wait(10);
  }
  return isAborted;
}

const toName = (reason: unknown) => (reason instanceof DOMException ? reason.name : undefined);

const { signal: never } = new AbortController();

describe("a limit", () => {
  it("aborts when the time is over, though nobody else holds its timer", async () => {
    expect(await aborts(limit(200, never).signal)).toBe(true);
  });
});

describe("work within a time", () => {
  it("is told when the time is over, though garbage is collected meanwhile", async () => {
    const work = inTime({ milliseconds: 200, signal: never }, async (signal, isOver) => [
      await aborts(signal),
      isOver(),
      toName(signal.reason),
    ]);
    expect(await work).toEqual([true, true, "TimeoutError"]);
  });

  it("ends with the caller's signal and its reason, and the time is not over then", async () => {
    const caller = new AbortController();
    const stopped = new Error("stopped");
    const work = inTime({ milliseconds: 60_000, signal: caller.signal }, async (signal, isOver) => {
      caller.abort(stopped);
      expect(isOver()).toBe(false);
      signal.throwIfAborted();
    });
    await expect(work).rejects.toBe(stopped);
  });

  it("leaves no timer behind", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    let kept: AbortSignal | undefined;
    await inTime({ milliseconds: 20 }, async (signal) => void (kept = signal));
    await wait(60);
    expect(kept?.aborted).toBe(false);
    expect(timers()).toBe(before);
  });
});
