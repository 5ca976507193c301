/** The sweeper deletes what has expired, all of that, and nothing else. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../../src/domain/kernel/index.js";
import type { DynamoDb, SentRequest } from "../../src/store/dynamodb/client.js";
import { createExpirySweeper } from "../../src/store/expirySweeper.js";
import type { ExpirySweeperDeps } from "../../src/store/expirySweeper.js";
import { tableNames, tables } from "../../src/store/tables.js";
import type { TableDefinition } from "../../src/store/tables.js";
import { startTestEngine } from "../support/engine.js";
import type { TestDbOptions, TestEngine } from "../support/engine.js";

const clock: Clock = { now: () => "2025-01-15T10:30:00.000Z" };
const now = Date.parse(clock.now()) / 1000;

let test: TestEngine;

beforeAll(async () => {
  test = await startTestEngine();
});

afterAll(() => test.close());

/** The tables that have a time to live, without their indexes; the tests write to that of incidents. */
async function expiringTables(options?: TestDbOptions): Promise<DynamoDb> {
  const db = test.db(options);
  for (const name of tableNames) {
    const { partitionKey, sortKey, timeToLive }: TableDefinition = tables[name];
    if (timeToLive === undefined) continue;
    const key = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
    await db.client.send(
      new CreateTableCommand({
        TableName: db.tableName(name),
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: key.map(({ name: AttributeName, type: AttributeType }) => ({
          AttributeName,
          AttributeType,
        })),
        KeySchema: key.map(({ name: AttributeName }, index) => ({
          AttributeName,
          KeyType: index === 0 ? ("HASH" as const) : ("RANGE" as const),
        })),
      }),
    );
  }
  return db;
}

async function put(db: DynamoDb, name: string, ttl?: unknown): Promise<void> {
  const Item = { PK: "INCIDENT#1", SK: name, ttl };
  await db.client.send(new PutCommand({ TableName: db.tableName("aegis-incidents"), Item }));
}

async function left(db: DynamoDb): Promise<unknown[]> {
  const { Items = [] } = await db.client.send(
    new ScanCommand({ TableName: db.tableName("aegis-incidents"), Limit: 1000 }),
  );
  return Items.map((item): unknown => item["SK"]);
}

const sweeperOf = (db: DynamoDb, deps: Partial<ExpirySweeperDeps> = {}) => createExpirySweeper({ db, clock, ...deps });

/** Runs `then` once, after the first request of that name was answered and before its caller knows. */
function afterFirst(db: DynamoDb, command: string, then: () => Promise<unknown>): void {
  let done = false;
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === command && !done) {
        done = true;
        await then();
      }
      return result;
    },
    { step: "initialize" },
  );
}

describe("a sweep", () => {
  it("deletes what is due, and keeps what is due later, never, or has no number as its time", async () => {
    const db = await expiringTables();
    await put(db, "long ago", now - 100);
    await put(db, "this second", now);
    await put(db, "next second", now + 1);
    await put(db, "never");
    await put(db, "text", "1");
    expect(await sweeperOf(db).sweep()).toEqual({ scanned: 5, deleted: 2 });
    expect(await left(db)).toEqual(["never", "next second", "text"]);
  });

  it("goes through all pages of a table", async () => {
    const operations: string[] = [];
    const db = await expiringTables({ onRequest: ({ operation }: SentRequest) => operations.push(operation) });
    for (let index = 0; index < 510; index += 1) await put(db, `row ${index}`, index % 50 === 0 ? now - 1 : undefined);
    expect(await sweeperOf(db).sweep()).toEqual({ scanned: 510, deleted: 11 });
    // Two pages of incidents, and one for each other table.
    const others = tableNames.filter((name) => "timeToLive" in tables[name]).length - 1;
    expect(operations.filter((operation) => operation === "Scan")).toHaveLength(2 + others);
    expect(operations.filter((operation) => operation === "DeleteItem")).toHaveLength(11);
  });

  it("keeps an item whose time to live was lifted or put off after it was seen", async () => {
    const db = await expiringTables();
    for (const name of ["expired", "lifted", "put off"]) await put(db, name, now - 1);
    const TableName = db.tableName("aegis-incidents");
    const names = { ExpressionAttributeNames: { "#ttl": "ttl" } };
    afterFirst(db, "ScanCommand", async () => {
      const Key = { PK: "INCIDENT#1", SK: "lifted" };
      await db.client.send(new UpdateCommand({ TableName, Key, UpdateExpression: "REMOVE #ttl", ...names }));
      await put(db, "put off", now + 1);
    });
    expect(await sweeperOf(db).sweep()).toEqual({ scanned: 3, deleted: 1 });
    expect(await left(db)).toEqual(["lifted", "put off"]);
  });

  it("touches no table without a time to live", async () => {
    const operations: string[] = [];
    const db = test.db({ onRequest: ({ operation }) => operations.push(operation) });
    const tables = {
      "domain-events": { partitionKey: { name: "streamId", type: "S" }, indexes: [], purpose: "" },
    } as const;
    expect(await sweeperOf(db, { tables }).sweep()).toEqual({ scanned: 0, deleted: 0 });
    expect(operations).toEqual([]);
  });

  it("is the running one while one runs", async () => {
    const db = await expiringTables();
    const sweeper = sweeperOf(db);
    const first = sweeper.sweep();
    expect(sweeper.sweep()).toBe(first);
    await first;
    const later = sweeper.sweep();
    expect(later).not.toBe(first);
    await later;
  });

  it("fails where the engine refuses", async () => {
    await expect(sweeperOf(test.db()).sweep()).rejects.toThrow(/resource not found/i);
  });

  it("fails where a delete is refused for another reason than its condition", async () => {
    const db = await expiringTables();
    await put(db, "expired", now - 1);
    db.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "DeleteItemCommand") throw new Error("no deletes today");
        return next(args);
      },
      { step: "initialize" },
    );
    await expect(sweeperOf(db).sweep()).rejects.toThrow("no deletes today");
  });
});

describe("a sweep that is told to stop", () => {
  it("ends after the page at hand, and another one begins anew", async () => {
    let requests = 0;
    const db = await expiringTables({ onRequest: () => (requests += 1) });
    for (let index = 0; index < 501; index += 1) await put(db, `row ${index}`);
    const sweeper = sweeperOf(db);
    const stop = new AbortController();
    const before = requests;
    const swept = sweeper.sweep(stop.signal);
    stop.abort();
    expect((await swept).scanned).toBeLessThanOrEqual(500);
    expect(requests - before).toBeLessThanOrEqual(1);
    expect(await sweeper.sweep()).toEqual({ scanned: 501, deleted: 0 });
  });

  it("asks for nothing where it was told so before", async () => {
    let requests = 0;
    const db = await expiringTables({ onRequest: () => (requests += 1) });
    const before = requests;
    expect(await sweeperOf(db).sweep(AbortSignal.abort())).toEqual({ scanned: 0, deleted: 0 });
    expect(requests).toBe(before);
  });
});
