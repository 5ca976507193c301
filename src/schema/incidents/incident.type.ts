/** The incident and its parts in the schema. Edges to other types are added by the resolvers. */
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import type { Actor as ActorRow } from "../../domain/kernel/event.js";
import type {
  FollowUpPriority as FollowUpPriorityValue,
  IncidentRole as IncidentRoleValue,
  IncidentStatus as IncidentStatusValue,
  LinkKind as LinkKindValue,
  LinkRelation as LinkRelationValue,
  Severity as SeverityValue,
  SummarySource as SummarySourceValue,
} from "../../domain/incidents/index.js";
import { createEnum } from "../enums.js";
import { Node } from "../node.js";
import { DateTime, Duration } from "../scalars.js";
import { createConnectionType } from "../connection.js";
import {
  FollowUpPriority,
  IncidentRole,
  IncidentStatus,
  LinkKind,
  LinkRelation,
  Severity,
  SummarySource,
} from "./enums.js";

export const ActorKind = createEnum<ActorRow["kind"]>("ActorKind", "What kind of actor did something.", {
  USER: "A person, or a program that acts for one.",
  SYSTEM: "Opsledger itself, by a rule.",
});

@ObjectType({ description: "Who did something." })
export class Actor {
  @Field(() => ActorKind, { description: "A person or the system." })
  kind!: ActorRow["kind"];

  @Field(() => String, { description: "Id of the person, or name of the rule." })
  id!: string;
}

@ObjectType({ description: "A label: a key and its value." })
export class Label {
  @Field(() => String, { description: "What the label says something about." })
  key!: string;

  @Field(() => String, { description: "What it says." })
  value!: string;
}

@ObjectType({ description: "Somebody who takes part in an incident." })
export class Participant {
  @Field(() => String, { description: "Id of the person." })
  personId!: string;

  @Field(() => [IncidentRole], { description: "What the person does; at least one role." })
  roles!: IncidentRoleValue[];

  @Field(() => DateTime, { description: "When the person took a first role." })
  joinedAt!: string;
}

@ObjectType({
  description:
    "When an incident reached each stage. Null for what it has not reached, or not again since it was reopened.",
})
export class Milestones {
  @Field(() => DateTime, { description: "When it began, which may lie before its declaration." })
  startedAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When work began: the first step out of OPEN that was not a cancellation or a merge.",
  })
  acknowledgedAt?: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the harm ended: mitigated, or resolved without that step.",
  })
  mitigatedAt?: string;

  @Field(() => DateTime, { nullable: true, description: "When the cause was gone." })
  resolvedAt?: string;

  @Field(() => DateTime, { nullable: true, description: "When it was closed or cancelled." })
  endedAt?: string;
}

@ObjectType({ description: "A length of time, in two forms." })
export class ElapsedTime {
  @Field(() => Float, { description: "Seconds." })
  seconds!: number;

  @Field(() => Duration, { description: "The same as ISO 8601 text." })
  iso8601!: number;
}

@ObjectType({ description: "How long it took, counted from when the incident began. Null while undefined." })
export class IncidentDurations {
  @Field(() => ElapsedTime, { nullable: true, description: "Until somebody took it up." })
  timeToAcknowledge?: ElapsedTime;

  @Field(() => ElapsedTime, { nullable: true, description: "Until the harm ended." })
  timeToMitigate?: ElapsedTime;

  @Field(() => ElapsedTime, { nullable: true, description: "Until the cause was gone." })
  timeToResolve?: ElapsedTime;
}

@ObjectType({ description: "Something to be done because of an incident." })
export class FollowUp {
  @Field(() => ID, { description: "Id of the follow-up, unique in its incident." })
  followUpId!: string;

  @Field(() => String, { description: "What is to be done." })
  title!: string;

  @Field(() => String, { nullable: true, description: "Id of the person who does it." })
  owner?: string;

  @Field(() => DateTime, { nullable: true, description: "When it should be done." })
  dueAt?: string;

  @Field(() => FollowUpPriority, { description: "How soon it should be done." })
  priority!: FollowUpPriorityValue;

  @Field(() => DateTime, { description: "When it was added." })
  addedAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When it was done; null while it is not." })
  completedAt?: string;
}

@ObjectType({ description: "A link from an incident to something else." })
export class IncidentLink {
  @Field(() => ID, { description: "Id of the link, unique in its incident." })
  linkId!: string;

  @Field(() => LinkKind, { description: "What it points to." })
  kind!: LinkKindValue;

  @Field(() => String, { description: "The web address, or the id of what it points to." })
  target!: string;

  @Field(() => LinkRelation, { description: "How that stands to the incident." })
  relation!: LinkRelationValue;

  @Field(() => String, { nullable: true, description: "What to show for it." })
  title?: string;

  @Field(() => DateTime, { description: "When it was linked." })
  linkedAt!: string;
}

@ObjectType({ description: "What was learned from an incident." })
export class Postmortem {
  @Field(() => String, { description: "Its title." })
  title!: string;

  @Field(() => Int, { description: "Size of its content, in bytes of UTF-8." })
  bytes!: number;

  @Field(() => String, { description: "sha256 of its content, in hex." })
  digest!: string;

  @Field(() => DateTime, { description: "When it was attached." })
  attachedAt!: string;

  @Field(() => Actor, { description: "Who attached it." })
  attachedBy!: Actor;
}

@ObjectType({ implements: Node, description: "Something is wrong, and people work on it." })
export class Incident extends Node {
  @Field(() => ID, { description: "The id as tables and events have it (`INCIDENT#<id>`)." })
  incidentId!: string;

  @Field(() => Int, { description: "The number that people say: unique, rising, with gaps." })
  number!: number;

  @Field(() => String, { description: "The number with its prefix, such as INC-123." })
  reference!: string;

  @Field(() => String, { description: "What is wrong, in a line." })
  title!: string;

  @Field(() => String, { description: "What is wrong, at length; may be empty." })
  description!: string;

  @Field(() => IncidentStatus, { description: "How far it has come." })
  status!: IncidentStatusValue;

  @Field(() => [IncidentStatus], { description: "Where `changeIncidentStatus` can lead from here." })
  allowedTransitions!: IncidentStatusValue[];

  @Field(() => Severity, { description: "How bad it is." })
  severity!: SeverityValue;

  @Field(() => [String], { description: "The services that it affects; the first is the main one." })
  services!: string[];

  @Field(() => [Label], { description: "Its labels, sorted by key." })
  labels!: Label[];

  @Field(() => Actor, { description: "Who declared it." })
  createdBy!: Actor;

  @Field(() => DateTime, { description: "When it began (`created_at` in the tables); may lie before its declaration." })
  startedAt!: string;

  @Field(() => DateTime, { description: "When it was declared, by our clock." })
  declaredAt!: string;

  @Field(() => DateTime, { description: "When it last changed in any way." })
  updatedAt!: string;

  @Field(() => Int, { description: "Version of its stream: rises with every event; pass it as `expectedVersion`." })
  version!: number;

  @Field(() => Participant, { nullable: true, description: "Who leads; null while nobody does." })
  commander?: Participant;

  @Field(() => [Participant], { description: "Who takes part, in the order they joined." })
  participants!: Participant[];

  @Field(() => Milestones, { description: "When it reached each stage." })
  milestones!: Milestones;

  @Field(() => IncidentDurations, { description: "How long each stage took." })
  durations!: IncidentDurations;

  @Field(() => [FollowUp], { description: "What is to be done because of it, in the order it was added." })
  followUps!: FollowUp[];

  @Field(() => [IncidentLink], { description: "What it is linked to." })
  links!: IncidentLink[];

  @Field(() => Postmortem, { nullable: true, description: "What was learned from it; null until attached." })
  postmortem?: Postmortem;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When it went to the archive; null while it is not there. It is then read from the log, and cannot be changed before `restoreIncident`.",
  })
  archivedAt?: string;

  @Field(() => Int, { description: "How many comments it has, deleted ones not counted." })
  commentCount!: number;

  @Field(() => Int, { description: "How many entries its timeline has had." })
  entryCount!: number;

  @Field(() => String, {
    description: "Where its stream stands: pass it as `after` to `incidentTimeline` to get all that comes next.",
  })
  position!: string;
}

@ObjectType({ description: "An earlier text of a comment." })
export class CommentRevision {
  @Field(() => String, { description: "The text." })
  text!: string;

  @Field(() => DateTime, { description: "When it was replaced." })
  replacedAt!: string;
}

@ObjectType({ implements: Node, description: "What somebody said about an incident." })
export class Comment extends Node {
  @Field(() => Actor, { description: "Who said it." })
  author!: Actor;

  @Field(() => String, { nullable: true, description: "What was said; null once deleted." })
  text?: string;

  @Field(() => DateTime, { description: "When it was said." })
  addedAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When it was last edited; null if never." })
  editedAt?: string;

  @Field(() => DateTime, { nullable: true, description: "When it was deleted; null if it is not." })
  deletedAt?: string;

  @Field(() => Actor, { nullable: true, description: "Who deleted it." })
  deletedBy?: Actor;

  @Field(() => [CommentRevision], { description: "Its earlier texts, oldest first; at most the last ten." })
  revisions!: CommentRevision[];
}

@ObjectType({ description: "A summary of an incident as it stood at some time." })
export class Summary {
  @Field(() => ID, { description: "Id of the summary." })
  summaryId!: string;

  @Field(() => String, { description: "The summary." })
  text!: string;

  @Field(() => SummarySource, { description: "Who wrote it." })
  source!: SummarySourceValue;

  @Field(() => String, { nullable: true, description: "The model that wrote it, where one did." })
  modelUsed?: string;

  @Field(() => String, { nullable: true, description: "The version of the prompt that it was written by." })
  promptVersion?: string;

  @Field(() => Actor, { description: "Who attached it." })
  author!: Actor;

  @Field(() => DateTime, { description: "When it was attached." })
  attachedAt!: string;
}

@ObjectType({ description: "How many incidents are in a status." })
export class IncidentCount {
  @Field(() => IncidentStatus, { description: "The status." })
  status!: IncidentStatusValue;

  @Field(() => Int, { description: "How many incidents are in it." })
  count!: number;
}

@ObjectType({ description: "An incident in the archive: what lists show of it." })
export class ArchivedIncident {
  @Field(() => ID, { description: "The id as events have it: pass it to `incident`." })
  incidentId!: string;

  @Field(() => Int, { description: "The number that people say." })
  number!: number;

  @Field(() => String, { description: "The number with its prefix, such as INC-123." })
  reference!: string;

  @Field(() => String, { description: "What was wrong, in a line." })
  title!: string;

  @Field(() => IncidentStatus, { description: "How it ended: CLOSED, CANCELLED or MERGED." })
  status!: IncidentStatusValue;

  @Field(() => Severity, { description: "How bad it was." })
  severity!: SeverityValue;

  @Field(() => [String], { description: "The services that it affected; the first is the main one." })
  services!: string[];

  @Field(() => DateTime, { description: "When it began." })
  startedAt!: string;

  @Field(() => DateTime, { description: "When it ended, or was merged." })
  endedAt!: string;

  @Field(() => DateTime, { description: "When it went to the archive." })
  archivedAt!: string;

  @Field(() => Int, { description: "How many events its archive holds." })
  events!: number;

  @Field(() => Int, { description: "Size of its archive, in bytes." })
  bytes!: number;
}

export const ArchivedIncidentConnection = createConnectionType(
  () => ArchivedIncident,
  "ArchivedIncident",
  "archived incidents",
);
export const IncidentConnection = createConnectionType(() => Incident, "Incident", "incidents");
export const CommentConnection = createConnectionType(() => Comment, "Comment", "comments");
export const SummaryConnection = createConnectionType(() => Summary, "Summary", "summaries");
