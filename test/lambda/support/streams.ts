/** Events of DynamoDB Streams for functions: recorded ones, and those of the engine's own stream in their shape. */
import { readFileSync } from "node:fs";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamsClient, _Record } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { DynamoDb } from "../../../src/store/dynamodb/client.js";

/** An event as AWS has it. */
export function recorded(name: "dynamoDbStreamLog" | "dynamoDbStreamFeed"): DynamoDBStreamEvent {
  const text = readFileSync(new URL(`../../fixtures/aws/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as DynamoDBStreamEvent;
}

/** Says that there is something new in the feed, and not what. */
export const hint = (): DynamoDBStreamEvent => recorded("dynamoDbStreamFeed");

/** What the stream of the log holds, with each call what has come since. */
export function readLogStream(db: DynamoDb, streams: DynamoDBStreamsClient): () => Promise<DynamoDBRecord[]> {
  let iterator: string | undefined;
  const begin = async () => {
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: db.tableName("domain-events") }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const asked = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    return (await streams.send(new GetShardIteratorCommand(asked))).ShardIterator;
  };
  return async () => {
    const records: DynamoDBRecord[] = [];
    for (;;) {
      iterator ??= await begin();
      const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }));
      iterator = page.NextShardIterator;
      if ((page.Records ?? []).length === 0) return records;
      records.push(...(page.Records ?? []).map(toLambda));
    }
  };
}

export const eventOf = (records: readonly DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records: [...records] });

/** What Lambda makes of a record: the recorded one, with what this one holds. Through JSON, as everything that Lambda hands over. */
function toLambda(record: _Record): DynamoDBRecord {
  const [shape] = recorded("dynamoDbStreamLog").Records;
  const { eventName, dynamodb: { Keys, NewImage, SequenceNumber } = {} } = record;
  const { NewImage: _image, ...rest } = shape?.dynamodb ?? {};
  const own = { Keys, SequenceNumber, ...(NewImage === undefined ? {} : { NewImage }) };
  return JSON.parse(JSON.stringify({ ...shape, eventName, dynamodb: { ...rest, ...own } })) as DynamoDBRecord;
}
