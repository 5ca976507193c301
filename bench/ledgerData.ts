/** Fills an empty ledger with many incidents, faster than commands could: the same items, written by BatchWriteItem. */
import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { BatchWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { StreamAppend } from "../src/domain/kernel/eventStore.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { toCommitItem } from "../src/store/dynamodb/items.js";
import { collectRowWrites } from "../src/store/dynamodb/rowWrite.js";
import { incidentViewWriters } from "../src/store/readModels/incidents/index.js";
import type { TableName } from "../src/store/tables.js";
import { incidentStory } from "./story.js";

export interface Filled {
  readonly incidents: number;
  readonly events: number;
  readonly rows: number;
}

type Requests = NonNullable<BatchWriteCommandInput["RequestItems"]>;
type Write = Requests[string][number];

/** The most that one BatchWriteItem takes. */
const batchSize = 25;
const inFlight = 8;
const day = 86_400_000;

/** Writes incidents of the last thirty days with their rows until there are `events` events or a few more. */
export async function fillLedger(db: DynamoDb, events: number): Promise<Filled> {
  const send = createSender(db);
  const began = Date.now() - 30 * day;
  let filled: Filled = { incidents: 0, events: 0, rows: 0 };
  while (filled.events < events) {
    const number = filled.incidents + 1;
    const appends = await incidentStory(number, began + ((number * 7_919) % 40_000) * minute);
    for (const { commit } of appends) await send("domain-events", { PutRequest: { Item: toCommitItem(commit) } });
    const rows = rowsOf(appends);
    for (const { table, item } of rows) await send(table, { PutRequest: { Item: { ...item } } });
    const added = appends.reduce((sum, { commit }) => sum + commit.events.length, 0);
    filled = { incidents: number, events: filled.events + added, rows: filled.rows + rows.length };
  }
  await send.rest();
  await db.client.send(
    new PutCommand({
      TableName: db.tableName("processor-checkpoints"),
      Item: { processor: "incident-number", partition: "last", value: filled.incidents },
    }),
  );
  return filled;
}

const minute = 60_000;

/** The rows as they are after all appends of a stream. */
function rowsOf(appends: readonly StreamAppend[]) {
  const writes = collectRowWrites(
    incidentViewWriters,
    appends.flatMap(({ views }) => views),
  );
  return writes.flatMap((write) => (write.kind === "put" ? [write] : []));
}

/** Takes writes, sends them in batches, several at a time; `rest` sends what is left and waits for all. */
function createSender(db: DynamoDb) {
  let batch: { readonly table: TableName; readonly write: Write }[] = [];
  const sending = new Set<Promise<void>>();
  const flush = () => {
    const sent = writeBatch(db, batch).finally(() => sending.delete(sent));
    sending.add(sent);
    batch = [];
  };
  const send = async (table: TableName, write: Write): Promise<void> => {
    batch.push({ table, write });
    if (batch.length < batchSize) return;
    flush();
    if (sending.size >= inFlight) await Promise.race(sending);
  };
  const rest = async (): Promise<void> => {
    if (batch.length > 0) flush();
    await Promise.all(sending);
  };
  return Object.assign(send, { rest });
}

async function writeBatch(
  db: DynamoDb,
  batch: readonly { readonly table: TableName; readonly write: Write }[],
): Promise<void> {
  const requests: Requests = {};
  for (const { table, write } of batch) (requests[db.tableName(table)] ??= []).push(write);
  let left = requests;
  while (Object.keys(left).length > 0) {
    const { UnprocessedItems = {} } = await db.client.send(new BatchWriteCommand({ RequestItems: left }));
    left = UnprocessedItems;
  }
}
