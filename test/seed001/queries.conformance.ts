/**
 * Seed 001 against entities and insights that came through the ledger: its example items and its example queries, as it spells
 * them, with the plain SDK (reserved words aliased: defect M9); its commands and scripts, with the AWS CLI where that is
 * installed; and the defects of the seed that concern the tables.
 */
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InsightsCommandOf } from "../../src/domain/insights/index.js";
import { insightCategory, toSeedTime } from "../../src/domain/insights/index.js";
import { RowTakenError } from "../../src/domain/kernel/eventStore.js";
import { toStreamName } from "../../src/domain/kernel/streamName.js";
import { addDays, toInstant } from "../../src/domain/kernel/time.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import type { EngineOptions } from "../../src/store/engine/index.js";
import { createExpirySweeper } from "../../src/store/expirySweeper.js";
import { tables } from "../../src/store/tables.js";
import type { TableDefinition } from "../../src/store/tables.js";
import { upTo } from "../conformance/eventStore.conformance.js";
import { verified } from "../proofs/support/provenLedger.js";
import { insightsStore } from "../store/insights/insightsStore.js";
import type { Fact, InsightsStore } from "../store/insights/insightsStore.js";
import { startTestEngineOf } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";

type Item = Record<string, unknown>;

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const example = (name: string) => JSON.parse(read(`examples/aws/${name}`)) as Item;

/** The seed's own time: that of both example items. */
const seedTime = "2025-01-15T10:30:00.000Z";

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const hasTools = has("aws") && has("jq");

const ago = (days: number) => addDays(seedTime, -days);

/** Facts that come to the seed's numbers: so many within 7, 14 and 30 days. */
function facts(sessions: readonly [number, number, number], calls: readonly [number, number]): readonly Fact[] {
  const within = (kind: string, counts: readonly number[]) =>
    counts.flatMap((count, index) =>
      upTo(count - (counts[index - 1] ?? 0)).map(() => ({ kind, occurredAt: ago([1, 8, 20][index] ?? 0) })),
    );
  return [
    ...within("session", sessions),
    ...within("ib_call", calls),
    { kind: "rating", value: 4, occurredAt: ago(2) },
    { kind: "rating", value: 5, occurredAt: ago(3) },
  ];
}

/** Registers the tests. */
export function seedQueries(kind: NonNullable<EngineOptions["kind"]>): void {
  let engine: TestEngine;
  let db: DynamoDb;
  let store: InsightsStore;
  let now = seedTime;

  const raise = (alertId: string, at: string, changed: Partial<InsightsCommandOf<"RaiseInsight">> = {}) => {
    now = at;
    const insight = example("insight-item.json");
    const recommendations = insight["recommendations"] as string[];
    return store.run([
      toStreamName(insightCategory, alertId),
      {
        type: "RaiseInsight",
        entityType: "student",
        entityId: "stu_4532",
        predictionType: "high_ib_call_frequency",
        riskScore: 82,
        title: "Many calls",
        explanation: String(insight["explanation"]),
        recommendations: recommendations.map((text, index) => ({ recommendationId: String(index + 1), text })),
        evidence: [],
        origin: { modelUsed: String(insight["model_used"]) },
        place: toSeedTime(at),
        expiresAt: addDays(at, 30),
        ...changed,
      },
    ]);
  };

  beforeAll(async () => {
    engine = await startTestEngineOf(kind);
    db = engine.db({ tableName: (table) => table });
    // What happened in 2025 has expired by now, and an engine that keeps times to live would take it away.
    const { timeToLive: _, ...kept }: TableDefinition = tables["iops-dashboard-insights"];
    await ensureTables(db, { ...tables, "iops-dashboard-insights": kept });
    store = insightsStore(db, { now: () => now });
    await store.record("student-stu_4532", ...facts([2, 5, 12], [1, 3]));
    await store.record("student-stu_85", ...facts([3, 7, 15], [0, 2]));
    await store.record("student-stu_low", { kind: "rating", value: 1 }, ...upTo(8).map(() => ({ kind: "ib_call" })));
    await store.record("tutor-tut_low", { kind: "rating", value: 1 });
    await raise("high_ib_call_frequency_stu_4532_1736937000000", seedTime);
    await raise("earlier", "2024-12-31T23:59:59.000Z", { riskScore: 81 });
    await raise("later", "2025-02-01T00:00:00.000Z", { riskScore: 80 });
    await raise("other", "2025-01-20T00:00:00.000Z", { predictionType: "churn_risk", riskScore: 95 });
    await raise("elsewhere", "2025-01-21T00:00:00.000Z", { entityId: "stu_45321", riskScore: 100 });
    now = seedTime;
  }, 120_000);
  afterAll(() => engine.close());

  const query = async (params: QueryCommandInput): Promise<Item[]> =>
    (await db.client.send(new QueryCommand(params))).Items ?? [];
  const idsIn = (items: readonly Item[]) => items.map((item) => item["entity_id"]);
  const alertsIn = (items: readonly Item[]) => items.map((item) => item["alert_id"]);
  const first = "high_ib_call_frequency_stu_4532_1736937000000";

  const entity = async (id: string): Promise<Item | undefined> => {
    const Key = { entity_id: id, entity_type: "student" };
    return (await db.client.send(new GetCommand({ TableName: "iops-dashboard-metrics", Key }))).Item;
  };

  describe("the example items of seed 001", () => {
    it("an entity has the seed's attributes, in the seed's types, and the seed's score", async () => {
      expect(await entity("stu_4532")).toMatchObject(example("entity-item.json"));
    });

    it("so has the entity of the seed's test data", async () => {
      expect(await entity("stu_85")).toMatchObject({
        sessions_7d: 3,
        sessions_14d: 7,
        sessions_30d: 15,
        ib_calls_7d: 0,
        ib_calls_14d: 2,
        avg_rating: 4.5,
        health_score: 85,
      });
    });

    it("an insight has the seed's attributes, in the seed's types", async () => {
      const [item] = await query({
        TableName: "iops-dashboard-insights",
        KeyConditionExpression: "pk = :pk AND sk = :sk",
        ExpressionAttributeValues: { ":pk": "insight#stu_4532", ":sk": "2025-01-15T10:30:00Z" },
      });
      expect(item).toMatchObject(example("insight-item.json"));
    });

    it("M3: its time to live is 90 days after it was raised, in seconds; its alert id holds when that began", () => {
      const { ttl, timestamp, alert_id: alertId } = example("insight-item.json");
      expect(ttl).toBe(Date.parse(String(timestamp)) / 1_000 + 90 * 86_400);
      expect(String(alertId).endsWith(`_${Date.parse(String(timestamp))}`)).toBe(true);
    });
  });

  describe("the example queries of seed 001, by the plain SDK", () => {
    it("all insights about a student of one month: begins_with works on the sort key", async () => {
      const ofMonth = (month: string) =>
        query({
          TableName: "iops-dashboard-insights",
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :month)",
          ExpressionAttributeValues: { ":pk": "insight#stu_4532", ":month": month },
        });
      expect(alertsIn(await ofMonth("2025-01"))).toEqual([first, "other"]);
      expect(alertsIn(await ofMonth("2024-12"))).toEqual(["earlier"]);
    });

    it("M8: risk above 80, which leaves 80 out, of the type that is asked for", async () => {
      const items = await query({
        TableName: "iops-dashboard-insights",
        IndexName: "RiskScoreIndex",
        KeyConditionExpression: "prediction_type = :pt AND risk_score > :risk",
        ExpressionAttributeValues: { ":pt": "high_ib_call_frequency", ":risk": 80 },
      });
      expect(alertsIn(items)).toEqual(["earlier", first, "elsewhere"]);
    });

    it("M9: predictions of a type since a time, `timestamp` aliased; without the alias it is refused", async () => {
      const since = {
        TableName: "iops-dashboard-insights",
        IndexName: "PredictionTypeIndex",
        ExpressionAttributeValues: { ":pt": "high_ib_call_frequency", ":since": "2025-01-01" },
      };
      const items = await query({
        ...since,
        KeyConditionExpression: "prediction_type = :pt AND #timestamp >= :since",
        ExpressionAttributeNames: { "#timestamp": "timestamp" },
      });
      expect(alertsIn(items)).toEqual([first, "elsewhere", "later"]);
      await expect(
        query({ ...since, KeyConditionExpression: "prediction_type = :pt AND timestamp >= :since" }),
      ).rejects.toThrow(/reserved/i);
    });

    it("students with a health score below 70, and those that were updated lately", async () => {
      const low = await query({
        TableName: "iops-dashboard-metrics",
        IndexName: "EntityTypeHealthIndex",
        KeyConditionExpression: "entity_type = :et AND health_score < :hs",
        ExpressionAttributeValues: { ":et": "student", ":hs": 70 },
      });
      expect(idsIn(low)).toEqual(["stu_low"]);
      const lately = await query({
        TableName: "iops-dashboard-metrics",
        IndexName: "LastUpdatedIndex",
        KeyConditionExpression: "entity_type = :et AND last_updated >= :since",
        ExpressionAttributeValues: { ":et": "student", ":since": "2025-01-15T10:30:00Z" },
      });
      expect(idsIn(lately).sort()).toEqual(["stu_4532", "stu_85", "stu_low"]);
    });

    it("M16: what is open", async () => {
      const items = await query({
        TableName: "iops-dashboard-insights",
        IndexName: "StatusIndex",
        KeyConditionExpression: "#status = :status",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": "OPEN" },
      });
      expect(alertsIn(items)).toEqual(["earlier", first, "other", "elsewhere", "later"]);
    });
  });

  describe("the seed's traps", () => {
    it("M1: a second insight of one second about one entity is refused its place, and takes one behind it", async () => {
      const command = { place: "2025-03-01T00:00:00Z", entityId: "stu_m1" };
      await raise("m1_one", "2025-03-01T00:00:00.000Z", command);
      await expect(raise("m1_two", "2025-03-01T00:00:00.400Z", command)).rejects.toThrow(RowTakenError);
      await raise("m1_two", "2025-03-01T00:00:00.400Z", { ...command, place: `${command.place}#m1_two` });
      const items = await query({
        TableName: "iops-dashboard-insights",
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :month)",
        ExpressionAttributeValues: { ":pk": "insight#stu_m1", ":month": "2025-03" },
      });
      expect(alertsIn(items)).toEqual(["m1_one", "m1_two"]);
      expect(items.map((item) => item["timestamp"])).toEqual(["2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z"]);
      now = seedTime;
    });

    it("M5: what has no value has no attribute, and an entity without a score is among those that were updated", async () => {
      await store.run([
        "Entity-subject-sub_none",
        {
          type: "RecordMeasures",
          at: seedTime,
          metrics: { sessions_7d: 0, avg_rating: null },
          lastActivityAt: {},
          cause: "GROUP",
          formula: {
            formulaVersion: 2,
            components: [{ name: "r", metric: "avg_rating", weight: 1, worst: 0, best: 5 }],
          },
        },
      ]);
      const ofSubjects = (IndexName: string) =>
        query({
          TableName: "iops-dashboard-metrics",
          IndexName,
          KeyConditionExpression: "entity_type = :et",
          ExpressionAttributeValues: { ":et": "subject" },
        });
      expect(await ofSubjects("EntityTypeHealthIndex")).toEqual([]);
      const [none] = await ofSubjects("LastUpdatedIndex");
      expect(none).toMatchObject({ entity_id: "sub_none", sessions_7d: 0 });
      expect(none).not.toHaveProperty("avg_rating");
      expect(none).not.toHaveProperty("health_score");
    });

    it("M10: times have whole seconds in one form, also where something happened within a second", async () => {
      now = "2025-01-16T00:00:00.750Z";
      await store.record("student-stu_85", { occurredAt: "2025-01-16T00:00:00.000Z" });
      expect(await entity("stu_85")).toMatchObject({ last_updated: "2025-01-16T00:00:00Z" });
      now = seedTime;
    });

    it("M14: an id carries its type, so that no two entities share the partition of their insights", async () => {
      const items = await query({
        TableName: "iops-dashboard-insights",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": "insight#stu_4532" },
      });
      expect(new Set(idsIn(items))).toEqual(new Set(["stu_4532"]));
    });
  });

  describe("rows that people put there by hand, as the seed does", () => {
    const at = "2025-01-15T10:31:00Z";
    const put = (TableName: string, Item: Item) => db.client.send(new PutCommand({ TableName, Item }));

    it("are found by the seed's queries, shown by no list, and in nobody's way", async () => {
      await put("iops-dashboard-metrics", {
        ...example("entity-item.json"),
        entity_id: "stu_test_001",
        health_score: 60,
        last_updated: at,
      });
      const { status: _, entity_type: __, ...insight } = example("insight-item.json");
      await put("iops-dashboard-insights", { ...insight, pk: "insight#stu_4532", sk: at, alert_id: "test_alert_001" });
      await put("iops-dashboard-insights", {
        ...insight,
        pk: "insight#stu_test_001",
        sk: at,
        alert_id: "test_alert_001",
      });
      expect(await entity("stu_test_001")).toMatchObject({ health_score: 60 });
      const { rows: entities } = await store.readModel.listEntities({
        filter: { entityType: "student", healthBelow: 70 },
        order: "LOWEST_HEALTH_FIRST",
        first: 10,
      });
      expect(entities.map(({ row }) => row.entityId)).toEqual(["stu_low"]);
      const { rows: insights } = await store.readModel.listInsights({
        filter: { entityId: "stu_4532" },
        order: "OLDEST_FIRST",
        first: 10,
      });
      expect(insights.map(({ row }) => row.alertId)).toEqual(["earlier", first, "other", "later"]);
      const { lines, counts } = await verified(store.proofs);
      expect(lines.filter((line) => line.startsWith("ROW"))).toEqual([]);
      expect(counts.foreign).toBe(3);
    });

    it("go when their own time to live is over, and no other does", async () => {
      const sweep = () => createExpirySweeper({ db, clock: { now: () => toInstant(1_744_713_000_000) } }).sweep();
      // What was raised in December, the seed's example, and the two that somebody copied from it.
      expect(await sweep()).toMatchObject({ deleted: 4 });
      await store.record("student-stu_test_001", {});
      expect(await entity("stu_test_001")).toMatchObject({ sessions_7d: 1 });
    });
  });

  describe.skipIf(!hasTools)(
    "the seed's commands and scripts, with the AWS CLI and jq, where they are installed",
    () => {
      const run = async (command: string): Promise<string> => {
        const env = {
          ...process.env,
          AWS_ENDPOINT_URL: engine.engine.endpoint,
          AWS_ACCESS_KEY_ID: "local",
          AWS_SECRET_ACCESS_KEY: "local",
          AWS_DEFAULT_REGION: "us-east-1",
        };
        return (await promisify(execFile)("bash", ["-c", command], { env, cwd: root })).stdout;
      };

      it("put its test data, which its queries then find", async () => {
        await run(read("examples/aws/put-test-entity.sh"));
        await run(read("examples/aws/put-test-insight.sh"));
        const found = await run(read("examples/aws/query-entities.sh"));
        expect(found).toContain('"health_score": {\n            "N": "85"');
        expect(found.match(/"stu_test_001"/g)).toHaveLength(2);
      }, 60_000);

      it("show students by health, and another type where one is named", async () => {
        expect(await run("scripts/query-metrics.sh")).toContain('"entity_id": "stu_low"');
        expect(await run("scripts/query-metrics.sh")).not.toContain("stu_test_001");
        expect(await run("scripts/query-metrics.sh 86")).toContain("stu_test_001");
        expect(await run("scripts/query-metrics.sh 50 tutor")).toContain("tut_low");
      }, 60_000);

      it("show all of them, where there are more than a page", async () => {
        const regions = upTo(150).map((number) => ({
          ...{ entity_id: `reg_${number}`, entity_type: "region" },
          ...{ health_score: 10, last_updated: "2025-01-15T10:30:00Z" },
        }));
        for (const Item of regions) await db.client.send(new PutCommand({ TableName: "iops-dashboard-metrics", Item }));
        const shown = await run("scripts/query-metrics.sh 70 region");
        expect(new Set(shown.match(/"reg_\d+"/g)).size).toBe(150);
      }, 60_000);

      it("show the insights about an entity, newest first", async () => {
        expect(await run("scripts/query-insights.sh")).toContain("Test insight explanation");
        const own = await run("scripts/query-insights.sh stu_4532");
        expect(own.match(/"timestamp": "[^"]*"/g)).toEqual([
          '"timestamp": "2025-02-01T00:00:00Z"',
          '"timestamp": "2025-01-20T00:00:00Z"',
        ]);
        expect(own).toContain('"status": "OPEN"');
      }, 60_000);

      it("are found where the engine's file says that the tables are, and under a prefix where one is given", async () => {
        const dataDir = await mkdtemp(join(tmpdir(), "opsledger-seed001-"));
        await writeFile(join(dataDir, "engine.json"), JSON.stringify({ endpoint: engine.engine.endpoint }));
        const shown = await run(read("examples/aws/use-local-tables.sh").replace(".data/", `${dataDir}/`));
        await rm(dataDir, { recursive: true });
        for (const part of ["stu_low", "tut_low", "2025-02-01T00:00:00Z"]) expect(shown).toContain(part);
        await expect(run("TABLE_PREFIX=none- scripts/query-insights.sh")).rejects.toThrow("ResourceNotFoundException");
      }, 60_000);

      it("fail where the tables cannot be reached", async () => {
        await expect(
          run("AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_MAX_ATTEMPTS=1 scripts/query-metrics.sh"),
        ).rejects.toThrow();
      }, 60_000);
    },
  );
}
