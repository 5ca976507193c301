/** What the operations of entities and their metrics take. */
import { ArgsType, Extensions, Field, Float, ID, InputType, Int } from "type-graphql";
import type { EntityRole as EntityRoleValue } from "../../domain/insights/index.js";
import { limits } from "../../domain/insights/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { oneOf } from "../oneOf.js";
import { DateTime } from "../scalars.js";
import { HealthComponentInput } from "./catalog.type.js";
import { EntityOrder, EntityRole } from "./enums.js";
import type { EntityOrderValue } from "./enums.js";

@InputType({ description: "Which entities: all that is given must hold." })
export class EntityFilter {
  @Field(() => String, { description: "Of this type, such as student." })
  type!: string;

  @Field(() => Float, { nullable: true, description: "With a health score below this." })
  healthBelow?: number | null;

  @Field(() => Float, { nullable: true, description: "With a health score of this or more." })
  healthAtLeast?: number | null;

  @Field(() => DateTime, { nullable: true, description: "Of which a metric or the score has changed at or after." })
  updatedSince?: string | null;
}

@ArgsType()
export class EntitiesArgs extends ConnectionArgs {
  @Field(() => EntityFilter, { description: "Which entities." })
  filter!: EntityFilter;

  @Field(() => EntityOrder, {
    nullable: true,
    defaultValue: "LOWEST_HEALTH_FIRST",
    description: "The order of the list. By health, those without a score are left out.",
  })
  orderBy?: EntityOrderValue | null;
}

@InputType({ description: "Which facts of an entity: all that is given must hold." })
export class ActivityFilter {
  @Field(() => String, { nullable: true, description: "Of this kind, such as session." })
  kind?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Happened at or after." })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Happened before." })
  until?: string | null;
}

@ArgsType()
export class ActivitiesArgs extends ConnectionArgs {
  @Field(() => ActivityFilter, { nullable: true, description: "Which facts; all where not given." })
  filter?: ActivityFilter | null;
}

/** What reads the tallies of groups, which are kept a moment behind, can wait for them. */
const atLeast = {
  nullable: true,
  description:
    "Of a group: count at least what came before this `position`, of a mutation or message; waits for it, for some seconds at most.",
} as const;

@ArgsType()
export class MetricsArgs {
  @Field(() => DateTime, {
    nullable: true,
    description: "As they were at this moment, by all that is known today; now where not given.",
  })
  asOf?: string | null;

  @Field(() => String, atLeast)
  atLeast?: string | null;
}

@ArgsType()
export class MetricsHistoryArgs extends ConnectionArgs {
  @Field(() => DateTime, {
    nullable: true,
    description: "From this moment on; 30 days before `until` where not given.",
  })
  from?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: `Up to this moment, at most ${limits.historyDays} days behind \`from\`; now where not given.`,
  })
  until?: string | null;

  @Field(() => String, atLeast)
  atLeast?: string | null;
}

@InputType({ description: "Whose metrics to follow: all that is given must hold." })
export class MetricsChangeFilter {
  @Field(() => String, { nullable: true, description: "Of entities of this type." })
  entityType?: string | null;

  @Field(() => ID, { nullable: true, description: "Of this entity." })
  entityId?: string | null;

  @Field(() => Float, { nullable: true, description: "Only where the health score is below this." })
  healthBelow?: number | null;
}

@InputType({ description: "A fact about an entity: something that happened." })
export class ActivityInput {
  @Field(() => ID, {
    description: `The entity, by its id such as stu_4532, of at most ${limits.entityId} characters, or its global id.`,
  })
  entityId!: string;

  @Field(() => String, { description: "What happened: a kind of activity, such as session, ib_call or rating." })
  kind!: string;

  @Field(() => Float, {
    nullable: true,
    description: "Its value, for kinds that have one and for these only; at most three digits behind the point.",
  })
  value?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: `When it happened, to the second; now where not given. At most ${limits.aheadSeconds} seconds ahead.`,
  })
  occurredAt?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Groups that it counts for, too, such as sub_algebra; at most ${limits.groups}.`,
  })
  groups?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: `Where it comes from, such as zoom; at most ${limits.source} characters, \`api\` where not given.`,
  })
  source?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The source's own id of it, at most ${limits.dedupeId} characters without spaces: bringing it again changes nothing. Ids are per type of entity; those of signed deliveries are their own.`,
  })
  dedupeId?: string | null;

  @Field(() => String, { nullable: true, description: `Something to note; at most ${limits.note} characters.` })
  note?: string | null;
}

@InputType({ description: "A fact to be recorded." })
export class RecordActivityInput extends ActivityInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Your name for this call, 1 to 200 characters: calling again with the same key has no second effect, and with another input is refused. A `dedupeId` does the same for the fact, whoever brings it.",
  })
  idempotencyKey?: string;
}

@InputType({
  description:
    "Facts to be recorded together. What is wrong with one is no harm to the others. Under an `idempotencyKey` the same call may come again: what it has recorded is a repeat then, what was refused is tried again; another call under the key is refused as a whole.",
})
export class RecordActivitiesInput extends MutationInput {
  @Field(() => [ActivityInput], { description: `The facts: 1 to ${limits.activities}.` })
  activities!: ActivityInput[];
}

@InputType({ description: "A type of entities that is to be there." })
export class DefineEntityTypeInput extends ChangeInput {
  @Field(() => String, { description: `Its name, such as classroom; at most ${limits.entityTypeName} characters.` })
  name!: string;

  @Field(() => String, {
    description: "What ids of the type begin with, such as cls_: at most 10 letters and digits, and _; for good.",
  })
  prefix!: string;

  @Field(() => EntityRole, {
    nullable: true,
    defaultValue: "ENTITY",
    description: "What its entities are; for good.",
  })
  role?: EntityRoleValue | null;
}

@InputType({ description: "Numbers from a least to a greatest one, both included." })
export class ValueRangeInput {
  @Field(() => Float, { description: "The least." })
  least!: number;

  @Field(() => Float, { description: "The greatest." })
  most!: number;
}

@InputType({ description: "A kind of activity that is to be there, or to have more windows." })
export class DefineActivityKindInput extends ChangeInput {
  @Field(() => String, { description: `Its name, such as homework; at most ${limits.kindName} characters.` })
  name!: string;

  @Field(() => String, {
    description: `Its name in the plural, of which the names of its metrics are made; at most ${limits.pluralName} characters.`,
  })
  plural!: string;

  @Field(() => [Int], {
    description: `Days for which it is counted, each 1 to ${limits.windowDays}; at most ${limits.windows}.`,
  })
  windows!: number[];

  @Field(() => ValueRangeInput, {
    nullable: true,
    description: `Bounds of the values of its facts, from ${-limits.value} to ${limits.value}; null where they have none.`,
  })
  value?: ValueRangeInput | null;
}

@InputType({ description: "A health formula to be added. It is used once it is activated." })
export class AddHealthFormulaInput extends ChangeInput {
  @Field(() => String, { description: "The type of entities." })
  entityType!: string;

  @Field(() => [HealthComponentInput], { description: `Its components: 1 to ${limits.components}.` })
  components!: HealthComponentInput[];

  @Field(() => String, { nullable: true, description: `Something to note; at most ${limits.note} characters.` })
  note?: string | null;
}

@InputType({ description: "A health formula to be used from now on." })
export class ActivateHealthFormulaInput extends ChangeInput {
  @Field(() => String, { description: "The type of entities." })
  entityType!: string;

  @Field(() => Int, { description: "Version of the formula; 1 is the built-in one." })
  formulaVersion!: number;
}

@InputType({ description: "The first entities of a type." })
export class EntitiesOfTypeInput {
  @Field(() => String, { description: "The type." })
  entityType!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 100,
    description: `How many at most: 1 to ${limits.backtestEntities}.`,
  })
  atMost?: number | null;
}

@Extensions(oneOf)
@InputType({ description: "Which entities a backtest looks at: exactly one of the fields." })
export class BacktestEntitiesInput {
  @Field(() => [ID], { nullable: true, description: `These; at most ${limits.backtestEntities}.` })
  entityIds?: string[];

  @Field(() => EntitiesOfTypeInput, { nullable: true, description: "The first ones of a type." })
  ofType?: EntitiesOfTypeInput;
}

@ArgsType()
export class BacktestArgs {
  @Field(() => BacktestEntitiesInput, { description: "Which entities are looked at." })
  entities!: BacktestEntitiesInput;

  @Field(() => DateTime, {
    nullable: true,
    description: "From this moment on; 30 days before `until` where not given.",
  })
  from?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: `Up to this moment, at most ${limits.backtestDays} days behind \`from\`; now where not given.`,
  })
  until?: string | null;
}

@ArgsType()
export class HealthFormulaBacktestArgs extends BacktestArgs {
  @Field(() => [HealthComponentInput], { description: "The components that are thought of." })
  components!: HealthComponentInput[];
}
