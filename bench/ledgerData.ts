/** Fills an empty ledger with many incidents, faster than commands could: the same items, a hundred to a transaction. */
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { StreamAppend } from "../src/domain/kernel/eventStore.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { toCommitItem } from "../src/store/dynamodb/items.js";
import { collectRowWrites } from "../src/store/dynamodb/rowWrite.js";
import { scanPages } from "../src/store/proofs/logScan.js";
import { incidentVerifiedView, incidentViewWriters } from "../src/store/readModels/incidents/index.js";
import { incidentStory } from "./story.js";

export interface Filled {
  readonly incidents: number;
  readonly events: number;
  readonly rows: number;
}

type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** The most that one transaction takes. The engine makes a transaction durable at once, a BatchWriteItem item by item. */
const batchSize = 100;
const inFlight = 4;
const day = 86_400_000;

/** Writes incidents of the last thirty days with their rows until there are `events` events or a few more. */
export async function fillLedger(db: DynamoDb, events: number): Promise<Filled> {
  const send = createSender(db);
  const began = Date.now() - 30 * day;
  let filled: Filled = { incidents: 0, events: 0, rows: 0 };
  while (filled.events < events) {
    const number = filled.incidents + 1;
    const appends = await incidentStory(number, began + ((number * 7_919) % 40_000) * minute);
    for (const { commit } of appends) {
      await send({ Put: { TableName: db.tableName("domain-events"), Item: toCommitItem(commit) } });
    }
    const rows = rowsOf(appends);
    for (const { table, item } of rows) await send({ Put: { TableName: db.tableName(table), Item: { ...item } } });
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

/** Deletes every row that is written with the events of incidents. Those of the async views in the same table stay. */
export async function loseRows(db: DynamoDb): Promise<void> {
  const send = createSender(db);
  const ownership = incidentVerifiedView.tables["aegis-incidents"];
  for await (const { items } of scanPages(db, "aegis-incidents", { attributes: ["PK", "SK"] })) {
    for (const Key of items) {
      if (ownership?.isOfAsyncView?.(Key) === true) continue;
      await send({ Delete: { TableName: db.tableName("aegis-incidents"), Key } });
    }
  }
  await send.rest();
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

/** Takes writes, sends them in transactions, several at a time; `rest` sends what is left and waits for all. */
export function createSender(db: DynamoDb) {
  let batch: Write[] = [];
  const sending = new Set<Promise<unknown>>();
  const flush = () => {
    const sent = db.client.send(new TransactWriteCommand({ TransactItems: batch })).finally(() => sending.delete(sent));
    sending.add(sent);
    batch = [];
  };
  const send = async (write: Write): Promise<void> => {
    batch.push(write);
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
