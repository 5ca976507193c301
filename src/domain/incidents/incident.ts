/** The rules of one incident: what a command may do, and what an event changes. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import type { Proposed } from "../kernel/event.js";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  invalid,
} from "../kernel/errors.js";
import { parseStreamName } from "../kernel/streamName.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { IncidentCommand, IncidentCommandOf } from "./commands.js";
import type { IncidentEvent, IncidentEventOf, IncidentEventType, PartRef } from "./events.js";
import { archive, isArchivedRefusal, restore } from "./archiving.js";
import { evolve } from "./evolve.js";
import { requireOwnServices, requireStillVisible, requireVisibleIncident } from "./scope.js";
import { noIncident } from "./state.js";
import type { Comment, FollowUp, Incident, IncidentState } from "./state.js";
import type { TimelineEntry } from "./timeline.js";
import { limits, liveStatuses, mergeableStatuses, reopenableStatuses, transitions } from "./values.js";
import type { IncidentRole, IncidentStatus } from "./values.js";

type Decision = readonly Proposed<IncidentEvent>[];

/** A clock of a client may be this far ahead of ours. */
const clockToleranceMilliseconds = 60_000;

const nothing: Decision = [];

function event<T extends IncidentEventType>(
  type: T,
  data: IncidentEventOf<T>["data"],
  occurredAt?: Instant,
): Proposed<IncidentEvent> {
  return { type, data, ...(occurredAt === undefined ? {} : { occurredAt }) } as Proposed<IncidentEvent>;
}

function incidentFor({ incident }: IncidentState, { streamId, scope = "all" }: DecisionContext): Incident {
  return requireVisibleIncident(incident, { incidentId: parseStreamName(streamId).id, field: "incidentId", scope });
}

function decide(command: IncidentCommand, state: IncidentState, context: DecisionContext): Decision {
  if (command.type === "DeclareIncident") return declare(command, state, context);
  const incident = incidentFor(state, context);
  if (command.type === "ArchiveIncident") return archive(command, incident);
  if (command.type === "RestoreIncident") return restore(command, incident);
  if (incident.archived !== undefined) throw isArchivedRefusal(incident, "incidentId");
  switch (command.type) {
    case "ChangeStatus":
      return changeStatus(command, incident, context);
    case "Reopen":
      return reopen(command, incident, context);
    case "ChangeSeverity":
      return incident.severity === command.to
        ? nothing
        : [event("IncidentSeverityChanged", { from: incident.severity, to: command.to, reason: command.reason })];
    case "ChangeDetails":
      return changeDetails(command, incident);
    case "AddService":
      return addService(command, incident, context);
    case "RemoveService":
      return removeService(command, incident, context);
    case "ChangeLabels":
      return changeLabels(command, incident);
    case "AssignRole":
      return assignRole(command, incident);
    case "ReleaseRole":
      return rolesOf(incident, command.personId).includes(command.role)
        ? [event("IncidentRoleReleased", { personId: command.personId, role: command.role })]
        : nothing;
    case "HandOverRole":
      return handOverRole(command, incident);
    case "AddComment":
      return state.comments.has(command.commentId)
        ? nothing
        : [event("IncidentCommentAdded", { commentId: command.commentId, text: command.text })];
    case "EditComment":
      return editComment(command, state, context);
    case "DeleteComment":
      return deleteComment(command, state, context);
    case "RecordEntry":
      return [
        event(
          "IncidentTimelineEntryRecorded",
          { text: command.text, keyMoment: command.keyMoment },
          pastInstant(command.occurredAt, context),
        ),
      ];
    case "PromoteComment":
      return promoteComment(command, state);
    case "PinEntry":
      return pin(command.entry, state, true);
    case "UnpinEntry":
      return pin(command.entry, state, false);
    case "AttachSummary": {
      const { type: _, ...data } = command;
      return [event("IncidentSummaryAttached", data)];
    }
    case "AddLink":
      return addLink(command, incident);
    case "RemoveLink":
      return removeLink(command, incident);
    case "MergeInto":
      return mergeInto(command, incident);
    case "ReceiveMerge":
      return receiveMerge(command, incident);
    case "Unmerge":
      return unmerge(command, incident);
    case "UndoMerge":
      return incident.mergedIncidents.some(({ incidentId }) => incidentId === command.source.incidentId)
        ? [event("IncidentMergeUndone", { source: command.source })]
        : nothing;
    case "AddFollowUp":
      return addFollowUp(command, incident);
    case "ChangeFollowUp":
      return changeFollowUp(command, incident);
    case "CompleteFollowUp":
      return completeFollowUp(command, incident);
    case "ReopenFollowUp":
      return reopenFollowUp(command, incident);
    case "AttachPostmortem":
      return attachPostmortem(command, incident);
  }
}

/** The rules of an incident. */
export const incidentDecider: Decider<IncidentState, IncidentCommand, IncidentEvent> = {
  initialState: noIncident,
  decide,
  requireVisible(command, state, context) {
    if (command.type !== "DeclareIncident") incidentFor(state, context);
  },
  evolve,
};

/** The comment or entry that a command names, which a loader must bring; undefined where it names none. */
export function partNeeded(command: IncidentCommand): { comment?: PartRef; entry?: PartRef } {
  return {
    ...("comment" in command ? { comment: command.comment } : {}),
    ...("entry" in command ? { entry: command.entry } : {}),
  };
}

// #region declare
function declare(
  command: IncidentCommandOf<"DeclareIncident">,
  state: IncidentState,
  context: DecisionContext,
): Decision {
  if (state.incident !== undefined) return nothing;
  requireOwnServices(command.services, "services", context.scope ?? "all");
  const { type: _, commander, occurredAt, ...data } = command;
  const began = pastInstant(occurredAt, context);
  const declared = event("IncidentDeclared", data, began);
  return commander === undefined
    ? [declared]
    : [declared, event("IncidentRoleAssigned", { personId: commander, role: "COMMANDER" })];
}
// #endregion

function changeStatus(
  command: IncidentCommandOf<"ChangeStatus">,
  incident: Incident,
  context: DecisionContext,
): Decision {
  const { status, statusChangedAt } = incident;
  if (status === command.to) return nothing;
  if (command.since !== undefined && command.since !== statusChangedAt) {
    const message = `it has been ${status} since ${statusChangedAt}, not since ${command.since}`;
    throw new InvalidTransitionError(status, command.to, transitions[status], message, ["since"]);
  }
  if (!transitions[status].includes(command.to)) {
    throw new InvalidTransitionError(status, command.to, transitions[status], undefined, ["to"]);
  }
  const occurredAt = pastInstant(command.occurredAt, context);
  if (occurredAt !== undefined && occurredAt < incident.statusChangedAt) {
    throw invalid("occurredAt", `must not lie before the last change of status at ${incident.statusChangedAt}`);
  }
  return [
    event(
      "IncidentStatusChanged",
      { from: status, to: command.to, ...(command.reason === undefined ? {} : { reason: command.reason }) },
      occurredAt ?? notBeforeLast(incident, context),
    ),
  ];
}

function reopen(command: IncidentCommandOf<"Reopen">, incident: Incident, context: DecisionContext): Decision {
  const { status } = incident;
  if (status === "OPEN") return nothing;
  if (!reopenableStatuses.includes(status)) {
    throw new InvalidTransitionError(
      status,
      "OPEN",
      transitions[status],
      `only a resolved or closed incident can be reopened; this one is ${status}`,
    );
  }
  return [
    event("IncidentReopened", { from: status, to: "OPEN", reason: command.reason }, notBeforeLast(incident, context)),
  ];
}

function changeDetails(command: IncidentCommandOf<"ChangeDetails">, incident: Incident): Decision {
  const difference = <K extends "title" | "description">(field: K) => {
    const to = command[field];
    return to === undefined || to === incident[field] ? {} : { [field]: { from: incident[field], to } };
  };
  const data = { ...difference("title"), ...difference("description") };
  return Object.keys(data).length === 0 ? nothing : [event("IncidentDetailsChanged", data)];
}

function addService(
  { service }: IncidentCommandOf<"AddService">,
  incident: Incident,
  { scope = "all" }: DecisionContext,
): Decision {
  requireOwnServices([service], "service", scope);
  if (incident.services.includes(service)) return nothing;
  requireRoom(incident.services, limits.services, "service");
  return [event("IncidentServiceAdded", { service })];
}

function removeService(
  { service }: IncidentCommandOf<"RemoveService">,
  incident: Incident,
  { scope = "all" }: DecisionContext,
): Decision {
  requireOwnServices([service], "service", scope);
  if (!incident.services.includes(service)) return nothing;
  const left = incident.services.filter((other) => other !== service);
  if (left.length === 0) throw invalid("service", "an incident keeps at least one service");
  requireStillVisible(left, "service", scope);
  return [event("IncidentServiceRemoved", { service })];
}

function changeLabels(command: IncidentCommandOf<"ChangeLabels">, incident: Incident): Decision {
  const set = Object.fromEntries(Object.entries(command.set).filter(([key, value]) => incident.labels[key] !== value));
  const removed = command.remove.filter((key) => Object.hasOwn(incident.labels, key));
  if (Object.keys(set).length === 0 && removed.length === 0) return nothing;
  const after = new Set([...Object.keys(incident.labels), ...Object.keys(set)]);
  for (const key of removed) after.delete(key);
  if (after.size > limits.labels) throw invalid("set", `an incident has at most ${limits.labels} labels`);
  return [event("IncidentLabelsChanged", { set, removed })];
}

function rolesOf(incident: Incident, personId: string): readonly IncidentRole[] {
  return incident.participants.find((participant) => participant.personId === personId)?.roles ?? [];
}

function holderOf(incident: Incident, role: IncidentRole): string | undefined {
  return incident.participants.find(({ roles }) => roles.includes(role))?.personId;
}

function assignRole({ personId, role }: IncidentCommandOf<"AssignRole">, incident: Incident): Decision {
  if (rolesOf(incident, personId).includes(role)) return nothing;
  const commander = holderOf(incident, "COMMANDER");
  if (role === "COMMANDER" && commander !== undefined) {
    throw invalid("role", `${commander} is COMMANDER, and there is one at a time; hand the role over`);
  }
  if (rolesOf(incident, personId).length === 0) requireRoom(incident.participants, limits.participants, "personId");
  return [event("IncidentRoleAssigned", { personId, role })];
}

function handOverRole({ role, from, to }: IncidentCommandOf<"HandOverRole">, incident: Incident): Decision {
  const [giver, taker] = [rolesOf(incident, from), rolesOf(incident, to)];
  if (!giver.includes(role)) {
    if (taker.includes(role)) return nothing;
    throw invalid("from", `${from} is not ${role}`);
  }
  if (taker.length === 0 && giver.length > 1) requireRoom(incident.participants, limits.participants, "to");
  return [event("IncidentRoleHandedOver", { role, from, to })];
}

function requireComment(ref: PartRef, state: IncidentState): Comment {
  const comment = state.comments.get(ref.id);
  if (comment?.addedAt !== ref.at) throw new NotFoundError("Comment", ref.id, ["commentId"]);
  return comment;
}

function requireAuthor(comment: Comment, { actor }: DecisionContext): void {
  if (comment.author.kind !== actor.kind || comment.author.id !== actor.id) {
    throw new ForbiddenError("only its author may change a comment", ["commentId"]);
  }
}

function editComment(
  command: IncidentCommandOf<"EditComment">,
  state: IncidentState,
  context: DecisionContext,
): Decision {
  const comment = requireComment(command.comment, state);
  requireAuthor(comment, context);
  if (comment.text === undefined) throw invalid("commentId", "the comment is deleted");
  return comment.text === command.text
    ? nothing
    : [event("IncidentCommentEdited", { comment: command.comment, from: comment.text, to: command.text })];
}

function deleteComment(
  command: IncidentCommandOf<"DeleteComment">,
  state: IncidentState,
  context: DecisionContext,
): Decision {
  const comment = requireComment(command.comment, state);
  requireAuthor(comment, context);
  return comment.text === undefined
    ? nothing
    : [event("IncidentCommentDeleted", { comment: command.comment, text: comment.text })];
}

function promoteComment(command: IncidentCommandOf<"PromoteComment">, state: IncidentState): Decision {
  const comment = requireComment(command.comment, state);
  if (comment.text === undefined) throw invalid("commentId", "the comment is deleted");
  return [
    event(
      "IncidentTimelineEntryRecorded",
      { text: comment.text, keyMoment: command.keyMoment, promotedFrom: command.comment },
      comment.addedAt,
    ),
  ];
}

function pin(ref: PartRef, state: IncidentState, pinned: boolean): Decision {
  const entry: TimelineEntry | undefined = state.entries.get(ref.id);
  if (entry?.occurredAt !== ref.at) throw new NotFoundError("TimelineEntry", ref.id, ["entryId"]);
  if (entry.pinned === pinned) return nothing;
  return [event(pinned ? "IncidentTimelineEntryPinned" : "IncidentTimelineEntryUnpinned", { entry: ref })];
}

function addLink(command: IncidentCommandOf<"AddLink">, incident: Incident): Decision {
  const { type: _, ...link } = command;
  const known = incident.links.some(
    ({ kind, target, relation }) => kind === link.kind && target === link.target && relation === link.relation,
  );
  if (known) return nothing;
  if (link.kind === "INCIDENT" && link.target === incident.incidentId)
    throw invalid("target", "must be another incident");
  requireRoom(incident.links, limits.links, "target");
  return [event("IncidentLinked", link)];
}

function removeLink({ linkId }: IncidentCommandOf<"RemoveLink">, incident: Incident): Decision {
  const link = incident.links.find((candidate) => candidate.linkId === linkId);
  if (link === undefined) return nothing;
  const { linkedAt: _, ...data } = link;
  return [event("IncidentUnlinked", data)];
}

function mergeInto(command: IncidentCommandOf<"MergeInto">, incident: Incident): Decision {
  if (incident.mergedInto?.incidentId === command.into.incidentId) return nothing;
  if (command.into.incidentId === incident.incidentId) throw invalid("intoIncidentId", "must be another incident");
  if (!mergeableStatuses.includes(incident.status)) {
    throw new InvalidTransitionError(
      incident.status,
      "MERGED",
      transitions[incident.status],
      `an incident that is ${incident.status} cannot be merged`,
      ["incidentId"],
    );
  }
  return [
    event("IncidentMerged", {
      into: command.into,
      from: incident.status,
      ...(command.reason === undefined ? {} : { reason: command.reason }),
    }),
  ];
}

function receiveMerge({ source }: IncidentCommandOf<"ReceiveMerge">, incident: Incident): Decision {
  if (incident.mergedIncidents.some(({ incidentId }) => incidentId === source.incidentId)) return nothing;
  if (!liveStatuses.includes(incident.status)) {
    throw new InvalidTransitionError(
      incident.status,
      incident.status,
      transitions[incident.status],
      `only a live incident can receive a merge; this one is ${incident.status}`,
      ["intoIncidentId"],
    );
  }
  requireRoom(incident.mergedIncidents, limits.mergedIncidents, "intoIncidentId");
  return [event("IncidentMergeReceived", { source })];
}

function unmerge(command: IncidentCommandOf<"Unmerge">, incident: Incident): Decision {
  const { mergedInto } = incident;
  if (mergedInto === undefined) return nothing;
  // Both streams change together, so the other must be the one that it is merged into now.
  if (mergedInto.incidentId !== command.from.incidentId) {
    throw new UnavailableError("the incident was merged elsewhere meanwhile; try again", ["incidentId"]);
  }
  return [
    event("IncidentUnmerged", {
      from: command.from,
      to: mergedInto.statusBefore,
      ...(command.reason === undefined ? {} : { reason: command.reason }),
    }),
  ];
}

function requireFollowUp(incident: Incident, followUpId: string): FollowUp {
  const followUp = incident.followUps.find((candidate) => candidate.followUpId === followUpId);
  if (followUp === undefined) throw new NotFoundError("FollowUp", followUpId, ["followUpId"]);
  return followUp;
}

function addFollowUp(command: IncidentCommandOf<"AddFollowUp">, incident: Incident): Decision {
  const { type: _, ...data } = command;
  if (incident.followUps.some(({ followUpId }) => followUpId === data.followUpId)) return nothing;
  requireRoom(incident.followUps, limits.followUps, "title");
  return [event("IncidentFollowUpAdded", data)];
}

function changeFollowUp(command: IncidentCommandOf<"ChangeFollowUp">, incident: Incident): Decision {
  const { title, owner, dueAt, priority } = requireFollowUp(incident, command.followUpId);
  /** null clears, undefined keeps. */
  const chosen = <T>(wanted: T | null | undefined, current: T | undefined) =>
    wanted === undefined ? current : (wanted ?? undefined);
  const before = { title, owner, dueAt, priority };
  const after = {
    title: command.title ?? title,
    owner: chosen(command.owner, owner),
    dueAt: chosen(command.dueAt, dueAt),
    priority: command.priority ?? priority,
  };
  if ((Object.keys(after) as (keyof typeof after)[]).every((field) => after[field] === before[field])) return nothing;
  return [event("IncidentFollowUpChanged", { followUpId: command.followUpId, ...after })];
}

function completeFollowUp({ followUpId }: IncidentCommandOf<"CompleteFollowUp">, incident: Incident): Decision {
  const { completedAt, title } = requireFollowUp(incident, followUpId);
  return completedAt === undefined ? [event("IncidentFollowUpCompleted", { followUpId, title })] : nothing;
}

function reopenFollowUp({ followUpId }: IncidentCommandOf<"ReopenFollowUp">, incident: Incident): Decision {
  const { completedAt, title } = requireFollowUp(incident, followUpId);
  return completedAt === undefined ? nothing : [event("IncidentFollowUpReopened", { followUpId, title })];
}

function attachPostmortem(command: IncidentCommandOf<"AttachPostmortem">, incident: Incident): Decision {
  if (incident.postmortem?.digest === command.digest && incident.postmortem.title === command.title) return nothing;
  const { type: _, ...data } = command;
  return [event("IncidentPostmortemAttached", data)];
}

function requireRoom(list: readonly unknown[], maximum: number, field: string): void {
  if (list.length >= maximum) throw new ValidationError([{ path: [field], message: `there are already ${maximum}` }]);
}

/** An instant that somebody names must not lie in the future; what a fast clock puts a little ahead counts as now. */
function pastInstant(instant: Instant | undefined, { now }: DecisionContext): Instant | undefined {
  if (instant !== undefined && instant > toInstant(toMilliseconds(now) + clockToleranceMilliseconds)) {
    throw invalid("occurredAt", "must not lie in the future");
  }
  return instant !== undefined && instant > now ? now : instant;
}

/**
 * When a change of status occurs that nobody dates: now, but not before the last one, which another server's clock may
 * have put a moment ahead. Undefined: now.
 */
function notBeforeLast(incident: Incident, { now }: DecisionContext): Instant | undefined {
  return now < incident.statusChangedAt ? incident.statusChangedAt : undefined;
}

/** Which statuses `changeStatus` can lead to from here. */
export function allowedTransitions(status: IncidentStatus): readonly IncidentStatus[] {
  return transitions[status];
}
