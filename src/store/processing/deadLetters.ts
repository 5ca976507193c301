/** Dead letters: rows of `processor-checkpoints`, one for each stream that a processor has parked. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { DeadLetter, DeadLetterRequest } from "../../domain/kernel/index.js";
import { NotFoundError, VersionConflictError } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { queryAll } from "../dynamodb/query.js";
import type { TransactItem } from "./fence.js";

const table = "processor-checkpoints";
const row = z.object({
  partition: z.string(),
  version: z.number().int(),
  eventId: z.string(),
  eventType: z.string(),
  log: z.number().int(),
  position: z.number().int(),
  error: z.string(),
  attempts: z.number().int(),
  parkedAt: z.string(),
  requested: z.enum(["RETRY", "SKIP"]).optional(),
  generation: z.number().int().default(1),
});

/** A letter as it is kept: with the generation of the view that it was written for. A rebuild leaves it behind. */
export interface StoredLetter extends DeadLetter {
  readonly generation: number;
}

/** The letters of a processor, oldest first; those of a view's present generation. One request for each megabyte. */
export async function loadDeadLetters(
  db: DynamoDb,
  processor: string,
  generation: number,
): Promise<readonly StoredLetter[]> {
  return ofGeneration(await loadAll(db, processor), generation);
}

/** As {@link loadDeadLetters}. Removes those that a rebuild has left behind: what waited is in the rows that it made. */
export async function takeDeadLetters(
  db: DynamoDb,
  processor: string,
  generation: number,
): Promise<readonly StoredLetter[]> {
  const letters = await loadAll(db, processor);
  for (const letter of letters) {
    if (letter.generation >= generation) continue;
    await db.client.send(new DeleteCommand({ TableName: db.tableName(table), Key: keyOf(processor, letter.streamId) }));
  }
  return ofGeneration(letters, generation);
}

function ofGeneration(letters: readonly StoredLetter[], generation: number): readonly StoredLetter[] {
  return letters
    .filter((letter) => letter.generation === generation)
    .toSorted((one, other) => one.parkedAt.localeCompare(other.parkedAt));
}

async function loadAll(db: DynamoDb, processor: string): Promise<StoredLetter[]> {
  const letters: StoredLetter[] = [];
  const items = queryAll(db, table, {
    KeyConditionExpression: "#processor = :processor",
    ExpressionAttributeNames: { "#processor": "processor" },
    ExpressionAttributeValues: { ":processor": partitionOf(processor) },
    ConsistentRead: true,
    Limit: 100,
  });
  for await (const item of items) {
    const { partition: streamId, requested, ...rest } = row.parse(item);
    letters.push({ processor, streamId, ...rest, ...(requested === undefined ? {} : { requested }) });
  }
  return letters;
}

/**
 * Notes on a letter what its processor is to do about it, and returns it. Throws {@link NotFoundError} where there is none,
 * and {@link VersionConflictError} where it is about another event than `expectedVersion` by now. One request.
 */
export async function requestDeadLetter(
  db: DynamoDb,
  processor: string,
  streamId: string,
  what: DeadLetterRequest,
  expectedVersion?: number,
): Promise<DeadLetter> {
  const isThere = "attribute_exists(#processor)";
  const isThatOne = "#version = :version";
  try {
    const { Attributes } = await db.client.send(
      new UpdateCommand({
        TableName: db.tableName(table),
        Key: keyOf(processor, streamId),
        UpdateExpression: "SET #requested = :requested",
        ConditionExpression: expectedVersion === undefined ? isThere : isThatOne,
        ExpressionAttributeNames: {
          "#requested": "requested",
          ...(expectedVersion === undefined ? { "#processor": "processor" } : { "#version": "version" }),
        },
        ExpressionAttributeValues: {
          ":requested": what,
          ...(expectedVersion === undefined ? {} : { ":version": expectedVersion }),
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    const { partition: _stream, generation: _generation, ...rest } = row.parse(Attributes);
    return { processor, streamId, ...rest };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      const actual = Number(error.Item?.["version"]?.N ?? 0);
      if (actual > 0 && expectedVersion !== undefined)
        throw new VersionConflictError(streamId, expectedVersion, actual);
      throw new NotFoundError("DeadLetter", `${processor} ${streamId}`, ["streamId"]);
    }
    throw error;
  }
}

/** The write that parks a stream; or parks it anew, where its letter is still as it was read. */
export function toDeadLetterPut(db: DynamoDb, letter: StoredLetter, read?: StoredLetter): TransactItem {
  const { processor, streamId, requested, ...rest } = letter;
  const Item = { ...keyOf(processor, streamId), ...rest, ...(requested === undefined ? {} : { requested }) };
  return { Put: { TableName: db.tableName(table), Item, ...(read && asRead(read)) } };
}

/** The write that lets a stream go on, where its letter is still as it was read. */
export function toDeadLetterDelete(db: DynamoDb, read: StoredLetter): TransactItem {
  return { Delete: { TableName: db.tableName(table), Key: keyOf(read.processor, read.streamId), ...asRead(read) } };
}

/** The condition that nobody has asked for something else meanwhile. */
function asRead({ version, requested }: StoredLetter) {
  const isThatOne = "#version = :version";
  const isAsked = requested === undefined ? "attribute_not_exists(#requested)" : "#requested = :requested";
  return {
    ConditionExpression: `${isThatOne} AND ${isAsked}`,
    ExpressionAttributeNames: { "#version": "version", "#requested": "requested" },
    ExpressionAttributeValues: { ":version": version, ...(requested === undefined ? {} : { ":requested": requested }) },
  };
}

function keyOf(processor: string, streamId: string) {
  return { processor: partitionOf(processor), partition: streamId };
}

function partitionOf(processor: string): string {
  return `dead-letter#${processor}`;
}
