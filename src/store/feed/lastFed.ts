/** How far the feed has come with one stream. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";
import { streamKey, toExtent } from "./feedItems.js";

/** The last version of a stream that the feed has; 0 for none. One strongly consistent request. */
export async function lastFedVersion(db: DynamoDb, streamId: string): Promise<number> {
  const { Items } = await db.client.send(
    new QueryCommand({
      TableName: db.tableName("domain-feed"),
      KeyConditionExpression: "#log = :stream",
      ProjectionExpression: "#position, #n",
      ExpressionAttributeNames: { "#log": "log", "#position": "position", "#n": "n" },
      ExpressionAttributeValues: { ":stream": streamKey(streamId) },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  const newest = Items?.[0];
  if (newest === undefined) return 0;
  const { position, n } = toExtent(newest);
  return position + n - 1;
}
