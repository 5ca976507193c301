/** Commands per second through GraphQL against the same items written by bare TransactWriteItems through the SDK. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { prefixed } from "../src/store/tables.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { paired, rate } from "./measure.js";
import { changeStatus, declareIncident } from "./operations.js";
import type { ServerProcess } from "./serverProcess.js";

interface Line {
  readonly incidentId: string;
  next: "INVESTIGATING" | "MITIGATED";
}

const milliseconds = 3_000;
const rounds = 5;

export async function measureCommands(server: ServerProcess, client: HttpClient): Promise<Row[]> {
  const lines = await Promise.all(
    Array.from({ length: 64 }, async (_, index): Promise<Line> => {
      const input = { title: `Bench ${index}`, severity: "P2", services: ["bench"] };
      const { declareIncident: answer } = await client.post<{ declareIncident: { incident: { incidentId: string } } }>(
        declareIncident,
        { input },
      );
      return { incidentId: answer.incident.incidentId, next: "INVESTIGATING" };
    }),
  );
  const command = async (index: number) => {
    const line = lines[index];
    if (line === undefined) throw new Error("no such line");
    const input = { incidentId: line.incidentId, to: line.next };
    const { changeIncidentStatus: answer } = await client.post<{ changeIncidentStatus: { errors: unknown[] } }>(
      changeStatus,
      { input },
    );
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    line.next = line.next === "INVESTIGATING" ? "MITIGATED" : "INVESTIGATING";
  };

  const db = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("") });
  // Tables of the same form beside the ledger's: what is written there is in nobody's log.
  const bare = createDynamoDb({ endpoint: server.engineEndpoint, tableName: prefixed("bare-") });
  await ensureTables(bare);
  await command(0);
  const items = await itemsOf(db, lines[0]?.incidentId ?? "");
  let sequence = 0;
  const turns: boolean[] = [];
  const raw = async (line: number) => {
    sequence += 1;
    const key = `raw-${line}-${sequence}`;
    // The row changes as the command's does: its status, and with that its place in the index, turns to and fro.
    const turn = (turns[line] = !(turns[line] ?? false));
    const metadata = turn ? items.metadata : { ...items.metadata, status: "MITIGATED", GSI1PK: "STATUS#MITIGATED" };
    const TransactItems: TransactWriteCommandInput["TransactItems"] = [
      {
        Put: {
          TableName: "bare-domain-events",
          Item: { ...items.commit, streamId: key },
          ConditionExpression: "attribute_not_exists(streamId)",
        },
      },
      { Put: { TableName: "bare-aegis-incidents", Item: { ...metadata, version: sequence, PK: `RAW#${line}` } } },
      { Put: { TableName: "bare-aegis-incidents", Item: { ...items.entry, PK: `RAW#${line}`, SK: key } } },
    ];
    await bare.client.send(new TransactWriteCommand({ TransactItems }));
  };

  const rows: Row[] = [];
  for (const concurrency of [1, 32]) {
    await rate(concurrency, 1_500, command);
    await rate(concurrency, 1_500, raw);
    const result = await paired(
      rounds,
      () => rate(concurrency, milliseconds, command),
      () => rate(concurrency, milliseconds, raw),
    );
    rows.push({
      what: `commands per second through GraphQL, ${concurrency} at a time, against TransactWriteItems of the same items`,
      value: `${result.ratio.toFixed(2)}`,
      compared: `${result.ours.toFixed(0)} against ${result.theirs.toFixed(0)} per second`,
    });
  }
  db.close();
  bare.close();
  return rows;
}

/** The items that a change of status has just written. */
async function itemsOf(db: ReturnType<typeof createDynamoDb>, incidentId: string) {
  const last = async (TableName: string, key: string, value: string, sort: string, prefix?: string) => {
    const { Items } = await db.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: prefix === undefined ? "#key = :key" : "#key = :key AND #sort BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#key": key, ...(prefix === undefined ? {} : { "#sort": sort }) },
        ExpressionAttributeValues: {
          ":key": value,
          ...(prefix === undefined ? {} : { ":from": prefix, ":to": `${prefix}~` }),
        },
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items?.[0] ?? {};
  };
  return {
    commit: await last("domain-events", "streamId", `Incident-${incidentId}`, "version"),
    metadata: await last("aegis-incidents", "PK", `INCIDENT#${incidentId}`, "SK", "METADATA"),
    entry: await last("aegis-incidents", "PK", `INCIDENT#${incidentId}`, "SK", "EVENT#"),
  };
}
