/** DynamoDB Streams behind the port {@link StreamSource}. */
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamsClient, Shard, _Record } from "@aws-sdk/client-dynamodb-streams";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDb } from "../dynamodb/client.js";
import type { TableName } from "../tables.js";
import { ExpiredShardIteratorError, ShardGoneError, TrimmedRecordsError } from "./errors.js";
import type { ShardStart, StreamRecord, StreamShard, StreamSource } from "./streamSource.js";

export interface DynamoDbStreamSourceDeps {
  readonly db: DynamoDb;
  /** Of the same address as `db`. Whoever created it closes it. */
  readonly streams: DynamoDBStreamsClient;
  /** @default "domain-events" */
  readonly table?: TableName;
  /** See {@link StreamSource}; true for the embedded engine only. */
  readonly contiguousSequenceNumbers: boolean;
}

/** Creates the source for the stream of a table. Throws on first use where the table has no stream. */
export function createDynamoDbStreamSource(deps: DynamoDbStreamSourceDeps): StreamSource {
  const { db, streams, contiguousSequenceNumbers } = deps;
  const table = deps.table ?? "domain-events";
  let arn: string | undefined;

  const findStream = async (): Promise<string> => {
    const { Table } = await db.client.send(new DescribeTableCommand({ TableName: db.tableName(table) }));
    if (Table?.LatestStreamArn === undefined) throw new Error(`table ${db.tableName(table)} has no stream`);
    return Table.LatestStreamArn;
  };

  const shards = async (): Promise<readonly StreamShard[]> => {
    // A table that was made anew has a new stream, so the name is asked for whenever the shards are.
    arn = await findStream();
    const found: Shard[] = [];
    let last: string | undefined;
    do {
      const { StreamDescription } = await streams.send(
        new DescribeStreamCommand({ StreamArn: arn, ...(last === undefined ? {} : { ExclusiveStartShardId: last }) }),
      );
      found.push(...(StreamDescription?.Shards ?? []));
      last = StreamDescription?.LastEvaluatedShardId;
    } while (last !== undefined);
    return found.flatMap(({ ShardId, ParentShardId }) =>
      ShardId === undefined ? [] : [{ shardId: ShardId, parentShardId: ParentShardId }],
    );
  };

  return {
    contiguousSequenceNumbers,
    shards,
    iterator: async (shardId, start) => {
      arn ??= await findStream();
      const result = await translated(shardId, () =>
        streams.send(new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ...toIteratorType(start) })),
      );
      if (result.ShardIterator === undefined) throw new ShardGoneError(shardId);
      return result.ShardIterator;
    },
    read: async (shardId, iterator, limit) => {
      const { Records, NextShardIterator } = await translated(shardId, () =>
        streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit })),
      );
      return { records: (Records ?? []).map(toRecord), nextIterator: NextShardIterator };
    },
  };
}

function toIteratorType(start: ShardStart) {
  if (start === "TRIM_HORIZON") return { ShardIteratorType: "TRIM_HORIZON" } as const;
  return "at" in start
    ? ({ ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: start.at } as const)
    : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: start.after } as const);
}

function toRecord({ eventName, dynamodb }: _Record): StreamRecord {
  const sequenceNumber = dynamodb?.SequenceNumber;
  if (sequenceNumber === undefined) throw new Error("a stream record without a sequence number");
  const known = eventName === "INSERT" || eventName === "MODIFY" || eventName === "REMOVE";
  return {
    sequenceNumber,
    kind: known ? eventName : "OTHER",
    image: dynamodb?.NewImage && unmarshall(dynamodb.NewImage),
  };
}

async function translated<T>(shardId: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    if (cause.name === "TrimmedDataAccessException") throw new TrimmedRecordsError(shardId, { cause });
    if (cause.name === "ExpiredIteratorException") throw new ExpiredShardIteratorError(shardId, { cause });
    if (cause.name === "ResourceNotFoundException") throw new ShardGoneError(shardId, { cause });
    throw cause;
  }
}
