/** An append as the items of one transaction, and what a cancelled transaction says about it. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { PutCommandInput, TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { IdempotencyKeyReusedError } from "../../domain/kernel/errors.js";
import { RowTakenError } from "../../domain/kernel/eventStore.js";
import type { AppendRequest, Idempotency, StreamPosition } from "../../domain/kernel/eventStore.js";
import type { Instant } from "../../domain/kernel/time.js";
import { outcomeOf, requireCommitFits, requireItemsFit, requireSoundRequest } from "../commitLimits.js";
import type { TableName } from "../tables.js";
import type { DynamoDb } from "./client.js";
import { firstEventId, fromIdempotencyItem, toCommitItem, toIdempotencyItem } from "./items.js";
import { collectRowWrites, primaryKeyOf } from "./rowWrite.js";
import type { Item, RowWrite, ViewWriters } from "./rowWrite.js";

/** One item to write, and what it is for. */
export type PlannedWrite =
  | {
      readonly part: "commit";
      readonly item: Item;
      readonly streamId: string;
      readonly expectedVersion: number;
      readonly eventId: string;
    }
  | { readonly part: "record"; readonly item: Item; readonly idempotency: Idempotency }
  | { readonly part: "row"; readonly write: RowWrite }
  /** Nothing to write: the stream must not have moved on. */
  | { readonly part: "guard"; readonly streamId: string; readonly expectedVersion: number };

export interface AppendPlan {
  /** In the order of the transaction's items. */
  readonly writes: readonly PlannedWrite[];
  readonly outcome: readonly StreamPosition[];
}

/** Why an item's condition failed: by its place in the plan, with the item that was there. */
export interface FailedCondition {
  readonly write: PlannedWrite;
  readonly found: Readonly<Record<string, AttributeValue>> | undefined;
}

/** What failed conditions mean for an append. */
export type Verdict =
  /** These very events are in the log: it was this append, whose answer was lost. */
  | { readonly kind: "written" }
  | { readonly kind: "repeated"; readonly outcome: readonly StreamPosition[] }
  | { readonly kind: "conflict"; readonly streamId: string; readonly expectedVersion: number };

/** Plans an append. Throws a ValidationError where it is too large, a plain error where no caller may ask for it. */
export function planAppend(request: AppendRequest, views: ViewWriters, now: Instant): AppendPlan {
  requireSoundRequest(request);
  const { appends, idempotency } = request;
  const outcome = outcomeOf(request);
  const commits = appends.map(({ commit, expectedVersion }): PlannedWrite => {
    const item = toCommitItem(commit);
    requireCommitFits(item.events);
    return {
      part: "commit",
      item,
      streamId: commit.streamId,
      expectedVersion,
      eventId: commit.events[0]?.eventId ?? "",
    };
  });
  const commandId = appends[0]?.commit.events[0]?.commandId;
  const records =
    idempotency === undefined
      ? []
      : [
          {
            part: "record",
            item: toIdempotencyItem(idempotency, outcome, { recordedAt: now, commandId }),
            idempotency,
          } as const,
        ];
  const rows = collectRowWrites(
    views,
    appends.flatMap((append) => append.views),
  ).map((write) => ({ part: "row", write }) as const);
  const guards = (request.unchanged ?? []).map(({ streamId, version }): PlannedWrite => ({
    part: "guard",
    streamId,
    expectedVersion: version,
  }));
  const writes = [...commits, ...records, ...rows, ...guards];
  requireItemsFit(writes.length);
  return { writes, outcome };
}

/** A write as an item of TransactWriteItems. */
export function toTransactItem(db: DynamoDb, planned: PlannedWrite): TransactItem {
  if (planned.part === "guard") return { ConditionCheck: endOfStream(db, planned) };
  if (planned.part !== "row") return { Put: putOfNew(db, "domain-events", planned.item) };
  const { write } = planned;
  if (write.kind === "delete") return { Delete: { TableName: db.tableName(write.table), Key: { ...write.key } } };
  if (write.onlyIfNew === true) return { Put: putOfNew(db, write.table, write.item) };
  return { Put: { TableName: db.tableName(write.table), Item: { ...write.item } } };
}

/** A commit or an idempotency record that is written alone. */
export function toSinglePut(db: DynamoDb, { writes }: AppendPlan): PutCommandInput | undefined {
  const [only] = writes;
  return writes.length === 1 && (only?.part === "commit" || only?.part === "record")
    ? putOfNew(db, "domain-events", only.item)
    : undefined;
}

/**
 * Reads from failed conditions what became of the append. Undefined where none failed. Throws
 * {@link IdempotencyKeyReusedError}, or {@link RowTakenError} where a row that must be new exists.
 */
export function judge(failed: readonly FailedCondition[]): Verdict | undefined {
  const commits = failed.flatMap(({ write, found }) => (write.part === "commit" ? [{ write, found }] : []));
  // What the SDK sends again after a lost answer has the same event ids, also where the engine was restarted in between.
  if (commits.length > 0 && commits.every(({ write, found }) => isSame(write.eventId, found)))
    return { kind: "written" };
  for (const { write, found } of failed) {
    if (write.part !== "record") continue;
    return { kind: "repeated", outcome: outcomeFor(write.idempotency, toPlain(found)) };
  }
  const [conflict] = commits.filter(({ write, found }) => !isSame(write.eventId, found));
  if (conflict !== undefined) {
    const { streamId, expectedVersion } = conflict.write;
    return { kind: "conflict", streamId, expectedVersion };
  }
  for (const { write } of failed) {
    if (write.part === "guard") return { ...write, kind: "conflict" };
  }
  for (const { write } of failed) {
    if (write.part === "row") throw new RowTakenError(describe(write.write));
  }
  return undefined;
}

/** What the first command with a key led to. Throws {@link IdempotencyKeyReusedError} where it had another payload. */
export function outcomeFor({ key, payload }: Idempotency, record: Item): readonly StreamPosition[] {
  const { samePayload, outcome } = fromIdempotencyItem(record, payload);
  if (!samePayload) throw new IdempotencyKeyReusedError(key);
  return outcome;
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

function putOfNew(db: DynamoDb, table: TableName, item: Item) {
  const itemIsNew = "attribute_not_exists(#pk)";
  const [partitionKey = ""] = Object.keys(primaryKeyOf(table, item));
  return {
    TableName: db.tableName(table),
    Item: { ...item },
    ConditionExpression: itemIsNew,
    ExpressionAttributeNames: { "#pk": partitionKey },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

/** The condition that the place behind a stream's last event is free. */
function endOfStream(
  db: DynamoDb,
  { streamId, expectedVersion }: { readonly streamId: string; readonly expectedVersion: number },
) {
  return {
    TableName: db.tableName("domain-events"),
    Key: { streamId, version: expectedVersion + 1 },
    ConditionExpression: "attribute_not_exists(#pk)",
    ExpressionAttributeNames: { "#pk": "streamId" },
  };
}

function isSame(eventId: string, found: FailedCondition["found"]): boolean {
  const events = found?.["events"]?.S;
  return events !== undefined && firstEventId(events) === eventId;
}

/** The texts and numbers of an item as the client gives it with an error, where it does not translate attribute values. */
function toPlain(found: FailedCondition["found"]): Item {
  return Object.fromEntries(
    Object.entries(found ?? {}).map(([name, value]) => [name, value.N === undefined ? value.S : Number(value.N)]),
  );
}

function describe(write: RowWrite): string {
  const key = primaryKeyOf(write.table, write.kind === "put" ? write.item : write.key);
  return `${write.table} ${Object.values(key).join(" ")}`;
}
