/** How far the feeder has read each shard: rows of `processor-checkpoints`, moved in the transaction that feeds. */
import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { PutCommandInput } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import type { Instant, Lease } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { writeToFeed } from "./feedTransaction.js";

export interface ShardCheckpoint {
  readonly shardId: string;
  /** The last record that was fed; absent while none was: then reading begins with the oldest record. */
  readonly sequenceNumber?: string | undefined;
  /** True once the shard was read to its end. */
  readonly closed: boolean;
  /** When the row was written. */
  readonly at: Instant;
}

export interface ShardCheckpoints {
  load(): Promise<ReadonlyMap<string, ShardCheckpoint>>;
  /** The conditional put that replaces `previous`, as a part of a transaction. */
  toPut(previous: ShardCheckpoint | undefined, next: ShardCheckpoint): PutCommandInput;
  /**
   * Replaces `previous`; throws {@link FeedConflictError} where the row is not `previous` any more, and
   * {@link LeaseLostError} where another process is the feeder.
   */
  save(lease: Lease, previous: ShardCheckpoint | undefined, next: ShardCheckpoint): Promise<void>;
  remove(shardId: string): Promise<void>;
}

const processor = "feeder";
const row = z.object({
  partition: z.string(),
  sequenceNumber: z.string().optional(),
  closed: z.boolean(),
  at: z.string(),
});

export function createShardCheckpoints({ db }: { readonly db: DynamoDb }): ShardCheckpoints {
  const TableName = db.tableName("processor-checkpoints");

  const toPut: ShardCheckpoints["toPut"] = (previous, { shardId, ...rest }) => ({
    TableName,
    Item: { processor, partition: shardId, ...rest },
    ...unchangedSince(previous),
  });

  return {
    toPut,
    load: async () => {
      const found = new Map<string, ShardCheckpoint>();
      let from: Record<string, unknown> | undefined;
      do {
        const page = await db.client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "#processor = :processor",
            ExpressionAttributeNames: { "#processor": "processor" },
            ExpressionAttributeValues: { ":processor": processor },
            ConsistentRead: true,
            Limit: 100,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          }),
        );
        for (const item of page.Items ?? []) {
          const { partition, ...rest } = row.parse(item);
          found.set(partition, { shardId: partition, ...rest });
        }
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return found;
    },
    save: (lease, previous, next) => writeToFeed(db, lease, [{ Put: toPut(previous, next) }]),
    remove: async (shardId) => {
      await db.client.send(new DeleteCommand({ TableName, Key: { processor, partition: shardId } }));
    },
  };
}

/** The condition that the row is still `previous`. */
function unchangedSince(previous: ShardCheckpoint | undefined): Partial<PutCommandInput> {
  if (previous === undefined) {
    return {
      ConditionExpression: "attribute_not_exists(#partition)",
      ExpressionAttributeNames: { "#partition": "partition" },
    };
  }
  if (previous.sequenceNumber === undefined) {
    return {
      ConditionExpression: "attribute_exists(#partition) AND attribute_not_exists(#sequenceNumber)",
      ExpressionAttributeNames: { "#partition": "partition", "#sequenceNumber": "sequenceNumber" },
    };
  }
  return {
    ConditionExpression: "#sequenceNumber = :previous",
    ExpressionAttributeNames: { "#sequenceNumber": "sequenceNumber" },
    ExpressionAttributeValues: { ":previous": previous.sequenceNumber },
  };
}
