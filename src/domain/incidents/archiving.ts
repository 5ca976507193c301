/** The rules of the archive: what may go there, when it is due, and what is refused of an incident that is there. */
import { InvalidTransitionError, invalid } from "../kernel/errors.js";
import type { Proposed } from "../kernel/event.js";
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { IncidentCommandOf } from "./commands.js";
import type { IncidentEvent } from "./events.js";
import type { Incident } from "./state.js";
import { archivableStatuses, toReference } from "./values.js";
import type { IncidentStatus } from "./values.js";

type Decision = readonly Proposed<IncidentEvent>[];

/** Says of an incident that is in the archive that it must be restored first. */
export function isArchivedRefusal(
  { number, status }: { readonly number: number; readonly status: IncidentStatus },
  field: string,
): InvalidTransitionError {
  const message = `${toReference(number)} is in the archive and cannot be changed; restoreIncident brings it back`;
  return new InvalidTransitionError(status, status, [], message, [field]);
}

export function archive(command: IncidentCommandOf<"ArchiveIncident">, incident: Incident): Decision {
  const { status } = incident;
  if (incident.archived !== undefined) return [];
  if (!archivableStatuses.includes(status)) {
    const message = `only an incident that has ended can go to the archive; this one is ${status}`;
    throw new InvalidTransitionError(status, status, [], message);
  }
  if (command.through !== incident.version) throw invalid("through", `must be ${incident.version}, its version`);
  const { type: _, ...data } = command;
  return [{ type: "IncidentArchived", data: { status, ...data } }];
}

export function restore({ reason }: IncidentCommandOf<"RestoreIncident">, { archived, status }: Incident): Decision {
  if (archived === undefined) return [];
  const data = { status, entry: archived.entry, ...(reason === undefined ? {} : { reason }) };
  return [{ type: "IncidentRestored", data }];
}

/** When an incident ended, as far as the archive is concerned; undefined where it has not. */
export function endOf({ status, statusChangedAt, milestones }: Incident): Instant | undefined {
  if (!archivableStatuses.includes(status)) return undefined;
  // A merged incident goes on within another one, so it has no end of its own.
  return milestones.endedAt ?? statusChangedAt;
}

/**
 * Whether an incident is to go to the archive: it ended so many days ago, and was not brought back since. A merged one goes once
 * the incident that it was merged into has gone (`hasGone`), as until then its timeline is part of that one's.
 */
export function isDue(
  incident: Incident,
  {
    now,
    days,
    hasGone,
  }: { readonly now: Instant; readonly days: number; readonly hasGone: (incidentId: string) => boolean },
): boolean {
  const endedAt = endOf(incident);
  if (endedAt === undefined) return false;
  const { mergedInto, restoredAt } = incident;
  const isOver = incident.status !== "MERGED" || mergedInto === undefined || hasGone(mergedInto.incidentId);
  return isOver && addDays(restoredAt !== undefined && restoredAt > endedAt ? restoredAt : endedAt, days) <= now;
}
