/** How long rows of an incident are kept after it has ended (seed 003, "TTL Strategy", with defect A16's fix). */
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { Incident } from "./state.js";
import type { TimelineEntry } from "./timeline.js";

/** Days. The log keeps everything for ever; only rows of the view expire. */
export const retentionDays = { comment: 90, entry: 180, summary: 365 } as const;

/**
 * When a row that was created at `createdAt` expires: never while the incident has not ended, so that a long incident
 * keeps its comments; then so many days after the later of creation and end.
 */
export function expiryOf(
  kind: keyof typeof retentionDays,
  createdAt: Instant,
  incident: Pick<Incident, "milestones">,
): Instant | undefined {
  const { endedAt } = incident.milestones;
  if (endedAt === undefined) return undefined;
  return addDays(createdAt > endedAt ? createdAt : endedAt, retentionDays[kind]);
}

/** Key moments and pinned entries are kept for ever. */
export function isKept(entry: Pick<TimelineEntry, "keyMoment" | "pinned">): boolean {
  return entry.keyMoment || entry.pinned;
}

/** When a timeline entry expires. */
export function entryExpiryOf(entry: TimelineEntry, incident: Pick<Incident, "milestones">): Instant | undefined {
  return isKept(entry) ? undefined : expiryOf("entry", entry.recordedAt, incident);
}
