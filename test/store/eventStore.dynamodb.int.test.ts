/** What the log in DynamoDB does beyond the promises of every event store: requests, faults, rows, stored attributes. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DomainError, UnavailableError, ValidationError, VersionConflictError } from "../../src/domain/kernel/index.js";
import type { AppendRequest, StreamAppend } from "../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../../src/store/dynamodb/eventStore.js";
import type { DynamoDbEventStoreDeps } from "../../src/store/dynamodb/eventStore.js";
import { UnreadableItemError } from "../../src/store/dynamodb/items.js";
import { createBackoff } from "../../src/store/dynamodb/retry.js";
import { aRow, anAppend, collect, conformanceCodec, upTo } from "../conformance/eventStore.conformance.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";
import { clock, ensureLogTables, getRow, noteWriters } from "./eventStoreSubject.js";
import { cancelled, failRequests, loseAnswers, sdkError } from "./faults.js";

let engine: TestEngine;
let plain: DynamoDb;
let sent: string[] = [];
let streams = 0;

beforeAll(async () => {
  engine = await startTestEngine();
  plain = engine.db({ onRequest: ({ operation }) => sent.push(operation) });
  await ensureLogTables(plain);
});
afterAll(() => engine.close());

const aStream = () => `Test-${(streams += 1)}`;

const createStore = (db: DynamoDb, deps: Partial<DynamoDbEventStoreDeps> = {}) =>
  createDynamoDbEventStore({ db, codec: conformanceCodec, clock, views: noteWriters, ...deps });

/** Another client for the same tables. */
const anotherClient = () => engine.db({ tableName: plain.tableName });

/** What `work` sends. */
async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
  sent = [];
  await work();
  return sent;
}

/** Waits until the process has ended. */
async function untilGone(pid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (isRunning(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("requests of the log", () => {
  it("are one for an append, whatever it writes", async () => {
    const store = createStore(plain);
    const [streamId, other] = [aStream(), aStream()];
    const append = (request: AppendRequest) => requestsOf(() => store.append(request));
    const withRows: StreamAppend = anAppend(streamId, 1, { events: [{}, {}], views: [aRow("a"), aRow("b")] });
    expect(await append({ appends: [anAppend(streamId, 0)] })).toEqual(["PutItem"]);
    expect(await append({ appends: [withRows] })).toEqual(["TransactWriteItems"]);
    const idempotency = { key: streamId, payload: "p" };
    const several = [anAppend(streamId, 3), anAppend(other, 0)];
    expect(await append({ appends: several, idempotency })).toEqual(["TransactWriteItems"]);
    expect(await append({ appends: [], idempotency: { ...idempotency, key: other } })).toEqual(["PutItem"]);
    expect(await append({ appends: [] })).toEqual([]);
  });

  it("are one for a head, one for an outcome", async () => {
    const store = createStore(plain);
    expect(await requestsOf(() => store.headVersion(aStream()))).toEqual(["Query"]);
    expect(await requestsOf(() => store.findOutcome({ key: aStream(), payload: "p" }))).toEqual(["GetItem"]);
  });

  it("are one for a page of a stream, and one more where the version wanted is inside a commit", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    for (const version of [0, 3, 6])
      await store.append({ appends: [anAppend(streamId, version, { events: [{}, {}, {}] })] });
    const read = (fromVersion: number) => requestsOf(() => collect(store.readStream(streamId, { fromVersion })));
    expect(await read(1)).toEqual(["Query"]);
    expect(await read(4)).toEqual(["Query"]);
    expect(await read(5)).toEqual(["Query", "Query"]);
    expect(await read(8)).toEqual(["Query", "Query"]);
    const upTo = (toVersion: number) => requestsOf(() => collect(store.readStream(streamId, { toVersion })));
    expect(await upTo(1)).toEqual(["Query"]);
    expect(await upTo(9)).toEqual(["Query"]);
  });

  it("are one more for a conflict, which says where the stream is", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    await store.append({ appends: [anAppend(streamId, 0)] });
    const late = requestsOf(() =>
      expect(store.append({ appends: [anAppend(streamId, 0)] })).rejects.toThrow(VersionConflictError),
    );
    expect(await late).toEqual(["PutItem", "Query"]);
  });
});

describe("items of the log", () => {
  it("have the attributes of the stored format", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    const append = anAppend(streamId, 0, {
      events: [{}, { type: "Measured", schemaVersion: 2, data: { value: 1, unit: "s" } }],
    });
    const [first, second] = append.commit.events;
    await store.append({ appends: [append] });
    const TableName = plain.tableName("domain-events");
    const { Item } = await plain.client.send(new GetCommand({ TableName, Key: { streamId, version: 1 } }));
    expect(Item).toEqual({
      streamId,
      version: 1,
      n: 2,
      events: JSON.stringify([
        {
          eventId: first?.eventId,
          type: "Noted",
          schemaVersion: 1,
          data: { text: "event 1" },
          occurredAt: "2025-01-15T10:00:00.000Z",
          hash: "hash-1",
        },
        {
          eventId: second?.eventId,
          type: "Measured",
          schemaVersion: 2,
          data: { value: 1, unit: "s" },
          occurredAt: "2025-01-15T10:00:00.000Z",
          hash: "hash-2",
        },
      ]),
      recordedAt: "2025-01-15T10:30:00.000Z",
      actorKind: "USER",
      actorId: "ada",
      correlationId: "correlation",
      causationId: "cause",
      commandId: "command",
      tags: JSON.stringify({ before: [], after: ["version:2"] }),
    });
  });

  it("hold an idempotency key and its payload as hashes only", async () => {
    const store = createStore(plain);
    await store.append({ appends: [anAppend("Test-hashed", 0)], idempotency: { key: "abc", payload: "secret" } });
    const streamId = "Command-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const TableName = plain.tableName("domain-events");
    const { Item } = await plain.client.send(new GetCommand({ TableName, Key: { streamId, version: 1 } }));
    expect(Item).toEqual({
      streamId,
      version: 1,
      kind: "idempotency",
      payloadHash: "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
      outcome: JSON.stringify([{ streamId: "Test-hashed", version: 1 }]),
      commandId: "command",
      recordedAt: "2025-01-15T10:30:00.000Z",
    });
  });

  it("are named where they cannot be read", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    const TableName = plain.tableName("domain-events");
    await plain.client.send(new PutCommand({ TableName, Item: { streamId, version: 1, events: "[" } }));
    await expect(collect(store.readStream(streamId))).rejects.toBeInstanceOf(UnreadableItemError);
    await expect(store.headVersion(streamId)).rejects.toThrow(`${streamId} version 1 cannot be read`);
  });
});

describe("rows of an append", () => {
  it("fail it, and all that goes with it, where one that must be new exists; that is no refusal but a defect", async () => {
    const store = createStore(plain);
    const [first, second] = [aStream(), aStream()];
    const unique = { view: "unique", key: first, row: 1 };
    await store.append({ appends: [anAppend(first, 0, { views: [unique] })] });
    const refused = store.append({
      appends: [anAppend(first, 1, { views: [aRow(second)] }), anAppend(second, 0, { views: [{ ...unique, row: 2 }] })],
      idempotency: { key: second, payload: "p" },
    });
    await expect(refused).rejects.toThrow(
      `a row that must be new exists already: processor-checkpoints unique ${first}`,
    );
    await expect(refused).rejects.not.toBeInstanceOf(DomainError);
    expect([await store.headVersion(first), await store.headVersion(second)]).toEqual([1, 0]);
    expect(await getRow(plain, "note", second)).toBeUndefined();
    expect((await getRow(plain, "unique", first))?.["row"]).toBe(1);
    expect(await store.findOutcome({ key: second, payload: "p" })).toBeUndefined();
  });

  it("do not hide a conflict: the decision is made again before its rows are judged", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    const append = () =>
      store.append({ appends: [anAppend(streamId, 0, { views: [{ view: "unique", key: streamId, row: 1 }] })] });
    await append();
    await expect(append()).rejects.toMatchObject({ expected: 0, actual: 1 });
  });

  it("need a writer for their view", async () => {
    const store = createStore(plain);
    const append = anAppend(aStream(), 0, { views: [{ view: "toString", key: "a", row: 1 }] });
    await expect(store.append({ appends: [append] })).rejects.toThrow("no writer for view toString");
  });

  it("that DynamoDB finds too large are bad input", async () => {
    const store = createStore(plain);
    const streamId = aStream();
    const append = anAppend(streamId, 0, { views: [aRow("large", "x".repeat(410_000))] });
    await expect(store.append({ appends: [append] })).rejects.toBeInstanceOf(ValidationError);
    const text = "x".repeat(250_000);
    const many = upTo(18).map(() => anAppend(aStream(), 0, { events: [{ data: { text } }] }));
    await expect(store.append({ appends: many })).rejects.toMatchObject({ problems: [{ path: ["input"] }] });
    expect(await store.headVersion(many[0]?.commit.streamId ?? "")).toBe(0);
  });
});

describe("whoever waits for appends", () => {
  it("is told in the same step, once for each append that is in the log, and of no other", async () => {
    let rung = 0;
    const store = createStore(plain, { onAppended: () => (rung += 1) });
    const streamId = aStream();
    const idempotency = { key: streamId, payload: "p" };
    await store.append({ appends: [anAppend(streamId, 0)], idempotency });
    expect(rung).toBe(1);
    await store.append({ appends: [anAppend(streamId, 1)], idempotency });
    await expect(store.append({ appends: [anAppend(streamId, 0)] })).rejects.toBeInstanceOf(VersionConflictError);
    await store.append({ appends: [] });
    expect(rung).toBe(1);
    await store.append({ appends: [anAppend(streamId, 1)] });
    expect(rung).toBe(2);
  });
});

describe("an append that meets others", () => {
  /** A store whose first `count` writes fail with `error`, and the waits that it made. */
  const failing = (count: number, error: Error, operation = "TransactWriteItems") => {
    const db = anotherClient();
    const writes = failRequests(db, {
      operations: [operation],
      failure: (sentSoFar) => (sentSoFar <= count ? error : undefined),
    });
    const waits: number[] = [];
    const backoff = createBackoff({
      baseMilliseconds: 10,
      capMilliseconds: 50,
      random: () => 0.5,
      sleep: async (milliseconds) => void waits.push(milliseconds),
    });
    return { store: createStore(db, { backoff, maxAttempts: 6 }), writes, waits };
  };
  const request = (streamId: string): AppendRequest => ({
    appends: [anAppend(streamId, 0, { views: [aRow(streamId)] })],
  });

  it.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "TransactionInProgress"])(
    "is tried again after %s, with full jitter and a cap",
    async (code) => {
      const { store, writes, waits } = failing(5, cancelled("None", code));
      const streamId = aStream();
      expect(await store.append(request(streamId))).toEqual({ positions: [{ streamId, version: 1 }], repeated: false });
      expect(writes.count).toBe(6);
      expect(waits).toEqual([5, 10, 20, 25, 25]);
      expect(await store.headVersion(streamId)).toBe(1);
    },
  );

  it("is tried again where a lone commit met a transaction", async () => {
    const { store, writes } = failing(2, sdkError("TransactionConflictException"), "PutItem");
    const streamId = aStream();
    await store.append({ appends: [anAppend(streamId, 0)] });
    expect(writes.count).toBe(3);
  });

  it("is given up after a bound, with the cause, and has written nothing", async () => {
    const cause = cancelled("TransactionConflict", "None");
    const { store, writes } = failing(100, cause);
    const streamId = aStream();
    const given = store.append(request(streamId));
    await expect(given).rejects.toBeInstanceOf(UnavailableError);
    await expect(given).rejects.toMatchObject({ cause });
    expect(writes.count).toBe(6);
    expect(await store.headVersion(streamId)).toBe(0);
  });

  it("is not tried again where another try cannot help", async () => {
    const error = cancelled("TransactionConflict", "AccessDenied");
    const { store, writes } = failing(100, error);
    await expect(store.append(request(aStream()))).rejects.toBe(error);
    expect(writes.count).toBe(1);
  });

  it.each(["None", "ValidationError"])(
    "reads a cancellation with the code %s and no message as what it is",
    async (code) => {
      const error = cancelled(code);
      const { store } = failing(1, error);
      await expect(store.append(request(aStream()))).rejects.toBe(error);
    },
  );
});

describe("a store that does not answer", () => {
  const errors = [
    sdkError("ThrottlingException"),
    sdkError("ProvisionedThroughputExceededException"),
    sdkError("TimeoutError"),
    sdkError("Error", { code: "ECONNREFUSED" }),
    sdkError("UnknownError", { $metadata: { httpStatusCode: 503 } }),
  ];

  it.each(errors)("is unavailable to every operation, after what the SDK has tried: $message", async (cause) => {
    const db = anotherClient();
    failRequests(db, {
      operations: ["PutItem", "TransactWriteItems", "Query", "GetItem", "Scan"],
      failure: () => cause,
    });
    const store = createStore(db);
    const works = [
      () => store.append({ appends: [anAppend(aStream(), 0)] }),
      () => store.append({ appends: [anAppend(aStream(), 0, { views: [aRow("a")] })] }),
      () => store.headVersion("Test-1"),
      () => collect(store.readStream("Test-1")),
      () => collect(store.readAll()),
      () => store.findOutcome({ key: "k", payload: "p" }),
    ];
    for (const work of works) {
      const asked = work();
      await expect(asked).rejects.toBeInstanceOf(UnavailableError);
      await expect(asked).rejects.toMatchObject({ cause });
    }
  });

  it("is not what any other error means", async () => {
    const error = sdkError("AccessDeniedException", { $metadata: { httpStatusCode: 400 } });
    const db = anotherClient();
    failRequests(db, { operations: ["PutItem", "Query"], failure: () => error });
    const store = createStore(db);
    await expect(store.append({ appends: [anAppend(aStream(), 0)] })).rejects.toBe(error);
    await expect(store.headVersion("Test-1")).rejects.toBe(error);
  });
});

describe("an append whose answer is lost", () => {
  it("is found in the log and succeeds, and is there once", async () => {
    const db = anotherClient();
    const attempts = loseAnswers(db, { operations: ["PutItem"], lose: async (count) => count === 1 });
    let rung = 0;
    const store = createStore(db, { onAppended: () => (rung += 1) });
    const streamId = aStream();
    expect(await store.append({ appends: [anAppend(streamId, 0, { events: [{}, {}] })] })).toEqual({
      positions: [{ streamId, version: 2 }],
      repeated: false,
    });
    expect(attempts.count).toBe(2);
    expect(rung).toBe(1);
    expect((await collect(store.readStream(streamId))).map(({ version }) => version)).toEqual([1]);
  });

  it("is found also where the engine was killed in between, and the SDK's token with it", async () => {
    const own = await startTestEngine();
    try {
      const db = own.db();
      await ensureLogTables(db);
      const killed: number[] = [];
      loseAnswers(db, {
        operations: ["TransactWriteItems"],
        lose: async () => {
          const { pid } = own.engine;
          if (killed.length > 0 || pid === undefined) return false;
          killed.push(pid);
          process.kill(pid, "SIGKILL");
          await untilGone(pid);
          return true;
        },
      });
      const store = createStore(db);
      const [first, second] = [aStream(), aStream()];
      const request: AppendRequest = {
        appends: [anAppend(first, 0, { views: [aRow(first)] }), anAppend(second, 0, { events: [{}, {}] })],
        idempotency: { key: first, payload: "p" },
      };
      const positions = [
        { streamId: first, version: 1 },
        { streamId: second, version: 2 },
      ];
      expect(await store.append(request)).toEqual({ positions, repeated: false });
      expect(killed).toHaveLength(1);
      expect(await collect(store.readAll())).toHaveLength(2);
      expect(await getRow(db, "note", first)).toBeDefined();
    } finally {
      await own.close();
    }
  });
});
