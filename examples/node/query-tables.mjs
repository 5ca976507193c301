// Reads the tables with the plain AWS SDK: node examples/node/query-tables.mjs
import { readFile } from "node:fs/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";

const dataDir = process.env.DATA_DIR ?? ".data";
const { endpoint, region } = JSON.parse(await readFile(`${dataDir}/engine.json`, "utf8"));
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));

const { Items } = await client.send(
  new QueryCommand({
    TableName: "aegis-incidents",
    IndexName: "GSI1",
    KeyConditionExpression: "GSI1PK = :status",
    ExpressionAttributeValues: { ":status": "STATUS#OPEN" },
    Limit: 20,
  }),
);
for (const { number, severity, title } of Items ?? []) console.log(`INC-${number} ${severity} ${title}`);
client.destroy();
