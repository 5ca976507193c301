/** Gives the rows of an incident their time to live when it ends, and takes it away when the incident is reopened. */
import { DeleteCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Incident } from "../../../domain/incidents/index.js";
import { entryExpiryOf, expiryOf } from "../../../domain/incidents/index.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { queryPages } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { fromEntryItem, fromMetadataItem, isOurs } from "./items.js";
import { incidentIdIn, keys, metadataKey, startingWith } from "./keys.js";
import type { KeyRange } from "./keys.js";

const table = "aegis-incidents";

export interface RetentionWorker {
  /**
   * Does all waiting work. The work is durable: a marker row, written with the event that ended or reopened the incident,
   * goes only when all rows are done, so a crash at any point is made good by the next run.
   */
  run(): Promise<{ readonly incidents: number; readonly rows: number }>;
}

export function createRetentionWorker({ db }: { readonly db: DynamoDb }): RetentionWorker {
  const pages = (partition: string, range: KeyRange) =>
    queryPages(db, table, {
      KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#pk": "PK", "#sk": "SK" },
      ExpressionAttributeValues: { ":pk": partition, ":from": range.from, ":to": range.to },
      ConsistentRead: true,
      // One page is one transaction.
      Limit: 100,
    });

  const apply = async (incident: Incident): Promise<number> => {
    let changed = 0;
    for (const kind of ["EVENT", "COMMENT", "SUMMARY"] as const) {
      for await (const page of pages(keys.incident(incident.incidentId), startingWith(`${kind}#`))) {
        const updates = page
          .filter(isOurs)
          .flatMap((item) => toUpdate(db.tableName(table), item, timeToLiveOf(kind, item, incident)));
        if (updates.length > 0) await db.client.send(new TransactWriteCommand({ TransactItems: updates }));
        changed += updates.length;
      }
    }
    return changed;
  };

  /** A marker that was renewed meanwhile stays for the next run. */
  const finish = async (marker: Item): Promise<void> => {
    try {
      await db.client.send(
        new DeleteCommand({
          TableName: db.tableName(table),
          Key: { PK: marker["PK"], SK: marker["SK"] },
          ConditionExpression: "#version = :version",
          ExpressionAttributeNames: { "#version": "version" },
          ExpressionAttributeValues: { ":version": marker["version"] },
        }),
      );
    } catch (error) {
      if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
    }
  };

  return {
    async run() {
      let [incidents, rows] = [0, 0];
      for await (const markers of pages(keys.retention, startingWith(keys.incident("")))) {
        for (const marker of markers) {
          const [metadata] = await batchGet(db, table, [metadataKey(incidentIdIn(String(marker["SK"])))], {
            consistent: true,
          });
          if (metadata !== undefined && isOurs(metadata)) rows += await apply(fromMetadataItem(metadata));
          await finish(marker);
          incidents += 1;
        }
      }
      return { incidents, rows };
    },
  };
}

function timeToLiveOf(kind: "EVENT" | "COMMENT" | "SUMMARY", item: Item, incident: Incident): Instant | undefined {
  const createdAt = String(item["timestamp"]);
  switch (kind) {
    case "EVENT":
      return entryExpiryOf(fromEntryItem(item), incident);
    case "COMMENT":
      return expiryOf("comment", createdAt, incident);
    case "SUMMARY":
      return expiryOf("summary", createdAt, incident);
  }
}

/** The update that gives a row this time to live; none where it has it already. */
function toUpdate(tableName: string, item: Item, expiresAt: Instant | undefined) {
  const wanted = expiresAt === undefined ? undefined : toEpochSeconds(expiresAt);
  if (item["ttl"] === wanted) return [];
  // A row that was deleted meanwhile must not come back as a ghost (defect A7), and an entry that was pinned meanwhile is
  // kept for ever: the whole page then fails, and is done again by the next run.
  const rowExists = "attribute_exists(#pk)";
  const pinIsAsRead = "#pinned = :pinned";
  const isEntry = typeof item["pinned"] === "boolean";
  const values = {
    ...(wanted === undefined ? {} : { ":ttl": wanted }),
    ...(isEntry ? { ":pinned": item["pinned"] } : {}),
  };
  return [
    {
      Update: {
        TableName: tableName,
        Key: { PK: item["PK"], SK: item["SK"] },
        UpdateExpression: wanted === undefined ? "REMOVE #ttl" : "SET #ttl = :ttl",
        ConditionExpression: isEntry ? `${rowExists} AND ${pinIsAsRead}` : rowExists,
        ExpressionAttributeNames: { "#ttl": "ttl", "#pk": "PK", ...(isEntry ? { "#pinned": "pinned" } : {}) },
        ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
      },
    },
  ];
}
