/**
 * Seed 002 against requests that came through the ledger: its example item and its example queries, as it spells them, with the
 * plain SDK; its creation script; and the defects of the seed that concern the tables.
 */
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ResearchCommandOf } from "../../src/domain/research/index.js";
import { toInstant } from "../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import type { EngineOptions } from "../../src/store/engine/index.js";
import { prefixed, tables } from "../../src/store/tables.js";
import type { TableDefinition } from "../../src/store/tables.js";
import { upTo } from "../conformance/eventStore.conformance.js";
import { verified } from "../proofs/support/provenLedger.js";
import { requestIdOf, researchStore, seedCompletion } from "../store/research/researchStore.js";
import type { ResearchStore } from "../store/research/researchStore.js";
import { startTestEngineOf } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { seedItem, seedLog, seedTables } from "./example.js";

type Item = Record<string, unknown>;

/** The seed's times as the ledger writes them: milliseconds, in UTC (defect R3). */
const inUtc = <Value>(value: Value): Value =>
  // Texts become texts.
  JSON.parse(JSON.stringify(value).replaceAll(/(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})000/g, "$1Z")) as Value;

const example = inUtc(seedItem);
const requestId = seedItem.request_id;
const start = Date.parse(example.created_at);

/** Registers the tests. */
export function seedQueries(kind: NonNullable<EngineOptions["kind"]>): void {
  let engine: TestEngine;
  let db: DynamoDb;
  let store: ResearchStore;
  let now = example.created_at;
  /** The seed's request while it is worked on. */
  let working: Item | undefined;

  const at = (milliseconds: number) => (now = toInstant(start + milliseconds));

  const getRequest = async (): Promise<Item | undefined> => {
    // The seed's first query.
    const { Item } = await db.client.send(
      new GetCommand({
        TableName: "market_intelligence_requests",
        Key: { request_id: requestId },
      }),
    );
    return Item;
  };

  /** What the seed's worker does in its example. */
  const workOnTheExample = async () => {
    await store.submit(requestId);
    at(1);
    const leaseToken = await store.begin(requestId);
    at(750);
    const log = (level: "WARNING" | "ERROR", message: string) =>
      store.tell(requestId, { type: "AppendLogs", leaseToken, entries: [{ level, message }] });
    await log("WARNING", "Low confidence score for source ABC");
    at(2_750);
    await log("ERROR", "Failed to extract content from URL xyz");
    at(5_750);
    const progress = {
      stage: "content_extraction",
      percentage: 65,
      urlsFound: 15,
      contentExtracted: 12,
      processingErrors: 1,
      estimatedCompletion: example.progress.estimated_completion,
    };
    await store.tell(requestId, { type: "Heartbeat", leaseToken, progress });
    working = await getRequest();
    at(10_011);
    await store.tell(requestId, seedCompletion(leaseToken));
  };

  /** Others, which the queries must tell apart: by what the test calls them. */
  const ids: Record<string, string> = { example: requestId };
  const submit = async (name: string, milliseconds: number, facts: Partial<ResearchCommandOf<"SubmitRequest">>) => {
    at(milliseconds);
    const id = requestIdOf(start + milliseconds, Object.keys(ids).length);
    ids[name] = id;
    await store.submit(id, facts);
  };

  beforeAll(async () => {
    engine = await startTestEngineOf(kind);
    db = engine.db({ tableName: (table) => table });
    // What happened in 2024 has expired by now, and an engine that keeps times to live would take it away.
    const lasting = Object.entries(tables as Record<string, TableDefinition>).map(
      ([name, { timeToLive: _, ...kept }]) => [name, kept],
    );
    await ensureTables(db, Object.fromEntries(lasting) as typeof tables);
    store = researchStore(db, { now: () => now });
    await workOnTheExample();
    await submit("medium", 20_000, { priority: "MEDIUM" });
    await submit("low", 30_000, { priority: "LOW" });
    await submit("later high", 40_000, { priority: "HIGH" });
    await submit("later medium", 50_000, { priority: "MEDIUM", userId: "somebody" });
    await submit("by queue", 60_000, { priority: "HIGH", strategy: "SQS", projectId: "elsewhere" });
  }, 120_000);
  afterAll(() => engine.close());

  const query = async (params: QueryCommandInput): Promise<Item[]> =>
    (await db.client.send(new QueryCommand(params))).Items ?? [];

  const named = (items: readonly Item[]) =>
    items.map(({ request_id: id }) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? String(id));

  const byUser = () =>
    query({
      TableName: "market_intelligence_requests",
      IndexName: "user-index",
      KeyConditionExpression: "user_id = :user_id",
      ExpressionAttributeValues: { ":user_id": "test-user-123" },
    });

  const pending = () =>
    query({
      TableName: "market_intelligence_requests",
      IndexName: "status-index",
      KeyConditionExpression: "#status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": "pending" },
    });

  const byPriority = () =>
    query({
      TableName: "market_intelligence_requests",
      IndexName: "strategy-index",
      KeyConditionExpression: "processing_strategy = :strategy",
      ExpressionAttributeValues: { ":strategy": "table" },
      ScanIndexForward: false,
    });

  const logsOf = (id: string) =>
    query({
      TableName: "request_processing_logs",
      IndexName: "request-logs-index",
      KeyConditionExpression: "request_id = :request_id",
      ExpressionAttributeValues: { ":request_id": id },
    });

  describe("the example item of seed 002", () => {
    it("has the seed's attributes in the seed's types while it is worked on, its times in UTC (defect R3)", () => {
      const { status, status_message, updated_at, results, processing_metadata, ...same } = example;
      expect(working).toMatchObject(same);
      for (const attribute of [status, updated_at]) expect(typeof attribute).toBe("string");
      expect([status_message, typeof results, typeof processing_metadata]).toEqual([null, "object", "object"]);
    });

    it("R4 and R5: is what its history says, and has results only once it is done", () => {
      expect(working).toMatchObject({
        status: "executing",
        results: null,
        completed_at: null,
        processing_metadata: {
          timestamp: example.processing_metadata.timestamp,
          status_history: [
            { old_status: "pending", new_status: "processing" },
            { old_status: "processing", new_status: "executing", message: "Request processing started" },
          ],
        },
      });
    });

    it("has the seed's results at its end", async () => {
      const { report_path, intelligence_data, execution_summary, ...same } = example.results;
      const { success_rate: _, ...sums } = execution_summary;
      const item = await getRequest();
      expect(item).toMatchObject({
        status: "completed",
        completed_at: toInstant(start + 10_011),
        results: { ...same, intelligence_data, execution_summary: sums },
      });
      // Twelve of fifteen, and a path that no late worker writes over (defects R15 and R18).
      expect(item).toMatchObject({ results: { execution_summary: { success_rate: 80 } } });
      expect(item).toMatchObject({
        results: { report_path: expect.stringContaining(report_path.replace(".json", "_")) as string },
      });
    });

    it("R11: expires 30 days after its end, and not before it has one; its logs expire later", async () => {
      expect((await getRequest())?.["ttl"]).toBe(Math.floor((start + 10_011) / 1_000) + 30 * 86_400);
      expect(working).not.toHaveProperty("ttl");
      for (const item of await pending()) expect(item).not.toHaveProperty("ttl");
      for (const log of await logsOf(requestId)) {
        expect(log["ttl"]).toBeGreaterThan(Number((await getRequest())?.["ttl"]));
      }
    });
  });

  describe("the example queries of seed 002, by the plain SDK", () => {
    it("requests of a user, by when they were submitted", async () => {
      expect(named(await byUser())).toEqual(["example", "medium", "low", "later high", "by queue"]);
    });

    it("pending requests, by when they were submitted", async () => {
      expect(named(await pending())).toEqual(["medium", "low", "later high", "later medium", "by queue"]);
    });

    it("R1: requests of strategy table, high priority first, then first in, first out", async () => {
      expect(named(await byPriority())).toEqual(["example", "later high", "medium", "later medium", "low"]);
      expect((await byPriority()).map(({ priority }) => priority)).toEqual(["high", "high", "medium", "medium", "low"]);
    });

    it("requests of a project, by the index that the seed has for that", async () => {
      const items = await query({
        TableName: "market_intelligence_requests",
        IndexName: "project-index",
        KeyConditionExpression: "project_id = :project_id",
        ExpressionAttributeValues: { ":project_id": "elsewhere" },
      });
      expect(named(items)).toEqual(["by queue"]);
    });
  });

  describe("the seed's logs", () => {
    it("R10: have the seed's attributes, ids of their own, and an order within one instant", async () => {
      const logs = (await logsOf(requestId)).sort(bySequence);
      const started = logs.find(({ message }) => message === "Request processing started");
      const { log_id: _, metadata, timestamp, ...same } = inUtc(seedLog);
      expect(started).toMatchObject({
        ...same,
        timestamp: timestamp.replace(".250Z", ".251Z"),
        metadata: { worker_id: metadata.worker_id, attempt: 1 },
      });
      expect(logs.map(({ log_level: level, message }) => `${String(level)} ${String(message)}`)).toEqual([
        "INFO Waiting for a worker",
        "INFO Claimed by table_processor_001, attempt 1",
        "INFO Request processing started",
        "WARNING Low confidence score for source ABC",
        "ERROR Failed to extract content from URL xyz",
        "INFO Completed with 35 items from 3 sources",
      ]);
      expect(new Set(logs.map(({ log_id: id }) => id)).size).toBe(logs.length);
      const { rows } = await store.readModel.listLogs({ requestId, order: "OLDEST_FIRST", first: 50 });
      expect(rows.map(({ row }) => row.message)).toEqual(logs.map(({ message }) => message));
    });

    it("R10: `timestamp` is a reserved word, which the engine says to who forgets it", async () => {
      const since = {
        TableName: "request_processing_logs",
        IndexName: "request-logs-index",
        ExpressionAttributeValues: { ":request_id": requestId, ":since": toInstant(start + 2_000) },
      };
      const found = await query({
        ...since,
        KeyConditionExpression: "request_id = :request_id AND #timestamp >= :since",
        ExpressionAttributeNames: { "#timestamp": "timestamp" },
      });
      expect(found).toHaveLength(2);
      await expect(
        query({ ...since, KeyConditionExpression: "request_id = :request_id AND timestamp >= :since" }),
      ).rejects.toThrow(/reserved/i);
    });
  });

  describe("the seed's creation script", () => {
    it.each(Object.entries(seedTables))("has the keys and indexes of our table %s, but for R1", async (name, seed) => {
      const { Table } = await db.client.send(new DescribeTableCommand({ TableName: name }));
      const keyOf = (schema: readonly { readonly AttributeName?: string | undefined }[] = []) =>
        schema.map(({ AttributeName }) => (AttributeName === "priority_sort" ? "priority" : AttributeName));
      expect(Table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
      expect(keyOf(Table?.KeySchema)).toEqual(seed.key);
      const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => {
        expect(Projection?.ProjectionType).toBe("ALL");
        return [IndexName, keyOf(KeySchema)];
      });
      expect(Object.fromEntries(indexes)).toEqual(seed.indexes);
    });

    it("R12: its tables have hyphens behind the prefix of an environment", () => {
      const names = ["market_intelligence_requests", "request_processing_logs"] as const;
      expect(["dev-", "staging-", "prod-"].flatMap((prefix) => names.map(prefixed(prefix)))).toEqual([
        "dev-market-intelligence-requests",
        "dev-request-processing-logs",
        "staging-market-intelligence-requests",
        "staging-request-processing-logs",
        "prod-market-intelligence-requests",
        "prod-request-processing-logs",
      ]);
      expect(names.map(prefixed(""))).toEqual(names);
    });
  });

  describe("the seed's traps", () => {
    it("R2: what workers look through holds only what can be claimed, in the order of its turn", async () => {
      const claimable = async (strategy: string) =>
        named(
          await query({
            TableName: "market_intelligence_runs",
            IndexName: "ClaimIndex",
            KeyConditionExpression: "claim_strategy = :strategy",
            ExpressionAttributeValues: { ":strategy": strategy },
          }),
        );
      expect(await claimable("table")).toEqual(["later high", "medium", "later medium", "low"]);
      expect(await claimable("sqs")).toEqual(["by queue"]);
      await store.begin(ids["medium"] ?? "");
      expect(await claimable("table")).toEqual(["later high", "later medium", "low"]);
      expect(named(await byPriority())).toContain("medium");
    });

    it("R7: errors and warnings are the last fifty; all are in the logs", async () => {
      const id = ids["later medium"] ?? "";
      const leaseToken = await store.begin(id);
      const entries = (from: number) =>
        upTo(30).map((n) => ({ level: "WARNING" as const, message: `warning ${from + n}` }));
      for (const from of [0, 30]) await store.tell(id, { type: "AppendLogs", leaseToken, entries: entries(from) });
      const [item] = (await byPriority()).filter((one) => one["request_id"] === id);
      const warnings = item?.["warnings"] as readonly string[];
      expect(warnings).toHaveLength(50);
      expect(warnings.at(0)).toBe(`${now}: warning 11`);
      expect(warnings.at(-1)).toBe(`${now}: warning 60`);
      expect((await logsOf(id)).filter(({ log_level: level }) => level === "WARNING")).toHaveLength(60);
    });

    it("R9: a heartbeat that names no new stage touches no index of the requests", async () => {
      const id = ids["low"] ?? "";
      const leaseToken = await store.begin(id);
      const [before] = (await byPriority()).filter((one) => one["request_id"] === id);
      const progress = { stage: "initialization", percentage: 40 };
      await store.tell(id, { type: "Heartbeat", leaseToken, progress });
      const [after] = (await byPriority()).filter((one) => one["request_id"] === id);
      expect(after).toEqual(before);
      expect((await store.readModel.getRuns([id]))[0]).toMatchObject({ progress: { percentage: 40 } });
    });
  });

  describe("items that people put there by hand, as the seed does", () => {
    it("are found by the seed's queries, shown by no list, and in nobody's way", async () => {
      const byHand = "req_1704814989250_a08ac7ad";
      const Item = { ...seedItem, request_id: byHand, priority_sort: "3#0" };
      await db.client.send(new PutCommand({ TableName: "market_intelligence_requests", Item }));
      await db.client.send(
        new PutCommand({ TableName: "request_processing_logs", Item: { ...seedLog, request_id: byHand } }),
      );
      expect(named(await pending())).toContain(byHand);
      expect(await logsOf(byHand)).toHaveLength(1);
      const filter = { userId: "test-user-123" };
      const { rows } = await store.readModel.listRequests({ filter, order: "OLDEST_FIRST", first: 50 });
      expect(rows.map(({ row }) => row.requestId)).not.toContain(byHand);
      expect(rows).toHaveLength((await byUser()).length - 1);
      expect(await store.readModel.getRequests([byHand])).toEqual([undefined]);
      expect((await store.readModel.listLogs({ requestId: byHand, order: "OLDEST_FIRST", first: 5 })).rows).toEqual([]);
      const { lines, counts } = await verified(store.proofs);
      expect(lines.filter((line) => line.startsWith("ROW"))).toEqual([]);
      expect(counts.foreign).toBe(2);
    });
  });
}

const bySequence = (one: Item, other: Item) => Number(one["sequence"]) - Number(other["sequence"]);
