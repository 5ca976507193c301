// Takes the items of sessions: WEBHOOK_SECRET=whsec_... node examples/node/webhook-receiver.mjs [file that keeps them]
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

// Those of several sessions, with commas between.
const webhooks = (process.env.WEBHOOK_SECRET ?? "").split(",").map((secret) => new Webhook(secret.trim()));
const path = process.argv[2] ?? "received.jsonl";

// #region remember
// A line that a crash has cut off was not answered, so it comes again.
const text = await readFile(path, "utf8").catch(() => "");
const whole = text.slice(0, text.lastIndexOf("\n") + 1);
const file = await open(path, "a");
await file.truncate(Buffer.byteLength(whole));
/** Ids are those of the service: two sessions with the same source bring the same ones. */
const nameOf = ({ sessionId, id }) => `${sessionId} ${id}`;
/** All items that were ever kept. */
const seen = new Set(whole.split("\n").flatMap((line) => (line === "" ? [] : nameOf(JSON.parse(line)))));

/** Keeps those that are new, in their order; returns how many, once they are on the disk. */
async function keep({ sessionId, items }) {
  const fresh = items.map((item) => ({ sessionId, ...item })).filter((item) => !seen.has(nameOf(item)));
  await file.writeFile(fresh.map((item) => `${JSON.stringify(item)}\n`).join(""));
  await file.sync();
  for (const item of fresh) seen.add(nameOf(item));
  return fresh.length;
}
// #endregion

// #region verify
/** The delivery, where one of the secrets has signed it, and within five minutes of now; else undefined. */
function verified(body, headers) {
  for (const webhook of webhooks) {
    try {
      return webhook.verify(body, headers);
    } catch {
      // Perhaps the next one.
    }
  }
  return undefined;
}
// #endregion

/** The body as it came: the signature is over it. A delivery has up to 1 MB of items. */
async function read(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= 2_000_000) chunks.push(chunk);
  }
  return bytes <= 2_000_000 ? Buffer.concat(chunks).toString("utf8") : undefined;
}

// #region answer
let last = Promise.resolve(0);

/** The status. 2xx: they are safe here. 4xx: do not send these again. 5xx: send them again. */
async function take(request) {
  if (request.method !== "POST") return 405;
  const body = await read(request);
  if (body === undefined) return 413;
  const delivery = verified(body, request.headers);
  if (delivery === undefined) return 401;
  if (delivery.type !== "integration.items") return 204;
  // One after the other: a repeat, while the first is being kept, meets what that has kept.
  last = last.then(() => keep(delivery));
  console.log(`${delivery.sessionId}: ${await last} of ${delivery.items.length} items are new`);
  return 204;
}
// #endregion

const server = createServer(async (request, response) => {
  try {
    response.writeHead(await take(request)).end();
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    // Nobody knows what of it is on the disk: the next start does.
    console.error(error.message);
    response.writeHead(500).end(() => process.exit(1));
  }
});
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`takes deliveries at http://127.0.0.1:${server.address().port}/`);
});
