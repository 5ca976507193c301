/** WhatsApp's webhook over real HTTP: Meta finds us, what it signs is kept once, and it sends again what could not be kept. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { IntegrationsService } from "../../../src/domain/integrations/index.js";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import { createLogger } from "../../../src/observability/logger.js";
import { createBodyBudget } from "../../../src/server/webhooks/bodyBudget.js";
import { createSignatureFailures } from "../../../src/server/webhooks/signedRoute.js";
import { addWhatsAppRoutes } from "../../../src/server/webhooks/whatsapp.js";
import { aDelivery, aMessage, anEntry, signWhatsApp, whatsAppEnvironment } from "../../support/whatsapp.js";
import { startTestServer } from "../testServer.js";
import { send } from "./support.js";

type Push = Parameters<IntegrationsService["push"]>;

const path = "/webhooks/whatsapp";
const whatsapp = {
  appSecret: whatsAppEnvironment.WHATSAPP_APP_SECRET,
  verifyToken: whatsAppEnvironment.WHATSAPP_VERIFY_TOKEN,
};

async function startIntake(config: typeof whatsapp | undefined) {
  const pushes: Push[] = [];
  const outcomes: string[] = [];
  const lines: string[] = [];
  let answer: (push: Push[0]) => Promise<{ readonly sessions: number }> = async () => ({ sessions: 1 });
  const server = await startTestServer({
    addRoutes: (app) =>
      addWhatsAppRoutes(app, {
        whatsapp: config,
        failures: createSignatureFailures(),
        bodies: createBodyBudget(),
        logger: createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } }),
        metrics: {
          denied: (reason) => outcomes.push(reason),
          webhookDelivery: ({ source, outcome }) => outcomes.push(`${source} ${outcome}`),
        },
        push: async (...asked) => {
          pushes.push(asked);
          return answer(asked[0]);
        },
        pushMilliseconds: 50,
      }),
  });
  const origin = new URL(server.url).origin;
  return {
    origin,
    close: () => server.close(),
    pushes: () => pushes.splice(0),
    outcomes: () => outcomes.splice(0),
    lines: () => lines.splice(0),
    answerBy: (next: typeof answer) => void (answer = next),
    deliver: (body: object | string) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return send(origin, path, text, signWhatsApp(text));
    },
    verify: (query: Readonly<Record<string, string>>) =>
      fetch(`${origin}${path}?${new URLSearchParams(query).toString()}`),
  };
}

let intake: Awaited<ReturnType<typeof startIntake>>;
beforeAll(async () => {
  intake = await startIntake(whatsapp);
});
afterEach(() => {
  intake.answerBy(async () => ({ sessions: 1 }));
  intake.pushes();
  intake.outcomes();
  intake.lines();
});
afterAll(() => intake.close());

describe("a delivery to /webhooks/whatsapp", () => {
  const delivery = aDelivery(anEntry({ messages: [aMessage("wamid.1"), aMessage("wamid.2")] }));

  it("goes to the sessions of its number, under a key that is the same for the same items", async () => {
    const first = await intake.deliver(delivery);
    expect(first).toMatchObject({ status: 200, body: { status: "ok" } });
    await intake.deliver(delivery);
    await intake.deliver(aDelivery(anEntry({ messages: [aMessage("wamid.2")] })));
    const [one, again, other] = intake.pushes();
    expect(one).toMatchObject([
      {
        accountKey: "whatsapp#102290129340398#15550783881",
        items: [{ id: "whatsapp:wamid.1" }, { id: "whatsapp:wamid.2" }],
        marks: { lastMessageId: "wamid.2" },
      },
      {
        actor: { kind: "SYSTEM", id: "webhook:whatsapp" },
        scope: "all",
        correlationId: first.headers.get("x-request-id"),
      },
    ]);
    expect(one?.[0].pushKey).toMatch(/^[0-9a-f]{64}$/);
    expect(again?.[0].pushKey).toBe(one?.[0].pushKey);
    expect(other?.[0].pushKey).not.toBe(one?.[0].pushKey);
    expect(intake.outcomes()).toEqual(["WHATSAPP accepted", "WHATSAPP accepted", "WHATSAPP accepted"]);
  });

  it("is answered the same where nobody has connected the number", async () => {
    intake.answerBy(async () => ({ sessions: 0 }));
    expect(await intake.deliver(delivery)).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(intake.outcomes()).toEqual(["WHATSAPP ignored"]);
  });

  it.each([
    ["cannot be written", () => Promise.reject(new UnavailableError("down"))],
    ["takes too long", () => new Promise<never>(() => undefined)],
  ])("is sent again where the ledger %s", async (_, answer) => {
    intake.answerBy(answer);
    const { status, headers } = await intake.deliver(delivery);
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect(intake.outcomes()).toEqual(["WHATSAPP unavailable"]);
  });

  it("that one account has no room for goes to the others all the same, and is sent again", async () => {
    intake.answerBy(async ({ accountKey }) => {
      if (accountKey.startsWith("whatsapp#full#")) throw new UnavailableError("full");
      return { sessions: 1 };
    });
    const entry = anEntry({ messages: [aMessage("wamid.1")] });
    expect(await intake.deliver(aDelivery({ ...entry, id: "full" }, entry))).toMatchObject({ status: 503 });
    const accounts = intake.pushes().map(([{ accountKey }]) => accountKey.split("#")[1]);
    expect(accounts).toEqual(["full", "102290129340398"]);
  });

  it("tells an account nothing behind what it had no room for: the order would be lost", async () => {
    intake.answerBy(() => Promise.reject(new UnavailableError("full")));
    const text = { body: "x".repeat(150_000) };
    const messages = Array.from({ length: 8 }, (_, number) => ({ ...aMessage(`wamid.${number}`), text }));
    expect(await intake.deliver(aDelivery(anEntry({ messages })))).toMatchObject({ status: 503 });
    expect(intake.pushes()).toHaveLength(1);
  });

  it("is refused where a byte of it is another, or the secret", async () => {
    const text = JSON.stringify(delivery);
    const changed = await send(intake.origin, path, text.replace("wamid.1", "wamid.9"), signWhatsApp(text));
    const other = await send(intake.origin, path, text, signWhatsApp(text, "another secret"));
    const none = await send(intake.origin, path, text, { "content-type": "application/json" });
    expect([changed, other, none].map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(intake.pushes()).toEqual([]);
  });

  it.each([
    ["is no JSON", "{"],
    ["is nested too deep", "[".repeat(100) + "]".repeat(100)],
    ["is of another product", { object: "page", entry: [] }],
  ])("is refused where it %s", async (_, body) => {
    expect(await intake.deliver(body)).toMatchObject({ status: 400 });
    expect(intake.pushes()).toEqual([]);
  });

  it("tells the log nothing of what people write", async () => {
    intake.answerBy(() => Promise.reject(new Error("what nobody foresaw")));
    expect(await intake.deliver(delivery)).toMatchObject({ status: 500 });
    const lines = intake.lines().join("\n");
    expect(lines).toContain("what nobody foresaw");
    for (const personal of ["Hello", "16505551234", "Sheena", "15550783881"]) expect(lines).not.toContain(personal);
  });
});

describe("the verification of /webhooks/whatsapp", () => {
  const asked = { "hub.mode": "subscribe", "hub.verify_token": whatsapp.verifyToken, "hub.challenge": "1158201444" };

  it("answers who knows the token with the challenge, as text", async () => {
    const response = await intake.verify(asked);
    expect([response.status, await response.text()]).toEqual([200, "1158201444"]);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it("answers nobody else", async () => {
    const response = await intake.verify({ ...asked, "hub.verify_token": "guess" });
    expect(response.status).toBe(403);
    const text = await response.text();
    for (const said of ["guess", "1158201444", whatsapp.verifyToken]) expect(text).not.toContain(said);
    expect(intake.outcomes()).toEqual(["BAD_SIGNATURE"]);
  });

  it.each([
    ["without a challenge", { ...asked, "hub.challenge": "" }],
    ["with a page for a challenge", { ...asked, "hub.challenge": "<script>alert(1)</script>" }],
    ["of another mode", { ...asked, "hub.mode": "unsubscribe" }],
    ["of nothing", {}],
  ])("refuses one %s", async (_, query) => {
    const response = await intake.verify(query);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain("<script>");
  });

  it("lets one address guess sixty times a minute", async () => {
    const own = await startIntake(whatsapp);
    const statuses: number[] = [];
    for (let guess = 0; guess <= 60; guess += 1) {
      const { status } = await own.verify({ ...asked, "hub.verify_token": `guess ${guess}` });
      statuses.push(status);
    }
    expect(statuses.slice(0, 60).every((status) => status === 403)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    await own.close();
  });
});

it("takes nothing before it is configured", async () => {
  const off = await startIntake(undefined);
  const answers = [await off.deliver(aDelivery(anEntry({}))), await off.verify({ "hub.mode": "subscribe" })];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  expect(off.pushes()).toEqual([]);
  await off.close();
});
