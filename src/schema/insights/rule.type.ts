/**
 * Rules: when an insight is raised about an entity, and what becomes of it. Edges are added by the resolvers. What is given as it
 * is read, field by field, is one class for both.
 */
import { Field, Float, ID, InputType, Int, ObjectType, createUnionType } from "type-graphql";
import type { Severity as SeverityValue } from "../../domain/incidents/index.js";
import type {
  AnomalyDirection as AnomalyDirectionValue,
  Comparison,
  IncidentDedupe as IncidentDedupeValue,
  WatchPhase,
} from "../../domain/insights/index.js";
import { limits } from "../../domain/insights/index.js";
import { createConnectionType } from "../connection.js";
import { Severity } from "../incidents/enums.js";
import { DateTime, Duration } from "../scalars.js";
import { AnomalyDirection, InsightComparison, InsightIncidentDedupe, InsightWatchPhase, RateUnit } from "./enums.js";

@InputType("ThresholdConditionInput", { description: "A metric is below or above a level." })
@ObjectType({ description: "A metric is below or above a level." })
export class ThresholdCondition {
  @Field(() => String, { description: "The metric, such as sessions_7d or health_score." })
  metric!: string;

  @Field(() => InsightComparison, { description: "On which side of the level it is met." })
  comparison!: Comparison;

  @Field(() => Float, {
    description: `The level at which it is met; from ${-limits.value} to ${limits.value}, as all levels.`,
  })
  fireAt!: number;

  @Field(() => Float, {
    description:
      "The level at which it has cleared; between the two it stays as it is. Not on the firing side of `fireAt`.",
  })
  clearAt!: number;
}

@ObjectType({ description: "Nothing has happened for some time, though something had before." })
export class NoDataCondition {
  @Field(() => String, { nullable: true, description: "Nothing of this kind; of any kind where null." })
  kind?: string | undefined;

  @Field(() => Int, { description: "For so many seconds." })
  afterSeconds!: number;
}

@InputType("RateOfChangeConditionInput", { description: "A metric differs from what it was some days ago." })
@ObjectType({ description: "A metric differs from what it was some days ago." })
export class RateOfChangeCondition extends ThresholdCondition {
  @Field(() => Int, { description: `How many days ago: 1 to ${limits.windowDays}.` })
  overDays!: number;

  @Field(() => RateUnit, { description: "How the change is measured." })
  unit!: "ABSOLUTE" | "PERCENT";
}

const unusual = {
  description:
    "A metric is far from what is usual for the entity: so many scaled median absolute deviations from the median of its values at the last midnights (UTC).",
};

@InputType("AnomalyConditionInput", unusual)
@ObjectType(unusual)
export class AnomalyCondition {
  @Field(() => String, { description: "The metric." })
  metric!: string;

  @Field(() => Int, {
    description: `How many midnights are looked at: ${limits.baselineDays.least} to ${limits.baselineDays.most}.`,
  })
  baselineDays!: number;

  @Field(() => Int, {
    description: `How many of them must have a value, ${limits.baselineLeastDays} or more; never met before.`,
  })
  leastDays!: number;

  @Field(() => AnomalyDirection, { description: "On which side of the usual." })
  direction!: AnomalyDirectionValue;

  @Field(() => Float, {
    description: `How far it must be for the condition to be met: ${limits.deviations.least} to ${limits.deviations.most}.`,
  })
  fireAt!: number;

  @Field(() => Float, { description: "How near it must come for the condition to clear; not above `fireAt`." })
  clearAt!: number;
}

export const InsightCondition = createUnionType({
  name: "InsightCondition",
  description: "What a rule asks of an entity. A condition whose metric has no value is not met.",
  types: () => [ThresholdCondition, NoDataCondition, RateOfChangeCondition, AnomalyCondition] as const,
  // What the resolvers return are plain objects that name their type.
  resolveType: (condition: object) => (condition as { readonly __typename: string }).__typename,
});

@ObjectType({ description: "How great the risk is that an insight of a rule states." })
export class InsightRisk {
  @Field(() => Int, { description: "Where the first condition is just met; 0 to 100." })
  least!: number;

  @Field(() => Int, { description: "Where its value is at `worstAt` or beyond; 0 to 100." })
  most!: number;

  @Field(() => Float, {
    nullable: true,
    description: "The value of the highest risk; null where the risk is always `least`.",
  })
  worstAt?: number | undefined;
}

@InputType("PredictedOutcomeInput", {
  description: "What a prediction says will happen; it is held against what did happen.",
})
@ObjectType({ description: "What a prediction says will happen; it is held against what did happen." })
export class PredictedOutcome {
  @Field(() => String, { description: "The metric." })
  metric!: string;

  @Field(() => InsightComparison, { description: "Whether it will be below or above the value." })
  comparison!: Comparison;

  @Field(() => Float, { description: "The value." })
  value!: number;

  @Field(() => Int, { description: `Within so many days: 1 to ${limits.outcomeDays}.` })
  withinDays!: number;
}

@InputType("RiskSeverityInput", {
  description: "The severity of an incident that is declared for an insight of some risk.",
})
@ObjectType({ description: "The severity of an incident that is declared for an insight of some risk." })
export class RiskSeverity {
  @Field(() => Int, { description: "For a risk of this or more, 0 to 100." })
  riskAtLeast!: number;

  @Field(() => Severity, { description: "The severity." })
  severity!: SeverityValue;
}

@ObjectType({ description: "What becomes of a rule's insights among the incidents." })
export class InsightIncidentPolicy {
  @Field(() => [RiskSeverity], {
    description: "By the greatest `riskAtLeast` that the insight's risk reaches; no incident where it reaches none.",
  })
  severities!: RiskSeverity[];

  @Field(() => [String], { description: "The services of the incident." })
  services!: string[];

  @Field(() => InsightIncidentDedupe, { description: "What one incident stands for." })
  dedupe!: IncidentDedupeValue;

  @Field(() => Boolean, {
    description:
      "Whether the incident is resolved once all its insights have recovered or were closed by people, and nobody has taken it up.",
  })
  autoResolve!: boolean;
}

@ObjectType({ description: "That people are told of a rule's insights." })
export class InsightNotifyPolicy {
  @Field(() => String, { nullable: true, description: "The channel; null where they go to the log of the server." })
  channel?: string | undefined;
}

@ObjectType({ description: "What a rule says." })
export class InsightRuleDefinition {
  @Field(() => String, { description: "The title of its insights." })
  title!: string;

  @Field(() => [String], { description: "Which types of entities it is about." })
  entityTypes!: string[];

  @Field(() => [InsightCondition], {
    description: "All must be met; one that has cleared is enough to recover. The first gives the risk.",
  })
  conditions!: (typeof InsightCondition)[];

  @Field(() => Int, { description: "For so many seconds they must be met before an insight is raised." })
  forSeconds!: number;

  @Field(() => Int, { description: "For so many seconds they must have cleared before it is resolved." })
  keepFiringForSeconds!: number;

  @Field(() => Int, {
    description: "For so many seconds behind the end of an insight none is raised about the entity.",
  })
  cooldownSeconds!: number;

  @Field(() => InsightRisk, { description: "How great the risk is." })
  risk!: InsightRisk;

  @Field(() => [String], { description: "What its insights recommend." })
  recommendations!: string[];

  @Field(() => Int, { description: "So many seconds after it was raised an insight that nobody has closed expires." })
  expiresAfterSeconds!: number;

  @Field(() => Int, { description: "How many insights it raises about one entity within a day." })
  maxPerEntityPerDay!: number;

  @Field(() => Int, {
    description: "How many it raises within a day; at more it is suspended, and a person must look.",
  })
  maxPerDay!: number;

  @Field(() => PredictedOutcome, {
    nullable: true,
    description: "What its insights predict; null where they predict nothing that could be checked.",
  })
  outcome?: PredictedOutcome | undefined;

  @Field(() => InsightIncidentPolicy, {
    nullable: true,
    description: "Whether incidents are declared for its insights; null where they are not.",
  })
  incident?: InsightIncidentPolicy | undefined;

  @Field(() => InsightNotifyPolicy, {
    nullable: true,
    description: "Whether people are told of its insights; null where they are not.",
  })
  notify?: InsightNotifyPolicy | undefined;
}

@ObjectType({ description: "That a rule was disabled." })
export class InsightRuleDisabled {
  @Field(() => DateTime, { description: "When." })
  at!: string;

  @Field(() => String, { nullable: true, description: "Why." })
  reason?: string | undefined;

  @Field(() => Boolean, {
    description: "Whether nobody asked for it: it had raised too many. What is open stays so until it recovers.",
  })
  suspended!: boolean;
}

@ObjectType({ description: "That a rule raises nothing for a time." })
export class InsightSilence {
  @Field(() => ID, { description: "Its id." })
  silenceId!: string;

  @Field(() => ID, { nullable: true, description: "Only about this entity; about all where null." })
  entityId?: string | undefined;

  @Field(() => DateTime, { description: "Until when." })
  until!: string;

  @Field(() => String, { description: "Why." })
  reason!: string;

  @Field(() => String, { description: "Who asked for it." })
  by!: string;
}

@ObjectType({ description: "When insights of a type are raised. Its id is the prediction type of its insights." })
export class InsightRule {
  @Field(() => ID, { description: "Its id, such as low_health_score." })
  ruleId!: string;

  @Field(() => InsightRuleDefinition, { description: "What it says." })
  definition!: InsightRuleDefinition;

  @Field(() => Int, { description: "How often it was defined: 1 for the first definition." })
  revision!: number;

  @Field(() => Boolean, { description: "Whether it is at work." })
  enabled!: boolean;

  @Field(() => InsightRuleDisabled, { nullable: true, description: "That it was disabled; null while it is not." })
  disabled?: InsightRuleDisabled | undefined;

  @Field(() => [InsightSilence], { description: "Its silences; some of them may be over." })
  silences!: InsightSilence[];

  @Field(() => DateTime, { description: "When it was created." })
  createdAt!: string;

  @Field(() => DateTime, { description: "When it last changed." })
  updatedAt!: string;

  @Field(() => Int, { description: "Version of its stream: pass it as `expectedVersion`." })
  version!: number;
}

export const InsightRuleConnection = createConnectionType(() => InsightRule, "InsightRule", "rules");

@ObjectType({
  description: "What became of a rule's insights, a moment behind: ask with `atLeast` to see a change of your own.",
})
export class InsightRulePerformance {
  @Field(() => Int, { description: "How many it has raised." })
  raised!: number;

  @Field(() => Int, { description: "How many of them were acknowledged." })
  acknowledged!: number;

  @Field(() => Int, { description: "How many were resolved." })
  resolved!: number;

  @Field(() => Int, { description: "How many were dismissed." })
  dismissed!: number;

  @Field(() => Int, { description: "How many have expired." })
  expired!: number;

  @Field(() => Int, { description: "How often people found one useful; the last word of each counts." })
  useful!: number;

  @Field(() => Int, { description: "How often they did not." })
  notUseful!: number;

  @Field(() => Int, { description: "How many predictions came true." })
  happened!: number;

  @Field(() => Int, { description: "How many did not within their time." })
  notHappened!: number;

  @Field(() => Float, {
    nullable: true,
    description: "The share of predictions that came true, 0 to 1; null while the end of none is known.",
  })
  precision?: number | undefined;

  @Field(() => Duration, {
    nullable: true,
    description: "From raising an insight to what it predicted, on average; null while none has come true.",
  })
  meanLeadTime?: number | undefined;

  @Field(() => DateTime, { nullable: true, description: "When it raised the last one; null where it has raised none." })
  lastRaisedAt?: string | undefined;
}

@ObjectType({ description: "Where a rule stands for one entity." })
export class InsightWatch {
  @Field(() => ID, { description: "The rule." })
  ruleId!: string;

  @Field(() => InsightWatchPhase, { description: "Where it stands." })
  phase!: WatchPhase;

  @Field(() => DateTime, { description: "Since when." })
  since!: string;

  @Field(() => DateTime, { nullable: true, description: "Nothing is raised before; null where nothing holds it up." })
  cooldownUntil?: string | undefined;

  @Field(() => Int, { description: "The revision of the rule that it has followed last." })
  revision!: number;
}

export const InsightWatchConnection = createConnectionType(() => InsightWatch, "InsightWatch", "watches");

@ObjectType({ description: "What would have come of a prediction." })
export class BacktestedOutcome {
  @Field(() => Boolean, { description: "Whether what was predicted has happened." })
  happened!: boolean;

  @Field(() => Duration, { nullable: true, description: "How long after it was raised; null where it did not happen." })
  leadTime?: number | undefined;
}

@ObjectType({ description: "An insight that a rule would have raised." })
export class BacktestedInsight {
  @Field(() => ID, { description: "The entity." })
  entityId!: string;

  @Field(() => String, { description: "Its type." })
  entityType!: string;

  @Field(() => DateTime, { description: "When it would have been raised." })
  raisedAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When it would have been resolved; null while it holds." })
  resolvedAt?: string | undefined;

  @Field(() => Float, { description: "Its risk." })
  riskScore!: number;

  @Field(() => BacktestedOutcome, {
    nullable: true,
    description: "What came of the prediction; null where the rule predicts nothing, or it is too early to know.",
  })
  outcome?: BacktestedOutcome | undefined;
}

export const BacktestedInsightConnection = createConnectionType(
  () => BacktestedInsight,
  "BacktestedInsight",
  "insights that a rule would have raised",
);

@ObjectType({ description: "What a rule would have raised in the past." })
export class InsightRuleBacktest {
  @Field(() => Int, { description: "How many entities were looked at, every hour." })
  entityCount!: number;

  @Field(() => Int, { description: "How many insights it would have raised, as far as they are shown." })
  insightCount!: number;

  @Field(() => Boolean, { description: "Whether there were more entities, or more insights, than were looked at." })
  isPartial!: boolean;

  @Field(() => Float, {
    nullable: true,
    description: "The share of predictions that came true, 0 to 1; null where the end of none is known.",
  })
  precision?: number | null | undefined;

  @Field(() => Duration, {
    nullable: true,
    description: "From raising an insight to what it predicted, in the middle of all; null where none came true.",
  })
  medianLeadTime?: number | undefined;
}
