/** Facts about entities in deliveries of Standard Webhooks: `{ type: "activity.recorded", timestamp, data }`. */
import { createHash } from "node:crypto";
import { DedupeId } from "../../domain/insights/index.js";
import { redact } from "../../domain/projects/index.js";
import { fieldsOf, isObject, stringOf } from "./fields.js";
import type { ProvenDelivery, Reading } from "./webhook.js";

/** What the delivery's `type` says. All other types tell of projects. */
export const activityType = "activity.recorded";

interface Payload {
  type: string;
  timestamp: string;
  data: unknown;
}

/**
 * The facts of a delivery, as the caller of `recordActivities` would bring them; undefined where it tells of something else. What a
 * fact leaves out comes from the delivery: its time, a source, and an id that is the same when the delivery comes again.
 */
export function readActivities({ json, headers, body }: ProvenDelivery): Reading | undefined {
  const { type, timestamp, data } = fieldsOf<Payload>(json);
  if (type !== activityType) return undefined;
  const isList = Array.isArray(data);
  // Array.isArray makes any[] of unknown.
  const items: readonly unknown[] = isList ? (data as readonly unknown[]) : [data];
  const deliveryId = deliveryIdOf(headers["webhook-id"], body);
  const inputs = items.map((item, index) => {
    if (!isObject(item)) return item;
    const dedupeId = isList ? `${deliveryId}#${index}` : deliveryId;
    const own = { source: "webhook", dedupeId, ...(timestamp === undefined ? {} : { occurredAt: timestamp }) };
    // What somebody has pasted into a note is there for good.
    return { ...own, ...item, ...(typeof item["note"] === "string" ? { note: redact(item["note"]) } : {}) };
  });
  return { kind: "activities", inputs, isList };
}

/** Room for the place in a list behind it. */
const longestId = 190;

/** The delivery's id where it may be the source's id of a fact; else what stands for it. */
function deliveryIdOf(given: string | undefined, body: Buffer): string {
  const id = stringOf(given);
  if (id !== undefined && id.length <= longestId && DedupeId.safeParse(id).success) return id;
  return `sha256:${createHash("sha256")
    .update(id ?? body)
    .digest("hex")}`;
}
