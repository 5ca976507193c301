/** What the mutations of insights answer. */
import { Field, ID, InterfaceType, Int, ObjectType } from "type-graphql";
import { MutationPayload, createPayloadType } from "../mutation.js";
import { UserError } from "../userError.js";

@ObjectType({ implements: MutationPayload, description: "The outcome of recording a fact." })
export class RecordActivityPayload extends MutationPayload {
  /** Not in the schema: what the edge to the entity is resolved by. */
  entityKey?: string | undefined;

  @Field(() => ID, { nullable: true, description: "Id of the fact; null where there are errors." })
  activityId?: string | undefined;

  @Field(() => Boolean, { description: "Whether the fact had come before: nothing was changed." })
  repeated!: boolean;
}

@ObjectType({ description: "What became of one of the facts that came together." })
export class RecordActivityResult {
  /** Not in the schema: what the edge to the entity is resolved by. */
  entityKey?: string | undefined;

  @Field(() => Int, { description: "Its place in `activities` of the input; 0 for the first." })
  index!: number;

  @Field(() => ID, { nullable: true, description: "Id of the fact; null where there are errors." })
  activityId?: string | undefined;

  @Field(() => Boolean, { description: "Whether it had come before: nothing was changed." })
  repeated!: boolean;

  @Field(() => [UserError], { description: "Why it was not recorded; empty where it was." })
  errors!: UserError[];

  @Field(() => String, {
    nullable: true,
    description: "Where the ledger stood behind it: pass it as `after` to a subscription. Null where there are errors.",
  })
  position?: string | undefined;
}

@ObjectType({
  implements: MutationPayload,
  description:
    "The outcome of recording facts together. `errors` are of the input as a whole; `position` is that of the last fact that was recorded.",
})
export class RecordActivitiesPayload extends MutationPayload {
  @Field(() => [RecordActivityResult], {
    description: "An answer for each fact, in their order; empty where there are errors.",
  })
  results!: RecordActivityResult[];
}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of the catalog answers.",
  autoRegisterImplementations: true,
})
export abstract class InsightsCatalogPayload extends MutationPayload {}

@ObjectType({ implements: InsightsCatalogPayload, description: "The outcome of defining a type of entities." })
export class DefineEntityTypePayload extends InsightsCatalogPayload {}

@ObjectType({ implements: InsightsCatalogPayload, description: "The outcome of defining a kind of activity." })
export class DefineActivityKindPayload extends InsightsCatalogPayload {}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of health formulas answers.",
  autoRegisterImplementations: true,
})
export abstract class HealthFormulaPayload extends MutationPayload {
  @Field(() => Int, {
    nullable: true,
    description: "Version of the formula that was added or activated; null where there are errors.",
  })
  formulaVersion?: number | undefined;
}

@ObjectType({ implements: HealthFormulaPayload, description: "The outcome of adding a health formula." })
export class AddHealthFormulaPayload extends HealthFormulaPayload {}

@ObjectType({ implements: HealthFormulaPayload, description: "The outcome of activating a health formula." })
export class ActivateHealthFormulaPayload extends HealthFormulaPayload {}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of a rule answers.",
  autoRegisterImplementations: true,
})
export abstract class InsightRulePayload extends MutationPayload {
  /** Not in the schema: what the edge to the rule is resolved by. */
  ruleId?: string | undefined;
}

export const CreateInsightRulePayload = createPayloadType(
  InsightRulePayload,
  "CreateInsightRulePayload",
  "creating a rule",
);
export const ChangeInsightRulePayload = createPayloadType(
  InsightRulePayload,
  "ChangeInsightRulePayload",
  "changing a rule",
);
export const EnableInsightRulePayload = createPayloadType(
  InsightRulePayload,
  "EnableInsightRulePayload",
  "enabling a rule",
);
export const DisableInsightRulePayload = createPayloadType(
  InsightRulePayload,
  "DisableInsightRulePayload",
  "disabling a rule",
);
export const UnsilenceInsightRulePayload = createPayloadType(
  InsightRulePayload,
  "UnsilenceInsightRulePayload",
  "ending a silence",
);

@ObjectType({ implements: InsightRulePayload, description: "The outcome of silencing a rule." })
export class SilenceInsightRulePayload extends InsightRulePayload {
  @Field(() => ID, { nullable: true, description: "Id of the silence; null where there are errors." })
  silenceId?: string | undefined;
}

@InterfaceType({
  implements: MutationPayload,
  description: "What every mutation of an insight answers.",
  autoRegisterImplementations: true,
})
export abstract class InsightPayload extends MutationPayload {
  /** Not in the schema: what the edge to the insight is resolved by. */
  alertId?: string | undefined;
}

@ObjectType({ implements: InsightPayload, description: "The outcome of raising an insight." })
export class RaiseInsightPayload extends InsightPayload {
  @Field(() => Boolean, {
    description: "Whether another insight was raised; false where one of the type was open, which got the new risk.",
  })
  raised!: boolean;
}

export const AcknowledgeInsightPayload = createPayloadType(
  InsightPayload,
  "AcknowledgeInsightPayload",
  "taking up an insight",
);
export const SnoozeInsightPayload = createPayloadType(InsightPayload, "SnoozeInsightPayload", "snoozing an insight");
export const ResolveInsightPayload = createPayloadType(InsightPayload, "ResolveInsightPayload", "resolving an insight");
export const DismissInsightPayload = createPayloadType(
  InsightPayload,
  "DismissInsightPayload",
  "dismissing an insight",
);
export const GiveInsightFeedbackPayload = createPayloadType(
  InsightPayload,
  "GiveInsightFeedbackPayload",
  "giving feedback",
);
export const MarkInsightRecommendationPayload = createPayloadType(
  InsightPayload,
  "MarkInsightRecommendationPayload",
  "marking a recommendation",
);
export const LinkInsightToIncidentPayload = createPayloadType(
  InsightPayload,
  "LinkInsightToIncidentPayload",
  "linking an insight to an incident",
);
