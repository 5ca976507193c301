/** The inline projections of an incident: which rows of `aegis-incidents` its events change. */
import type { InlineProjection, ViewChange } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { IncidentEvent } from "./events.js";
import { entryExpiryOf, expiryOf } from "./retention.js";
import type { Comment, Incident, IncidentState, Participant, Summary } from "./state.js";
import type { TimelineEntry } from "./timeline.js";

/** The rows of each view. */
export interface IncidentViews {
  /** METADATA. */
  incident: Incident;
  /** Finds an incident by its number; also the list of all incidents. */
  "incident-number": { readonly number: number; readonly incidentId: string };
  /** An incident under a service other than its first (defect A14). */
  "incident-service": { readonly incidentId: string; readonly service: string; readonly startedAt: Instant };
  "incident-participant": Participant;
  "incident-entry": Expiring<TimelineEntry>;
  "incident-comment": Expiring<Comment>;
  "incident-summary": Expiring<Summary>;
  /** Work for the retention worker: the incident has ended or was reopened, so its older rows expire at another time. */
  "incident-retention": { readonly incidentId: string; readonly version: number };
}

export type IncidentView = keyof IncidentViews;
export type Expiring<Row> = Row & { readonly expiresAt?: Instant };

/** A change of one row of one of these views. */
export type IncidentViewChange = { [V in IncidentView]: ViewChange<V, IncidentViews[V]> }[IncidentView];

/** Keys are the parts of a row's identity, joined by "/", which no id of the first part holds. */
const key = (...parts: readonly string[]) => parts.join("/");

/** The parts of a view change's key: at most `count`, the last takes the rest. */
export function parseViewKey(text: string, count: number): readonly string[] {
  const parts = text.split("/");
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join("/")];
}

function expiring<Row>(row: Row, expiresAt: Instant | undefined): Expiring<Row> {
  return { ...row, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

// #region changes
function changes(
  before: IncidentState,
  events: readonly Recorded<IncidentEvent>[],
  after: IncidentState,
): readonly IncidentViewChange[] {
  const { incident } = after;
  if (incident === undefined) return [];
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
  return before === undefined ? [{ view: "incident-number", key: String(number), row: { number, incidentId } }] : [];
}

function serviceChanges(
  before: Incident | undefined,
  { incidentId, services, milestones }: Incident,
): readonly IncidentViewChange[] {
  const [was, is] = [before?.services.slice(1) ?? [], services.slice(1)];
  return [
    ...was
      .filter((service) => !is.includes(service))
      .map((service) => ({ view: "incident-service", key: key(incidentId, service), row: undefined }) as const),
    ...is
      .filter((service) => !was.includes(service))
      .map((service) => {
        const row = { incidentId, service, startedAt: milestones.startedAt };
        return { view: "incident-service", key: key(incidentId, service), row } as const;
      }),
  ];
}

function participantChanges(
  before: Incident | undefined,
  { incidentId, participants }: Incident,
): readonly IncidentViewChange[] {
  const was = before?.participants ?? [];
  const change = (personId: string, row: Participant | undefined) =>
    ({ view: "incident-participant", key: key(incidentId, personId), row }) as const;
  return [
    ...was
      .filter(({ personId }) => !participants.some((participant) => participant.personId === personId))
      .map(({ personId }) => change(personId, undefined)),
    ...participants.filter((participant) => !was.includes(participant)).map((row) => change(row.personId, row)),
  ];
}

function entryChanges(before: IncidentState, after: IncidentState, incident: Incident): readonly IncidentViewChange[] {
  return [...after.entries.values()]
    .filter((entry) => before.entries.get(entry.entryId) !== entry)
    .map((entry) => ({
      view: "incident-entry",
      key: key(incident.incidentId, entry.occurredAt, entry.entryId),
      row: expiring(entry, entryExpiryOf(entry, incident)),
    }));
}

function commentChanges(
  before: IncidentState,
  after: IncidentState,
  incident: Incident,
): readonly IncidentViewChange[] {
  return [...after.comments.values()]
    .filter((comment) => before.comments.get(comment.commentId) !== comment)
    .map((comment) => ({
      view: "incident-comment",
      key: key(incident.incidentId, comment.addedAt, comment.commentId),
      row: expiring(comment, expiryOf("comment", comment.addedAt, incident)),
    }));
}

function summaryChanges(event: Recorded<IncidentEvent>, incident: Incident): readonly IncidentViewChange[] {
  const summary = toSummary(incident.incidentId, event);
  if (summary === undefined) return [];
  return [
    {
      view: "incident-summary",
      key: key(incident.incidentId, summary.attachedAt, summary.summaryId),
      row: expiring(summary, expiryOf("summary", summary.attachedAt, incident)),
    },
  ];
}

/** The summary that an event attaches; undefined for any other event. */
export function toSummary(incidentId: string, event: Recorded<IncidentEvent>): Summary | undefined {
  if (event.type !== "IncidentSummaryAttached") return undefined;
  return { incidentId, ...event.data, author: event.actor, attachedAt: event.recordedAt };
}

function retentionChanges(before: Incident | undefined, incident: Incident): readonly IncidentViewChange[] {
  const { incidentId, version, milestones } = incident;
  return before?.milestones.endedAt === milestones.endedAt
    ? []
    : [{ view: "incident-retention", key: incidentId, row: { incidentId, version } }];
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
  if (incident === undefined) return [];
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
