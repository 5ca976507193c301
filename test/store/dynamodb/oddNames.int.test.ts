/** Names that JavaScript gives to every object are names like any other in what is stored. */
import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/kernel/hashChain.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { withOddNames } from "../../../src/store/dynamodb/oddNames.js";
import { tables } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";

const table = "domain-feed";
let engine: TestEngine;
let db: DynamoDb;
beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db();
  await ensureTables(db, { [table]: tables[table] });
});
afterAll(() => engine.close());

let position = 0;
/** Writes the map alone and within a transaction, and reads both. */
async function throughTheStore(map: unknown): Promise<unknown[]> {
  const TableName = db.tableName(table);
  const keys = [1, 2].map(() => ({ log: "log#0", position: (position += 1) }));
  const [alone, together] = keys.map((key) => ({ TableName, Item: { ...key, map } }));
  await db.client.send(new PutCommand(alone ?? { TableName, Item: {} }));
  await db.client.send(new TransactWriteCommand({ TransactItems: [{ Put: together }] }));
  const read = keys.map((Key) => db.client.send(new GetCommand({ TableName, Key, ConsistentRead: true })));
  return (await Promise.all(read)).map(({ Item }) => Item?.["map"] as unknown);
}

const odd = ["constructor", "toString", "hasOwnProperty", "valueOf", "toJSON", "prototype", "name", "then"];

/** JSON with such names at any place; `name` with a type's name is how the SDK could be led astray. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, 1, "", "Set", "Map", "Uint8Array", "Number", "Object"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...odd), fc.string({ minLength: 1 })), tie("value"), { maxKeys: 4 }),
  ),
}));

describe("a map in an item", () => {
  it.each(odd)("may have a member named %s, whatever it is", async (name) => {
    for (const value of [1, null, "Set", { name: "Set" }, { name: "Uint8Array" }, [{ [name]: { [name]: 1 } }]]) {
      const map = Object.fromEntries([[name, value]]);
      expect(await throughTheStore(map)).toEqual([map, map]);
    }
  });

  it("comes back whole, wherever such names are in it", async () => {
    await fc.assert(
      fc.asyncProperty(anything.value, async (map) => {
        for (const read of await throughTheStore(map)) expect(canonicalJson(read)).toBe(canonicalJson(map));
      }),
      { numRuns: 150 },
    );
  });

  it("is not copied where it has none", () => {
    const plain = { a: [1, { b: new Set(["c"]) }], d: new Uint8Array(2) };
    expect(withOddNames(plain)).toBe(plain);
  });
});
