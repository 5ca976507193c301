/** Content of sessions in the object store: there as long as an event asks for it, and gone as soon as none does. */
import { describe, expect, it } from "vitest";
import { createPushing } from "../../../src/domain/integrations/pushes.js";
import type { IntegrationSession } from "../../../src/domain/integrations/index.js";
import { sha256 } from "../../../src/store/sha256.js";
import { ada, anItem, createWorld, edge, mailId, phoneId, refusal } from "./serviceWorld.js";
import type { World } from "./serviceWorld.js";

const keysOf = ({ objects }: World) => [...objects.keys()];
/** Places that the session names. */
const namedBy = (world: World, sessionId = phoneId) => {
  const { inbox, openDeadLetters } = world.session(sessionId);
  return [...inbox, ...openDeadLetters].map(({ content }) => content.objectKey);
};

async function withPhone(): Promise<World> {
  const world = createWorld();
  await world.connectPhone();
  return world;
}

/** A session whose webhook refuses its first mail until it is told otherwise. */
async function withDeadLetter() {
  const world = createWorld();
  world.mails.push(anItem(1));
  world.whenDelivered(() => refusal("REFUSED", "http_422"));
  await world.begin();
  await world.pollNext();
  const [letter] = world.session().openDeadLetters;
  if (letter === undefined) throw new Error("there is no dead letter");
  expect(keysOf(world)).toEqual([letter.content.objectKey]);
  return { world, deadLetterId: letter.deadLetterId };
}

describe("what was pushed", () => {
  it("is there until its delivery is recorded, and then no more", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    await world.push("push-2", [anItem(2)]);
    expect(keysOf(world)).toEqual(namedBy(world));
    const atDelivery: number[] = [];
    world.whenDelivered(() => {
      atDelivery.push(world.objects.size);
      return { accepted: true };
    });
    world.meanwhile(async () => void atDelivery.push(world.objects.size));
    expect(await world.poll(phoneId)).toEqual({ outcome: "ITEMS", items: 2 });
    // Delivered; about to be recorded; the second one delivered.
    expect(atDelivery).toEqual([2, 2, 1]);
    expect(keysOf(world)).toEqual([]);
  });

  it("stays where its delivery could not be recorded, and is delivered again", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    world.meanwhile(async () => {
      throw new Error("the store is down");
    });
    await expect(world.poll(phoneId)).rejects.toThrow("the store is down");
    expect(keysOf(world)).toEqual(namedBy(world));
    expect(await world.pollNext(phoneId)).toEqual({ outcome: "ITEMS", items: 1 });
    expect(keysOf(world)).toEqual([]);
  });

  it("stays while the webhook does not take it", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    world.whenDelivered(() => refusal("BUSY", "http_429"));
    await world.poll(phoneId);
    expect(keysOf(world)).toEqual(namedBy(world));
    expect(keysOf(world)).toHaveLength(1);
  });

  it("is kept once where it comes again while it waits, and not at all where it comes again later", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    await world.push("push-1", [anItem(1)]);
    await world.push("under-another-key", [anItem(1)]);
    expect(keysOf(world)).toEqual(namedBy(world));
    expect(keysOf(world)).toHaveLength(1);
    await world.poll(phoneId);
    await world.push("push-1", [anItem(1)]);
    expect(keysOf(world)).toEqual([]);
  });

  it("is not lost where the same was delivered and deleted between its putting and its event", async () => {
    const world = await withPhone();
    const other = world.another();
    world.meanwhile(async () => {
      await other.service.push({ accountKey: "phone#+1555", pushKey: "push-1", items: [anItem(1)], marks: {} }, edge);
      await world.poll(phoneId, { on: other });
      expect(keysOf(world)).toHaveLength(1);
    });
    await world.push("push-2", [anItem(1)]);
    expect(namedBy(world)).toHaveLength(1);
    expect(keysOf(world)).toEqual(namedBy(world));
    expect(await world.pollNext(phoneId)).toEqual({ outcome: "ITEMS", items: 1 });
    expect(world.sent()).toEqual([["mail:1"], ["mail:1"]]);
    expect(world.session(phoneId).totals.deadLetters).toBe(0);
  });

  it("is not kept where the inbox takes no more", async () => {
    const world = await withPhone();
    await world.service.pause(phoneId, {}, ada);
    let taken = 0;
    for (; ; taken += 1) {
      const pushed = await world.push(`push-${taken}`, [anItem(taken)]).catch((refused: unknown) => refused);
      if (pushed instanceof Error) break;
    }
    expect(namedBy(world)).toHaveLength(taken);
    expect(keysOf(world)).toEqual(namedBy(world));
  });

  it("is not kept where the session is disconnected meanwhile, and what waited goes with it", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    const other = world.another();
    world.meanwhile(() => other.service.disconnect(phoneId, {}, ada));
    expect(await world.push("push-2", [anItem(2)])).toEqual({ sessions: 0 });
    expect(world.session(phoneId).status).toBe("DISCONNECTED");
    expect(keysOf(world)).toEqual([]);
  });

  it("stays where a dead letter says that it cannot be read, until that is discarded", async () => {
    const world = await withPhone();
    await world.push("push-1", [anItem(1)]);
    const [key = ""] = keysOf(world);
    world.objects.set(key, "damaged");
    await world.poll(phoneId);
    const [letter] = world.session(phoneId).openDeadLetters;
    expect(letter?.content.objectKey).toBe(key);
    expect(keysOf(world)).toEqual([key]);
    await world.service.discard(phoneId, { deadLetterId: letter?.deadLetterId ?? "" }, ada);
    expect(keysOf(world)).toEqual([]);
  });

  it.each([
    { what: "stays where its row names it", left: 1 },
    { what: "goes where it was delivered meanwhile", left: 0 },
  ])("and recorded by a try whose answer was lost $what", async ({ left }) => {
    const objects = new Map<string, string>();
    let session: IntegrationSession | undefined;
    const world = await withPhone();
    const row = world.session(phoneId);
    const { push } = createPushing({
      commands: {
        // The first try was recorded, and the second finds the record of it.
        handle: async ([request]) => {
          if (request?.command.type !== "RecordPush") throw new Error("is no push");
          const { content, items, firstItemId, lastItemId } = request.command;
          const pending = { push: 1, at: row.updatedAt, items, firstItemId, lastItemId, content };
          session = { ...row, inbox: left === 1 ? [pending] : [] };
          const positions = [{ streamId: request.streamId, version: 2 }];
          return { positions, before: [], states: [], events: [], repeated: true };
        },
      },
      readModel: {
        getSessions: async () => [session ?? row],
        findByAccount: async () => [phoneId],
        listSessions: () => Promise.reject(new Error("not asked")),
        listPolls: () => Promise.reject(new Error("not asked")),
        listDeadLetters: () => Promise.reject(new Error("not asked")),
        getTallies: async () => [],
      },
      objects: {
        put: async (key, content) => void objects.set(key, content),
        get: async (key) => objects.get(key),
        delete: async (key) => void objects.delete(key),
      },
      digest: sha256,
      ids: { next: () => "one" },
      log: { warn: () => undefined },
    });
    await push({ accountKey: "phone#+1555", pushKey: "push-1", items: [anItem(1)], marks: {} }, edge);
    expect(objects.size).toBe(left);
  });
});

describe("what a dead letter holds", () => {
  it("goes when it is redelivered", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    world.whenDelivered(() => ({ accepted: true }));
    await world.service.redeliver(mailId, { deadLetterId }, ada);
    expect(keysOf(world)).toEqual([]);
  });

  it("stays where the webhook does not take it once more", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    await expect(world.service.redeliver(mailId, { deadLetterId }, ada)).rejects.toThrow("did not take it");
    expect(keysOf(world)).toEqual(namedBy(world, mailId));
  });

  it("goes when it is discarded", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    await world.service.discard(mailId, { deadLetterId }, ada);
    expect(keysOf(world)).toEqual([]);
  });

  it("stays when the session is disconnected, so that it can be seen to later", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    await world.service.disconnect(mailId, {}, ada);
    expect(keysOf(world)).toHaveLength(1);
    await world.service.discard(mailId, { deadLetterId }, ada);
    expect(keysOf(world)).toEqual([]);
  });

  it("is there once where the same item is refused again, and has a place of its own behind its discarding", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    const first = keysOf(world);
    // As after a cursor that the service has forgotten.
    const readAgain = async () => {
      world.mails.push(anItem(1));
      await world.pollNext();
    };
    await readAgain();
    expect(keysOf(world)).toEqual(first);
    // The discarding is recorded; the item is refused and put aside again before its content is deleted.
    await world.service.discard(mailId, { deadLetterId }, ada);
    await readAgain();
    expect(keysOf(world)).toEqual(namedBy(world, mailId));
    expect(keysOf(world)).toHaveLength(1);
    expect(keysOf(world)).not.toEqual(first);
  });
});

describe("content that cannot be deleted", () => {
  it("stays, is logged, and changes nothing of what was done", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    const [key] = keysOf(world);
    world.objectStoreDown(true);
    const { session } = await world.service.discard(mailId, { deadLetterId }, ada);
    expect(session?.openDeadLetters).toEqual([]);
    expect(keysOf(world)).toEqual([key]);
    expect(world.warnings).toMatchObject([{ facts: { objectKey: key } }]);
  });

  it("is tried no second time by a repeat", async () => {
    const { world, deadLetterId } = await withDeadLetter();
    const request = { ...ada, idempotencyKey: "discard-1" };
    await world.service.discard(mailId, { deadLetterId }, request);
    world.objectStoreDown(true);
    await world.service.discard(mailId, { deadLetterId }, request);
    expect(world.warnings).toEqual([]);
  });
});
