/** Projects, their settings, and the rules by which events find them, in the schema. */
import { Field, ID, Int, ObjectType } from "type-graphql";
import type {
  BatchTrigger as BatchTriggerValue,
  NotificationLevel as NotificationLevelValue,
  ProjectEventSource as ProjectEventSourceValue,
  RuleField,
} from "../../domain/projects/index.js";
import { createConnectionType } from "../connection.js";
import { Node } from "../node.js";
import { DateTime } from "../scalars.js";
import { BatchPolicy, SourceCount } from "./batch.type.js";
import { AssignmentRuleField, BatchTrigger, NotificationLevel, ProjectEventSource } from "./enums.js";

@ObjectType({
  implements: Node,
  description:
    "What happens in a team's repositories, boards and channels, under one name. It needs no creation: a name of which nothing has come yet has the default settings and no activity.",
})
export class Project extends Node {
  @Field(() => String, { description: "Its name: letters, digits and . _ @ : / + -" })
  name!: string;
}

@ObjectType({ description: "How the events of a project are grouped, and where it is told of them." })
export class ProjectSettings {
  @Field(() => BatchPolicy, { description: "When its events are sealed into a batch." })
  policy!: BatchPolicy;

  @Field(() => String, {
    nullable: true,
    description: "The Slack channel of its summaries; null where they go to the log of the server.",
  })
  channel?: string | undefined;

  @Field(() => NotificationLevel, { description: "What is told at once, besides the summaries." })
  notifications!: NotificationLevelValue;

  @Field(() => Int, {
    description: "Version of the settings: pass it as `expectedVersion`. 0 where none was ever set.",
  })
  version!: number;
}

@ObjectType({ description: "What a project has had, a moment behind: ask with `atLeast` to see a change of your own." })
export class ProjectActivity {
  @Field(() => Int, { description: "How many events it has received." })
  events!: number;

  @Field(() => [SourceCount], { description: "How many from each source." })
  bySource!: SourceCount[];

  @Field(() => Int, { description: "How many batches were sealed." })
  batches!: number;

  @Field(() => DateTime, { nullable: true, description: "When the first event came; null where none has." })
  firstEventAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When the last event came; null where none has." })
  lastEventAt?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When the last batch was sealed; null where none was." })
  lastBatchAt?: string | undefined;
}

@ObjectType({ description: "What waits to be sealed into the next batch of a project; a moment behind." })
export class OpenBatch {
  @Field(() => Int, { description: "How many events wait; 45 where `isFull`." })
  count!: number;

  @Field(() => Boolean, { description: "Whether 45 events wait, or more: as many as a batch can hold." })
  isFull!: boolean;

  @Field(() => DateTime, { nullable: true, description: "When the oldest of them came; null where nothing waits." })
  oldestAt?: string | undefined;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it is sealed if nothing else comes; now where it is being sealed. Null where nothing waits.",
  })
  dueAt?: string | undefined;

  @Field(() => BatchTrigger, { nullable: true, description: "Why it is sealed then." })
  dueTrigger?: BatchTriggerValue | undefined;
}

@ObjectType({
  description:
    "Which project events of a source go to. The longest pattern that fits decides, a whole value before any beginning.",
})
export class AssignmentRule {
  @Field(() => ID, { description: "Id of the rule." })
  ruleId!: string;

  @Field(() => ProjectEventSource, { description: "Events of this source." })
  source!: ProjectEventSourceValue;

  @Field(() => AssignmentRuleField, { description: "What of the event is looked at." })
  field!: RuleField;

  @Field(() => String, { description: "The whole value, or its beginning and a `*`." })
  pattern!: string;
}

export const ProjectConnection = createConnectionType(() => Project, "Project", "projects");
export const AssignmentRuleConnection = createConnectionType(
  () => AssignmentRule,
  "AssignmentRule",
  "assignment rules",
);
