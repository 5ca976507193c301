/** How long rows of an incident are kept after it has ended (seed 003, "TTL Strategy", with defect A16's fix). */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { Incident } from "./state.js";
import type { TimelineEntry } from "./timeline.js";

/** Days. The log keeps everything for ever; only rows of the view expire. */
export const retentionDays = { comment: 90, entry: 180, summary: 365 } as const;

/** What times to live depend on. */
export type Retained = Pick<Incident, "milestones" | "restoredAt">;

/**
 * When a row that was created at `createdAt` expires: never while the incident has not ended, so that a long incident
 * keeps its comments; then so many days after the latest of its creation, the end, and the return from the archive.
 */
export function expiryOf(
  kind: keyof typeof retentionDays,
  createdAt: Instant,
  { milestones: { endedAt }, restoredAt }: Retained,
): Instant | undefined {
  if (endedAt === undefined) return undefined;
  const latest = [createdAt, endedAt, restoredAt ?? endedAt].reduce((one, other) => (other > one ? other : one));
  return addDays(latest, retentionDays[kind]);
}

/** Key moments and pinned entries are kept for ever. */
export function isKept(entry: Pick<TimelineEntry, "keyMoment" | "pinned">): boolean {
  return entry.keyMoment || entry.pinned;
}

/** When a timeline entry expires. */
export function entryExpiryOf(entry: TimelineEntry, incident: Retained): Instant | undefined {
  return isKept(entry) ? undefined : expiryOf("entry", entry.recordedAt, incident);
}
