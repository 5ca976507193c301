/** Research requests: submissions and whole lives per second, claims from a long queue, what a heartbeat costs, and who hears of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { parseConfig } from "../src/config/config.js";
import { createLogger } from "../src/observability/logger.js";
import { startOpsledger } from "../src/server/composition.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb, SentRequest } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { prefixed } from "../src/store/tables.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import { createSender } from "./ledgerData.js";
import type { Row } from "./main.js";
import { paired, percentile, rate } from "./measure.js";
import { startServerProcess } from "./serverProcess.js";
import type { ServerProcess } from "./serverProcess.js";

const milliseconds = 1_500;
const rounds = 3;
const lines = 16;

export interface ResearchScale {
  /** Requests that wait while claims are timed: 1 means 100,000. */
  readonly scale: number;
}

/** No worker but the benchmark's own. */
const environment = { RESEARCH_WORKER: "off" };

export async function measureResearch({ scale }: ResearchScale, show: (rows: readonly Row[]) => void): Promise<void> {
  const server = await startServerProcess(environment);
  const client = createHttpClient(server.url);
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  try {
    show(await measureClaims(db, client, Math.round(100_000 * scale)));
    show([...(await measureFollowers(server, client, 1)), ...(await measureFollowers(server, client, 100))]);
    show([await measureSubmissions(server, db, client)]);
    show([await measureLives(client)]);
  } finally {
    db.close();
    client.close();
    await server.close();
  }
  show(await measureCost());
}

// #region operations

interface Errors {
  readonly errors: readonly { readonly message: string }[];
}

type Outcome = Readonly<Record<string, Errors>>;

async function say<Data extends Outcome>(
  client: HttpClient,
  mutation: string,
  input: object,
  fields = "",
): Promise<Data> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} errors { message } } }`;
  const data = await client.post<Data>(query, { input });
  const errors = data[mutation]?.errors ?? [];
  if (errors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
  return data;
}

/** The seed's request; what it would read is of a domain that is kept for examples. */
const request = {
  projectId: "bench",
  requestType: "semaglutide_intelligence",
  priority: "HIGH",
  config: {
    keywords: ["semaglutide", "tirzepatide", "wegovy", "obesity drug", "weight loss medication"],
    sources: ["FDA", "NIH", "ClinicalTrials.gov"].map((name) => ({
      name,
      baseUrl: `https://${name.toLowerCase().replace(".", "-")}.example`,
      sourceType: "GOVERNMENT",
    })),
  },
};

async function submit(client: HttpClient, more: object = {}): Promise<string> {
  const { submitRequest } = await say<{ submitRequest: Errors & { request: { requestId: string } } }>(
    client,
    "submitRequest",
    { ...request, ...more },
    "request { requestId }",
  );
  return submitRequest.request.requestId;
}

interface Lease {
  readonly requestId: string;
  readonly leaseToken: number;
}

async function claim(client: HttpClient, more: object = {}): Promise<readonly Lease[]> {
  const { claimRequests } = await say<{
    claimRequests: Errors & { claimed: readonly { leaseToken: number; request: { requestId: string } }[] };
  }>(
    client,
    "claimRequests",
    { workerId: "bench", leaseSeconds: 600, ...more },
    "claimed { leaseToken request { requestId } }",
  );
  return claimRequests.claimed.map(({ leaseToken, request: { requestId } }) => ({ leaseToken, requestId }));
}

async function claimOne(client: HttpClient, more: object = {}): Promise<Lease> {
  const [lease] = await claim(client, more);
  if (lease === undefined) throw new Error("there is nothing to claim");
  return lease;
}

const items = Array.from({ length: 10 }, (_, index) => ({
  itemId: `item-${index}`,
  url: "https://fda.example/page",
  title: "A page",
  source: "FDA",
  sourceType: "GOVERNMENT",
  text: "Semaglutide is a GLP-1 receptor agonist. ".repeat(10),
  score: 0.9,
  matchedKeywords: ["semaglutide"],
}));

const results = { executiveSummary: "Ten items.", urlsDiscovered: 10, contentExtracted: 10, apiCalls: 12 };

const progress = (contentExtracted: number) => ({ stage: "content_extraction", percentage: 50, contentExtracted });

// #endregion

// #region queue

const timed = 60;

/** The same claims while few and while many wait behind them. What waits is a row of its own in the index; nobody ever claims it. */
async function measureClaims(db: DynamoDb, client: HttpClient, waiting: number): Promise<Row[]> {
  const batches = 10;
  for (let count = 2 * (timed + batches * 10); count > 0; count -= lines)
    await Promise.all(Array.from({ length: Math.min(lines, count) }, () => submit(client)));
  const model = await submit(client, { priority: "LOW" });
  const few = await timeClaims(client, batches);
  await fillQueue(db, model, waiting);
  const many = await timeClaims(client, batches);
  const row = (what: string, ours: readonly number[], before: readonly number[]): Row => ({
    what: `${what} while ${waiting} requests wait`,
    value: `p50 ${percentile(ours, 0.5).toFixed(0)} ms, p99 ${percentile(ours, 0.99).toFixed(0)} ms`,
    compared: `with hardly any: p50 ${percentile(before, 0.5).toFixed(0)} ms, p99 ${percentile(before, 0.99).toFixed(0)} ms`,
  });
  return [row("claim of one", many.single, few.single), row("claim of ten at once", many.ten, few.ten)];
}

async function timeClaims(client: HttpClient, batches: number) {
  const time = async (times: number, max: number) => {
    const took: number[] = [];
    for (let round = 0; round < times; round += 1) {
      const began = performance.now();
      const claimed = await claim(client, { max });
      took.push(performance.now() - began);
      if (claimed.length !== max) throw new Error(`${claimed.length} of ${max} were claimed`);
    }
    return took;
  };
  return { single: await time(timed, 1), ten: await time(batches, 10) };
}

/** Copies of the row of one that waits, with later ranks. */
async function fillQueue(db: DynamoDb, model: string, count: number): Promise<void> {
  const TableName = db.tableName("market_intelligence_runs");
  const { Item } = await db.client.send(
    new GetCommand({ TableName, Key: { request_id: model }, ConsistentRead: true }),
  );
  if (Item === undefined) throw new Error("the model has no row");
  const send = createSender(db);
  for (let number = 1; number <= count; number += 1)
    await send({
      Put: {
        TableName,
        Item: { ...Item, request_id: `${model}-${number}`, claim_rank: Number(Item["claim_rank"]) + number },
      },
    });
  await send.rest();
}

// #endregion

// #region rates

/** Against the items that a submission comes to: commit, request, run and log entry. */
async function measureSubmissions(server: ServerProcess, db: DynamoDb, client: HttpClient): Promise<Row> {
  const bare = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("bare-") });
  await ensureTables(bare);
  const written = await itemsOf(db, await submit(client));
  let sequence = 0;
  const raw = async () => {
    sequence += 1;
    const TransactItems = written.map(({ table, key, item }) => ({
      Put: {
        TableName: bare.tableName(table),
        Item: { ...item, [key]: `${String(item[key])}-${sequence}` },
        ConditionExpression: "attribute_not_exists(#key)",
        ExpressionAttributeNames: { "#key": key },
      },
    }));
    await bare.client.send(new TransactWriteCommand({ TransactItems }));
  };
  const ours = async () => void (await submit(client));
  for (const work of [ours, raw]) await rate(lines, 1_000, work);
  const result = await paired(
    rounds,
    () => rate(lines, milliseconds, ours),
    () => rate(lines, milliseconds, raw),
  );
  bare.close();
  return {
    what: `submissions per second, ${lines} at a time, against TransactWriteItems of the same four items`,
    value: result.ratio.toFixed(2),
    compared: `${result.ours.toFixed(0)} against ${result.theirs.toFixed(0)} per second`,
  };
}

/** What a submission has written. `key`: what makes copies of an item different. */
async function itemsOf(db: DynamoDb, requestId: string) {
  const first = async (TableName: string, key: string, value: string, IndexName?: string) => {
    const { Items } = await db.client.send(
      new QueryCommand({
        TableName,
        ...(IndexName === undefined ? {} : { IndexName }),
        KeyConditionExpression: "#key = :key",
        ExpressionAttributeNames: { "#key": key },
        ExpressionAttributeValues: { ":key": value },
        Limit: 1,
      }),
    );
    const [item] = Items ?? [];
    if (item === undefined) throw new Error(`${TableName} has nothing of ${value}`);
    return item;
  };
  const events = "domain-events";
  const requests = "market_intelligence_requests";
  const runs = "market_intelligence_runs";
  const logs = "request_processing_logs";
  return [
    { table: events, key: "streamId", item: await first(events, "streamId", `ResearchRequest-${requestId}`) },
    { table: requests, key: "request_id", item: await first(requests, "request_id", requestId) },
    { table: runs, key: "request_id", item: await first(runs, "request_id", requestId) },
    { table: logs, key: "log_id", item: await first(logs, "request_id", requestId, "request-logs-index") },
  ] as const;
}

/** Requests of a type of their own, so that nothing else is claimed; each is submitted, claimed, started, done. */
async function measureLives(client: HttpClient): Promise<Row> {
  const requestType = "whole_lives";
  const life = async () => {
    await submit(client, { requestType });
    const lease = await claimOne(client, { types: [requestType], waitSeconds: 5 });
    await say(client, "startRequest", lease);
    await say(client, "heartbeatRequest", { ...lease, progress: progress(5) });
    await say(client, "addRequestItems", { ...lease, part: 1, items });
    await say(client, "completeRequest", { ...lease, results });
  };
  await rate(lines, 1_000, life);
  const perSecond = await rate(lines, 3 * milliseconds, life);
  return {
    what: `requests per second from submission to COMPLETED, ${lines} at a time (submit, claim, start, heartbeat, ten items, complete)`,
    value: perSecond.toFixed(1),
    compared: `${(perSecond * 6).toFixed(0)} mutations per second`,
  };
}

// #endregion

// #region followers

const beats = 40;

/** From the recording of a heartbeat to those who follow the request over WebSocket, a socket each. */
async function measureFollowers(server: ServerProcess, client: HttpClient, followers: number): Promise<Row[]> {
  const id = await submit(client);
  const lease = await claimOne(client, { requestIds: [id] });
  await say(client, "startRequest", lease);
  const latencies: number[] = [];
  const heard = new Set<number>();
  let measuredFrom = Number.POSITIVE_INFINITY;
  const query = "subscription ($id: ID!) { requestProgress(id: $id) { change recordedAt position } }";
  const sockets = Array.from({ length: followers }, (_, follower) => {
    const socket = createClient({ url: server.webSocketUrl, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 });
    socket.subscribe<{ requestProgress: { recordedAt: string } }>(
      { query, variables: { id } },
      {
        next: ({ data }) => {
          heard.add(follower);
          const recordedAt = Date.parse(data?.requestProgress.recordedAt ?? "");
          if (recordedAt >= measuredFrom) latencies.push(performance.timeOrigin + performance.now() - recordedAt);
        },
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
    return socket;
  });
  let extracted = 0;
  const beat = () => say(client, "heartbeatRequest", { ...lease, progress: progress((extracted += 1)) });
  const deadline = performance.now() + 30_000;
  // A subscription is open once it delivers.
  while (heard.size < followers) {
    if (performance.now() > deadline) throw new Error(`only ${heard.size} of ${followers} followers are there`);
    await beat();
    await wait(300);
  }
  measuredFrom = Date.now();
  for (let index = 0; index < beats; index += 1) {
    await beat();
    await wait(50);
  }
  const end = performance.now() + 20_000;
  while (latencies.length < beats * followers && performance.now() < end) await wait(20);
  for (const socket of sockets) await socket.dispose();
  const missing = beats * followers - latencies.length;
  if (missing > 0) throw new Error(`${missing} of ${beats * followers} messages are missing`);
  return [
    {
      what: `heartbeat to follower of requestProgress, ${followers} followers`,
      value: `p50 ${percentile(latencies, 0.5).toFixed(0)} ms, p99 ${percentile(latencies, 0.99).toFixed(0)} ms`,
      compared: `${latencies.length} messages, worst ${percentile(latencies, 1).toFixed(0)} ms`,
    },
  ];
}

// #endregion

// #region cost

/** Configuration and notes of a request as large as they may come to be in practice. */
const large = {
  config: {
    keywords: Array.from({ length: 100 }, (_, index) => `keyword number ${index} of a hundred`),
    sources: Array.from({ length: 20 }, (_, index) => ({
      name: `Source ${index}`,
      baseUrl: `https://source-${index}.example/where/to/begin`,
      sourceType: "NEWS",
    })),
  },
};

/** Requests and units of a heartbeat, as the engine counts them, against an update of the seed's row with its four indexes. */
async function measureCost(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-cost-"));
  const sent: SentRequest[] = [];
  const opsledger = await startOpsledger({
    config: parseConfig({ PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn", ...environment }),
    logger: createLogger({ level: "warn" }),
    onRequest: (one) => sent.push(one),
    returnCapacity: true,
  });
  const client = createHttpClient(opsledger.http.url);
  const address = { endpoint: opsledger.engine.endpoint, region: opsledger.engine.region };
  const db = createDynamoDb({ ...address, tableName: prefixed("") });
  const bare = createDynamoDb({ ...address, tableName: prefixed("bare-") });
  await ensureTables(bare);
  const counted = async (work: () => Promise<unknown>) => {
    sent.length = 0;
    await work();
    const units = sent.flatMap(({ consumed }) => consumed).reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
    return { requests: sent.length, units, operations: sent.map(({ operation }) => operation).join(" + ") || "none" };
  };
  const ofSize = async (what: string, more: object, notes: number): Promise<Row[]> => {
    const id = await submit(client, more);
    const lease = await claimOne(client, { requestIds: [id] });
    await say(client, "startRequest", lease);
    if (notes > 0) await say(client, "appendRequestLogs", { ...lease, entries: warnings(notes) });
    await say(client, "heartbeatRequest", { ...lease, progress: progress(1) });
    const ours = await counted(() => say(client, "heartbeatRequest", { ...lease, progress: progress(2) }));
    const seed = await updateOfSeed(db, bare, id);
    const silent = await counted(() => say(client, "heartbeatRequest", lease));
    return [
      {
        what: `units of a heartbeat with progress, ${what}, against one UpdateItem of the seed's row`,
        value: (ours.units / seed.units).toFixed(2),
        compared: `${ours.units} (${ours.operations}, with its event in the log) against ${seed.units} (UpdateItem of ${seed.kilobytes} KB, four indexes, no log)`,
      },
      {
        what: `requests for a heartbeat that says nothing new, ${what}`,
        value: `${silent.requests}`,
        compared: `${silent.operations}, ${silent.units} units`,
      },
    ];
  };
  try {
    return [
      ...(await ofSize("the seed's request", {}, 0)),
      ...(await ofSize("a hundred keywords, 20 sources, 50 warnings", large, 50)),
    ];
  } finally {
    db.close();
    bare.close();
    client.close();
    await opsledger.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const warnings = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    level: "WARNING",
    message: `https://source-${index % 20}.example/where/to/begin/page/${index} answered 503 Service Unavailable`,
  }));

/** What the seed's own way costs: progress in the row that four indexes carry. Nothing else, so that it is the least that it can cost. */
async function updateOfSeed(db: DynamoDb, bare: DynamoDb, requestId: string) {
  const Key = { request_id: requestId };
  const table = "market_intelligence_requests";
  const { Item = {} } = await db.client.send(
    new GetCommand({ TableName: db.tableName(table), Key, ConsistentRead: true }),
  );
  // What only the ledger keeps in its row is none of the seed's.
  const { detail: _, seal: __, ...item } = Item;
  const TableName = bare.tableName(table);
  await bare.client.send(new PutCommand({ TableName, Item: item }));
  const { ConsumedCapacity } = await bare.client.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: "SET #progress.#extracted = :count, updated_at = :now",
      ExpressionAttributeNames: { "#progress": "progress", "#extracted": "content_extracted" },
      ExpressionAttributeValues: { ":count": 2, ":now": new Date().toISOString() },
      ReturnConsumedCapacity: "INDEXES",
    }),
  );
  const units = ConsumedCapacity?.CapacityUnits ?? Number.NaN;
  return { units, kilobytes: (JSON.stringify(item).length / 1_024).toFixed(1) };
}

// #endregion
