/** Queries are read page by page, and no further than the reader goes. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { queryAll, queryPages } from "../../../src/store/dynamodb/query.js";
import type { LimitedQuery } from "../../../src/store/dynamodb/query.js";
import { tables } from "../../../src/store/tables.js";
import { collect, upTo } from "../../conformance/eventStore.conformance.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { failRequests, sdkError } from "../faults.js";

const table = "domain-feed";
const query: LimitedQuery = {
  KeyConditionExpression: "#log = :log",
  ExpressionAttributeNames: { "#log": "log" },
  ExpressionAttributeValues: { ":log": "log#0" },
  Limit: 4,
};

let engine: TestEngine;
let db: DynamoDb;
let requests = 0;
beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => (requests += operation === "Query" ? 1 : 0) });
  await ensureTables(db, { [table]: tables[table] });
  for (const position of upTo(10)) {
    await db.client.send(new PutCommand({ TableName: db.tableName(table), Item: { log: "log#0", position } }));
  }
});
afterAll(() => engine.close());

it("all items come in order, in pages of the limit", async () => {
  const pages = await collect(queryPages(db, table, query));
  expect(pages.map((page) => page.map(({ position }) => position))).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10],
  ]);
});

it("a page is asked for when the reader comes to it", async () => {
  requests = 0;
  for await (const { position } of queryAll(db, table, { ...query, ScanIndexForward: false }))
    if (position === 6) break;
  expect(requests).toBe(2);
});

it("reading goes on behind a key", async () => {
  const items = await collect(queryAll(db, table, { ...query, ExclusiveStartKey: { log: "log#0", position: 8 } }));
  expect(items.map(({ position }) => position)).toEqual([9, 10]);
});

it("says that the store is unavailable where it does not answer", async () => {
  const failing = engine.db();
  failRequests(failing, { operations: ["Query"], failure: () => sdkError("TimeoutError", { code: "ECONNRESET" }) });
  await expect(collect(queryAll(failing, table, query))).rejects.toThrow(UnavailableError);
});
