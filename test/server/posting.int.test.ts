/** From a delivery to Slack: the whole server, its engine and its policies, with a server that keeps Slack's rules. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultBatchPolicy } from "../../src/domain/projects/index.js";
import type { Batch, IncomingEventInput } from "../../src/domain/projects/index.js";
import { until } from "../support/graphql/client.js";
import { requestBy } from "../support/ledgerAt.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { general, shownTexts, shownUrls, startSlackServer } from "../support/slackServer.js";
import type { SlackChannel, SlackMessage, SlackServer } from "../support/slackServer.js";
import { aPress, pressOf, signedBySlack } from "../support/slackSignature.js";

const project = "redline-wholesale";
const slowly = { ...defaultBatchPolicy, maxCount: 40 };
const slackSecret = "8f742231b10e8888abcd99yyyzzz85a5";
const someone = requestBy("someone");
let slack: SlackServer;
let server: TestOpsledger;
let made = 0;
/** A failed post is tried again after five seconds. */
const patience = 25_000;

beforeEach(async () => {
  slack = await startSlackServer();
  server = await startTestOpsledger({
    NOTIFIER: "slack",
    SLACK_BOT_TOKEN: slack.token,
    SLACK_API_URL: slack.url,
    PUBLIC_URL: "https://ops.example.com",
    WEBHOOK_SLACK_SECRET: slackSecret,
  });
  await projects().setSettings(project, { channel: "#general" }, someone);
});
afterEach(async () => {
  const { violations } = slack;
  await server.close();
  await slack.close();
  expect(violations).toEqual([]);
});

const projects = () => server.opsledger.ledger.projects;

const receive = (event: Partial<IncomingEventInput["event"]> = {}) =>
  projects().ingest(
    {
      source: "GENERIC",
      deliveryId: `delivery-${(made += 1)}`,
      project,
      event: { kind: "PULL_REQUEST_MERGED", title: `Merged #${made}: Something`, ...event },
      verification: { scheme: "NONE" },
    },
    someone,
  );

const flush = async (): Promise<string> => {
  const [sealed] = await projects().flush(project, someone);
  if (sealed === undefined) throw new Error("nothing waited");
  return sealed.batchId;
};

const batchNow = async (batchId: string): Promise<Batch> => {
  const [batch] = await server.opsledger.ledger.projectViews.getBatches([batchId]);
  if (batch === undefined) throw new Error(`no batch ${batchId}`);
  return batch;
};

/** The batch as soon as it is as the test wants it. */
const batchOnce = async (batchId: string, isWanted: (batch: Batch) => boolean): Promise<Batch> => {
  await until(async () => isWanted(await batchNow(batchId)), patience);
  return batchNow(batchId);
};

const isAbout = (batchId: string) => (message: SlackMessage) => message.metadata?.event_payload["batch_id"] === batchId;

describe("a batch", () => {
  it("is in Slack soon after it is sealed, with a button that opens it", async () => {
    await receive({ url: "https://github.com/redline/inventory-api/pull/1" });
    const batchId = await flush();
    const message = await slack.message(isAbout(batchId));
    expect(message.channel).toBe(general.id);
    expect(shownTexts(message.blocks)).toContain("View batch");
    const view = shownUrls(message.blocks).find((url) => url.startsWith("https://ops.example.com/graphql?query="));
    const { data, errors } = await queryOf(view);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ batch: { batchId, project: { name: project }, eventCount: 1 } });
    const batch = await batchOnce(batchId, ({ status }) => status === "POSTED");
    expect(batch.post).toMatchObject({ channel: general.id, messageId: message.ts, attempts: 1, found: false });
  });

  it("is found, and not posted again, where Slack took it and its answer was lost", async () => {
    slack.fail((method, call) => (method === "chat.postMessage" && call === 1 ? { kind: "drop after" } : undefined));
    await receive();
    const batchId = await flush();
    const batch = await batchOnce(batchId, ({ status }) => status === "POSTED");
    expect(batch.post).toMatchObject({ found: true, attempts: 2, messageId: slack.messages[0]?.ts });
    expect(slack.messages).toHaveLength(1);
  });

  it("is posted by the server that comes up after one was stopped while Slack was down", async () => {
    slack.fail(() => ({ kind: "http", status: 503 }));
    await receive();
    const batchId = await flush();
    await batchOnce(batchId, ({ status }) => status === "POST_FAILED");
    await server.restart();
    slack.fail(undefined);
    await batchOnce(batchId, ({ status }) => status === "POSTED");
    expect(slack.messages.filter(isAbout(batchId))).toHaveLength(1);
  });

  it("shows the summary that somebody asked for by its button", async () => {
    await receive();
    const batchId = await flush();
    await batchOnce(batchId, ({ status }) => status === "POSTED");
    const response = await fetch(new URL("/webhooks/slack/interactions", server.opsledger.http.url), {
      method: "POST",
      ...signedBySlack(slackSecret, pressOf({ ...aPress({ batchId }), response_url: undefined })),
    });
    expect(response.status).toBe(200);
    const batch = await batchOnce(batchId, ({ post }) => post.revision === 2);
    expect(batch.status).toBe("POSTED");
    expect(slack.messages.filter(isAbout(batchId))).toMatchObject([{ edits: 1 }]);
  });
});

describe("a critical event", () => {
  it("is told at once, before its batch, which does not tell it again", async () => {
    await receive({ title: "Merged #1: Add inventory tracking" });
    const told = await receive({
      kind: "DEPLOYMENT_FAILED",
      importance: "CRITICAL",
      title: "Deployment to production failed",
    });
    await slack.message(({ metadata }) => metadata?.event_payload["project_event_id"] === told.projectEventId);
    await eventOnce(told.projectEventId);
    const batchId = await flush();
    const message = await slack.message(isAbout(batchId));
    expect(slack.messages.map(({ metadata }) => metadata?.event_type)).toEqual(["opsledger_event", "opsledger_batch"]);
    const texts = shownTexts(message.blocks).join("\n");
    expect(texts).not.toContain("Deployment to production failed");
    expect(texts).toContain("1 told of before");
  });
});

describe("a channel that is slow, or does not answer", () => {
  const other: SlackChannel = { id: "C0000000002", name: "other" };
  const receiveIn = async (of: string) => {
    made += 1;
    const { projectEventId } = await projects().ingest(
      {
        source: "GENERIC",
        deliveryId: `delivery-${made}`,
        project: of,
        event: { kind: "NOTE", title: `Note ${made}` },
        verification: { scheme: "NONE" },
      },
      someone,
    );
    return projectEventId;
  };

  beforeEach(async () => {
    await projects().setSettings(project, { notifications: "ALL" }, someone);
    await projects().setSettings("calm", { notifications: "ALL" }, someone);
  });

  it("that hangs holds up no project of another place", async () => {
    slack.fail((method) => (method === "chat.postMessage" ? { kind: "silence" } : undefined));
    for (let events = 0; events < 9; events += 1) await receiveIn(project);
    await slack.until(() => slack.calls.some(({ method }) => method === "chat.postMessage"));
    const began = performance.now();
    await eventOnce(await receiveIn("calm"));
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it("that has ten events to be told delays no other channel, and gets all of them", async () => {
    await slack.close();
    await server.close();
    slack = await startSlackServer({ channels: [general, other] });
    server = await startTestOpsledger({ NOTIFIER: "slack", SLACK_BOT_TOKEN: slack.token, SLACK_API_URL: slack.url });
    await projects().setSettings(project, { channel: general.id, notifications: "ALL", policy: slowly }, someone);
    await projects().setSettings("calm", { channel: other.id, notifications: "ALL" }, someone);
    for (let events = 0; events < 10; events += 1) await receiveIn(project);
    await receiveIn("calm");
    await slack.message(({ channel }) => channel === other.id);
    expect(slack.messages.filter(({ channel }) => channel === general.id).length).toBeLessThan(5);
    await until(() => slack.messages.filter(({ channel }) => channel === general.id).length === 10, patience);
  });
});

/** Asks the server what a link of a message asks. */
async function queryOf(link: string | undefined) {
  const query = new URL(link ?? "https://ops.example.com/").searchParams.get("query");
  const response = await fetch(server.opsledger.http.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { readonly data?: unknown; readonly errors?: unknown };
}

/** Waits until it is recorded that the event was told. */
async function eventOnce(projectEventId: string): Promise<void> {
  const { projectViews } = server.opsledger.ledger;
  await until(async () => {
    const [event] = await projectViews.getProjectEvents([projectEventId]);
    return event?.notifiedAt !== undefined;
  }, patience);
}
