/** Adds an index to a table that is in use, and takes one away: DynamoDB fills the new one from the rows, while they are written. */
import { DescribeTableCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import type { GlobalSecondaryIndexDescription } from "@aws-sdk/client-dynamodb";
import { tables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { toAttributeDefinitions, toIndexInput } from "./createTables.js";

export interface IndexChangeOptions {
  /** Takes a line now and then while it lasts. @default nothing */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** @default 2,000 at most, sooner at first */
  readonly pollMilliseconds?: number;
}

/**
 * Adds a declared index and resolves when it can be read: all rows that have its keys are in it. Again after an
 * interruption: waits on. @throws Error where the index is not declared, or is there with other keys.
 */
export async function addIndex(
  db: DynamoDb,
  table: TableName,
  indexName: string,
  options: IndexChangeOptions = {},
): Promise<"added" | "there already"> {
  const definition: TableDefinition = tables[table];
  const index = definition.indexes.find(({ name }) => name === indexName);
  if (index === undefined) {
    const names = definition.indexes.map(({ name }) => name).join(", ");
    throw new Error(`${table} declares no index ${indexName}; it declares: ${names || "none"}`);
  }
  const TableName = db.tableName(table);
  const standing = await find(db, TableName, indexName);
  if (standing?.IndexStatus === "ACTIVE") return "there already";
  if (standing === undefined) {
    await db.client.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: toAttributeDefinitions([index]),
        GlobalSecondaryIndexUpdates: [{ Create: toIndexInput(index) }],
      }),
    );
  }
  await until(db, TableName, indexName, (found) => found?.IndexStatus === "ACTIVE", options);
  return "added";
}

/** Drops an index that is not declared any more, and resolves when it is gone. @throws Error where it is declared. */
export async function dropIndex(
  db: DynamoDb,
  table: TableName,
  indexName: string,
  options: IndexChangeOptions = {},
): Promise<"dropped" | "not there"> {
  const definition: TableDefinition = tables[table];
  if (definition.indexes.some(({ name }) => name === indexName)) {
    throw new Error(`${table} declares the index ${indexName}: servers of this release read it`);
  }
  const TableName = db.tableName(table);
  const standing = await find(db, TableName, indexName);
  if (standing === undefined) return "not there";
  if (standing.IndexStatus !== "DELETING") {
    // One that is being added cannot be dropped.
    await until(db, TableName, indexName, (found) => found?.IndexStatus === "ACTIVE", options);
    await db.client.send(
      new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: indexName } }] }),
    );
  }
  await until(db, TableName, indexName, (found) => found === undefined, options);
  return "dropped";
}

async function find(
  { client }: DynamoDb,
  TableName: string,
  indexName: string,
): Promise<GlobalSecondaryIndexDescription | undefined> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  return Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === indexName);
}

async function until(
  db: DynamoDb,
  TableName: string,
  indexName: string,
  isDone: (found: GlobalSecondaryIndexDescription | undefined) => boolean,
  { log, signal, pollMilliseconds = 2_000 }: IndexChangeOptions,
): Promise<void> {
  let told: string | undefined;
  for (let pause = 10; ; pause = Math.min(2 * pause, pollMilliseconds)) {
    const found = await find(db, TableName, indexName);
    if (isDone(found)) return;
    signal?.throwIfAborted();
    const status = `${found?.IndexStatus ?? "absent"}${found?.Backfilling === true ? ", being filled" : ""}`;
    if (status !== told) log?.(`${indexName} of ${TableName} is ${status}`);
    told = status;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
