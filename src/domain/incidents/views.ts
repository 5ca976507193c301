/** The inline projections of an incident: which rows of `aegis-incidents` its events change. */
import type { InlineProjection } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { archivedChanges, restoredChanges } from "./archiveViews.js";
import type { IncidentEvent } from "./events.js";
import type { Incident, IncidentState, Summary } from "./state.js";
import type { IncidentViewChange } from "./viewRows.js";
import { commentRow, entryRow, participantRow, retentionRow, serviceRow, summaryRow, without } from "./viewRows.js";

// #region changes
function changes(
  before: IncidentState,
  events: readonly Recorded<IncidentEvent>[],
  after: IncidentState,
): readonly IncidentViewChange[] {
  const { incident } = after;
  if (incident === undefined) return [];
  const wasArchived = before.incident?.archived;
  if (incident.archived !== undefined) return archivedChanges(before, incident, incident.archived);
  if (wasArchived !== undefined) return restoredChanges(wasArchived, after, incident);
  return [
    { view: "incident", key: incident.incidentId, row: incident },
    ...numberChanges(before.incident, incident),
    ...serviceChanges(before.incident, incident),
    ...participantChanges(before.incident, incident),
    ...entryChanges(before, after, incident),
    ...commentChanges(before, after, incident),
    ...events.flatMap((event) => summaryChanges(event, incident)),
    ...retentionChanges(before.incident, incident),
  ];
}
// #endregion

function numberChanges(before: Incident | undefined, { incidentId, number }: Incident): readonly IncidentViewChange[] {
  if (before !== undefined) return [];
  // A number stands for one incident for ever, whatever a counter that was lost hands out again.
  return [{ view: "incident-number", key: String(number), row: { number, incidentId }, mustBeNew: true }];
}

function serviceChanges(before: Incident | undefined, incident: Incident): readonly IncidentViewChange[] {
  const [was, is] = [before?.services.slice(1) ?? [], incident.services.slice(1)];
  return [
    ...was.filter((service) => !is.includes(service)).map((service) => without(serviceRow(incident, service))),
    ...is.filter((service) => !was.includes(service)).map((service) => serviceRow(incident, service)),
  ];
}

function participantChanges(before: Incident | undefined, { participants }: Incident): readonly IncidentViewChange[] {
  const was = before?.participants ?? [];
  return [
    ...was
      .filter(({ personId }) => !participants.some((participant) => participant.personId === personId))
      .map((participant) => without(participantRow(participant))),
    ...participants.filter((participant) => !was.includes(participant)).map(participantRow),
  ];
}

function entryChanges(before: IncidentState, after: IncidentState, incident: Incident): readonly IncidentViewChange[] {
  return [...after.entries.values()]
    .filter((entry) => before.entries.get(entry.entryId) !== entry)
    .map((entry) => entryRow(entry, incident));
}

function commentChanges(
  before: IncidentState,
  after: IncidentState,
  incident: Incident,
): readonly IncidentViewChange[] {
  return [...after.comments.values()]
    .filter((comment) => before.comments.get(comment.commentId) !== comment)
    .map((comment) => commentRow(comment, incident));
}

function summaryChanges(event: Recorded<IncidentEvent>, incident: Incident): readonly IncidentViewChange[] {
  const summary = toSummary(incident.incidentId, event);
  return summary === undefined ? [] : [summaryRow(summary, incident)];
}

/** The summary that an event attaches; undefined for any other event. */
export function toSummary(incidentId: string, event: Recorded<IncidentEvent>): Summary | undefined {
  if (event.type !== "IncidentSummaryAttached") return undefined;
  return { incidentId, ...event.data, author: event.actor, attachedAt: event.recordedAt };
}

function retentionChanges(before: Incident | undefined, incident: Incident): readonly IncidentViewChange[] {
  return before?.milestones.endedAt === incident.milestones.endedAt ? [] : [retentionRow(incident)];
}

/** The facets that live filters select by. */
export const incidentTag = {
  status: (status: string) => `status:${status}`,
  severity: (severity: string) => `severity:${severity}`,
  service: (service: string) => `service:${service}`,
  participant: (personId: string) => `participant:${personId}`,
  label: (name: string, value: string) => `label:${name}=${value}`,
};

function tags({ incident }: IncidentState): readonly string[] {
  // What is in the archive is on no board.
  if (incident === undefined || incident.archived !== undefined) return [];
  return [
    incidentTag.status(incident.status),
    incidentTag.severity(incident.severity),
    ...incident.services.map(incidentTag.service),
    ...incident.participants.map(({ personId }) => incidentTag.participant(personId)),
    ...Object.entries(incident.labels).map(([name, value]) => incidentTag.label(name, value)),
  ];
}

/** What is written beside an incident's events, and what a rebuild writes anew. */
export const incidentProjection: InlineProjection<IncidentState, IncidentEvent> = { changes, tags };
