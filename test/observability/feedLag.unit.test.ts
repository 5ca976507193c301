/** How far the feed is behind: by what has been appended and has not come back, in whatever order that is learnt. */
import { expect, it } from "vitest";
import { createFeedLag } from "../../src/observability/feedLag.js";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const event = (version: number, second = version) => ({ streamId: "Account-1", version, recordedAt: at(second) });
const lagAt = (second: number) => createFeedLag(() => Date.parse(at(second)));

it("is the number of events on their way, and the age of the oldest", () => {
  const lag = lagAt(10);
  expect(lag.read()).toEqual({ events: 0, seconds: 0 });
  for (const version of [1, 2, 3]) lag.appended(event(version));
  expect(lag.read()).toEqual({ events: 3, seconds: 9 });
  lag.seen(event(1));
  expect(lag.read()).toEqual({ events: 2, seconds: 8 });
  lag.seen(event(3));
  lag.seen(event(2));
  expect(lag.read()).toEqual({ events: 0, seconds: 0 });
});

it("is none for an event that comes before its append is known", () => {
  const lag = lagAt(10);
  lag.seen(event(1));
  lag.appended(event(1));
  expect(lag.read()).toEqual({ events: 0, seconds: 0 });
});

it("is none for events of other processes, however many", () => {
  const lag = lagAt(10);
  for (let version = 1; version <= 10_000; version += 1) lag.seen(event(version, 1));
  expect(lag.read()).toEqual({ events: 0, seconds: 0 });
  lag.appended(event(10_001, 4));
  expect(lag.read()).toEqual({ events: 1, seconds: 6 });
});

it("stops counting where memory would grow, and goes on once the feed does", () => {
  const lag = lagAt(10);
  for (let version = 1; version <= 100_500; version += 1) lag.appended(event(version, 1));
  expect(lag.read()).toEqual({ events: 100_000, seconds: 9 });
  for (let version = 1; version <= 100_500; version += 1) lag.seen(event(version, 1));
  expect(lag.read().events).toBe(0);
});
