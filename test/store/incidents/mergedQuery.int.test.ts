/** Several sorted ranges read as one list: in order, each item once, and resumed behind any of them. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { mergedQuery } from "../../../src/store/query/mergedQuery.js";
import type { SortedRange } from "../../../src/store/query/mergedQuery.js";
import { tables } from "../../../src/store/tables.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { collect, upTo } from "../../conformance/eventStore.conformance.js";

const table = "aegis-incidents";

let engine: TestEngine;
let db: DynamoDb;
let requests = 0;

const two = (n: number) => String(n).padStart(2, "0");

/** Ranks 01 to 30 dealt to three partitions; and 24 items, three in each of eight seconds, under one index key. */
beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => (requests += operation === "Query" ? 1 : 0) });
  await ensureTables(db, { [table]: tables[table] });
  const put = (Item: Record<string, unknown>) =>
    db.client.send(new PutCommand({ TableName: db.tableName(table), Item }));
  for (const n of upTo(30)) await put({ PK: `p${n % 3}`, SK: `S#${two(n)}`, rank: two(n) });
  for (const n of upTo(24)) {
    const rank = `${two(Math.ceil(n / 3))}-${["b", "c", "a"][n % 3] ?? ""}`;
    await put({ PK: `tied${n}`, SK: "ROW", GSI3PK: "DATE#x", GSI3SK: `TIME#${two(Math.ceil(n / 3))}`, rank });
  }
});
afterAll(() => engine.close());

function partition(name: string, from = "S#", to = "S#~"): SortedRange {
  return {
    table,
    partitionKey: { name: "PK", value: name },
    sortKey: { name: "SK", from, to },
    rankOf: (item) => String(item["rank"]),
    sortKeyAt: (rank) => `S#${rank}`,
    consistent: true,
  };
}

const threePartitions = ["p0", "p1", "p2"].map((name) => partition(name));

const tied: SortedRange = {
  table,
  index: "GSI3",
  partitionKey: { name: "GSI3PK", value: "DATE#x" },
  sortKey: { name: "GSI3SK", from: "TIME#", to: "TIME#~" },
  // GSI3 carries neither rank nor the item; the number is in the key.
  rankOf: ({ PK }) => {
    const n = Number(String(PK).slice("tied".length));
    return `${two(Math.ceil(n / 3))}-${["b", "c", "a"][n % 3] ?? ""}`;
  },
  sortKeyAt: (rank) => `TIME#${rank.slice(0, 2)}`,
  sortKeyRepeats: true,
};

interface Reading {
  readonly descending?: boolean;
  readonly expected?: number;
  readonly after?: string;
}

async function ranks(ranges: readonly SortedRange[], { descending = false, expected = 10, after }: Reading = {}) {
  const items = await collect(mergedQuery(db, { ranges, descending, expected, after }));
  return items.map(({ rank }) => rank);
}

const all = upTo(30).map(two);
const allTied = upTo(8).flatMap((n) => ["a", "b", "c"].map((letter) => `${two(n)}-${letter}`));

describe("several ranges", () => {
  it.each([1, 3, 10, 100])("are one list, in either direction, when %i are expected", async (expected) => {
    expect(await ranks(threePartitions, { expected })).toEqual(all);
    expect(await ranks(threePartitions, { expected, descending: true })).toEqual(all.toReversed());
  });

  it("go on behind any rank, whether or not it is still there", async () => {
    for (const after of ["00", ...all, "31"]) {
      expect(await ranks(threePartitions, { after })).toEqual(all.filter((rank) => rank > after));
      expect(await ranks(threePartitions, { after, descending: true })).toEqual(
        all.filter((rank) => rank < after).toReversed(),
      );
    }
  });

  it("may be empty, or end before they begin", async () => {
    expect(await ranks([])).toEqual([]);
    expect(await ranks([partition("nobody"), partition("p1"), partition("p2", "S#20", "S#10")])).toEqual(
      all.filter((_, index) => (index + 1) % 3 === 1),
    );
  });

  it("hold both of their ends", async () => {
    expect(await ranks([partition("p0", "S#06", "S#12")])).toEqual(["06", "09", "12"]);
  });

  it("of a table and an index are one list", async () => {
    const merged = await ranks([partition("p0"), tied]);
    expect(merged).toEqual([...all.filter((_, index) => (index + 1) % 3 === 0), ...allTied].sort());
  });
});

describe("a range whose sort keys repeat", () => {
  it("puts the items of one key in order of their rank, in either direction, on any page size", async () => {
    for (const expected of [1, 2, 5, 50]) {
      expect(await ranks([tied], { expected })).toEqual(allTied);
      expect(await ranks([tied], { expected, descending: true })).toEqual(allTied.toReversed());
    }
  });

  it("goes on in the middle of a tie", async () => {
    for (const after of allTied) {
      expect(await ranks([tied], { after })).toEqual(allTied.filter((rank) => rank > after));
      expect(await ranks([tied], { after, descending: true })).toEqual(
        allTied.filter((rank) => rank < after).toReversed(),
      );
    }
  });
});

describe("requests", () => {
  const requestsOf = async (read: () => Promise<unknown>) => {
    requests = 0;
    await read();
    return requests;
  };
  const take = async (ranges: readonly SortedRange[], expected: number) => {
    const list = mergedQuery(db, { ranges, descending: false, expected });
    for (let n = 0; n < expected; n += 1) await list.next();
    await list.return();
  };

  it("are one for each range, as long as no more is read than was expected", async () => {
    expect(await requestsOf(() => take([partition("p0")], 10))).toBe(1);
    expect(await requestsOf(() => take(threePartitions, 10))).toBe(3);
  });

  it("are none for a range that ends before it begins", async () => {
    expect(await requestsOf(() => ranks([partition("p0", "S#9", "S#1")]))).toBe(0);
  });
});
