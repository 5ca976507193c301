/** Mutations of rules and insights: input, service, answer. No rules here. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { InsightOutcome, RuleOutcome } from "../../domain/insights/index.js";
import type { DomainError } from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import * as inputs from "../../schema/insights/insight.input.js";
import { Insight } from "../../schema/insights/insight.type.js";
import * as payloads from "../../schema/insights/insights.payload.js";
import * as ruleInputs from "../../schema/insights/rule.input.js";
import { InsightRule } from "../../schema/insights/rule.type.js";
import type { GraphQLContext } from "../context.js";
import { toUserErrors } from "../errors.js";
import type { UserErrorView } from "../errors.js";
import { asNamed, requireIncidentId } from "../incidents/visible.js";
import { answer, given, keep, keepInSight, toRequest } from "../mutations.js";
import { toDefinition, toDefinitionErrors } from "./definition.js";
import { requireAlertId, requireEntityId, requireRuleId, toEntityId } from "./ids.js";
import { loadInsightView } from "./insight.resolver.js";
import { toRuleView } from "./views.js";
import type { InsightRuleView, InsightView } from "./views.js";

/** A change of the rule that the input names. `toErrors`: where refusals are about more than fields of the input. */
function onRule(
  context: GraphQLContext,
  input: Pick<ruleInputs.RuleInput, "ruleId" | "idempotencyKey" | "expectedVersion">,
  change: (ruleId: string, request: Request) => Promise<RuleOutcome & { readonly silenceId?: string }>,
  toErrors?: (error: DomainError) => UserErrorView[],
): Promise<object> {
  return answer<payloads.SilenceInsightRulePayload>(
    context,
    {},
    async () => {
      const ruleId = requireRuleId(input.ruleId, "ruleId");
      const { rule, silenceId, position } = await change(ruleId, toRequest(context, input));
      keep(context.loaders.insightRule, { id: ruleId, row: rule });
      return { ruleId, ...(silenceId === undefined ? {} : { silenceId }), at: position };
    },
    toErrors,
  );
}

/** A change of the insight that the input names. */
function onInsight(
  context: GraphQLContext,
  input: inputs.InsightInput,
  change: (alertId: string, request: Request) => Promise<InsightOutcome>,
): Promise<object> {
  const act = async () => {
    const outcome = await change(requireAlertId(input.alertId, "alertId"), toRequest(context, input));
    const { alertId, insight: row } = outcome;
    await keepInSight(context, context.loaders.insight, { entity: "Insight", id: alertId, field: "alertId", row });
    return { alertId, at: outcome.position };
  };
  return answer<payloads.InsightPayload>(context, {}, act, (error) => toUserErrors(asNamed(context, error)));
}

@Resolver()
export class InsightRuleMutations {
  @Authorized("OPERATOR")
  @Mutation(() => payloads.CreateInsightRulePayload, {
    description: "Creates a rule. It rests until it is enabled, unless the input says otherwise.",
  })
  async createInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.CreateInsightRuleInput, { description: "The rule." })
    input: ruleInputs.CreateInsightRuleInput,
  ): Promise<object> {
    return onRule(
      context,
      input,
      (ruleId, request) =>
        // The domain checks what it says.
        context.insights.createRule(
          ruleId,
          { definition: toDefinition(input.definition), enabled: input.enabled ?? false },
          request,
        ),
      (error) => toDefinitionErrors(error, input.definition),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.ChangeInsightRulePayload, {
    description: "Gives a rule another definition. What was pending by the one before begins anew.",
  })
  async changeInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.ChangeInsightRuleInput, { description: "The rule as it shall be." })
    input: ruleInputs.ChangeInsightRuleInput,
  ): Promise<object> {
    return onRule(
      context,
      input,
      (ruleId, request) =>
        context.insights.changeRule(ruleId, "ChangeRule", { definition: toDefinition(input.definition) }, request),
      (error) => toDefinitionErrors(error, input.definition),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.EnableInsightRulePayload, {
    description: "Puts a rule to work. It looks at all its entities within moments.",
  })
  async enableInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.EnableInsightRuleInput, { description: "The rule." })
    input: ruleInputs.EnableInsightRuleInput,
  ): Promise<object> {
    return onRule(context, input, (ruleId, request) => context.insights.changeRule(ruleId, "EnableRule", {}, request));
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.DisableInsightRulePayload, {
    description: "Lets a rule rest. Its open insights are resolved within moments.",
  })
  async disableInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.DisableInsightRuleInput, { description: "The rule." })
    input: ruleInputs.DisableInsightRuleInput,
  ): Promise<object> {
    return onRule(context, input, (ruleId, request) =>
      context.insights.changeRule(ruleId, "DisableRule", given({ reason: input.reason }), request),
    );
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.SilenceInsightRulePayload, {
    description: "Has a rule raise nothing until some time, about all entities or about one.",
  })
  async silenceInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.SilenceInsightRuleInput, { description: "The rule, and until when." })
    input: ruleInputs.SilenceInsightRuleInput,
  ): Promise<object> {
    const { until, reason } = input;
    return onRule(context, input, (ruleId, request) => {
      const entityId = input.entityId == null ? undefined : requireEntityId(input.entityId, "entityId");
      return context.insights.silenceRule(ruleId, given({ entityId, until, reason }), request);
    });
  }

  @Authorized("OPERATOR")
  @Mutation(() => payloads.UnsilenceInsightRulePayload, { description: "Ends a silence before its time." })
  async unsilenceInsightRule(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => ruleInputs.UnsilenceInsightRuleInput, { description: "The silence." })
    input: ruleInputs.UnsilenceInsightRuleInput,
  ): Promise<object> {
    return onRule(context, input, (ruleId, request) =>
      context.insights.changeRule(ruleId, "UnsilenceRule", { silenceId: input.silenceId }, request),
    );
  }
}

@Resolver()
export class InsightMutations {
  @Authorized("WORKER")
  @Mutation(() => payloads.RaiseInsightPayload, {
    description:
      "Raises an insight that a model of yours has found. Where one of the type is open about the entity, that one gets the new risk and no other is raised.",
  })
  async raiseInsight(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.RaiseInsightInput, { description: "The insight." }) input: inputs.RaiseInsightInput,
  ): Promise<object> {
    return answer<payloads.RaiseInsightPayload>(context, { raised: false }, async () => {
      const outcome = await context.insights.raise(toRaised(input), toRequest(context, input));
      const { alertId, insight: row, raised } = outcome;
      await keepInSight(context, context.loaders.insight, { entity: "Insight", id: alertId, field: "entityId", row });
      return { alertId, raised, at: outcome.position };
    });
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.AcknowledgeInsightPayload, { description: "Takes up an insight." })
  async acknowledgeInsight(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.AcknowledgeInsightInput, { description: "The insight." })
    input: inputs.AcknowledgeInsightInput,
  ): Promise<object> {
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "AcknowledgeInsight", given({ note: input.note }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.SnoozeInsightPayload, { description: "Has people not told of an insight until some time." })
  async snoozeInsight(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.SnoozeInsightInput, { description: "The insight, and until when." })
    input: inputs.SnoozeInsightInput,
  ): Promise<object> {
    const { until, reason } = input;
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "SnoozeInsight", given({ until, reason }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.ResolveInsightPayload, {
    description: "Says that an insight holds no more. Its rule raises no other before the conditions have cleared.",
  })
  async resolveInsight(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.ResolveInsightInput, { description: "The insight." })
    input: inputs.ResolveInsightInput,
  ): Promise<object> {
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "ResolveInsight", given({ note: input.note }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.DismissInsightPayload, {
    description: "Says that an insight was nothing. Its rule raises no other before the conditions have cleared.",
  })
  async dismissInsight(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.DismissInsightInput, { description: "The insight, and why." })
    input: inputs.DismissInsightInput,
  ): Promise<object> {
    const { reason, note } = input;
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "DismissInsight", given({ reason, note }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.GiveInsightFeedbackPayload, {
    description: "Says whether an insight was useful, also once it is over.",
  })
  async giveInsightFeedback(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.GiveInsightFeedbackInput, { description: "What you think of it." })
    input: inputs.GiveInsightFeedbackInput,
  ): Promise<object> {
    const { useful, comment } = input;
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "GiveFeedback", given({ useful, comment }), request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.MarkInsightRecommendationPayload, {
    description: "Says that something was done that an insight recommends, or that it was not after all.",
  })
  async markInsightRecommendation(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.MarkInsightRecommendationInput, { description: "What was done." })
    input: inputs.MarkInsightRecommendationInput,
  ): Promise<object> {
    const { recommendationId, done } = input;
    return onInsight(context, input, (alertId, request) =>
      context.insights.change(alertId, "MarkRecommendation", { recommendationId, done: done ?? true }, request),
    );
  }

  @Authorized("RESPONDER")
  @Mutation(() => payloads.LinkInsightToIncidentPayload, {
    description: "Links an insight and an incident, both ways. An insight has one incident: a second one is refused.",
  })
  async linkInsightToIncident(
    @Ctx() context: GraphQLContext,
    @Arg("input", () => inputs.LinkInsightToIncidentInput, { description: "The two." })
    input: inputs.LinkInsightToIncidentInput,
  ): Promise<object> {
    return onInsight(context, input, async (alertId, request) => {
      const incidentId = await requireIncidentId(context, input.incidentId, "incidentId");
      const outcome = await context.insights.linkIncident(alertId, incidentId, request);
      context.loaders.incident.clear(incidentId);
      return outcome;
    });
  }
}

/** Not yet checked. */
function toRaised({ idempotencyKey: _, evidence, outcome, ...input }: inputs.RaiseInsightInput): object {
  return {
    ...given(input),
    entityId: toEntityId(input.entityId),
    // A number that is not there is said to be none.
    ...(evidence == null
      ? {}
      : { evidence: evidence.map(({ name, value, level }) => ({ name, value: value ?? null, ...given({ level }) })) }),
    ...(outcome == null ? {} : { outcome: { ...outcome } }),
  };
}

@Resolver(() => payloads.InsightRulePayload)
class RuleEdge {
  @FieldResolver(() => InsightRule, {
    nullable: true,
    description: "The rule after the change; null where there are errors.",
  })
  async rule(
    @Ctx() { loaders }: GraphQLContext,
    @Root() { ruleId }: payloads.InsightRulePayload,
  ): Promise<InsightRuleView | undefined> {
    const row = ruleId === undefined ? undefined : await loaders.insightRule.load(ruleId);
    return row && toRuleView(row);
  }
}

@Resolver(() => payloads.InsightPayload)
class InsightEdge {
  @FieldResolver(() => Insight, {
    nullable: true,
    description: "The insight after the change; null where there are errors.",
  })
  async insight(
    @Ctx() context: GraphQLContext,
    @Root() { alertId }: payloads.InsightPayload,
  ): Promise<InsightView | undefined> {
    return loadInsightView(context, alertId);
  }
}

/** The edges from payloads to what they are about. */
export const insightPayloadFields = [RuleEdge, InsightEdge] as const;
