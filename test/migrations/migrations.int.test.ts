/**
 * The four migrations of docs/guides/migrations.md, on servers that are written to meanwhile: the release that runs, the next one
 * beside it, and the one behind that.
 */
import { GetCommand, QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { TableMismatchError, ensureTables } from "../../src/store/dynamodb/createTables.js";
import { prefixed } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { post, subscribeWs, until } from "../support/graphql/client.js";
import { createRelease } from "./support/release.js";
import type { Release, RunningRelease } from "./support/release.js";
import { nextRelease, releaseAfter } from "./support/releases.js";

/** Two servers are started as processes, on machines that may be busy. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let engine: TestEngine;
let db: DynamoDb;
let dataDir: string;
/** What runs when the migration begins, the release behind it, and the one behind that. */
let current: Release;
let next: Release;
let after: Release;
let currentServer: RunningRelease;
let nextServer: RunningRelease;
let afterServer: RunningRelease;
let printed: string[] = [];

const environment = () => ({
  DYNAMODB_ENDPOINT: engine.engine.endpoint ?? "",
  DATA_DIR: dataDir,
  LEASE_MS: "1000",
  CURSOR_SECRET: "the servers of a ledger share this",
  RESEARCH_WORKER: "off",
  INTEGRATION_POLLER: "off",
});

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ tableName: prefixed("") });
  dataDir = await mkdtemp(join(tmpdir(), "opsledger-migrations-"));
  [current, next, after] = await Promise.all([
    createRelease([]),
    createRelease(nextRelease),
    createRelease(releaseAfter),
  ]);
  currentServer = await current.start(environment());
});
afterAll(async () => {
  await Promise.all([current.close(), next.close(), after.close()]);
  await engine.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

interface Incident {
  readonly incidentId: string;
  readonly number: number;
  readonly title: string;
  readonly severity: string;
}
const fields = "incidentId number title severity";

async function ask(url: string, query: string, variables = {}): Promise<Record<string, unknown>> {
  const { data, errors } = await post(url, { query, variables });
  if (data == null || errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function mutate(url: string, mutation: string, input: object): Promise<Incident & { readonly position: string }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { incident { ${fields} } position errors { message } } }`;
  const { [mutation]: payload } = (await ask(url, query, { input })) as Record<
    string,
    { incident: Incident | null; position: string; errors: readonly { message: string }[] }
  >;
  if (payload?.incident == null) throw new Error(JSON.stringify(payload));
  return { ...payload.incident, position: payload.position };
}

const declare = (url: string, title = "Payments fail") =>
  mutate(url, "declareIncident", { title, severity: "P1", services: ["payment-service"] });
const retitle = (url: string, { incidentId }: Incident, title: string) =>
  mutate(url, "editIncident", { incidentId, title });
const changeSeverity = (url: string, { incidentId }: Incident, to: string) =>
  mutate(url, "changeIncidentSeverity", { incidentId, to, reason: "we know more" });
const read = async (url: string, { incidentId }: Incident) =>
  (await ask(url, `{ incident(id: "${incidentId}") { ${fields} } }`))["incident"] as Incident | null;
/** The incidents that began on the day of one, by the list that reads the index by day. */
const listOfDay = async (url: string, { incidentId, position }: Incident & { readonly position: string }) => {
  const from = `${String((await rowOf({ incidentId }))?.["created_at"]).slice(0, 10)}T00:00:00Z`;
  const until = new Date(Date.parse(from) + 86_400_000).toISOString();
  const query = `{ incidents(filter: { from: "${from}", until: "${until}" }, first: 100, atLeast: "${position}") { nodes { ${fields} } } }`;
  return ((await ask(url, query))["incidents"] as { nodes: readonly Incident[] }).nodes;
};
const readiness = async (url: string) => {
  const answer = await fetch(new URL("/readyz", url));
  return { status: answer.status, body: await answer.text() };
};
const rowOf = async ({ incidentId }: Pick<Incident, "incidentId">) => {
  const Key = { PK: `INCIDENT#${incidentId}`, SK: "METADATA" };
  return (await db.client.send(new GetCommand({ TableName: "aegis-incidents", Key, ConsistentRead: true }))).Item;
};

/** Writes, and looks at what was written, until `work` is done; every answer must be whole. */
async function whileUsed<T>(url: string, work: () => Promise<T>): Promise<T> {
  let done = false;
  let rounds = 0;
  const use = async () => {
    while (!done || rounds === 0) {
      const declared = await declare(url, `While it is used ${rounds}`);
      const renamed = await retitle(url, declared, `Renamed ${rounds}`);
      expect(await read(url, declared)).toMatchObject({ title: `Renamed ${rounds}`, number: renamed.number });
      rounds += 1;
    }
  };
  const [result] = await Promise.all([work().finally(() => (done = true)), use()]);
  return result;
}

describe("before the next release runs", () => {
  it("it says what it needs, and refuses to work without", async () => {
    expect(await next.tables({ diff: true }, environment())).toBe(1);
    const lines = printed.filter((line) => line.includes("->")).map((line) => line.replace(/ {2,}/g, " "));
    expect(lines).toEqual([
      "aegis-incidents index GSI4 is absent should be GSI4PK (S), GSI4SK (S), ALL -> opsledger tables --add-index aegis-incidents/GSI4",
      "aegis-numbers table is absent should be there -> opsledger tables --create, or start a server",
    ]);
    await expect(next.tables({ create: true }, environment())).rejects.toThrow("index GSI4 is absent");
  });

  it("index and table are added to what is in use", async () => {
    await whileUsed(currentServer.url, async () => {
      await next.tables({ addIndex: "aegis-incidents/GSI4" }, environment());
      await next.tables({ create: true }, environment());
    });
    expect(await next.tables({ diff: true }, environment())).toBe(0);
    // A server of the old release that starts now would not know them; CREATE_TABLES=never lets it start.
    await expect(ensureTables(db)).rejects.toThrow(TableMismatchError);
  });
});

describe("while servers of two releases run", () => {
  it("both write the same incidents, and an attribute that the older does not know goes with its next write", async () => {
    nextServer = await next.start(environment());
    const [older, newer] = [currentServer.url, nextServer.url];
    const declared = await declare(older, "Of Both");
    expect(await rowOf(declared)).not.toHaveProperty("title_lower");
    await retitle(newer, declared, "Of Two");
    const row = await rowOf(declared);
    expect(row).toMatchObject({ title_lower: "of two", GSI4PK: String(row?.["GSI3PK"]) });
    await retitle(older, declared, "Of One");
    expect(await rowOf(declared)).not.toHaveProperty("title_lower");
    expect(await read(newer, declared)).toMatchObject({ title: "Of One" });
    for (const url of [older, newer]) expect((await readiness(url)).status).toBe(200);
  });

  it("one that cannot read an event gives its processors to those that can, says that it is not ready, and goes on answering", async () => {
    afterServer = await after.start({ ...environment(), CREATE_TABLES: "never" });
    const older = currentServer.url;
    const declared = await declare(older, "Ahead");
    const follower = subscribeWs<{ incidentChanged: { entry: { version: number } } }>(nextServer.webSocketUrl, {
      query: `subscription { incidentChanged(after: "${declared.position}") { entry { version } } }`,
    });
    const { position } = await changeSeverity(afterServer.url, declared, "P0");
    // The release in between was made to read it.
    expect(await follower.next()).toMatchObject({ data: { incidentChanged: { entry: { version: 2 } } } });
    await follower.close();
    await until(async () => (await readiness(older)).status === 503);
    expect((await readiness(older)).body).toContain("no schema for event IncidentSeverityChanged version 2");
    expect((await readiness(nextServer.url)).status).toBe(200);
    // It held the leases; what it does not run any more, another one does.
    const counted = await ask(nextServer.url, `{ incidentCounts(atLeast: "${position}") { count } }`);
    expect(counted).toHaveProperty("incidentCounts");
    expect(await read(older, declared)).toMatchObject({ severity: "P0" });
    expect(await changeSeverity(older, declared, "P2")).toMatchObject({ severity: "P2" });
    expect(await changeSeverity(nextServer.url, declared, "P3")).toMatchObject({ severity: "P3" });
    expect(await changeSeverity(afterServer.url, declared, "P1")).toMatchObject({ severity: "P1" });
  });
});

describe("once no server of the old release runs", () => {
  it("a rebuild gives every row what the new release knows, while it is used", async () => {
    await currentServer.stop();
    await whileUsed(nextServer.url, async () => {
      await next.rebuild("aegis-incidents", { rate: "10000" });
    });
    await next.verify({});
    expect(printed.at(-1)).toBe("No differences.");
    const { Items: rows = [] } = await db.client.send(
      new ScanCommand({
        TableName: "aegis-incidents",
        FilterExpression: "SK = :sk",
        ExpressionAttributeValues: { ":sk": "METADATA" },
        Limit: 1_000,
      }),
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(row["title_lower"]).toBe(String(row["title"]).toLowerCase());
    const inIndex = async (name: string) => {
      const { Items = [] } = await db.client.send(
        new QueryCommand({
          TableName: "aegis-incidents",
          IndexName: name,
          KeyConditionExpression: `${name}PK = :day`,
          ExpressionAttributeValues: { ":day": String(rows[0]?.["GSI3PK"]) },
          Limit: 1_000,
        }),
      );
      return Items.map(({ id }) => String(id)).sort();
    };
    expect(await inIndex("GSI4")).toEqual(await inIndex("GSI3"));
    const { Items: numbers = [] } = await db.client.send(new ScanCommand({ TableName: "aegis-numbers", Limit: 1_000 }));
    expect(numbers.map(({ id }) => String(id)).sort()).toEqual(rows.map(({ id }) => String(id)).sort());
  });

  it("the release behind it reads the new index and table, and the old index can go", async () => {
    await nextServer.stop();
    expect(await after.tables({ diff: true }, environment())).toBe(1);
    expect(printed.join("\n")).toMatch(
      /index GSI3 +is GSI3PK .*-> opsledger tables --drop-index aegis-incidents\/GSI3/,
    );
    await whileUsed(afterServer.url, async () => {
      await after.tables({ dropIndex: "aegis-incidents/GSI3" }, environment());
    });
    expect(await after.tables({ diff: true }, environment())).toBe(0);
    const declared = await declare(afterServer.url, "Found Again");
    const { incidentId } = declared;
    expect(await listOfDay(afterServer.url, declared)).toContainEqual(expect.objectContaining({ incidentId }));
    const found = await ask(afterServer.url, `{ incidentByNumber(number: ${declared.number}) { ${fields} } }`);
    expect(found["incidentByNumber"]).toMatchObject({ incidentId });
    // Rows hold their events as the release that wrote them knew them.
    await after.rebuild("aegis-incidents", { rate: "10000" });
    await after.verify({});
    expect(printed.at(-1)).toBe("No differences.");
  });
});
