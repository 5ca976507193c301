/** Sessions that the server polls itself, seen by the API: what came, what was not taken, and what people do about it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import { startJsonFeed } from "../../support/jsonFeedServer.js";
import type { JsonFeed } from "../../support/jsonFeedServer.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { startWebhookReceiver } from "../../support/webhookReceiver.js";
import type { WebhookReceiver } from "../../support/webhookReceiver.js";

type Json = Record<string, unknown>;

let test: TestOpsledger;
let feed: JsonFeed;
let receiver: WebhookReceiver;
const secrets = new Map<string, string>();
beforeAll(async () => {
  feed = await startJsonFeed({ pageSize: 50 });
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

interface Session {
  readonly status: string;
  readonly statusReason: string | null;
  readonly lastError: { readonly failureClass: string; readonly code: string } | null;
  readonly totals: { readonly items: number; readonly deadLetters: number };
  readonly openDeadLetters: number;
  readonly serviceState: Json;
  readonly deadLetters: { readonly nodes: readonly { readonly deadLetterId: string; readonly firstItemId: string }[] };
  readonly closed: { readonly nodes: readonly { readonly status: string; readonly closedAt: string }[] };
  readonly pollHistory: { readonly nodes: readonly { readonly outcome: string; readonly items: number }[] };
}

const read = async (userId: string, serviceType = "http"): Promise<Session> => {
  const { integrationSession } = await test.run(
    gql<{ integrationSession: Session }>(`query ($userId: String!, $serviceType: String!) {
      integrationSession(userId: $userId, serviceType: $serviceType) {
        status statusReason lastError { failureClass code } totals { items deadLetters } openDeadLetters serviceState
        deadLetters(statuses: [OPEN]) { nodes { deadLetterId firstItemId items bytes reason at } }
        closed: deadLetters(statuses: [REDELIVERED, DISCARDED]) { nodes { status closedAt } }
        pollHistory(orderBy: OLDEST_FIRST) { nodes { at outcome polls items code } }
      }
    }`),
    { userId, serviceType },
  );
  return integrationSession;
};

async function connect(userId: string, cursor = "0"): Promise<void> {
  const { webhookSecret } = await mutate<{ webhookSecret: string }>(
    test,
    "connectIntegration",
    {
      userId,
      serviceType: "http",
      webhookUrl: receiver.url,
      pollingIntervalMs: 10_000,
      serviceState: {
        url: `${feed.url}/events`,
        itemsPath: "/items",
        idPath: "/id",
        cursorFromItem: "/id",
        cursorParam: "since",
        cursor,
      },
    },
    { selection: "webhookSecret" },
  );
  secrets.set(`${userId}#http`, webhookSecret);
}
const of = (userId: string, more: Json = {}): Json => ({ userId, serviceType: "http", ...more });

it("delivers what is new, signed with the secret that was told; the history says so", async () => {
  feed.append(4);
  await connect("ana");
  await until(async () => (await read("ana")).totals.items === 4);
  expect(receiver.items().map(({ data }) => data["id"])).toEqual([1, 2, 3, 4]);
  expect(receiver.deliveries.map(({ isSigned }) => isSigned)).not.toContain(false);
  const { pollHistory, serviceState } = await read("ana");
  expect(pollHistory.nodes.map(({ items }) => items).reduce((sum, items) => sum + items, 0)).toBe(4);
  expect(serviceState).toMatchObject({ cursor: "4" });
});

it("keeps aside what the webhook will not take, until somebody has it sent again, or gives it up", async () => {
  // Given a session that begins behind item 4, and a webhook that takes all but the items 5 and 6.
  await mutate(test, "disconnectIntegration", of("ana"));
  receiver.answer((response, { body }) => {
    const refuses = body.items.some(({ data }) => data["id"] === 5 || data["id"] === 6);
    response.writeHead(refuses ? 422 : 204).end();
  });
  feed.append(3);
  await connect("ben", "4");
  await until(async () => (await read("ben")).openDeadLetters === 2);
  await until(async () => (await read("ben")).serviceState["cursor"] === "7");
  expect(receiver.items().map(({ data }) => data["id"])).toEqual([1, 2, 3, 4, 7]);
  const { deadLetters } = await read("ben");
  const [first, second] = deadLetters.nodes;

  const redeliver = gql<{ redeliverItems: { errors: Json[] } }>(
    `mutation ($input: RedeliverItemsInput!) { redeliverItems(input: $input) { errors { __typename code path } session { openDeadLetters } } }`,
  );
  const input = of("ben", { deadLetterId: first?.deadLetterId });
  const { redeliverItems } = await test.run(redeliver, { input });
  expect(redeliverItems).toMatchObject({ errors: [{ __typename: "UnavailableError" }] });
  receiver.answer(undefined);
  expect((await test.run(redeliver, { input })).redeliverItems).toMatchObject({
    errors: [],
    session: { openDeadLetters: 1 },
  });
  await mutate(test, "discardItems", of("ben", { deadLetterId: second?.deadLetterId, reason: "Not needed" }));
  const after = await read("ben");
  expect(after).toMatchObject({ openDeadLetters: 0, deadLetters: { nodes: [] }, totals: { deadLetters: 2 } });
  expect(after.closed.nodes.map(({ status }) => status).sort()).toEqual(["DISCARDED", "REDELIVERED"]);
  expect(receiver.items().map(({ data }) => data["id"])).toHaveLength(6);
});

it("asks for another credential where there is none, and goes on with it", async () => {
  await mutate(test, "connectIntegration", {
    userId: "ana",
    serviceType: "gmail",
    webhookUrl: receiver.url,
    credentialRef: "ana/gmail",
  });
  await until(async () => (await read("ana", "gmail")).status === "NEEDS_REAUTH");
  expect(await read("ana", "gmail")).toMatchObject({
    lastError: { failureClass: "AUTH", code: "credential_missing" },
    pollHistory: { nodes: [{ outcome: "FAILED" }] },
  });
  const again = await mutate<{ session: Session }>(
    test,
    "reauthorizeIntegration",
    { userId: "ana", serviceType: "gmail", credentialRef: "ana/other" },
    { selection: "session { status }" },
  );
  expect(again.session.status).toBe("ACTIVE");
});
