/** What webhooks make of deliveries: tried again, put aside, given up on, and always in order. */
import { describe, expect, it } from "vitest";
import { limits } from "../../../src/domain/integrations/index.js";
import type { Delivery, DeliveryResult } from "../../../src/domain/integrations/index.js";
import { ada, anItem, createWorld, mailId, refusal } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

const taken: DeliveryResult = { accepted: true };
const idsOf = ({ body }: Delivery) => body.items.map(({ id }) => id);
const alone = (delivery: Delivery, ...numbers: readonly number[]) =>
  delivery.body.items.length === 1 && numbers.some((number) => idsOf(delivery).includes(`mail:${number}`));
const holds = (delivery: Delivery, ...numbers: readonly number[]) =>
  numbers.some((number) => idsOf(delivery).includes(`mail:${number}`));

/** A session with so many mails, all in one page, and what its webhook answers. */
async function withMails(count: number, answer: (delivery: Delivery) => DeliveryResult): Promise<World> {
  const world = createWorld();
  const mails = Array.from({ length: count }, (_, number) => anItem(number + 1));
  world.answering(async function* ({ state }) {
    const from = Number(state["cursor"]);
    yield { items: mails.slice(from), state: { ...state, cursor: `${count}` } };
  });
  world.whenDelivered(answer);
  await world.begin();
  return world;
}

describe("a webhook that is down", () => {
  it("is tried three times within the poll, then the cursor stays and the session backs off", async () => {
    const world = await withMails(2, () => refusal("UNREACHABLE", "timeout"));
    expect(await world.pollNext()).toEqual({ outcome: "FAILED", items: 0 });
    expect(world.deliveries).toHaveLength(3);
    expect(world.session()).toMatchObject({
      status: "BACKING_OFF",
      serviceState: { cursor: "0" },
      lastError: { failureClass: "DELIVERY", code: "timeout" },
      failingDelivery: { firstItemId: "mail:1", attempts: 1 },
    });
    world.whenDelivered(() => taken);
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "ACTIVE", serviceState: { cursor: "2" } });
    expect(world.session().failingDelivery).toBeUndefined();
  });

  it("for a moment costs no failure", async () => {
    let tries = 0;
    const world = await withMails(2, () => ((tries += 1) < 3 ? refusal("FAILED", "http_502") : taken));
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 2 });
    expect(await world.types()).toEqual(["SessionConnected", "SessionPolled"]);
  });

  it.each([
    ["UNREACHABLE", "redirect"],
    ["BUSY", "http_429"],
  ] as const)("for long (%s) makes no dead letters", async (reason, code) => {
    const world = await withMails(1, () => refusal(reason, code));
    for (let polls = 0; polls < 20; polls += 1) await world.pollNext();
    expect(world.session()).toMatchObject({ status: "BACKING_OFF", errorCount: 20, openDeadLetters: [] });
  });

  it("and wants to be left alone is not asked twice, and so long", async () => {
    const world = await withMails(1, () => ({
      accepted: false,
      reason: "BUSY",
      code: "http_503",
      message: "busy",
      retryAfterMs: 600_000,
    }));
    await world.pollNext();
    expect(world.deliveries).toHaveLength(1);
    expect(world.schedule.waits(mailId)).toBe(600_000);
  });

  it("for good (410) disables the session at the third time", async () => {
    const world = await withMails(1, () => refusal("GONE", "http_410"));
    await world.pollNext();
    await world.pollNext();
    expect(world.session().status).toBe("BACKING_OFF");
    await world.pollNext();
    expect(world.session().status).toBe("DISABLED");
    expect(world.session().openDeadLetters).toEqual([]);
  });

  it("because its address is forbidden fails for good, whatever was connected once", async () => {
    const world = await withMails(1, () => refusal("FORBIDDEN", "private_address"));
    await world.pollNext();
    expect(world.deliveries).toHaveLength(1);
    expect(world.session().lastError).toMatchObject({ failureClass: "PERMANENT", code: "forbidden_address" });
  });

  it("behind the first of several deliveries: that is not lost, and comes again in order", async () => {
    let isDown = true;
    const world = await withMails(60, (delivery) =>
      isDown && holds(delivery, 51) ? refusal("UNREACHABLE", "reset") : taken,
    );
    await world.pollNext();
    expect(world.session()).toMatchObject({
      serviceState: { cursor: "0" },
      failingDelivery: { firstItemId: "mail:51" },
    });
    isDown = false;
    await world.pollNext();
    expect(world.seen()).toEqual(Array.from({ length: 60 }, (_, number) => `mail:${number + 1}`));
  });

  it("where sending itself fails is a failure of ours, and says nothing of what was sent", async () => {
    const world = await withMails(1, () => {
      throw new Error("Bearer abc123");
    });
    await world.pollNext();
    expect(world.session().lastError).toMatchObject({ failureClass: "TRANSIENT", code: "unexpected" });
    expect(JSON.stringify([world.warnings, world.session()])).not.toContain("abc123");
  });
});

describe("a webhook that refuses", () => {
  it("one of many: that is a dead letter, and the others go on in order", async () => {
    const world = await withMails(4, (delivery) => (holds(delivery, 3) ? refusal("REFUSED", "http_422") : taken));
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 4 });
    expect(world.sent().slice(1)).toEqual([["mail:1"], ["mail:2"], ["mail:3"], ["mail:4"]]);
    const { openDeadLetters, serviceState, status, totals } = world.session();
    expect({ serviceState, status, totals }).toMatchObject({
      serviceState: { cursor: "4" },
      status: "ACTIVE",
      totals: { items: 4, deadLetters: 1 },
    });
    expect(openDeadLetters).toMatchObject([
      { items: 1, firstItemId: "mail:3", reason: "It answered http_422 (http_422)" },
    ]);
    const kept = world.objects.get(openDeadLetters[0]?.content.objectKey ?? "");
    expect(JSON.parse(kept ?? "")).toEqual([anItem(3)]);
  });

  it("the only one: that is a dead letter at once", async () => {
    const world = await withMails(1, () => refusal("REFUSED", "http_400"));
    await world.pollNext();
    expect(world.deliveries).toHaveLength(1);
    expect(world.session()).toMatchObject({ serviceState: { cursor: "1" }, totals: { deadLetters: 1 } });
  });

  it("the same again behind a crash makes no second dead letter", async () => {
    const world = await withMails(1, () => refusal("REFUSED", "http_400"));
    const crash = async (types: readonly string[]): Promise<void> => {
      if (types.includes("SessionPolled")) throw new Error("the process is killed");
      world.meanwhile(crash);
    };
    world.meanwhile(crash);
    await expect(world.pollNext()).rejects.toThrow("killed");
    await world.pollNext();
    expect((await world.types()).slice(1)).toEqual(["SessionItemsDeadLettered", "SessionPolled"]);
  });

  it("everything: the session is disabled at fifty, and the next one is not lost", async () => {
    const world = await withMails(60, () => refusal("REFUSED", "http_400"));
    expect(await world.pollNext()).toEqual({ outcome: "LOST", items: 0 });
    expect(world.session()).toMatchObject({ status: "DISABLED", serviceState: { cursor: "0" } });
    expect(world.session().openDeadLetters).toHaveLength(limits.openDeadLetters);
    expect(world.schedule.waits(mailId)).toBeUndefined();
  });

  it("where the object store does not take a dead letter either: it is tried again", async () => {
    const world = await withMails(1, () => refusal("REFUSED", "http_400"));
    world.objectStoreDown(true);
    await world.pollNext();
    expect(world.session()).toMatchObject({ serviceState: { cursor: "0" }, lastError: { code: "object_store" } });
  });

  it("and is down for the next one: that one is waited for, alone, poll after poll", async () => {
    const world = await withMails(3, (delivery) => {
      if (holds(delivery, 1)) return refusal("REFUSED", "http_422");
      return holds(delivery, 2) ? refusal("FAILED", "http_500") : taken;
    });
    for (let polls = 0; polls < 7; polls += 1) await world.pollNext();
    expect(world.session()).toMatchObject({
      failingDelivery: { firstItemId: "mail:2", attempts: 7 },
      openDeadLetters: [{ firstItemId: "mail:1" }],
      serviceState: { cursor: "0" },
    });
    await world.pollNext();
    expect(world.session().openDeadLetters.map(({ firstItemId }) => firstItemId)).toEqual(["mail:1", "mail:2"]);
    expect(world.session().serviceState).toEqual({ cursor: "3" });
  });
});

describe("a webhook that fails (5xx)", () => {
  it("at one of many: eight polls later it is a dead letter, and the others go on", async () => {
    const world = await withMails(4, (delivery) => (holds(delivery, 2) ? refusal("FAILED", "http_500") : taken));
    for (let polls = 0; polls < 7; polls += 1) await world.pollNext();
    expect(world.session()).toMatchObject({ openDeadLetters: [], failingDelivery: { attempts: 7 } });
    expect(await world.pollNext()).toEqual({ outcome: "ITEMS", items: 4 });
    expect(world.session().openDeadLetters.map(({ firstItemId }) => firstItemId)).toEqual(["mail:2"]);
    expect(world.seen()).toEqual(["mail:1", "mail:2", "mail:3", "mail:4"]);
    expect(world.session()).toMatchObject({ status: "ACTIVE", serviceState: { cursor: "4" } });
  });

  it("at everything for hours: it is the webhook, and only what all waits for goes aside", async () => {
    const world = await withMails(30, () => refusal("FAILED", "http_503"));
    for (let polls = 0; polls < 8; polls += 1) await world.pollNext();
    expect(world.session().openDeadLetters.map(({ firstItemId }) => firstItemId)).toEqual(["mail:1"]);
    expect(world.session()).toMatchObject({
      status: "BACKING_OFF",
      failingDelivery: { firstItemId: "mail:2", attempts: 1 },
    });
    world.whenDelivered(() => taken);
    await world.pollNext();
    expect(world.session()).toMatchObject({ status: "ACTIVE", serviceState: { cursor: "30" } });
  });

  it("at one, takes a later one and is unreachable then: the one is a dead letter, and never arrives behind the later", async () => {
    let polls = 0;
    const world = await withMails(3, (delivery) => {
      if (polls < 7 || delivery.body.items.length > 1) return refusal("FAILED", "http_500");
      if (alone(delivery, 1)) return refusal("FAILED", "http_500");
      return alone(delivery, 2) ? taken : refusal("UNREACHABLE", "timeout");
    });
    for (; polls < 8; polls += 1) await world.pollNext();
    expect(world.session()).toMatchObject({
      openDeadLetters: [{ firstItemId: "mail:1" }],
      serviceState: { cursor: "0" },
      lastError: { code: "timeout" },
    });
  });

  it("at all but one that it refuses: that is no taking, and only what all waits for goes aside", async () => {
    const world = await withMails(4, (delivery) =>
      alone(delivery, 1) ? refusal("REFUSED", "http_422") : refusal("FAILED", "http_500"),
    );
    for (let polls = 0; polls < 8; polls += 1) await world.pollNext();
    const { openDeadLetters, failingDelivery } = world.session();
    expect(openDeadLetters.map(({ firstItemId }) => firstItemId)).toEqual(["mail:1", "mail:2"]);
    expect(failingDelivery).toEqual({ firstItemId: "mail:3", attempts: 1 });
  });

  it("and is unreachable while items are tried one by one: none more goes aside", async () => {
    let polls = 0;
    const world = await withMails(3, (delivery) => {
      if (polls < 7 || delivery.body.items.length > 1) return refusal("FAILED", "http_500");
      return alone(delivery, 1) ? refusal("FAILED", "http_500") : refusal("UNREACHABLE", "timeout");
    });
    for (; polls < 8; polls += 1) await world.pollNext();
    expect(world.session()).toMatchObject({
      openDeadLetters: [],
      failingDelivery: { firstItemId: "mail:1", attempts: 8 },
      lastError: { code: "timeout" },
    });
  });
});

describe("a dead letter", () => {
  const withOne = async () => {
    const world = await withMails(1, () => refusal("REFUSED", "http_422"));
    await world.pollNext();
    const [letter] = world.session().openDeadLetters;
    if (letter === undefined) throw new Error("there is a dead letter");
    return { world, letter };
  };

  it("is sent again when somebody asks for it, under the id that it had, and closed once it is taken", async () => {
    const { world, letter } = await withOne();
    world.whenDelivered(() => taken);
    const before = world.deliveries.at(-1)?.deliveryId;
    const asked = { ...ada, idempotencyKey: "again" };
    const first = await world.service.redeliver(mailId, letter, asked);
    expect(first.session?.openDeadLetters).toEqual([]);
    expect(world.deliveries.at(-1)).toMatchObject({ deliveryId: before, body: { items: [anItem(1)] } });
    const sent = world.deliveries.length;
    const repeat = await world.service.redeliver(mailId, letter, asked);
    expect(repeat.position).toEqual(first.position);
    expect(world.deliveries).toHaveLength(sent);
    await expect(world.service.redeliver(mailId, letter, ada)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("stays open where it is not taken now either", async () => {
    const { world, letter } = await withOne();
    await expect(world.service.redeliver(mailId, letter, ada)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "the webhook did not take it: It answered http_422 (http_422)",
    });
    expect(world.session().openDeadLetters).toHaveLength(1);
  });

  it("is not sent where its content is lost, or the session is over", async () => {
    const { world, letter } = await withOne();
    const sent = world.deliveries.length;
    world.objects.clear();
    await expect(world.service.redeliver(mailId, letter, ada)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await world.service.disconnect(mailId, {}, ada);
    await expect(world.service.redeliver(mailId, letter, ada)).rejects.toMatchObject({ code: "INVALID_TRANSITION" });
    expect(world.deliveries).toHaveLength(sent);
  });

  it("is not sent where the caller saw another version, or may not see the session", async () => {
    const { world, letter } = await withOne();
    const sent = world.deliveries.length;
    await expect(world.service.redeliver(mailId, letter, { ...ada, expectedVersion: 1 })).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    const bob = { ...ada, actor: { kind: "USER", id: "bob" } } as const;
    await expect(world.service.redeliver(mailId, letter, bob)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(world.deliveries).toHaveLength(sent);
  });

  it("is closed where somebody discards it", async () => {
    const { world, letter } = await withOne();
    const { session } = await world.service.discard(mailId, { ...letter, reason: "spam" }, ada);
    expect(session?.openDeadLetters).toEqual([]);
    await expect(world.service.discard(mailId, letter, ada)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
