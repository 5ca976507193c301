/** How the feeder writes: all or nothing, and only while it is the one. */
import type { Lease } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { FencedConflictError, writeFenced } from "../processing/fence.js";
import type { TransactItem } from "../processing/fence.js";
import { FeedConflictError } from "./errors.js";

/**
 * Writes `items` in one transaction. Throws {@link LeaseLostError} where another process is the feeder, and
 * {@link FeedConflictError} where the feed is not as it was read.
 */
export async function writeToFeed(db: DynamoDb, lease: Lease, items: readonly TransactItem[]): Promise<void> {
  try {
    await writeFenced(db, lease, items);
  } catch (cause) {
    if (cause instanceof FencedConflictError) throw new FeedConflictError({ cause });
    throw cause;
  }
}
