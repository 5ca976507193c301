/** Records of DynamoDB Streams as Lambda hands them over, and the answer that says where a batch must come again from. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { z } from "zod";
import type { StreamRecord } from "../store/feed/streamSource.js";

/** What an event of a stream must hold, so that nothing is taken for an empty batch that is none. */
const streamEvent = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ SequenceNumber: z.string().regex(/^\d+$/) }) })),
});

/** Throws where the event is none of DynamoDB Streams: a trigger is not what it should be. */
export function requireStreamEvent(event: DynamoDBStreamEvent): readonly DynamoDBRecord[] {
  const { error } = streamEvent.safeParse(event);
  if (error !== undefined) throw new Error("this is no batch of DynamoDB Streams", { cause: error });
  return event.Records;
}

export function sequenceNumberOf({ dynamodb }: DynamoDBRecord): string {
  return dynamodb?.SequenceNumber ?? "";
}

/** A record as the feeder takes it. An image that is no item is left out, so that its record cannot be read. */
export function toStreamRecord(record: DynamoDBRecord): StreamRecord {
  const { eventName, dynamodb } = record;
  return { sequenceNumber: sequenceNumberOf(record), kind: eventName ?? "OTHER", image: toImage(dynamodb?.NewImage) };
}

function toImage(image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): StreamRecord["image"] {
  if (image === undefined) return undefined;
  try {
    // The same JSON under two names: that of Lambda's types, and that of the SDK's.
    return unmarshall(image as Record<string, AttributeValue>);
  } catch {
    return undefined;
  }
}

/** The batch is done with, or it must come again from `failedAt` on. */
export function toBatchResponse(failedAt: string | undefined): DynamoDBBatchResponse {
  return { batchItemFailures: failedAt === undefined ? [] : [{ itemIdentifier: failedAt }] };
}
