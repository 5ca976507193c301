/** `opsledger seed`: the examples load through real commands, twice is once, and seed 003's queries find them. */
import { createHash } from "node:crypto";
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGraphQLClient } from "../../src/cli/graphqlClient.js";
import { seedIncidents } from "../../src/cli/seed/incidents.js";
import type { SeedIncident } from "../../src/cli/seed/incidents.js";
import { countCommands, runSeed } from "../../src/cli/seed/run.js";
import type { TableName } from "../../src/store/tables.js";
import { gql } from "../support/mutation.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let test: TestOpsledger;
let progress = 0;

const seed = () =>
  runSeed({
    client: createGraphQLClient(test.opsledger.http.url),
    incidents: seedIncidents,
    onProgress: () => (progress += 1),
  });

beforeAll(async () => {
  test = await startTestOpsledger();
  await seed();
}, 120_000);
afterAll(() => test.close());

/** Every item of a table. */
async function itemsOf(table: TableName): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page: { Items?: Record<string, unknown>[]; LastEvaluatedKey?: Record<string, unknown> } =
      await test.db.client.send(new ScanCommand({ TableName: table, Limit: 500, ExclusiveStartKey: from }));
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

/** JSON with sorted keys: the engine gives attributes in any order. */
function canonical(item: Record<string, unknown>): string {
  return JSON.stringify(item, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** How much is in tables, and a hash of it. */
async function contentOf(...names: readonly TableName[]): Promise<Record<string, { items: number; hash: string }>> {
  const content: Record<string, { items: number; hash: string }> = {};
  for (const name of names) {
    const texts = (await itemsOf(name)).map(canonical).sort();
    content[name] = { items: texts.length, hash: createHash("sha256").update(texts.join("\n")).digest("hex") };
  }
  return content;
}

async function find(index: string, condition: string, values: Record<string, string>): Promise<unknown[]> {
  const { Items = [] } = await test.db.client.send(
    new QueryCommand({
      TableName: "aegis-incidents",
      IndexName: index,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
    }),
  );
  return Items.map(({ title }) => title as unknown);
}

describe("the first run", () => {
  it("sends as many commands as it said it would", () => {
    expect(progress).toBe(countCommands(seedIncidents));
  });

  it("declares every example, in the order of the list", async () => {
    const { incidents } = await test.run(
      gql<{ incidents: { nodes: { number: number; title: string; status: string }[] } }>(
        "{ incidents(first: 100) { nodes { number title status } } }",
      ),
      {},
    );
    const byNumber = incidents.nodes.toSorted((a, b) => a.number - b.number);
    expect(byNumber.map(({ title }) => title)).toEqual(seedIncidents.map(({ title }) => title));
    expect(new Set(byNumber.map(({ status }) => status)).size).toBeGreaterThanOrEqual(5);
  });

  it("loads what the queries of seed 003 ask for", async () => {
    const ofDay = await find("GSI3", "GSI3PK = :date AND GSI3SK BETWEEN :start AND :end", {
      ":date": "DATE#2025-01-15",
      ":start": "TIME#2025-01-15T00:00:00Z",
      ":end": "TIME#2025-01-15T23:59:59Z",
    });
    expect(ofDay).toEqual([
      "Nightly settlement starts twice",
      "Payments fail for all customers",
      "Search index lags by an hour",
    ]);
    const mostSevere = await find("GSI1", "GSI1PK = :status AND begins_with(GSI1SK, :severity)", {
      ":status": "STATUS#OPEN",
      ":severity": "SEVERITY#P0",
    });
    expect(mostSevere).toContain("Payments fail for all customers");
    const ofService = await find("GSI2", "GSI2PK = :service", { ":service": "SERVICE#payment-service" });
    expect(ofService).toEqual(["Refunds are delayed", "Payments fail for all customers"]);
  });
});

describe("a second run", () => {
  it("adds nothing to the log, and changes no row", async () => {
    // Times to live follow the end of an incident; none is on its way when the state is taken.
    await test.opsledger.ledger.retention.run();
    const before = await contentOf("domain-events", "aegis-incidents");
    expect(before["domain-events"]?.items).toBeGreaterThan(countCommands(seedIncidents));
    await seed();
    await test.opsledger.ledger.retention.run();
    expect(await contentOf("domain-events", "aegis-incidents")).toEqual(before);
  }, 120_000);
});

describe("a run after examples went to the archive", () => {
  it("adds nothing to the log", async () => {
    const { archived } = await test.opsledger.ledger.archiver.run({ olderThanDays: 90 });
    expect(archived).toBeGreaterThan(0);
    // The one that examples/graphql/archive.graphql names.
    const { incident } = await test.run(gql('{ incident(id: "INC-9") { archivedAt } }'), {});
    expect(incident?.["archivedAt"]).toBeTypeOf("string");
    const before = await contentOf("domain-events");
    await seed();
    expect(await contentOf("domain-events")).toEqual(before);
  }, 120_000);
});

describe("an example that is refused", () => {
  it("is named, with the step and the reason", async () => {
    const [first] = seedIncidents;
    if (first === undefined) throw new Error("no examples");
    const broken: SeedIncident = { ...first, key: "broken", steps: [{ by: "ana", does: "status", to: "CLOSED" }] };
    const client = createGraphQLClient(test.opsledger.http.url);
    const running = runSeed({ client, incidents: [broken], onProgress: () => undefined });
    await expect(running).rejects.toThrow("broken step 1: INVALID_TRANSITION");
  });
});
