/** What another health formula, or another rule, would have made of the past, before it is put to work. */
import { Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { limits } from "../../domain/insights/index.js";
import type {
  BacktestEntities,
  BacktestedInsight as BacktestedInsightRow,
  FormulaBacktest,
} from "../../domain/insights/index.js";
import { invalid } from "../../domain/kernel/errors.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { HealthFormulaBacktestArgs } from "../../schema/insights/entity.input.js";
import type { BacktestArgs } from "../../schema/insights/entity.input.js";
import { BacktestedEntityConnection, HealthFormulaBacktest } from "../../schema/insights/entity.type.js";
import type { BacktestedEntity } from "../../schema/insights/entity.type.js";
import { InsightRuleBacktestArgs } from "../../schema/insights/rule.input.js";
import { BacktestedInsightConnection, InsightRuleBacktest } from "../../schema/insights/rule.type.js";
import type { BacktestedInsight } from "../../schema/insights/rule.type.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { toDefinition } from "./definition.js";
import { requireEntityId } from "./ids.js";
import { toSpan } from "./span.js";
import { toMillisecondsOf } from "./views.js";

const backtestComplexity = ({ childComplexity }: { childComplexity: number }) => 500 + childComplexity;

type FormulaView = HealthFormulaBacktest & { readonly rows: readonly FormulaBacktest[] };
type RuleView = InsightRuleBacktest & { readonly rows: readonly BacktestedInsightRow[] };

@Resolver()
export class InsightsBacktestQueries {
  @Authorized("VIEWER")
  @Query(() => HealthFormulaBacktest, {
    complexity: backtestComplexity,
    description: "The scores that entities had, and would have had by other components, before these are activated.",
  })
  async backtestHealthFormula(
    @Ctx() context: GraphQLContext,
    @Args(() => HealthFormulaBacktestArgs) args: HealthFormulaBacktestArgs,
  ): Promise<FormulaView> {
    const rows = await context.metering.backtestFormula(
      { ...toAsked(context, args), components: args.components.map((component) => ({ ...component })) },
      { scope: context.caller.projects },
    );
    return { entityCount: rows.length, ...differencesOf(rows), rows };
  }

  @Authorized("VIEWER")
  @Query(() => InsightRuleBacktest, {
    complexity: backtestComplexity,
    description: "The insights that a rule would have raised, before it is enabled. It looks at every hour.",
  })
  async backtestInsightRule(
    @Ctx() context: GraphQLContext,
    @Args(() => InsightRuleBacktestArgs) args: InsightRuleBacktestArgs,
  ): Promise<RuleView> {
    const { insights, entities, isPartial, precision, medianLeadSeconds } = await context.metering.backtestRule(
      { ...toAsked(context, args), definition: toDefinition(args.definition) },
      { scope: context.caller.projects },
    );
    const medianLeadTime = toMillisecondsOf(medianLeadSeconds);
    return {
      entityCount: entities,
      insightCount: insights.length,
      isPartial,
      precision,
      medianLeadTime,
      rows: insights,
    };
  }
}

/** Which entities, and when. Throws a ValidationError where that is too much. */
function toAsked(context: GraphQLContext, args: BacktestArgs) {
  return { ...toEntities(args), ...toSpan(args, context.clock.now(), limits.backtestDays) };
}

function toEntities({ entities: { entityIds, ofType } }: BacktestArgs): BacktestEntities {
  if (entityIds != null) return { entityIds: entityIds.map((id) => requireEntityId(id, ["entities", "entityIds"])) };
  if (ofType == null) throw invalid("entities", "must have exactly one field");
  return { entityType: ofType.entityType, atMost: ofType.atMost ?? 100 };
}

/** Over all midnights at which both formulas give a score. */
function differencesOf(
  rows: readonly FormulaBacktest[],
): Pick<HealthFormulaBacktest, "meanDifference" | "greatestDifference"> {
  const differences = rows.flatMap(({ points }) =>
    points.flatMap(({ current, proposed }) =>
      current === null || proposed === null ? [] : [Math.abs(proposed - current)],
    ),
  );
  if (differences.length === 0) return {};
  const sum = differences.reduce((total, one) => total + one, 0);
  const greatestDifference = differences.reduce((most, one) => Math.max(most, one), 0);
  return { meanDifference: sum / differences.length, greatestDifference };
}

/** The same question makes the same list, so a place in it is its number. */
function placeOf(_row: unknown, index: number): string {
  return String(index);
}

@Resolver(() => HealthFormulaBacktest)
export class HealthFormulaBacktestFields {
  @FieldResolver(() => BacktestedEntityConnection, {
    complexity: pageComplexity,
    description: "The scores of each entity under both formulas.",
  })
  entities(
    @Ctx() { cursors }: GraphQLContext,
    @Root() { rows }: FormulaView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Connection<BacktestedEntity> {
    const list: List = { cursors, scope: "backtested-entities" };
    const request = toPageRequest(list, args);
    return toConnection(list, toPageOf(rows, request, placeOf), request, ({ entityId, entityType, points }) => ({
      entityId,
      entityType,
      points: points.map((point) => ({ ...point })),
    }));
  }
}

@Resolver(() => InsightRuleBacktest)
export class InsightRuleBacktestFields {
  @FieldResolver(() => BacktestedInsightConnection, {
    complexity: pageComplexity,
    description: "The insights that it would have raised.",
  })
  insights(
    @Ctx() { cursors }: GraphQLContext,
    @Root() { rows }: RuleView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Connection<BacktestedInsight> {
    const list: List = { cursors, scope: "backtested-insights" };
    const request = toPageRequest(list, args);
    return toConnection(list, toPageOf(rows, request, placeOf), request, ({ outcome, ...row }) => ({
      ...row,
      outcome: outcome && { happened: outcome.happened, leadTime: toMillisecondsOf(outcome.leadSeconds) },
    }));
  }
}
