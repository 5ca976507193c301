/** How long the row of a project event is kept. The log keeps its events for good. */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { ProjectEvent } from "./state.js";

export const retentionDays = { sinceReceipt: 30, sinceBatched: 7 } as const;

/**
 * When the row expires: 30 days after receipt, 7 days after it came into its batch, whichever is later. Undefined while it
 * waits for a batch: then it must be found, however long that takes (defects P5 and P6).
 */
export function projectEventExpiry({
  receivedAt,
  batchedAt,
}: Pick<ProjectEvent, "receivedAt" | "batchedAt">): Instant | undefined {
  if (batchedAt === undefined) return undefined;
  const [received, batched] = [
    addDays(receivedAt, retentionDays.sinceReceipt),
    addDays(batchedAt, retentionDays.sinceBatched),
  ];
  return received > batched ? received : batched;
}
