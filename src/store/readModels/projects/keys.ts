/** The keys of `ProjectEvents`, `ProjectBatches` and `Projects`. Nobody else joins parts with "#". */
import { invalid } from "../../../domain/kernel/errors.js";
import { toMilliseconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";

/** Parts of a project in `Projects`. */
export const parts = {
  settings: "SETTINGS",
  /** What the project has had, of one generation of its view. */
  activity: (generation: number) => `ACTIVITY#${generation}`,
  anyActivity: "ACTIVITY#",
  rules: "RULES",
} as const;

/** The assignment rules are of no project: no project's name begins so. */
export const routingKey = { project: "#routing", part: parts.rules } as const;

/** The one partition of `AllProjects`. */
export const allProjects = "PROJECTS";

/** The one partition of `ProcessingIndex` (defect P2). */
export const unprocessed = "false";

/** Where a batch is in lists: by the time at which it was sealed. */
export function placeOf(sealedAt: Instant, batchId: string): string {
  return `${sealedAt}#${batchId}`;
}

export function settingsKey(project: string) {
  return { project, part: parts.settings };
}

/** A range of places in a project, both ends included. */
export interface EventTimes {
  readonly from: number;
  readonly to: number;
}

/**
 * The places of what was received at or after `from` and before `until`. A place is a millisecond and n/1000 of it (defect
 * P3): `until` leaves out that whole millisecond, `from` takes it in with all that shares it.
 */
export function eventTimesOf({
  from,
  until,
}: {
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
}): EventTimes {
  return {
    from: from === undefined ? 0 : toMilliseconds(from),
    to: until === undefined ? Number.MAX_SAFE_INTEGER : toMilliseconds(until) - 1 + 0.999,
  };
}

/** Digits before the point that hold the milliseconds of the years up to 9999. */
const rankDigits = 15;

/** Where an event is in lists: by its place, and by its id among those of several projects that share one. */
export function eventRank(eventTime: number, projectEventId: string): string {
  return `${eventTime.toFixed(3).padStart(rankDigits + 4, "0")}#${projectEventId}`;
}

/** The place in a rank. Throws a ValidationError for `after`, from where a caller's ranks come. */
export function eventTimeIn(rank: string): number {
  const [, digits] = /^(\d{15}\.\d{3})#/.exec(rank) ?? [];
  if (digits === undefined) throw invalid("after", "is not a cursor of this list");
  return Number(digits);
}

/** The key of the row that a change of view `project-event` is about: `<project>/<eventTime>`, and a project's name may hold a "/". */
export function eventKeyIn(viewKey: string): { readonly project: string; readonly eventTime: number } {
  const slash = viewKey.lastIndexOf("/");
  return { project: viewKey.slice(0, slash), eventTime: Number(viewKey.slice(slash + 1)) };
}
