/** Ids of streams and places in lists that other parts of the context agree on. */
import { toStreamName } from "../kernel/streamName.js";
import type { Instant } from "../kernel/time.js";
import { toMilliseconds } from "../kernel/time.js";
import { requestCategory, researchProjectCategory, slotCategory } from "./events.js";
import type { Priority } from "./values.js";

export const requestStream = (requestId: string) => toStreamName(requestCategory, requestId);
export const slotStream = (slotId: string) => toStreamName(slotCategory, slotId);
export const projectStream = (projectId: string) => toStreamName(researchProjectCategory, projectId);

/** The seed's form: `req_1757412789250_a08ac7ad`. `id`: a uuid v7, whose end is by chance. */
export function toRequestId(createdAt: Instant, id: string): string {
  return `req_${String(toMilliseconds(createdAt)).padStart(13, "0")}_${id.slice(-8)}`;
}

/** The object store's key of a report, and the seed's `report_path`; by its content, so that no late worker writes over it. */
export function reportPath(requestType: string, requestId: string, sha256: string): string {
  return `reports/${requestType}_${requestId}_${sha256.slice(0, 16)}.json`;
}

export function partPath(requestId: string, sha256: string): string {
  return `reports/parts/${requestId}/${sha256}.json`;
}

/** So many seconds of waiting make up for one level of priority: nobody waits for ever behind those that come later. */
export const ageingSeconds = 900;

const levels: Readonly<Record<Priority, number>> = { HIGH: 2, MEDIUM: 1, LOW: 0 };

/**
 * The place among what can be claimed: lowest first. First in, first out within a priority; a level is worth
 * {@link ageingSeconds}. It never changes while a request waits, so that nothing is ever sorted anew.
 */
export function claimRank({
  createdAt,
  priority,
}: {
  readonly createdAt: Instant;
  readonly priority: Priority;
}): number {
  return toMilliseconds(createdAt) - levels[priority] * ageingSeconds * 1_000;
}

/** The range key of the seed's strategy-index: read backwards, high priority first, then first in, first out (defect R1). */
export function prioritySort({
  createdAt,
  priority,
}: {
  readonly createdAt: Instant;
  readonly priority: Priority;
}): string {
  return `${levels[priority] + 1}#${String(9_999_999_999_999 - toMilliseconds(createdAt)).padStart(13, "0")}`;
}
