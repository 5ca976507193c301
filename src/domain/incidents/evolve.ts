/** The fold: what each event makes of an incident. Never throws; an event is a fact. */
import type { Recorded } from "../kernel/event.js";
import { parseStreamName } from "../kernel/streamName.js";
import type { IncidentEvent, IncidentEventOf, IncidentEventType, PartRef } from "./events.js";
import { latestEntryCount } from "./state.js";
import type { Comment, FollowUp, Incident, IncidentState, Milestones, Participant } from "./state.js";
import { compareEntries, toTimelineEntry } from "./timeline.js";
import type { TimelineEntry } from "./timeline.js";
import type { IncidentRole, IncidentStatus } from "./values.js";

type RecordedOf<T extends IncidentEventType> = Recorded<IncidentEventOf<T>>;

const keptRevisions = 10;

// #region evolve
export function evolve(state: IncidentState, recorded: Recorded<IncidentEvent>): IncidentState {
  const { id: incidentId } = parseStreamName(recorded.streamId);
  const entry = toTimelineEntry(incidentId, recorded);
  const incident = evolveIncident(state.incident, incidentId, recorded);
  const entries = evolveEntries(state.entries, recorded, entry);
  return {
    ...(incident === undefined ? {} : { incident: withEntry(incident, recorded, entry) }),
    comments: evolveComments(state.comments, incidentId, recorded),
    entries,
  };
}
// #endregion

/** Folds many events, in time that grows with their number: `evolve` copies what it is given, so it is given little. */
export function foldIncident(state: IncidentState, events: Iterable<Recorded<IncidentEvent>>): IncidentState {
  let { incident } = state;
  const comments = new Map(state.comments);
  const entries = new Map(state.entries);
  for (const event of events) {
    const part = partOf(event);
    const known = { comments: only(comments, part), entries: only(entries, part) };
    const after = evolve(incident === undefined ? known : { incident, ...known }, event);
    ({ incident } = after);
    for (const [id, comment] of after.comments) comments.set(id, comment);
    for (const [id, entry] of after.entries) entries.set(id, entry);
  }
  return { ...(incident === undefined ? {} : { incident }), comments, entries };
}

/** Id of the comment or entry that an event changes, where it changes an earlier one. */
function partOf(event: Recorded<IncidentEvent>): string | undefined {
  switch (event.type) {
    case "IncidentCommentEdited":
    case "IncidentCommentDeleted":
      return event.data.comment.id;
    case "IncidentTimelineEntryPinned":
    case "IncidentTimelineEntryUnpinned":
      return event.data.entry.id;
    default:
      return undefined;
  }
}

function only<T>(parts: ReadonlyMap<string, T>, id: string | undefined): ReadonlyMap<string, T> {
  const part = id === undefined ? undefined : parts.get(id);
  return part === undefined || id === undefined ? new Map() : new Map([[id, part]]);
}

function evolveIncident(
  incident: Incident | undefined,
  incidentId: string,
  recorded: Recorded<IncidentEvent>,
): Incident | undefined {
  if (recorded.type === "IncidentDeclared") return declared(incidentId, recorded);
  if (incident === undefined) return undefined;
  const { occurredAt, recordedAt } = recorded;
  switch (recorded.type) {
    case "IncidentStatusChanged":
      return inStatus(incident, recorded.data.to, occurredAt);
    case "IncidentReopened":
      return inStatus(incident, recorded.data.to, occurredAt);
    case "IncidentSeverityChanged":
      return { ...incident, severity: recorded.data.to };
    case "IncidentDetailsChanged":
      return {
        ...incident,
        title: recorded.data.title?.to ?? incident.title,
        description: recorded.data.description?.to ?? incident.description,
      };
    case "IncidentServiceAdded":
      return { ...incident, services: [...incident.services, recorded.data.service] };
    case "IncidentServiceRemoved":
      return { ...incident, services: without(incident.services, recorded.data.service) };
    case "IncidentLabelsChanged":
      return { ...incident, labels: relabelled(incident.labels, recorded.data) };
    case "IncidentRoleAssigned":
      return withRole(incident, recorded.data.personId, recorded.data.role, recordedAt);
    case "IncidentRoleReleased":
      return withoutRole(incident, recorded.data.personId, recorded.data.role);
    case "IncidentRoleHandedOver": {
      const { role, from, to } = recorded.data;
      return withRole(withoutRole(incident, from, role), to, role, recordedAt);
    }
    case "IncidentCommentAdded":
      return { ...incident, commentCount: incident.commentCount + 1 };
    case "IncidentCommentDeleted":
      return { ...incident, commentCount: incident.commentCount - 1 };
    case "IncidentLinked":
      return { ...incident, links: [...incident.links, { ...recorded.data, linkedAt: recordedAt }] };
    case "IncidentUnlinked": {
      const { linkId } = recorded.data;
      return { ...incident, links: incident.links.filter((link) => link.linkId !== linkId) };
    }
    case "IncidentMerged":
      return {
        ...inStatus(incident, "MERGED", occurredAt),
        mergedInto: { ...recorded.data.into, statusBefore: recorded.data.from },
      };
    case "IncidentUnmerged": {
      const { mergedInto: _, ...rest } = incident;
      return { ...rest, status: recorded.data.to, statusChangedAt: occurredAt };
    }
    case "IncidentMergeReceived":
      return { ...incident, mergedIncidents: [...incident.mergedIncidents, recorded.data.source] };
    case "IncidentMergeUndone": {
      const { source } = recorded.data;
      return {
        ...incident,
        mergedIncidents: incident.mergedIncidents.filter((other) => other.incidentId !== source.incidentId),
      };
    }
    case "IncidentFollowUpAdded":
      return { ...incident, followUps: [...incident.followUps, { ...recorded.data, addedAt: recordedAt }] };
    case "IncidentFollowUpChanged":
      return withFollowUp(incident, recorded.data.followUpId, ({ addedAt, completedAt }) => ({
        ...recorded.data,
        addedAt,
        ...(completedAt === undefined ? {} : { completedAt }),
      }));
    case "IncidentFollowUpCompleted":
      return withFollowUp(incident, recorded.data.followUpId, (followUp) => ({ ...followUp, completedAt: occurredAt }));
    case "IncidentFollowUpReopened":
      return withFollowUp(incident, recorded.data.followUpId, ({ completedAt: _, ...followUp }) => followUp);
    case "IncidentPostmortemAttached":
      return withPostmortem(incident, recorded);
    case "IncidentArchived": {
      const { status: _, ...archive } = recorded.data;
      const entry = { id: recorded.eventId, at: occurredAt };
      return { ...incident, archived: { ...archive, archivedAt: recordedAt, entry } };
    }
    case "IncidentRestored": {
      const { archived: _, ...rest } = incident;
      return { ...rest, restoredAt: recordedAt };
    }
    case "IncidentCommentEdited":
    case "IncidentTimelineEntryRecorded":
    case "IncidentTimelineEntryPinned":
    case "IncidentTimelineEntryUnpinned":
    case "IncidentSummaryAttached":
      return incident;
  }
}

function declared(
  incidentId: string,
  { data, occurredAt, recordedAt, actor, version, hash }: RecordedOf<"IncidentDeclared">,
): Incident {
  return {
    incidentId,
    ...data,
    status: "OPEN",
    createdBy: actor,
    declaredAt: recordedAt,
    updatedAt: recordedAt,
    statusChangedAt: occurredAt,
    version,
    hash,
    milestones: { startedAt: occurredAt },
    participants: [],
    followUps: [],
    links: [],
    mergedIncidents: [],
    commentCount: 0,
    entryCount: 0,
    latestEntries: [],
  };
}

function inStatus(incident: Incident, status: IncidentStatus, at: string): Incident {
  return { ...incident, status, statusChangedAt: at, milestones: milestonesIn(incident.milestones, status, at) };
}

/** Each stage keeps the time it was first reached; reopening clears what is to be reached anew. */
function milestonesIn(milestones: Milestones, status: IncidentStatus, at: string): Milestones {
  const { startedAt, acknowledgedAt } = milestones;
  switch (status) {
    case "OPEN":
      return { startedAt, ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }) };
    case "ACKNOWLEDGED":
    case "INVESTIGATING":
      return { startedAt, acknowledgedAt: acknowledgedAt ?? at };
    case "MITIGATED":
      return { ...milestones, acknowledgedAt: acknowledgedAt ?? at, mitigatedAt: milestones.mitigatedAt ?? at };
    case "RESOLVED":
      return {
        ...milestones,
        acknowledgedAt: acknowledgedAt ?? at,
        mitigatedAt: milestones.mitigatedAt ?? at,
        resolvedAt: at,
      };
    case "CLOSED":
    case "CANCELLED":
      return { ...milestones, endedAt: at };
    case "MERGED":
      return milestones;
  }
}

function without<T>(list: readonly T[], value: T): readonly T[] {
  return list.filter((candidate) => candidate !== value);
}

function relabelled(
  labels: Readonly<Record<string, string>>,
  { set, removed }: IncidentEventOf<"IncidentLabelsChanged">["data"],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ ...labels, ...set }).filter(([key]) => !removed.includes(key)));
}

function withRole(incident: Incident, personId: string, role: IncidentRole, joinedAt: string): Incident {
  const known = incident.participants.find((participant) => participant.personId === personId);
  const participant: Participant = known
    ? { ...known, roles: [...without(known.roles, role), role] }
    : { incidentId: incident.incidentId, personId, roles: [role], joinedAt };
  return {
    ...incident,
    participants: known
      ? incident.participants.map((other) => (other === known ? participant : other))
      : [...incident.participants, participant],
  };
}

function withoutRole(incident: Incident, personId: string, role: IncidentRole): Incident {
  return {
    ...incident,
    participants: incident.participants
      .map((participant) =>
        participant.personId === personId ? { ...participant, roles: without(participant.roles, role) } : participant,
      )
      .filter(({ roles }) => roles.length > 0),
  };
}

function withFollowUp(incident: Incident, followUpId: string, change: (followUp: FollowUp) => FollowUp): Incident {
  return {
    ...incident,
    followUps: incident.followUps.map((followUp) => (followUp.followUpId === followUpId ? change(followUp) : followUp)),
  };
}

function withPostmortem(incident: Incident, recorded: RecordedOf<"IncidentPostmortemAttached">): Incident {
  const { title, bytes, digest, objectKey } = recorded.data;
  return {
    ...incident,
    postmortem: {
      title,
      bytes,
      digest,
      attachedAt: recorded.recordedAt,
      attachedBy: recorded.actor,
      entry: { id: recorded.eventId, at: recorded.occurredAt },
      ...(objectKey === undefined ? {} : { objectKey }),
    },
  };
}

/** What every event changes: version, hash, counts, and the newest entries. */
function withEntry(incident: Incident, recorded: Recorded<IncidentEvent>, entry: TimelineEntry): Incident {
  const repinned = incident.latestEntries.map((latest) => pinnedBy(recorded, latest));
  return {
    ...incident,
    version: recorded.version,
    hash: recorded.hash,
    updatedAt: recorded.recordedAt,
    entryCount: incident.entryCount + 1,
    latestEntries: [entry, ...repinned].sort((a, b) => compareEntries(b, a)).slice(0, latestEntryCount),
  };
}

function pinnedBy(recorded: Recorded<IncidentEvent>, entry: TimelineEntry): TimelineEntry {
  const pins = recorded.type === "IncidentTimelineEntryPinned";
  if (!pins && recorded.type !== "IncidentTimelineEntryUnpinned") return entry;
  return recorded.data.entry.id === entry.entryId ? { ...entry, pinned: pins } : entry;
}

function evolveEntries(
  entries: ReadonlyMap<string, TimelineEntry>,
  recorded: Recorded<IncidentEvent>,
  entry: TimelineEntry,
): ReadonlyMap<string, TimelineEntry> {
  const after = new Map(entries).set(entry.entryId, entry);
  if (recorded.type === "IncidentTimelineEntryPinned" || recorded.type === "IncidentTimelineEntryUnpinned") {
    const target = after.get(recorded.data.entry.id);
    if (target !== undefined) after.set(target.entryId, pinnedBy(recorded, target));
  }
  return after;
}

function evolveComments(
  comments: ReadonlyMap<string, Comment>,
  incidentId: string,
  recorded: Recorded<IncidentEvent>,
): ReadonlyMap<string, Comment> {
  const changed = (ref: PartRef, change: (comment: Comment) => Comment) => {
    const comment = comments.get(ref.id);
    return comment === undefined ? comments : new Map(comments).set(ref.id, change(comment));
  };
  switch (recorded.type) {
    case "IncidentCommentAdded": {
      const { commentId, text } = recorded.data;
      const added = {
        incidentId,
        commentId,
        author: recorded.actor,
        addedAt: recorded.recordedAt,
        text,
        revisions: [],
      };
      return new Map(comments).set(commentId, added);
    }
    case "IncidentCommentEdited": {
      const { comment, from, to } = recorded.data;
      const revision = { text: from, replacedAt: recorded.recordedAt };
      return changed(comment, (before) => ({
        ...before,
        text: to,
        editedAt: recorded.recordedAt,
        revisions: [...before.revisions, revision].slice(-keptRevisions),
      }));
    }
    case "IncidentCommentDeleted":
      return changed(recorded.data.comment, ({ text: _, ...before }) => ({
        ...before,
        revisions: [],
        deletedAt: recorded.recordedAt,
        deletedBy: recorded.actor,
      }));
    default:
      return comments;
  }
}
