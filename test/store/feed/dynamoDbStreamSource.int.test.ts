/** DynamoDB Streams of the embedded engine behind the port of the feeder. */
import { CreateTableCommand, DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDynamoDbStreamSource } from "../../../src/store/feed/dynamoDbStreamSource.js";
import { ShardGoneError } from "../../../src/store/feed/errors.js";
import { createStreamReader } from "../../../src/store/feed/streamReader.js";
import type { StreamSource } from "../../../src/store/feed/streamSource.js";
import { startFeedEngine } from "./support/engine.js";
import type { FeedEngine, FeedTables } from "./support/engine.js";
import { upTo } from "./support/ledger.js";

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

let tables: FeedTables;
let source: StreamSource;
let shardId: string;

const put = (version: number, more: object = {}) =>
  tables.db.client.send(
    new PutCommand({ TableName: tables.db.tableName("domain-events"), Item: { streamId: "Test-a", version, ...more } }),
  );

beforeEach(async () => {
  tables = await engine.tables();
  source = createDynamoDbStreamSource({ db: tables.db, streams: engine.streams, contiguousSequenceNumbers: true });
  shardId = (await source.shards())[0]?.shardId ?? "";
});

describe("the stream of a table", () => {
  it("has one shard without a parent", async () => {
    expect(await source.shards()).toEqual([{ shardId, parentShardId: undefined }]);
  });

  it("tells inserts with their items, changes and removals, numbered from 1 without gaps", async () => {
    await put(1, { tags: ["x"], count: 2, nested: { ok: true } });
    await put(1, { tags: ["y"] });
    await tables.db.client.send(
      new DeleteCommand({ TableName: tables.db.tableName("domain-events"), Key: { streamId: "Test-a", version: 1 } }),
    );
    const { records } = await source.read(shardId, await source.iterator(shardId, "TRIM_HORIZON"), 100);
    expect(records.map(({ sequenceNumber, kind }) => [sequenceNumber, kind])).toEqual([
      ["1", "INSERT"],
      ["2", "MODIFY"],
      ["3", "REMOVE"],
    ]);
    expect(records[0]?.image).toEqual({ streamId: "Test-a", version: 1, tags: ["x"], count: 2, nested: { ok: true } });
  });

  it("is read on from a number, behind a number, and from where it ended", async () => {
    for (const version of upTo(12)) await put(version);
    const numbers = async (iterator: string) =>
      (await source.read(shardId, iterator, 3)).records.map(({ sequenceNumber }) => sequenceNumber);
    expect(await numbers(await source.iterator(shardId, { at: "9" }))).toEqual(["9", "10", "11"]);
    expect(await numbers(await source.iterator(shardId, { after: "9" }))).toEqual(["10", "11", "12"]);
    expect(await numbers(await source.iterator(shardId, { after: "0" }))).toEqual(["1", "2", "3"]);
    const end = await source.read(shardId, await source.iterator(shardId, { after: "12" }), 3);
    expect(end.records).toEqual([]);
    await put(13);
    expect(await numbers(end.nextIterator ?? "")).toEqual(["13"]);
  });

  it("lets the reader know its horizon and what it holds", async () => {
    const reader = createStreamReader({ source, pageSize: 10 });
    expect(await reader.horizon(shardId)).toBe("0");
    await put(1);
    expect(await reader.horizon(shardId)).toBe("0");
    expect(await reader.holds(shardId, "1")).toBe(true);
    expect(await reader.holds(shardId, "2")).toBe(false);
  });

  it("is found again when the table was made anew", async () => {
    const TableName = tables.db.tableName("domain-events");
    await tables.db.client.send(new DeleteTableCommand({ TableName }));
    await expect(source.shards()).rejects.toThrow();
    await tables.db.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "streamId", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "streamId", KeyType: "HASH" }],
      }),
    );
    await expect(source.shards()).rejects.toThrow("has no stream");
  });

  it("says that a stream is gone in its own words", async () => {
    const other = createDynamoDbStreamSource({
      db: { ...tables.db, tableName: () => tables.db.tableName("domain-events") },
      streams: engine.streams,
      contiguousSequenceNumbers: false,
    });
    const iterator = await other.iterator(shardId, "TRIM_HORIZON");
    await tables.db.client.send(new DeleteTableCommand({ TableName: tables.db.tableName("domain-events") }));
    await expect(other.iterator(shardId, "TRIM_HORIZON").then(() => other.read(shardId, iterator, 1))).rejects.toThrow(
      ShardGoneError,
    );
  });
});
