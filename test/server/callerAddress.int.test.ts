/** Whose address a request has: nobody can take another one by a header. */
import { request as httpRequest } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { callerFor } from "../../src/server/caller.js";
import { callerAddress } from "../../src/server/callerAddress.js";
import { post } from "../support/graphql/client.js";
import { startTestServer } from "./testServer.js";

/** Addresses that a server behind so many proxies sees, by transport, of a caller whose request arrives with this header. */
async function seenBy(
  trustedProxies: number | undefined,
  forwarded: string,
): Promise<Readonly<Record<string, unknown>>> {
  const seen: Record<string, unknown> = {};
  const server = await startTestServer({
    trustedProxies,
    gate: {
      identifies: "connection",
      identify: async (facts) => {
        seen[facts.transport] = facts.remoteAddress;
        return callerFor(facts);
      },
      admit: async () => undefined,
    },
  });
  onTestFinished(() => server.close());
  const headers = { "x-forwarded-for": forwarded };
  await post(server.url, { query: "{ hello }", headers });
  await new Promise<void>((resolve, reject) => {
    const options = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
    const asking = httpRequest(server.sseUrl, options, (answer) => (answer.destroy(), resolve()));
    asking.on("error", reject).end(JSON.stringify({ query: "subscription { entries { position } }" }));
  });
  await new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(server.webSocketUrl, "graphql-transport-ws", { headers });
    socket.on("open", () => socket.send('{"type":"connection_init"}')).on("error", reject);
    socket.on("message", () => (socket.terminate(), resolve()));
  });
  return seen;
}

const everywhere = (address: string) => ({ http: address, sse: address, websocket: address });

it("is that of the connection where there is no load balancer, whatever a header says", async () => {
  expect(await seenBy(undefined, "203.0.113.7")).toEqual(everywhere("127.0.0.1"));
  expect(await seenBy(0, "203.0.113.7, 198.51.100.4")).toEqual(everywhere("127.0.0.1"));
});

it("is the one that a load balancer has added behind what the caller has sent", async () => {
  expect(await seenBy(1, "198.51.100.4")).toEqual(everywhere("198.51.100.4"));
  expect(await seenBy(1, "203.0.113.7, 10.0.0.1, 198.51.100.4")).toEqual(everywhere("198.51.100.4"));
});

it("is one further for each load balancer, and never one that none of them has added", async () => {
  expect(await seenBy(2, "203.0.113.7, 198.51.100.4, 10.0.0.1")).toEqual(everywhere("198.51.100.4"));
  expect(await seenBy(2, "10.0.0.1")).toEqual(everywhere("10.0.0.1"));
});

it("is that of the connection where a load balancer has added nothing", () => {
  const socket = { remoteAddress: "10.0.0.1" };
  expect(callerAddress({ headers: {}, socket }, 1)).toBe("10.0.0.1");
  expect(callerAddress({ headers: { "x-forwarded-for": " , " }, socket }, 1)).toBe("10.0.0.1");
});
