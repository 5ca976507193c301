/** What can be measured: types of entities, kinds of activity, health formulas. */
import { Field, Float, InputType, Int, ObjectType } from "type-graphql";
import type { EntityRole as EntityRoleValue } from "../../domain/insights/index.js";
import { limits } from "../../domain/insights/index.js";
import { DateTime } from "../scalars.js";
import { EntityRole } from "./enums.js";

@ObjectType({ description: "A type of entities." })
export class EntityType {
  @Field(() => String, { description: "Its name, such as student; also the project that a token must name to see it." })
  name!: string;

  @Field(() => String, { description: "What ids of the type begin with, such as stu_." })
  prefix!: string;

  @Field(() => EntityRole, { description: "What its entities are." })
  role!: EntityRoleValue;
}

@ObjectType({ description: "Numbers from a least to a greatest one, both included." })
export class ValueRange {
  @Field(() => Float, { description: "The least." })
  least!: number;

  @Field(() => Float, { description: "The greatest." })
  most!: number;
}

@ObjectType({ description: "A kind of activity." })
export class ActivityKind {
  @Field(() => String, { description: "Its name, such as ib_call." })
  name!: string;

  @Field(() => String, { description: "Its name in the plural, of which the names of its metrics are made." })
  plural!: string;

  @Field(() => [Int], { description: "Days for which it is counted: each is a metric `<plural>_<n>d`." })
  windows!: number[];

  @Field(() => ValueRange, {
    nullable: true,
    description:
      "Bounds of the values of its facts, whose mean over 30 days is the metric `avg_<name>`; null where they have none.",
  })
  value?: ValueRange | undefined;
}

@ObjectType({ description: "Which types of entities and which kinds of activity there are." })
export class InsightsCatalog {
  @Field(() => [EntityType], { description: "Those of your projects." })
  entityTypes!: EntityType[];

  @Field(() => [ActivityKind], { description: "All kinds of activity." })
  activityKinds!: ActivityKind[];

  @Field(() => [String], { description: "The metrics that come of them, besides `health_score`." })
  metrics!: string[];

  @Field(() => Int, { description: "Its version: pass it as `expectedVersion`. 0 while nothing was defined." })
  version!: number;
}

@ObjectType({ description: "A part of a health score: how well a metric does between its worst and its best value." })
export class HealthComponent {
  @Field(() => String, { description: "Its name, unique in the formula." })
  name!: string;

  @Field(() => String, { description: "The metric." })
  metric!: string;

  @Field(() => Float, { description: "How much it weighs, among those whose metric has a value." })
  weight!: number;

  @Field(() => Float, { description: "The value that gives nothing." })
  worst!: number;

  @Field(() => Float, { description: "The value that gives all; may be below `worst`." })
  best!: number;
}

@InputType({ description: "A part of a health score: how well a metric does between its worst and its best value." })
export class HealthComponentInput {
  @Field(() => String, { description: `Its name, unique in the formula; at most ${limits.componentName} characters.` })
  name!: string;

  @Field(() => String, { description: "The metric." })
  metric!: string;

  @Field(() => Float, {
    description: `How much it weighs, among those whose metric has a value: ${limits.weight.least} to ${limits.weight.most}.`,
  })
  weight!: number;

  @Field(() => Float, { description: `The value that gives nothing, from ${-limits.value} to ${limits.value}.` })
  worst!: number;

  @Field(() => Float, { description: "The value that gives all, within the same bounds; may be below `worst`." })
  best!: number;
}

@ObjectType({ description: "How health scores of a type of entities are made." })
export class HealthFormula {
  @Field(() => Int, { description: "Its version; 1 is the built-in one." })
  formulaVersion!: number;

  @Field(() => [HealthComponent], { description: "Its components." })
  components!: HealthComponent[];

  @Field(() => String, { nullable: true, description: "What was noted when it was added." })
  note?: string | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it was added; null for the built-in one." })
  addedAt?: string | undefined;
}

@ObjectType({ description: "The health formulas of a type of entities." })
export class HealthFormulas {
  @Field(() => String, { description: "The type." })
  entityType!: string;

  @Field(() => HealthFormula, { description: "The one that is used." })
  active!: HealthFormula;

  @Field(() => [HealthFormula], { description: "All of them, oldest first." })
  formulas!: HealthFormula[];

  @Field(() => DateTime, {
    nullable: true,
    description: "When the active one was activated; null while it always was the built-in one.",
  })
  activatedAt?: string | undefined;

  @Field(() => Int, { description: "Version of all of them: pass it as `expectedVersion`. 0 while none was added." })
  version!: number;
}
