/** Tables are created where they are absent, and nothing is touched where one is not as declared. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TableMismatchError, ensureTables, toCreateTable } from "../../src/store/dynamodb/createTables.js";
import type { TableDefinitions } from "../../src/store/dynamodb/createTables.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { tableNames, tables } from "../../src/store/tables.js";
import type { TableDefinition, TableName } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { failRequests, sdkError } from "./faults.js";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

async function existing(db: DynamoDb): Promise<string[]> {
  const { TableNames } = await db.client.send(new ListTablesCommand({}));
  return tableNames.map(db.tableName).filter((name) => TableNames?.includes(name));
}

async function timeToLiveOf(db: DynamoDb, table: TableName) {
  const input = { TableName: db.tableName(table) };
  return (await db.client.send(new DescribeTimeToLiveCommand(input))).TimeToLiveDescription;
}

/** Creates one table in another shape than it is declared in. */
async function createOther(db: DynamoDb, table: TableName, change: Partial<TableDefinition>): Promise<void> {
  const { timeToLive, ...definition }: TableDefinition = { ...tables[table], ...change };
  const TableName = db.tableName(table);
  await db.client.send(new CreateTableCommand(toCreateTable(TableName, definition)));
  if (timeToLive === undefined) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: timeToLive };
  await db.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

/** The differences that are found, without the prefix of the table's name. */
async function differences(db: DynamoDb, declared?: TableDefinitions): Promise<readonly string[]> {
  try {
    await ensureTables(db, declared);
  } catch (error) {
    if (error instanceof TableMismatchError)
      return error.differences.map((line) => line.slice(db.tableName("domain-feed").indexOf("domain")));
    throw error;
  }
  return [];
}

describe("absent tables", () => {
  it("are created with keys, indexes, stream and time to live, ready to be used", async () => {
    const db = engine.db();
    const lines: string[] = [];
    expect(await ensureTables(db, tables, { log: (line) => lines.push(line) })).toEqual(tableNames);
    expect(lines).toEqual(tableNames.map((table) => `created table ${db.tableName(table)}`));
    const input = { TableName: db.tableName("aegis-incidents") };
    const { Table } = await db.client.send(new DescribeTableCommand(input));
    expect(Table?.TableStatus).toBe("ACTIVE");
    expect(Table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).toSorted()).toEqual([
      "GSI1",
      "GSI2",
      "GSI3",
    ]);
    const { Table: log } = await db.client.send(new DescribeTableCommand({ TableName: db.tableName("domain-events") }));
    expect(log?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
    expect(await timeToLiveOf(db, "aegis-incidents")).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
  });

  it("are created beside those that exist", async () => {
    const db = engine.db();
    await ensureTables(db, { "domain-feed": tables["domain-feed"] });
    expect(await existing(db)).toEqual([db.tableName("domain-feed")]);
    expect(await ensureTables(db)).toEqual(tableNames.filter((table) => table !== "domain-feed"));
  });

  it("are created once by servers that start at the same time", async () => {
    const db = engine.db();
    await Promise.all([ensureTables(db), ensureTables(db), ensureTables(db)]);
    expect(await existing(db)).toHaveLength(tableNames.length);
    expect(await ensureTables(db)).toEqual([]);
  });

  it("are waited for no longer than is said", async () => {
    const db = engine.db();
    const TableName = db.tableName("domain-feed");
    await ensureTables(db, { "domain-feed": tables["domain-feed"] });
    const other = engine.db({ tableName: db.tableName });
    let described = 0;
    other.client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName !== "DescribeTableCommand") return result;
        described += 1;
        const { Table } = await db.client.send(new DescribeTableCommand({ TableName }));
        return { ...result, output: { ...result.output, Table: { ...Table, TableStatus: "CREATING" } } };
      },
      { step: "initialize", name: "neverActive" },
    );
    const waiting = ensureTables(other, { "domain-feed": tables["domain-feed"] }, { activeWithinMilliseconds: 20 });
    await expect(waiting).rejects.toThrow(`table ${TableName} is still CREATING`);
    expect(described).toBeGreaterThan(2);
  });

  it("are not created where DynamoDB refuses, and its refusal is passed on", async () => {
    for (const operation of ["DescribeTable", "CreateTable"]) {
      const db = engine.db();
      const refusal = sdkError("AccessDeniedException");
      failRequests(db, { operations: [operation], failure: () => refusal });
      await expect(ensureTables(db)).rejects.toBe(refusal);
      expect(await existing(db)).toEqual([]);
    }
  });
});

describe("tables that are as declared", () => {
  it("cost two small requests each, and nothing is written", async () => {
    const sent: string[] = [];
    const db = engine.db({ onRequest: ({ operation }) => sent.push(operation) });
    await ensureTables(db);
    sent.length = 0;
    expect(await ensureTables(db)).toEqual([]);
    const expected = tableNames.flatMap(() => ["DescribeTable", "DescribeTimeToLive"]);
    expect(sent.toSorted()).toEqual(expected.toSorted());
  });

  it("get their time to live where a crash came before it", async () => {
    const db = engine.db();
    const { timeToLive: _, ...definition }: TableDefinition = tables["aegis-incidents"];
    await ensureTables(db, { "aegis-incidents": definition });
    expect((await timeToLiveOf(db, "aegis-incidents"))?.TimeToLiveStatus).toBe("DISABLED");
    await ensureTables(db);
    expect((await timeToLiveOf(db, "aegis-incidents"))?.AttributeName).toBe("ttl");
  });
});

describe("a table that is not as declared", () => {
  it("is reported difference by difference, and nothing is created", async () => {
    const db = engine.db();
    const [GSI1, GSI2, GSI3] = tables["aegis-incidents"].indexes;
    await createOther(db, "aegis-incidents", {
      timeToLive: "expires",
      stream: "NEW_IMAGE",
      indexes: [
        { ...GSI1, sortKey: { name: "GSI1SK", type: "N" } },
        { ...GSI3, projection: ["id", "title"] },
        { ...GSI2, name: "GSI4", projection: [] },
      ],
    });
    await createOther(db, "domain-events", {
      partitionKey: { name: "stream", type: "S" },
      sortKey: { name: "version", type: "S" },
      stream: "NEW_AND_OLD_IMAGES",
    });
    const before = await existing(db);
    expect((await differences(db)).toSorted()).toEqual(
      [
        "domain-events: partition key is stream (S), not streamId (S)",
        "domain-events: sort key is version (S), not version (N)",
        "domain-events: stream is NEW_AND_OLD_IMAGES, not NEW_IMAGE",
        "aegis-incidents: stream is NEW_IMAGE, not absent",
        "aegis-incidents: time to live is expires, not ttl",
        "aegis-incidents: index GSI1 sort key is GSI1SK (N), not GSI1SK (S)",
        "aegis-incidents: index GSI3 projection is INCLUDE id, title, not INCLUDE created_at, id, service, severity, status, title",
        "aegis-incidents: index GSI2 is absent, not GSI2PK (S), GSI2SK (S), ALL",
        "aegis-incidents: index GSI4 is GSI2PK (S), GSI2SK (S), KEYS_ONLY, not absent",
      ].toSorted(),
    );
    expect(await existing(db)).toEqual(before);
    expect((await timeToLiveOf(db, "aegis-incidents"))?.AttributeName).toBe("expires");
  });

  it("is reported where it has no sort key, no stream, or a time to live that nobody declared", async () => {
    const db = engine.db();
    const { sortKey: _, stream: __, ...events }: TableDefinition = tables["domain-events"];
    await db.client.send(new CreateTableCommand(toCreateTable(db.tableName("domain-events"), events)));
    await createOther(db, "domain-feed", { timeToLive: "ttl" });
    expect(await differences(db)).toEqual([
      "domain-events: sort key is absent, not version (N)",
      "domain-events: stream is absent, not NEW_IMAGE",
      "domain-feed: time to live is ttl, not absent",
    ]);
  });

  it("may have the stream that it has where it is deployed, and no other", async () => {
    const [db, other] = [engine.db(), engine.db()];
    const only = { "domain-feed": tables["domain-feed"] };
    const streams = async (at: DynamoDb, StreamViewType: "KEYS_ONLY" | "NEW_IMAGE") => {
      const input = toCreateTable(at.tableName("domain-feed"), tables["domain-feed"]);
      await at.client.send(
        new CreateTableCommand({ ...input, StreamSpecification: { StreamEnabled: true, StreamViewType } }),
      );
    };
    await streams(db, "KEYS_ONLY");
    expect(await differences(db, only)).toEqual([]);
    await streams(other, "NEW_IMAGE");
    expect(await differences(other, only)).toEqual(["domain-feed: stream is NEW_IMAGE, not absent"]);
  });

  it("says so in its message, with the table's name in this environment", async () => {
    const db = engine.db();
    await createOther(db, "domain-feed", { sortKey: { name: "at", type: "N" } });
    const name = db.tableName("domain-feed");
    await expect(ensureTables(db)).rejects.toThrow(
      `nothing was changed: ${name}: sort key is at (N), not position (N)`,
    );
  });
});
