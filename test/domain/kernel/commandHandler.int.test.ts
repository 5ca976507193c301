/** What a command costs in DynamoDB: one request on a warm stream, two on a cold one, however long the stream is. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommandHandler } from "../../../src/domain/kernel/index.js";
import type { CommandHandler, CommandMetadata, EventStore, ViewChange } from "../../../src/domain/kernel/index.js";
import { batchGet } from "../../../src/store/dynamodb/batchGet.js";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../src/store/dynamodb/createTables.js";
import { createDynamoDbEventStore } from "../../../src/store/dynamodb/eventStore.js";
import { createBackoff } from "../../../src/store/dynamodb/retry.js";
import { sha256 } from "../../../src/store/sha256.js";
import { createStateCache } from "../../../src/store/stateCache.js";
import { startTestEngine } from "../../support/engine.js";
import type { TestEngine } from "../../support/engine.js";
import { accountCodec, accountDecider, accountLoader, accountProjection, accountView } from "./account.js";
import type { Account, AccountCommand } from "./account.js";

const table = "processor-checkpoints";
const clock = { now: () => new Date().toISOString() };
const metadata: CommandMetadata = { actor: { kind: "USER", id: "ada" }, correlationId: "correlation" };

let engine: TestEngine;
let db: DynamoDb;
let eventStore: EventStore;
let sent: string[] = [];
let created = 0;

const rowKey = (streamId: string) => ({ processor: accountView, partition: streamId });
const toItem = ({ key, row }: ViewChange) => ({ ...rowKey(key), account: JSON.stringify(row) });

async function readRow(streamId: string): Promise<Account | undefined> {
  const [item] = await batchGet(db, table, [rowKey(streamId)], { consistent: true });
  return item && (JSON.parse(String(item["account"])) as Account);
}

/** A handler with a cache of its own, as each process has one. */
function createHandler(): CommandHandler<Account, AccountCommand> {
  return createCommandHandler({
    decider: accountDecider,
    projection: accountProjection,
    codec: accountCodec,
    eventStore,
    loader: accountLoader(readRow),
    cache: createStateCache<Account>({ max: 100 }),
    clock,
    ids: { next: () => `id-${(created += 1)}` },
    digest: sha256,
    backoff: createBackoff({ baseMilliseconds: 1, capMilliseconds: 20 }),
    maxAttempts: 100,
  });
}

const pay = (handler: CommandHandler<Account, AccountCommand>, streamId: string, amounts: readonly number[] = [1]) =>
  handler.handle([{ streamId, command: { type: "PayInParts", amounts } }], metadata);

async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  sent = [];
  await work();
  return sent;
}

beforeAll(async () => {
  engine = await startTestEngine();
  db = engine.db({ onRequest: ({ operation }) => sent.push(operation) });
  await ensureTables(db);
  eventStore = createDynamoDbEventStore({
    db,
    codec: accountCodec,
    clock,
    views: { [accountView]: (change) => [{ kind: "put", table, item: toItem(change) }] },
  });
});
afterAll(() => engine.close());

describe.each([1, 5_000])("on a stream of %i events", (length) => {
  const streamId = `Account-${length}`;
  beforeAll(async () => {
    const handler = createHandler();
    for (let written = 0; written < length; written += 500) {
      await pay(
        handler,
        streamId,
        Array.from({ length: Math.min(500, length - written) }, () => 1),
      );
    }
    expect(await eventStore.headVersion(streamId)).toBe(length);
  });

  it("a command makes two requests when the stream is cold, and one when it is warm", async () => {
    const handler = createHandler();
    expect(await requestsOf(() => pay(handler, streamId))).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(await requestsOf(() => pay(handler, streamId))).toEqual(["TransactWriteItems"]);
    expect(await readRow(streamId)).toMatchObject({ balance: length + 2, limit: 0, version: length + 2 });
  });

  it("an idempotency key and an expected version cost no request more", async () => {
    const handler = createHandler();
    await pay(handler, streamId);
    const expectedVersion = await eventStore.headVersion(streamId);
    const command: AccountCommand = { type: "Pay", amount: 1 };
    const idempotency = { key: streamId, payload: "p" };
    const handle = () => handler.handle([{ streamId, command, expectedVersion }], { ...metadata, idempotency });
    expect(await requestsOf(handle)).toEqual(["TransactWriteItems"]);
  });
});

it("a command on a stream that does not exist makes two requests", async () => {
  expect(await requestsOf(() => pay(createHandler(), "Account-new"))).toEqual(["BatchGetItem", "TransactWriteItems"]);
});

it("commands of several processes on one stream lose nothing, leave no gap, and the row is the fold of the log", async () => {
  const handlers = Array.from({ length: 8 }, createHandler);
  await Promise.all(
    handlers.flatMap((handler) => [1, 2, 3, 4].map((amount) => pay(handler, "Account-busy", [amount, -1]))),
  );
  const versions: number[] = [];
  let folded = accountDecider.initialState;
  for await (const { events } of eventStore.readStream("Account-busy")) {
    for (const event of events) {
      versions.push(event.version);
      folded = {
        ...folded,
        balance: folded.balance + Number((event.data as { amount: number }).amount),
        version: event.version,
        hash: event.hash,
      };
    }
  }
  expect(versions).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  expect(folded.balance).toBe(8 * (10 - 4));
  expect(await readRow("Account-busy")).toEqual(folded);
});
