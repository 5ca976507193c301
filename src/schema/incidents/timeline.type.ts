/** Timeline entries in the schema: one interface, a type for each kind of fact. */
import type { ClassType } from "type-graphql";
import { Field, ID, Int, InterfaceType, ObjectType, createUnionType } from "type-graphql";
import type {
  IncidentRole as IncidentRoleValue,
  IncidentStatus as IncidentStatusValue,
  Severity as SeverityValue,
  SummarySource as SummarySourceValue,
  TimelineKind as TimelineKindValue,
} from "../../domain/incidents/index.js";
import { Node } from "../node.js";
import { createConnectionType } from "../connection.js";
import { DateTime } from "../scalars.js";
import {
  IncidentRole,
  IncidentStatus,
  LinkKind,
  LinkRelation,
  Severity,
  SummarySource,
  TimelineKind,
} from "./enums.js";
import type { LinkKind as LinkKindValue, LinkRelation as LinkRelationValue } from "../../domain/incidents/index.js";
import { Actor, Comment, Incident, Label, Participant, Summary } from "./incident.type.js";

@InterfaceType({
  implements: Node,
  description: "Something that happened in an incident: every event of the incident is one entry.",
  autoRegisterImplementations: true,
  // Entries are plain objects that name their type: see resolvers/incidents/timelineView.ts.
  resolveType: (entry: { __typename: string }) => entry.__typename,
})
export abstract class TimelineEntry extends Node {
  @Field(() => TimelineKind, { description: "What the entry tells." })
  kind!: TimelineKindValue;

  @Field(() => DateTime, { description: "When it happened; may be backdated. Timelines are sorted by it." })
  occurredAt!: string;

  @Field(() => DateTime, { description: "When it was written down; never changes." })
  recordedAt!: string;

  @Field(() => Actor, { description: "Who did it." })
  actor!: Actor;

  @Field(() => String, { description: "What happened, in a sentence." })
  description!: string;

  @Field(() => String, { description: "`User` or `System`, as seed 003 has it." })
  source!: string;

  @Field(() => Boolean, { description: "Whether it is a turning point: kept for ever." })
  keyMoment!: boolean;

  @Field(() => Boolean, { description: "Whether somebody pinned it." })
  pinned!: boolean;

  @Field(() => Int, { description: "Version of its event in the incident's stream." })
  version!: number;

  @Field(() => ID, { description: "Id of its event." })
  eventId!: string;

  @Field(() => String, { description: "Joins everything that one request set off." })
  correlationId!: string;

  @Field(() => String, { nullable: true, description: "Id of the event that caused it, where one did." })
  causationId?: string;
}

@ObjectType({ implements: TimelineEntry, description: "The incident was declared." })
export class IncidentDeclaredEntry extends TimelineEntry {
  @Field(() => Int, { description: "Its number." })
  number!: number;

  @Field(() => String, { description: "Its title at that time." })
  title!: string;

  @Field(() => Severity, { description: "Its severity at that time." })
  severity!: SeverityValue;

  @Field(() => [String], { description: "The services it affected at that time." })
  services!: string[];
}

@ObjectType({ implements: TimelineEntry, description: "The status changed, by a step or by reopening." })
export class StatusChangedEntry extends TimelineEntry {
  @Field(() => IncidentStatus, { description: "The status before." })
  from!: IncidentStatusValue;

  @Field(() => IncidentStatus, { description: "The status behind." })
  to!: IncidentStatusValue;

  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string;
}

@ObjectType({ implements: TimelineEntry, description: "The severity changed." })
export class SeverityChangedEntry extends TimelineEntry {
  @Field(() => Severity, { description: "The severity before." })
  from!: SeverityValue;

  @Field(() => Severity, { description: "The severity behind." })
  to!: SeverityValue;

  @Field(() => String, { description: "Why." })
  reason!: string;
}

@ObjectType({ description: "A text before and behind a change." })
export class TextChange {
  @Field(() => String, { description: "The text before." })
  from!: string;

  @Field(() => String, { description: "The text behind." })
  to!: string;
}

@ObjectType({ implements: TimelineEntry, description: "Title or description changed." })
export class DetailsChangedEntry extends TimelineEntry {
  @Field(() => TextChange, { nullable: true, description: "How the title changed; null where it did not." })
  title?: TextChange;

  @Field(() => TextChange, { nullable: true, description: "How the description changed; null where it did not." })
  descriptionText?: TextChange;
}

@ObjectType({ implements: TimelineEntry, description: "A service was added or removed." })
export class ServiceChangedEntry extends TimelineEntry {
  @Field(() => String, { description: "The service." })
  service!: string;
}

@ObjectType({ implements: TimelineEntry, description: "Labels were set or removed." })
export class LabelsChangedEntry extends TimelineEntry {
  @Field(() => [Label], { description: "Labels that got a value." })
  set!: Label[];

  @Field(() => [String], { description: "Keys of labels that went." })
  removed!: string[];
}

@ObjectType({ implements: TimelineEntry, description: "Somebody took or gave up a role." })
export class RoleChangedEntry extends TimelineEntry {
  @Field(() => String, { description: "Id of the person." })
  personId!: string;

  @Field(() => IncidentRole, { description: "The role." })
  role!: IncidentRoleValue;
}

@ObjectType({ implements: TimelineEntry, description: "A role went from one person to another." })
export class RoleHandedOverEntry extends TimelineEntry {
  @Field(() => IncidentRole, { description: "The role." })
  role!: IncidentRoleValue;

  @Field(() => String, { description: "Id of the person who had it." })
  from!: string;

  @Field(() => String, { description: "Id of the person who has it now." })
  to!: string;
}

@ObjectType({ implements: TimelineEntry, description: "A comment was added, edited or deleted." })
export class CommentEntry extends TimelineEntry {
  @Field(() => String, { nullable: true, description: "The text that it was given; null for a deletion." })
  text?: string;
}

@ObjectType({ implements: TimelineEntry, description: "Somebody recorded what happened, or promoted a comment." })
export class NoteEntry extends TimelineEntry {
  @Field(() => String, { description: "What happened." })
  text!: string;
}

@ObjectType({ implements: TimelineEntry, description: "An entry was pinned or unpinned." })
export class PinChangedEntry extends TimelineEntry {
  @Field(() => ID, { description: "Global id of that entry." })
  entryId!: string;
}

@ObjectType({ implements: TimelineEntry, description: "A summary was attached." })
export class SummaryAttachedEntry extends TimelineEntry {
  @Field(() => ID, { description: "Id of the summary." })
  summaryId!: string;

  @Field(() => String, { description: "The summary." })
  text!: string;

  @Field(() => SummarySource, { description: "Who wrote it." })
  summarySource!: SummarySourceValue;
}

@ObjectType({ implements: TimelineEntry, description: "Something was linked or unlinked." })
export class LinkChangedEntry extends TimelineEntry {
  @Field(() => ID, { description: "Id of the link." })
  linkId!: string;

  @Field(() => LinkKind, { description: "What it points to." })
  linkKind!: LinkKindValue;

  @Field(() => String, { description: "The web address, or the id of what it points to." })
  target!: string;

  @Field(() => LinkRelation, { description: "How that stands to the incident." })
  relation!: LinkRelationValue;

  @Field(() => String, { nullable: true, description: "What to show for it." })
  title?: string;
}

@ObjectType({ implements: TimelineEntry, description: "A merge with another incident, or its undoing." })
export class MergeEntry extends TimelineEntry {
  @Field(() => ID, { description: "Id of the other incident." })
  otherIncidentId!: string;

  @Field(() => String, { description: "Its reference, such as INC-123." })
  otherReference!: string;

  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string;
}

@ObjectType({ implements: TimelineEntry, description: "A follow-up was added, changed, done or reopened." })
export class FollowUpEntry extends TimelineEntry {
  @Field(() => ID, { description: "Id of the follow-up." })
  followUpId!: string;

  @Field(() => String, { description: "What is to be done." })
  title!: string;
}

@ObjectType({ implements: TimelineEntry, description: "A post-mortem was attached." })
export class PostmortemAttachedEntry extends TimelineEntry {
  @Field(() => String, { description: "Its title." })
  title!: string;

  @Field(() => Int, { description: "Size of its content, in bytes of UTF-8." })
  bytes!: number;
}

@ObjectType({ implements: TimelineEntry, description: "The incident went to the archive, or came back." })
export class ArchiveEntry extends TimelineEntry {
  @Field(() => String, { nullable: true, description: "Why it came back, where somebody said so." })
  reason?: string;
}

export const timelineEntryTypes = [
  IncidentDeclaredEntry,
  StatusChangedEntry,
  SeverityChangedEntry,
  DetailsChangedEntry,
  ServiceChangedEntry,
  LabelsChangedEntry,
  RoleChangedEntry,
  RoleHandedOverEntry,
  CommentEntry,
  NoteEntry,
  PinChangedEntry,
  SummaryAttachedEntry,
  LinkChangedEntry,
  MergeEntry,
  FollowUpEntry,
  PostmortemAttachedEntry,
  ArchiveEntry,
] as const;

@ObjectType({ description: "What a follower of one incident is told." })
export class TimelineMessage {
  @Field(() => TimelineEntry, { description: "What happened." })
  entry!: TimelineEntry;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

@ObjectType({ description: "What a follower of many incidents is told: one event of one of them." })
export class IncidentChange {
  @Field(() => TimelineEntry, { description: "What happened." })
  entry!: TimelineEntry;

  @Field(() => Boolean, {
    description:
      "Whether the incident matches the filter behind this change. It matched before or does now: where false, take it off the board.",
  })
  matches!: boolean;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

// The connection of an interface: the factory wants a class that can be made, which an abstract one is not to the compiler.
export const TimelineConnection = createConnectionType<TimelineEntry>(
  () => TimelineEntry as unknown as new () => TimelineEntry,
  "TimelineEntry",
  "timeline entries",
);

/** A row of any kind that an incident has. */
export const IncidentRecord = createUnionType({
  name: "IncidentRecord",
  description:
    "Something that is kept about an incident: the incident itself, an entry, a comment, a participant, a summary.",
  types: () => [Incident, Comment, Participant, Summary, ...timelineEntryTypes] as const,
  // What the resolvers return are plain objects that name their type.
  resolveType: (record) => (record as { __typename?: string }).__typename,
});

// The factory names its node type by a class; a union is none, and is all the same a type that fields can have.
export const IncidentRecordConnection = createConnectionType<object>(
  () => IncidentRecord as unknown as ClassType<object>,
  "IncidentRecord",
  "records of an incident",
);
