/** The poller as a function: what is due is polled and delivered, and it ends in time; on the real engine and a service on loopback. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPollerFunction } from "../../src/lambda/poller.js";
import { openFunctionLedger } from "../../src/lambda/functionLedger.js";
import type { FunctionLedger } from "../../src/lambda/functionLedger.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { startJsonFeed } from "../support/jsonFeedServer.js";
import type { JsonFeed } from "../support/jsonFeedServer.js";
import { requestBy } from "../support/ledgerAt.js";
import { beyondRights, recordRights } from "../support/rights.js";
import type { RightsRecorder } from "../support/rights.js";
import { startWebhookReceiver } from "../support/webhookReceiver.js";
import type { WebhookReceiver } from "../support/webhookReceiver.js";
import { contextOf, scheduled, variablesFor } from "./support/functions.js";

let engine: TestEngine;
let rights: RightsRecorder;
let feed: JsonFeed;
let receiver: WebhookReceiver;
/** What callers use, beside the function. */
let callers: FunctionLedger;
let program: ReturnType<typeof createPollerFunction>;

beforeAll(async () => {
  engine = await startTestEngine();
  await ensureTables(engine.db({ tableName: prefixed("") }));
  rights = await recordRights(engine.engine.endpoint ?? "");
  feed = await startJsonFeed();
  receiver = await startWebhookReceiver();
  const hosts = { INTEGRATION_ALLOWED_HOSTS: `${feed.host},${receiver.host}` };
  callers = await openFunctionLedger(
    { environment: { ...variablesFor(engine.engine.endpoint ?? ""), ...hosts } },
    { needs: [] },
  );
  program = createPollerFunction({ environment: { ...variablesFor(rights.endpoint), ...hosts } });
});

afterAll(async () => {
  await program.open().then(({ close }) => close());
  await callers.close();
  await Promise.all([feed.close(), receiver.close(), rights.close()]);
  await engine.close();
});

/** A session that is due now. */
async function connect(userId: string): Promise<string> {
  const { integrations } = callers.ledger;
  const { sessionId } = await integrations.connect(
    {
      serviceType: "http",
      webhookUrl: receiver.url,
      pollingIntervalMs: 600_000,
      serviceState: {
        ...{ url: `${feed.url}/events`, itemsPath: "/items", idPath: "/id", timePath: "/at" },
        ...{ cursorPath: "/cursor", cursorParam: "since", cursor: "0" },
      },
    },
    requestBy(userId),
  );
  await integrations.requestPoll(sessionId, requestBy(userId));
  return sessionId;
}

const sessionOf = async (sessionId: string) =>
  (await callers.ledger.integrationViews.getSessions([sessionId])).find((session) => session !== undefined);

it("polls what is due, page by page, delivers it, and ends when nothing more is due", async () => {
  feed.append(5);
  const sessions = [await connect("ann"), await connect("bob")];
  await program.handler(scheduled(), contextOf());
  for (const sessionId of sessions) {
    expect(await sessionOf(sessionId)).toMatchObject({ status: "ACTIVE", totals: { items: 5 }, errorCount: 0 });
    const own = receiver.deliveries.filter(({ body }) => body.sessionId === sessionId);
    expect(own.flatMap(({ body }) => body.items.map(({ data }) => data["id"]))).toEqual([1, 2, 3, 4, 5]);
  }
  expect(beyondRights("poller", rights.uses())).toEqual([]);
});

it("looks once, in each shard of the index of what is due, where nothing is", async () => {
  rights.operations();
  await program.handler(scheduled(), contextOf());
  expect(rights.operations()).toEqual(Array.from({ length: 8 }, () => "Query"));
});

it("ends a poll whose service does not answer before Lambda would, so that it is tried again soon", async () => {
  feed.answerAlways(() => undefined);
  const sessionId = await connect("eve");
  const context = contextOf(5_300);
  await program.handler(scheduled(), context);
  expect(context.getRemainingTimeInMillis()).toBeGreaterThan(1_000);
  feed.answerAlways();
  const session = await sessionOf(sessionId);
  expect(session).toMatchObject({ status: "ACTIVE", totals: { items: 0 } });
  // Its interval is ten minutes.
  expect(Date.parse(session?.nextPollAt ?? "") - Date.now()).toBeLessThan(60_000);
});

it("fails where what is due cannot be found, so that the schedule's failures show it", async () => {
  const { endpoint = "" } = engine.engine;
  const lost = createPollerFunction({ environment: { ...variablesFor(endpoint), TABLE_PREFIX: "absent-" } });
  await expect(lost.handler(scheduled(), contextOf(5_100))).rejects.toThrow(/absent-|not found|resource/i);
  await lost.open().then(({ close }) => close());
});

it("does not start without the key that webhooks are signed with, and says so each time", async () => {
  const keyless = createPollerFunction({ environment: { ...variablesFor(rights.endpoint), INTEGRATION_KEY: "" } });
  await expect(keyless.handler(scheduled(), contextOf())).rejects.toThrow("INTEGRATION_KEY: must be set");
  await expect(keyless.handler(scheduled(), contextOf())).rejects.toThrow("INTEGRATION_KEY: must be set");
});
