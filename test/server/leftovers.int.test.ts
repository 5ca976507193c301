/** A server that has closed leaves nothing that keeps the process alive. Alone in its file: other tests have timers too. */
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { subscribeWs, until } from "../support/graphql/client.js";
import { startTestServer } from "./testServer.js";

const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

it("no timer is left after requests, subscriptions and streams", async () => {
  const server = await startTestServer();
  const subscription = subscribeWs(server.webSocketUrl, { query: "subscription { numbers }" });
  await subscription.ended;
  const stream = await new Promise<IncomingMessage>((resolve) =>
    get(`${server.sseUrl}?query=subscription{numbers}`, { agent: false }, resolve),
  );
  stream.resume();
  await new Promise((resolve) => stream.once("end", resolve));
  expect(timers()).toBeGreaterThan(0);
  await subscription.close();
  await server.close();
  await until(async () => {
    // While a timer's callback runs, Node does not count the others.
    await new Promise((resolve) => setImmediate(resolve));
    return timers() === 0;
  }, 2_000);
});
