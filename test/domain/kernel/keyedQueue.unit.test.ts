/** Work in turn for each key. */
import { expect, it } from "vitest";
import { createKeyedQueue } from "../../../src/domain/kernel/index.js";

/** Work that ends when it is told to, and notes when it begins and ends. */
function createWork() {
  const steps: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async () => {
    steps.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    steps.push(`${name} ends`);
    return name;
  };
  return { steps, work, end: (name: string) => ends.get(name)?.() };
}

/** All that can happen without anything from outside has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("work for one key is done in turn, work for different keys side by side", async () => {
  const queue = createKeyedQueue();
  const { steps, work, end } = createWork();
  const all = [queue.run(["a"], work("a1")), queue.run(["a"], work("a2")), queue.run(["b"], work("b1"))];
  await settled();
  expect(steps).toEqual(["a1 begins", "b1 begins"]);
  end("a1");
  await settled();
  expect(steps.slice(2)).toEqual(["a1 ends", "a2 begins"]);
  end("a2");
  end("b1");
  expect(await Promise.all(all)).toEqual(["a1", "a2", "b1"]);
});

it("work for several keys waits for all of them, and holds up each", async () => {
  const queue = createKeyedQueue();
  const { steps, work, end } = createWork();
  const all = [
    queue.run(["a"], work("1")),
    queue.run(["b"], work("2")),
    queue.run(["a", "b"], work("3")),
    queue.run(["b"], work("4")),
  ];
  end("1");
  await settled();
  end("1");
  await settled();
  expect(steps).not.toContain("3 begins");
  end("2");
  await settled();
  expect(steps.at(-1)).toBe("3 begins");
  end("3");
  await settled();
  expect(steps.at(-1)).toBe("4 begins");
  end("4");
  await Promise.all(all);
});

it("keys taken crosswise do not wait for each other for ever", async () => {
  const queue = createKeyedQueue();
  const done = await Promise.all([
    queue.run(["a", "b"], async () => 1),
    queue.run(["b", "a"], async () => 2),
    queue.run(["a", "a"], async () => 3),
  ]);
  expect(done).toEqual([1, 2, 3]);
});

it("work that fails tells its caller, and holds up nobody", async () => {
  const queue = createKeyedQueue();
  const failure = new Error("failed");
  const first = queue.run(["a"], () => Promise.reject(failure));
  const thrown = queue.run(["a"], () => {
    throw failure;
  });
  const second = queue.run(["a"], async () => "done");
  await expect(first).rejects.toBe(failure);
  await expect(thrown).rejects.toBe(failure);
  expect(await second).toBe("done");
});

it("work without a key begins at once", async () => {
  expect(await createKeyedQueue().run([], async () => "done")).toBe("done");
});
