/** Idempotency records: each must name versions that exist. */
import type { DynamoDb } from "../dynamodb/client.js";
import { batchGet } from "../dynamodb/batchGet.js";
import { fromIdempotencyItem } from "../dynamodb/items.js";
import { queryAll } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { StreamPosition } from "../../domain/kernel/eventStore.js";
import { show } from "./difference.js";
import type { Difference } from "./difference.js";

/**
 * Checks records that were read. One request for 100 outcomes, and one more for each that ends a commit of several events.
 */
export async function checkRecords(db: DynamoDb, records: readonly Item[]): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const named: { readonly where: string; readonly position: StreamPosition }[] = [];
  for (const record of records) {
    const where = `domain-events ${String(record["streamId"])}`;
    try {
      const { outcome } = fromIdempotencyItem(record, "");
      named.push(...outcome.filter(({ version }) => version > 0).map((position) => ({ where, position })));
    } catch {
      differences.push({
        kind: "RECORD",
        where,
        attribute: "outcome",
        expected: "positions",
        found: show(record["outcome"]),
      });
    }
  }
  const keys = named.map(({ position: { streamId, version } }) => ({ streamId, version }));
  const exact = await batchGet(db, "domain-events", keys, { consistent: true, projection: ["n"] });
  const unsure = named.filter((_, index) => exact[index] === undefined);
  const missing = await Promise.all(
    unsure.map(async ({ where, position }): Promise<readonly Difference[]> => {
      if (await exists(db, position)) return [];
      const found = `${position.streamId} has no version ${position.version}`;
      return [{ kind: "RECORD", where, attribute: "outcome", expected: "versions that exist", found }];
    }),
  );
  return [...differences, ...missing.flat()];
}

/** Whether a commit that begins at or before the version holds it. */
async function exists(db: DynamoDb, { streamId, version }: StreamPosition): Promise<boolean> {
  const items = queryAll(db, "domain-events", {
    KeyConditionExpression: "#streamId = :streamId AND #version <= :version",
    ExpressionAttributeNames: { "#streamId": "streamId", "#version": "version" },
    ExpressionAttributeValues: { ":streamId": streamId, ":version": version },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 1,
  });
  const first = await items.next();
  return first.done !== true && Number(first.value["version"]) + Number(first.value["n"]) > version;
}
