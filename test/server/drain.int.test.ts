/** Stopping: what is under way is answered, subscribers are told to go, stragglers are cut off. */
import { connect } from "node:net";
import { createClient } from "graphql-sse";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createCollector, post, subscribeWs, until } from "../support/graphql/client.js";
import { AddressInUseError } from "../../src/server/httpServer.js";
import { startTestServer } from "./testServer.js";
import type { TestServer } from "./testServer.js";

let server: TestServer;
afterEach(() => server.close());

const query = "subscription { entries { position } }";

it("a WebSocket subscriber is closed with 1001, so that it connects again", async () => {
  server = await startTestServer();
  const subscription = subscribeWs(server.webSocketUrl, { query });
  await until(() => server.log.following === 1);
  await server.close();
  expect(await subscription.ended).toEqual({ kind: "closed", code: 1001, reason: "Going away" });
  expect(server.log.following).toBe(0);
});

it("an SSE subscriber is cut off without `complete`, so that it connects again", async () => {
  server = await startTestServer();
  const client = createClient({ url: server.sseUrl, retryAttempts: 0 });
  const { collector, push, end } = createCollector();
  client.subscribe(
    { query },
    { next: push, error: (error) => end({ kind: "failed", error }), complete: () => end({ kind: "complete" }) },
  );
  await until(() => server.log.following === 1);
  await server.close();
  expect(await collector.ended).toMatchObject({ kind: "failed" });
  expect(server.log.following).toBe(0);
});

it("a request under way is answered, and only then is the server closed", async () => {
  server = await startTestServer();
  const answer = post(server.url, { query: "{ slow }" });
  await until(() => server.waiting() === 1);
  const closed = server.close();
  const began = performance.now();
  server.release();
  expect(await answer).toMatchObject({ status: 200, data: { slow: "done" } });
  await closed;
  // Its connection is kept alive by the client; the grace of five seconds must not be what ends it.
  expect(performance.now() - began).toBeLessThan(2_500);
  await expect(post(server.url, { query: "{ hello }" })).rejects.toThrow();
});

it("new work on an open connection is refused, while health and readiness say what is going on", async () => {
  server = await startTestServer();
  const waiting = post(server.url, { query: "{ slow }" });
  await until(() => server.waiting() === 1);
  // Connections that are in the middle of a request's head when the drain begins are not idle.
  const begun = await Promise.all(
    ["/graphql?query={hello}", "/healthz", "/readyz"].map(async (path) => {
      const socket = connect(server.port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      const ended = new Promise<string>((resolve) => socket.on("close", () => resolve(text)));
      socket.on("error", () => undefined);
      await new Promise<void>((resolve) =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n`, () => resolve()),
      );
      return { socket, ended };
    }),
  );
  // The server has read the halves once it has answered a request that was sent after them.
  await post(server.url, { query: "{ hello }" });
  const closed = server.close();
  const socket = new WebSocket(server.webSocketUrl, "graphql-transport-ws");
  const refused = new Promise<string>((resolve) => socket.on("error", ({ message }) => resolve(message)));
  for (const half of begun) half.socket.end("Connection: close\r\n\r\n");
  const [graphql, health, ready] = await Promise.all(begun.map(({ ended }) => ended));
  expect(graphql).toContain("503 Service Unavailable");
  expect(graphql).toContain("UNAVAILABLE");
  expect(health).toContain("200 OK");
  expect(ready).toContain("503 Service Unavailable");
  expect(ready).toContain("draining");
  expect(await refused).toMatch(/503|ECONNREFUSED/);
  const began = performance.now();
  server.release();
  await waiting;
  await closed;
  expect(performance.now() - began).toBeLessThan(2_500);
});

it("who does not go is cut off after the grace: a stuck socket, a stuck stream, half a request", async () => {
  server = await startTestServer({ timings: { drainMilliseconds: 100 } });
  const stuck = new WebSocket(server.webSocketUrl, "graphql-transport-ws");
  await new Promise((resolve) => stuck.once("open", resolve));
  stuck.pause();
  const half = connect(server.port, "127.0.0.1");
  half.on("error", () => undefined);
  await new Promise<void>((resolve) =>
    half.write("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", () => resolve()),
  );
  const slow = post(server.url, { query: "{ slow }" }).catch(() => "cut off");
  await until(() => server.waiting() === 1);
  const began = performance.now();
  const closing = server.close();
  expect(await slow).toBe("cut off");
  server.release();
  await closing;
  expect(performance.now() - began).toBeLessThan(3_000);
  stuck.terminate();
});

it("closing twice is closing once", async () => {
  server = await startTestServer();
  await Promise.all([server.close(), server.close()]);
  await server.close();
});

it("a port that is taken is named, with what to do about it", async () => {
  server = await startTestServer();
  const second = startTestServer({ port: server.port });
  await expect(second).rejects.toThrow(AddressInUseError);
  await expect(second).rejects.toThrow(`port ${server.port} of 127.0.0.1 is in use`);
});
