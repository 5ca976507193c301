/** Integration events in EventBridge's form: what is sent, how large it is, and what rules see of it. */
import type { Instant, IntegrationEvent } from "../../domain/kernel/index.js";
import type { PatternEvent } from "./eventPattern.js";

/** One entry of a PutEvents request. */
export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  /** JSON of an object. */
  readonly detail: string;
  readonly time: Instant;
}

/** What one PutEvents request takes. A single entry may be as large as a whole request. */
export const busLimits = { entries: 10, bytes: 262_144 } as const;

/** Everything about the event that has no place of its own in EventBridge's envelope is in its detail. */
export function toBusEntry(event: IntegrationEvent): BusEntry {
  const { source, type, occurredAt, ...detail } = event;
  return { source, detailType: type, detail: JSON.stringify({ ...detail, occurredAt }), time: occurredAt };
}

/** The size of an entry as AWS counts it, in bytes: 14 for the time, and the texts in UTF-8. */
export function entryBytes({ source, detailType, detail }: BusEntry): number {
  return 14 + Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(detail);
}

/** The event that rules match and targets get. `id` is given by the bus and is another one when an event comes twice. */
export function toRuleEvent(
  { source, detailType, detail, time }: BusEntry,
  { id, account, region }: { readonly id: string; readonly account: string; readonly region: string },
): PatternEvent {
  return {
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account,
    // EventBridge cuts off what is behind the seconds; the detail has the exact time.
    time: time.replace(/\.\d+Z$/, "Z"),
    region,
    resources: [],
    detail: JSON.parse(detail) as unknown,
  };
}
