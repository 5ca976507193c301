/** One poll: what it records and what it does not, when it is due again, and what two of them do to each other. */
import { describe, expect, it } from "vitest";
import { addSeconds } from "../../../src/domain/kernel/index.js";
import { limits } from "../../../src/domain/integrations/index.js";
import type { PollPage } from "../../../src/domain/integrations/index.js";
import { ada, anItem, createWorld, mailId, start, throwing } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

const requests = ({ counts, schedule }: World) => ({ ...counts, ...schedule.counts });
const day = 86_400_000;

describe("a quiet poll", () => {
  it("writes no event, and one row: the claim", async () => {
    const world = createWorld();
    await world.begin();
    await world.poll();
    world.clock.advance(30_000);
    const before = requests(world);
    expect(await world.poll()).toEqual({ outcome: "QUIET", items: 0 });
    expect(requests(world)).toEqual({ ...before, claim: before.claim + 1 });
    expect(await world.types()).toEqual(["SessionConnected"]);
  });

  it("shows itself in the seed's row once a minute at most", async () => {
    const world = createWorld();
    await world.begin();
    const shown: (string | undefined)[] = [];
    for (let polls = 0; polls < 5; polls += 1) {
      await world.pollNext();
      shown.push(world.session().lastPollAt?.slice(14, 19));
    }
    expect(shown).toEqual(["30:00", "30:00", "31:00", "31:00", "32:00"]);
    expect(world.schedule.counts.show).toBe(3);
    expect(await world.types()).toEqual(["SessionConnected"]);
  });

  it("is due again by the interval and up to a tenth of it", async () => {
    const world = createWorld();
    world.byChance(() => 0.5);
    await world.begin();
    await world.pollNext();
    expect(world.schedule.waits(mailId)).toBe(31_500);

    const slow = createWorld();
    slow.byChance(() => 0.5);
    await slow.begin({ pollingIntervalMs: 600_000 });
    await slow.pollNext();
    expect(slow.schedule.waits(mailId)).toBe(630_000);
  });

  it("of a long interval holds the session for a minute only, and moves it on at its end", async () => {
    const world = createWorld();
    await world.begin({ pollingIntervalMs: 3_600_000 });
    const [due] = await world.schedule.due(world.clock.now(), 1);
    const lease = due && (await world.polling.claim(due));
    expect(lease?.until).toBe(addSeconds(start, 60));
    expect(lease && (await world.polling.poll(lease, new AbortController().signal))).toEqual({
      outcome: "QUIET",
      items: 0,
    });
    expect(world.schedule.waits(mailId)).toBe(3_600_000);
    expect(world.schedule.counts.release).toBe(1);
  });

  it("is an event once a day, for all of that day", async () => {
    const world = createWorld();
    await world.begin({ pollingIntervalMs: 3_600_000 });
    for (let polls = 0; polls < 25; polls += 1) await world.pollNext();
    const [, polled, ...more] = await world.events();
    expect(polled).toMatchObject({
      type: "SessionPolled",
      data: { polls: 25, items: 0, at: addSeconds(start, 86_400) },
    });
    expect(more).toEqual([]);
    expect(world.session().totals.polls).toBe(25);
  });

  it("is an event where the service found its cursor, and then no more", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2));
    await world.connect();
    await world.pollNext();
    await world.pollNext();
    expect(await world.types()).toEqual(["SessionConnected", "SessionPolled"]);
    expect(world.session().serviceState).toEqual({ cursor: "2" });
    expect(world.seen()).toEqual([]);
  });

  it("keeps a state that changed by itself once an hour at most", async () => {
    const world = createWorld();
    let asked = 0;
    world.answering(async function* ({ state }) {
      yield { items: [], state: { ...state, cursor: `${(asked += 1)}` } };
    });
    await world.begin({ pollingIntervalMs: 600_000 });
    for (let polls = 0; polls < 8; polls += 1) await world.pollNext();
    expect(await world.types()).toEqual(["SessionConnected", "SessionPolled"]);
    expect(world.session()).toMatchObject({ serviceState: { cursor: "7" }, totals: { polls: 7 } });
  });

  it("reads the session once, and then goes by what it knows until an event changes it", async () => {
    const world = createWorld();
    await world.begin();
    for (let polls = 0; polls < 4; polls += 1) await world.pollNext();
    expect(world.counts.getSessions).toBe(1);
    await world.service.changeInterval(mailId, { pollingIntervalMs: 60_000 }, ada);
    await world.pollNext();
    await world.pollNext();
    expect(world.counts.getSessions).toBe(2);
  });
});

describe("a poll with items", () => {
  it("delivers page by page and moves the cursor behind each, the last one without an empty one behind it", async () => {
    const world = createWorld();
    world.mails.push(...[1, 2, 3, 4, 5].map((number) => anItem(number)));
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 5 });
    expect(world.sent()).toEqual([["mail:1", "mail:2"], ["mail:3", "mail:4"], ["mail:5"]]);
    const polled = (await world.events()).slice(1).map(({ data }) => data);
    expect(polled).toMatchObject([
      { polls: 1, items: 2, firstItemId: "mail:1", lastItemId: "mail:2", more: true, cursorRevision: 1 },
      { polls: 0, items: 2, serviceState: { cursor: "4" }, more: true, cursorRevision: 2 },
      { polls: 0, items: 1, serviceState: { cursor: "5" }, more: false, cursorRevision: 3 },
    ]);
    expect(world.session().totals).toMatchObject({ polls: 1, items: 5 });
    expect(world.schedule.waits(mailId)).toBe(30_000);
  });

  it("is counted once where somebody's command has counted it meanwhile, however long it took to begin", async () => {
    const world = createWorld();
    world.mails.push(anItem(1));
    await world.begin();
    const [due] = await world.schedule.due(world.clock.now(), 1);
    const lease = due && (await world.polling.claim(due));
    world.clock.advance(5);
    world.whenDelivered(async () => {
      await world.service.changeInterval(mailId, { pollingIntervalMs: 60_000 }, ada);
      return { accepted: true };
    });
    await (lease && world.polling.poll(lease, new AbortController().signal));
    expect(await world.types()).toEqual(["SessionConnected", "SessionIntervalChanged", "SessionPolled"]);
    expect(world.session().totals).toMatchObject({ polls: 1, items: 1 });
  });

  it("takes the quiet polls before it along", async () => {
    const world = createWorld();
    await world.begin();
    await world.pollNext();
    await world.pollNext();
    world.mails.push(anItem(1));
    await world.pollNext();
    expect((await world.events()).at(-1)?.data).toMatchObject({ polls: 3, items: 1 });
  });

  it("delivers under ids and signatures that are the session's own and never change", async () => {
    const world = createWorld();
    world.mails.push(anItem(1));
    await world.begin();
    world.meanwhile(async () => {
      throw new Error("the process is killed");
    });
    await expect(world.pollNext()).rejects.toThrow("the process is killed");
    await world.pollNext();
    const [first, second] = world.deliveries;
    expect(first).toMatchObject({
      url: "https://hooks.example/in",
      secret: "whsec_ada#mail/1",
      body: { type: "integration.items", sessionId: mailId, userId: "ada", serviceType: "mail", items: [anItem(1)] },
    });
    expect(first?.deliveryId).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toEqual(first);
  });

  it("leaves what it cannot get through in two minutes for the next poll, at once", async () => {
    const world = createWorld();
    world.mails.push(...[1, 2, 3, 4, 5, 6].map((number) => anItem(number)));
    world.whenDelivered(async (_delivery, signal) => {
      await world.time.pause(70_000, signal);
      return { accepted: true };
    });
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 4 });
    expect(world.schedule.waits(mailId)).toBe(0);
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 2 });
    expect(world.seen()).toEqual(["mail:1", "mail:2", "mail:3", "mail:4", "mail:5", "mail:6"]);
  });

  it("records activity of the session's project before it delivers, and again what it delivers again", async () => {
    const world = createWorld();
    world.mails.push(anItem(1));
    await world.service.connect(
      {
        serviceType: "mail",
        webhookUrl: "https://hooks.example/in",
        credentialRef: "ada/mail",
        serviceState: { cursor: "0" },
        projectId: "inbox",
      },
      { ...ada, scope: ["inbox"] },
    );
    let isDown = true;
    world.whenTaken(() => {
      if (isDown) throw new Error("the ledger is busy");
    });
    expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 0 });
    expect(world.session().lastError).toMatchObject({ failureClass: "TRANSIENT", code: "project_activity" });
    expect(world.deliveries).toEqual([]);
    isDown = false;
    await world.pollNext();
    expect(world.taken).toEqual(["inbox/mail:1"]);
    expect(world.seen()).toEqual(["mail:1"]);
  });
});

describe("a lease", () => {
  it("is kept while the service takes its time, and the session is due by its interval then", async () => {
    const world = createWorld();
    world.answering(async function* (work) {
      await world.time.pause(100_000, work.signal);
      yield* world.tellMails(work);
    });
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "QUIET", items: 0 });
    // When less than 20 seconds are left, and no more often.
    expect(world.schedule.counts).toMatchObject({ extend: 2, release: 1 });
    // Reckoned from the beginning, the next one would be overdue.
    expect(world.schedule.waits(mailId)).toBe(0);
  });

  it("is taken anew behind each part that took long, so that nobody else begins", async () => {
    const world = createWorld();
    world.mails.push(...[1, 2, 3, 4].map((number) => anItem(number)));
    const other = world.another();
    const others: unknown[] = [];
    world.whenDelivered(async (_delivery, signal) => {
      await world.time.pause(55_000, signal);
      const [due] = await world.schedule.due(world.clock.now(), 1);
      others.push(due && (await other.polling.claim(due)));
      return { accepted: true };
    });
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 4 });
    expect(others).toEqual([undefined, undefined]);
  });

  it("that an event of the session ends, ends the poll: a person has changed it", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2));
    world.whenDelivered(async (_delivery, signal) => {
      if (world.deliveries.length === 1) {
        await world.service.changeInterval(mailId, { pollingIntervalMs: 60_000 }, ada);
        await world.time.pause(300_000, signal);
        if (signal.aborted) throw new Error("aborted");
      }
      return { accepted: true };
    });
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "LOST", items: 0 });
    expect(await world.types()).toEqual(["SessionConnected", "SessionIntervalChanged"]);
    await world.pollNext();
    expect(world.seen()).toEqual(["mail:1", "mail:2"]);
  });

  it("is given back at once where the server stops", async () => {
    const world = createWorld();
    const stop = new AbortController();
    world.answering(async function* (work) {
      stop.abort();
      await world.time.pause(60_000, work.signal);
      yield* world.tellMails(work);
    });
    await world.begin();
    expect(await world.poll(mailId, { signal: stop.signal })).toEqual({ outcome: "LOST", items: 0 });
    expect(world.schedule.waits(mailId)).toBe(0);
    expect(await world.types()).toEqual(["SessionConnected"]);
    expect(world.time.timers.size).toBe(0);
  });

  it("leaves no timer behind", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2), anItem(3));
    await world.begin();
    await world.pollNext();
    await world.pollNext();
    expect(world.time.timers.size).toBe(0);
  });
});

describe("crashes and others at the same session", () => {
  it("deliver again what was delivered but not recorded, and nothing is skipped", async () => {
    const world = createWorld();
    const source = Array.from({ length: 9 }, (_, number) => anItem(number + 1));
    world.mails.push(...source);
    await world.begin();
    let appends = 0;
    const crash = () =>
      world.meanwhile(async () => {
        appends += 1;
        if (appends % 2 === 1) throw new Error("the process is killed");
        crash();
      });
    crash();
    for (let tries = 0; tries < 12; tries += 1) await world.pollNext().catch(crash);
    expect(world.seen()).toEqual(source.map(({ id }) => id));
    expect(world.session()).toMatchObject({ serviceState: { cursor: "9" }, totals: { items: 9 } });
    expect(world.deliveries.length).toBeGreaterThan(5);
  });

  it("two at once: one moves the cursor, the other one is over, and all comes in order", async () => {
    const world = createWorld();
    const source = Array.from({ length: 6 }, (_, number) => anItem(number + 1));
    world.mails.push(...source);
    await world.begin();
    const [due] = await world.schedule.due(world.clock.now(), 1);
    const lease = due && (await world.polling.claim(due));
    if (lease === undefined) throw new Error("it is due");
    // The lease of the first has run out without its noticing: both have the same one now.
    const other = world.another();
    const { signal } = new AbortController();
    const results = await world.time.settle(
      Promise.all([world.polling.poll(lease, signal), other.polling.poll(lease, signal)]),
    );
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["ITEMS", "LOST"]);
    expect(world.seen()).toEqual(source.map(({ id }) => id));
    expect(world.session()).toMatchObject({ cursorRevision: 3, totals: { items: 6 } });
  });

  it("nothing is written where another poll has moved the cursor between a dead letter and the record", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2));
    await world.begin();
    const other = world.another();
    const [due] = await world.schedule.due(world.clock.now(), 1);
    const lease = due && (await world.polling.claim(due));
    if (lease === undefined) throw new Error("it is due");
    const { signal } = new AbortController();
    world.whenDelivered(async () => {
      // While the first one waits for its answer, the other one gets everything through.
      world.whenDelivered(() => ({ accepted: true }));
      await other.polling.poll(lease, signal);
      world.whenDelivered(({ body }) =>
        body.items[0]?.id === "mail:1"
          ? { accepted: false, reason: "REFUSED", code: "http_422", message: "no" }
          : { accepted: true },
      );
      return { accepted: false, reason: "REFUSED", code: "http_422", message: "no" };
    });
    expect(await world.time.settle(world.polling.poll(lease, signal))).toEqual({ outcome: "LOST", items: 0 });
    expect(world.session()).toMatchObject({ cursorRevision: 1, serviceState: { cursor: "2" }, totals: { items: 2 } });
  });

  it("a claim that somebody else has is undefined, and costs one request", async () => {
    const world = createWorld();
    await world.begin();
    const [due] = await world.schedule.due(world.clock.now(), 1);
    if (due === undefined) throw new Error("it is due");
    expect(await world.another().polling.claim(due)).toBeDefined();
    const before = requests(world);
    expect(await world.polling.claim(due)).toBeUndefined();
    expect(requests(world)).toEqual({ ...before, claim: before.claim + 1 });
  });

  it("a lease of a session that was changed since is none", async () => {
    const world = createWorld();
    await world.begin();
    const [due] = await world.schedule.due(world.clock.now(), 1);
    const lease = due && (await world.polling.claim(due));
    if (lease === undefined) throw new Error("it is due");
    await world.service.pause(mailId, {}, ada);
    expect(await world.polling.poll(lease, new AbortController().signal)).toEqual({ outcome: "LOST", items: 0 });
    expect(await world.types()).toEqual(["SessionConnected", "SessionPaused"]);
  });
});

describe("what people do while a poll goes on", () => {
  const during = async (act: (world: World) => Promise<unknown>) => {
    const world = createWorld();
    world.mails.push(...[1, 2, 3, 4].map((number) => anItem(number)));
    await world.begin();
    let isFirst = true;
    world.whenDelivered(async () => {
      if (isFirst) await act(world);
      isFirst = false;
      return { accepted: true };
    });
    return { world, result: await world.pollNext() };
  };

  it("pausing: what was delivered counts, and nothing more is polled", async () => {
    const { world, result } = await during(({ service }) => service.pause(mailId, {}, ada));
    expect(result).toEqual({ outcome: "LOST", items: 2 });
    expect(world.session()).toMatchObject({ status: "PAUSED", serviceState: { cursor: "2" }, totals: { items: 2 } });
    await world.service.resume(mailId, ada);
    await world.pollNext();
    expect(world.sent()).toEqual([
      ["mail:1", "mail:2"],
      ["mail:3", "mail:4"],
    ]);
  });

  it("disconnecting: nothing is written any more", async () => {
    const { world } = await during(({ service }) => service.disconnect(mailId, {}, ada));
    expect(world.session()).toMatchObject({ status: "DISCONNECTED", serviceState: {}, webhookUrl: "" });
    expect(await world.types()).toEqual(["SessionConnected", "SessionDisconnected"]);
    expect(world.deliveries).toHaveLength(1);
  });

  it("connecting it anew: the poll of the connection before cannot move the new one's cursor", async () => {
    const { world, result } = await during(async ({ service, connect }) => {
      await service.disconnect(mailId, {}, ada);
      await connect({ serviceState: { cursor: "0" } });
    });
    expect(result).toEqual({ outcome: "LOST", items: 0 });
    expect(world.session().serviceState).toEqual({ cursor: "0" });
  });

  it("another webhook: what was delivered counts, and the rest goes there under a new secret", async () => {
    const { world, result } = await during(({ service }) =>
      service.changeWebhook(mailId, { webhookUrl: "https://other.example/" }, ada),
    );
    expect(result).toEqual({ outcome: "ITEMS", items: 4 });
    expect(world.deliveries.map(({ url, secret }) => [url, secret])).toEqual([
      ["https://hooks.example/in", "whsec_ada#mail/1"],
      ["https://other.example/", "whsec_ada#mail/2"],
    ]);
  });
});

describe("pages", () => {
  it("without items move the state on with their neighbours, and are no part of their own", async () => {
    const world = createWorld();
    const pages: readonly PollPage[] = [
      { items: [], state: { cursor: "1" } },
      { items: [anItem(1)], state: { cursor: "2" } },
      { items: [], state: { cursor: "3" } },
      { items: [anItem(2)], state: { cursor: "4" } },
      { items: [], state: { cursor: "5" } },
    ];
    world.answering(async function* () {
      yield* pages;
    });
    await world.begin();
    await world.pollNext();
    expect((await world.events()).slice(1).map(({ data }) => data)).toMatchObject([
      { items: 1, serviceState: { cursor: "3" }, more: true },
      { items: 1, serviceState: { cursor: "5" }, more: false },
    ]);
  });

  it("go out in deliveries of 50 items and of a megabyte, in order", async () => {
    const world = createWorld();
    const many = Array.from({ length: 120 }, (_, number) => anItem(number));
    const large = Array.from({ length: 12 }, (_, number) => anItem(1_000 + number, { text: "x".repeat(190_000) }));
    world.answering(async function* () {
      yield { items: [...many, ...large], state: { cursor: "132" } };
    });
    await world.begin();
    await world.pollNext();
    expect(world.sent().map(({ length }) => length)).toEqual([50, 50, 25, 5, 2]);
    expect(world.seen()).toEqual([...many, ...large].map(({ id }) => id));
    for (const { body } of world.deliveries)
      expect(JSON.stringify(body.items).length).toBeLessThanOrEqual(limits.deliveryBytes + 100);
    expect((await world.types()).filter((type) => type === "SessionPolled")).toHaveLength(1);
  });

  it("that came before a failure are delivered before it is recorded", async () => {
    const world = createWorld();
    world.answering(async function* () {
      yield { items: [anItem(1)], state: { cursor: "1" } };
      throw new TypeError("undefined is no function");
    });
    await world.begin();
    expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 1 });
    expect((await world.events()).slice(1)).toMatchObject([
      { type: "SessionPolled", data: { polls: 1, items: 1, more: true } },
      { type: "SessionPollFailed", data: { polls: 0, code: "unexpected", failures: 1 } },
    ]);
    expect(world.session().errorCount).toBe(1);
  });

  it("that end a failure without items are an event, and a day goes by until the next", async () => {
    const world = createWorld();
    world.answering(throwing(new TypeError("undefined is no function")));
    await world.begin();
    await world.pollNext();
    world.answering(undefined);
    expect(await world.pollNext()).toEqual({ outcome: "QUIET", items: 0 });
    expect(world.session()).toMatchObject({ status: "ACTIVE", errorCount: 0 });
    const { length } = await world.events();
    world.clock.advance(day - 3_600_000);
    await world.poll();
    expect(await world.events()).toHaveLength(length);
  });
});
