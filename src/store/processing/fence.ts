/** Writes that only the holder of a lease can make, whatever a process that has lost it still believes. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { LeaseLostError } from "../../domain/kernel/index.js";
import type { Lease } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { cancellationReasons } from "../dynamodb/faults.js";
import { leaseKey } from "./leases.js";

export type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A condition of a fenced write did not hold, and the lease is still ours: somebody has changed what was to be replaced. */
export class FencedConflictError extends Error {
  constructor(options?: ErrorOptions) {
    super("a row is not what it was when it was read", options);
    this.name = "FencedConflictError";
  }
}

/**
 * Writes `items` (at most 99) in one transaction, on the condition that nobody has taken the lease over. Throws
 * {@link LeaseLostError} where somebody has, {@link FencedConflictError} where a condition of an item does not hold; then
 * nothing was written. Anything else is thrown as it comes.
 */
export async function writeFenced(
  db: DynamoDb,
  lease: Pick<Lease, "name" | "token">,
  items: readonly TransactItem[],
): Promise<void> {
  try {
    await db.client.send(new TransactWriteCommand({ TransactItems: [fence(db, lease), ...items] }));
  } catch (cause) {
    const [ofLease, ...ofItems] = cancellationReasons(cause).map(({ Code }) => Code === "ConditionalCheckFailed");
    if (ofLease === true) throw new LeaseLostError(lease.name, { cause });
    if (ofItems.includes(true)) throw new FencedConflictError({ cause });
    throw cause;
  }
}

function fence(db: DynamoDb, { name, token }: Pick<Lease, "name" | "token">): TransactItem {
  return {
    ConditionCheck: {
      TableName: db.tableName("processor-checkpoints"),
      Key: leaseKey(name),
      ConditionExpression: "#token = :token",
      ExpressionAttributeNames: { "#token": "token" },
      ExpressionAttributeValues: { ":token": token },
    },
  };
}
