/** Which rows an incident loses when it goes to the archive, and which it has again when it comes back. */
import { endOf } from "./archiving.js";
import type { Archived, Incident, IncidentState } from "./state.js";
import { compareEntries } from "./timeline.js";
import type { TimelineEntry } from "./timeline.js";
import type { ArchivedIncident, IncidentViewChange } from "./viewRows.js";
import { commentRow, entryRow, participantRow, retentionRow, serviceRow, summaryRow, without } from "./viewRows.js";

/**
 * Rows that one transaction takes or brings, beside those that it must: DynamoDB takes 100, of at most 4 MB together. The worker
 * does the rest.
 */
const atOnce = { rows: 90, characters: 500_000 } as const;

export function archivedChanges(
  before: IncidentState,
  incident: Incident,
  archived: Archived,
): readonly IncidentViewChange[] {
  const { incidentId, number } = incident;
  return [
    { view: "incident", key: incidentId, row: undefined },
    { view: "incident-number", key: String(number), row: { number, incidentId, archived: true } },
    { view: "incident-archive", key: incidentId, row: toArchivedIncident(incident, archived) },
    retentionRow(incident),
    ...asManyAsFit([...listRows(incident), ...partRows(before, incident)]).map(without),
  ];
}

export function restoredChanges(
  archived: Archived,
  after: IncidentState,
  incident: Incident,
): readonly IncidentViewChange[] {
  const { incidentId, number } = incident;
  const { own, others } = restoredRows(archived, after, incident);
  return [
    { view: "incident", key: incidentId, row: incident },
    { view: "incident-number", key: String(number), row: { number, incidentId } },
    { view: "incident-archive", key: incidentId, row: undefined },
    retentionRow(incident),
    ...own,
    ...asManyAsFit(others),
  ];
}

/** Whether all rows come back with the event that restored an incident, so that nothing is left to the worker. */
export function comesBackAtOnce(before: IncidentState, after: IncidentState): boolean {
  const [archived, { incident }] = [before.incident?.archived, after];
  if (archived === undefined || incident === undefined) return true;
  const { others } = restoredRows(archived, after, incident);
  return asManyAsFit(others).length === others.length;
}

function restoredRows({ entry: told }: Archived, after: IncidentState, incident: Incident) {
  // The entries of archiving and restoring have no rows yet, so they come whatever else fits.
  const own = [...after.entries.values()].filter(
    (entry) => entry.version === incident.version || entry.entryId === told.id,
  );
  const entries = new Map([...after.entries].filter(([, entry]) => !own.includes(entry)));
  return {
    own: own.map((entry) => entryRow(entry, incident)),
    others: [...listRows(incident), ...partRows({ ...after, entries }, incident)],
  };
}

/** What is kept in the view of an archived incident. */
export function toArchivedIncident(incident: Incident, archived: Archived): ArchivedIncident {
  const { incidentId, number, title, status, severity, services, version, milestones } = incident;
  const { entry: _, ...archive } = archived;
  const endedAt = endOf(incident) ?? archived.archivedAt;
  const { startedAt } = milestones;
  return { incidentId, number, title, status, severity, services, version, startedAt, endedAt, ...archive };
}

/** Rows by which lists find the incident. A fold that knows no parts has all of these, so they come first. */
function listRows(incident: Incident): readonly IncidentViewChange[] {
  return [
    ...incident.services.slice(1).map((service) => serviceRow(incident, service)),
    ...incident.participants.map(participantRow),
  ];
}

/** Newest entries first: what a reader looks at first. An entry that tells of a summary holds all of it. */
function partRows({ entries, comments }: IncidentState, incident: Incident): readonly IncidentViewChange[] {
  return [
    ...[...entries.values()].sort((a, b) => compareEntries(b, a)).map((entry) => entryRow(entry, incident)),
    ...[...comments.values()].map((comment) => commentRow(comment, incident)),
    ...[...entries.values()].flatMap((entry) => summaryRowOf(entry, incident)),
  ];
}

function summaryRowOf(
  { event, actor: author, recordedAt: attachedAt }: TimelineEntry,
  incident: Incident,
): readonly IncidentViewChange[] {
  if (event.type !== "IncidentSummaryAttached") return [];
  return [summaryRow({ incidentId: incident.incidentId, ...event.data, author, attachedAt }, incident)];
}

function asManyAsFit(changes: readonly IncidentViewChange[]): readonly IncidentViewChange[] {
  let characters = 0;
  const tooMany = changes.findIndex(({ row }, index) => {
    characters += JSON.stringify(row).length;
    return index >= atOnce.rows || characters > atOnce.characters;
  });
  return tooMany < 0 ? changes : changes.slice(0, tooMany);
}
