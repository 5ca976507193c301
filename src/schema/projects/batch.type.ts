/** Batches and their summaries in the schema. Edges to other types are added by the resolvers. */
import { Field, ID, InterfaceType, Int, ObjectType } from "type-graphql";
import type {
  BatchStatus as BatchStatusValue,
  BatchTrigger as BatchTriggerValue,
  ProjectEventKind as ProjectEventKindValue,
  ProjectEventSource as ProjectEventSourceValue,
} from "../../domain/projects/index.js";
import { createConnectionType } from "../connection.js";
import { Node } from "../node.js";
import { DateTime, Duration } from "../scalars.js";
import { BatchChange, BatchStatus, BatchTrigger, ProjectEventKind, ProjectEventSource } from "./enums.js";
import type { BatchChangeValue } from "./enums.js";

@ObjectType({ description: "Hours in which a project is left alone." })
export class QuietHours {
  @Field(() => String, { description: "When they begin, local time, such as 22:00." })
  from!: string;

  @Field(() => String, { description: "When they end, local time, such as 07:00." })
  to!: string;

  @Field(() => String, { description: "The time zone, by its IANA name such as Europe/Berlin." })
  timeZone!: string;
}

@ObjectType({ description: "When the events of a project are sealed into a batch." })
export class BatchPolicy {
  @Field(() => Int, { description: "Sealed as soon as it has so many events; at most 45." })
  maxCount!: number;

  @Field(() => Int, { description: "Sealed when its oldest event has waited for so many seconds." })
  maxAgeSeconds!: number;

  @Field(() => Int, {
    nullable: true,
    description: "Sealed when nothing has come for so many seconds; null where that does not matter.",
  })
  gapSeconds?: number | undefined;

  @Field(() => QuietHours, {
    nullable: true,
    description: "Hours in which nothing is sealed or posted but what is critical; null where there are none.",
  })
  quietHours?: QuietHours | undefined;

  @Field(() => Boolean, {
    description:
      "Whether a critical event seals at once, also in quiet hours; means nothing for events that are told at once anyway.",
  })
  criticalBypass!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether the first event after a quiet time is sealed alone, at once: one that comes `maxAgeSeconds` or more after the last batch.",
  })
  leadingFlush!: boolean;
}

@ObjectType({ description: "How many events came from a source." })
export class SourceCount {
  @Field(() => ProjectEventSource, { description: "The source." })
  source!: ProjectEventSourceValue;

  @Field(() => Int, { description: "How many." })
  count!: number;
}

@ObjectType({ description: "How many events were of a kind." })
export class KindCount {
  @Field(() => ProjectEventKind, { description: "The kind." })
  kind!: ProjectEventKindValue;

  @Field(() => Int, { description: "How many." })
  count!: number;
}

@InterfaceType({
  description: "Something that a summary says. It rests on events: what no event bears out is left out.",
  autoRegisterImplementations: true,
  // What the resolvers return are plain objects that name their type.
  resolveType: (claim: { __typename: string }) => claim.__typename,
})
export abstract class SummaryClaim {
  @Field(() => String, { description: "What is said." })
  text!: string;

  @Field(() => [ID], { description: "Ids of the project events that it rests on; at least one." })
  projectEventIds!: string[];
}

@ObjectType({ implements: SummaryClaim, description: "What much of the activity was about." })
export class SummaryTheme extends SummaryClaim {}

@ObjectType({ implements: SummaryClaim, description: "Something that was achieved." })
export class SummaryAchievement extends SummaryClaim {}

@ObjectType({ implements: SummaryClaim, description: "Something that holds up the work." })
export class SummaryBlocker extends SummaryClaim {
  @Field(() => DateTime, { description: "When the first of its events happened." })
  since!: string;
}

@ObjectType({ description: "A link from one of the events." })
export class SummaryLink {
  @Field(() => String, { description: "What it leads to." })
  label!: string;

  @Field(() => String, { description: "The address: https, taken from the event." })
  url!: string;

  @Field(() => ID, { description: "Id of the project event that it is from." })
  projectEventId!: string;
}

@ObjectType({ description: "What a summary counts." })
export class SummaryStats {
  @Field(() => Int, { description: "Events." })
  events!: number;

  @Field(() => Int, { description: "People who did something." })
  actors!: number;

  @Field(() => [SourceCount], { description: "Events of each source that has any." })
  bySource!: SourceCount[];

  @Field(() => [KindCount], { description: "Events of each kind that there are any of, most first." })
  byKind!: KindCount[];

  @Field(() => Int, { description: "Events that were told of at once, and are not told again." })
  alreadyNotified!: number;

  @Field(() => Int, { description: "Events that the summarizer had no room for." })
  omitted!: number;
}

@InterfaceType({
  description: "What happened, in short. Every claim names the events that it rests on.",
  autoRegisterImplementations: true,
  resolveType: (summary: { __typename: string }) => summary.__typename,
})
export abstract class ActivitySummary {
  @Field(() => String, { description: "What matters most, in a line." })
  headline!: string;

  @Field(() => [SummaryTheme], { description: "What it was about; at most 6." })
  themes!: SummaryTheme[];

  @Field(() => [SummaryBlocker], { description: "What holds up the work; at most 8." })
  blockers!: SummaryBlocker[];

  @Field(() => [SummaryAchievement], { description: "What was achieved; at most 8." })
  achievements!: SummaryAchievement[];

  @Field(() => [SummaryLink], { description: "Where to look; at most 10." })
  links!: SummaryLink[];

  @Field(() => SummaryStats, { description: "The figures." })
  stats!: SummaryStats;
}

@ObjectType({
  implements: ActivitySummary,
  description: "What a summary of the open batch would say now, by the deterministic summarizer. It is kept nowhere.",
})
export class SummaryPreview extends ActivitySummary {}

@ObjectType({ implements: ActivitySummary, description: "The summary of a batch." })
export class BatchSummary extends ActivitySummary {
  @Field(() => String, { description: "What wrote it: `deterministic-v1`, or the name of a model." })
  modelUsed!: string;

  @Field(() => String, { description: "The version of the prompt that it was written by." })
  promptVersion!: string;

  @Field(() => String, { description: "Hash of what the summarizer was shown." })
  inputHash!: string;

  @Field(() => String, {
    nullable: true,
    description: "Why the deterministic summarizer spoke in the place of the model; null where it did not.",
  })
  fallbackReason?: string | undefined;

  @Field(() => Int, { description: "1 for the first; each further one that was asked for counts up." })
  revision!: number;

  @Field(() => DateTime, { description: "When it was written." })
  summarisedAt!: string;
}

@ObjectType({ description: "What became of posting a batch." })
export class BatchPost {
  @Field(() => Int, { description: "How often it was tried." })
  attempts!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the try that is under way began; null where none is.",
  })
  startedAt?: string | undefined;

  @Field(() => String, { nullable: true, description: "What posted it last: `slack` or `console`." })
  notifier?: string | undefined;

  @Field(() => String, { nullable: true, description: "The channel." })
  channel?: string | undefined;

  @Field(() => String, { nullable: true, description: "Id of the message: Slack's `ts`." })
  messageId?: string | undefined;

  @Field(() => String, { nullable: true, description: "Where the message can be read." })
  url?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it was posted; null while it is not." })
  postedAt?: string | undefined;

  @Field(() => Int, { nullable: true, description: "Which summary people see, by its revision." })
  revision?: number | undefined;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether it had been sent by a try that could not record it, and was found afterwards.",
  })
  found?: boolean | undefined;

  @Field(() => String, { nullable: true, description: "What went wrong last; null once it is posted." })
  error?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it is tried again by itself." })
  retryAt?: string | undefined;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "The end of the project's quiet hours in which it was summarised: it is not posted before. Null where none hold it up, and once it is posted.",
  })
  notBefore?: string | undefined;
}

@ObjectType({
  implements: Node,
  description: "Events of a project that were sealed together, to be summarised and posted as one.",
})
export class Batch extends Node {
  @Field(() => ID, { description: "Its id, such as batch_20250602_1337: the minute (UTC) in which it was sealed." })
  batchId!: string;

  @Field(() => BatchStatus, { description: "How far it has come." })
  status!: BatchStatusValue;

  @Field(() => BatchTrigger, { description: "Why it was sealed when it was." })
  trigger!: BatchTriggerValue;

  @Field(() => Boolean, {
    description:
      "Whether it holds a critical event that its policy does not let wait; then it is posted also in quiet hours.",
  })
  critical!: boolean;

  @Field(() => DateTime, { description: "When its first event came." })
  openedAt!: string;

  @Field(() => DateTime, { description: "When it was sealed." })
  sealedAt!: string;

  @Field(() => Int, { description: "How many events it has; at most 45." })
  eventCount!: number;

  @Field(() => BatchPolicy, { description: "The policy that it was sealed by." })
  policy!: BatchPolicy;

  @Field(() => BatchSummary, { nullable: true, description: "Its latest summary; null until the first is written." })
  summary?: BatchSummary | undefined;

  @Field(() => Boolean, { description: "Whether a summary is being written: the first, or another one." })
  summaryPending!: boolean;

  @Field(() => BatchPost, { description: "What became of posting it." })
  post!: BatchPost;

  @Field(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  version!: number;
}

export const BatchConnection = createConnectionType(() => Batch, "Batch", "batches");

@ObjectType({ description: "What a follower of batches is told." })
export class BatchMessage {
  @Field(() => BatchChange, { description: "What happened to the batch." })
  change!: BatchChangeValue;

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

@ObjectType({ description: "How many batches were sealed for a reason." })
export class TriggerCount {
  @Field(() => BatchTrigger, { description: "The reason." })
  trigger!: BatchTriggerValue;

  @Field(() => Int, { description: "How many." })
  count!: number;
}

@ObjectType({ description: "A batch that a policy would have made." })
export class BacktestedBatch {
  @Field(() => DateTime, { description: "When its first event came." })
  openedAt!: string;

  @Field(() => DateTime, { description: "When it would have been sealed." })
  sealedAt!: string;

  @Field(() => BatchTrigger, { description: "Why it would have been sealed then." })
  trigger!: BatchTriggerValue;

  @Field(() => Int, { description: "How many events it would have had." })
  eventCount!: number;
}

export const BacktestedBatchConnection = createConnectionType(
  () => BacktestedBatch,
  "BacktestedBatch",
  "batches that a policy would have made",
);

@ObjectType({ description: "What a policy would have made of the events that a project received." })
export class BatchPolicyBacktest {
  @Field(() => Int, { description: "How many events were looked at; at most 5,000." })
  events!: number;

  @Field(() => Boolean, {
    description: "Whether these are all events of the time asked about; else the earliest of them.",
  })
  complete!: boolean;

  @Field(() => Int, { description: "How many batches it would have made." })
  batchCount!: number;

  @Field(() => Int, { description: "How many events would still wait for their batch at the end." })
  waiting!: number;

  @Field(() => [TriggerCount], { description: "How many batches for each reason that there was." })
  byTrigger!: TriggerCount[];

  @Field(() => Int, { nullable: true, description: "Events of the smallest batch; null where there is none." })
  smallest?: number | undefined;

  @Field(() => Int, { nullable: true, description: "Events of the largest batch; null where there is none." })
  largest?: number | undefined;

  @Field(() => Duration, {
    nullable: true,
    description: "How long the first event of a batch would have waited, in the middle of all batches.",
  })
  medianDelay?: number | undefined;

  @Field(() => Duration, {
    nullable: true,
    description: "How long the first event of a batch would have waited at most.",
  })
  longestDelay?: number | undefined;
}
