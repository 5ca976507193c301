/** How many incidents are in each status: an async projection, because all incidents fold into it. */
import type { AsyncProjection } from "../kernel/processing.js";
import type { IncidentEvent } from "./events.js";
import { incidentCategory } from "./events.js";
import { incidentStatuses } from "./values.js";
import type { IncidentStatus } from "./values.js";

export type IncidentCounts = Readonly<Record<IncidentStatus, number>>;

export const noIncidents = Object.fromEntries(incidentStatuses.map((status) => [status, 0])) as IncidentCounts;

/** One row: addition does not ask in which order. */
export const incidentCountsProjection: AsyncProjection<IncidentCounts> = {
  name: "incident-counts",
  keys: ({ event }) =>
    event.streamId.startsWith(`${incidentCategory}-`) && moveOf(toIncidentEvent(event)) ? ["all"] : [],
  apply: (row = noIncidents, { event }) => {
    const move = moveOf(toIncidentEvent(event));
    if (move === undefined) return row;
    const left = move.from === undefined ? row : { ...row, [move.from]: row[move.from] - 1 };
    return { ...left, [move.to]: left[move.to] + 1 };
  },
};

interface Move {
  /** Absent for an incident that is new. */
  readonly from?: IncidentStatus;
  readonly to: IncidentStatus;
}

/** An event of an incident's stream is one of its union: the codec has decoded it. */
function toIncidentEvent(event: unknown): IncidentEvent {
  return event as IncidentEvent;
}

/** Undefined for the events that leave an incident in its status. */
function moveOf({ type, data }: IncidentEvent): Move | undefined {
  if (type === "IncidentDeclared") return { to: "OPEN" };
  if (type === "IncidentStatusChanged" || type === "IncidentReopened") return { from: data.from, to: data.to };
  if (type === "IncidentMerged") return { from: data.from, to: "MERGED" };
  if (type === "IncidentUnmerged") return { from: "MERGED", to: data.to };
  return undefined;
}
