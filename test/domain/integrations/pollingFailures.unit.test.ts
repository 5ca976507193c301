/** What services, credentials and stores do to a poll, and what is recorded of it. */
import { describe, expect, it } from "vitest";
import { addSeconds } from "../../../src/domain/kernel/index.js";
import { ServiceFailure } from "../../../src/domain/integrations/index.js";
import type { FailureClass, PollPage } from "../../../src/domain/integrations/index.js";
import { ada, anItem, createWorld, hanging, mailId, phoneId, start, throwing } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

const failing = (failureClass: Exclude<FailureClass, "DELIVERY">, code: string, retryAfterMs?: number) =>
  throwing(new ServiceFailure(failureClass, code, `The service said ${code}`, retryAfterMs));

/** A session whose service answers so. */
async function answered(answer: Parameters<World["answering"]>[0]): Promise<World> {
  const world = createWorld();
  world.answering(answer);
  await world.begin();
  return world;
}

describe("a failure of the service", () => {
  it("backs off, longer each time, and one success ends it", async () => {
    const world = await answered(failing("TRANSIENT", "http_503"));
    const waits: (number | undefined)[] = [];
    for (let polls = 0; polls < 4; polls += 1) {
      expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 0 });
      waits.push(world.schedule.waits(mailId));
    }
    expect(waits).toEqual([30_000, 30_000, 60_000, 120_000]);
    expect(world.session()).toMatchObject({
      status: "BACKING_OFF",
      errorCount: 4,
      lastError: { failureClass: "TRANSIENT", code: "http_503", message: "The service said http_503" },
    });
    world.answering(undefined);
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "ACTIVE", errorCount: 0 });
  });

  it("of its credential asks for another one, and is not polled before", async () => {
    const world = await answered(failing("AUTH", "invalid_grant"));
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "NEEDS_REAUTH" });
    expect(world.schedule.waits(mailId)).toBeUndefined();
    world.answering(undefined);
    world.credentials.set("ada/new", { token: "new" });
    await world.service.reauthorise(mailId, { credentialRef: "ada/new" }, ada);
    expect(await world.pollNext()).toEqual({ outcome: "QUIET", items: 0 });
    expect(world.session()).toMatchObject({ status: "ACTIVE", credentialRef: "ada/new" });
  });

  it("that is permanent disables the session after ten in a row, not before", async () => {
    const world = await answered(failing("PERMANENT", "channel_not_found"));
    for (let polls = 0; polls < 9; polls += 1) await world.pollNext();
    expect(world.session().status).toBe("BACKING_OFF");
    await world.pollNext();
    expect(world.session().status).toBe("DISABLED");
    expect(world.schedule.waits(mailId)).toBeUndefined();
  });

  it("tells nothing of what it was not meant to throw, and the log says where it was thrown", async () => {
    const world = await answered(throwing(new TypeError("token=abc123")));
    await world.pollNext();
    const { lastError } = world.session();
    expect(lastError).toMatchObject({ failureClass: "TRANSIENT", code: "unexpected" });
    expect(world.warnings).toMatchObject([{ facts: { serviceType: "mail", error: "TypeError" } }]);
    expect(JSON.stringify([lastError, world.warnings])).not.toContain("abc123");
  });

  it("is made of a message of one line, without what hides, and as long as may be", async () => {
    const world = await answered(
      throwing(new ServiceFailure("TRANSIENT", "c".repeat(300), `two\nlines\u202e ${"m".repeat(3_000)}`)),
    );
    await world.pollNext();
    const { code, message } = world.session().lastError ?? {};
    expect(code).toHaveLength(100);
    expect(message).toMatch(/^two lines m/);
    expect(message?.length).toBeLessThanOrEqual(1_000);
  });

  it("that hangs is ended after two minutes, whether it listens or not", async () => {
    const world = await answered(hanging);
    await world.pollNext();
    expect(world.session().lastError).toMatchObject({ failureClass: "TRANSIENT", code: "timeout" });
    expect(world.clock.now()).toBe(addSeconds(start, 120));
    expect(world.time.timers.size).toBe(0);
  });

  it("of a service that this server does not know is permanent", async () => {
    const world = await answered(undefined);
    world.all.splice(0, 1);
    expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 0 });
    expect(world.session().lastError).toMatchObject({ failureClass: "PERMANENT", code: "unknown_service" });
  });

  it("of a state that its service does not take any more is permanent", async () => {
    const world = await answered(undefined);
    world.all.splice(0, 1, { ...world.mail, state: world.mail.state.refine(() => false) });
    await world.pollNext();
    expect(world.session().lastError).toMatchObject({ failureClass: "PERMANENT", code: "bad_state" });
  });
});

describe("a rate limit", () => {
  it("counts as no failure and is one event, however often it comes in a row", async () => {
    const world = await answered(failing("RATE", "http_429", 90_000));
    expect(await world.pollNext()).toEqual({ outcome: "RATE_LIMITED", items: 0 });
    expect(world.schedule.waits(mailId)).toBe(90_000);
    world.answering(failing("RATE", "http_429"));
    await world.pollNext();
    expect(world.schedule.waits(mailId)).toBe(60_000);
    await world.pollNext();
    expect(await world.types()).toEqual(["SessionConnected", "SessionRateLimited"]);
    expect(world.session()).toMatchObject({ status: "BACKING_OFF", errorCount: 0, rateLimited: true });
    world.answering(undefined);
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "ACTIVE", rateLimited: false, totals: { polls: 4 } });
  });
});

describe("a cursor that the service has forgotten", () => {
  it("is no failure: what is there is read anew, at once, and receivers tell repeats by their ids", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2), anItem(3));
    await world.begin();
    await world.pollNext();
    world.mails.push(anItem(4));
    world.answering(failing("CURSOR_EXPIRED", "history_expired"));
    expect(await world.pollNext()).toEqual({ outcome: "RESYNC", items: 0 });
    expect(world.schedule.waits(mailId)).toBe(0);
    expect(world.session()).toMatchObject({ serviceState: {}, errorCount: 0, status: "ACTIVE" });
    expect(world.session().resync?.since).toBe(addSeconds(start, -86_400));
    world.answering(undefined);
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 4 });
    expect(world.seen()).toEqual(["mail:1", "mail:2", "mail:3", "mail:4"]);
    expect(world.session().resync).toBeUndefined();
  });

  it("again, of a state that has none, is a failure: that would go on for ever", async () => {
    const world = await answered(failing("CURSOR_EXPIRED", "history_expired"));
    expect((await world.pollNext())?.outcome).toBe("RESYNC");
    expect((await world.pollNext())?.outcome).toBe("FAILED");
    expect(world.session()).toMatchObject({ errorCount: 1, lastError: { failureClass: "TRANSIENT" } });
  });
});

describe("a service that tells what cannot be", () => {
  const page = (change: object) =>
    async function* (): AsyncGenerator<PollPage> {
      yield { items: [anItem(1)], state: { cursor: "1" }, ...change };
    };
  const circle: Record<string, unknown> = {};
  circle["again"] = circle;

  it.each([
    ["a state that is none of its own", page({ state: { cursor: "next" } })],
    ["no state", page({ state: undefined })],
    ["no list of items", page({ items: { 0: anItem(1) } })],
    ["an item without an id", page({ items: [{ ...anItem(1), id: "" }] })],
    ["an id that is too long", page({ items: [{ ...anItem(1), id: "x".repeat(301) }] })],
    ["an item without data", page({ items: [{ id: "a", kind: "email" }] })],
    ["data that is no JSON", page({ items: [{ ...anItem(1), data: { at: new Date(0) } }] })],
    ["data without an end", page({ items: [{ ...anItem(1), data: circle }] })],
    ["a number that is none", page({ items: [{ ...anItem(1), data: { size: Number.NaN } }] })],
    ["one id twice", page({ items: [anItem(1), anItem(1)] })],
    ["an item that is too large", page({ items: [anItem(1, { text: "x".repeat(200_001) })] })],
    ["10 MB", page({ items: [anItem(1, { text: "x".repeat(10_000_000) })] })],
    [
      "nothing that is a page",
      async function* () {
        yield undefined as unknown as PollPage;
      },
    ],
  ])("%s, is a failure, and nothing of it is delivered", async (_what, answer) => {
    const world = await answered(answer);
    expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 0 });
    expect(world.session().lastError).toMatchObject({ failureClass: "TRANSIENT", code: "bad_answer" });
    expect(world.deliveries).toEqual([]);
  });

  it("going back behind what it has told, is a failure, and the cursor stays", async () => {
    const world = createWorld();
    world.mails.push(anItem(1), anItem(2), anItem(3));
    await world.begin();
    await world.pollNext();
    world.answering(page({ state: { cursor: "1" } }));
    await world.pollNext();
    expect(world.session()).toMatchObject({ serviceState: { cursor: "3" }, lastError: { code: "cursor_regressed" } });
    expect(world.deliveries).toHaveLength(2);
  });
});

describe("a credential", () => {
  it("that is not there asks for another one", async () => {
    const world = await answered(undefined);
    world.credentials.clear();
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "NEEDS_REAUTH", lastError: { code: "credential_missing" } });
  });

  it("that the service cannot use asks for another one, and nothing of it is told", async () => {
    const world = await answered(undefined);
    world.credentials.set("ada/mail", { tokens: "hunter2" });
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "NEEDS_REAUTH", lastError: { code: "credential_invalid" } });
    expect(JSON.stringify(await world.events())).not.toContain("hunter2");
  });

  it("that cannot be read now is tried again", async () => {
    const world = await answered(undefined);
    world.credentialStoreDown(true);
    await world.pollNext();
    expect(world.session().lastError).toMatchObject({ failureClass: "TRANSIENT", code: "credential_store" });
  });

  it("is not asked for where the service can do without", async () => {
    const world = createWorld();
    await world.connect({ serviceType: "feed", credentialRef: undefined, serviceState: { cursor: "0" } });
    world.mails.push(anItem(1));
    expect(await world.pollNext("ada#feed")).toEqual({ outcome: "ITEMS", items: 1 });
  });

  it("is what the service is asked with, and is nowhere else", async () => {
    let seen: unknown;
    const world = await answered(async function* ({ credential, state }) {
      seen = credential;
      yield { items: [anItem(1)], state: { ...state, cursor: "1" } };
    });
    await world.pollNext();
    expect(seen).toEqual({ token: "token-abc" });
    expect(JSON.stringify([await world.events(), world.deliveries])).not.toContain("token-abc");
  });
});

describe("the ledger", () => {
  it("that does not take what is to be recorded fails the poll, which is begun again behind its lease", async () => {
    const world = createWorld();
    world.mails.push(anItem(1));
    await world.begin();
    world.meanwhile(async () => {
      throw new Error("the store is down");
    });
    await expect(world.pollNext()).rejects.toThrow("the store is down");
    expect(world.schedule.waits(mailId)).toBe(30_000);
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 1 });
  });
});

describe("the object store", () => {
  it("that does not give what was pushed is tried again", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1)]);
    world.objectStoreDown(true);
    expect(await world.poll(phoneId)).toEqual({ outcome: "FAILED", items: 0 });
    expect(world.session(phoneId).lastError).toMatchObject({ code: "object_store" });
    world.objectStoreDown(false);
    expect(await world.pollNext(phoneId)).toEqual({ outcome: "ITEMS", items: 1 });
  });

  it.each([
    ["nothing of what was pushed", ({ objects }: World, key: string) => void objects.delete(key)],
    ["something else", ({ objects }: World, key: string) => void objects.set(key, JSON.stringify([anItem(9)]))],
  ])("that gives %s: that is a dead letter which says so, and later pushes are delivered", async (_what, lose) => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1), anItem(2)]);
    for (const key of world.objects.keys()) lose(world, key);
    await world.push("push-2", [anItem(3)]);
    expect(await world.poll(phoneId)).toEqual({ outcome: "ITEMS", items: 1 });
    expect(world.sent()).toEqual([["mail:3"]]);
    const { inbox, status, openDeadLetters } = world.session(phoneId);
    expect({ inbox, status }).toEqual({ inbox: [], status: "ACTIVE" });
    expect(openDeadLetters).toMatchObject([{ items: 2, firstItemId: "mail:1", lastItemId: "mail:2" }]);
    const [letter] = openDeadLetters;
    expect(letter?.reason).toContain("content_lost");
    const again = world.service.redeliver(phoneId, { deadLetterId: letter?.deadLetterId ?? "" }, ada);
    await expect(again).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "its items are not in the object store as they were put there: discard it",
    });
  });

  it("that has lost the only push leaves nothing to be polled for", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1)]);
    world.objects.clear();
    expect(await world.poll(phoneId)).toEqual({ outcome: "QUIET", items: 0 });
    expect(world.session(phoneId)).toMatchObject({ inbox: [], totals: { deadLetters: 1 } });
    expect(world.schedule.waits(phoneId)).toBeUndefined();
  });
});
