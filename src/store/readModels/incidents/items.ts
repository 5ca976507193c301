/** Rows of the incident views as items of `aegis-incidents`, and back. */
import type {
  ArchivedIncident,
  Comment,
  Expiring,
  Incident,
  IncidentEvent,
  IncidentRecord,
  IncidentViewChange,
  IncidentViews,
  Participant,
  Summary,
  TimelineEntry,
} from "../../../domain/incidents/index.js";
import { parseViewKey } from "../../../domain/incidents/index.js";
import type { Actor } from "../../../domain/kernel/event.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { putRow } from "../../dynamodb/rowWrite.js";
import type { Item, RowWrite } from "../../dynamodb/rowWrite.js";
import { sealed } from "../../seal.js";
import { archivedKey, keys, metadataKey } from "./keys.js";

const table = "aegis-incidents";

/** Parts of an incident that no query asks for, kept as one text: it reads three times faster than a map. */
type Detail = Pick<
  Incident,
  | "createdBy"
  | "statusChangedAt"
  | "milestones"
  | "participants"
  | "followUps"
  | "links"
  | "mergedInto"
  | "mergedIncidents"
  | "postmortem"
  | "restoredAt"
  | "commentCount"
  | "entryCount"
  | "latestEntries"
>;

export function toMetadataItem(incident: Incident): Item {
  return sealed(unsealedMetadata(incident));
}

function unsealedMetadata(incident: Incident): Item {
  const {
    incidentId,
    number,
    title,
    description,
    status,
    severity,
    services,
    labels,
    declaredAt,
    updatedAt,
    version,
    hash,
    ...detail
  } = incident;
  const startedAt = incident.milestones.startedAt;
  const service = services[0] ?? "";
  return {
    ...metadataKey(incidentId),
    GSI1PK: keys.status(status),
    GSI1SK: keys.severity(severity, incidentId),
    GSI2PK: keys.service(service),
    GSI2SK: startedAt,
    GSI3PK: keys.date(startedAt),
    GSI3SK: keys.time(startedAt),
    id: incidentId,
    number,
    title,
    description,
    status,
    severity,
    service,
    services,
    labels,
    created_at: startedAt,
    declared_at: declaredAt,
    updated_at: updatedAt,
    version,
    // Rows of streams without a hash stay as they were.
    hash: hash === "" ? undefined : hash,
    detail: JSON.stringify(detail satisfies Detail),
  };
}

export function fromMetadataItem(item: Item): Incident {
  const row = item as {
    id: string;
    number: number;
    title: string;
    description: string;
    status: Incident["status"];
    severity: Incident["severity"];
    services: string[];
    labels: Record<string, string>;
    declared_at: Instant;
    updated_at: Instant;
    version: number;
    hash?: string;
    detail: string;
  };
  return {
    incidentId: row.id,
    number: row.number,
    title: row.title,
    description: row.description,
    status: row.status,
    severity: row.severity,
    services: row.services,
    labels: row.labels,
    declaredAt: row.declared_at,
    updatedAt: row.updated_at,
    version: row.version,
    hash: row.hash ?? "",
    ...(JSON.parse(row.detail) as Detail),
  };
}

export function toEntryItem(entry: Expiring<TimelineEntry>): Item {
  return sealed({
    PK: keys.incident(entry.incidentId),
    SK: keys.entry(entry.occurredAt, entry.entryId),
    incident_id: entry.incidentId,
    event_id: entry.entryId,
    type: entry.kind,
    description: entry.description,
    timestamp: entry.occurredAt,
    recorded_at: entry.recordedAt,
    source: entry.source,
    ...actorAttributes("actor", entry.actor),
    version: entry.version,
    keep: entry.keyMoment || entry.pinned,
    key_moment: entry.keyMoment,
    pinned: entry.pinned,
    event: JSON.stringify(entry.event),
    correlation_id: entry.correlationId,
    causation_id: entry.causationId,
    ...timeToLive(entry),
  });
}

export function fromEntryItem(item: Item): TimelineEntry {
  const row = item as {
    incident_id: string;
    event_id: string;
    type: TimelineEntry["kind"];
    description: string;
    timestamp: Instant;
    recorded_at: Instant;
    source: TimelineEntry["source"];
    version: number;
    key_moment: boolean;
    pinned: boolean;
    event: string;
    correlation_id: string;
    causation_id?: string;
  };
  return {
    incidentId: row.incident_id,
    entryId: row.event_id,
    kind: row.type,
    description: row.description,
    occurredAt: row.timestamp,
    recordedAt: row.recorded_at,
    source: row.source,
    actor: toActor("actor", item),
    version: row.version,
    keyMoment: row.key_moment,
    pinned: row.pinned,
    event: JSON.parse(row.event) as IncidentEvent,
    correlationId: row.correlation_id,
    ...(row.causation_id === undefined ? {} : { causationId: row.causation_id }),
  };
}

export function toCommentItem(comment: Expiring<Comment>): Item {
  return sealed({
    PK: keys.incident(comment.incidentId),
    SK: keys.comment(comment.addedAt, comment.commentId),
    incident_id: comment.incidentId,
    comment_id: comment.commentId,
    ...actorAttributes("author", comment.author),
    timestamp: comment.addedAt,
    text: comment.text,
    revisions: JSON.stringify(comment.revisions),
    edited_at: comment.editedAt,
    deleted_at: comment.deletedAt,
    ...(comment.deletedBy === undefined ? {} : actorAttributes("deleted_by", comment.deletedBy)),
    ...timeToLive(comment),
  });
}

export function fromCommentItem(item: Item): Comment {
  const row = item as {
    incident_id: string;
    comment_id: string;
    timestamp: Instant;
    text?: string;
    revisions: string;
    edited_at?: Instant;
    deleted_at?: Instant;
  };
  return {
    incidentId: row.incident_id,
    commentId: row.comment_id,
    author: toActor("author", item),
    addedAt: row.timestamp,
    ...(row.text === undefined ? {} : { text: row.text }),
    revisions: JSON.parse(row.revisions) as Comment["revisions"],
    ...(row.edited_at === undefined ? {} : { editedAt: row.edited_at }),
    ...(row.deleted_at === undefined ? {} : { deletedAt: row.deleted_at, deletedBy: toActor("deleted_by", item) }),
  };
}

export function toParticipantItem({ incidentId, personId, roles, joinedAt }: Participant): Item {
  return {
    PK: keys.incident(incidentId),
    SK: keys.participant(personId),
    GSI2PK: keys.participant(personId),
    GSI2SK: keys.incident(incidentId),
    incident_id: incidentId,
    user_id: personId,
    roles,
    joined_at: joinedAt,
  };
}

export function toSummaryItem(summary: Expiring<Summary>): Item {
  return {
    PK: keys.incident(summary.incidentId),
    SK: keys.summary(summary.attachedAt, summary.summaryId),
    incident_id: summary.incidentId,
    summary_id: summary.summaryId,
    text: summary.text,
    source: summary.source,
    model_used: summary.modelUsed,
    prompt_version: summary.promptVersion,
    ...actorAttributes("author", summary.author),
    timestamp: summary.attachedAt,
    ...timeToLive(summary),
  };
}

export function fromSummaryItem(item: Item): Summary {
  const row = item as {
    incident_id: string;
    summary_id: string;
    text: string;
    source: Summary["source"];
    model_used?: string;
    prompt_version?: string;
    timestamp: Instant;
  };
  return {
    incidentId: row.incident_id,
    summaryId: row.summary_id,
    text: row.text,
    source: row.source,
    author: toActor("author", item),
    attachedAt: row.timestamp,
    ...(row.model_used === undefined ? {} : { modelUsed: row.model_used }),
    ...(row.prompt_version === undefined ? {} : { promptVersion: row.prompt_version }),
  };
}

function fromParticipantItem(item: Item): Participant {
  const row = item as { incident_id: string; user_id: string; roles: Participant["roles"]; joined_at: Instant };
  return { incidentId: row.incident_id, personId: row.user_id, roles: row.roles, joinedAt: row.joined_at };
}

/** The row in an item of an incident's partition; undefined for one that only finds the incident under another service. */
export function fromItem(item: Item): IncidentRecord | undefined {
  const [kind] = String(item["SK"]).split("#", 1);
  switch (kind) {
    case keys.metadata:
      return { kind: "incident", row: fromMetadataItem(item) };
    case "EVENT":
      return { kind: "entry", row: fromEntryItem(item) };
    case "COMMENT":
      return { kind: "comment", row: fromCommentItem(item) };
    case "USER":
      return { kind: "participant", row: fromParticipantItem(item) };
    case "SUMMARY":
      return { kind: "summary", row: fromSummaryItem(item) };
    default:
      return undefined;
  }
}

function toServiceItem({ incidentId, service, startedAt }: IncidentViews["incident-service"]): Item {
  return {
    PK: keys.incident(incidentId),
    SK: keys.service(service),
    GSI2PK: keys.service(service),
    GSI2SK: startedAt,
    id: incidentId,
    service,
  };
}

function toNumberItem({ number, incidentId, archived }: IncidentViews["incident-number"]): Item {
  return {
    PK: keys.number(number),
    SK: keys.numbered,
    // The list of all incidents would else get longer for ever.
    ...(archived === true ? {} : { GSI2PK: keys.allIncidents, GSI2SK: keys.incident(incidentId) }),
    id: incidentId,
    number,
  };
}

function toRetentionItem({ incidentId, version, moves }: IncidentViews["incident-retention"]): Item {
  return { PK: keys.retention, SK: keys.incident(incidentId), id: incidentId, version, moves };
}

export function toArchivedItem(archived: ArchivedIncident): Item {
  const { incidentId, endedAt } = archived;
  return {
    ...archivedKey(incidentId),
    GSI2PK: keys.archived,
    GSI2SK: keys.endedAt(endedAt, incidentId),
    id: incidentId,
    number: archived.number,
    title: archived.title,
    status: archived.status,
    severity: archived.severity,
    services: archived.services,
    created_at: archived.startedAt,
    ended_at: endedAt,
    archived_at: archived.archivedAt,
    version: archived.version,
    object_key: archived.objectKey,
    digest: archived.digest,
    bytes: archived.bytes,
    events: archived.events,
    through: archived.through,
  };
}

export function fromArchivedItem(item: Item): ArchivedIncident {
  const row = item as {
    id: string;
    number: number;
    title: string;
    status: Incident["status"];
    severity: Incident["severity"];
    services: string[];
    created_at: Instant;
    ended_at: Instant;
    archived_at: Instant;
    version: number;
    object_key: string;
    digest: string;
    bytes: number;
    events: number;
    through: number;
  };
  return {
    incidentId: row.id,
    number: row.number,
    title: row.title,
    status: row.status,
    severity: row.severity,
    services: row.services,
    startedAt: row.created_at,
    endedAt: row.ended_at,
    archivedAt: row.archived_at,
    version: row.version,
    objectKey: row.object_key,
    digest: row.digest,
    bytes: row.bytes,
    events: row.events,
    through: row.through,
  };
}

/** Whether an item is what the ledger left of an archived incident. */
export function isArchivedItem(item: Item): boolean {
  return item["SK"] === keys.archived && typeof item["object_key"] === "string";
}

/** The writes that a change of a view means. */
export function toRowWrites(change: IncidentViewChange): readonly RowWrite[] {
  const put = (item: Item) => putRow(table, item, change);
  const remove = (SK: string): readonly RowWrite[] => {
    const [incidentId = ""] = parseViewKey(change.key, 2);
    return [{ kind: "delete", table, key: { PK: keys.incident(incidentId), SK } }];
  };
  switch (change.view) {
    case "incident-service":
      return change.row === undefined ? remove(keys.service(partOf(change))) : put(toServiceItem(change.row));
    case "incident-participant":
      return change.row === undefined ? remove(keys.participant(partOf(change))) : put(toParticipantItem(change.row));
    case "incident":
      return change.row === undefined ? remove(keys.metadata) : put(toMetadataItem(change.row));
    case "incident-number":
      return change.row === undefined ? [] : put(toNumberItem(change.row));
    case "incident-archive":
      return change.row === undefined ? remove(keys.archived) : put(toArchivedItem(change.row));
    case "incident-entry":
      return change.row === undefined ? remove(keys.entry(...timedPartOf(change))) : put(toEntryItem(change.row));
    case "incident-comment":
      return change.row === undefined ? remove(keys.comment(...timedPartOf(change))) : put(toCommentItem(change.row));
    case "incident-summary":
      return change.row === undefined ? remove(keys.summary(...timedPartOf(change))) : put(toSummaryItem(change.row));
    case "incident-retention":
      return change.row === undefined ? [] : put(toRetentionItem(change.row));
  }
}

/** What a key holds behind the id of the incident. */
function partOf({ key }: IncidentViewChange): string {
  return parseViewKey(key, 2)[1] ?? "";
}

/** The same, of a row that is sorted by time. */
function timedPartOf({ key }: IncidentViewChange): [at: Instant, id: string] {
  const [, at = "", id = ""] = parseViewKey(key, 3);
  return [at, id];
}

function actorAttributes(name: string, actor: Actor): Item {
  return { [name]: actor.id, [`${name}_kind`]: actor.kind };
}

function toActor(name: string, item: Item): Actor {
  return { id: String(item[name]), kind: item[`${name}_kind`] === "SYSTEM" ? "SYSTEM" : "USER" };
}

function timeToLive({ expiresAt }: { readonly expiresAt?: Instant }): Item {
  return expiresAt === undefined ? {} : { ttl: toEpochSeconds(expiresAt) };
}

/** Whether the ledger wrote a row. What others put into the table (seed 003's patterns 7 and 8) has no fact behind it. */
export function isOurs(item: Item): boolean {
  return ["detail", "event", "revisions", "summary_id", "user_id"].some((name) => typeof item[name] === "string");
}
