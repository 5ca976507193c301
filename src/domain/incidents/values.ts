/** The words of the incidents context: statuses, severities, roles, and the form of ids and texts. */
import { z } from "zod";
import { parseInstant } from "../kernel/time.js";

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

/** Control characters other than tab and line ends have no place in what people write. */
export const isPlain = (value: string) =>
  value.isWellFormed() && ![...value].some((character) => character < " " && !"\t\n\r".includes(character));
const plain = "must be well-formed Unicode without control characters";

const text = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlain, plain);

export const Title = text(limits.title);
export const Description = z
  .string()
  .trim()
  .max(limits.description, `must have at most ${limits.description} characters`)
  .refine(isPlain, plain);
export const Reason = text(limits.reason);
export const CommentText = text(limits.comment);
export const EntryText = text(limits.entry);
export const SummaryText = text(limits.summary);

/** "#" joins the parts of the seed's keys, so no id may hold one. */
const word = (what: string, maximum: number) =>
  z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._@:/+-]*$/,
      `must be ${what}: letters, digits and . _ @ : / + - only, beginning with a letter or digit`,
    );

export const PersonId = word("a person id", 128);
export const ServiceName = word("a service name", 100);
export const LabelKey = word("a label key", 64);
export const LabelValue = text(128);
export const Labels = z.record(LabelKey, LabelValue);
export const ReferenceId = word("an id", 200);
export const Uuid = z.uuid("must be a uuid").transform((value) => value.toLowerCase());
export const Zoned = z.string().transform((value, context) => {
  const instant = parseInstant(value);
  if (instant === undefined) {
    context.addIssue({
      code: "custom",
      message: "must be an RFC 3339 date and time with a zone, such as 2025-01-15T10:30:00Z",
    });
    return z.NEVER;
  }
  return instant;
});

/** When something happened. Ids carry the time since 1970, so nothing can have happened earlier. */
export const Occurred = Zoned.refine((instant) => instant >= "1970-01-01T00:00:00.000Z", "must not lie before 1970");

export const Status = z.enum(incidentStatuses);
export const SeverityValue = z.enum(severities);
export const Role = z.enum(incidentRoles);

/** `INC-123`. */
export function toReference(number: number): string {
  return `INC-${number}`;
}
