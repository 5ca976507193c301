/** How far a processor has come: one row, moved in the transaction of what it wrote. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { beginningOf } from "../../domain/kernel/index.js";
import type { FeedPosition, Instant } from "../../domain/kernel/index.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { TransactItem } from "./fence.js";

export interface Checkpoint {
  /** Behind the last event that was handled. */
  readonly position: FeedPosition;
  /** Rises with every move: a mover must know the present one. 0 where there is no row yet. */
  readonly revision: number;
  /** Which rows of the view count, where it is rebuilt beside itself. */
  readonly generation: number;
}

/** What of a processor a row tells: where it is, or where the rebuild of its view is. */
export type CheckpointKind = "position" | "rebuild";

const row = z.object({
  heads: z.array(z.number().int()),
  revision: z.number().int(),
  generation: z.number().int(),
});

/** A checkpoint before the first event, of a feed with so many logs. */
export function atTheBeginning(logs: number, generation = 1): Checkpoint {
  return { position: beginningOf(logs), revision: 0, generation };
}

/** The row as it is, or undefined. One strongly consistent request. */
export async function loadCheckpoint(
  db: DynamoDb,
  processor: string,
  kind: CheckpointKind = "position",
): Promise<Checkpoint | undefined> {
  const { Item } = await db.client.send(
    new GetCommand({ TableName: db.tableName(table), Key: { processor, partition: kind }, ConsistentRead: true }),
  );
  return Item && fromItem(Item);
}

/** The rows of many processors as they are, in their order. One strongly consistent request for a hundred. */
export async function loadCheckpoints(
  db: DynamoDb,
  processors: readonly string[],
): Promise<readonly (Checkpoint | undefined)[]> {
  const keys = processors.map((processor) => ({ processor, partition: "position" }));
  const items = await batchGet(db, table, keys, { consistent: true });
  return items.map((item) => item && fromItem(item));
}

function fromItem(item: Readonly<Record<string, unknown>>): Checkpoint {
  const { heads, revision, generation } = row.parse(item);
  return { position: heads, revision, generation };
}

/** The write that moves a checkpoint, on the condition that nobody else has. */
export function toCheckpointPut(
  db: DynamoDb,
  options: {
    readonly processor: string;
    readonly kind?: CheckpointKind;
    /** The row as it was loaded or last written; of revision 0 where there is none. */
    readonly from: Pick<Checkpoint, "revision">;
    readonly to: Omit<Checkpoint, "revision">;
    readonly at: Instant;
  },
): TransactItem {
  const { processor, kind = "position", from, to, at } = options;
  const isAsLoaded = from.revision === 0 ? "attribute_not_exists(#revision)" : "#revision = :from";
  return {
    Put: {
      TableName: db.tableName(table),
      Item: {
        processor,
        partition: kind,
        heads: [...to.position],
        revision: from.revision + 1,
        generation: to.generation,
        at,
      },
      ConditionExpression: isAsLoaded,
      ExpressionAttributeNames: { "#revision": "revision" },
      ...(from.revision === 0 ? {} : { ExpressionAttributeValues: { ":from": from.revision } }),
    },
  };
}

const table = "processor-checkpoints";
