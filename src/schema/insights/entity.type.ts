/** Entities, what happened to them, and their metrics. Edges to other types are added by the resolvers. */
import { Field, Float, ID, Int, ObjectType } from "type-graphql";
import type { MeasureCause as MeasureCauseValue } from "../../domain/insights/index.js";
import { createConnectionType } from "../connection.js";
import { Node } from "../node.js";
import { DateTime } from "../scalars.js";
import { MeasureCause } from "./enums.js";

@ObjectType({ description: "A metric by its name." })
export class MetricValue {
  @Field(() => String, { description: "Its name, such as sessions_7d." })
  name!: string;

  @Field(() => Float, { nullable: true, description: "Its value; null where it has none, as a mean of no ratings." })
  value?: number | null | undefined;
}

@ObjectType({ description: "A part of a health score, as it was reckoned." })
export class HealthScoreComponent {
  @Field(() => String, { description: "Its name." })
  name!: string;

  @Field(() => String, { description: "The metric." })
  metric!: string;

  @Field(() => Float, {
    nullable: true,
    description: "The metric's value; null where it has none, and then the other components weigh more.",
  })
  value?: number | null | undefined;

  @Field(() => Float, { nullable: true, description: "How good that is, from 0 to 1; null without a value." })
  normalised?: number | null | undefined;

  @Field(() => Float, { description: "How much it weighs." })
  weight!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Points of the score that it gives, before rounding: they add up to it. Null without a value.",
  })
  contribution?: number | null | undefined;
}

@ObjectType({
  description:
    "The metrics of an entity at one moment, exact to the second. A window of n days holds what happened within the n days (of 86,400 seconds) up to `asOf`.",
})
export class EntityMetrics {
  @Field(() => ID, { description: "The entity, such as stu_4532." })
  entityId!: string;

  @Field(() => String, { description: "Its type, such as student." })
  entityType!: string;

  @Field(() => DateTime, { description: "The moment." })
  asOf!: string;

  @Field(() => Int, { nullable: true, description: "Sessions within 7 days." })
  sessions7d?: number | null | undefined;

  @Field(() => Int, { nullable: true, description: "Sessions within 14 days." })
  sessions14d?: number | null | undefined;

  @Field(() => Int, { nullable: true, description: "Sessions within 30 days." })
  sessions30d?: number | null | undefined;

  @Field(() => Int, { nullable: true, description: "IB calls within 7 days." })
  ibCalls7d?: number | null | undefined;

  @Field(() => Int, { nullable: true, description: "IB calls within 14 days." })
  ibCalls14d?: number | null | undefined;

  @Field(() => Float, { nullable: true, description: "Mean of the ratings within 30 days; null without a rating." })
  avgRating?: number | null | undefined;

  @Field(() => Int, {
    nullable: true,
    description: "The health score, 0 to 100; null where no component has a value.",
  })
  healthScore?: number | null | undefined;

  @Field(() => DateTime, {
    description: "When a metric or the score last changed; with `asOf`, that moment where it has since.",
  })
  lastUpdated!: string;

  @Field(() => [MetricValue], { description: "All metrics by name, also those of configured kinds." })
  values!: MetricValue[];

  @Field(() => [HealthScoreComponent], { description: "What the score is made of." })
  components!: HealthScoreComponent[];

  @Field(() => Int, { description: "Version of the health formula that made the score." })
  formulaVersion!: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When a window next gains or loses something if nothing else happens; null where none will, and with `asOf` of the past.",
  })
  nextChangeAt?: string | undefined;
}

@ObjectType({ description: "When something of a kind happened last." })
export class LastActivity {
  @Field(() => String, { description: "The kind." })
  kind!: string;

  @Field(() => DateTime, { description: "When." })
  at!: string;
}

@ObjectType({
  implements: Node,
  description: "A person or thing that is served, or a group of them, with its metrics and insights.",
})
export class Entity extends Node {
  @Field(() => ID, { description: "Its id, such as stu_4532: the prefix says the type." })
  entityId!: string;

  @Field(() => String, { description: "Its type, such as student." })
  entityType!: string;

  @Field(() => DateTime, { description: "When a metric or the score last changed, as far as it was measured." })
  lastUpdated!: string;

  @Field(() => [LastActivity], { description: "When something of each kind happened last, the latest first." })
  lastActivityAt!: LastActivity[];

  @Field(() => Int, { description: "How many facts were ever recorded about it; 0 for a group." })
  activityCount!: number;

  @Field(() => Int, { description: "Version of its stream: rises with every event." })
  version!: number;

  @Field(() => String, { description: "Where its stream stands: pass it as `after` to `metricsChanged`." })
  position!: string;
}

export const EntityConnection = createConnectionType(() => Entity, "Entity", "entities");

@ObjectType({ description: "A group that a fact counts for, too." })
export class ActivityGroup {
  @Field(() => String, { description: "Its type, such as subject." })
  entityType!: string;

  @Field(() => ID, { description: "Its id, such as sub_algebra." })
  entityId!: string;
}

@ObjectType({ description: "A fact about an entity: something that happened." })
export class Activity {
  @Field(() => ID, { description: "Its id." })
  activityId!: string;

  @Field(() => String, { description: "What happened: a kind of activity, such as session." })
  kind!: string;

  @Field(() => Float, { nullable: true, description: "Its value, of kinds that have one, such as a rating." })
  value?: number | undefined;

  @Field(() => DateTime, { description: "When it happened." })
  occurredAt!: string;

  @Field(() => DateTime, { description: "When it was recorded." })
  recordedAt!: string;

  @Field(() => [ActivityGroup], { description: "Groups that it counts for, too." })
  groups!: ActivityGroup[];

  @Field(() => String, { description: "Where it comes from, such as zoom." })
  source!: string;

  @Field(() => String, { nullable: true, description: "The source's own id of it: the same once more is a repeat." })
  dedupeId?: string | undefined;

  @Field(() => String, { nullable: true, description: "What was noted." })
  note?: string | undefined;
}

export const ActivityConnection = createConnectionType(() => Activity, "Activity", "facts");

@ObjectType({ description: "The metrics of an entity at one midnight (UTC), by all that is known today." })
export class MetricsPoint {
  @Field(() => DateTime, { description: "The midnight." })
  at!: string;

  @Field(() => Int, {
    nullable: true,
    description: "The health score by the active formula; null where there is none.",
  })
  healthScore?: number | null | undefined;

  @Field(() => [MetricValue], { description: "All metrics by name." })
  values!: MetricValue[];
}

export const MetricsHistoryConnection = createConnectionType(() => MetricsPoint, "MetricsPoint", "points of a history");

@ObjectType({ description: "What a follower of metrics is told: those of an entity are others." })
export class MetricsMessage {
  @Field(() => ID, { description: "The entity." })
  entityId!: string;

  @Field(() => String, { description: "Its type." })
  entityType!: string;

  @Field(() => DateTime, { description: "The moment for which they were measured." })
  at!: string;

  @Field(() => MeasureCause, { description: "Why they were measured." })
  cause!: MeasureCauseValue;

  @Field(() => Int, { nullable: true, description: "The health score then; null where there is none." })
  healthScore?: number | null | undefined;

  @Field(() => [MetricValue], { description: "All metrics then, by name." })
  values!: MetricValue[];

  @Field(() => String, { description: "Resume behind this message: pass it as `after`." })
  position!: string;
}

@ObjectType({ description: "The score of an entity at one midnight (UTC), under two formulas." })
export class BacktestedScore {
  @Field(() => DateTime, { description: "The midnight." })
  at!: string;

  @Field(() => Int, { nullable: true, description: "By the formula that is active; null where there is none." })
  current?: number | null | undefined;

  @Field(() => Int, { nullable: true, description: "By the formula that is thought of; null where there is none." })
  proposed?: number | null | undefined;
}

@ObjectType({ description: "The scores of an entity under two formulas." })
export class BacktestedEntity {
  @Field(() => ID, { description: "The entity." })
  entityId!: string;

  @Field(() => String, { description: "Its type." })
  entityType!: string;

  @Field(() => [BacktestedScore], { description: "A score for each midnight, oldest first." })
  points!: BacktestedScore[];
}

export const BacktestedEntityConnection = createConnectionType(
  () => BacktestedEntity,
  "BacktestedEntity",
  "entities that a backtest has looked at",
);

@ObjectType({ description: "What another health formula would have made of the past." })
export class HealthFormulaBacktest {
  @Field(() => Int, { description: "How many entities were looked at." })
  entityCount!: number;

  @Field(() => Float, {
    nullable: true,
    description: "By how many points the proposed score differs, up or down, on average; null where nothing has both.",
  })
  meanDifference?: number | undefined;

  @Field(() => Int, { nullable: true, description: "The greatest difference of a score; null where nothing has both." })
  greatestDifference?: number | undefined;
}
