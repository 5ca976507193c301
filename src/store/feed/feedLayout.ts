/** How many logs a ledger's feed has: said once, at its first start, because every stream's place depends on it. */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";

/** The feed was made with another number of logs. */
export class FeedLayoutError extends Error {
  constructor(
    readonly made: number,
    readonly wanted: number,
  ) {
    super(
      `The change feed of this ledger has ${made} logs, and FEED_LOGS asks for ${wanted}; the number is fixed once there is a feed.`,
    );
    this.name = "FeedLayoutError";
  }
}

const key = { processor: "feed", partition: "layout" } as const;

/** Records the number at the first call on a ledger; throws {@link FeedLayoutError} where another was recorded. */
export async function requireFeedLayout(db: DynamoDb, logs: number): Promise<void> {
  const TableName = db.tableName("processor-checkpoints");
  try {
    const layoutIsNew = "attribute_not_exists(#processor)";
    await db.client.send(
      new PutCommand({
        TableName,
        Item: { ...key, logs },
        ConditionExpression: layoutIsNew,
        ExpressionAttributeNames: { "#processor": "processor" },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
    const { Item } = await db.client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
    const made = Number(Item?.["logs"]);
    if (made !== logs) throw new FeedLayoutError(made, logs);
  }
}
