/** What the incident operations take. */
import { ArgsType, Field, ID, InputType } from "type-graphql";
import type {
  FollowUpPriority as FollowUpPriorityValue,
  IncidentOrder as IncidentOrderValue,
  IncidentRole as IncidentRoleValue,
  IncidentStatus as IncidentStatusValue,
  LinkKind as LinkKindValue,
  LinkRelation as LinkRelationValue,
  Severity as SeverityValue,
  SummarySource as SummarySourceValue,
  TimelineKind as TimelineKindValue,
} from "../../domain/incidents/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { DateTime } from "../scalars.js";
import {
  FollowUpPriority,
  IncidentOrder,
  IncidentRole,
  IncidentStatus,
  LinkKind,
  LinkRelation,
  Severity,
  SummarySource,
  TimelineKind,
  TimelineOrder,
} from "./enums.js";

@InputType({ description: "A label: a key and its value." })
export class LabelInput {
  @Field(() => String, { description: "What the label says something about: letters, digits and . _ @ : / + -" })
  key!: string;

  @Field(() => String, { description: "What it says." })
  value!: string;
}

@InputType({
  description: "Which incidents: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class IncidentFilter {
  @Field(() => [IncidentStatus], { nullable: true, description: "In one of these statuses." })
  status?: IncidentStatusValue[];

  @Field(() => [Severity], { nullable: true, description: "Of one of these severities." })
  severity?: SeverityValue[];

  @Field(() => String, { nullable: true, description: "Affecting this service." })
  service?: string;

  @Field(() => String, { nullable: true, description: "With this person among the participants." })
  participant?: string;

  @Field(() => DateTime, { nullable: true, description: "Begun at or after." })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: "Begun before." })
  until?: string;

  @Field(() => [LabelInput], { nullable: true, description: "With all of these labels." })
  labels?: LabelInput[];
}

@InputType({
  description:
    "Which incidents to follow: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class IncidentChangeFilter {
  @Field(() => [ID], { nullable: true, description: "One of these incidents, named as in `incidentId`." })
  incidentIds?: string[];

  @Field(() => [IncidentStatus], { nullable: true, description: "In one of these statuses." })
  status?: IncidentStatusValue[];

  @Field(() => [Severity], { nullable: true, description: "Of one of these severities." })
  severity?: SeverityValue[];

  @Field(() => String, { nullable: true, description: "Affecting this service." })
  service?: string;

  @Field(() => String, { nullable: true, description: "With this person among the participants." })
  participant?: string;

  @Field(() => [LabelInput], { nullable: true, description: "With all of these labels." })
  labels?: LabelInput[];
}

@ArgsType()
export class IncidentsArgs extends ConnectionArgs {
  @Field(() => IncidentFilter, { nullable: true, description: "Which incidents; all where not given." })
  filter?: IncidentFilter;

  @Field(() => IncidentOrder, { nullable: true, defaultValue: "NEWEST_FIRST", description: "The order of the list." })
  orderBy?: IncidentOrderValue | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Show at least this `position` of an incident, of a mutation or of the incident itself: waits for it, for some seconds at most. Lists are else a moment behind.",
  })
  atLeast?: string | null;
}

@ArgsType()
export class TimelineArgs extends ConnectionArgs {
  @Field(() => [TimelineKind], { nullable: true, description: "Only entries of these kinds." })
  kinds?: TimelineKindValue[];

  @Field(() => DateTime, { nullable: true, description: "Only entries that occurred at or after." })
  since?: string;

  @Field(() => String, { nullable: true, description: "Only what this person did." })
  actor?: string;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Only turning points." })
  keyMomentsOnly?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Also the entries of the incidents that were merged into this one.",
  })
  includeMerged?: boolean | null;

  @Field(() => TimelineOrder, {
    nullable: true,
    defaultValue: "NEWEST_FIRST",
    description: "The order of the entries.",
  })
  orderBy?: "NEWEST_FIRST" | "OLDEST_FIRST" | null;
}

@InputType({ description: "A new incident." })
export class DeclareIncidentInput extends MutationInput {
  @Field(() => String, { description: "What is wrong, in a line of at most 200 characters." })
  title!: string;

  @Field(() => String, { nullable: true, description: "What is wrong, at length: at most 4,000 characters." })
  description?: string;

  @Field(() => Severity, { description: "How bad it is." })
  severity!: SeverityValue;

  @Field(() => [String], { description: "The services that it affects, the main one first; 1 to 20." })
  services!: string[];

  @Field(() => [LabelInput], { nullable: true, description: "Labels; at most 30." })
  labels?: LabelInput[];

  @Field(() => String, { nullable: true, description: "Id of the person who leads." })
  commander?: string;

  @Field(() => DateTime, { nullable: true, description: "When it began; now where not given. Not in the future." })
  occurredAt?: string;
}

@InputType({ description: "What every change of an incident takes." })
export abstract class IncidentInput extends ChangeInput {
  @Field(() => ID, { description: "The incident: its global id, its `incidentId`, or its reference such as INC-123." })
  incidentId!: string;
}

@InputType({ description: "A change of an incident's status along its transition table." })
export class ChangeIncidentStatusInput extends IncidentInput {
  @Field(() => IncidentStatus, { description: "The new status; see `Incident.allowedTransitions`." })
  to!: IncidentStatusValue;

  @Field(() => String, { nullable: true, description: "Why; at most 1,000 characters." })
  reason?: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it happened; now where not given. Not before the last change of status.",
  })
  occurredAt?: string;
}

@InputType({ description: "The reopening of a resolved or closed incident." })
export class ReopenIncidentInput extends IncidentInput {
  @Field(() => String, { description: "Why." })
  reason!: string;
}

@InputType({ description: "A change of an incident's severity." })
export class ChangeIncidentSeverityInput extends IncidentInput {
  @Field(() => Severity, { description: "The new severity." })
  to!: SeverityValue;

  @Field(() => String, { description: "Why." })
  reason!: string;
}

@InputType({ description: "New details of an incident; what is not given stays." })
export class EditIncidentInput extends IncidentInput {
  @Field(() => String, { nullable: true, description: "The new title." })
  title?: string;

  @Field(() => String, { nullable: true, description: "The new description." })
  description?: string;
}

@InputType({ description: "A service to add to, or remove from, an incident." })
export class IncidentServiceInput extends IncidentInput {
  @Field(() => String, { description: "The service." })
  service!: string;
}

@InputType({ description: "Labels to set and to remove." })
export class ChangeIncidentLabelsInput extends IncidentInput {
  @Field(() => [LabelInput], { nullable: true, description: "Labels that get a value." })
  set?: LabelInput[];

  @Field(() => [String], { nullable: true, description: "Keys of labels that go." })
  remove?: string[];
}

@InputType({ description: "A role that a person takes or gives up." })
export class IncidentRoleInput extends IncidentInput {
  @Field(() => String, { description: "Id of the person." })
  personId!: string;

  @Field(() => IncidentRole, { description: "The role. One person may hold several; there is one commander." })
  role!: IncidentRoleValue;
}

@InputType({ description: "The handing over of a role." })
export class HandOverIncidentRoleInput extends IncidentInput {
  @Field(() => IncidentRole, { description: "The role." })
  role!: IncidentRoleValue;

  @Field(() => String, { description: "Id of the person who has it." })
  from!: string;

  @Field(() => String, { description: "Id of the person who takes it." })
  to!: string;
}

@InputType({ description: "A new comment." })
export class AddIncidentCommentInput extends IncidentInput {
  @Field(() => String, { description: "What to say: 1 to 4,000 characters." })
  text!: string;
}

@InputType({ description: "What every change of a comment takes." })
export abstract class CommentInput extends ChangeInput {
  @Field(() => ID, { description: "Global id of the comment." })
  commentId!: string;
}

@InputType({ description: "A new text for a comment; its author's alone to give." })
export class EditIncidentCommentInput extends CommentInput {
  @Field(() => String, { description: "The new text." })
  text!: string;
}

@InputType({ description: "The deletion of a comment; its author's alone. The log keeps it." })
export class DeleteIncidentCommentInput extends CommentInput {}

@InputType({ description: "A comment to put on the timeline." })
export class PromoteIncidentCommentInput extends CommentInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Whether it is a turning point, to be kept for ever.",
  })
  keyMoment?: boolean | null;
}

@InputType({ description: "Something that happened." })
export class RecordTimelineEntryInput extends IncidentInput {
  @Field(() => String, { description: "What happened: 1 to 4,000 characters." })
  text!: string;

  @Field(() => DateTime, { nullable: true, description: "When it happened; now where not given. Not in the future." })
  occurredAt?: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Whether it is a turning point, to be kept for ever.",
  })
  keyMoment?: boolean | null;
}

@InputType({ description: "A timeline entry to pin or unpin." })
export class TimelineEntryInput extends ChangeInput {
  @Field(() => ID, { description: "Global id of the entry." })
  entryId!: string;
}

@InputType({ description: "A summary to attach." })
export class AttachIncidentSummaryInput extends IncidentInput {
  @Field(() => String, { description: "The summary: 1 to 8,000 characters." })
  text!: string;

  @Field(() => SummarySource, { nullable: true, defaultValue: "HUMAN", description: "Who wrote it." })
  source?: SummarySourceValue | null;

  @Field(() => String, { nullable: true, description: "The model that wrote it." })
  modelUsed?: string;

  @Field(() => String, { nullable: true, description: "The version of the prompt." })
  promptVersion?: string;
}

@InputType({ description: "A link to add." })
export class LinkIncidentInput extends IncidentInput {
  @Field(() => LinkKind, { description: "What it points to." })
  kind!: LinkKindValue;

  @Field(() => String, { description: "An incident (as in `incidentId`), a web address, or an id, as `kind` says." })
  target!: string;

  @Field(() => LinkRelation, {
    nullable: true,
    defaultValue: "RELATED",
    description: "How that stands to the incident.",
  })
  relation?: LinkRelationValue | null;

  @Field(() => String, { nullable: true, description: "What to show for it." })
  title?: string;
}

@InputType({ description: "A link to remove; between incidents, at both ends." })
export class UnlinkIncidentInput extends IncidentInput {
  @Field(() => ID, { description: "Id of the link." })
  linkId!: string;
}

@InputType({ description: "The merge of an incident into another." })
export class MergeIncidentsInput extends IncidentInput {
  @Field(() => ID, { description: "The incident that goes on, as in `incidentId`." })
  intoIncidentId!: string;

  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string;
}

@InputType({ description: "The undoing of a merge." })
export class UnmergeIncidentInput extends IncidentInput {
  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string;
}

@InputType({ description: "A follow-up to add." })
export class AddFollowUpInput extends IncidentInput {
  @Field(() => String, { description: "What is to be done." })
  title!: string;

  @Field(() => String, { nullable: true, description: "Id of the person who does it." })
  owner?: string;

  @Field(() => DateTime, { nullable: true, description: "When it should be done." })
  dueAt?: string;

  @Field(() => FollowUpPriority, { nullable: true, defaultValue: "MEDIUM", description: "How soon it should be done." })
  priority?: FollowUpPriorityValue | null;
}

@InputType({ description: "A follow-up of an incident." })
export class FollowUpInput extends IncidentInput {
  @Field(() => ID, { description: "Id of the follow-up." })
  followUpId!: string;
}

@InputType({ description: "A change of a follow-up; what is not given stays, null clears." })
export class ChangeFollowUpInput extends FollowUpInput {
  @Field(() => String, { nullable: true, description: "What is to be done." })
  title?: string;

  @Field(() => String, { nullable: true, description: "Id of the person who does it." })
  owner?: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it should be done." })
  dueAt?: string | null;

  @Field(() => FollowUpPriority, { nullable: true, description: "How soon it should be done." })
  priority?: FollowUpPriorityValue;
}

@InputType({ description: "A post-mortem to attach; it replaces an earlier one, which the log keeps." })
export class AttachPostmortemInput extends IncidentInput {
  @Field(() => String, { description: "Its title." })
  title!: string;

  @Field(() => String, {
    description: "Its content, Markdown by custom: at most 200,000 bytes. Above 4 KB it goes to the object store.",
  })
  content!: string;
}

@InputType({ description: "The return of an incident from the archive." })
export class RestoreIncidentInput extends IncidentInput {
  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string;
}
