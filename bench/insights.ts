/** Metrics: facts per second, the cost of one more fact, the sweep of what decays, and the page of the lowest health scores. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { GetCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { parseConfig } from "../src/config/config.js";
import { createLogger } from "../src/observability/logger.js";
import { startOpsledger } from "../src/server/composition.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb, SentRequest } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { decayShards } from "../src/store/readModels/insights/keys.js";
import { prefixed } from "../src/store/tables.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import { createSender } from "./ledgerData.js";
import type { Row } from "./main.js";
import { median, paired, percentile, rate } from "./measure.js";
import { startServerProcess } from "./serverProcess.js";
import type { ServerProcess } from "./serverProcess.js";

const milliseconds = 3_000;
const rounds = 5;
const bulk = 100;
const second = 1_000;
const day = 86_400 * second;

export interface InsightsScale {
  /** Entities of the sweep and the page, and facts of the entity with many: 1 means 100,000 of both. */
  readonly scale: number;
}

/** Each part on a server of its own, so that none stands in the way of the next. */
export async function measureInsights({ scale }: InsightsScale, show: (rows: readonly Row[]) => void): Promise<void> {
  await onServer(async (server, client) => {
    show([await measureSingle(client, 1), await measureSingle(client, 32)]);
    show([await measureBulk(server, client)]);
  });
  show(await measureCost(Math.round(100_000 * scale)));
  await onServer(async (server, client) => show(await measureMany(server, client, Math.round(100_000 * scale))));
}

async function onServer(measure: (server: ServerProcess, client: HttpClient) => Promise<void>): Promise<void> {
  const server = await startServerProcess();
  const client = createHttpClient(server.url);
  try {
    await measure(server, client);
  } finally {
    client.close();
    await server.close();
  }
}

// #region facts

const recordOne = `mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) { errors { message } } }`;
const recordMany = `mutation ($input: RecordActivitiesInput!) {
  recordActivities(input: $input) { errors { message } results { errors { message } } } }`;

interface Errors {
  readonly errors: readonly { readonly message: string }[];
}

async function record(client: HttpClient, fact: object): Promise<void> {
  const { recordActivity } = await client.post<{ recordActivity: Errors }>(recordOne, { input: fact });
  requireNone(recordActivity.errors);
}

async function recordAll(client: HttpClient, activities: readonly object[]): Promise<void> {
  const { recordActivities } = await client.post<{ recordActivities: Errors & { results: readonly Errors[] } }>(
    recordMany,
    { input: { activities } },
  );
  requireNone([...recordActivities.errors, ...recordActivities.results.flatMap(({ errors }) => errors)]);
}

function requireNone(errors: Errors["errors"]): void {
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

const factOf = (number: number) => ({ entityId: `stu_${number}`, kind: "session", dedupeId: randomUUID() });

async function measureSingle(client: HttpClient, lines: number): Promise<Row> {
  let number = 0;
  const one = () => record(client, factOf((number += 1) % 1_000));
  await rate(lines, 1_000, one);
  return {
    what: `facts per second, one to a request, of a thousand students, ${lines} at a time`,
    value: (await rate(lines, milliseconds, one)).toFixed(0),
  };
}

type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** Facts of hundred students in each request, against the items that they come to: commit, entity, tally, fact. */
async function measureBulk(server: ServerProcess, client: HttpClient): Promise<Row> {
  const lines = 4;
  let from = 0;
  const ours = () => {
    from += bulk;
    return recordAll(
      client,
      Array.from({ length: bulk }, (_, index) => factOf((from + index) % 2_000)),
    );
  };
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  const bare = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("bare-") });
  await ensureTables(bare);
  await rate(lines, 1_000, ours);
  const items = await itemsOfFact(db);
  let sequence = 0;
  const raw = async () => {
    const writes = Array.from({ length: bulk }, () => {
      sequence += 1;
      return items.map(({ table, item, key }): Write => ({
        Put: { TableName: bare.tableName(table), Item: { ...item, [key]: `${String(item[key])}-${sequence}` } },
      }));
    }).flat();
    for (let at = 0; at < writes.length; at += 100)
      await bare.client.send(new TransactWriteCommand({ TransactItems: writes.slice(at, at + 100) }));
  };
  await rate(lines, 1_000, raw);
  const result = await paired(
    rounds,
    () => rate(lines, milliseconds, ours),
    () => rate(lines, milliseconds, raw),
  );
  db.close();
  bare.close();
  return {
    what: `facts per second, ${bulk} to a request, against TransactWriteItems of the same four items each`,
    value: result.ratio.toFixed(2),
    compared: `${(result.ours * bulk).toFixed(0)} against ${(result.theirs * bulk).toFixed(0)} per second`,
  };
}

/** What the newest fact of a student has written. `key`: what makes copies of an item different. */
async function itemsOfFact(db: DynamoDb) {
  const newest = async (TableName: string, key: string, value: string, IndexName?: string) => {
    const { Items } = await db.client.send(
      new QueryCommand({
        TableName,
        ...(IndexName === undefined ? {} : { IndexName }),
        KeyConditionExpression: "#key = :key",
        ExpressionAttributeNames: { "#key": key },
        ExpressionAttributeValues: { ":key": value },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items?.[0] ?? {};
  };
  return [
    {
      table: "domain-events",
      item: await newest("domain-events", "streamId", "Entity-student-stu_1"),
      key: "streamId",
    },
    {
      table: "iops-dashboard-metrics",
      item: await newest("iops-dashboard-metrics", "entity_id", "stu_1"),
      key: "entity_id",
    },
    {
      table: "iops-dashboard-tallies",
      item: await newest("iops-dashboard-tallies", "entity_key", "student-stu_1"),
      key: "entity_key",
    },
    {
      table: "iops-dashboard-activities",
      item: await newest("iops-dashboard-activities", "entity_key", "student-stu_1", "EntityIndex"),
      key: "activity_id",
    },
  ] as const;
}

// #endregion

// #region cost

/** One more fact for a student with ten, and for one with many over the last year; requests and units as the engine counts them. */
async function measureCost(many: number): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-cost-"));
  const sent: SentRequest[] = [];
  const config = parseConfig({ PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn" });
  const start = () =>
    startOpsledger({
      config,
      logger: createLogger({ level: "warn" }),
      onRequest: (request) => sent.push(request),
      returnCapacity: true,
    });
  let opsledger = await start();
  let client = createHttpClient(opsledger.http.url);
  const reopen = async () => {
    client.close();
    await opsledger.close();
    opsledger = await start();
    client = createHttpClient(opsledger.http.url);
  };
  const few = 10;
  const one = (entityId: string) => record(client, { entityId, kind: "session", dedupeId: randomUUID() });
  const counted = async (what: string, entityId: string): Promise<Row> => {
    sent.length = 0;
    await one(entityId);
    const units = sent
      .flatMap(({ consumed }) => consumed)
      .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    const operations = sent.map(({ operation }) => operation).join(" + ");
    return {
      what: `requests for a fact of ${what}`,
      value: `${sent.length}`,
      compared: `${operations}, ${units} units`,
    };
  };
  try {
    await fillEntity(client, "stu_few", few);
    await fillEntity(client, "stu_many", many);
    // A server that has only just started has nothing at hand; formulas and kinds are settings, and not part of the cost.
    await reopen();
    await one("stu_other");
    const rows: Row[] = [
      await counted(`a student with ${few} facts, cold`, "stu_few"),
      await counted(`a student with ${many} facts, cold`, "stu_many"),
      await counted(`a student with ${few} facts, warm`, "stu_few"),
      await counted(`a student with ${many} facts, warm`, "stu_many"),
    ];
    const { ratio, ours, theirs } = await paired(
      rounds,
      () => rate(1, 1_500, () => one("stu_few")),
      () => rate(1, 1_500, () => one("stu_many")),
    );
    return [
      ...rows,
      {
        what: `cost of a fact of a student with ${many} facts, against one with ${few}`,
        value: ratio.toFixed(2),
        compared: `${(1_000 / theirs).toFixed(1)} against ${(1_000 / ours).toFixed(1)} ms`,
      },
    ];
  } finally {
    client.close();
    await opsledger.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Facts of one student, spread over the last year up to yesterday. */
async function fillEntity(client: HttpClient, entityId: string, count: number): Promise<void> {
  const until = Date.now() - day;
  const occurredAt = (index: number) =>
    new Date(until - Math.round((365 * day * (count - index)) / count)).toISOString();
  for (let from = 0; from < count; from += bulk) {
    const facts = Array.from({ length: Math.min(bulk, count - from) }, (_, index) => ({
      entityId,
      kind: "session",
      occurredAt: occurredAt(from + index),
      dedupeId: randomUUID(),
    }));
    await recordAll(client, facts);
  }
}

// #endregion

// #region many

const dueShare = 0.01;
const lowest = `query ($after: String) { entities(filter: { type: "student" }, first: 50, after: $after) {
  nodes { entityId metrics { healthScore sessions7d ibCalls14d asOf } } pageInfo { hasNextPage endCursor } } }`;

/**
 * Of many students one in a hundred falls due at one moment: its session becomes seven days old. The others are copies of the row
 * of one whose next change is a week away; they have no facts of their own, which neither the sweep nor a page looks at.
 */
async function measureMany(server: ServerProcess, client: HttpClient, count: number): Promise<Row[]> {
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  try {
    await fillRows(db, client, count);
    const due = Math.round(count * dueShare);
    const sweep = await measureSweep(db, client, due);
    return [sweep, ...(await measurePages(client, count))];
  } finally {
    db.close();
  }
}

async function fillRows(db: DynamoDb, client: HttpClient, count: number): Promise<void> {
  await record(client, { entityId: "stu_model", kind: "session", dedupeId: randomUUID() });
  const TableName = db.tableName("iops-dashboard-metrics");
  const Key = { entity_id: "stu_model", entity_type: "student" };
  const { Item } = await db.client.send(new GetCommand({ TableName, Key }));
  if (Item === undefined) throw new Error("the model has no row");
  const send = createSender(db);
  for (let number = 0; number < count; number += 1)
    await send({
      Put: { TableName, Item: { ...Item, entity_id: `stu_copy${number}`, health_score: (number * 7_919) % 101 } },
    });
  await send.rest();
}

async function measureSweep(db: DynamoDb, client: HttpClient, due: number): Promise<Row> {
  // Enough time to record them, at a hundred a second.
  const at = Math.ceil(Date.now() / second) * second + 2_000 + due * 10;
  const occurredAt = new Date(at - 7 * day).toISOString();
  for (let from = 0; from < due; from += bulk)
    await recordAll(
      client,
      Array.from({ length: Math.min(bulk, due - from) }, (_, index) => ({ ...factOf(from + index), occurredAt })),
    );
  if (Date.now() > at) throw new Error(`${due} facts took so long that they are due`);
  await wait(at - Date.now());
  let first: number | undefined;
  for (let left = due; left > 0; left = await countDue(db, at)) {
    if (left < due) first ??= performance.now();
    if (Date.now() - at > 120_000) throw new Error(`${left} of ${due} students are still not measured`);
    await wait(20);
  }
  const took = Date.now() - at;
  const swept = first === undefined ? took : performance.now() - first;
  return {
    what: `all of ${due} students measured anew after their windows had changed, of a hundred times as many`,
    value: `${(took / second).toFixed(1)} s`,
    compared: `of which ${(swept / second).toFixed(1)} s of work, ${(due / (swept / second)).toFixed(0)} per second`,
  };
}

/** How many entities are due at the moment or before, over all shards. */
async function countDue(db: DynamoDb, at: number): Promise<number> {
  const counts = await Promise.all(
    decayShards.map(async (shard) => {
      const { Count = 0 } = await db.client.send(
        new QueryCommand({
          TableName: db.tableName("iops-dashboard-metrics"),
          IndexName: "DecayIndex",
          KeyConditionExpression: "decay_shard = :shard AND decay_at <= :at",
          ExpressionAttributeValues: { ":shard": shard, ":at": `${new Date(at).toISOString().slice(0, 19)}Z` },
          Select: "COUNT",
          Limit: 1_000,
        }),
      );
      return Count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function measurePages(client: HttpClient, count: number): Promise<Row[]> {
  const first: number[] = [];
  const later: number[] = [];
  const page = async (after: string | null, into: number[]) => {
    const began = performance.now();
    const { entities } = await client.post<{
      entities: { nodes: readonly unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    }>(lowest, { after });
    into.push(performance.now() - began);
    const { nodes, pageInfo } = entities;
    if (pageInfo.hasNextPage && nodes.length !== 50) throw new Error(`a page has ${nodes.length} students`);
    return pageInfo.hasNextPage ? pageInfo.endCursor : null;
  };
  for (let warm = 0; warm < 20; warm += 1) await page(null, []);
  for (let round = 0; round < 200; round += 1) await page(null, first);
  for (let round = 0, after: string | null = null; round < 200; round += 1) after = await page(after, later);
  const row = (what: string, took: readonly number[]): Row => ({
    what: `the 50 students with the lowest health score of ${count}, with metrics: ${what}`,
    value: `p50 ${median(took).toFixed(1)} ms, p99 ${percentile(took, 0.99).toFixed(1)} ms`,
  });
  return [row("first page", first), row("each of the next 200 pages", later)];
}

// #endregion
