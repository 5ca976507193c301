/** Buttons in Slack messages: who may press, what comes of it, and to whom an answer is ever sent. */
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotFoundError, UnavailableError } from "../../../src/domain/kernel/index.js";
import type { Request } from "../../../src/domain/kernel/index.js";
import { createLogger } from "../../../src/observability/logger.js";
import { createApp } from "../../../src/server/app.js";
import { defaultLimits } from "../../../src/server/limits.js";
import { addSlackInteractions } from "../../../src/server/webhooks/slackInteractions.js";
import { createBodyBudget } from "../../../src/server/webhooks/bodyBudget.js";
import { createSignatureFailures } from "../../../src/server/webhooks/signedRoute.js";
import { aPress, pressOf, signedBySlack } from "../../support/slackSignature.js";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const logger = createLogger({ level: "silent" });

interface Asked {
  readonly batchId: string;
  readonly request: Request;
}

let asked: Asked[];
let answered: { readonly address: string; readonly text: string }[];
let counted: string[];
let failure: Error | undefined;
let hold: Promise<void> | undefined;
let app: ReturnType<typeof createApp>;
let url: string;

beforeEach(async () => {
  [asked, answered, counted, failure, hold] = [[], [], [], undefined, undefined];
  await start({ current: secret });
});
afterEach(() => app.close());

async function start(slack: { readonly current: string; readonly previous?: string } | undefined) {
  app = createApp({ hostNames: "loopback", limits: defaultLimits, logger, phase: { draining: false } });
  addSlackInteractions(app, {
    config: { slack },
    clock: { now: () => new Date().toISOString() },
    failures: createSignatureFailures(),
    bodies: createBodyBudget(),
    metrics: { webhookDelivery: ({ outcome }) => void counted.push(outcome), denied: () => undefined },
    logger,
    respond: async (address, text) => void answered.push({ address, text }),
    regenerateSummary: async (batchId, _input, request) => {
      await hold;
      asked.push({ batchId, request });
      if (failure !== undefined) throw failure;
      return { batchId, position: { streamId: `Batch-${batchId}`, version: 1 } };
    },
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  // An address of a listening TCP server is never a pipe's name.
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/webhooks/slack/interactions`;
}

const press = async (payload: unknown = aPress(), signedWith = secret, at = Date.now()) => {
  const response = await fetch(url, { method: "POST", ...signedBySlack(signedWith, pressOf(payload), at) });
  return { status: response.status, text: await response.text() };
};

/** What was promised is done by then. */
const done = () => app.close();

describe("pressing Regenerate summary", () => {
  it("asks for another summary in the name of the person, once for each press, and says so to that person", async () => {
    expect(await press()).toEqual({ status: 200, text: "" });
    await done();
    expect(asked).toMatchObject([
      {
        batchId: "batch_20250602_1300",
        request: {
          actor: { kind: "USER", id: "slack:U2CERLKJA" },
          idempotencyKey: "slack:1748869200.000100:batch_20250602_1300",
        },
      },
    ]);
    expect(answered).toEqual([
      {
        address: "https://hooks.slack.com/actions/T1DC2JH3J/1/x",
        text: "Another summary is being written. It will take the place of this one.",
      },
    ]);
    expect(counted).toEqual(["accepted"]);
  });

  it("is answered before it is done: Slack waits for 3 seconds only", async () => {
    let release = () => undefined as void;
    hold = new Promise((resolve) => (release = resolve));
    expect((await press()).status).toBe(200);
    expect(asked).toEqual([]);
    release();
    await done();
    expect(asked).toHaveLength(1);
  });

  it("tells the person where the batch is not known, and where the store is down", async () => {
    failure = new NotFoundError("Batch", "batch_20250602_1300");
    await press();
    failure = new UnavailableError("the store is down");
    await press();
    await done();
    expect(answered.map(({ text }) => text)).toEqual([
      "Opsledger knows no batch_20250602_1300.",
      "That did not work. Please try again later.",
    ]);
  });

  it("keeps the server up where something unexpected fails", async () => {
    failure = new Error("unexpected");
    expect((await press()).status).toBe(200);
    await done();
    expect(answered).toHaveLength(1);
  });
});

describe("a press that is none of ours", () => {
  it.each([
    ["a wrong secret", () => press(aPress(), "another secret"), 401],
    ["an old signature", () => press(aPress(), secret, Date.now() - 301_000), 401],
    ["one from the future", () => press(aPress(), secret, Date.now() + 302_000), 401],
  ])("is refused: %s", async (_what, send, status) => {
    expect((await send()).status).toBe(status);
    await done();
    expect(asked).toEqual([]);
    expect(counted).toEqual(["refused"]);
  });

  it("is refused without a signature", async () => {
    const body = pressOf(aPress());
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await fetch(url, { method: "POST", body, headers })).status).toBe(401);
  });

  it("is refused where the body was changed", async () => {
    const { headers } = signedBySlack(secret, pressOf(aPress()));
    const body = pressOf(aPress({ batchId: "batch_20250602_1301" }));
    expect((await fetch(url, { method: "POST", body, headers })).status).toBe(401);
    await done();
    expect(asked).toEqual([]);
  });

  it("is taken with the secret before the present one", async () => {
    await app.close();
    await start({ current: "a new secret", previous: secret });
    expect((await press()).status).toBe(200);
  });

  it("is nothing where no secret is configured", async () => {
    await app.close();
    await start(undefined);
    expect((await press()).status).toBe(404);
  });

  it.each<[string, unknown]>([
    ["another button", aPress({ actionId: "another_button" })],
    ["the button that opens the batch", aPress({ actionId: "opsledger_view_batch" })],
    ["the button that opens the insight", aPress({ actionId: "opsledger_view_insight" })],
    ["a batch id that is none", aPress({ batchId: "batch_x'; drop" })],
    ["a shortcut", { type: "shortcut", user: { id: "U1" } }],
    ["no object", 7],
    ["no actions", { type: "block_actions", user: { id: "U1" }, actions: [] }],
    ["a user id that is none", { ...aPress(), user: { id: "<script>" } }],
  ])("is answered and changes nothing: %s", async (_what, payload) => {
    expect(await press(payload)).toEqual({ status: 200, text: "" });
    await done();
    expect(asked).toEqual([]);
    expect(counted).toEqual(["ignored"]);
  });

  it.each([
    ["no payload", "a=b"],
    ["no JSON", "payload=%7B"],
    ["nested too deep", `payload=${"[".repeat(100_000)}`],
  ])("is malformed: %s", async (_what, body) => {
    const response = await fetch(url, { method: "POST", ...signedBySlack(secret, body) });
    expect(response.status).toBe(400);
  });

  it("is too large beyond 1 MB", async () => {
    const response = await fetch(url, { method: "POST", ...signedBySlack(secret, `payload=${"x".repeat(1_100_000)}`) });
    expect(response.status).toBe(413);
  });
});
