/** Idempotency records: each must name versions that exist, and that its own command wrote. */
import type { DynamoDb } from "../dynamodb/client.js";
import { batchGet } from "../dynamodb/batchGet.js";
import { fromIdempotencyItem } from "../dynamodb/items.js";
import { queryAll } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { StreamPosition } from "../../domain/kernel/eventStore.js";
import { show } from "./difference.js";
import type { Difference } from "./difference.js";

interface Named {
  readonly where: string;
  /** Absent in records of commands that wrote nothing. */
  readonly commandId: string | undefined;
  readonly position: StreamPosition;
}

/**
 * Checks records that were read. What their payload was, and whether one was taken away, nothing in the log tells. One request for 100 outcomes, and one more for each that ends a commit of several events.
 */
export async function checkRecords(db: DynamoDb, records: readonly Item[]): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const named: Named[] = [];
  for (const record of records) {
    const where = `domain-events ${String(record["streamId"])}`;
    try {
      const { outcome } = fromIdempotencyItem(record, "");
      const commandId = typeof record["commandId"] === "string" ? record["commandId"] : undefined;
      const existing = outcome.filter(({ version }) => version > 0);
      named.push(...existing.map((position) => ({ where, commandId, position })));
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
  const exact = await batchGet(db, "domain-events", keys, { consistent: true, projection: ["commandId"] });
  const found = await Promise.all(
    named.map(async (name, index) => ({ ...name, commit: exact[index] ?? (await commitWith(db, name.position)) })),
  );
  return [...differences, ...found.flatMap((name) => compare(name, found))];
}

/** Whether a difference is that of a record whose commit is not there. */
export function namesMissingVersion({ kind, expected }: Difference): boolean {
  return kind === "RECORD" && expected === versionsThatExist;
}

const versionsThatExist = "versions that exist";

interface Found extends Named {
  /** The commit that holds the version. */
  readonly commit: Item | undefined;
}

function compare({ where, commandId, position, commit }: Found, all: readonly Found[]): readonly Difference[] {
  if (commit === undefined) {
    const found = `${position.streamId} has no version ${position.version}`;
    return [{ kind: "RECORD", where, attribute: "outcome", expected: versionsThatExist, found }];
  }
  if (commandId === undefined || position.unchanged === true || commit["commandId"] === commandId) return [];
  // Earlier records do not say which of several streams stayed as they were.
  const siblings = all.filter((other) => other.where === where);
  const isEarly = siblings.length > 1 && siblings.every(({ position: { unchanged } }) => unchanged !== true);
  if (isEarly && siblings.some((other) => other.commit?.["commandId"] === commandId)) return [];
  const [expected, found] = [show(commit["commandId"]), show(commandId)];
  return [{ kind: "RECORD", where, attribute: "commandId", expected, found }];
}

/** The commit that begins at or before the version and holds it. */
async function commitWith(db: DynamoDb, { streamId, version }: StreamPosition): Promise<Item | undefined> {
  const items = queryAll(db, "domain-events", {
    KeyConditionExpression: "#streamId = :streamId AND #version <= :version",
    ExpressionAttributeNames: { "#streamId": "streamId", "#version": "version" },
    ExpressionAttributeValues: { ":streamId": streamId, ":version": version },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 1,
  });
  const first = await items.next();
  if (first.done === true) return undefined;
  return Number(first.value["version"]) + Number(first.value["n"]) > version ? first.value : undefined;
}
