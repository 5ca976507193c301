/** How each incident view is written: what the event store is told of this context. */
import type { IncidentView, IncidentViewChange } from "../../../domain/incidents/index.js";
import type { ViewChange } from "../../../domain/kernel/decider.js";
import type { RowWrite } from "../../dynamodb/rowWrite.js";
import { toRowWrites } from "./items.js";

/** The projection of incidents makes changes of exactly these views, with the rows that IncidentViews states. */
const write = (change: ViewChange): readonly RowWrite[] => toRowWrites(change as IncidentViewChange);

export const incidentViewWriters = {
  incident: write,
  "incident-number": write,
  "incident-archive": write,
  "incident-service": write,
  "incident-participant": write,
  "incident-entry": write,
  "incident-comment": write,
  "incident-summary": write,
  "incident-retention": write,
} satisfies Record<IncidentView, (change: ViewChange) => readonly RowWrite[]>;
