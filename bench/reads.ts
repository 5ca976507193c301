/** A page of 50 incidents through GraphQL against the same DynamoDB requests through the SDK. */
import { BatchGetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import { prefixed } from "../src/store/tables.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { paired, rate } from "./measure.js";
import { board, listIncidents } from "./operations.js";
import type { ServerProcess } from "./serverProcess.js";

const milliseconds = 3_000;
const rounds = 5;
const concurrency = 16;

export async function measureReads(server: ServerProcess, client: HttpClient): Promise<Row[]> {
  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  const raw = async () => {
    const { Items = [] } = await db.client.send(
      new QueryCommand({
        TableName: "aegis-incidents",
        IndexName: "GSI2",
        KeyConditionExpression: "GSI2PK = :all",
        ExpressionAttributeValues: { ":all": "INCIDENTS" },
        ScanIndexForward: false,
        Limit: 51,
      }),
    );
    const Keys = Items.map((item) => ({ PK: `INCIDENT#${String(item["id"])}`, SK: "METADATA" }));
    await db.client.send(new BatchGetCommand({ RequestItems: { "aegis-incidents": { Keys, ConsistentRead: true } } }));
  };
  const list = async () => void (await client.post(listIncidents));
  const full = async () => void (await client.post(board));
  for (const work of [list, full, raw]) await rate(concurrency, 1_500, work);
  const lists = await paired(
    rounds,
    () => rate(concurrency, milliseconds, list),
    () => rate(concurrency, milliseconds, raw),
  );
  const boards = await paired(
    rounds,
    () => rate(concurrency, milliseconds, full),
    () => rate(concurrency, milliseconds, raw),
  );
  db.close();
  const row = (what: string, { ratio, ours, theirs }: typeof lists): Row => ({
    what,
    value: ratio.toFixed(2),
    compared: `${ours.toFixed(0)} against ${theirs.toFixed(0)} per second`,
  });
  return [
    row("incidents(first: 50) per second, against its Query and BatchGetItem through the SDK", lists),
    row("the same with participants and the last five timeline entries of each", boards),
  ];
}
