/** How a feeder writes: all or nothing, and only where the feed is as it was read. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Lease } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { cancellationReasons, isContention } from "../dynamodb/faults.js";
import { FencedConflictError, writeFenced } from "../processing/fence.js";
import type { TransactItem } from "../processing/fence.js";
import { FeedConflictError } from "./errors.js";

/**
 * Writes `items` in one transaction, under `lease` where one is given. Throws {@link LeaseLostError} where another process
 * is the feeder, and {@link FeedConflictError} where the feed is not as it was read, or another transaction was at it.
 */
export async function writeToFeed(
  db: DynamoDb,
  lease: Lease | undefined,
  items: readonly TransactItem[],
): Promise<void> {
  try {
    if (lease === undefined) await db.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
    else await writeFenced(db, lease, items);
  } catch (error) {
    const cause = error instanceof FencedConflictError ? error.cause : error;
    // The condition of the lease comes before the items.
    throw conflictIn(cause, lease === undefined ? 0 : 1) ?? error;
  }
}

/** The conflict with another feeder that made DynamoDB refuse, in the items behind `first`. */
function conflictIn(cause: unknown, first: number): FeedConflictError | undefined {
  const codes = cancellationReasons(cause)
    .map(({ Code }) => Code)
    .slice(first);
  const taken = codes.flatMap((code, index) => (code === "ConditionalCheckFailed" ? [index] : []));
  // Two feeders at the same items: who comes second is refused, whichever conditions would have held.
  const isConflict = taken.length > 0 || (codes.includes("TransactionConflict") && isContention(cause));
  return isConflict ? new FeedConflictError({ cause, taken }) : undefined;
}
