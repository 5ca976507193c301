/** WhatsApp: what a session's state is, and what a delivery of its webhook tells of. */
import { jsonBytes } from "../../../src/domain/kernel/json.js";
import { describe, expect, it } from "vitest";
import { createWhatsApp } from "../../../src/adapters/services/whatsapp.js";
import { readWhatsApp } from "../../../src/adapters/services/whatsappPayload.js";
import { limits } from "../../../src/domain/integrations/index.js";
import { maskState } from "../../../src/resolvers/integrations/masking.js";
import { aDelivery, aMessage, aStatus, anEntry } from "../../support/whatsapp.js";

const service = createWhatsApp();
const state = { phoneNumber: "+15550783881", businessAccountId: "102290129340398" };

describe("a session with WhatsApp", () => {
  it("is named by the account and the number, however the number is written in a delivery", () => {
    const key = service.accountKey(service.state.parse({ ...state, lastMessageId: "wamid.1" }));
    const keys = ["15550783881", "+1 555-078-3881"].map((phone) => readWhatsApp(aDelivery(anEntry({ phone })))?.[0]);
    expect(keys.map((push) => push?.accountKey)).toEqual([key, key]);
    const [other] = readWhatsApp(aDelivery(anEntry({ account: "1" }))) ?? [];
    expect(other?.accountKey).not.toBe(key);
  });

  it.each([
    { phoneNumber: "15550783881" },
    { phoneNumber: "+1 555" },
    { phoneNumber: "" },
    { businessAccountId: "abc" },
    { businessAccountId: undefined },
    { lastMessageId: 1 },
    { more: "x" },
  ])("refuses %j", (wrong) => {
    expect(service.state.safeParse({ ...state, ...wrong }).success).toBe(false);
  });

  it("has what names people masked for others: also the last message's id, which holds the contact's number", () => {
    const lastMessageId = "wamid.HBgLMTU1NTA3ODM4ODE=";
    const shown = JSON.stringify(maskState(service, { ...state, lastMessageId }));
    for (const hidden of [state.phoneNumber, "HBgLMTU1NTA3ODM4ODE"]) expect(shown).not.toContain(hidden);
  });

  it("is not polled", async () => {
    const work = { credential: undefined, resyncSince: undefined, now: "2026-01-01T00:00:00.000Z" };
    const pages = [];
    for await (const page of service.poll({ state, ...work, signal: new AbortController().signal })) pages.push(page);
    expect(pages).toEqual([]);
  });
});

describe("a delivery of WhatsApp", () => {
  it("tells of messages with who wrote them, and of what became of those that were sent", () => {
    const [push] =
      readWhatsApp(
        aDelivery(
          anEntry({ messages: [aMessage("wamid.A"), aMessage("wamid.B")], statuses: [aStatus("wamid.C", "read")] }),
        ),
      ) ?? [];
    expect(push).toMatchObject({
      items: [
        {
          id: "whatsapp:wamid.A",
          kind: "message",
          occurredAt: "2023-11-14T22:13:20.000Z",
          data: {
            from: "16505551234",
            text: { body: "Hello" },
            contact: "Sheena Nelson",
            phoneNumberId: "106540352242922",
          },
        },
        { id: "whatsapp:wamid.B" },
        { id: "whatsapp:wamid.C:read", kind: "status", data: { status: "read" } },
      ],
      marks: { lastMessageId: "wamid.B" },
    });
    expect(service.state.safeParse({ ...state, ...push?.marks }).success).toBe(true);
  });

  it("marks nothing where there is no message", () => {
    const [push] = readWhatsApp(aDelivery(anEntry({ messages: [], statuses: [aStatus("wamid.C", "sent")] }))) ?? [];
    expect(push?.marks).toEqual({});
  });

  it("is told apart by numbers, in the order of each", () => {
    const pushes = readWhatsApp(
      aDelivery(
        anEntry({ messages: [aMessage("wamid.1")] }),
        anEntry({ phone: "491701234567", messages: [aMessage("wamid.2")] }),
        anEntry({ messages: [aMessage("wamid.3"), aMessage("wamid.1")] }),
      ),
    );
    expect(pushes?.map(({ items }) => items.map(({ id }) => id))).toEqual([
      ["whatsapp:wamid.1", "whatsapp:wamid.3"],
      ["whatsapp:wamid.2"],
    ]);
  });

  it("is split where it holds more than one push may", () => {
    const messages = Array.from({ length: 30 }, (_, index) => ({
      ...aMessage(`wamid.${index}`),
      text: { body: "x".repeat(90_000) },
    }));
    const pushes = readWhatsApp(aDelivery(anEntry({ messages }))) ?? [];
    expect(pushes.length).toBe(3);
    for (const { items } of pushes) expect(jsonBytes(items)).toBeLessThanOrEqual(limits.pushBytes);
    expect(pushes.flatMap(({ items }) => items).length).toBe(30);
  });

  it("loses nothing to what is beside it and not understood", () => {
    const strange = anEntry({ messages: [{ type: "x" }, 7, aMessage("wamid.1")], statuses: [null, {}] });
    const others = {
      id: "1",
      changes: [
        { field: "account_update", value: {} },
        { field: "messages", value: null },
      ],
    };
    const pushes = readWhatsApp(aDelivery(others, strange)) ?? [];
    expect(pushes.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(["whatsapp:wamid.1"]);
  });

  it("has ids that an item may have, whatever is in them", () => {
    const messages = [aMessage("x".repeat(5_000)), aMessage("ä b")];
    const [push] = readWhatsApp(aDelivery(anEntry({ messages }))) ?? [];
    for (const { id } of push?.items ?? []) expect(id).toMatch(/^whatsapp:sha256-[0-9a-f]{64}$/);
    expect(push?.marks).toEqual({ lastMessageId: "ä b" });
  });

  it.each([{}, [], null, "text", { object: "page", entry: [] }, { object: "whatsapp_business_account", entry: [{}] }])(
    "is not %j",
    (json) => {
      expect(readWhatsApp(json)).toBeUndefined();
    },
  );
});
