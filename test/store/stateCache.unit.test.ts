/** The cache of states that decisions are made on. */
import { expect, it } from "vitest";
import { createStateCache } from "../../src/store/stateCache.js";

const at = (version: number, state = `state ${version}`) => ({ version, state, hash: `hash ${version}` });

it("keeps the newest state of a stream, whatever order they come in", () => {
  const cache = createStateCache<string>({ max: 10 });
  expect(cache.get("Test-1")).toBeUndefined();
  cache.set("Test-1", at(2));
  cache.set("Test-1", at(1));
  expect(cache.get("Test-1")).toEqual(at(2));
  cache.set("Test-1", at(2, "with more parts"));
  cache.set("Test-2", at(1));
  expect(cache.get("Test-1")).toEqual(at(2, "with more parts"));
});

it("forgets a stream, and then takes any version", () => {
  const cache = createStateCache<string>({ max: 10 });
  cache.set("Test-1", at(2));
  cache.delete("Test-1");
  expect(cache.get("Test-1")).toBeUndefined();
  cache.set("Test-1", at(1));
  expect(cache.get("Test-1")).toEqual(at(1));
});

it("lets the stream go that was used longest ago", () => {
  const cache = createStateCache<string>({ max: 2 });
  for (const streamId of ["Test-1", "Test-2"]) cache.set(streamId, at(1));
  cache.get("Test-1");
  cache.set("Test-3", at(1));
  expect(["Test-1", "Test-2", "Test-3"].map((streamId) => cache.get(streamId)?.version)).toEqual([1, undefined, 1]);
});

it("keeps of a state what is worth keeping", () => {
  const cache = createStateCache<readonly number[]>({ max: 2, trim: (state) => state.slice(-2) });
  cache.set("Test-1", { version: 1, state: [1, 2, 3], hash: "h" });
  expect(cache.get("Test-1")).toEqual({ version: 1, state: [2, 3], hash: "h" });
});

it("keeps no more than it may weigh: the streams that were used longest ago go, and what is too heavy is not kept", () => {
  const cache = createStateCache<string>({ max: 10, weight: { of: (state) => state.length, max: 10 } });
  const held = () => ["Test-1", "Test-2", "Test-3"].filter((streamId) => cache.get(streamId) !== undefined);
  cache.set("Test-1", at(1, "12345"));
  cache.set("Test-2", at(1, "12345"));
  expect(held()).toEqual(["Test-1", "Test-2"]);
  cache.set("Test-3", at(1, "1234"));
  expect(held()).toEqual(["Test-2", "Test-3"]);
  cache.set("Test-3", at(2, "12345678901"));
  expect(held()).toEqual(["Test-2"]);
});

it("keeps a part only, in number and in weight, where there is less room", () => {
  const kept = (weigh: (state: string) => number) => {
    const cache = createStateCache<string>({ max: 16, weight: { of: weigh, max: 40 }, share: 1 / 8 });
    const streamIds = Array.from({ length: 6 }, (_, index) => `Test-${index}`);
    for (const streamId of streamIds) cache.set(streamId, at(1));
    return streamIds.filter((streamId) => cache.get(streamId) !== undefined);
  };
  expect(kept(() => 1)).toEqual(["Test-4", "Test-5"]);
  expect(kept(() => 5)).toEqual(["Test-5"]);
});
