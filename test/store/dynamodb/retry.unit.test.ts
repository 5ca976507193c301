/** Waits between tries. */
import { expect, it } from "vitest";
import { createBackoff } from "../../../src/store/dynamodb/retry.js";

const waits = async (random: () => number, attempts: readonly number[]) => {
  const waited: number[] = [];
  const backoff = createBackoff({
    baseMilliseconds: 10,
    capMilliseconds: 100,
    random,
    sleep: async (milliseconds) => void waited.push(milliseconds),
  });
  for (const attempt of attempts) await backoff(attempt);
  return waited;
};

it("a wait lies anywhere between zero and its upper bound", async () => {
  expect(await waits(() => 0, [2, 3, 9])).toEqual([0, 0, 0]);
  expect(await waits(() => 0.5, [2])).toEqual([5]);
});

it("the upper bound doubles with each try up to the cap, however many tries there are", async () => {
  expect(await waits(() => 1, [2, 3, 4, 5, 6, 7, 5_000])).toEqual([10, 20, 40, 80, 100, 100, 100]);
});

it("by itself a backoff waits for a real, random time", async () => {
  const started = performance.now();
  await createBackoff({ baseMilliseconds: 5, capMilliseconds: 5 })(2);
  expect(performance.now() - started).toBeLessThan(5_000);
});
