/**
 * Gives the rows of an incident their time to live when it ends, and takes it away when the incident is reopened. Before that, it
 * takes away what an archived incident still has of rows, and brings what a restored one does not have yet.
 */
import { DeleteCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Incident } from "../../../domain/incidents/index.js";
import { entryExpiryOf, expiryOf } from "../../../domain/incidents/index.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import type { DynamoDb } from "../../dynamodb/client.js";
import { cancellationReasons } from "../../dynamodb/faults.js";
import { queryPages } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { fromEntryItem, fromMetadataItem, isOurs } from "./items.js";
import { incidentIdIn, keys, metadataKey, startingWith } from "./keys.js";
import type { KeyRange } from "./keys.js";

const table = "aegis-incidents";

export interface RetentionWorker {
  /**
   * Does all waiting work. The work is durable: a marker row, written with the event that ended or reopened the incident,
   * goes only when all rows are done, so a crash at any point is made good by the next run. Ends behind a page of rows when
   * `signal` aborts. An incident that cannot be done holds up no other one: throws {@link RetentionError} in the end. A
   * request for each 99 markers; for each incident two, and two for each 99 of its rows that change. One that is or was archived
   * is folded from the log besides.
   */
  run(signal?: AbortSignal): Promise<{ readonly incidents: number; readonly rows: number }>;
}

/** Some incidents could not be done; their markers stay, and the next run tries again. */
export class RetentionError extends Error {
  constructor(failures: readonly { readonly marker: string; readonly cause: unknown }[]) {
    const messages = failures.map(({ marker, cause }) => `${marker}: ${String(cause)}`);
    super(`times to live are not set for ${messages.join("; ")}`, { cause: failures[0]?.cause });
    this.name = "RetentionError";
  }
}

export interface RetentionWorkerDeps {
  readonly db: DynamoDb;
  /** Makes the rows of an incident what its log says, and says how many it wrote or took away. */
  readonly rebuild: (incidentId: string) => Promise<number>;
}

export function createRetentionWorker({ db, rebuild }: RetentionWorkerDeps): RetentionWorker {
  const pages = (partition: string, range: KeyRange) =>
    queryPages(db, table, {
      KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#pk": "PK", "#sk": "SK" },
      ExpressionAttributeValues: { ":pk": partition, ":from": range.from, ":to": range.to },
      ConsistentRead: true,
      // One page is one transaction, with the condition on the marker.
      Limit: 99,
    });

  /**
   * Sets the times to live of an incident's rows. Undefined where it was not done to the end: the marker was renewed or is
   * gone, so another run has other work to do or has done it; or `signal` aborted.
   */
  const apply = async (marker: Item, incident: Incident, signal: AbortSignal): Promise<number | undefined> => {
    let changed = 0;
    for (const kind of ["EVENT", "COMMENT", "SUMMARY"] as const) {
      for await (const page of pages(keys.incident(incident.incidentId), startingWith(`${kind}#`))) {
        if (signal.aborted) return undefined;
        const updates = page
          .filter(isOurs)
          .flatMap((item) => toUpdate(db.tableName(table), item, timeToLiveOf(kind, item, incident)));
        if (updates.length > 0 && !(await write(marker, updates))) return undefined;
        changed += updates.length;
      }
    }
    return changed;
  };

  /** Writes while the marker is as it was read; false where it is not. */
  const write = async (marker: Item, updates: ReturnType<typeof toUpdate>): Promise<boolean> => {
    const markerIsAsRead = { ConditionCheck: { TableName: db.tableName(table), ...isAsRead(marker) } };
    try {
      await db.client.send(new TransactWriteCommand({ TransactItems: [markerIsAsRead, ...updates] }));
      return true;
    } catch (error) {
      if (cancellationReasons(error)[0]?.Code === "ConditionalCheckFailed") return false;
      throw error;
    }
  };

  /** A marker that was renewed meanwhile stays for the next run. */
  const finish = async (marker: Item): Promise<void> => {
    try {
      await db.client.send(new DeleteCommand({ TableName: db.tableName(table), ...isAsRead(marker) }));
    } catch (error) {
      if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
    }
  };

  /** The rows that changed; undefined where the marker stays. */
  const handle = async (marker: Item, signal: AbortSignal): Promise<number | undefined> => {
    const incidentId = incidentIdIn(String(marker["SK"]));
    const moved = marker["moves"] === true ? await rebuild(incidentId) : 0;
    const [metadata] = await batchGet(db, table, [metadataKey(incidentId)], { consistent: true });
    const isThere = metadata !== undefined && isOurs(metadata);
    const rows = isThere ? await apply(marker, fromMetadataItem(metadata), signal) : 0;
    if (rows === undefined) return undefined;
    await finish(marker);
    return moved + rows;
  };

  return {
    async run(signal = new AbortController().signal) {
      let [incidents, rows] = [0, 0];
      const failures: { readonly marker: string; readonly cause: unknown }[] = [];
      for await (const markers of pages(keys.retention, startingWith(keys.incident("")))) {
        for (const marker of markers) {
          if (signal.aborted) break;
          try {
            const changed = await handle(marker, signal);
            incidents += changed === undefined ? 0 : 1;
            rows += changed ?? 0;
          } catch (cause) {
            failures.push({ marker: String(marker["SK"]), cause });
          }
        }
        if (signal.aborted) break;
      }
      if (failures.length > 0) throw new RetentionError(failures);
      return { incidents, rows };
    },
  };
}

/** Key of a marker, and the condition that nothing has renewed it. */
function isAsRead(marker: Item) {
  return {
    Key: { PK: marker["PK"], SK: marker["SK"] },
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": marker["version"] },
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
