/** The receiver of examples/node, which the guide quotes: takes what the sender sends, each item once, whatever comes between. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createWebhookSecrets } from "../../../src/adapters/webhookSender/webhookSecrets.js";
import { createWebhookSender } from "../../../src/adapters/webhookSender/webhookSender.js";
import type { DeliveryResult, WebhookSender } from "../../../src/domain/integrations/index.js";

const example = join(import.meta.dirname, "../../../examples/node/webhook-receiver.mjs");
const secrets = createWebhookSecrets({ key: Buffer.alloc(32, 5) });
const [secret, nextSecret] = [secrets.secretFor("ana#http", 1), secrets.secretFor("ana#http", 2)];

let folder: string;
let receiver: { readonly url: string; readonly process: ChildProcess };
let sender: WebhookSender;

async function start() {
  const env = { ...process.env, PORT: "0", WEBHOOK_SECRET: `${secret}, ${nextSecret}` };
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [example, join(folder, "received.jsonl")], { env, stdio: [...stdio] });
  const [said] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const url = /http:\S+/.exec(said.toString())?.[0] ?? "";
  sender = createWebhookSender({ allowedHosts: [new URL(url).host] });
  return { url, process: child };
}

async function kill() {
  const ended = once(receiver.process, "exit");
  receiver.process.kill("SIGKILL");
  await ended;
  await sender.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opsledger-receiver-"));
  receiver = await start();
});
afterAll(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

function send(ids: readonly string[], { signedWith = secret, userId = "ana" } = {}): Promise<DeliveryResult> {
  const deliveryId = ids.join("-");
  const items = ids.map((id) => ({ id, kind: "record", data: { text: "Zürich\n🙂" } }));
  const whose = { sessionId: `${userId}#http`, userId, serviceType: "http" };
  const body = { type: "integration.items" as const, ...whose, deliveryId, items };
  return sender.deliver({ url: receiver.url, secret: signedWith, deliveryId, body }, new AbortController().signal);
}

async function received(): Promise<string[]> {
  const lines = (await readFile(join(folder, "received.jsonl"), "utf8")).split("\n").slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

it("takes items in order, each once, though a delivery comes twice and another overlaps it", async () => {
  expect(await send(["a", "b"])).toEqual({ accepted: true });
  expect(await Promise.all([send(["a", "b"]), send(["b", "c"]), send(["b", "c"])])).toEqual([
    { accepted: true },
    { accepted: true },
    { accepted: true },
  ]);
  expect(await received()).toEqual(["a", "b", "c"]);
});

it("knows them after a crash, and what a crash has cut off comes again", async () => {
  await kill();
  await appendFile(join(folder, "received.jsonl"), '{"sessionId":"ana#http","id":"d","ki');
  receiver = await start();
  expect(await send(["c", "d"])).toEqual({ accepted: true });
  expect(await received()).toEqual(["a", "b", "c", "d"]);
});

it("takes what any of its secrets has signed, and nothing else", async () => {
  expect(await send(["e"], { signedWith: nextSecret })).toEqual({ accepted: true });
  const signedWith = secrets.secretFor("ben#http", 1);
  expect(await send(["f"], { signedWith })).toMatchObject({ reason: "UNREACHABLE", code: "http_401" });
  const unsigned = await fetch(receiver.url, { method: "POST", body: '{"items":[]}' });
  expect([unsigned.status, (await fetch(receiver.url)).status]).toEqual([401, 405]);
  expect(await received()).toEqual(["a", "b", "c", "d", "e"]);
});

it("keeps what two sessions bring from the same source twice", async () => {
  expect(await send(["a"], { userId: "ben" })).toEqual({ accepted: true });
  expect(await received()).toEqual(["a", "b", "c", "d", "e", "a"]);
});

it("keeps no more of a body than a delivery has", async () => {
  const answer = await fetch(receiver.url, { method: "POST", body: "x".repeat(2_100_000) });
  expect(answer.status).toBe(413);
});
