/** The timeline: every event of an incident is one entry, told in a sentence. */
import type { Actor, Recorded } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { IncidentEvent, IncidentEventType } from "./events.js";
import { toReference } from "./values.js";

/** What an entry is about. */
export const timelineKinds = [
  "DECLARED",
  "STATUS_CHANGED",
  "REOPENED",
  "SEVERITY_CHANGED",
  "DETAILS_CHANGED",
  "SERVICE_ADDED",
  "SERVICE_REMOVED",
  "LABELS_CHANGED",
  "ROLE_ASSIGNED",
  "ROLE_RELEASED",
  "ROLE_HANDED_OVER",
  "COMMENT_ADDED",
  "COMMENT_EDITED",
  "COMMENT_DELETED",
  "NOTE",
  "ENTRY_PINNED",
  "ENTRY_UNPINNED",
  "SUMMARY_ATTACHED",
  "LINKED",
  "UNLINKED",
  "MERGED",
  "UNMERGED",
  "MERGE_RECEIVED",
  "MERGE_UNDONE",
  "FOLLOW_UP_ADDED",
  "FOLLOW_UP_CHANGED",
  "FOLLOW_UP_COMPLETED",
  "FOLLOW_UP_REOPENED",
  "POSTMORTEM_ATTACHED",
  "ARCHIVED",
  "RESTORED",
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

const kindOf: Readonly<Record<IncidentEventType, TimelineKind>> = {
  IncidentDeclared: "DECLARED",
  IncidentStatusChanged: "STATUS_CHANGED",
  IncidentReopened: "REOPENED",
  IncidentSeverityChanged: "SEVERITY_CHANGED",
  IncidentDetailsChanged: "DETAILS_CHANGED",
  IncidentServiceAdded: "SERVICE_ADDED",
  IncidentServiceRemoved: "SERVICE_REMOVED",
  IncidentLabelsChanged: "LABELS_CHANGED",
  IncidentRoleAssigned: "ROLE_ASSIGNED",
  IncidentRoleReleased: "ROLE_RELEASED",
  IncidentRoleHandedOver: "ROLE_HANDED_OVER",
  IncidentCommentAdded: "COMMENT_ADDED",
  IncidentCommentEdited: "COMMENT_EDITED",
  IncidentCommentDeleted: "COMMENT_DELETED",
  IncidentTimelineEntryRecorded: "NOTE",
  IncidentTimelineEntryPinned: "ENTRY_PINNED",
  IncidentTimelineEntryUnpinned: "ENTRY_UNPINNED",
  IncidentSummaryAttached: "SUMMARY_ATTACHED",
  IncidentLinked: "LINKED",
  IncidentUnlinked: "UNLINKED",
  IncidentMerged: "MERGED",
  IncidentUnmerged: "UNMERGED",
  IncidentMergeReceived: "MERGE_RECEIVED",
  IncidentMergeUndone: "MERGE_UNDONE",
  IncidentFollowUpAdded: "FOLLOW_UP_ADDED",
  IncidentFollowUpChanged: "FOLLOW_UP_CHANGED",
  IncidentFollowUpCompleted: "FOLLOW_UP_COMPLETED",
  IncidentFollowUpReopened: "FOLLOW_UP_REOPENED",
  IncidentPostmortemAttached: "POSTMORTEM_ATTACHED",
  IncidentArchived: "ARCHIVED",
  IncidentRestored: "RESTORED",
};

/** The turning points of an incident: kept for ever, whatever the retention of the rest (defect A16). */
const keyKinds: ReadonlySet<TimelineKind> = new Set([
  "DECLARED",
  "STATUS_CHANGED",
  "REOPENED",
  "SEVERITY_CHANGED",
  "ROLE_HANDED_OVER",
  "MERGED",
  "UNMERGED",
  "MERGE_RECEIVED",
  "MERGE_UNDONE",
  "POSTMORTEM_ATTACHED",
]);

export interface TimelineEntry {
  readonly incidentId: string;
  /** The id of the event that the entry tells. */
  readonly entryId: string;
  readonly kind: TimelineKind;
  /** When it happened; entries are sorted by it. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** The event's version in the incident's stream. */
  readonly version: number;
  readonly actor: Actor;
  /** One sentence. */
  readonly description: string;
  /** Seed 003's word for where an entry comes from. */
  readonly source: "System" | "User";
  /** A turning point, by its kind or because somebody said so. */
  readonly keyMoment: boolean;
  readonly pinned: boolean;
  /** The event's own data. */
  readonly event: IncidentEvent;
  readonly correlationId: string;
  readonly causationId?: string;
}

/** The order of entries: by the time they tell of, then in the order they were written. */
export function compareEntries(a: TimelineEntry, b: TimelineEntry): number {
  const [left, right] = [`${a.occurredAt}#${a.entryId}`, `${b.occurredAt}#${b.entryId}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Incidents other than the one a stream is of never matter here: an entry is its event, told. */
export function toTimelineEntry(incidentId: string, recorded: Recorded<IncidentEvent>): TimelineEntry {
  const kind = kindOf[recorded.type];
  const event = { type: recorded.type, data: recorded.data } as IncidentEvent;
  return {
    incidentId,
    entryId: recorded.eventId,
    kind,
    occurredAt: recorded.occurredAt,
    recordedAt: recorded.recordedAt,
    version: recorded.version,
    actor: recorded.actor,
    description: describe(event),
    source: recorded.actor.kind === "USER" ? "User" : "System",
    keyMoment: keyKinds.has(kind) || (event.type === "IncidentTimelineEntryRecorded" && event.data.keyMoment),
    pinned: false,
    event,
    correlationId: recorded.correlationId,
    ...(recorded.causationId === undefined ? {} : { causationId: recorded.causationId }),
  };
}

const because = (reason: string | undefined) => (reason === undefined ? "" : `: ${reason}`);

function describe(event: IncidentEvent): string {
  switch (event.type) {
    case "IncidentDeclared":
      return `Declared ${toReference(event.data.number)} as ${event.data.severity}: ${event.data.title}`;
    case "IncidentStatusChanged":
      return `Status changed from ${event.data.from} to ${event.data.to}${because(event.data.reason)}`;
    case "IncidentReopened":
      return `Reopened from ${event.data.from}${because(event.data.reason)}`;
    case "IncidentSeverityChanged":
      return `Severity changed from ${event.data.from} to ${event.data.to}${because(event.data.reason)}`;
    case "IncidentDetailsChanged":
      return event.data.title === undefined ? "Description changed" : `Title changed to ${event.data.title.to}`;
    case "IncidentServiceAdded":
      return `Service ${event.data.service} is affected`;
    case "IncidentServiceRemoved":
      return `Service ${event.data.service} is no longer affected`;
    case "IncidentLabelsChanged":
      return `Labels changed: ${[...Object.entries(event.data.set).map(([key, value]) => `${key}=${value}`), ...event.data.removed.map((key) => `-${key}`)].join(", ")}`;
    case "IncidentRoleAssigned":
      return `${event.data.personId} is now ${event.data.role}`;
    case "IncidentRoleReleased":
      return `${event.data.personId} is no longer ${event.data.role}`;
    case "IncidentRoleHandedOver":
      return `${event.data.role} handed over from ${event.data.from} to ${event.data.to}`;
    case "IncidentCommentAdded":
      return "Commented";
    case "IncidentCommentEdited":
      return "Edited a comment";
    case "IncidentCommentDeleted":
      return "Deleted a comment";
    case "IncidentTimelineEntryRecorded":
      return event.data.text;
    case "IncidentTimelineEntryPinned":
      return "Pinned a timeline entry";
    case "IncidentTimelineEntryUnpinned":
      return "Unpinned a timeline entry";
    case "IncidentSummaryAttached":
      return "Summary attached";
    case "IncidentLinked":
      return `Linked ${event.data.kind} ${event.data.title ?? event.data.target}`;
    case "IncidentUnlinked":
      return `Unlinked ${event.data.kind} ${event.data.title ?? event.data.target}`;
    case "IncidentMerged":
      return `Merged into ${toReference(event.data.into.number)}${because(event.data.reason)}`;
    case "IncidentUnmerged":
      return `Unmerged from ${toReference(event.data.from.number)}${because(event.data.reason)}`;
    case "IncidentMergeReceived":
      return `${toReference(event.data.source.number)} was merged into this incident`;
    case "IncidentMergeUndone":
      return `${toReference(event.data.source.number)} was unmerged from this incident`;
    case "IncidentFollowUpAdded":
      return `Follow-up added: ${event.data.title}`;
    case "IncidentFollowUpChanged":
      return `Follow-up changed: ${event.data.title}`;
    case "IncidentFollowUpCompleted":
      return `Follow-up done: ${event.data.title}`;
    case "IncidentFollowUpReopened":
      return `Follow-up reopened: ${event.data.title}`;
    case "IncidentPostmortemAttached":
      return `Post-mortem attached: ${event.data.title}`;
    case "IncidentArchived":
      return "Moved to the archive";
    case "IncidentRestored":
      return `Brought back from the archive${because(event.data.reason)}`;
  }
}
