/** Many items by their keys: chunks, doubles, order, and keys that DynamoDB leaves unprocessed. */
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UnavailableError } from "../../../src/domain/kernel/index.js";
import { batchGet } from "../../../src/store/dynamodb/batchGet.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { tables } from "../../../src/store/tables.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { failRequests, sdkError } from "../faults.js";

const table = "domain-feed";
const keyOf = (position: number) => ({ log: "log#0", position });

let engine: TestEngine;
let db: DynamoDb;
let requests: number;
beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: () => (requests += 1) });
  await ensureTables(db, { [table]: tables[table] });
  for (let first = 1; first <= 250; first += 25) {
    const items = upTo(25).map((offset) => ({
      ...keyOf(first + offset - 1),
      text: `t${first + offset - 1}`,
      other: 1,
    }));
    const RequestItems = { [db.tableName(table)]: items.map((Item) => ({ PutRequest: { Item } })) };
    await db.client.send(new BatchWriteCommand({ RequestItems }));
  }
  requests = 0;
});
afterAll(() => engine.close());

/** Another client, whose engine leaves all but the first `answered` keys of each request unprocessed. */
function hesitant(answered: number): { readonly db: DynamoDb; readonly asked: number[] } {
  const client = engine.db({ tableName: db.tableName });
  const asked: number[] = [];
  const name = client.tableName(table);
  client.client.middlewareStack.add(
    (next) => async (args) => {
      const request = (args.input as { RequestItems: Record<string, { Keys: unknown[] }> }).RequestItems[name];
      const keys = request?.Keys ?? [];
      asked.push(keys.length);
      const [taken, left] = [keys.slice(0, answered), keys.slice(answered)];
      if (taken.length === 0)
        return { output: { $metadata: {}, Responses: {}, UnprocessedKeys: { [name]: { Keys: left } } }, response: {} };
      const input = { RequestItems: { [name]: { ...request, Keys: taken } } };
      const result = await next({ ...args, input });
      return {
        ...result,
        output: { ...result.output, ...(left.length === 0 ? {} : { UnprocessedKeys: { [name]: { Keys: left } } }) },
      };
    },
    { step: "initialize", name: "leaveUnprocessed", priority: "high" },
  );
  return { db: client, asked };
}

describe("a batch of keys", () => {
  it("is answered in its order, undefined for what does not exist", async () => {
    const items = await batchGet(db, table, [keyOf(3), keyOf(999), keyOf(1)]);
    expect(items.map((item) => item?.["text"])).toEqual(["t3", undefined, "t1"]);
  });

  it("costs a request for each hundred", async () => {
    requests = 0;
    const positions = upTo(250).toReversed();
    const items = await batchGet(db, table, positions.map(keyOf), { consistent: true });
    expect(items.map((item) => item?.["position"])).toEqual(positions);
    expect(requests).toBe(3);
  });

  it("costs nothing where it is empty", async () => {
    requests = 0;
    expect(await batchGet(db, table, [])).toEqual([]);
    expect(requests).toBe(0);
  });

  it("reads a key once that comes twice", async () => {
    requests = 0;
    const positions = [...upTo(100), ...upTo(100)];
    const items = await batchGet(
      db,
      table,
      positions.map((position) => ({ ...keyOf(position), extra: position })),
    );
    expect(items.map((item) => item?.["position"])).toEqual(positions);
    expect(requests).toBe(1);
  });

  it("reads the attributes that are asked for, and the key", async () => {
    const items = await batchGet(db, table, [keyOf(2)], { projection: ["text", "position"] });
    expect(items).toEqual([{ ...keyOf(2), text: "t2" }]);
  });
});

describe("keys that are left unprocessed", () => {
  it("are asked for again, with a wait in between, until all are answered", async () => {
    const { db: client, asked } = hesitant(30);
    const waits: number[] = [];
    const items = await batchGet(client, table, upTo(100).map(keyOf), {
      backoff: async (attempt) => void waits.push(attempt),
    });
    expect(items.map((item) => item?.["position"])).toEqual(upTo(100));
    expect(asked).toEqual([100, 70, 40, 10]);
    expect(waits).toEqual([2, 2, 2]);
  });

  it("are given up where nothing comes any more, after ever longer waits", async () => {
    const { db: client, asked } = hesitant(0);
    const waits: number[] = [];
    const reading = batchGet(client, table, [keyOf(1)], { backoff: async (attempt) => void waits.push(attempt) });
    await expect(reading).rejects.toBeInstanceOf(UnavailableError);
    expect(asked).toHaveLength(8);
    expect(waits).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });
});

it("a store that does not answer is unavailable", async () => {
  const client = engine.db({ tableName: db.tableName });
  const cause = sdkError("ProvisionedThroughputExceededException");
  failRequests(client, { operations: ["BatchGetItem", "BatchGet"], failure: () => cause });
  await expect(batchGet(client, table, [keyOf(1)])).rejects.toMatchObject({ code: "UNAVAILABLE", cause });
});
