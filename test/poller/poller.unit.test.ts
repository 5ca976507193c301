/** The poller: who is polled when, how many at a time, and how it ends. */
import { afterEach, describe, expect, it } from "vitest";
import { JsonMap } from "../../src/domain/integrations/index.js";
import type { PollResult } from "../../src/domain/integrations/index.js";
import { toInstant } from "../../src/domain/kernel/index.js";
import { createPoller } from "../../src/poller/index.js";
import type { Poller, PollerMetrics } from "../../src/poller/index.js";
import { until } from "../support/graphql/client.js";
import { createStory, dueOf, leaseOf } from "./memorySchedule.js";
import type { Story } from "./memorySchedule.js";

const concurrency: Readonly<Record<string, number>> = { gmail: 20, slack: 2, http: 20 };
const services = {
  get: (type: string) => {
    const most = concurrency[type];
    return most === undefined ? undefined : serviceWith(type, most);
  },
};

const pollers: Poller[] = [];
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.close()));
});

function begin(story: Story, options: Partial<Parameters<typeof createPoller>[0]> = {}) {
  const warnings: { readonly fields: object; readonly message: string }[] = [];
  const poller = createPoller({
    ...story,
    services,
    clock: { now: () => toInstant(Date.parse("2025-01-01T00:00:10.000Z")) },
    random: () => 0,
    idleMilliseconds: 20,
    graceMilliseconds: 0,
    log: { warn: (fields, message) => void warnings.push({ fields, message }) },
    ...options,
  });
  pollers.push(poller);
  poller.start();
  return { poller, warnings };
}

const people = (count: number, service = "gmail") =>
  Array.from({ length: count }, (_, index) => dueOf(`user-${index}`, service));

describe("what is due", () => {
  it("is polled, and again whenever it is due again", async () => {
    const story = createStory([dueOf("ann"), dueOf("bob")]);
    begin(story);
    await until(() => story.claimed.length === 2);
    story.due.set("ann#gmail", dueOf("ann", "gmail", "2025-01-01T00:00:05.000Z"));
    await until(() => story.claimed.length === 3);
    expect(story.claimed).toEqual(["ann#gmail", "bob#gmail", "ann#gmail"]);
  });

  it("is all found, however much it is", async () => {
    const story = createStory([...people(900), ...people(50, "slack"), ...people(400, "http")]);
    begin(story, { idleMilliseconds: 10_000 });
    await until(() => story.due.size === 0);
    expect(new Set(story.claimed).size).toBe(1_350);
    expect(story.claimed).toHaveLength(1_350);
  });

  it("is claimed once while the index still shows it as it was", async () => {
    const story = createStory([dueOf("ann")], { onClaim: () => undefined });
    begin(story);
    await until(() => story.looks.length === 5);
    expect(story.claimed).toEqual(["ann#gmail"]);
  });

  it("is left to whoever was faster, without a word", async () => {
    const story = createStory([dueOf("ann"), dueOf("bob")], { claim: async () => undefined });
    const { metrics, told } = recorder();
    const { warnings } = begin(story, { metrics });
    await until(() => story.looks.length === 3);
    expect(story.claimed).toHaveLength(2);
    expect(told.polled).toEqual([
      ["gmail", "LOST", 0],
      ["gmail", "LOST", 0],
    ]);
    expect(warnings).toEqual([]);
  });

  it("is looked for at once when somebody knows of something", async () => {
    const story = createStory([]);
    const { poller } = begin(story, { idleMilliseconds: 60_000 });
    await until(() => story.looks.length === 1);
    story.due.set("ann#gmail", dueOf("ann"));
    poller.wake();
    await until(() => story.claimed.length === 1);
  });

  it("is looked for once, however many tell of it meanwhile", async () => {
    const story = createStory([]);
    const { poller } = begin(story, { idleMilliseconds: 60_000 });
    await until(() => story.looks.length === 1);
    for (let index = 0; index < 100; index += 1) poller.wake();
    await until(() => story.looks.length === 2);
    story.due.set("ann#gmail", dueOf("ann"));
    poller.wake();
    await until(() => story.claimed.length === 1);
    expect(story.looks).toHaveLength(3);
  });
});

describe("looks", () => {
  /** Milliseconds between the looks of a story, as it is told them. */
  const pausesOf = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? time));

  it("that somebody wakes are a quarter of a second apart, however many events come", async () => {
    // Given a poller that is woken many times with each of its looks,
    const times: number[] = [];
    const story = createStory([], {
      onLook: async () => {
        times.push(performance.now());
        await Promise.resolve();
        for (let index = 0; index < 50; index += 1) poller.wake();
      },
    });
    const { poller } = begin(story, { idleMilliseconds: 60_000 });
    // When it has looked some times, then none came sooner than 250 ms after the one before; a timer may be a millisecond early.
    await until(() => times.length === 4);
    expect(Math.min(...pausesOf(times))).toBeGreaterThan(248);
  });

  it("that read past a backlog take a small part of the time, though polls end and events come", async () => {
    // Given a service that cannot keep up, and looks past what is due of it that take 20 ms,
    const wide: number[] = [];
    const story = createStory(people(2_000, "slack"), {
      isHeld: true,
      onLook: async () => {
        if (story.looks.at(-1)?.without.length === 0) return;
        wide.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    });
    begin(story, { idleMilliseconds: 5 });
    // When the poller is idle again and again, then it leaves 20 times as long between them.
    await until(() => wide.length === 3);
    expect(Math.min(...pausesOf(wide))).toBeGreaterThan(380);
  });

  it("for a service that has room again do not wait for those that read past a backlog", async () => {
    // Given a service that cannot keep up, and a look past its backlog that is followed by a rest of 5 s,
    const story = createStory(people(150, "slack"), {
      isHeld: true,
      onLook: (look) => (look === 2 ? new Promise((resolve) => setTimeout(resolve, 250)) : undefined),
    });
    begin(story, { idleMilliseconds: 5 });
    await until(() => story.looks.length === 2 && story.running.size === 2);
    // When its polls end one after the other, then all of them are found, and nothing was read past them again.
    await until(() => {
      for (const poll of [...story.running.values()]) poll.end();
      return story.claimed.length === 150;
    });
    expect(story.looks.filter(({ without }) => without.length > 0)).toHaveLength(1);
  });
});

describe("one session", () => {
  it("is never polled twice at a time, and soon again where it became due meanwhile", async () => {
    const story = createStory([dueOf("ann")], { isHeld: true });
    const { poller } = begin(story, { idleMilliseconds: 60_000 });
    await until(() => story.running.size === 1);
    // An event has changed it: the index shows it with a new version.
    story.due.set("ann#gmail", { ...dueOf("ann"), version: 2 });
    poller.wake();
    await until(() => story.looks.length === 2);
    expect(story.claimed).toHaveLength(1);
    story.running.get("ann#gmail")?.end();
    await until(() => story.claimed.length === 2 && story.running.size === 1);
  });
});

describe("polls at a time", () => {
  it("are no more than a service can take", async () => {
    const story = createStory([...people(10, "slack"), ...people(10)], { isHeld: true });
    begin(story);
    await until(() => story.running.size === 12);
    await until(() => story.looks.length >= 3);
    expect([...story.running.keys()].filter((id) => id.endsWith("#slack"))).toHaveLength(2);
  });

  it("are no more than the process may have", async () => {
    const story = createStory([...people(20), ...people(20, "http")], { isHeld: true });
    begin(story, { pollsAtOnce: 7 });
    await until(() => story.running.size === 7);
    const [first] = story.running.values();
    first?.end();
    await until(() => story.claimed.length === 8);
    expect(story.running.size).toBe(7);
  });

  it("are none of a service that this server does not know: another may, while a new version is brought out", async () => {
    // Given more sessions of one than a look finds, and one of a service that is known behind them.
    const story = createStory([...people(500, "fax"), dueOf("bob")]);
    const { warnings } = begin(story);
    // When the poller has looked some times,
    await until(() => story.claimed.length > 0 && story.looks.length >= 4);
    // Then only the known one was claimed, and the other service was told of once.
    expect(story.claimed).toEqual(["bob#gmail"]);
    expect(warnings.map(({ fields }) => fields)).toEqual([{ service: "fax" }]);
    expect(warnings[0]?.message).toContain("does not know");
  });
});

describe("fairness", () => {
  it("lets users take turns: many sessions of one do not delay the one of another", async () => {
    const crowd = Array.from({ length: 50 }, (_, index) => ({ ...dueOf("ann"), sessionId: `ann-${index}#gmail` }));
    const story = createStory([...crowd, dueOf("bob")], { isHeld: true });
    begin(story, { pollsAtOnce: 2 });
    await until(() => story.running.size === 2);
    expect(story.claimed).toEqual(["ann-0#gmail", "bob#gmail"]);
  });

  it("lets services take turns", async () => {
    const story = createStory([...people(30), ...people(30, "http")], { isHeld: true });
    begin(story, { pollsAtOnce: 4 });
    await until(() => story.running.size === 4);
    expect(story.claimed.map((id) => id.split("#")[1])).toEqual(["gmail", "http", "gmail", "http"]);
  });

  it("finds what is due of others behind a service that cannot keep up", async () => {
    const story = createStory([...people(5_000, "slack"), dueOf("bob")], { isHeld: true });
    begin(story);
    await until(() => story.running.has("bob#gmail"));
    expect(story.looks.at(-1)?.without).toEqual(["slack"]);
    expect(story.running.size).toBe(3);
  });

  it("comes back to the service that could not keep up once it has room", async () => {
    const story = createStory(people(300, "slack"));
    begin(story, { idleMilliseconds: 60_000 });
    await until(() => story.claimed.length === 300);
  });
});

describe("trouble", () => {
  it("with the store makes it rest, longer each time, until the store answers", async () => {
    const times: number[] = [];
    const story = createStory([dueOf("ann")], {
      onLook: (look) => {
        times.push(performance.now());
        if (look <= 4) throw new Error("the store is away");
      },
    });
    const { warnings } = begin(story);
    await until(() => story.claimed.length === 1);
    const rests = times.slice(1).map((time, index) => time - (times[index] ?? time));
    // Twice as long each time, by at most a quarter less for chance's sake; a timer may be a millisecond early.
    for (const [index, least] of [15, 30, 60, 120].entries()) expect(rests[index]).toBeGreaterThan(least - 2);
    expect(warnings.map(({ message }) => message)).toEqual(
      Array.from({ length: 4 }, () => "what is due cannot be found now; it is looked for again"),
    );
  });

  it("with a claim leaves the session for the next look", async () => {
    let fails = true;
    const story = createStory([dueOf("ann")], {
      claim: async (due) => {
        if (fails) throw new Error("the store is away");
        story.due.delete(due.sessionId);
        return leaseOf(due);
      },
    });
    const { warnings } = begin(story);
    await until(() => story.claimed.length === 3);
    fails = false;
    await until(() => story.due.size === 0);
    expect(warnings[0]).toMatchObject({
      fields: { sessionId: "ann#gmail" },
      message: "a session could not be polled; it is tried again",
    });
  });

  it("with one poll does not hold up the others", async () => {
    const story = createStory([dueOf("ann"), dueOf("bob")], { isHeld: true });
    const { metrics, told } = recorder();
    begin(story, { pollsAtOnce: 1, metrics });
    await until(() => story.running.has("ann#gmail"));
    story.running.get("ann#gmail")?.fail(new Error("nobody thought of it"));
    await until(() => story.running.has("bob#gmail"));
    story.running.get("bob#gmail")?.end({ outcome: "ITEMS", items: 3 });
    await until(() => told.polled.length === 2);
    expect(told.polled).toEqual([
      ["gmail", "ERROR", 0],
      ["gmail", "ITEMS", 3],
    ]);
    expect(told.inHand).toBe(0);
  });
});

describe("closing", () => {
  it("begins nothing more, and waits for what runs", async () => {
    const story = createStory(people(30), { isHeld: true });
    const { poller } = begin(story, { pollsAtOnce: 3, graceMilliseconds: 60_000 });
    await until(() => story.running.size === 3);
    let isClosed = false;
    const closing = poller.close().then(() => (isClosed = true));
    const [first, ...others] = [...story.running.values()];
    first?.end();
    await until(() => story.running.size === 2);
    expect(isClosed).toBe(false);
    for (const poll of others) poll.end();
    await closing;
    expect(story.claimed).toHaveLength(3);
  });

  it("tells polls to end that go on for too long", async () => {
    const story = createStory([dueOf("ann")], { isHeld: true });
    const { poller } = begin(story, { graceMilliseconds: 10 });
    await until(() => story.running.size === 1);
    const [poll] = story.running.values();
    expect(poll?.signal.aborted).toBe(false);
    await poller.close();
    expect(poll?.signal.aborted).toBe(true);
    expect(story.running.size).toBe(0);
  });

  it("is possible for one that was never started", async () => {
    const poller = createPoller({
      ...createStory([]),
      services,
      clock: { now: () => "2025-01-01T00:00:00.000Z" },
      random: () => 0,
      log: { warn: () => undefined },
    });
    await poller.close();
  });
});

/** Metrics that are remembered. */
function recorder() {
  const told = {
    claimed: [] as (readonly [string, number])[],
    polled: [] as (readonly [string, PollResult["outcome"] | "ERROR", number])[],
    inHand: 0,
  };
  const metrics: PollerMetrics = {
    claimed: (service, lag) => void told.claimed.push([service, lag]),
    polled: (service, outcome, items) => void told.polled.push([service, outcome, items]),
    inHand: (_service, change) => void (told.inHand += change),
  };
  return { metrics, told };
}

/** Of which only type and concurrency count. */
function serviceWith(type: string, most: number): ReturnType<Parameters<typeof createPoller>[0]["services"]["get"]> {
  return {
    type,
    title: type,
    mode: "POLL",
    leastIntervalMs: 10_000,
    defaultIntervalMs: 30_000,
    concurrency: most,
    state: JsonMap,
    credential: undefined,
    personal: [],
    accountKey: () => undefined,
    hasCursor: () => true,
    isForward: () => true,
    withoutCursor: (state) => state,
    async *poll() {},
  };
}
