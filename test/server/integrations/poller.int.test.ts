/** The whole server with its own poller: a service on loopback is read, and what is new comes to the webhook. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toSessionId } from "../../../src/domain/integrations/index.js";
import { until } from "../../support/graphql/client.js";
import { startJsonFeed } from "../../support/jsonFeedServer.js";
import type { JsonFeed } from "../../support/jsonFeedServer.js";
import { requestBy } from "../../support/ledgerAt.js";
import { readMetrics } from "../../support/metrics.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { startWebhookReceiver } from "../../support/webhookReceiver.js";
import type { WebhookReceiver } from "../../support/webhookReceiver.js";

let feed: JsonFeed;
let receiver: WebhookReceiver;
let test: TestOpsledger;
const secrets = new Map<string, string>();

beforeAll(async () => {
  feed = await startJsonFeed();
  receiver = await startWebhookReceiver({ secretOf: (sessionId) => secrets.get(sessionId) });
  test = await startTestOpsledger({
    INTEGRATION_POLLER: "in-process",
    INTEGRATION_ALLOWED_HOSTS: `${feed.host},${receiver.host}`,
  });
});
afterAll(async () => {
  await test.close();
  await Promise.all([feed.close(), receiver.close()]);
});

async function connect(userId: string, change: { readonly startAt?: string; readonly cursor?: string } = {}) {
  const { startAt, cursor = "0" } = change;
  const { sessionId, webhookSecret } = await test.opsledger.ledger.integrations.connect(
    {
      serviceType: "http",
      webhookUrl: receiver.url,
      pollingIntervalMs: 600_000,
      startAt,
      serviceState: {
        ...{ url: `${feed.url}/events`, itemsPath: "/items", idPath: "/id", timePath: "/at" },
        ...{ cursorPath: "/cursor", cursorParam: "since", cursor },
      },
    },
    requestBy(userId),
  );
  secrets.set(sessionId, webhookSecret);
  // Else it would wait for its share of jitter.
  if (startAt === undefined) await test.opsledger.ledger.integrations.requestPoll(sessionId, requestBy(userId));
  return sessionId;
}

const receivedBy = (sessionId: string) =>
  receiver.deliveries
    .filter(({ body }) => body.sessionId === sessionId)
    .flatMap(({ body }) => body.items.map(({ data }) => data["id"]));

async function sessionOf(sessionId: string) {
  const [session] = await test.opsledger.ledger.integrationViews.getSessions([sessionId]);
  if (session === undefined) throw new Error(`there is no ${sessionId}`);
  return session;
}

describe("a session", () => {
  it("is polled as soon as it is connected, page by page, and its items come signed and in order", async () => {
    feed.append(7);
    const sessionId = await connect("ann");
    expect(sessionId).toBe(toSessionId("ann", "http"));
    await until(async () => (await sessionOf(sessionId)).totals.items === 7);
    expect(receivedBy(sessionId)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(receiver.deliveries.some(({ isSigned }) => isSigned === false)).toBe(false);
    expect(await sessionOf(sessionId)).toMatchObject({
      status: "ACTIVE",
      errorCount: 0,
      serviceState: { cursor: "7" },
    });
  });

  it("is polled within moments when somebody asks, though it would be due in ten minutes", async () => {
    feed.append(2);
    const startAt = new Date(Date.now() + 600_000).toISOString();
    const sessionId = await connect("joe", { startAt, cursor: "7" });
    await test.opsledger.ledger.integrations.requestPoll(sessionId, requestBy("joe"));
    await until(() => receivedBy(sessionId).length === 2);
    expect(receivedBy(sessionId)).toEqual([8, 9]);
  });

  it("is left alone until it may start", async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const later = await connect("bob", { startAt });
    const now = await connect("eve", { cursor: "8" });
    await until(() => receivedBy(now).length === 1);
    expect(receivedBy(later)).toEqual([]);
    expect((await sessionOf(later)).lastPollAt).toBeUndefined();
  });

  it("goes on where it was when the server has stopped and started again", async () => {
    await test.restart();
    feed.append(1);
    // Who asks for a poll waits as long as the service wants between two; who resumes does not.
    await test.opsledger.ledger.integrations.pause("ann#http", {}, requestBy("ann"));
    await test.opsledger.ledger.integrations.resume("ann#http", requestBy("ann"));
    await until(() => receivedBy("ann#http").length === 10);
    expect(receivedBy("ann#http").at(-1)).toBe(10);
    // The secret comes from the key of the data folder: it is still the one that was told.
    expect(receiver.deliveries.at(-1)?.isSigned).toBe(true);
  });
});

describe("metrics", () => {
  it("count polls, items and deliveries by service", async () => {
    const read = await readMetrics(test.opsledger.http.url.replace(/\/graphql$/, "/metrics"));
    const labels = { service: "http" };
    expect(read.value("opsledger_integration_items_total", labels)).toBeGreaterThan(0);
    expect(read.value("opsledger_integration_polls_total", { ...labels, outcome: "items" })).toBeGreaterThan(0);
    expect(read.value("opsledger_integration_deliveries_total", { ...labels, result: "accepted" })).toBeGreaterThan(0);
    expect(read.value("opsledger_integration_poll_lag_seconds_count", labels)).toBeGreaterThan(0);
    expect(read.value("opsledger_integration_polls_in_hand", labels)).toBe(0);
  });
});
