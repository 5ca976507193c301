/** The change feed in DynamoDB: as its readers see it. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createCodec } from "../../../src/domain/kernel/index.js";
import type { Commit } from "../../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { createDynamoDbChangeFeed } from "../../../src/store/feed/changeFeed.js";
import { FeedGapError } from "../../../src/store/feed/errors.js";
import { createFeedWriter } from "../../../src/store/feed/feedWriter.js";
import { createShardCheckpoints } from "../../../src/store/feed/shardCheckpoints.js";
import { changeFeedConformance } from "../../conformance/changeFeed.conformance.js";
import { startTestDynamoDbLocal, skipsDynamoDbLocal } from "../../support/dynamoDbLocal.js";
import { startFeedEngine } from "./support/engine.js";
import type { FeedEngine } from "./support/engine.js";
import { aCommit, aLease, clock, codec, createMemoryLog, readFeed, upTo } from "./support/ledger.js";

let engine: FeedEngine;
beforeAll(async () => {
  engine = await startFeedEngine();
});
afterAll(() => engine.close());

function writerOf(db: DynamoDb, logs: number) {
  const feed = createDynamoDbChangeFeed({ db, codec, logs });
  const checkpoints = createShardCheckpoints({ db });
  const writer = createFeedWriter({
    db,
    feed,
    eventStore: createMemoryLog(),
    checkpoints,
    clock,
    onFed: () => undefined,
  });
  const append = async (commits: readonly Commit[]) => {
    await writer.reload(await aLease(db, "feeder"));
    await writer.write(commits.map((commit) => ({ commit })));
  };
  return { feed, append };
}

changeFeedConformance("The feed in DynamoDB", {
  aCommit,
  create: async () => {
    const { db } = await engine.tables();
    return { ...writerOf(db, 4), close: async () => undefined };
  },
});

describe.skipIf(skipsDynamoDbLocal)("on DynamoDB Local", () => {
  let local: FeedEngine;
  beforeAll(async () => {
    local = await startFeedEngine(startTestDynamoDbLocal);
  });
  afterAll(() => local.close());

  changeFeedConformance("The feed in DynamoDB Local", {
    aCommit,
    create: async () => {
      const { db } = await local.tables();
      return { ...writerOf(db, 4), close: async () => undefined };
    },
  });
});

describe("reading", () => {
  it("costs one request for a reader at the head, and one for the next page", async () => {
    let requests = 0;
    const { db, prefix } = await engine.tables();
    const { append } = writerOf(db, 1);
    await append([aCommit("Test-a", 1, 3)]);
    const observed = await engine.tables({ prefix, onRequest: () => (requests += 1) });
    const feed = createDynamoDbChangeFeed({ db: observed.db, codec, logs: 1 });
    const [head = 0] = await feed.head();
    expect(requests).toBe(1);
    await feed.read(0, head, 100);
    await feed.read(0, head, 100);
    expect(requests).toBe(3);
    await append([aCommit("Test-a", 4)]);
    expect(await feed.read(0, head, 100)).toHaveLength(1);
    expect(requests).toBe(4);
  });

  it("pages on where a page ends at a megabyte", async () => {
    const { db } = await engine.tables();
    const { feed, append } = writerOf(db, 1);
    for (const first of [0, 10, 20, 30, 40]) {
      await append(upTo(10).map((index) => aCommit(`Test-${first + index}`, 1, 1, "x".repeat(30_000))));
    }
    const entries = await feed.read(0, 0, 50);
    expect(entries).toHaveLength(50);
  });

  it("lifts events that were fed under an older schema", async () => {
    const { db } = await engine.tables();
    await writerOf(db, 1).append([aCommit("Test-a", 1)]);
    const newer = createCodec({
      Noted: {
        current: z.object({ note: z.string() }),
        upcasters: [(data) => ({ note: z.object({ text: z.string() }).parse(data).text })],
      },
    });
    const [entry] = await createDynamoDbChangeFeed({ db, codec: newer, logs: 1 }).read(0, 0, 1);
    expect(entry?.event).toMatchObject({ schemaVersion: 2, data: { note: "something" } });
  });

  it("throws where a log has a gap, and never reads past it", async () => {
    const { db } = await engine.tables();
    const { feed, append } = writerOf(db, 1);
    for (const version of [1, 2, 3, 4]) await append([aCommit("Test-a", version)]);
    await db.client.send(
      new DeleteCommand({ TableName: db.tableName("domain-feed"), Key: { log: "log#0", position: 2 } }),
    );
    await expect(feed.read(0, 0, 100)).rejects.toThrow(FeedGapError);
    await expect(feed.read(0, 1, 100)).rejects.toThrow("expected 2, found 3");
    expect(await feed.read(0, 2, 100)).toHaveLength(2);
  });
});

describe("writing", () => {
  it("puts commits that come together into one item, and more than fit into several transactions", async () => {
    let transactions = 0;
    const { db } = await engine.tables({
      onRequest: ({ operation }) => (transactions += operation.startsWith("TransactWrite") ? 1 : 0),
    });
    const { feed, append } = writerOf(db, 2);
    await append(upTo(130).map((version) => aCommit("Test-a", version)));
    expect(transactions).toBe(3);
    expect((await readFeed(feed)).map(({ event }) => event.version)).toEqual(upTo(130));
  });
});
