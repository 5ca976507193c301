/**
 * The restore drill: a ledger with all contexts in it, of which nothing comes back but the table of its log, cut in the middle of
 * a transaction, into tables of another prefix; everything else is made from that, and it goes on.
 */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { restore } from "../../src/cli/commands/restore.js";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { seedIncidents } from "../../src/cli/seed/incidents.js";
import { seedEntities, seedRules } from "../../src/cli/seed/insights.js";
import { seedSessions } from "../../src/cli/seed/integrations.js";
import { seedProjects } from "../../src/cli/seed/projects.js";
import { seedRequests } from "../../src/cli/seed/research.js";
import { runSeed } from "../../src/cli/seed/run.js";
import { runInsightSeed } from "../../src/cli/seed/runInsights.js";
import { runIntegrationSeed } from "../../src/cli/seed/runIntegrations.js";
import { runProjectSeed } from "../../src/cli/seed/runProjects.js";
import { runResearchSeed } from "../../src/cli/seed/runResearch.js";
import { covers, eventsUpTo } from "../../src/domain/kernel/index.js";
import { codec } from "../../src/server/ledger.js";
import { createProofDeps } from "../../src/server/proofDeps.js";
import { createDynamoDb } from "../../src/store/dynamodb/client.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import type { Item } from "../../src/store/dynamodb/rowWrite.js";
import { createDynamoDbChangeFeed } from "../../src/store/feed/changeFeed.js";
import { loadCheckpoint } from "../../src/store/processing/checkpoint.js";
import { UnsoundLogError, restoreLedger } from "../../src/store/proofs/restoreLedger.js";
import { prefixed } from "../../src/store/tables.js";
import { until } from "../support/graphql/client.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { itemsOf, verified } from "./support/provenLedger.js";

let source: TestOpsledger;
/** The log as the backup has it: of two transactions half. */
let backup: readonly Item[];
/** Timers of the day after and later; what is due sooner may run at any moment. */
let timers: readonly string[];
let printed: string[] = [];
const clients: DynamoDb[] = [];

/** All that tail the feed have handled all of it. */
async function atRest({ opsledger: { ledger } }: TestOpsledger): Promise<boolean> {
  const head = await ledger.pipeline.feed.head();
  const statuses = await ledger.control.list();
  return (
    ledger.pipeline.health().lagEvents === 0 &&
    statuses.every(({ kind, position }) => kind === "FEEDER" || covers(position, head))
  );
}

const tomorrow = new Date(Date.now() + 3_600_000).toISOString();
const laterTimers = async (db: DynamoDb) =>
  (await itemsOf(db, "domain-timers"))
    .filter(({ dueAt }) => String(dueAt) > tomorrow)
    .map(({ timerId }) => String(timerId))
    .sort();

const noneDue = async (db: DynamoDb) =>
  (await itemsOf(db, "domain-timers")).every(({ dueAt }) => String(dueAt) > new Date().toISOString());

async function seedEverything(test: TestOpsledger): Promise<void> {
  const client = createGraphQLClient(test.opsledger.http.url);
  const onProgress = () => undefined;
  const now = () => new Date();
  await runSeed({ client, incidents: seedIncidents.slice(0, 3), onProgress });
  await runProjectSeed({ client, projects: seedProjects.slice(0, 1), onProgress });
  await runInsightSeed({ client, entities: seedEntities.slice(0, 2), rules: seedRules, now, onProgress });
  await runResearchSeed({ client, requests: seedRequests.slice(0, 2), onProgress });
  await runIntegrationSeed({ client, sessions: seedSessions.slice(0, 2), now, onProgress });
}

const endpoint = () => source.opsledger.engine.endpoint ?? "";

/** Tables of another prefix, empty but for these items of the log. */
async function comeBack(prefix: string, items: readonly Item[]): Promise<DynamoDb> {
  const db = createDynamoDb({ endpoint: endpoint(), tableName: prefixed(prefix) });
  clients.push(db);
  await ensureTables(db);
  const TableName = db.tableName("domain-events");
  await Promise.all(items.map((Item) => db.client.send(new PutCommand({ TableName, Item: { ...Item } }))));
  return db;
}

/** Groups are measured some seconds after their members, here or there. */
const isMeasure = ({ events }: Item) => String(events).includes('"EntityMetricsMeasured"');
const isRecord = (item: Item) => item["kind"] === "idempotency";
const eventsIn = (items: readonly Item[]) =>
  items.reduce((sum, item) => sum + (isRecord(item) ? 0 : Number(item["n"])), 0);

async function declareAs(test: TestOpsledger, idempotencyKey: string) {
  const { id, incidentId, number } = await test.declare({ title: "Declared as it broke", idempotencyKey });
  return { id, incidentId, number };
}

const [keptKey, lostKey] = ["it came back", "its record came back without it"];
let kept: Awaited<ReturnType<typeof declareAs>>;
let lost: Awaited<ReturnType<typeof declareAs>>;

beforeAll(async () => {
  source = await startTestOpsledger();
  await seedEverything(source);
  kept = await declareAs(source, keptKey);
  lost = await declareAs(source, lostKey);
  await until(() => atRest(source), 60_000);
  await until(() => noneDue(source.db), 60_000);
  await until(() => atRest(source), 60_000);
  const log = await itemsOf(source.db, "domain-events");
  backup = log.filter(({ streamId }) => streamId !== `Incident-${lost.incidentId}`);
  expect(backup).toHaveLength(log.length - 1);
  timers = await laterTimers(source.db);
}, 120_000);
afterAll(async () => {
  for (const client of clients) client.close();
  await source.close();
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("a ledger of which only the log came back", () => {
  const prefix = "back-";
  let db: DynamoDb;
  let test: TestOpsledger | undefined;
  const server = () => {
    if (test === undefined) throw new Error("the server did not start");
    return test;
  };
  beforeAll(async () => {
    db = await comeBack(prefix, backup);
  });
  beforeEach(() => {
    vi.stubEnv("DYNAMODB_ENDPOINT", endpoint());
    vi.stubEnv("TABLE_PREFIX", prefix);
  });
  afterAll(() => test?.close());

  it("goes on with a restore that was interrupted", async () => {
    const stop = new AbortController();
    const interrupted = restoreLedger(createProofDeps(db), {
      feedLogs: 4,
      signal: stop.signal,
      onProgress: ({ rows }) => rows > 0 && stop.abort(new Error("the plug was pulled")),
    });
    await expect(interrupted).rejects.toThrow("the plug was pulled");
    await restore();
    expect(printed.at(-1)).toContain("follow when a server starts");
  });

  it("publishes nothing again", async () => {
    const head = await createDynamoDbChangeFeed({ db, codec, logs: 4 }).head();
    expect(eventsUpTo(head)).toBe(eventsIn(backup));
    expect((await loadCheckpoint(db, "publisher"))?.position).toEqual(head);
  });

  it("differs from its log in nothing, once a server has run", async () => {
    test = await startTestOpsledger({ DYNAMODB_ENDPOINT: endpoint(), TABLE_PREFIX: prefix });
    await until(() => atRest(server()), 60_000);
    await until(() => noneDue(db), 60_000);
    await until(() => atRest(server()), 60_000);
    expect((await verified(createProofDeps(db))).lines).toEqual([]);
  });

  it("has its timers again, and nothing was decided twice", async () => {
    expect(await laterTimers(db)).toEqual(timers);
    const decided = (items: readonly Item[]) => items.filter((item) => !isRecord(item) && !isMeasure(item)).length;
    expect(decided(await itemsOf(db, "domain-events"))).toBe(decided(backup));
  });

  it("knows what was done under an idempotency key", async () => {
    expect(await declareAs(server(), keptKey)).toEqual(kept);
  });

  it("carries out anew what was lost, though the record of it came back", async () => {
    const again = await declareAs(server(), lostKey);
    expect(again.incidentId).not.toBe(lost.incidentId);
    // No number that came back is given twice.
    expect(again.number).toBeGreaterThan(kept.number);
    expect(await declareAs(server(), lostKey)).toEqual(again);
  });
});

describe("a restore is refused", () => {
  it("where the log lacks an event in the middle, and nothing is written", async () => {
    const middle = backup.findIndex(({ version }) => version === 2);
    const db = await comeBack(
      "torn-",
      backup.filter((_, index) => index !== middle),
    );
    const refused = restoreLedger(createProofDeps(db), { feedLogs: 4 });
    await expect(refused).rejects.toBeInstanceOf(UnsoundLogError);
    await expect(refused).rejects.toThrow("Restore it to another second");
    expect(await itemsOf(db, "domain-feed")).toEqual([]);
  });

  it("where a server runs on the tables", async () => {
    vi.stubEnv("DATA_DIR", source.dataDir);
    await expect(restore()).rejects.toThrow("a server runs on this data");
  });
});
