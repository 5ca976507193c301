/** The feeder as a function, on records of the engine's own stream: each commit once, in one order, whatever the batches are like. */
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { logOf } from "../../src/domain/kernel/index.js";
import type { ChangeFeed, Commit, EventStore } from "../../src/domain/kernel/index.js";
import { createFeederFunction } from "../../src/lambda/feeder.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../src/store/dynamodb/eventStore.js";
import { decodeCommit } from "../../src/store/dynamodb/items.js";
import { createDynamoDbChangeFeed } from "../../src/store/feed/changeFeed.js";
import { createStreamBatchFeeder } from "../../src/store/feed/streamBatchFeeder.js";
import type { StreamBatchFeeder } from "../../src/store/feed/streamBatchFeeder.js";
import { toStreamRecord } from "../../src/lambda/streamRecords.js";
import { proveFeedLog } from "../../src/store/proofs/feedProof.js";
import { createHeadsProof } from "../../src/store/proofs/headsProof.js";
import { sha256 } from "../../src/store/sha256.js";
import { startFeedEngine } from "../store/feed/support/engine.js";
import type { FeedEngine } from "../store/feed/support/engine.js";
import { aCommit, clock, codec, readFeed, silent, upTo, versionsByStream } from "../store/feed/support/ledger.js";
import { startTestEngine } from "../support/engine.js";
import { createLogger } from "../../src/observability/logger.js";
import { beyondRights, recordRights, unusedRights } from "../support/rights.js";
import type { RightsRecorder, TableUse } from "../support/rights.js";
import { contextOf } from "./support/functions.js";
import { eventOf, readLogStream, recorded } from "./support/streams.js";

const logs = 4;
const uses: TableUse[] = [];
let endpoint: string;
let engine: FeedEngine;
let db: DynamoDb;
let prefix: string;
let feed: ChangeFeed;
let log: EventStore;
let news: () => Promise<DynamoDBRecord[]>;

beforeAll(async () => {
  engine = await startFeedEngine(async () => {
    const started = await startTestEngine();
    endpoint = started.engine.endpoint ?? "";
    return started;
  });
});
afterAll(() => engine.close());

beforeEach(async () => {
  ({ db, prefix } = await engine.tables());
  feed = createDynamoDbChangeFeed({ db, codec, logs });
  log = createDynamoDbEventStore({ db, codec, clock, views: {} });
  news = readLogStream(db, engine.streams);
});

interface Environment {
  readonly handler: (event: DynamoDBStreamEvent) => Promise<readonly string[]>;
  readonly requests: RightsRecorder;
  /** What it has logged. */
  readonly logged: () => readonly Readonly<Record<string, unknown>>[];
}

/** An environment of Lambda: what it remembers is its own. */
async function anEnvironment(): Promise<Environment> {
  const requests = await recordRights(endpoint, prefix);
  const lines: string[] = [];
  const { handler } = createFeederFunction({
    environment: { DYNAMODB_ENDPOINT: requests.endpoint, TABLE_PREFIX: prefix, FEED_LOGS: String(logs) },
    logger: createLogger({ level: "info", destination: { write: (line: string) => void lines.push(line) } }),
  });
  onTestFinished(async () => {
    uses.push(...requests.uses());
    await requests.close();
  });
  return {
    requests,
    logged: () => lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    handler: async (event) =>
      (await handler(event, contextOf())).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
}

async function append(...commits: Commit[]): Promise<void> {
  for (const commit of commits)
    await log.append({ appends: [{ commit, expectedVersion: commit.version - 1, views: [] }] });
}

const aStory = (streamId: string, versions: number) => upTo(versions).map((version) => aCommit(streamId, version));
const fed = async () => Object.fromEntries(versionsByStream(await readFeed(feed)));
const numberOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;

/** What is wrong with the feed, as `verify` would say it; empty where all of it is in one order and as the log has it. */
async function problems(): Promise<readonly unknown[]> {
  const proof = createHeadsProof(sha256Of, await feed.head());
  const differences: unknown[] = [];
  for (const index of upTo(logs).map((one) => one - 1)) {
    for await (const page of proveFeedLog({ db, codec, log: index, after: 0 })) {
      differences.push(...page.differences);
      proof.add(page.steps);
    }
  }
  return proof.holds ? differences : [...differences, "the logs are not one order"];
}
const sha256Of = sha256;

describe("a batch", () => {
  it("is fed, each stream in its order, and nothing is said to have failed", async () => {
    await append(...aStory("Test-a", 3), aCommit("Test-b", 1, 4), ...aStory("Test-c", 2));
    const { handler } = await anEnvironment();
    expect(await handler(eventOf(await news()))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2, 3], "Test-b": [1, 2, 3, 4], "Test-c": [1, 2] });
    expect(await problems()).toEqual([]);
  });

  it("in the shape that AWS has recorded is fed", async () => {
    const { handler } = await anEnvironment();
    expect(await handler(recorded("dynamoDbStreamLog"))).toEqual([]);
    expect(await fed()).toEqual({ "Test-recorded": [1] });
  });

  it("is fed once, although its records come twice, in the wrong order, and once more in another environment", async () => {
    await append(...aStory("Test-a", 4), ...aStory("Test-b", 3));
    const records = await news();
    const [first, second] = [await anEnvironment(), await anEnvironment()];
    expect(await first.handler(eventOf([...records, ...records].toReversed()))).toEqual([]);
    expect(await first.handler(eventOf(records))).toEqual([]);
    expect(await second.handler(eventOf(records))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2, 3, 4], "Test-b": [1, 2, 3] });
    expect(await problems()).toEqual([]);
  });

  it("that begins in the middle of a stream is fed with what the log has before it", async () => {
    await append(...aStory("Test-a", 5));
    const { handler } = await anEnvironment();
    expect(await handler(eventOf((await news()).slice(3)))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2, 3, 4, 5] });
  });

  it("is passed over where it holds no commit: records of keys, changes and removals", async () => {
    await append(aCommit("Test-a", 1));
    const [first] = await news();
    if (first === undefined) throw new Error("the stream is empty");
    const image = { streamId: { S: "Command-1" }, version: { N: "1" }, kind: { S: "idempotency" } };
    const { handler } = await anEnvironment();
    const others: DynamoDBRecord[] = [
      { ...first, dynamodb: { ...first.dynamodb, NewImage: image } },
      { ...first, eventName: "MODIFY" },
      { ...first, eventName: "REMOVE" },
    ];
    expect(await handler(eventOf(others))).toEqual([]);
    expect(await fed()).toEqual({});
  });

  it("that is none of DynamoDB Streams is refused: nothing is taken for nothing to do", async () => {
    const { handler } = await anEnvironment();
    await expect(handler(JSON.parse('{"Records":[{"messageId":"1"}]}') as DynamoDBStreamEvent)).rejects.toThrow(
      "no batch of DynamoDB Streams",
    );
  });
});

describe("feeders of several shards", () => {
  it("write to different logs in one order: who does not know what the other has fed begins anew", async () => {
    const [one = "", other = ""] = [0, 1].map((index) =>
      upTo(100)
        .map((number) => `Test-${number}`)
        .find((streamId) => logOf(streamId, logs) === index),
    );
    const [first, second] = [await anEnvironment(), await anEnvironment()];
    await append(aCommit(one, 1));
    await first.handler(eventOf(await news()));
    await append(aCommit(other, 1));
    await second.handler(eventOf(await news()));
    // Its own log is as the first one has left it.
    await append(aCommit(one, 2));
    expect(await first.handler(eventOf(await news()))).toEqual([]);
    expect(await feed.resolve(one, 2)).toEqual([2, 1, 0, 0]);
    expect(await problems()).toEqual([]);
  });

  it("at the same time feed every commit once, and all logs stay one order", async () => {
    const streams = upTo(12).map((index) => `Test-${index}`);
    for (const version of upTo(4)) await append(...streams.map((streamId) => aCommit(streamId, version)));
    const records = await news();
    // Shards are by stream; some records come to both, as behind a split.
    const shardOf = ({ dynamodb }: DynamoDBRecord) => Number(dynamodb?.Keys?.["streamId"]?.S?.slice(5)) % 3;
    const environments = [await anEnvironment(), await anEnvironment(), await anEnvironment()];
    const answers = await Promise.all(
      environments.map(async ({ handler }, shard) => {
        const own = records.filter((record) => shardOf(record) === shard || shardOf(record) === 2);
        const failed: string[] = [];
        for (let from = 0; from < own.length; from += 6)
          failed.push(...(await handler(eventOf(own.slice(from, from + 6)))));
        return failed;
      }),
    );
    expect(answers.flat()).toEqual([]);
    expect(await fed()).toEqual(Object.fromEntries(streams.map((streamId) => [streamId, [1, 2, 3, 4]])));
    expect(await problems()).toEqual([]);
  });
});

describe("a record that cannot be fed", () => {
  // An alarm counts these.
  const unfed = "a stream cannot be fed; the others are";
  const unread = "a record cannot be read; its stream cannot be fed";
  const errors = (lines: readonly Readonly<Record<string, unknown>>[]) => lines.filter(({ level }) => level === 50);
  /** The record, with an image that holds no commit. */
  const poisoned = (record: DynamoDBRecord | undefined, events: string): DynamoDBRecord => {
    if (record === undefined) throw new Error("there is no such record");
    const { dynamodb } = record;
    return { ...record, dynamodb: { ...dynamodb, NewImage: { ...dynamodb?.NewImage, events: { S: events } } } };
  };
  /** Takes a commit out of the log, as nothing of ours ever does. */
  const lose = (streamId: string, version: number) =>
    db.client.send(new DeleteCommand({ TableName: db.tableName("domain-events"), Key: { streamId, version } }));

  it("holds up its stream and neither others nor the shard; the log says which it was, and its next commit tries again", async () => {
    await append(
      aCommit("Test-a", 1),
      aCommit("Test-b", 1),
      aCommit("Test-c", 1),
      aCommit("Test-b", 2),
      aCommit("Test-a", 2),
    );
    const [a1, b1, c1, b2, a2] = await news();
    await lose("Test-b", 1);
    const { handler, logged } = await anEnvironment();
    const batch = eventOf([a1, poisoned(b1, "no JSON"), c1, b2, a2].flatMap((record) => record ?? []));
    expect(await handler(batch)).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2], "Test-c": [1] });
    expect(errors(logged())).toEqual([
      expect.objectContaining({ msg: unread, streamId: "Test-b", version: 1, sequenceNumber: numberOf(b1) }),
      expect.objectContaining({ msg: unfed, streamId: "Test-b", version: 2 }),
    ]);
    await append(aCommit("Test-b", 1), aCommit("Test-b", 3));
    expect(await handler(eventOf((await news()).slice(-1)))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2], "Test-b": [1, 2, 3], "Test-c": [1] });
  });

  it("is fed from the log where only the record is broken", async () => {
    await append(...aStory("Test-a", 2));
    const [a1, a2] = await news();
    const { handler } = await anEnvironment();
    expect(await handler(eventOf([poisoned(a1, "no JSON"), ...(a2 === undefined ? [] : [a2])]))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2] });
  });

  it("because the log has a gap before it holds up its stream from there on, and names where", async () => {
    await append(...aStory("Test-a", 4), ...aStory("Test-b", 2));
    const records = await news();
    await lose("Test-a", 2);
    const { handler, logged } = await anEnvironment();
    expect(await handler(eventOf(records.slice(2)))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1], "Test-b": [1, 2] });
    expect(errors(logged())).toEqual([expect.objectContaining({ msg: unfed, streamId: "Test-a", version: 3 })]);
  });

  it("because it carries no item, or one that is none, holds up no other", async () => {
    await append(aCommit("Test-a", 1), aCommit("Test-b", 1), aCommit("Test-c", 1));
    const [a1, b1, c1] = await news();
    if (a1 === undefined || b1 === undefined || c1 === undefined) throw new Error("the stream lacks records");
    const { NewImage: _image, ...keysOnly } = a1.dynamodb ?? {};
    const garbled = JSON.parse('{"streamId":{"?":"1"}}') as NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"];
    const { handler, logged } = await anEnvironment();
    const batch = [{ ...b1, dynamodb: { ...b1.dynamodb, NewImage: garbled } }, { ...a1, dynamodb: keysOnly }, c1];
    expect(await handler(eventOf(batch))).toEqual([]);
    expect(await fed()).toEqual({ "Test-c": [1] });
    expect(errors(logged()).map(({ msg }) => msg)).toEqual([unread, unread]);
  });

  it("is none while the log does not answer what is missing before it: the batch comes again", async () => {
    await append(...aStory("Test-a", 3), aCommit("Test-b", 1));
    const [, , a3, b1] = await news();
    const { handler, logged, requests } = await anEnvironment();
    requests.inject(({ operation, body }) =>
      operation === "Query" && body.includes("domain-events")
        ? { kind: "refuse", error: "AccessDeniedException" }
        : undefined,
    );
    const batch = eventOf([a3, b1].flatMap((record) => record ?? []));
    expect(await handler(batch)).toEqual([numberOf(a3)]);
    expect(errors(logged())).toEqual([]);
    requests.inject(() => undefined);
    expect(await handler(batch)).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1, 2, 3], "Test-b": [1] });
  });

  it("need not come again with those that must, because the store fails behind it", async () => {
    await append(...aStory("Test-a", 2), ...upTo(70).map((index) => aCommit(`Test-${index}`, 1)));
    const [, ...records] = await news();
    await lose("Test-a", 1);
    const { handler, requests } = await anEnvironment();
    requests.inject(({ operation }) =>
      operation === "TransactWriteItems" ? { kind: "refuse", error: "AccessDeniedException" } : undefined,
    );
    expect(await handler(eventOf(records))).toEqual([numberOf(records[1])]);
  });
});

describe("conflicts with other feeders", () => {
  /** A feeder that finds the feed as it was `staleReads` times, so that each try but the last meets what another one has written. */
  async function aLateFeeder(staleReads: number): Promise<StreamBatchFeeder> {
    let reads = 0;
    const head = async () => (++reads <= staleReads ? [0, 0, 0, 0] : feed.head());
    const stale = { ...feed, head };
    const decode = (item: Readonly<Record<string, unknown>>) => decodeCommit(item, codec);
    const deps = { db, feed: stale, eventStore: log, decodeCommit: decode, clock, log: silent };
    return createStreamBatchFeeder({ ...deps, backoff: async () => undefined });
  }
  const logZero = (count: number) =>
    upTo(400)
      .map((index) => `Test-${index}`)
      .filter((streamId) => logOf(streamId, logs) === 0)
      .slice(0, count);

  it("are tried for as long as there is time, and leave what is not fed by then for later", async () => {
    const [one = "", other = ""] = logZero(2);
    await append(aCommit(one, 1));
    await (await anEnvironment()).handler(eventOf(await news()));
    await append(aCommit(other, 1));
    const [record] = (await news()).map(toStreamRecord);
    if (record === undefined) throw new Error("the stream is empty");
    const over = await (await aLateFeeder(30)).feed([record], { signal: AbortSignal.abort() });
    expect(over).toEqual({ events: 0, failedAt: record.sequenceNumber });
    const done = await (await aLateFeeder(30)).feed([record], { signal: new AbortController().signal });
    expect(done).toEqual({ events: 1, failedAt: undefined });
    expect(await problems()).toEqual([]);
  });
});

describe("a store that does not answer", () => {
  it("at the start fails the invocation, and the next one begins anew", async () => {
    await append(aCommit("Test-a", 1));
    const records = await news();
    const { handler, requests } = await anEnvironment();
    requests.inject(() => ({ kind: "refuse", error: "AccessDeniedException" }));
    await expect(handler(eventOf(records))).rejects.toThrow("by the fault proxy");
    requests.inject(() => undefined);
    expect(await handler(eventOf(records))).toEqual([]);
    expect(await fed()).toEqual({ "Test-a": [1] });
  });

  it("in the middle loses nothing: the batch comes again from the first record that was not fed", async () => {
    // Two transactions: what one takes is bounded.
    await append(...upTo(70).map((index) => aCommit(`Test-${index}`, 1)));
    const records = await news();
    const { handler, requests } = await anEnvironment();
    let transactions = 0;
    requests.inject(({ operation }) => {
      transactions += operation === "TransactWriteItems" ? 1 : 0;
      return transactions > 1 ? { kind: "refuse", error: "AccessDeniedException" } : undefined;
    });
    expect(await handler(eventOf(records))).toEqual([numberOf(records[60])]);
    requests.inject(() => undefined);
    expect(await handler(eventOf(records.slice(60)))).toEqual([]);
    expect(Object.keys(await fed())).toHaveLength(70);
    expect(await problems()).toEqual([]);
  });
});

describe("requests", () => {
  it("are six before the first batch of an environment, then one for each stream it does not know and one transaction", async () => {
    const { handler, requests } = await anEnvironment();
    await append(...aStory("Test-a", 2));
    await handler(eventOf(await news()));
    expect(counts(requests)).toEqual({ GetItem: 1, PutItem: 1, Query: logs + 1, TransactWriteItems: 1 });
    await append(aCommit("Test-a", 3), aCommit("Test-b", 1));
    const batch = eventOf(await news());
    await handler(batch);
    // What is known, and what is the first of its stream, is not looked up.
    expect(counts(requests)).toEqual({ TransactWriteItems: 1 });
    await handler(batch);
    expect(counts(requests)).toEqual({});
  });
});

function counts(requests: RightsRecorder): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const operation of requests.operations()) found[operation] = (found[operation] ?? 0) + 1;
  return found;
}

describe("the rights of the feeder", () => {
  it("are what it has used in all of this, and no more", () => {
    expect(beyondRights("feeder", uses)).toEqual([]);
    expect(unusedRights("feeder", uses)).toEqual([]);
  });
});
