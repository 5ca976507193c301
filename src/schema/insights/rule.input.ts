/** What the operations of rules take. */
import { ArgsType, Extensions, Field, Float, ID, InputType, Int } from "type-graphql";
import type { IncidentDedupe as IncidentDedupeValue } from "../../domain/insights/index.js";
import { daySeconds, limits } from "../../domain/insights/index.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { oneOf } from "../oneOf.js";
import { DateTime } from "../scalars.js";
import { BacktestArgs } from "./entity.input.js";
import { InsightIncidentDedupe } from "./enums.js";
import {
  AnomalyCondition,
  PredictedOutcome,
  RateOfChangeCondition,
  RiskSeverity,
  ThresholdCondition,
} from "./rule.type.js";

/** A number of seconds in words. */
const inDays = (seconds: number) => `${seconds / daySeconds} days`;

@InputType({ description: "Nothing has happened for some time, though something had before." })
export class NoDataConditionInput {
  @Field(() => String, { nullable: true, description: "Nothing of this kind; of any kind where not given." })
  kind?: string | null;

  @Field(() => Int, {
    description: `For so many seconds: ${limits.silentSeconds.least} or more, at most ${inDays(limits.silentSeconds.most)}.`,
  })
  afterSeconds!: number;
}

@Extensions(oneOf)
@InputType({ description: "What a rule asks of an entity: exactly one of the fields." })
export class InsightConditionInput {
  @Field(() => ThresholdCondition, { nullable: true, description: "A metric is below or above a level." })
  threshold?: ThresholdCondition;

  @Field(() => NoDataConditionInput, { nullable: true, description: "Nothing has happened for some time." })
  noData?: NoDataConditionInput;

  @Field(() => RateOfChangeCondition, {
    nullable: true,
    description: "A metric differs from what it was some days ago.",
  })
  rateOfChange?: RateOfChangeCondition;

  @Field(() => AnomalyCondition, { nullable: true, description: "A metric is far from what is usual." })
  anomaly?: AnomalyCondition;
}

@InputType({ description: "How great the risk is that an insight of a rule states." })
export class InsightRiskInput {
  @Field(() => Int, { description: "Where the first condition is just met; 0 to 100." })
  least!: number;

  @Field(() => Int, { description: "Where its value is at `worstAt` or beyond; 0 to 100." })
  most!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "The value of the highest risk, on the firing side of the first condition's level, of `noData` in days; where not given the risk is always `least`.",
  })
  worstAt?: number | null;
}

@InputType({ description: "What becomes of a rule's insights among the incidents." })
export class InsightIncidentPolicyInput {
  @Field(() => [RiskSeverity], {
    description: `By the greatest \`riskAtLeast\` that the insight's risk reaches; no incident where it reaches none. 1 to ${limits.severities}.`,
  })
  severities!: RiskSeverity[];

  @Field(() => [String], {
    description: `The services of the incident: 1 to ${limits.services}, each of at most ${limits.service} characters.`,
  })
  services!: string[];

  @Field(() => InsightIncidentDedupe, {
    nullable: true,
    defaultValue: "ENTITY",
    description: "What one incident stands for.",
  })
  dedupe?: IncidentDedupeValue | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description:
      "Whether the incident is resolved once all its insights have recovered or were closed by people, and nobody has taken it up.",
  })
  autoResolve?: boolean | null;
}

@InputType({ description: "That people are told of a rule's insights." })
export class InsightNotifyPolicyInput {
  @Field(() => String, { nullable: true, description: "The channel; to the log of the server where not given." })
  channel?: string | null;
}

@InputType({ description: "What a rule says. What is not given has its default." })
export class InsightRuleDefinitionInput {
  @Field(() => String, { description: `The title of its insights; at most ${limits.title} characters.` })
  title!: string;

  @Field(() => [String], { description: `Which types of entities it is about: 1 to ${limits.ruleEntityTypes}.` })
  entityTypes!: string[];

  @Field(() => [InsightConditionInput], {
    description: `All must be met; one that has cleared is enough to recover. The first gives the risk. 1 to ${limits.conditions}.`,
  })
  conditions!: InsightConditionInput[];

  @Field(() => Int, {
    nullable: true,
    description: `For so many seconds they must be met before an insight is raised: at most ${inDays(limits.holdSeconds)}; 0 where not given.`,
  })
  forSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `For so many seconds they must have cleared before it is resolved: at most ${inDays(limits.holdSeconds)}, and no longer than \`expiresAfterSeconds\`; 0 where not given.`,
  })
  keepFiringForSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `For so many seconds behind the end of an insight none is raised about the entity: at most ${inDays(limits.cooldownSeconds)}; a day where not given.`,
  })
  cooldownSeconds?: number | null;

  @Field(() => InsightRiskInput, { nullable: true, description: "How great the risk is; 50 to 100 where not given." })
  risk?: InsightRiskInput | null;

  @Field(() => [String], {
    nullable: true,
    description: `What its insights recommend; at most ${limits.recommendations}, each of at most ${limits.recommendation} characters.`,
  })
  recommendations?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: `So many seconds after it was raised an insight that nobody has closed expires: ${limits.expiresAfterSeconds.least} or more, at most ${inDays(limits.expiresAfterSeconds.most)}; 30 days where not given.`,
  })
  expiresAfterSeconds?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many insights it raises about one entity within a day (UTC): 1 to ${limits.raisedPerEntityPerDay}; 5 where not given.`,
  })
  maxPerEntityPerDay?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many it raises within a day (UTC): 1 to ${limits.raisedPerDay}; at more it is suspended, and a person must look. 1,000 where not given.`,
  })
  maxPerDay?: number | null;

  @Field(() => PredictedOutcome, { nullable: true, description: "What its insights predict." })
  outcome?: PredictedOutcome | null;

  @Field(() => InsightIncidentPolicyInput, {
    nullable: true,
    description: "Declare incidents for its insights; none where not given.",
  })
  incident?: InsightIncidentPolicyInput | null;

  @Field(() => InsightNotifyPolicyInput, {
    nullable: true,
    description: "Tell people of its insights; nobody is told where not given.",
  })
  notify?: InsightNotifyPolicyInput | null;
}

@InputType({ description: "A rule that exists." })
export abstract class RuleInput extends ChangeInput {
  @Field(() => ID, { description: "Id of the rule." })
  ruleId!: string;
}

@InputType({ description: "A new rule." })
export class CreateInsightRuleInput extends MutationInput {
  @Field(() => ID, {
    description: `Its id, such as low_health_score, of at most ${limits.ruleId} characters: the prediction type of its insights.`,
  })
  ruleId!: string;

  @Field(() => InsightRuleDefinitionInput, { description: "What it says." })
  definition!: InsightRuleDefinitionInput;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Whether it is at work at once. Backtest it first.",
  })
  enabled?: boolean | null;
}

@InputType({
  description: "Another definition of a rule: it replaces the whole one before. What was pending begins anew.",
})
export class ChangeInsightRuleInput extends RuleInput {
  @Field(() => InsightRuleDefinitionInput, { description: "What it says from now on." })
  definition!: InsightRuleDefinitionInput;
}

@InputType({ description: "A rule that is to be at work." })
export class EnableInsightRuleInput extends RuleInput {}

@InputType({ description: "A rule that is to rest. Its open insights are resolved." })
export class DisableInsightRuleInput extends RuleInput {
  @Field(() => String, { nullable: true, description: `Why; at most ${limits.reason} characters.` })
  reason?: string | null;
}

@InputType({ description: "A rule that is to raise nothing for a time." })
export class SilenceInsightRuleInput extends RuleInput {
  @Field(() => ID, { nullable: true, description: "Only about this entity; about all where not given." })
  entityId?: string | null;

  @Field(() => DateTime, { description: "Until when." })
  until!: string;

  @Field(() => String, { description: `Why; at most ${limits.reason} characters.` })
  reason!: string;
}

@InputType({ description: "A silence that is to end." })
export class UnsilenceInsightRuleInput extends RuleInput {
  @Field(() => ID, { description: "Id of the silence." })
  silenceId!: string;
}

@ArgsType()
export class InsightRuleBacktestArgs extends BacktestArgs {
  @Field(() => InsightRuleDefinitionInput, { description: "The rule that is thought of." })
  definition!: InsightRuleDefinitionInput;
}
