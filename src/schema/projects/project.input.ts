/** What the operations of projects take. */
import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import type {
  BatchStatus as BatchStatusValue,
  Importance,
  NotificationLevel as NotificationLevelValue,
  ProjectEventKind as ProjectEventKindValue,
  ProjectEventSource as ProjectEventSourceValue,
  RefType,
  RuleField,
} from "../../domain/projects/index.js";
import { defaultBatchPolicy, limits } from "../../domain/projects/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { DateTime, Json } from "../scalars.js";
import {
  AssignmentRuleField,
  BatchStatus,
  NotificationLevel,
  ProjectEventImportance,
  ProjectEventKind,
  ProjectEventRefType,
  ProjectEventSource,
  ReceiptOrder,
} from "./enums.js";

type Order = "NEWEST_FIRST" | "OLDEST_FIRST";

/** The arguments of a list by receipt. */
@ArgsType()
class ReceiptListArgs extends ConnectionArgs {
  @Field(() => ReceiptOrder, { nullable: true, defaultValue: "NEWEST_FIRST", description: "The order of the list." })
  orderBy?: Order | null;
}

@InputType({ description: "Which events of a project: all that is given must hold." })
export class EventsOfProjectFilter {
  @Field(() => ProjectEventSource, { nullable: true, description: "From this source." })
  source?: ProjectEventSourceValue | null;

  @Field(() => DateTime, { nullable: true, description: "Received at or after." })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Received before." })
  until?: string | null;

  @Field(() => Boolean, { nullable: true, description: "Whether they are in a batch." })
  processed?: boolean | null;
}

@ArgsType()
export class EventsOfProjectArgs extends ReceiptListArgs {
  @Field(() => EventsOfProjectFilter, { nullable: true, description: "Which events; all where not given." })
  filter?: EventsOfProjectFilter | null;
}

@InputType({ description: "Which project events: all that is given must hold." })
export class ProjectEventFilter extends EventsOfProjectFilter {
  @Field(() => String, { nullable: true, description: "Of this project." })
  project?: string | null;

  @Field(() => ID, { nullable: true, description: "In this batch, by its global id or its `batchId`." })
  batchId?: string | null;
}

@ArgsType()
export class ProjectEventsArgs extends ReceiptListArgs {
  @Field(() => ProjectEventFilter, { nullable: true, description: "Which events; all where not given." })
  filter?: ProjectEventFilter | null;
}

@InputType({
  description:
    "Which batches of a project: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class BatchesOfProjectFilter {
  @Field(() => [BatchStatus], { nullable: true, description: "In one of these statuses." })
  status?: BatchStatusValue[] | null;

  @Field(() => DateTime, { nullable: true, description: "Sealed at or after." })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Sealed before." })
  until?: string | null;
}

@ArgsType()
export class BatchesOfProjectArgs extends ReceiptListArgs {
  @Field(() => BatchesOfProjectFilter, { nullable: true, description: "Which batches; all where not given." })
  filter?: BatchesOfProjectFilter | null;
}

@InputType({
  description:
    "Which batches: all that is given must hold; of a list, which must not be empty, one value must. What still waits is no batch: see `Project.openBatch`.",
})
export class BatchFilter extends BatchesOfProjectFilter {
  @Field(() => String, { nullable: true, description: "Of this project." })
  project?: string | null;
}

@ArgsType()
export class BatchesArgs extends ReceiptListArgs {
  @Field(() => BatchFilter, { nullable: true, description: "Which batches; all where not given." })
  filter?: BatchFilter | null;
}

@ArgsType()
export class ProjectsArgs extends ConnectionArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "Show at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
  })
  atLeast?: string | null;
}

@InputType({ description: "Hours in which a project is left alone." })
export class QuietHoursInput {
  @Field(() => String, { description: "When they begin, local time, such as 22:00." })
  from!: string;

  @Field(() => String, { description: "When they end, local time, such as 07:00." })
  to!: string;

  @Field(() => String, { description: "The time zone, by its IANA name such as Europe/Berlin." })
  timeZone!: string;
}

@InputType({ description: "When the events of a project are sealed into a batch. What is not given has its default." })
export class BatchPolicyInput {
  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultBatchPolicy.maxCount,
    description: `Sealed as soon as it has so many events: 1 to ${limits.batchEvents}.`,
  })
  maxCount?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: defaultBatchPolicy.maxAgeSeconds,
    description: "Sealed when its oldest event has waited for so many seconds: 5 to 604,800, a week.",
  })
  maxAgeSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Sealed when nothing has come for so many seconds: 1 to 86,400, and at most `maxAgeSeconds`.",
  })
  gapSeconds?: number | null;

  @Field(() => QuietHoursInput, {
    nullable: true,
    description: "Hours in which nothing is sealed or posted but what is critical.",
  })
  quietHours?: QuietHoursInput | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: defaultBatchPolicy.criticalBypass,
    description:
      "Whether a critical event seals at once, also in quiet hours. Means nothing for events that are told at once anyway, as critical ones are by default: see `notifications`.",
  })
  criticalBypass?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: defaultBatchPolicy.leadingFlush,
    description:
      "Whether the first event after a quiet time is sealed alone, at once: one that comes `maxAgeSeconds` or more after the last batch.",
  })
  leadingFlush?: boolean | null;
}

@InputType({ description: "Who did something at the source." })
export class ProjectEventActorInput {
  @Field(() => String, { description: "The person's id or name at the source; at most 200 characters." })
  id!: string;

  @Field(() => String, { nullable: true, description: "What people call the person." })
  name?: string | null;

  @Field(() => String, { nullable: true, description: "The person's page: an https address." })
  url?: string | null;
}

@InputType({ description: "Something at the source that an event has to do with." })
export class ProjectEventRefInput {
  @Field(() => ProjectEventRefType, { description: "What it is." })
  type!: RefType;

  @Field(() => String, { description: "Its id, unique in the source, such as `acme/inventory-api#42`." })
  id!: string;

  @Field(() => String, { nullable: true, description: "Its title." })
  title?: string | null;

  @Field(() => String, { nullable: true, description: "Its page: an https address." })
  url?: string | null;
}

@InputType({ description: "Something that happened in a project." })
export class ProjectEventInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Your id of this event, at most 200 characters without spaces: bringing it again changes nothing. It counts once for each source, of GENERIC once for each project that is named. Made from the idempotency key where not given, or anew.",
  })
  deliveryId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Name of its project. The assignment rules decide where not given; who may see some projects only must name one of them.",
  })
  project?: string | null;

  @Field(() => ProjectEventSource, {
    nullable: true,
    defaultValue: "GENERIC",
    description: "Where it comes from; others than GENERIC are for imports.",
  })
  source?: ProjectEventSourceValue | null;

  @Field(() => ProjectEventKind, { nullable: true, defaultValue: "NOTE", description: "What happened." })
  kind?: ProjectEventKindValue | null;

  @Field(() => String, { description: `What happened, in a line of at most ${limits.title} characters.` })
  title!: string;

  @Field(() => String, { nullable: true, description: "What was said, at length: at most 4,000 characters." })
  text?: string | null;

  @Field(() => ProjectEventActorInput, { nullable: true, description: "Who did it." })
  actor?: ProjectEventActorInput | null;

  @Field(() => String, { nullable: true, description: "Its page: an https address without credentials." })
  url?: string | null;

  @Field(() => [ProjectEventRefInput], { nullable: true, description: "What it has to do with; at most 20." })
  refs?: ProjectEventRefInput[] | null;

  @Field(() => [String], { nullable: true, description: "Its labels; at most 20." })
  labels?: string[] | null;

  @Field(() => ProjectEventImportance, {
    nullable: true,
    defaultValue: "NORMAL",
    description: "Who needs to hear of it.",
  })
  importance?: Importance | null;

  @Field(() => String, {
    nullable: true,
    description: "What it is about: events of one subject become one line of a summary.",
  })
  subject?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it happened; the time of receipt where not given, or in the future.",
  })
  occurredAt?: string | null;

  @Field(() => Json, {
    nullable: true,
    description: "The original, any JSON. What is too large or too deep is clipped; the whole is kept elsewhere.",
  })
  eventData?: unknown;
}

@InputType({ description: "An event to be taken in." })
export class IngestProjectEventInput extends ProjectEventInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Your name for this call, 1 to 200 characters: the event's delivery id is made from it where you give none, so calling again with the same key has no second effect, and with another input is refused.",
  })
  idempotencyKey?: string;
}

@InputType({ description: "Events to be taken in together. What is wrong with one is no harm to the others." })
export class IngestProjectEventsInput extends MutationInput {
  @Field(() => [ProjectEventInput], { description: `The events: 1 to ${limits.ingestItems}.` })
  events!: ProjectEventInput[];
}

@InputType({ description: "An event to be moved to another project." })
export class ReassignProjectEventInput extends ChangeInput {
  @Field(() => ID, { description: "The event: its global id or its `projectEventId`." })
  projectEventId!: string;

  @Field(() => String, { description: "Name of the project that it belongs to." })
  project!: string;

  @Field(() => String, { nullable: true, description: "Why; at most 1,000 characters." })
  reason?: string | null;
}

@InputType({ description: "New settings of a project; what is not given stays as it is." })
export class SetProjectSettingsInput extends ChangeInput {
  @Field(() => String, { description: "Name of the project." })
  project!: string;

  @Field(() => BatchPolicyInput, {
    nullable: true,
    description: "When its events are sealed; replaces the whole policy.",
  })
  policy?: BatchPolicyInput | null;

  @Field(() => String, {
    nullable: true,
    description: "The Slack channel of its summaries, by id or name; null takes it away.",
  })
  channel?: string | null;

  @Field(() => NotificationLevel, { nullable: true, description: "What is told at once, besides the summaries." })
  notifications?: NotificationLevelValue | null;
}

@InputType({ description: "A new assignment rule." })
export class AddAssignmentRuleInput extends ChangeInput {
  @Field(() => ProjectEventSource, { description: "Events of this source." })
  source!: ProjectEventSourceValue;

  @Field(() => AssignmentRuleField, { description: "What of the event is looked at." })
  field!: RuleField;

  @Field(() => String, { description: "The whole value, or its beginning and a `*`." })
  pattern!: string;

  @Field(() => String, { description: "Name of the project that they go to." })
  project!: string;
}

@InputType({ description: "An assignment rule to be taken away. Events that it has assigned stay where they are." })
export class RemoveAssignmentRuleInput extends ChangeInput {
  @Field(() => ID, { description: "Id of the rule." })
  ruleId!: string;
}

@InputType({ description: "A project whose waiting events are to be sealed now." })
export class FlushBatchInput extends MutationInput {
  @Field(() => String, { description: "Name of the project." })
  project!: string;
}

@InputType({ description: "A batch that needs another summary." })
export class RegenerateSummaryInput extends ChangeInput {
  @Field(() => ID, { description: "The batch: its global id or its `batchId`." })
  batchId!: string;

  @Field(() => String, { nullable: true, description: "Why; at most 1,000 characters." })
  reason?: string | null;
}

@InputType({ description: "A batch whose posting is to be tried again." })
export class RetryBatchPostInput extends ChangeInput {
  @Field(() => ID, { description: "The batch: its global id or its `batchId`." })
  batchId!: string;
}
