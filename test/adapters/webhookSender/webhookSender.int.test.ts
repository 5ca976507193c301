/** Deliveries to receivers on loopback, good and bad: what each answer, and each kind of trouble, comes to. */
import { createServer } from "node:net";
import type { AddressInfo, LookupFunction, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWebhookSecrets } from "../../../src/adapters/webhookSender/webhookSecrets.js";
import { createWebhookSender } from "../../../src/adapters/webhookSender/webhookSender.js";
import type { WebhookSenderDeps } from "../../../src/adapters/webhookSender/webhookSender.js";
import type { Delivery, DeliveryResult, WebhookSender } from "../../../src/domain/integrations/index.js";
import { makeCertificate } from "../../support/certificate.js";
import { startWebhookReceiver } from "../../support/webhookReceiver.js";
import type { WebhookReceiver } from "../../support/webhookReceiver.js";

const sessionId = "ana#gmail";
const secret = createWebhookSecrets({ key: Buffer.alloc(32, 7) }).secretFor(sessionId, 1);

/** Never another machine, whatever a name is and whatever a guard lets pass. */
const toLoopback =
  (...addresses: readonly string[]): LookupFunction =>
  (_host, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (all === true) return callback(null, found);
    callback(null, found[0]?.address ?? "", found[0]?.family);
  };

const { signal: never } = new AbortController();
const senders: WebhookSender[] = [];
let receiver: WebhookReceiver;

function newSender(deps: Partial<WebhookSenderDeps> = {}): WebhookSender {
  const made = createWebhookSender({ allowedHosts: [receiver.host], lookup: toLoopback("127.0.0.1"), ...deps });
  senders.push(made);
  return made;
}

function aDelivery(given: Partial<Delivery> = {}, text = "Hello"): Delivery {
  const deliveryId = given.deliveryId ?? "0123456789abcdef0123456789abcdef";
  const item = { id: "gmail:1", kind: "email", data: { subject: text } };
  const whose = { sessionId, userId: "ana", serviceType: "gmail" };
  const body = { type: "integration.items" as const, ...whose, deliveryId, items: [item] };
  return { url: receiver.url, secret, deliveryId, body, ...given };
}

const deliver = (given: Partial<Delivery> = {}, deps: Partial<WebhookSenderDeps> = {}): Promise<DeliveryResult> =>
  newSender(deps).deliver(aDelivery(given), never);

beforeEach(async () => {
  receiver = await startWebhookReceiver({ secretOf: () => secret });
});
afterEach(async () => {
  await Promise.all(senders.splice(0).map((sender) => sender.close()));
  await receiver.close();
});

describe("a delivery", () => {
  it("is JSON, signed by Standard Webhooks with the session's secret, under its id", async () => {
    expect(await deliver()).toEqual({ accepted: true });
    const [delivery] = receiver.deliveries;
    expect(delivery?.isSigned).toBe(true);
    expect(delivery?.body).toEqual(aDelivery().body);
    expect(delivery?.headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Opsledger/1.0",
      "webhook-id": aDelivery().deliveryId,
    });
    expect(JSON.stringify(delivery)).not.toContain(secret);
  });

  it("that is sent again has the same id and the same body, so that receivers can tell", async () => {
    await deliver();
    await deliver();
    const [first, again] = receiver.deliveries;
    expect([again?.headers["webhook-id"], again?.text]).toEqual([first?.headers["webhook-id"], first?.text]);
  });

  it("keeps what no other code page has: the signature is over the same bytes", async () => {
    const sender = newSender();
    await sender.deliver(aDelivery({}, 'Zürich 🙂 \u2028 "'), never);
    expect(receiver.deliveries[0]).toMatchObject({
      isSigned: true,
      body: { items: [{ data: { subject: 'Zürich 🙂 \u2028 "' } }] },
    });
  });

  it("may go to many webhooks at a time", async () => {
    const sender = newSender();
    const ids = Array.from({ length: 40 }, (_, place) => `delivery-${place}`);
    const results = await Promise.all(ids.map((deliveryId) => sender.deliver(aDelivery({ deliveryId }), never)));
    expect(new Set(results.map((result) => result.accepted))).toEqual(new Set([true]));
    expect(receiver.deliveries.map(({ headers }) => headers["webhook-id"]).sort()).toEqual([...ids].sort());
  });
});

describe("an answer", () => {
  it.each<[status: number, reason: string]>([
    [400, "REFUSED"],
    [401, "UNREACHABLE"],
    [403, "UNREACHABLE"],
    [404, "UNREACHABLE"],
    [405, "UNREACHABLE"],
    [413, "REFUSED"],
    [422, "REFUSED"],
    [408, "FAILED"],
    [410, "GONE"],
    [429, "BUSY"],
    [500, "FAILED"],
    [502, "FAILED"],
    [503, "FAILED"],
    [504, "FAILED"],
  ])("of status %i means %s", async (status, reason) => {
    receiver.answer((response) => response.writeHead(status).end("the subject was Hello"));
    const result = await deliver();
    expect(result).toEqual({ accepted: false, reason, code: `http_${status}`, message: `it answers ${status}` });
  });

  it.each([200, 201, 202, 204])("of status %i takes it", async (status) => {
    receiver.answer((response) => response.writeHead(status).end());
    expect(await deliver()).toEqual({ accepted: true });
  });

  it.each<[what: string, status: number, header: string, reason: string, milliseconds: number | undefined]>([
    ["seconds", 429, "120", "BUSY", 120_000],
    ["seconds, of a server that is down for a while", 503, "7", "BUSY", 7_000],
    ["a date that has passed", 503, "Wed, 21 Oct 2015 07:28:00 GMT", "BUSY", 0],
    ["a date in the far future: a day at most", 429, "Fri, 31 Dec 2999 23:59:59 GMT", "BUSY", 86_400_000],
    ["more than a day: a day at most", 429, "999999999", "BUSY", 86_400_000],
    ["nothing that can be read", 429, "soon", "BUSY", undefined],
    ["a negative number", 503, "-1", "FAILED", undefined],
  ])("may say when to come again: %s", async (_what, status, header, reason, retryAfterMs) => {
    receiver.answer((response) => response.writeHead(status, { "retry-after": header }).end());
    const [code, message] = [`http_${status}`, `it answers ${status}`];
    expect(await deliver()).toEqual({ accepted: false, reason, code, message, retryAfterMs });
  });

  it.each([301, 302, 303, 307, 308])("that leads elsewhere (%i) is not followed", async (status) => {
    const inside = await startWebhookReceiver();
    receiver.answer((response) => response.writeHead(status, { location: inside.url }).end());
    expect(await deliver({}, { allowedHosts: [receiver.host, inside.host] })).toMatchObject({
      accepted: false,
      reason: "UNREACHABLE",
      code: "redirect",
    });
    expect(inside.connections()).toBe(0);
    await inside.close();
  });

  it("counts by its status, though its body has 100 MB, of which next to nothing is read", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(65_536);
    receiver.answer((response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed || sent >= 100_000_000) return void response.end();
        response.write(chunk, more);
        sent += chunk.length;
      };
      more();
    });
    expect(await deliver()).toEqual({ accepted: true });
    await receiver.close();
    // More than a few MB are not on their way on one machine.
    expect(sent).toBeLessThan(50_000_000);
  });

  it("counts by its status, though its body never ends", async () => {
    let timer: ReturnType<typeof setInterval> | undefined;
    receiver.answer((response) => {
      response.writeHead(500);
      timer = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(timer));
    });
    expect(await deliver()).toMatchObject({ reason: "FAILED", code: "http_500" });
  });

  it("counts by its status, though its body breaks off", async () => {
    receiver.answer((response) => {
      response.writeHead(202, { "content-length": 100 });
      response.write("half", () => response.destroy());
    });
    expect(await deliver()).toEqual({ accepted: true });
  });

  it("is heard, though it comes before the delivery was read", async () => {
    const early = await startRaw((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")),
    );
    const long = aDelivery({ url: early.url }, "long ".repeat(180_000));
    expect(await newSender({ allowedHosts: [early.host] }).deliver(long, never)).toMatchObject({ code: "http_401" });
    await early.close();
  });
});

describe("a webhook that cannot be reached", () => {
  const timeoutMilliseconds = 150;

  it("because it never answers is given up in time", async () => {
    receiver.answer(() => undefined);
    expect(await deliver({}, { timeoutMilliseconds })).toEqual({
      accepted: false,
      reason: "UNREACHABLE",
      code: "timeout",
      message: "it did not answer in time",
    });
  });

  it.each<[what: string, serve: (socket: Socket) => void, code: string]>([
    ["because headers come one by one for ever", drip, "timeout"],
    ["because its headers have no end", flood, "unreachable"],
    ["because it hangs up", (socket) => void socket.once("data", () => socket.destroy()), "unreachable"],
    ["because it hangs up within the headers", cutOff, "unreachable"],
    ["because it speaks something else", (socket) => void socket.end("220 mail.example ESMTP\r\n"), "unreachable"],
  ])("%s", async (_what, serve, code) => {
    const odd = await startRaw(serve);
    const result = await deliver({ url: odd.url }, { allowedHosts: [odd.host], timeoutMilliseconds: 400 });
    expect(result).toMatchObject({ accepted: false, reason: "UNREACHABLE", code });
    await odd.close();
  });

  it("because nobody listens says so", async () => {
    const { url, host } = receiver;
    await receiver.close();
    expect(await deliver({ url }, { allowedHosts: [host] })).toMatchObject({
      reason: "UNREACHABLE",
      message: "it cannot be reached (ECONNREFUSED)",
    });
  });

  it("because its name does not exist says so", async () => {
    const lookup: LookupFunction = (host, _options, callback) =>
      callback(Object.assign(new Error(`no ${host}`), { code: "ENOTFOUND" }), "");
    expect(await deliver({ url: "https://nowhere.example/" }, { lookup })).toMatchObject({
      reason: "UNREACHABLE",
      message: "it cannot be reached (ENOTFOUND)",
    });
  });
});

describe("who waits for a delivery may end it", () => {
  it("before it begins: nothing is sent", async () => {
    const reason = new Error("the server stops");
    await expect(newSender().deliver(aDelivery(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(receiver.connections()).toBe(0);
  });

  it("while it waits for an answer", async () => {
    const stopping = new AbortController();
    const reason = new Error("the server stops");
    receiver.answer(() => stopping.abort(reason));
    await expect(newSender().deliver(aDelivery(), stopping.signal)).rejects.toBe(reason);
  });
});

describe("an address within a network is FORBIDDEN, and nothing is connected to", () => {
  const forbidden = { accepted: false, reason: "FORBIDDEN", code: "forbidden_address" };
  const port = () => new URL(receiver.url).port;
  const strict = { allowedHosts: [] };

  it.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1"])(
    "as an address: %s",
    async (host) => {
      expect(await deliver({ url: `https://${host}:${port()}/` }, strict)).toMatchObject(forbidden);
      expect(receiver.connections()).toBe(0);
    },
  );

  it.each([
    ["loopback", ["127.0.0.1"]],
    ["loopback of IPv6", ["::1"]],
    ["an address of IPv4 in one of IPv6", ["::ffff:127.0.0.1"]],
    ["several addresses", ["::1", "127.0.0.1"]],
  ])("as what a public name means: %s", async (_what, addresses) => {
    const lookup = toLoopback(...addresses);
    const result = await deliver({ url: `https://public.example:${port()}/` }, { ...strict, lookup });
    expect(result).toMatchObject(forbidden);
    expect(receiver.connections()).toBe(0);
  });

  it("also where the name meant something else a moment ago: it is looked up for each connection", async () => {
    const answers: LookupFunction[] = [
      (host, _options, callback) => callback(Object.assign(new Error(`no ${host}`), { code: "EAI_AGAIN" }), ""),
      toLoopback("127.0.0.1"),
    ];
    const sender = newSender({ ...strict, lookup: (...asked) => answers.shift()?.(...asked) });
    const delivery = aDelivery({ url: `https://public.example:${port()}/` });
    expect(await sender.deliver(delivery, never)).toMatchObject({ reason: "UNREACHABLE" });
    expect(await sender.deliver(delivery, never)).toMatchObject(forbidden);
    expect(receiver.connections()).toBe(0);
  });

  it("unless its host and port are allowed; another port is not", async () => {
    expect(await deliver()).toEqual({ accepted: true });
    expect(await deliver({ url: "http://127.0.0.1:9/" })).toMatchObject(forbidden);
  });

  it("as is one without https, and one that an operator has not named", async () => {
    expect(await deliver({ url: `http://public.example:${port()}/` })).toMatchObject(forbidden);
    expect(await deliver({}, { onlyHosts: ["hooks.example"] })).toMatchObject(forbidden);
    expect(receiver.connections()).toBe(0);
  });
});

const certificate = makeCertificate("hooks.example");

describe.skipIf(certificate === undefined)("a webhook behind TLS", () => {
  let secure: WebhookReceiver;
  beforeEach(async () => {
    secure = await startWebhookReceiver({ tls: certificate, secretOf: () => secret });
  });
  afterEach(() => secure.close());

  const deliverTo = (name: string, ca: string | undefined) => {
    const host = `${name}:${new URL(secure.url).port}`;
    return deliver({ url: `https://${host}/` }, { allowedHosts: [host], ca });
  };

  it("takes deliveries where its certificate is its own, and is trusted", async () => {
    expect(await deliverTo("hooks.example", certificate?.cert)).toEqual({ accepted: true });
    expect(secure.deliveries[0]).toMatchObject({ isSigned: true });
  });

  it.each([
    ["of another name", "other.example", () => certificate?.cert, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["that nobody trusts", "hooks.example", () => undefined, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("gets nothing where its certificate is one %s", async (_what, name, ca, code) => {
    const message = `it cannot be reached (${code})`;
    expect(await deliverTo(name, ca())).toMatchObject({ reason: "UNREACHABLE", message });
    expect(secure.deliveries).toEqual([]);
  });
});

/** Something that speaks HTTP in its own way, or not at all. */
async function startRaw(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const begin = "HTTP/1.1 200 OK\r\n";

function drip(socket: Socket): void {
  socket.write(begin);
  const timer = setInterval(() => socket.write("x-more: 1\r\n"), 20);
  socket.once("close", () => clearInterval(timer));
}

function flood(socket: Socket): void {
  socket.write(begin);
  const more = () => void (socket.destroyed || socket.write(`x-more: ${"1".repeat(1_000)}\r\n`, more));
  more();
}

function cutOff(socket: Socket): void {
  socket.once("data", () => socket.write(`${begin}content-ty`, () => socket.destroy()));
}
