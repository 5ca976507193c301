/**
 * How many incidents are in each status: an async projection, because all incidents fold into it. Archived ones are not among
 * them, as they are in none of the lists.
 */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { AsyncProjection } from "../kernel/processing.js";
import { incidentCategory, incidentEventSchemas } from "./events.js";
import { incidentStatuses } from "./values.js";
import type { IncidentStatus } from "./values.js";

export type IncidentCounts = Readonly<Record<IncidentStatus, number>>;

export const noIncidents = Object.fromEntries(incidentStatuses.map((status) => [status, 0])) as IncidentCounts;

/** One row: addition does not ask in which order. */
export const incidentCountsProjection: AsyncProjection<IncidentCounts> = {
  name: "incident-counts",
  keys: (entry) => (moveOf(entry) === undefined ? [] : ["all"]),
  apply: (row = noIncidents, entry) => {
    const move = moveOf(entry);
    if (move === undefined) return row;
    const left = move.from === undefined ? row : { ...row, [move.from]: row[move.from] - 1 };
    return move.to === undefined ? left : { ...left, [move.to]: left[move.to] + 1 };
  },
};

interface Move {
  /** Absent for an incident that is new, or comes back from the archive. */
  readonly from?: IncidentStatus;
  /** Absent for one that goes there. */
  readonly to?: IncidentStatus;
}

/** Undefined for the events that leave an incident in its status, and for those of no incident. */
function moveOf(entry: FeedEntry): Move | undefined {
  const event = ofCategory(entry, incidentCategory, incidentEventSchemas);
  switch (event?.type) {
    case "IncidentDeclared":
      return { to: "OPEN" };
    case "IncidentStatusChanged":
    case "IncidentReopened":
      return { from: event.data.from, to: event.data.to };
    case "IncidentMerged":
      return { from: event.data.from, to: "MERGED" };
    case "IncidentUnmerged":
      return { from: "MERGED", to: event.data.to };
    case "IncidentArchived":
      return { from: event.data.status };
    case "IncidentRestored":
      return { to: event.data.status };
    default:
      return undefined;
  }
}
