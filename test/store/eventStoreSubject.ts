/** The log on an engine, as the conformance suite and the tests of the adapter take it. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock, ViewChange } from "../../src/domain/kernel/index.js";
import type { DynamoDb } from "../../src/store/dynamodb/client.js";
import { ensureTables } from "../../src/store/dynamodb/createTables.js";
import { createDynamoDbEventStore } from "../../src/store/dynamodb/eventStore.js";
import type { ViewWriters } from "../../src/store/dynamodb/rowWrite.js";
import { tables } from "../../src/store/tables.js";
import { conformanceCodec, conformanceView } from "../conformance/eventStore.conformance.js";
import type { EventStoreSubject } from "../conformance/eventStore.conformance.js";
import type { TestEngine } from "../support/engine.js";

export const clock: Clock = { now: () => "2025-01-15T10:30:00.000Z" };

/** A view that may be written over, and one whose rows must be new. */
export const noteWriters: ViewWriters = {
  [conformanceView]: (change) => [toWrite(change)],
  unique: (change) => [{ kind: "put", table: rowTable, item: toItem(change), onlyIfNew: true }],
};

const rowTable = "processor-checkpoints";

function rowKey(view: string, key: string) {
  return { processor: view, partition: key };
}

function toItem({ view, key, row }: ViewChange) {
  return { ...rowKey(view, key), row };
}

function toWrite(change: ViewChange) {
  return change.row === undefined
    ? ({ kind: "delete", table: rowTable, key: rowKey(change.view, change.key) } as const)
    : ({ kind: "put", table: rowTable, item: toItem(change) } as const);
}

/** Creates the tables that the tests of the log need. */
export async function ensureLogTables(db: DynamoDb): Promise<void> {
  await ensureTables(db, { "domain-events": tables["domain-events"], [rowTable]: tables[rowTable] });
}

export async function getRow(db: DynamoDb, view: string, key: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await db.client.send(
    new GetCommand({ TableName: db.tableName(rowTable), Key: rowKey(view, key), ConsistentRead: true }),
  );
  return Item;
}

/** Opens an empty log under a prefix of its own. */
export async function openSubject(engine: TestEngine): Promise<EventStoreSubject> {
  const db = engine.db();
  await ensureLogTables(db);
  return {
    store: createDynamoDbEventStore({ db, codec: conformanceCodec, clock, views: noteWriters }),
    rowExists: async (view, key) => (await getRow(db, view, key)) !== undefined,
    // The engine closes its clients.
    close: async () => undefined,
  };
}
