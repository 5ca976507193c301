/** Clients that stop reading: the server's memory does not grow for them, and it lets them go. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { subscribeWs, until } from "../support/graphql/client.js";
import { startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

let server: TestServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const query = "subscription { entries { position body } }";
const kilobytes64 = "x".repeat(64 * 1024);

/** Opens a connection and sends the text. */
async function open(text: string): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(text);
  return socket;
}

/** A text frame as clients send it: masked, here with a mask of zeros. */
function frame(text: string, opcode = 0x1): Buffer {
  const payload = Buffer.from(text);
  const size = payload.length;
  const header =
    size < 126 ? Buffer.from([0x80 | opcode, 0x80 | size]) : Buffer.from([0x80 | opcode, 0xfe, size >> 8, size & 0xff]);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

async function openWebSocket(): Promise<Socket> {
  const socket = await open(
    [
      "GET /graphql HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: graphql-transport-ws",
      "\r\n",
    ].join("\r\n"),
  );
  await new Promise((resolve) => socket.once("data", resolve));
  socket.write(frame('{"type":"connection_init"}'));
  await new Promise((resolve) => socket.once("data", resolve));
  return socket;
}

async function openStream(): Promise<Socket> {
  const body = JSON.stringify({ query });
  const socket = await open(
    `POST /graphql/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => socket.once("data", resolve));
  return socket;
}

/** Appends until followers take no more, at most 48 MB. Returns how many entries there were when they stopped. */
async function appendUntilStuck(): Promise<number> {
  let appended = 0;
  let stuckFor = 0;
  while (appended < 768 && stuckFor < 20) {
    const before = server.log.taken;
    server.log.append(kilobytes64);
    appended += 1;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    stuckFor = server.log.taken === before ? stuckFor + 1 : 0;
  }
  return appended;
}

describe("a WebSocket client that stops reading", () => {
  it("is sent no more than its connection takes, is cut off for not answering pings, and harms no other", async () => {
    server = await startTestServer({ timings: { keepAliveMilliseconds: 300 } });
    const socket = await openWebSocket();
    socket.write(frame(JSON.stringify({ id: "1", type: "subscribe", payload: { query } })));
    await until(() => server.log.following === 1);
    socket.pause();
    const appended = await appendUntilStuck();
    expect(server.log.taken).toBeLessThan(appended);
    await until(() => server.log.following === 0, 3_000);

    const other = subscribeWs(server.webSocketUrl, { query, variables: {} });
    expect((await other.next()).errors).toBeUndefined();
    await other.close();
  });

  it("is cut off where it goes on asking", async () => {
    server = await startTestServer({ timings: { keepAliveMilliseconds: 600_000 } });
    const socket = await openWebSocket();
    socket.pause();
    let closed = false;
    socket.once("close", () => (closed = true));
    const ping = frame(`{"type":"ping","payload":{"x":"${"x".repeat(60_000)}"}}`);
    let sent = 0;
    while (!closed && sent < 64 * 1024 * 1024) {
      sent += ping.length;
      if (!socket.write(ping)) {
        await Promise.race([
          new Promise((resolve) => socket.once("drain", resolve)),
          new Promise((resolve) => socket.once("close", resolve)),
        ]);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    // A paused socket notices the end when it writes; the server has let it go long before it has sent all.
    await until(() => closed || socket.destroyed, 3_000);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it("is cut off for protocol pings too", async () => {
    server = await startTestServer({ timings: { keepAliveMilliseconds: 600_000 } });
    const socket = await openWebSocket();
    socket.pause();
    let closed = false;
    socket.once("close", () => (closed = true));
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => frame("x".repeat(125), 0x9)));
    let sent = 0;
    while (!closed && sent < 64 * 1024 * 1024) {
      sent += pings.length;
      if (!socket.write(pings)) {
        await Promise.race([
          new Promise((resolve) => socket.once("drain", resolve)),
          new Promise((resolve) => socket.once("close", resolve)),
        ]);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("an SSE client that stops reading", () => {
  it("is sent no more than its connection takes, and is cut off when it has stalled", async () => {
    server = await startTestServer({ timings: { stallMilliseconds: 200, pingMilliseconds: 20 } });
    const socket = await openStream();
    await until(() => server.log.following === 1);
    socket.pause();
    const appended = await appendUntilStuck();
    expect(server.log.taken).toBeLessThan(appended);
    await until(() => server.log.following === 0, 3_000);
  });

  it("is kept where it goes on reading in time", async () => {
    server = await startTestServer({ timings: { stallMilliseconds: 60_000 } });
    const socket = await openStream();
    await until(() => server.log.following === 1);
    socket.pause();
    const appended = await appendUntilStuck();
    expect(server.log.taken).toBeLessThan(appended);
    socket.resume();
    await until(() => server.log.taken === appended);
    expect(server.log.following).toBe(1);
  });
});
