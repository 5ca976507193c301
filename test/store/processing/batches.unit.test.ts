/** Batches: what is ready comes together, and nothing waits for more than the first. */
import { expect, it } from "vitest";
import { createBatches } from "../../../src/store/processing/batches.js";

/** An iterator that is fed by hand. */
function aSource() {
  const ready: number[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  async function* iterate(): AsyncGenerator<number, void, void> {
    for (;;) {
      const next = ready.shift();
      if (next !== undefined) yield next;
      else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const push = (...values: number[]) => {
    ready.push(...values);
    wake?.();
  };
  const end = () => {
    ended = true;
    wake?.();
  };
  return { iterator: iterate(), push, end };
}

const never = new Promise<never>(() => undefined);

it("takes all that is ready, up to the size that was asked for", async () => {
  const { iterator, push } = aSource();
  const batches = createBatches(iterator);
  push(1, 2, 3, 4, 5);
  expect(await batches.next(3, never)).toEqual([1, 2, 3]);
  expect(await batches.next(3, never)).toEqual([4, 5]);
});

it("waits for the first value, and not for a second", async () => {
  const { iterator, push } = aSource();
  const batches = createBatches(iterator);
  const batch = batches.next(10, never);
  push(1);
  expect(await batch).toEqual([1]);
});

it("answers with nothing when something else comes first, and keeps the value that was waited for", async () => {
  const { iterator, push } = aSource();
  const batches = createBatches(iterator);
  expect(await batches.next(10, Promise.resolve())).toEqual([]);
  push(1, 2);
  expect(await batches.next(10, never)).toEqual([1, 2]);
});

it("hands out what it has before it says that there is no more", async () => {
  const { iterator, push, end } = aSource();
  const batches = createBatches(iterator);
  push(1);
  end();
  expect(await batches.next(10, never)).toEqual([1]);
  expect(await batches.next(10, never)).toBeUndefined();
});

it("fails as its iterator does", async () => {
  async function* failing(): AsyncGenerator<number, void, void> {
    yield 1;
    throw new Error("the feed has a gap");
  }
  const batches = createBatches(failing());
  await expect(batches.next(10, never)).rejects.toThrow("the feed has a gap");
});
