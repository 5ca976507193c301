/** From Meta's delivery to the session's webhook, through a whole server: once for each session of the number, in order. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../support/graphql/client.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { startWebhookReceiver } from "../../support/webhookReceiver.js";
import type { WebhookReceiver } from "../../support/webhookReceiver.js";
import { aDelivery, aMessage, aStatus, anEntry, signWhatsApp, whatsAppEnvironment } from "../../support/whatsapp.js";
import { send } from "./support.js";

let test: TestOpsledger;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  test = await startTestOpsledger({
    ...whatsAppEnvironment,
    INTEGRATION_POLLER: "in-process",
    INTEGRATION_ALLOWED_HOSTS: receiver.host,
  });
});
afterAll(async () => {
  await test.close();
  await receiver.close();
});

const deliver = async (body: object) => {
  const text = JSON.stringify(body);
  return (await send(new URL(test.opsledger.http.url).origin, "/webhooks/whatsapp", text, signWhatsApp(text))).status;
};
const connect = (userId: string, phoneNumber: string, more: Readonly<Record<string, string>> = {}) =>
  mutate(test, "connectIntegration", {
    ...{ userId, serviceType: "whatsapp", webhookUrl: receiver.url },
    serviceState: { phoneNumber, businessAccountId: "102290129340398" },
    ...more,
  });
const received = (sessionId: string) =>
  receiver.deliveries.filter(({ body }) => body.sessionId === sessionId).flatMap(({ body }) => body.items);

it("brings messages to each session of their number, once and in order, and into its project", async () => {
  await connect("ana", "+15550783881", { projectId: "redline-wholesale" });
  await connect("ben", "+15550783881");
  await connect("eve", "+491701234567");
  const messages = [aMessage("wamid.1"), aMessage("wamid.2")];
  const first = aDelivery(anEntry({ messages, statuses: [aStatus("wamid.0", "delivered")] }));
  expect([await deliver(first), await deliver(first)]).toEqual([200, 200]);
  expect(await deliver(aDelivery(anEntry({ messages: [aMessage("wamid.3")] })))).toBe(200);
  expect(await deliver(aDelivery(anEntry({ phone: "4912345", messages: [aMessage("wamid.9")] })))).toBe(200);
  const expected = ["whatsapp:wamid.1", "whatsapp:wamid.2", "whatsapp:wamid.0:delivered", "whatsapp:wamid.3"];
  for (const user of ["ana", "ben"]) {
    await until(async () => received(`${user}#whatsapp`).length >= expected.length);
    expect(received(`${user}#whatsapp`).map(({ id }) => id)).toEqual(expected);
  }
  expect(received("eve#whatsapp")).toEqual([]);

  const query = gql<{ projectEvents: { nodes: readonly { title: string; kind: string }[] } }>(
    `{ projectEvents(filter: { project: "redline-wholesale" }, first: 10) { nodes { title kind } } }`,
  );
  const { projectEvents } = await test.run(query, {});
  expect(projectEvents.nodes.map(({ kind }) => kind).sort()).toEqual([
    "MESSAGE_POSTED",
    "MESSAGE_POSTED",
    "MESSAGE_POSTED",
    "NOTE",
  ]);
});
