/** The service as people and edges use it: what it refuses, whose sessions are whose, keys and secrets, pushes. */
import { describe, expect, it } from "vitest";
import { addDays, addSeconds } from "../../../src/domain/kernel/index.js";
import { ValidationError } from "../../../src/domain/kernel/index.js";
import { limits } from "../../../src/domain/integrations/index.js";
import type { InputOf } from "../../../src/domain/integrations/index.js";
import { ada, admin, anItem, createWorld, mailId, phoneId, start, webhookUrl } from "./serviceWorld.js";

const bob = { ...ada, actor: { kind: "USER", id: "bob" } } as const;

/** Fields and what is wrong with them. */
async function problemsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const refusal: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof ValidationError)) throw new Error("it was to be refused", { cause: refusal });
  return refusal.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("connecting", () => {
  it("makes a session of the caller's own, by the service's interval, and tells its secret", async () => {
    const world = createWorld();
    const { session, webhookSecret, position } = await world.connect();
    expect(session).toMatchObject({
      sessionId: mailId,
      userId: "ada",
      mode: "POLL",
      status: "ACTIVE",
      pollingIntervalMs: 30_000,
      credentialRef: "ada/mail",
      nextPollAt: start,
    });
    expect(webhookSecret).toBe("whsec_ada#mail/1");
    expect(position).toEqual({ streamId: "IntegrationSession-ada#mail", version: 1 });
  });

  it("an account that pushes takes access to everything: nothing proves whose it is", async () => {
    const world = createWorld();
    const number = { serviceType: "phone", credentialRef: undefined, serviceState: { phoneNumber: "+1555" } };
    await expect(world.connect(number)).rejects.toMatchObject({
      code: "FORBIDDEN",
      inputPath: ["serviceType"],
      message: "nothing proves whose account it is: it takes access to everything",
    });
    expect(await world.types(phoneId)).toEqual([]);
    expect((await world.connect(number, { ...ada, scope: "all" })).session?.sessionId).toBe(phoneId);
  });

  it.each<[string, Partial<InputOf<"connect">>, readonly string[]]>([
    ["an unknown service", { serviceType: "fax" }, ["serviceType: must be one of mail, feed, phone"]],
    ["a private webhook", { webhookUrl: "https://10.0.0.1/" }, ["webhookUrl: must be a public address"]],
    ["an interval of 0", { pollingIntervalMs: 0 }, ["pollingIntervalMs: must be at least 10000"]],
    [
      "less than the service allows",
      { pollingIntervalMs: 10_000 },
      ["pollingIntervalMs: must be at least 20000 for Mail"],
    ],
    ["a state of another shape", { serviceState: { cursor: "x" } }, ["serviceState.cursor: must be digits"]],
    [
      "a state that cannot be worked with",
      { serviceState: { address: "nobody@example.com" } },
      ["serviceState: is nobody's address"],
    ],
    [
      "a state that is too long",
      { serviceState: { address: "x".repeat(limits.stateBytes) } },
      ["serviceState: must have at most 32768 bytes as JSON"],
    ],
    ["no credential", { credentialRef: undefined }, ["credentialRef: must be given: Mail is asked with a credential"]],
    [
      "somebody else's credential",
      { credentialRef: "bob/mail" },
      ["credentialRef: must be a credential of the session's user, ada/..."],
    ],
    ["a beginning that is past", { startAt: "2025-01-15T10:29:59Z" }, ["startAt: must not be past"]],
    [
      "a beginning that is far away",
      { startAt: "2025-02-15T10:30:01Z" },
      ["startAt: must be at most 30 days from now"],
    ],
    [
      "a user with a #",
      { userId: "a#b" },
      ["userId: must be a user id: letters, digits and . _ @ : | + - only, beginning with a letter or digit"],
    ],
  ])("refuses %s", async (_what, change, problems) => {
    const world = createWorld();
    expect((await problemsOf(world.connect(change))).slice(0, problems.length)).toEqual(problems);
    expect(world.counts.append).toBe(0);
  });

  it("names all that is wrong, not only the first", async () => {
    const world = createWorld();
    const wrong = {
      webhookUrl: "https://10.0.0.1/",
      serviceState: { cursor: "x", more: 1 },
      credentialRef: "bob/mail",
    };
    expect(await problemsOf(world.connect(wrong))).toHaveLength(4);
  });

  it("of what pushes takes no interval and no credential", async () => {
    const world = createWorld();
    const phone = { serviceType: "phone", webhookUrl, serviceState: { phoneNumber: "+1555" } };
    const wrong = { ...phone, pollingIntervalMs: 60_000, credentialRef: "ada/phone" };
    expect(await problemsOf(world.service.connect(wrong, ada))).toEqual([
      "pollingIntervalMs: must be left out: Phone is not polled, it pushes",
      "credentialRef: must be left out: Phone takes no credential",
    ]);
    const { session } = await world.service.connect(phone, { ...ada, scope: "all" });
    expect(session).toMatchObject({ mode: "PUSH", accountKey: "phone#+1555", pollingIntervalMs: 0 });
    expect(await world.schedule.due(world.clock.now(), 1)).toEqual([]);
  });

  it("for others, and projects of others, takes somebody who sees everything", async () => {
    const world = createWorld();
    const forbidden = { code: "FORBIDDEN" };
    await expect(world.connect({ userId: "bob" })).rejects.toMatchObject({ ...forbidden, inputPath: ["userId"] });
    await expect(world.connect({ projectId: "inbox" })).rejects.toMatchObject({
      ...forbidden,
      inputPath: ["projectId"],
    });
    const { session } = await world.connect({ userId: "ada", projectId: "inbox" }, admin);
    expect(session).toMatchObject({ userId: "ada", projectId: "inbox", createdBy: admin.actor });
  });

  it("is refused where the caller is no user that a session can have", async () => {
    const world = createWorld();
    const odd = { ...ada, actor: { kind: "USER", id: "a b" } } as const;
    expect((await problemsOf(world.connect({}, odd)))[0]).toMatch(/^userId: /);
  });

  it("begins when it is wanted", async () => {
    const world = createWorld();
    await world.connect({ startAt: addDays(start, 2) });
    expect(world.schedule.waits(mailId)).toBe(2 * 86_400_000);
  });

  it("by sixteen at once makes one session", async () => {
    const world = createWorld();
    const servers = [world, world.another(), world.another(), world.another()];
    const sixteen = [...servers, ...servers, ...servers, ...servers];
    const connects = sixteen.map(({ service }) =>
      service.connect({ serviceType: "mail", webhookUrl, credentialRef: "ada/mail" }, ada),
    );
    const results = await Promise.allSettled(connects);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ name: "AlreadyConnectedError" });
    expect(await world.types()).toEqual(["SessionConnected"]);
  });

  it("again under its key is the same session and secret, whatever has changed since", async () => {
    const world = createWorld();
    const keyed = { ...ada, idempotencyKey: "connect-1" };
    const input = { startAt: addSeconds(start, 60) };
    const first = await world.connect(input, keyed);
    await world.service.changeWebhook(mailId, { webhookUrl }, ada);
    world.clock.advance(120_000);
    const repeat = await world.connect(input, keyed);
    expect(repeat).toEqual({ sessionId: mailId, position: first.position, webhookSecret: first.webhookSecret });
    await expect(world.connect({ startAt: addSeconds(start, 600) }, keyed)).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
  });

  it("what was disconnected makes it anew, with another secret", async () => {
    const world = createWorld();
    await world.connect();
    await world.service.disconnect(mailId, { reason: "done" }, ada);
    const { session, webhookSecret } = await world.connect();
    expect(session).toMatchObject({ status: "ACTIVE", version: 3 });
    expect(webhookSecret).toBe("whsec_ada#mail/2");
  });
});

describe("a session", () => {
  it("is there for its user and for those who see everything; for others it is as if there were none", async () => {
    const world = createWorld();
    await world.connect();
    const refusals = await Promise.all(
      [mailId, "ada#fax", "nobody", "#", "ada#", "a b#mail"].map((sessionId) =>
        world.service.pause(sessionId, {}, bob).catch((error: unknown) => error),
      ),
    );
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: "NOT_FOUND", inputPath: ["sessionId"] });
    await expect(world.service.pause(mailId, {}, { ...bob, expectedVersion: 9 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect((await world.service.pause(mailId, {}, admin)).session?.status).toBe("PAUSED");
  });

  it("takes the quiet polls along with what people do", async () => {
    const world = createWorld();
    await world.begin();
    await world.pollNext();
    await world.pollNext();
    await world.service.pause(mailId, { reason: "holidays" }, ada);
    expect((await world.events()).at(-1)).toMatchObject({
      type: "SessionPaused",
      data: { reason: "holidays", quiet: { polls: 2, until: addSeconds(start, 30) } },
    });
    expect(world.session()).toMatchObject({ totals: { polls: 2 }, lastPollAt: addSeconds(start, 30) });
  });

  it("is polled soon when it is resumed or somebody asks for it, as soon as its service allows, and not before", async () => {
    const world = createWorld();
    await world.begin();
    await world.pollNext();
    await world.service.requestPoll(mailId, ada);
    expect(world.schedule.waits(mailId)).toBe(20_000);
    await world.service.pause(mailId, {}, ada);
    await expect(world.service.requestPoll(mailId, ada)).rejects.toMatchObject({ code: "INVALID_TRANSITION" });
    expect(world.schedule.waits(mailId)).toBeUndefined();
    world.byChance(() => 0.5);
    await world.service.resume(mailId, ada);
    expect(world.schedule.waits(mailId)).toBe(2_500);
  });

  it("changes by the rules of its service", async () => {
    const world = createWorld();
    await world.connect();
    const { service } = world;
    expect(await problemsOf(service.changeInterval(mailId, { pollingIntervalMs: 15_000 }, ada))).toEqual([
      "pollingIntervalMs: must be at least 20000 for Mail",
    ]);
    expect(await problemsOf(service.changeWebhook(mailId, { webhookUrl: "https://10.1.1.1/" }, ada))).toEqual([
      "webhookUrl: must be a public address",
    ]);
    expect(await problemsOf(service.reauthorise(mailId, { credentialRef: "bob/mail" }, ada))).toEqual([
      "credentialRef: must be a credential of the session's user, ada/...",
    ]);
    expect((await service.changeInterval(mailId, { pollingIntervalMs: 60_000 }, ada)).session).toMatchObject({
      pollingIntervalMs: 60_000,
    });
    const { session } = await service.disable(mailId, { reason: "too much" }, ada);
    expect(session).toMatchObject({ status: "DISABLED", statusReason: "too much" });
  });

  it("has a new secret with each webhook, also of the same address; a repeat under its key tells the first", async () => {
    const world = createWorld();
    await world.connect();
    const keyed = { ...ada, idempotencyKey: "rotate" };
    const first = await world.service.changeWebhook(mailId, { webhookUrl }, keyed);
    expect(first.webhookSecret).toBe("whsec_ada#mail/2");
    expect((await world.service.changeWebhook(mailId, { webhookUrl }, ada)).webhookSecret).toBe("whsec_ada#mail/3");
    expect((await world.service.changeWebhook(mailId, { webhookUrl }, keyed)).webhookSecret).toBe("whsec_ada#mail/2");
  });

  it("is changed at the version that the caller saw, or not at all", async () => {
    const world = createWorld();
    await world.connect();
    await expect(world.service.pause(mailId, {}, { ...ada, expectedVersion: 2 })).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    expect((await world.service.pause(mailId, {}, { ...ada, expectedVersion: 1 })).position.version).toBe(2);
  });
});

describe("health", () => {
  it("of a user is made of its own sessions, of all with what is overdue", async () => {
    const world = createWorld();
    await world.connect();
    await world.connect({ userId: "bob", credentialRef: "bob/mail" }, admin);
    await world.service.pause(mailId, {}, ada);
    const own = await world.service.health(ada);
    expect(own.services.map(({ serviceType }) => serviceType)).toEqual(["mail"]);
    expect(own.byStatus).toMatchObject({ PAUSED: 1, ACTIVE: 0 });
    expect(own.overdue).toBeUndefined();
    expect((await world.service.health(admin)).overdue).toEqual({ sessions: 1 });
  });
});

describe("a push", () => {
  it("waits in the inbox and is delivered in order, each once", async () => {
    const world = createWorld();
    await world.connectPhone();
    expect(await world.push("push-1", [anItem(1), anItem(2)])).toEqual({ sessions: 1 });
    expect(await world.push("push-2", [anItem(3)])).toEqual({ sessions: 1 });
    expect(world.schedule.waits(phoneId)).toBe(0);
    expect(await world.poll(phoneId)).toEqual({ outcome: "ITEMS", items: 3 });
    expect(world.sent()).toEqual([["mail:1", "mail:2"], ["mail:3"]]);
    expect(world.session(phoneId)).toMatchObject({
      inbox: [],
      serviceState: { phoneNumber: "+1555", lastMessageId: "mail:3" },
      totals: { items: 3 },
    });
    expect(world.schedule.waits(phoneId)).toBeUndefined();
  });

  it("twice is once, also behind its delivery and in another form", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1)]);
    await world.push("push-1", [anItem(1)]);
    await world.poll(phoneId);
    expect(await world.push("push-1", [anItem(1, { more: true })])).toEqual({ sessions: 1 });
    expect((await world.types(phoneId)).filter((type) => type === "SessionItemsPushed")).toHaveLength(1);
    expect(world.session(phoneId).inbox).toEqual([]);
  });

  it("goes to everybody who has connected the account, and to nobody else", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.connectPhone(bob);
    expect(await world.push("push-1", [anItem(1)])).toEqual({ sessions: 2 });
    await world.service.disconnect("bob#phone", {}, bob);
    expect(await world.push("push-2", [anItem(2)])).toEqual({ sessions: 1 });
    const { service } = world;
    const nobodys = { accountKey: "phone#+999", pushKey: "push-3", items: [anItem(3)], marks: {} };
    expect(await service.push(nobodys, admin)).toEqual({ sessions: 0 });
  });

  it("is kept while its session is paused, until too many wait; then the service is told to push again", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.service.pause(phoneId, {}, ada);
    for (let pushes = 0; pushes < limits.inbox; pushes += 1) await world.push(`push-${pushes}`, [anItem(pushes)]);
    await expect(world.push("push-100", [anItem(100)])).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(world.session(phoneId).inbox).toHaveLength(limits.inbox);
    await world.service.resume(phoneId, ada);
    await world.pollNext(phoneId);
    expect(world.deliveries).toHaveLength(limits.inbox);
  });

  it("that one of two users has no room for is pushed again, until both have it once", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.service.pause(phoneId, {}, ada);
    for (let pushes = 0; pushes < limits.inbox; pushes += 1) await world.push(`push-${pushes}`, [anItem(pushes)]);
    await world.connectPhone(bob);
    const pushed = () => world.push("push-100", [anItem(100)]);
    await expect(pushed()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(world.session("bob#phone").inbox).toMatchObject([{ firstItemId: "mail:100" }]);
    await world.service.resume(phoneId, ada);
    await world.pollNext(phoneId);
    expect(await pushed()).toEqual({ sessions: 2 });
    expect(world.session(phoneId).inbox).toMatchObject([{ firstItemId: "mail:100" }]);
    expect(world.session("bob#phone").inbox).toHaveLength(1);
  });

  it("that comes while others are delivered is delivered behind them", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1)]);
    let isFirst = true;
    world.whenDelivered(async () => {
      if (isFirst) {
        isFirst = false;
        await world.push("push-2", [anItem(2)]);
      }
      return { accepted: true };
    });
    await world.poll(phoneId);
    await world.pollNext(phoneId);
    expect(world.seen()).toEqual(["mail:1", "mail:2"]);
    expect(world.session(phoneId)).toMatchObject({ inbox: [], serviceState: { lastMessageId: "mail:2" } });
  });

  it("that its webhook does not take stays in front of the others", async () => {
    const world = createWorld();
    await world.connectPhone();
    await world.push("push-1", [anItem(1)]);
    await world.push("push-2", [anItem(2)]);
    world.whenDelivered(() => ({ accepted: false, reason: "UNREACHABLE", code: "timeout", message: "no answer" }));
    await world.poll(phoneId);
    expect(world.session(phoneId)).toMatchObject({ status: "BACKING_OFF", lastError: { failureClass: "DELIVERY" } });
    expect(world.session(phoneId).inbox).toHaveLength(2);
    world.whenDelivered(() => ({ accepted: true }));
    await world.pollNext(phoneId);
    expect(world.seen()).toEqual(["mail:1", "mail:2"]);
    expect(world.session(phoneId).status).toBe("ACTIVE");
  });

  it.each([
    ["without items", []],
    ["with one item twice", [anItem(1), anItem(1)]],
    ["that is too large", Array.from({ length: 6 }, (_, number) => anItem(number, { text: "x".repeat(180_000) }))],
  ])("%s is refused", async (_what, items) => {
    const world = createWorld();
    await world.connectPhone();
    expect((await problemsOf(world.push("push-1", items)))[0]).toMatch(/^items: /);
    expect(world.objects.size).toBe(0);
  });
});
