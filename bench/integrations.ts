/** Integration sessions: how many a process can poll, what a poll costs, how late polls are, and what a quiet session adds to the log. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createFolderObjectStore } from "../src/adapters/objectStore/folder.js";
import { createServiceRegistry, defaultServices } from "../src/adapters/services/registry.js";
import { createWebhookCheck } from "../src/adapters/webhookSender/webhookCheck.js";
import { createWebhookSender } from "../src/adapters/webhookSender/webhookSender.js";
import { sessionStream, toSessionId } from "../src/domain/integrations/index.js";
import type { IntegrationSession, PollResult } from "../src/domain/integrations/index.js";
import { addSeconds, toInstant } from "../src/domain/kernel/time.js";
import type { Request } from "../src/domain/kernel/request.js";
import { createLogger } from "../src/observability/logger.js";
import { createLedger, systemClock } from "../src/server/ledger.js";
import type { Ledger } from "../src/server/ledger.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb, SentRequest } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { toCommitItem } from "../src/store/dynamodb/items.js";
import { startEngine } from "../src/store/engine/index.js";
import { createIntegrationsReadModel } from "../src/store/readModels/integrations/index.js";
import { toScheduleItem, toSessionItem } from "../src/store/readModels/integrations/items.js";
import { prefixed } from "../src/store/tables.js";
import { createHttpClient } from "./httpClient.js";
import { createSender } from "./ledgerData.js";
import type { Row } from "./main.js";
import { percentile } from "./measure.js";
import { startServerProcess } from "./serverProcess.js";

export interface IntegrationsScale {
  /** Sessions that are polled: 1 means 10,000. */
  readonly scale: number;
}

export async function measureIntegrations(
  { scale }: IntegrationsScale,
  show: (rows: readonly Row[]) => void,
): Promise<void> {
  const service = await startService();
  try {
    show(await measureCost(service, Math.min(1, scale)));
    show(await measureLoad(service, Math.round(10_000 * scale)));
  } finally {
    service.close();
  }
}

// #region service

interface Service {
  readonly url: string;
  /** What must be allowed. */
  readonly host: string;
  /** Items that the next answer has; none behind it. */
  next: number;
  /** When each session asked first since the last call of `clear`, by the name in its address; milliseconds of `Date.now`. */
  readonly asked: ReadonlyMap<string, number>;
  clear(): void;
  close(): void;
}

/** A service with a cursor and a webhook in one, on loopback. */
async function startService(): Promise<Service> {
  const asked = new Map<string, number>();
  const record = "A record. ".repeat(20);
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      request.resume().once("end", () => response.writeHead(204).end());
      return;
    }
    const { searchParams } = new URL(request.url ?? "/", "http://service");
    const name = searchParams.get("session") ?? "";
    if (!asked.has(name)) asked.set(name, Date.now());
    const since = Number(searchParams.get("since"));
    const items = Array.from({ length: service.next }, (_, index) => ({ id: since + index + 1, text: record }));
    const cursor = since + items.length;
    service.next = 0;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items, cursor }));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // An address of a listening TCP server is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const service: Service = {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    next: 0,
    asked,
    clear: () => asked.clear(),
    close: () => server.close().closeAllConnections(),
  };
  return service;
}

const stateFor = (service: Service, session: string) => ({
  url: `${service.url}/records?session=${session}`,
  ...{ itemsPath: "/items", idPath: "/id", cursorPath: "/cursor", cursorParam: "since", cursor: "1" },
});

// #endregion

// #region cost

const day = 86_400;
const request: Request = { actor: { kind: "USER", id: "bench" }, scope: "all", correlationId: "bench" };

/** One session at a time, polled by hand: nothing else is on the ledger's mind, and its clock is the benchmark's. */
async function measureCost(service: Service, scale: number): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-polls-"));
  const engine = await startEngine({ dataDir, log: () => undefined });
  const sent: SentRequest[] = [];
  const db = createDynamoDb({
    ...{ endpoint: engine.endpoint, region: engine.region, tableName: prefixed("") },
    onRequest: (one) => sent.push(one),
    returnCapacity: true,
  });
  await ensureTables(db);
  const allowedHosts = [service.host];
  const services = createServiceRegistry(defaultServices({ allowedHosts }));
  let now = systemClock.now();
  // Never started: neither feed nor processors send requests.
  const ledger = createLedger({
    ...{ db, feedDb: db, address: { endpoint: engine.endpoint, region: engine.region } },
    ...{ contiguousSequenceNumbers: engine.contiguousSequenceNumbers, feedLogs: 1 },
    objects: createFolderObjectStore({ folder: join(dataDir, "objects") }),
    logger: createLogger({ level: "warn" }),
    integrations: {
      services,
      webhooks: createWebhookSender({ allowedHosts }),
      checkWebhook: createWebhookCheck({ allowedHosts }),
    },
    clock: { now: () => now },
  });
  const poll = async (sessionId: string) => {
    const due = await dueSession(ledger, sessionId);
    if (now < due.nextPollAt) now = due.nextPollAt;
    sent.length = 0;
    const lease = await ledger.polling.claim(due);
    if (lease === undefined) throw new Error(`${sessionId} cannot be claimed`);
    const result = await ledger.polling.poll(lease, new AbortController().signal);
    const units = sent.flatMap(({ consumed }) => consumed).reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
    return { result, units, operations: sent.map(({ operation }) => operation) };
  };
  try {
    const costs = await measurePolls(service, { ledger, poll });
    return [...costs, await measureLog(service, { ledger, poll, intervalSeconds: Math.round(30 / scale) })];
  } finally {
    db.close();
    await ledger.close();
    await services.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Polled {
  readonly ledger: Ledger;
  readonly poll: (sessionId: string) => Promise<{
    readonly result: PollResult;
    readonly units: number;
    readonly operations: readonly string[];
  }>;
}

async function connect(ledger: Ledger, service: Service, userId: string, intervalSeconds: number): Promise<string> {
  const { sessionId } = await ledger.integrations.connect(
    {
      ...{ userId, serviceType: "http", webhookUrl: `${service.url}/hook` },
      ...{ pollingIntervalMs: intervalSeconds * 1_000, serviceState: stateFor(service, userId) },
    },
    request,
  );
  return sessionId;
}

async function sessionOf(ledger: Ledger, sessionId: string): Promise<IntegrationSession> {
  const [session] = await ledger.integrationViews.getSessions([sessionId]);
  if (session === undefined) throw new Error(`there is no ${sessionId}`);
  return session;
}

/** As the index shows it, whenever it is due. */
async function dueSession(ledger: Ledger, sessionId: string) {
  const [session, [view]] = await Promise.all([sessionOf(ledger, sessionId), ledger.pollSchedule.get([sessionId])]);
  if (view?.nextPollAt === undefined) throw new Error(`${sessionId} is not polled`);
  const { userId, serviceType, pollingIntervalMs, version } = session;
  return { sessionId, userId, serviceType, pollingIntervalMs, version, nextPollAt: view.nextPollAt };
}

/** At 30 seconds, as the seed has it: every other quiet poll is shown in its table. */
async function measurePolls(service: Service, { ledger, poll }: Polled): Promise<Row[]> {
  const sessionId = await connect(ledger, service, "cost", 30);
  const cold = await poll(sessionId);
  const quiet = [await poll(sessionId), await poll(sessionId), await poll(sessionId), await poll(sessionId)];
  const [silent, shown] = [1, 2].map((count) => quiet.find(({ operations }) => operations.length === count));
  if (silent === undefined || shown === undefined) throw new Error(JSON.stringify(quiet));
  service.next = 1;
  const one = await poll(sessionId);
  service.next = 50;
  const many = await poll(sessionId);
  const delivered = [one, many].map(({ result }) => result.items).join(" and ");
  if (delivered !== "1 and 50") throw new Error(`${delivered} items were delivered`);
  const row = (what: string, { operations, units }: typeof one): Row => ({
    what: `requests for ${what}`,
    value: `${operations.length}, ${units} units`,
    compared: operations.join(" + "),
  });
  return [
    row("a quiet poll", silent),
    row("a quiet poll that is shown in the seed's table, once a minute", shown),
    row("the first poll of a session in a process", cold),
    row("a poll with 1 item", one),
    row("a poll with 50 items", many),
  ];
}

/** Until the event comes that stands for a whole day. */
async function measureLog(
  service: Service,
  { ledger, poll, intervalSeconds }: Polled & { readonly intervalSeconds: number },
): Promise<Row> {
  const sessionId = await connect(ledger, service, "quiet", intervalSeconds);
  const { version: before, updatedAt } = await sessionOf(ledger, sessionId);
  let polls = 0;
  let session: IntegrationSession;
  do {
    await poll(sessionId);
    polls += 1;
    session = await sessionOf(ledger, sessionId);
  } while (session.version === before && polls < 10_000);
  if (session.updatedAt < addSeconds(updatedAt, day)) throw new Error("the day was not over");
  let events = 0;
  let bytes = 0;
  for await (const commit of ledger.eventStore.readStream(sessionStream(sessionId), { fromVersion: before + 1 })) {
    events += commit.events.length;
    bytes += Buffer.byteLength(JSON.stringify(toCommitItem(commit)));
  }
  return {
    what: `events that a day of ${polls} quiet polls adds to the log, every ${intervalSeconds} s and up to a tenth more`,
    value: `${events}, ${bytes} bytes`,
    compared: `an event for each poll: ${polls}, ${Math.round((polls * bytes) / 1_024)} KB`,
  };
}

// #endregion

// #region load

/** More say nothing more of the rate. */
const mostRated = 500;
/** For so long it is looked how late polls are. */
const lookedMs = 10_000;
/** A claim of such an interval holds until the next poll, and nothing is due twice while it is measured. */
const onceMs = 100_000;
/** Behind this a claim does not hold until the next poll, which costs one request more. */
const longestHoldMs = 109_000;

/** A server of its own, with rows of many sessions; all copies of one that was connected. */
async function measureLoad(service: Service, count: number): Promise<Row[]> {
  const server = await startServerProcess({ INTEGRATION_ALLOWED_HOSTS: service.host, RESEARCH_WORKER: "off" });
  const client = createHttpClient(server.url);
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  try {
    const later = toInstant(Date.now() + 20 * day * 1_000);
    const input = { serviceType: "http", userId: "model", webhookUrl: `${service.url}/hook`, startAt: later };
    const { connectIntegration } = await client.post<{ connectIntegration: { errors: readonly object[] } }>(
      "mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { errors { path message } } }",
      { input: { ...input, serviceState: stateFor(service, "model") } },
    );
    if (connectIntegration.errors.length > 0) throw new Error(JSON.stringify(connectIntegration.errors));
    const load = { db, service, ...(await copies({ db, service, count })) };
    const rated = { ...load, sessions: load.sessions.slice(0, mostRated) };
    const cold = await rateOf(rated);
    const warm = await rateOf(rated);
    // Of two polls at 30 s one is shown in the seed's table, which the first polls were, too.
    const mixed = 2 / (1 / cold + 1 / warm);
    const rate: Row = {
      what: "sessions that one process can poll every 30 s, quiet, a JSON service over loopback HTTP, 20 at a time",
      value: (mixed * 30).toFixed(0),
      compared: `${mixed.toFixed(0)} polls per second: ${warm.toFixed(0)} with the claim only, ${cold.toFixed(0)} where the row is read and shown as well; ${rated.sessions.length} sessions due at once`,
    };
    return [rate, await measureLateness({ ...load, capacities: { cold, mixed } })];
  } finally {
    db.close();
    client.close();
    await server.close();
  }
}

interface Load {
  readonly db: DynamoDb;
  readonly service: Service;
  readonly sessions: readonly IntegrationSession[];
  /** How long it took to write a row of each. */
  readonly writingMs: number;
}

/** Sessions like the model, of one user each, with the row in the seed's table. */
async function copies({ db, service, count }: Pick<Load, "db" | "service"> & { readonly count: number }) {
  const readModel = createIntegrationsReadModel({ db, clock: systemClock });
  const [model] = await readModel.getSessions([toSessionId("model", "http")]);
  if (model === undefined) throw new Error("the model has no row");
  const sessions = Array.from({ length: count }, (_, index): IntegrationSession => {
    const userId = `user-${index}`;
    const serviceState = stateFor(service, userId);
    return { ...model, userId, sessionId: toSessionId(userId, "http"), pollingIntervalMs: onceMs, serviceState };
  });
  const began = performance.now();
  const send = createSender(db);
  const TableName = db.tableName("beya-integration-sessions");
  for (const session of sessions) await send({ Put: { TableName, Item: { ...toSessionItem(session) } } });
  await send.rest();
  return { sessions, writingMs: performance.now() - began };
}

/** Writes their rows in the schedule: due at `start`, and behind it `apartMs` after each other. */
async function schedule(
  { db, sessions, writingMs }: Load,
  { intervalMs, apartMs }: { readonly intervalMs: number; readonly apartMs: number },
): Promise<number> {
  // All rows are there by then.
  const start = Date.now() + 1_000 + Math.ceil(2 * writingMs);
  const send = createSender(db);
  const TableName = db.tableName("beya-integration-schedules");
  for (const [index, { sessionId, userId, serviceType, version, hash }] of sessions.entries()) {
    const nextPollAt = toInstant(start + Math.floor(index * apartMs));
    const row = { sessionId, userId, serviceType, version, hash, pollingIntervalMs: intervalMs, nextPollAt };
    await send({ Put: { TableName, Item: { ...toScheduleItem(row) } } });
  }
  await send.rest();
  if (Date.now() > start) throw new Error("sessions were due before all were there");
  return start;
}

/** When so many sessions have asked. */
async function untilAsked({ asked }: Service, count: number, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (asked.size < count) {
    if (performance.now() > deadline) throw new Error(`only ${asked.size} of ${count} sessions were polled`);
    await wait(20);
  }
}

/** Polls per second while all are due at once. */
async function rateOf(load: Load): Promise<number> {
  const { service, sessions } = load;
  service.clear();
  const start = await schedule(load, { intervalMs: onceMs, apartMs: 0 });
  await wait(start - Date.now());
  await untilAsked(service, sessions.length, onceMs);
  const times = [...service.asked.values()];
  return (1_000 * (times.length - 1)) / (Math.max(...times) - Math.min(...times));
}

/** From when a session is due to when its service is asked, at half of what the process can do. */
async function measureLateness({
  capacities: { cold, mixed },
  ...load
}: Load & { readonly capacities: { readonly cold: number; readonly mixed: number } }): Promise<Row> {
  const { service, sessions } = load;
  const intervalAt = (capacity: number) => Math.max(10_000, Math.ceil((2 * sessions.length) / capacity) * 1_000);
  const intervalMs = intervalAt(mixed) > longestHoldMs ? intervalAt(cold) : intervalAt(mixed);
  const apartMs = intervalMs / sessions.length;
  service.clear();
  const start = await schedule(load, { intervalMs, apartMs });
  const looked = Math.min(sessions.length, Math.floor(lookedMs / apartMs));
  const due = new Map(sessions.slice(0, looked).map(({ userId }, index) => [userId, start + index * apartMs]));
  await wait(start - Date.now() + looked * apartMs);
  const deadline = performance.now() + 30_000;
  while ([...due.keys()].some((name) => !service.asked.has(name)) && performance.now() < deadline) await wait(50);
  const late = [...due].map(([name, at]) => (service.asked.get(name) ?? Number.NaN) - at);
  const missing = late.filter(Number.isNaN).length;
  if (missing > 0) throw new Error(`${missing} of ${looked} sessions were not polled`);
  return {
    what: `from due to asked, ${sessions.length} sessions every ${intervalMs / 1_000} s`,
    value: `p50 ${percentile(late, 0.5).toFixed(0)} ms, p99 ${percentile(late, 0.99).toFixed(0)} ms`,
    compared: `${looked} polls, ${(1_000 / apartMs).toFixed(0)} per second, half of what the process can do; worst ${percentile(late, 1).toFixed(0)} ms`,
  };
}

// #endregion
