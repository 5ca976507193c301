/** What the operations of insights take. */
import { ArgsType, Field, Float, ID, InputType } from "type-graphql";
import type { DismissalReason, InsightStatus as InsightStatusValue } from "../../domain/insights/index.js";
import { limits } from "../../domain/insights/index.js";
import { ConnectionArgs } from "../connection.js";
import { ChangeInput, MutationInput } from "../mutation.js";
import { DateTime } from "../scalars.js";
import { InsightDismissalReason, InsightOrder, InsightStatus } from "./enums.js";
import type { InsightOrderValue } from "./enums.js";
import { PredictedOutcome } from "./rule.type.js";

@InputType({
  description:
    "Which insights of an entity: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class InsightsOfEntityFilter {
  @Field(() => String, { nullable: true, description: "Of this type, such as low_health_score." })
  predictionType?: string | null;

  @Field(() => Float, { nullable: true, description: "With a risk above this: 80 leaves 80 out." })
  riskAbove?: number | null;

  @Field(() => [InsightStatus], { nullable: true, description: "In one of these statuses." })
  statuses?: InsightStatusValue[] | null;

  @Field(() => DateTime, { nullable: true, description: "Raised at or after." })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: "Raised before." })
  until?: string | null;
}

@InputType({
  description: "Which insights: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class InsightFilter extends InsightsOfEntityFilter {
  @Field(() => ID, { nullable: true, description: "About this entity, by its id such as stu_4532, or its global id." })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: "About entities of this type." })
  entityType?: string | null;
}

const order = {
  nullable: true,
  defaultValue: "NEWEST_FIRST",
  description: "The order of the list. By risk only with `predictionType`.",
} as const;

@ArgsType()
export class InsightsOfEntityArgs extends ConnectionArgs {
  @Field(() => InsightsOfEntityFilter, { nullable: true, description: "Which insights; all where not given." })
  filter?: InsightsOfEntityFilter | null;

  @Field(() => InsightOrder, order)
  orderBy?: InsightOrderValue | null;
}

@ArgsType()
export class InsightsArgs extends ConnectionArgs {
  @Field(() => InsightFilter, { nullable: true, description: "Which insights; all that are yours where not given." })
  filter?: InsightFilter | null;

  @Field(() => InsightOrder, order)
  orderBy?: InsightOrderValue | null;
}

@InputType({ description: "Which insights to follow: all that is given must hold." })
export class InsightRaisedFilter {
  @Field(() => String, { nullable: true, description: "About entities of this type." })
  entityType?: string | null;

  @Field(() => ID, { nullable: true, description: "About this entity." })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: "Of this type, such as low_health_score." })
  predictionType?: string | null;

  @Field(() => Float, { nullable: true, description: "Raised with a risk above this: 80 leaves 80 out." })
  riskAbove?: number | null;
}

@InputType({
  description:
    "Which insights to follow: all that is given must hold; of a list, which must not be empty, one value must.",
})
export class InsightChangeFilter {
  @Field(() => String, { nullable: true, description: "About entities of this type." })
  entityType?: string | null;

  @Field(() => ID, { nullable: true, description: "About this entity." })
  entityId?: string | null;

  @Field(() => String, { nullable: true, description: "Of this type, such as low_health_score." })
  predictionType?: string | null;

  @Field(() => [InsightStatus], {
    nullable: true,
    description: "In one of these statuses, before the change or behind it.",
  })
  statuses?: InsightStatusValue[] | null;
}

@InputType({ description: "A number that an insight rests on." })
export class InsightEvidenceInput {
  @Field(() => String, { description: "What it is." })
  name!: string;

  @Field(() => Float, { nullable: true, description: "The number; null where there is none." })
  value?: number | null;

  @Field(() => Float, { nullable: true, description: "What it was held against." })
  level?: number | null;
}

@InputType({ description: "What somebody's model has found out about an entity." })
export class RaiseInsightInput extends MutationInput {
  @Field(() => String, {
    description: `What kind of insight it is, such as churn_risk; at most ${limits.ruleId} characters.`,
  })
  predictionType!: string;

  @Field(() => ID, { description: "The entity, by its id such as stu_4532, or its global id." })
  entityId!: string;

  @Field(() => Float, { description: "How great the risk is, 0 to 100." })
  riskScore!: number;

  @Field(() => String, { description: `What it is, in a line of at most ${limits.title} characters.` })
  title!: string;

  @Field(() => String, { description: `Why, in words; at most ${limits.explanation} characters.` })
  explanation!: string;

  @Field(() => [String], {
    nullable: true,
    description: `What should be done; at most ${limits.recommendations}, each of at most ${limits.recommendation} characters.`,
  })
  recommendations?: string[] | null;

  @Field(() => [InsightEvidenceInput], {
    nullable: true,
    description: `The numbers that it rests on; at most ${limits.evidence}.`,
  })
  evidence?: InsightEvidenceInput[] | null;

  @Field(() => String, { description: "Name of the model." })
  modelUsed!: string;

  @Field(() => String, { nullable: true, description: "Version of its prompt, where it has one." })
  promptVersion?: string | null;

  @Field(() => PredictedOutcome, {
    nullable: true,
    description: "What it predicts: it is held against what happens, and counts in the model's precision.",
  })
  outcome?: PredictedOutcome | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "When it expires if nobody closes it; in 30 days where not given.",
  })
  expiresAt?: string | null;
}

@InputType({ description: "An insight that exists." })
export abstract class InsightInput extends ChangeInput {
  @Field(() => ID, { description: "The insight: its global id or its `alertId`." })
  alertId!: string;
}

@InputType({ description: "An insight, with something to note." })
abstract class NotedInsightInput extends InsightInput {
  @Field(() => String, { nullable: true, description: `Something to note; at most ${limits.note} characters.` })
  note?: string | null;
}

@InputType({ description: "An insight that somebody takes up." })
export class AcknowledgeInsightInput extends NotedInsightInput {}

@InputType({ description: "An insight of which people are not to be told for a time." })
export class SnoozeInsightInput extends InsightInput {
  @Field(() => DateTime, { description: "Until when." })
  until!: string;

  @Field(() => String, { nullable: true, description: `Why; at most ${limits.reason} characters.` })
  reason?: string | null;
}

@InputType({ description: "An insight that holds no more." })
export class ResolveInsightInput extends NotedInsightInput {}

@InputType({ description: "An insight that was nothing." })
export class DismissInsightInput extends NotedInsightInput {
  @Field(() => InsightDismissalReason, { description: "Why." })
  reason!: DismissalReason;
}

@InputType({ description: "What you think of an insight; your last word counts." })
export class GiveInsightFeedbackInput extends InsightInput {
  @Field(() => Boolean, { description: "Whether it was useful." })
  useful!: boolean;

  @Field(() => String, { nullable: true, description: `What you have to say; at most ${limits.reason} characters.` })
  comment?: string | null;
}

@InputType({ description: "Something that an insight recommends, and that was done." })
export class MarkInsightRecommendationInput extends InsightInput {
  @Field(() => ID, { description: "Id of the recommendation." })
  recommendationId!: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: "Whether it was done; false takes it back.",
  })
  done?: boolean | null;
}

@InputType({ description: "An insight and an incident that have to do with each other." })
export class LinkInsightToIncidentInput extends InsightInput {
  @Field(() => ID, { description: "The incident: its global id, its `incidentId`, or its reference such as INC-123." })
  incidentId!: string;
}
