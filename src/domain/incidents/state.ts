/** What an incident is: the document that its events fold into, which is state for deciding and read view alike. */
import type { Actor } from "../kernel/event.js";
import type { Instant } from "../kernel/time.js";
import type { IncidentRef, Link, PartRef } from "./events.js";
import type { TimelineEntry } from "./timeline.js";
import type { FollowUpPriority, IncidentRole, IncidentStatus, Severity, SummarySource } from "./values.js";

/** When an incident first reached each stage since it was last opened; what it has not reached is absent. */
export interface Milestones {
  /** When it began, which may lie before its declaration. */
  readonly startedAt: Instant;
  /** When work began: the first step out of OPEN that was not a cancellation or a merge. */
  readonly acknowledgedAt?: Instant;
  /** When the harm ended: mitigated, or resolved without that step. */
  readonly mitigatedAt?: Instant;
  readonly resolvedAt?: Instant;
  /** When it ended for good: closed or cancelled. */
  readonly endedAt?: Instant;
}

export interface Participant {
  readonly incidentId: string;
  readonly personId: string;
  /** At least one. */
  readonly roles: readonly IncidentRole[];
  readonly joinedAt: Instant;
}

export interface FollowUp {
  readonly followUpId: string;
  readonly title: string;
  readonly owner?: string;
  readonly dueAt?: Instant;
  readonly priority: FollowUpPriority;
  readonly addedAt: Instant;
  readonly completedAt?: Instant;
}

export interface Postmortem {
  readonly title: string;
  readonly bytes: number;
  readonly digest: string;
  readonly attachedAt: Instant;
  readonly attachedBy: Actor;
  /** The timeline entry that holds the content, where it is small. */
  readonly entry: PartRef;
  /** The content's key in the object store, where it is not. */
  readonly objectKey?: string;
}

/** That an incident is in the archive, and where. */
export interface Archived {
  readonly archivedAt: Instant;
  /** Its key in the object store. */
  readonly objectKey: string;
  /** sha256 of the object, hex. */
  readonly digest: string;
  readonly bytes: number;
  /** How many events it holds, and the version of the last. */
  readonly events: number;
  readonly through: number;
  /** The timeline entry that tells of it. */
  readonly entry: PartRef;
}

export interface Incident {
  readonly incidentId: string;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  /** The first is the one that the seed calls `service`. */
  readonly services: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly createdBy: Actor;
  /** When it was declared, by our clock. */
  readonly declaredAt: Instant;
  /** When its last event was recorded. */
  readonly updatedAt: Instant;
  /** When its status last changed. */
  readonly statusChangedAt: Instant;
  /** Version of its stream. */
  readonly version: number;
  /** Hash of its stream's last event. */
  readonly hash: string;
  readonly milestones: Milestones;
  readonly participants: readonly Participant[];
  readonly followUps: readonly FollowUp[];
  readonly links: readonly (Link & { readonly linkedAt: Instant })[];
  /** Set while MERGED. */
  readonly mergedInto?: IncidentRef & { readonly statusBefore: IncidentStatus };
  readonly mergedIncidents: readonly IncidentRef[];
  readonly postmortem?: Postmortem;
  /** Absent unless it is in the archive now: it has no rows then, and cannot change. */
  readonly archived?: Archived;
  /** When it was last brought back from the archive; from then on its rows are kept as if it had just ended. */
  readonly restoredAt?: Instant;
  readonly commentCount: number;
  readonly entryCount: number;
  /** The newest entries by the time they tell of, newest first: what a board shows without another read. */
  readonly latestEntries: readonly TimelineEntry[];
}

/** How many entries {@link Incident.latestEntries} holds. */
export const latestEntryCount = 5;

export interface CommentRevision {
  readonly text: string;
  /** When this text was replaced. */
  readonly replacedAt: Instant;
}

export interface Comment {
  readonly incidentId: string;
  readonly commentId: string;
  readonly author: Actor;
  readonly addedAt: Instant;
  /** Absent once deleted; the log keeps what it was. */
  readonly text?: string;
  /** Earlier texts, oldest first; at most the last ten. */
  readonly revisions: readonly CommentRevision[];
  readonly editedAt?: Instant;
  readonly deletedAt?: Instant;
  readonly deletedBy?: Actor;
}

export interface Summary {
  readonly incidentId: string;
  readonly summaryId: string;
  readonly text: string;
  readonly source: SummarySource;
  readonly modelUsed?: string;
  readonly promptVersion?: string;
  readonly author: Actor;
  readonly attachedAt: Instant;
}

/**
 * The fold of an incident's stream. `comments` and `entries` are those that are known: all of them after folding the whole
 * stream, those a command asked for when loaded from the view.
 */
export interface IncidentState {
  /** Absent before the declaration. */
  readonly incident?: Incident;
  readonly comments: ReadonlyMap<string, Comment>;
  readonly entries: ReadonlyMap<string, TimelineEntry>;
}

export const noIncident: IncidentState = { comments: new Map(), entries: new Map() };
