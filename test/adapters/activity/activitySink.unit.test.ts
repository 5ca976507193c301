/** Items of sessions as project activity: once, readable, and none of them in the way of the others. */
import { beforeEach, describe, expect, it } from "vitest";
import { createActivitySink } from "../../../src/adapters/activity/activitySink.js";
import type { ActivitySink, ServiceItem } from "../../../src/domain/integrations/index.js";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import { createWorld, project } from "../../domain/projects/world.js";
import type { World } from "../../domain/projects/world.js";

let world: World;
let sink: ActivitySink;
let warned: object[];
beforeEach(() => {
  world = createWorld();
  warned = [];
  sink = createActivitySink({
    projects: world.service,
    ids: { next: () => "poll-1" },
    log: { warn: (fields) => void warned.push(fields) },
  });
});

const poller = { kind: "SYSTEM", id: "integration-poller" } as const;
const take = (items: readonly ServiceItem[], serviceType = "gmail", projectId = project) =>
  sink.take({ sessionId: `ada#${serviceType}`, userId: "ada", serviceType, projectId }, items, poller);

const email: ServiceItem = {
  ...{ id: "gmail:18c", kind: "email", occurredAt: "2025-06-02T13:00:00.000Z" },
  data: { subject: "Order 17\u202e is late", snippet: "It should have\nbeen here.", from: "bob@example.org" },
};

describe("an item", () => {
  it("is activity of the session's project, with what people would read of it", async () => {
    await take([email]);
    expect(world.events()).toMatchObject([
      {
        ...{ project, source: "GENERIC", deliveryId: "gmail:18c", occurredAt: email.occurredAt },
        kind: "NOTE",
        title: "Order 17 is late",
        text: "It should have\nbeen here.",
        labels: ["gmail"],
      },
    ]);
  });

  it("is there once, however often it comes, and in each project that it is sent to", async () => {
    await take([email, email]);
    await take([email]);
    await take([email], "gmail", "another-project");
    expect(world.events().map((event) => event.project)).toEqual([project, "another-project"]);
  });

  it("of Slack is a message, as people read it", async () => {
    const data = { channel: "C1", text: "<@U1|ana> see <https://example.org|this>", user: "U2" };
    await take([{ id: "slack:C1:1700000000.000100", kind: "message", data }], "slack");
    expect(world.events()).toMatchObject([
      { source: "SLACK", kind: "MESSAGE_POSTED", text: "@ana see this (https://example.org)" },
    ]);
  });

  it("of WhatsApp has its text within", async () => {
    await take([{ id: "whatsapp:1", kind: "message", data: { text: { body: "Hello\nthere" } } }], "whatsapp");
    expect(world.events()).toMatchObject([{ title: "Hello", text: "Hello\nthere" }]);
  });

  it.each([
    ["says nothing", { n: 1 }, "A new record"],
    ["says only what is not seen", { title: "\u200b", text: " \u0000 " }, "A new record"],
    ["is all too long", { text: "x".repeat(20_000) }, `${"x".repeat(299)}…`],
  ])("that %s is taken all the same", async (_, data, title) => {
    await take([{ id: "http:1", kind: "record", data }], "http");
    expect(world.events()).toMatchObject([{ title }]);
    expect(warned).toEqual([]);
  });

  it("whose id is no delivery's has one made of it", async () => {
    const strange = { id: `http:${"ä ".repeat(120)}`, kind: "record", data: { title: "One" } };
    await take([strange], "http");
    await take([strange], "http");
    expect(world.events().map(({ deliveryId }) => /^sha256-[0-9a-f]{64}$/.test(deliveryId))).toEqual([true]);
  });
});

describe("many items", () => {
  it("keep their order, also where they are more than one call takes", async () => {
    const items = Array.from({ length: 230 }, (_, index) => ({
      ...{ id: `http:${index}`, kind: "record" },
      data: { title: `Record ${index}` },
    }));
    await take(items, "http");
    expect(world.events().map(({ deliveryId }) => deliveryId)).toEqual(items.map(({ id }) => id));
  });

  it("do not wait for one that the project will not take: the log is told of it", async () => {
    const wrong = { id: "http:2", kind: "record", occurredAt: "yesterday", data: { secret: "of somebody" } };
    await take([{ id: "http:1", kind: "record", data: {} }, wrong, { id: "http:3", kind: "record", data: {} }], "http");
    expect(world.events().map(({ deliveryId }) => deliveryId)).toEqual(["http:1", "http:3"]);
    expect(warned).toMatchObject([{ sessionId: "ada#http", projectId: project, itemId: "http:2" }]);
    expect(JSON.stringify(warned)).not.toContain("of somebody");
  });

  it("fail where the ledger cannot be written, so that they come again", async () => {
    world.failing(() => new UnavailableError("the store is down"));
    await expect(take([email])).rejects.toThrow(UnavailableError);
    world.failing(() => undefined);
    await take([email]);
    expect(world.events().length).toBe(1);
  });
});
