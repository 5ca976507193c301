/** Project activity: webhooks, bulk ingest against bare writes, and the way from the tenth event to a posted batch. */
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { prefixed } from "../src/store/tables.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { median, paired, percentile, rate } from "./measure.js";
import type { ServerProcess } from "./serverProcess.js";

/** What the server must be started with. */
export const webhookSecret = "a-secret-of-the-benchmark";

const milliseconds = 3_000;
const rounds = 5;
const bulk = 100;
/** Events that one transaction of the service holds. */
const chunk = 45;

export async function measureProjects(server: ServerProcess, client: HttpClient): Promise<Row[]> {
  // In this order: what is ingested in bulk is batched behind the measurement, and would stand in the way of the others.
  return [
    await measureTenthToPosted(server, client),
    await measureBacklog(client),
    await measureWebhooks(server),
    await measureBulk(server, client),
  ];
}

async function measureWebhooks(server: ServerProcess): Promise<Row> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const url = new URL("/webhooks/github", server.url);
  let number = 0;
  const latencies: number[] = [];
  const deliver = async () => {
    number += 1;
    const body = JSON.stringify(pullRequest(number));
    const began = performance.now();
    await postSigned(agent, url, body);
    latencies.push(performance.now() - began);
  };
  await rate(32, 1_500, deliver);
  latencies.length = 0;
  const perSecond = await rate(32, 3 * milliseconds, deliver);
  agent.destroy();
  return {
    what: "webhook deliveries accepted per second (GitHub, signed), 32 at a time",
    value: perSecond.toFixed(0),
    compared: `p50 ${median(latencies).toFixed(0)} ms, p99 ${percentile(latencies, 0.99).toFixed(0)} ms over ${latencies.length} deliveries`,
  };
}

function postSigned(agent: Agent, url: URL, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "x-github-event": "pull_request",
          "x-github-delivery": randomUUID(),
          "x-hub-signature-256": `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`,
        },
      },
      (response) => {
        response.resume();
        response.on("end", () =>
          response.statusCode === 202 ? resolve() : reject(new Error(`a delivery was answered ${response.statusCode}`)),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The parts of GitHub's payload that are read, for one of a hundred repositories. */
function pullRequest(number: number) {
  const repository = `bench/repository-${number % 100}`;
  return {
    action: "opened",
    number,
    pull_request: {
      number,
      title: "Keep the button where it is",
      html_url: `https://github.com/${repository}/pull/${number}`,
      user: { login: "dana" },
      merged: false,
      created_at: "2026-01-15T10:30:00Z",
      updated_at: "2026-01-15T10:30:00Z",
      labels: [],
      base: { ref: "main" },
      head: { ref: "fix", sha: "0123456789abcdef0123456789abcdef01234567" },
    },
    repository: { full_name: repository, html_url: `https://github.com/${repository}`, default_branch: "main" },
    sender: { login: "dana", html_url: "https://github.com/dana" },
  };
}

const ingestMany = `mutation ($input: IngestProjectEventsInput!) {
  ingestProjectEvents(input: $input) { errors { message } results { errors { message } } } }`;

async function measureBulk(server: ServerProcess, client: HttpClient): Promise<Row> {
  const ingest = async (line: number) => {
    const events = Array.from({ length: bulk }, () => ({
      deliveryId: randomUUID(),
      project: `bulk-${line}`,
      title: "Keep the button where it is",
      kind: "PULL_REQUEST_OPENED",
    }));
    const { ingestProjectEvents: answer } = await client.post<{
      ingestProjectEvents: { errors: unknown[]; results: { errors: unknown[] }[] };
    }>(ingestMany, { input: { events } });
    if (answer.errors.length > 0 || answer.results.some(({ errors }) => errors.length > 0))
      throw new Error(JSON.stringify(answer));
  };
  await ingest(0);
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  const bare = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("bare-") });
  await ensureTables(bare);
  const items = await newestOf(db, "bulk-0");
  let sequence = 0;
  const raw = async (line: number) => {
    for (let from = 0; from < bulk; from += chunk) {
      const TransactItems = Array.from({ length: Math.min(chunk, bulk - from) }, () => {
        sequence += 1;
        const streamId = `ProjectEvent-${line}-${sequence}`;
        return [
          {
            Put: {
              TableName: "bare-domain-events",
              Item: { ...items.commit, streamId },
              ConditionExpression: "attribute_not_exists(streamId)",
            },
          },
          {
            Put: {
              TableName: "bare-ProjectEvents",
              Item: { ...items.row, project: `raw-${line}`, eventTime: sequence },
              ConditionExpression: "attribute_not_exists(eventTime)",
            },
          },
        ];
      }).flat();
      await bare.client.send(new TransactWriteCommand({ TransactItems }));
    }
  };
  const lines = 4;
  await rate(lines, 1_000, raw);
  const result = await paired(
    rounds,
    () => rate(lines, milliseconds, ingest),
    () => rate(lines, milliseconds, raw),
  );
  db.close();
  bare.close();
  return {
    what: `events per second ingested ${bulk} at a time, against TransactWriteItems of the same items`,
    value: result.ratio.toFixed(2),
    compared: `${(result.ours * bulk).toFixed(0)} against ${(result.theirs * bulk).toFixed(0)} per second`,
  };
}

/** The row and the commit of an event that has just been ingested. */
async function newestOf(db: ReturnType<typeof createDynamoDb>, project: string) {
  const newest = async (TableName: string, key: string, value: string) => {
    const { Items } = await db.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "#key = :key",
        ExpressionAttributeNames: { "#key": key },
        ExpressionAttributeValues: { ":key": value },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items?.[0] ?? {};
  };
  const row = await newest("ProjectEvents", "project", project);
  return { row, commit: await newest("domain-events", "streamId", `ProjectEvent-${String(row["eventId"])}`) };
}

const ingestOne = `mutation ($input: IngestProjectEventInput!) {
  ingestProjectEvent(input: $input) { errors { message } projectEvent { receivedAt } } }`;
const followBatches = `subscription { batchChanged { change batch { project { name } post { postedAt } } } }`;

/** Ten batches of ten, by the deterministic summarizer and the console notifier. */
async function measureTenthToPosted(server: ServerProcess, client: HttpClient): Promise<Row> {
  const postedAt = new Map<string, number>();
  let heard = 0;
  const socket = createClient({ url: server.webSocketUrl, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 });
  socket.subscribe<{
    batchChanged: { change: string; batch: { project: { name: string }; post: { postedAt: string | null } } };
  }>(
    { query: followBatches },
    {
      next: ({ data }) => {
        heard += 1;
        const { change, batch } = data?.batchChanged ?? {};
        if (change === "POSTED" && batch?.post.postedAt != null)
          postedAt.set(batch.project.name, Date.parse(batch.post.postedAt));
      },
      error: (error) => console.error(error),
      complete: () => undefined,
    },
  );
  const ingest = async (project: string) => {
    const { ingestProjectEvent: answer } = await client.post<{
      ingestProjectEvent: { errors: unknown[]; projectEvent: { receivedAt: string } };
    }>(ingestOne, { input: { project, title: "Keep the button where it is" } });
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return Date.parse(answer.projectEvent.receivedAt);
  };
  const fill = async (project: string) => {
    for (let index = 0; index < 9; index += 1) await ingest(project);
    return ingest(project);
  };
  const until = async (condition: () => boolean) => {
    const deadline = performance.now() + 60_000;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error("a batch is not posted");
      await wait(10);
    }
  };
  // A subscription is open once it delivers.
  for (let warm = 0; heard === 0; warm += 1) {
    await fill(`warm-${warm}`);
    await wait(1_000);
    if (warm > 30) throw new Error("nothing is heard of batches");
  }
  const took: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const project = `tenth-${round}`;
    const tenth = await fill(project);
    await until(() => postedAt.has(project));
    took.push((postedAt.get(project) ?? 0) - tenth);
  }
  await socket.dispose();
  return {
    what: "from the receipt of a batch's tenth event to POSTED (deterministic summary, console)",
    value: `${median(took).toFixed(0)} ms median`,
    compared: `worst ${percentile(took, 1).toFixed(0)} ms of ${took.length} batches`,
  };
}

const backlogEvents = 5_000;
const backlogProjects = 50;
const listPosted = `query ($after: String, $project: String) {
  batches(first: 100, after: $after, filter: { status: [POSTED], project: $project }) {
    nodes { project { name } eventCount } pageInfo { hasNextPage endCursor } } }`;

/** Many events of many projects at once: how fast they come into batches, and how long another project's ten wait then. */
async function measureBacklog(client: HttpClient): Promise<Row> {
  const ingest = async (project: string, count: number) => {
    const events = Array.from({ length: count }, () => ({
      deliveryId: randomUUID(),
      project,
      title: "Keep the button",
    }));
    const { ingestProjectEvents: answer } = await client.post<{ ingestProjectEvents: { errors: unknown[] } }>(
      ingestMany,
      { input: { events } },
    );
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  };
  const began = performance.now();
  const each = backlogEvents / backlogProjects;
  for (let index = 0; index < backlogProjects; index += 1) await ingest(`backlog-${index}`, each);
  const ingested = performance.now();
  await ingest("backlog-other", 10);
  const otherBegan = performance.now();
  const untilPosted = async (count: number, everyMilliseconds: number, project?: string) => {
    for (let posted = 0; posted < count; posted = await postedEvents(client, project)) {
      if (performance.now() - began > 240_000) throw new Error(`only ${posted} of ${count} events are posted`);
      await wait(everyMilliseconds);
    }
    return performance.now();
  };
  const other = (await untilPosted(10, 50, "backlog-other")) - otherBegan;
  const seconds = ((await untilPosted(backlogEvents, 500)) - began) / 1_000;
  return {
    what: `events per second from ingest to POSTED, ${backlogEvents} over ${backlogProjects} projects at once`,
    value: (backlogEvents / seconds).toFixed(0),
    compared: `ingested in ${((ingested - began) / 1_000).toFixed(1)} s; ten of one more project posted in ${(other / 1_000).toFixed(1)} s`,
  };
}

/** How many events of the backlog are in posted batches. */
async function postedEvents(client: HttpClient, project?: string): Promise<number> {
  let count = 0;
  for (let after: string | null = null, isMore = true; isMore;) {
    const { batches }: PostedPage = await client.post<PostedPage>(listPosted, { after, project });
    for (const batch of batches.nodes) if (batch.project.name.startsWith("backlog-")) count += batch.eventCount;
    ({ endCursor: after, hasNextPage: isMore } = batches.pageInfo);
  }
  return count;
}

interface PostedPage {
  readonly batches: {
    readonly nodes: readonly { readonly project: { readonly name: string }; readonly eventCount: number }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
