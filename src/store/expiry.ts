/** Times to live: what has expired is there until somebody deletes it, and must not be seen meanwhile. */
import { toEpochSeconds } from "../domain/kernel/time.js";
import type { Instant } from "../domain/kernel/time.js";
import type { Item } from "./dynamodb/rowWrite.js";

/** Whether a row's time to live has passed. DynamoDB deletes it hours or days later; readers must not see it meanwhile. */
export function isExpired(item: Item, now: Instant): boolean {
  return typeof item["ttl"] === "number" && item["ttl"] <= toEpochSeconds(now);
}
