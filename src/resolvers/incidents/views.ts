/** Rows of the domain as objects of the schema. Each names its type and keeps its row, for the edges. */
import { allowedTransitions, toReference } from "../../domain/incidents/index.js";
import type {
  ArchivedIncident as ArchivedRow,
  Comment as CommentRow,
  Incident as IncidentRow,
  Milestones,
  Past,
} from "../../domain/incidents/index.js";
import { toStreamName } from "../../domain/kernel/streamName.js";
import { incidentCategory } from "../../domain/incidents/index.js";
import { toMilliseconds } from "../../domain/kernel/time.js";
import type { ArchivedIncident, Comment, ElapsedTime, Incident, Label } from "../../schema/incidents/incident.type.js";
import type { CursorCodec } from "../cursor.js";
import { incidentGlobalId, partGlobalId } from "./ids.js";

/** A view with the row that it shows. Where `past` is set, it is shown as it was, and its edges ask the past. */
export type Of<View, Row> = View & {
  readonly __typename: string;
  readonly row: Row;
  readonly past?: Past | undefined;
};
export type IncidentView = Of<Incident, IncidentRow>;
export type CommentView = Of<Comment, CommentRow>;
export type ArchivedView = Of<ArchivedIncident, ArchivedRow>;

export function toIncidentView(cursors: CursorCodec, row: IncidentRow, past?: Past): IncidentView {
  const { milestones } = row;
  // Its content is found by the incident's row.
  const postmortem = row.postmortem && { ...row.postmortem, row, past };
  const commander = row.participants.find(({ roles }) => roles.includes("COMMANDER"));
  return {
    __typename: "Incident",
    row,
    past,
    id: incidentGlobalId(row.incidentId),
    incidentId: row.incidentId,
    number: row.number,
    reference: toReference(row.number),
    title: row.title,
    description: row.description,
    status: row.status,
    allowedTransitions: row.archived === undefined ? [...allowedTransitions(row.status)] : [],
    severity: row.severity,
    services: [...row.services],
    labels: toLabels(row.labels),
    createdBy: row.createdBy,
    startedAt: milestones.startedAt,
    declaredAt: row.declaredAt,
    updatedAt: row.updatedAt,
    version: row.version,
    ...(commander === undefined ? {} : { commander: { ...commander, roles: [...commander.roles] } }),
    participants: row.participants.map((participant) => ({ ...participant, roles: [...participant.roles] })),
    milestones,
    durations: {
      ...elapsed("timeToAcknowledge", milestones, milestones.acknowledgedAt),
      ...elapsed("timeToMitigate", milestones, milestones.mitigatedAt),
      ...elapsed("timeToResolve", milestones, milestones.resolvedAt),
    },
    followUps: [...row.followUps],
    links: [...row.links],
    ...(postmortem === undefined ? {} : { postmortem }),
    ...(row.archived === undefined ? {} : { archivedAt: row.archived.archivedAt }),
    commentCount: row.commentCount,
    entryCount: row.entryCount,
    position: cursors.encodePosition({
      kind: "stream",
      stream: { streamId: toStreamName(incidentCategory, row.incidentId), version: row.version },
    }),
  };
}

export function toCommentView(row: CommentRow, past?: Past): CommentView {
  const { incidentId, commentId, addedAt } = row;
  return {
    __typename: "Comment",
    row,
    past,
    id: partGlobalId("Comment", { incidentId, at: addedAt, id: commentId }),
    ...row,
    revisions: [...row.revisions],
  };
}

export function toArchivedView(row: ArchivedRow): ArchivedView {
  const { incidentId, number, title, status, severity, services, startedAt, endedAt, archivedAt, events, bytes } = row;
  return {
    __typename: "ArchivedIncident",
    row,
    ...{ incidentId, number, title, status, severity, startedAt, endedAt, archivedAt, events, bytes },
    reference: toReference(number),
    services: [...services],
  };
}

export function toLabels(labels: Readonly<Record<string, string>>): Label[] {
  return Object.entries(labels)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function elapsed<K extends string>(
  name: K,
  { startedAt }: Milestones,
  until: string | undefined,
): { [N in K]?: ElapsedTime } {
  if (until === undefined) return {};
  const milliseconds = toMilliseconds(until) - toMilliseconds(startedAt);
  return { [name]: { seconds: milliseconds / 1000, iso8601: milliseconds } } as { [N in K]: ElapsedTime };
}
