/** Deletes items after their time to live, for engines that do not: until then, reads leave them out. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { toEpochSeconds } from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import type { DynamoDb } from "./dynamodb/client.js";
import { tableNames, tables as allTables } from "./tables.js";
import type { TableDefinition, TableName } from "./tables.js";

export interface ExpirySweeperDeps {
  readonly db: DynamoDb;
  readonly clock: Clock;
  /** @default every table of the ledger */
  readonly tables?: Readonly<Partial<Record<TableName, TableDefinition>>> | undefined;
}

interface SweepResult {
  /** Items looked at. */
  readonly scanned: number;
  readonly deleted: number;
}

export interface ExpirySweeper {
  /**
   * Deletes what is due now; while a sweep runs, returns that one. Ends after the page at hand when `signal` aborts. Rejects
   * when the engine refuses. A request for each page of 500 items of a table with times to live, and one for each item due.
   */
  sweep(signal?: AbortSignal): Promise<SweepResult>;
}

const pageSize = 500;
const deletesAtATime = 8;

export function createExpirySweeper({ db, clock, tables = allTables }: ExpirySweeperDeps): ExpirySweeper {
  let running: Promise<SweepResult> | undefined;
  return {
    sweep: (signal = new AbortController().signal) => {
      running ??= sweepTables({ db, tables, now: toEpochSeconds(clock.now()), stopped: signal }).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

interface Sweep {
  readonly db: DynamoDb;
  readonly tables: Readonly<Partial<Record<TableName, TableDefinition>>>;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly stopped: AbortSignal;
}

/** One table after the other: a sweep is never urgent and must not crowd out the work of the server. */
async function sweepTables({ tables, ...sweep }: Sweep): Promise<SweepResult> {
  let result: SweepResult = { scanned: 0, deleted: 0 };
  for (const name of tableNames) {
    const table = tables[name];
    if (table?.timeToLive === undefined) continue;
    const { scanned, deleted } = await sweepTable({ ...sweep, name, table, timeToLive: table.timeToLive });
    result = { scanned: result.scanned + scanned, deleted: result.deleted + deleted };
  }
  return result;
}

interface TableSweep extends Omit<Sweep, "tables"> {
  readonly name: TableName;
  readonly table: TableDefinition;
  readonly timeToLive: string;
}

async function sweepTable({ db, name, table, timeToLive, now, stopped }: TableSweep): Promise<SweepResult> {
  const keys = [table.partitionKey.name, ...(table.sortKey === undefined ? [] : [table.sortKey.name])];
  const isExpired = "#timeToLive <= :now";
  const aliases = Object.fromEntries(keys.map((key, index) => [`#key${index}`, key]));
  const pages = paginateScan(
    { client: db.client },
    {
      TableName: db.tableName(name),
      Limit: pageSize,
      FilterExpression: isExpired,
      ProjectionExpression: Object.keys(aliases).join(", "),
      ExpressionAttributeNames: { ...aliases, "#timeToLive": timeToLive },
      ExpressionAttributeValues: { ":now": now },
    },
  );
  // The condition is asked again at the moment of the delete: an item whose time to live was lifted since stays.
  const deleteExpired = async (key: Record<string, unknown>): Promise<boolean> => {
    try {
      await db.client.send(
        new DeleteCommand({
          TableName: db.tableName(name),
          Key: key,
          ConditionExpression: isExpired,
          ExpressionAttributeNames: { "#timeToLive": timeToLive },
          ExpressionAttributeValues: { ":now": now },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  let scanned = 0;
  let deleted = 0;
  if (stopped.aborted) return { scanned, deleted };
  for await (const page of pages) {
    scanned += page.ScannedCount ?? 0;
    deleted += await countDone(page.Items ?? [], deleteExpired);
    if (stopped.aborted) break;
  }
  return { scanned, deleted };
}

/** Runs `run` for each item, a few at a time, and counts those it did something for. */
async function countDone<Item>(items: readonly Item[], run: (item: Item) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (let start = 0; start < items.length; start += deletesAtATime) {
    const done = await Promise.all(items.slice(start, start + deletesAtATime).map(run));
    count += done.filter(Boolean).length;
  }
  return count;
}
