/**
 * What is said once of a ledger, at its first start: how many logs its feed has, because every stream's place depends on it;
 * and whether all of its events have hashes, because then one without is none of its own.
 */
import { GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
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

export interface FeedLayout {
  readonly logs: number;
  /** Whether every event has a hash: not so where the log is older than hashes, or may be. */
  readonly hashed: boolean;
}

/** What was recorded of a ledger; undefined before its first start. One request. */
export async function loadFeedLayout(db: DynamoDb): Promise<FeedLayout | undefined> {
  const { Item } = await db.client.send(
    new GetCommand({ TableName: db.tableName("processor-checkpoints"), Key: key, ConsistentRead: true }),
  );
  return Item && { logs: Number(Item["logs"]), hashed: Item["hashed"] === true };
}

/**
 * Records the number at the first call on a ledger; throws {@link FeedLayoutError} where another was recorded. `hashed`: whether
 * every event that will be in the log has a hash. @default the log is empty. One request, two more at the first call.
 */
export async function requireFeedLayout(db: DynamoDb, logs: number, hashed?: boolean): Promise<void> {
  const recorded = await loadFeedLayout(db);
  if (recorded !== undefined) return requireSame(recorded, logs);
  const TableName = db.tableName("processor-checkpoints");
  try {
    const layoutIsNew = "attribute_not_exists(#processor)";
    await db.client.send(
      new PutCommand({
        TableName,
        Item: { ...key, logs, hashed: hashed ?? (await isLogEmpty(db)) },
        ConditionExpression: layoutIsNew,
        ExpressionAttributeNames: { "#processor": "processor" },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
    // Another process was first.
    requireSame(await loadFeedLayout(db), logs);
  }
}

function requireSame(recorded: FeedLayout | undefined, logs: number): void {
  if (recorded?.logs !== logs) throw new FeedLayoutError(recorded?.logs ?? 0, logs);
}

async function isLogEmpty(db: DynamoDb): Promise<boolean> {
  const { Items = [] } = await db.client.send(
    new ScanCommand({ TableName: db.tableName("domain-events"), Limit: 1, ConsistentRead: true }),
  );
  return Items.length === 0;
}
