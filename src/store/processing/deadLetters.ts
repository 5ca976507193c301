/** Dead letters: rows of `processor-checkpoints`, one for each stream that a processor has parked. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { DeadLetter, DeadLetterRequest } from "../../domain/kernel/index.js";
import { NotFoundError } from "../../domain/kernel/index.js";
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
});

/** The letters of a processor, oldest first. One request for each megabyte. */
export async function loadDeadLetters(db: DynamoDb, processor: string): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
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
  return letters.toSorted((one, other) => one.parkedAt.localeCompare(other.parkedAt));
}

/**
 * Notes on a letter what its processor is to do about it, and returns it. Throws {@link NotFoundError} where there is none.
 * One request.
 */
export async function requestDeadLetter(
  db: DynamoDb,
  processor: string,
  streamId: string,
  what: DeadLetterRequest,
): Promise<DeadLetter> {
  try {
    const { Attributes } = await db.client.send(
      new UpdateCommand({
        TableName: db.tableName(table),
        Key: keyOf(processor, streamId),
        UpdateExpression: "SET #requested = :requested",
        ConditionExpression: "attribute_exists(#processor)",
        ExpressionAttributeNames: { "#requested": "requested", "#processor": "processor" },
        ExpressionAttributeValues: { ":requested": what },
        ReturnValues: "ALL_NEW",
      }),
    );
    const { partition: _stream, ...rest } = row.parse(Attributes);
    return { processor, streamId, ...rest };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      throw new NotFoundError("DeadLetter", `${processor} ${streamId}`, ["streamId"]);
    }
    throw error;
  }
}

/** The write that parks a stream, or parks it anew at another event. */
export function toDeadLetterPut(db: DynamoDb, letter: DeadLetter): TransactItem {
  const { processor, streamId, requested: _done, ...rest } = letter;
  return { Put: { TableName: db.tableName(table), Item: { ...keyOf(processor, streamId), ...rest } } };
}

/** The write that lets a stream go on. */
export function toDeadLetterDelete(db: DynamoDb, { processor, streamId }: DeadLetter): TransactItem {
  return { Delete: { TableName: db.tableName(table), Key: keyOf(processor, streamId) } };
}

function keyOf(processor: string, streamId: string) {
  return { processor: partitionOf(processor), partition: streamId };
}

function partitionOf(processor: string): string {
  return `dead-letter#${processor}`;
}
