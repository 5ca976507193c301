/** The stored events of an incident: a schema for each, the union, and the way up from older versions. */
import { z } from "zod";
import { firstFormats } from "../kernel/codec.js";
import type { EventFormat, EventOf } from "../kernel/codec.js";
import {
  followUpPriorities,
  incidentRoles,
  incidentStatuses,
  linkKinds,
  linkRelations,
  severities,
  summarySources,
} from "./values.js";

const Status = z.enum(incidentStatuses);
const Severity = z.enum(severities);
const Role = z.enum(incidentRoles);
const Instant = z.string();
const change = <S extends z.ZodType>(schema: S) => z.object({ from: schema, to: schema });

/** Names a comment or timeline entry: its id and the instant that its row is sorted by. */
const PartRef = z.object({ id: z.string(), at: Instant });
export type PartRef = z.infer<typeof PartRef>;

/** Another incident, as far as a reader of the event must know it. */
const IncidentRef = z.object({ incidentId: z.string(), number: z.number() });
export type IncidentRef = z.infer<typeof IncidentRef>;

const Link = z.object({
  linkId: z.string(),
  kind: z.enum(linkKinds),
  /** The incident's id, the url, or the id in the other context. */
  target: z.string(),
  relation: z.enum(linkRelations),
  title: z.string().optional(),
});
export type Link = z.infer<typeof Link>;

export const incidentEventSchemas = {
  IncidentDeclared: z.object({
    number: z.number().int(),
    title: z.string(),
    description: z.string(),
    severity: Severity,
    services: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
  }),
  IncidentStatusChanged: z.object({ from: Status, to: Status, reason: z.string().optional() }),
  IncidentReopened: z.object({ from: Status, to: Status, reason: z.string() }),
  IncidentSeverityChanged: z.object({ from: Severity, to: Severity, reason: z.string() }),
  IncidentDetailsChanged: z.object({
    title: change(z.string()).optional(),
    description: change(z.string()).optional(),
  }),
  IncidentServiceAdded: z.object({ service: z.string() }),
  IncidentServiceRemoved: z.object({ service: z.string() }),
  IncidentLabelsChanged: z.object({ set: z.record(z.string(), z.string()), removed: z.array(z.string()) }),
  IncidentRoleAssigned: z.object({ personId: z.string(), role: Role }),
  IncidentRoleReleased: z.object({ personId: z.string(), role: Role }),
  IncidentRoleHandedOver: z.object({ role: Role, from: z.string(), to: z.string() }),
  IncidentCommentAdded: z.object({ commentId: z.string(), text: z.string() }),
  IncidentCommentEdited: z.object({ comment: PartRef, from: z.string(), to: z.string() }),
  IncidentCommentDeleted: z.object({ comment: PartRef, text: z.string() }),
  IncidentTimelineEntryRecorded: z.object({
    text: z.string(),
    keyMoment: z.boolean(),
    promotedFrom: PartRef.optional(),
  }),
  IncidentTimelineEntryPinned: z.object({ entry: PartRef }),
  IncidentTimelineEntryUnpinned: z.object({ entry: PartRef }),
  IncidentSummaryAttached: z.object({
    summaryId: z.string(),
    text: z.string(),
    source: z.enum(summarySources),
    modelUsed: z.string().optional(),
    promptVersion: z.string().optional(),
  }),
  IncidentLinked: Link,
  IncidentUnlinked: Link,
  IncidentMerged: z.object({ into: IncidentRef, from: Status, reason: z.string().optional() }),
  IncidentUnmerged: z.object({ from: IncidentRef, to: Status, reason: z.string().optional() }),
  IncidentMergeReceived: z.object({ source: IncidentRef }),
  IncidentMergeUndone: z.object({ source: IncidentRef }),
  IncidentFollowUpAdded: z.object({
    followUpId: z.string(),
    title: z.string(),
    owner: z.string().optional(),
    dueAt: Instant.optional(),
    priority: z.enum(followUpPriorities),
  }),
  IncidentFollowUpChanged: z.object({
    followUpId: z.string(),
    title: z.string(),
    owner: z.string().optional(),
    dueAt: Instant.optional(),
    priority: z.enum(followUpPriorities),
  }),
  IncidentFollowUpCompleted: z.object({ followUpId: z.string(), title: z.string() }),
  IncidentFollowUpReopened: z.object({ followUpId: z.string(), title: z.string() }),
  IncidentPostmortemAttached: z.object({
    title: z.string(),
    bytes: z.number(),
    /** sha256 of the content, hex. */
    digest: z.string(),
    /** The content itself, where it is small. */
    content: z.string().optional(),
    /** Its key in the object store, where it is not. */
    objectKey: z.string().optional(),
  }),
  IncidentArchived: z.object({
    /** As it stays: an archived incident does not change. */
    status: Status,
    /** Key of the archive in the object store. */
    objectKey: z.string(),
    /** sha256 of the archive, hex. */
    digest: z.string(),
    bytes: z.number(),
    /** How many events the archive holds. */
    events: z.number(),
    /** Version of the last of them. */
    through: z.number(),
  }),
  IncidentRestored: z.object({
    status: Status,
    /** What told of the archiving. */
    entry: PartRef,
    reason: z.string().optional(),
  }),
} as const;

/** The union of an incident's domain events. */
export type IncidentEvent = EventOf<typeof incidentEventSchemas>;
export type IncidentEventType = IncidentEvent["type"];
/** The event of one type. */
export type IncidentEventOf<T extends IncidentEventType> = Extract<IncidentEvent, { type: T }>;

/** How each event is stored. A changed shape adds an upcaster here and a fixture in test/fixtures/events. */
export const incidentEventFormats: Readonly<Record<IncidentEventType, EventFormat>> =
  firstFormats(incidentEventSchemas);

/** Category of an incident's stream: `Incident-<id>`. */
export const incidentCategory = "Incident";
