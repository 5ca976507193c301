/** What is personal in the state of a session is cut down to what tells one from another; nothing else is touched. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { JsonMap } from "../../../src/domain/integrations/index.js";
import type { DeadLetter, IntegrationService } from "../../../src/domain/integrations/index.js";
import {
  maskItemId,
  maskState,
  maskText,
  maskWebhook,
  withoutSecrets,
} from "../../../src/resolvers/integrations/masking.js";
import { toDeadLetterView } from "../../../src/resolvers/integrations/views.js";

const service: IntegrationService = {
  type: "mail",
  title: "Mail",
  mode: "POLL",
  leastIntervalMs: 10_000,
  defaultIntervalMs: 30_000,
  concurrency: 1,
  state: JsonMap,
  credential: z.object({ token: z.string() }),
  personal: ["emailAddress", "owners"],
  accountKey: () => undefined,
  hasCursor: () => true,
  isForward: () => true,
  withoutCursor: (state) => state,
  poll: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) }),
};

describe("personal text", () => {
  it.each([
    ["user@company.com", "u***@company.com"],
    ["u@company.com", "***@company.com"],
    ['"a@b"@company.com', '"***@company.com'],
    ["+1234567890", "+1******7890"],
    ["+49 (170) 555-0199", "+4******0199"],
    ["15550783881", "+1******3881"],
    ["+12345", "***"],
    ["Ana Muster", "A***"],
    ["\u{1F600}ana", "\u{1F600}***"],
    ["x", "***"],
    ["https://api.example.org/v1/items?api_key=secret", "https://api.example.org/***"],
    ["https://api.example.org/v1/items?of=ana@company.com&api_key=secret", "https://api.example.org/***"],
    ["/v1/items?of=ana@company.com&api_key=secret", "/***"],
    ["", "***"],
  ])("%s becomes %s", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});

describe("a service state", () => {
  const state: JsonObject = {
    emailAddress: "user@company.com",
    lastHistoryId: "123456789",
    folders: [{ name: "Inbox", emailAddress: "other@company.com" }],
    owners: { first: "Ana Muster", phones: ["+1234567890", 15550783881] },
    seen: 7,
  };

  it("has its personal members masked, at whatever depth, and all else as it is", () => {
    expect(maskState(service, state)).toEqual({
      emailAddress: "u***@company.com",
      lastHistoryId: "123456789",
      folders: [{ name: "Inbox", emailAddress: "o***@company.com" }],
      owners: { first: "A***", phones: ["+1******7890", "+1******3881"] },
      seen: 7,
    });
  });

  it("of a service that this server does not know any more has all text masked", () => {
    expect(JSON.stringify(maskState(undefined, state))).not.toMatch(/123456789|Inbox|Muster|user@/);
  });
});

describe("the address of a webhook", () => {
  const url = "https://user:secret@hooks.example.org:8443/in/a1b2?token=abc#d";

  it("is shown by its host only", () => {
    expect(maskWebhook(url)).toEqual({
      host: "hooks.example.org:8443",
      masked: "https://hooks.example.org:8443/***",
    });
  });

  it("is cut out of what the log shows of a session, and of nothing else", () => {
    const shown = (streamId: string) => withoutSecrets({ streamId, data: { webhookUrl: url, mode: "POLL" } });
    expect(shown("IntegrationSession-user123#mail")).toEqual({
      webhookUrl: "https://hooks.example.org:8443/***",
      mode: "POLL",
    });
    expect(shown("Incident-1")).toEqual({ webhookUrl: url, mode: "POLL" });
    expect(withoutSecrets({ streamId: "IntegrationSession-user123#mail", data: { reason: "x" } })).toEqual({
      reason: "x",
    });
  });
});

describe("addresses in the service state", () => {
  it("lose what keys are handed over in, in what the log shows of a session, and nothing else does", () => {
    // Given an event of a session whose service is asked by an address with a key,
    const serviceState = {
      url: "https://ana:secret@api.example.org:8443/v1/items?api_key=secret#secret",
      next: "items?page=2&api_key=secret",
      links: [{ own: "/v1/more?token=secret" }],
      ...{ plain: "https://api.example.org/v1", cursor: "What is new?", seen: 7 },
    };
    const of = (streamId: string) => withoutSecrets({ streamId, data: { items: 3, serviceState } });
    // When it is shown, then host and path are left of each address.
    expect(of("IntegrationSession-user123#http")).toEqual({
      items: 3,
      serviceState: {
        url: "https://api.example.org:8443/v1/items?***",
        next: "items?***",
        links: [{ own: "/v1/more?***" }],
        ...{ plain: "https://api.example.org/v1", cursor: "What is new?", seen: 7 },
      },
    });
    expect(of("Incident-1")).toEqual({ items: 3, serviceState });
  });
});

describe("the id of an item", () => {
  it("is masked where the service makes it of a person's number", () => {
    expect(maskItemId("whatsapp:wamid.HBgLMTU1NTA3ODM4ODEVAgA")).toBe("whatsapp:***");
    expect(maskItemId("gmail:18c2f0a1b2c3d4e5")).toBe("gmail:18c2f0a1b2c3d4e5");
  });

  it("is shown in dead letters to whom personal data are shown, and to nobody else", () => {
    const [firstItemId, lastItemId] = ["whatsapp:wamid.HBgLMTU1", "whatsapp:wamid.HBgLMTU2"];
    const letter: DeadLetter = {
      ...{ deadLetterId: "0".repeat(32), sessionId: "ana#whatsapp", userId: "ana", status: "OPEN", version: 3 },
      ...{ items: 2, firstItemId, lastItemId, reason: "http_422", at: "2025-01-15T10:30:00.000Z" },
      content: { objectKey: "key", bytes: 7, sha256: "" },
    };
    expect(toDeadLetterView(letter, { isPersonalShown: true })).toMatchObject({ firstItemId, lastItemId });
    expect(JSON.stringify(toDeadLetterView(letter, { isPersonalShown: false }))).not.toContain("wamid");
  });
});
