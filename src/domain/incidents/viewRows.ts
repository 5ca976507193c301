/** The rows of the incident views: what each says, and the change that puts it or takes it away. */
import type { ViewChange } from "../kernel/decider.js";
import type { Instant } from "../kernel/time.js";
import { entryExpiryOf, expiryOf } from "./retention.js";
import type { Archived, Comment, Incident, Participant, Summary } from "./state.js";
import type { TimelineEntry } from "./timeline.js";

/** The rows of each view. */
export interface IncidentViews {
  /** METADATA. */
  incident: Incident;
  /** Finds an incident by its number, for ever; also the list of all incidents that are not archived. */
  "incident-number": { readonly number: number; readonly incidentId: string; readonly archived?: true };
  /** What is left of an archived incident; also the list of them. */
  "incident-archive": ArchivedIncident;
  /** An incident under a service other than its first (defect A14). */
  "incident-service": { readonly incidentId: string; readonly service: string; readonly startedAt: Instant };
  "incident-participant": Participant;
  "incident-entry": Expiring<TimelineEntry>;
  "incident-comment": Expiring<Comment>;
  "incident-summary": Expiring<Summary>;
  /** Work for the retention worker: the incident has ended, was reopened, archived or restored, so that older rows change. */
  "incident-retention": {
    readonly incidentId: string;
    readonly version: number;
    /** The incident is archived, or was: rows may have to come or to go, and must first be made what the log says. */
    readonly moves?: true;
  };
}

/** An incident in the archive, as far as the view still has it. */
export interface ArchivedIncident
  extends
    Pick<Incident, "incidentId" | "number" | "title" | "status" | "severity" | "services" | "version">,
    Omit<Archived, "entry"> {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
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

export function serviceRow({ incidentId, milestones }: Incident, service: string): IncidentViewChange {
  const row = { incidentId, service, startedAt: milestones.startedAt };
  return { view: "incident-service", key: key(incidentId, service), row };
}

export function participantRow(participant: Participant): IncidentViewChange {
  const { incidentId, personId } = participant;
  return { view: "incident-participant", key: key(incidentId, personId), row: participant };
}

export function entryRow(entry: TimelineEntry, incident: Incident): IncidentViewChange {
  return {
    view: "incident-entry",
    key: key(incident.incidentId, entry.occurredAt, entry.entryId),
    row: expiring(entry, entryExpiryOf(entry, incident)),
  };
}

export function commentRow(comment: Comment, incident: Incident): IncidentViewChange {
  return {
    view: "incident-comment",
    key: key(incident.incidentId, comment.addedAt, comment.commentId),
    row: expiring(comment, expiryOf("comment", comment.addedAt, incident)),
  };
}

export function summaryRow(summary: Summary, incident: Incident): IncidentViewChange {
  return {
    view: "incident-summary",
    key: key(incident.incidentId, summary.attachedAt, summary.summaryId),
    row: expiring(summary, expiryOf("summary", summary.attachedAt, incident)),
  };
}

export function retentionRow({ incidentId, version, archived, restoredAt }: Incident): IncidentViewChange {
  const moves = archived === undefined && restoredAt === undefined ? {} : { moves: true as const };
  return { view: "incident-retention", key: incidentId, row: { incidentId, version, ...moves } };
}

/** The change that takes a row away. */
export function without(change: IncidentViewChange): IncidentViewChange {
  return { ...change, row: undefined };
}
