/** The words of the incidents context: statuses, severities, roles, and the form of ids and texts. */
import { z } from "zod";
import { text, textOrNone, word } from "../kernel/text.js";

export const incidentStatuses = [
  "OPEN",
  "ACKNOWLEDGED",
  "INVESTIGATING",
  "MITIGATED",
  "RESOLVED",
  "CLOSED",
  "CANCELLED",
  "MERGED",
] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

/** Most severe first. One digit only: the seed's prefix query for P1 would also find a P10. */
export const severities = ["P0", "P1", "P2", "P3", "P4"] as const;
export type Severity = (typeof severities)[number];

export const incidentRoles = ["COMMANDER", "COMMS", "SCRIBE", "RESPONDER", "OBSERVER"] as const;
export type IncidentRole = (typeof incidentRoles)[number];

export const linkKinds = ["INCIDENT", "URL", "PROJECT_EVENT", "INSIGHT", "REQUEST"] as const;
export type LinkKind = (typeof linkKinds)[number];

export const linkRelations = ["RELATED", "CAUSED_BY", "CAUSES", "DUPLICATE_OF", "DUPLICATED_BY"] as const;
export type LinkRelation = (typeof linkRelations)[number];

/** How the other incident sees a relation. */
export const inverseRelation: Readonly<Record<LinkRelation, LinkRelation>> = {
  RELATED: "RELATED",
  CAUSED_BY: "CAUSES",
  CAUSES: "CAUSED_BY",
  DUPLICATE_OF: "DUPLICATED_BY",
  DUPLICATED_BY: "DUPLICATE_OF",
};

export const followUpPriorities = ["HIGH", "MEDIUM", "LOW"] as const;
export type FollowUpPriority = (typeof followUpPriorities)[number];

export const summarySources = ["HUMAN", "MODEL"] as const;
export type SummarySource = (typeof summarySources)[number];

/** The steps that `changeStatus` allows. Reopening, merging and unmerging are commands of their own. */
export const transitions: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  OPEN: ["ACKNOWLEDGED", "INVESTIGATING", "MITIGATED", "RESOLVED", "CANCELLED"],
  ACKNOWLEDGED: ["INVESTIGATING", "MITIGATED", "RESOLVED", "CANCELLED"],
  INVESTIGATING: ["MITIGATED", "RESOLVED", "CANCELLED"],
  MITIGATED: ["INVESTIGATING", "RESOLVED", "CANCELLED"],
  RESOLVED: ["CLOSED"],
  CLOSED: [],
  CANCELLED: [],
  MERGED: [],
};

/** Statuses in which somebody is expected to work on the incident. */
export const liveStatuses: readonly IncidentStatus[] = ["OPEN", "ACKNOWLEDGED", "INVESTIGATING", "MITIGATED"];
export const reopenableStatuses: readonly IncidentStatus[] = ["RESOLVED", "CLOSED"];
/** A cancelled incident stays as it is, a closed one is reopened first. */
export const mergeableStatuses: readonly IncidentStatus[] = [...liveStatuses, "RESOLVED"];

/** Statuses that an incident stays in until somebody takes it up again: it can go to the archive. */
export const archivableStatuses: readonly IncidentStatus[] = ["CLOSED", "CANCELLED", "MERGED"];

/** How many of each an incident may hold: what is stored in one row stays far below DynamoDB's 400 KB. */
export const limits = {
  services: 20,
  labels: 30,
  participants: 100,
  followUps: 50,
  links: 50,
  mergedIncidents: 50,
  title: 200,
  description: 4_000,
  reason: 1_000,
  comment: 4_000,
  entry: 4_000,
  summary: 8_000,
  postmortemBytes: 200_000,
  /** Post-mortems above this many bytes go to the object store. */
  postmortemInlineBytes: 4_096,
} as const;

export const Title = text(limits.title);
export const Description = textOrNone(limits.description);
export const Reason = text(limits.reason);
export const CommentText = text(limits.comment);
export const EntryText = text(limits.entry);
export const SummaryText = text(limits.summary);

export const PersonId = word("a person id", 128);
export const ServiceName = word("a service name", 100);
export const LabelKey = word("a label key", 64);
export const LabelValue = text(128);
export const Labels = z.record(LabelKey, LabelValue);
export const ReferenceId = word("an id", 200);

export const Status = z.enum(incidentStatuses);
export const SeverityValue = z.enum(severities);
export const Role = z.enum(incidentRoles);

/** `INC-123`. */
export function toReference(number: number): string {
  return `INC-${number}`;
}
