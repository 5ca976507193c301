/** The end of a stream that its log lacks and the feed knows: what the rows say of it is true, and nothing else has it. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";
import { streamKey } from "../feed/feedItems.js";
import type { Difference } from "./difference.js";

/** The last version of a stream that the feed has; 0 for none. One request. To be read before the log, which is never behind. */
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
  const last = Items?.[0];
  return last === undefined ? 0 : Number(last["position"]) + Number(last["n"]) - 1;
}

/** What is wrong where the feed had come to version `fed` of a stream whose log ends with `version`. */
export function lostTail(streamId: string, version: number, fed: number): readonly Difference[] {
  if (fed <= version) return [];
  return [
    {
      kind: "LOG",
      where: `${streamId} version ${version + 1}`,
      attribute: "version",
      expected: `commits up to version ${fed}, as the feed has them`,
      found: "the end of the stream",
    },
  ];
}
