/**
 * Seed 000 against events that came through the service: its example item and its four example queries, as it spells them, with
 * the plain SDK (reserved words aliased: defect P1); and the defects of the seed that concern the table.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QueryCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IncomingEventInput } from "../../src/domain/projects/index.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import type { EngineOptions } from "../../src/store/engine/index.js";
import { tables } from "../../src/store/tables.js";
import type { TableDefinition } from "../../src/store/tables.js";
import { startTestEngineOf } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { ledgerAt, requestBy } from "../support/ledgerAt.js";
import type { LedgerAt } from "../support/ledgerAt.js";

type Item = Record<string, unknown>;

/** The seed's example, without what it says of the time: that contradicts itself (defect P5). */
const example = {
  repository: "redline-wholesale/inventory-api",
  pull_request: {
    number: 42,
    title: "Add inventory tracking feature",
    user: {
      login: "developer1",
    },
  },
};
const project = "redline-wholesale";
const ana = requestBy("ana");

/** The times of the seed's fourth query. */
const start = 1_717_430_931_000;
const end = 1_717_517_331_000;

/** Registers the tests. */
export function seedQueries(kind: NonNullable<EngineOptions["kind"]>): void {
  let engine: TestEngine;
  let db: DynamoDb;
  let ledger: LedgerAt;
  let dataDir: string;
  let deliveries = 0;
  /** Ids by what the test calls them. */
  const ids: Record<string, string> = {};

  const receive = async (name: string, at: number, facts: Partial<IncomingEventInput> = {}) => {
    ledger.setClock(new Date(at).toISOString());
    deliveries += 1;
    const { projectEventId } = await ledger.projects.ingest(
      {
        source: "GITHUB",
        deliveryId: `delivery-${deliveries}`,
        project,
        event: { kind: "PULL_REQUEST_OPENED", title: "Opened #42: Add inventory tracking feature" },
        eventData: example,
        ...facts,
      },
      ana,
    );
    ids[name] = projectEventId;
  };

  beforeAll(async () => {
    engine = await startTestEngineOf(kind);
    db = engine.db({ tableName: (table) => table });
    // What happened in 2024 has expired by now, and an engine that keeps times to live would take it away.
    const { timeToLive: _, ...kept }: TableDefinition = tables.ProjectEvents;
    await ensureTables(db, { ...tables, ProjectEvents: kept });
    dataDir = await mkdtemp(join(tmpdir(), "opsledger-seed000-"));
    ledger = ledgerAt(new Date(start).toISOString(), { db, engine: engine.engine, dataDir });
    await receive("before", start - 1);
    await receive("first", start);
    await receive("trello", start + 1_000, { source: "TRELLO" });
    await receive("elsewhere", start + 2_000, { project: "search" });
    await receive("last", end);
    await receive("twin", end);
    await receive("nobodys", end, { project: undefined });
    ledger.setClock("2025-06-02T13:37:58.000Z");
    await ledger.projects.flush(project, ana);
    await receive("later", Date.parse("2025-06-02T13:37:58.000Z"));
  }, 120_000);
  afterAll(async () => {
    await ledger.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const query = async (params: QueryCommandInput): Promise<Item[]> =>
    (await db.client.send(new QueryCommand(params))).Items ?? [];

  const named = (items: readonly Item[]) =>
    items.map(({ eventId }) => Object.entries(ids).find(([, id]) => id === eventId)?.[0] ?? String(eventId));

  const ofProject = (name: string) =>
    query({
      TableName: "ProjectEvents",
      KeyConditionExpression: "#project = :p",
      ExpressionAttributeNames: { "#project": "project" },
      ExpressionAttributeValues: {
        ":p": name,
      },
    });

  const ofBatch = (batchId: string) =>
    query({
      TableName: "ProjectEvents",
      IndexName: "BatchIndex",
      KeyConditionExpression: "batchId = :bid",
      ExpressionAttributeValues: {
        ":bid": batchId,
      },
    });

  const ofSource = (source: string) =>
    query({
      TableName: "ProjectEvents",
      IndexName: "SourceIndex",
      KeyConditionExpression: "#source = :s",
      ExpressionAttributeNames: { "#source": "source" },
      ExpressionAttributeValues: {
        ":s": source,
      },
    });

  const inRange = (from: number, to: number) =>
    query({
      TableName: "ProjectEvents",
      KeyConditionExpression: "#project = :p AND eventTime BETWEEN :start AND :end",
      ExpressionAttributeNames: { "#project": "project" },
      ExpressionAttributeValues: {
        ":p": project,
        ":start": from,
        ":end": to,
      },
    });

  const all = async (): Promise<Item[]> =>
    (await db.client.send(new ScanCommand({ TableName: "ProjectEvents", Limit: 100 }))).Items ?? [];

  describe("the example queries of seed 000, by the plain SDK", () => {
    it("all events of a project, by the time of their receipt", async () => {
      expect(named(await ofProject(project))).toEqual(["before", "first", "trello", "last", "twin", "later"]);
      expect(named(await ofProject("search"))).toEqual(["elsewhere"]);
      expect(named(await ofProject("unassigned"))).toEqual(["nobodys"]);
    });

    it("all events of a batch, whose id is the minute in which it was sealed", async () => {
      expect(named(await ofBatch("batch_20250602_1337"))).toEqual(["before", "first", "trello", "last", "twin"]);
      expect(await ofBatch("batch_20250602_1338")).toEqual([]);
    });

    it("all events of a source", async () => {
      expect(named(await ofSource("trello"))).toEqual(["trello"]);
      expect(named(await ofSource("github")).sort()).toEqual(
        ["before", "elsewhere", "first", "last", "later", "nobodys", "twin"].sort(),
      );
    });

    it("events of a project in a range of time, both ends included", async () => {
      expect(named(await inRange(start, end))).toEqual(["first", "trello", "last"]);
    });
  });

  describe("the example item of seed 000", () => {
    it("has the seed's attributes in the seed's types", async () => {
      const [item] = await inRange(start, start);
      expect(item).toMatchObject({
        project: "redline-wholesale",
        eventTime: start,
        eventId: ids["first"],
        source: "github",
        eventData: example,
        createdAt: "2024-06-03T16:08:51.000Z",
        batchId: "batch_20250602_1337",
        processed: true,
      });
    });

    it("P2: tells by a text in which index an event is that waits, and leaves it with its batch", async () => {
      const waiting = await query({
        TableName: "ProjectEvents",
        IndexName: "ProcessingIndex",
        KeyConditionExpression: "processedKey = :processed",
        ExpressionAttributeValues: { ":processed": "false" },
      });
      expect(named(waiting).sort()).toEqual(["elsewhere", "later", "nobodys"]);
      expect(new Set(waiting.map((item) => item["processed"]))).toEqual(new Set([false]));
    });

    it("P3: keeps two events of one millisecond apart, as numbers in their order", async () => {
      const twins = await inRange(end, end + 0.999);
      expect(named(twins)).toEqual(["last", "twin"]);
      expect(twins.map((item) => item["eventTime"])).toEqual([end, end + 0.001]);
    });

    it("P3: so that our lists, whose ranges end before a time, show both or neither", async () => {
      const list = async (from: number, until: number) => {
        const [begin, before] = [new Date(from).toISOString(), new Date(until).toISOString()];
        const filter = { project, from: begin, until: before };
        const { rows } = await ledger.projectViews.listProjectEvents({ filter, order: "OLDEST_FIRST", first: 50 });
        return rows.map(({ row }) => row.projectEventId);
      };
      // Their rows have expired by the ledger's clock a week after the batch; now they are shown.
      expect(await list(end, end + 1)).toEqual([ids["last"], ids["twin"]]);
      expect(await list(start, end)).toEqual([ids["first"], ids["trello"]]);
    });

    it("P4: a delivery that comes again has no second item", async () => {
      const before = (await all()).length;
      const again = {
        source: "GITHUB",
        deliveryId: "delivery-1",
        project,
        event: { kind: "PUSH", title: "Other" },
      } as const;
      expect(await ledger.projects.ingest(again, ana)).toMatchObject({ projectEventId: ids["before"], repeated: true });
      expect(await all()).toHaveLength(before);
    });

    it("P5 to P7: expires, in seconds, 30 days after receipt and never within 7 days of its batch; not while it waits", async () => {
      const [batched] = await inRange(start, start);
      const batchedAt = Date.parse("2025-06-02T13:37:58.000Z") / 1_000;
      expect(batched?.["ttl"]).toBe(batchedAt + 7 * 86_400);
      const items = await all();
      for (const item of items) {
        expect(Object.hasOwn(item, "ttl")).toBe(item["processed"]);
        expect(Object.hasOwn(item, "batchId")).toBe(item["processed"]);
      }
      expect(items.filter((item) => item["processed"] === true)).toHaveLength(5);
    });

    it("P8: a later batch of the same minute has an id of its own", async () => {
      const [batch] = await ledger.projects.flush(project, ana);
      expect(batch?.batchId).toBe("batch_20250602_1337_2");
      expect(named(await ofBatch("batch_20250602_1337_2"))).toEqual(["later"]);
      expect(named(await ofBatch("batch_20250602_1337"))).toHaveLength(5);
    });

    it("P14: what no rule assigns waits for a person, and for no batch", async () => {
      expect((await ofProject("unassigned"))[0]).not.toHaveProperty("pendingProject");
      const position = await ledger.projects.reassign(ids["nobodys"] ?? "", { project: "search" }, ana);
      expect(position.projectEvent).toMatchObject({ project: "search" });
      expect(await ofProject("unassigned")).toEqual([]);
      expect(named(await ofProject("search"))).toEqual(["elsewhere", "nobodys"]);
    });
  });
}
