/** Queries about rules, how they do, and where they stand. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { areTypesVisible, parseEntityKey, rulePerformanceProjection } from "../../domain/insights/index.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { Entity } from "../../schema/insights/entity.type.js";
import { Insight } from "../../schema/insights/insight.type.js";
import {
  InsightRule,
  InsightRuleConnection,
  InsightRulePerformance,
  InsightWatch,
  InsightWatchConnection,
} from "../../schema/insights/rule.type.js";
import type { GraphQLContext } from "../context.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { waitUntil } from "../positions.js";
import { loadEntityView } from "./entity.resolver.js";
import { requireRuleId } from "./ids.js";
import { loadInsightView } from "./insight.resolver.js";
import { toPerformanceView, toRuleView, toWatchView } from "./views.js";
import type { EntityView, InsightRuleView, InsightView, InsightWatchView } from "./views.js";
import { loadNamedRule } from "./visible.js";

@Resolver()
export class InsightRuleQueries {
  @Authorized("VIEWER")
  @Query(() => InsightRule, {
    nullable: true,
    description: "One rule; null where there is none, or where it is about others' types, too.",
  })
  async insightRule(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its `ruleId`." }) id: string,
  ): Promise<InsightRuleView | undefined> {
    const row = await loadNamedRule(context, "Query.insightRule", requireRuleId(id, "id"));
    return row && toRuleView(row);
  }

  @Authorized("VIEWER")
  @Query(() => InsightRuleConnection, {
    complexity: pageComplexity,
    description: "The rules, by their ids; those of which all types are yours.",
  })
  async insightRules(
    @Ctx() context: GraphQLContext,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<InsightRule>> {
    const list: List = { cursors: context.cursors, scope: "insight-rules" };
    const request = toPageRequest(list, args);
    const { projects } = context.caller;
    const rules = await context.insightViews.allRules();
    const own = rules.filter(({ definition }) => areTypesVisible(definition.entityTypes, projects));
    return toConnection(
      list,
      toPageOf(own, request, ({ ruleId }) => ruleId),
      request,
      toRuleView,
    );
  }
}

@Resolver(() => InsightRule)
export class InsightRuleFields {
  @FieldResolver(() => InsightRulePerformance, {
    nullable: true,
    description: "What became of its insights; null where some were about entities of types that are not yours.",
  })
  async performance(
    @Ctx() context: GraphQLContext,
    @Root() { ruleId }: InsightRuleView,
    @Arg("atLeast", () => String, {
      nullable: true,
      description:
        "Count at least what came before this `position`, of a mutation or message: waits for it, for some seconds at most.",
    })
    atLeast?: string | null,
  ): Promise<InsightRulePerformance | undefined> {
    await waitUntil(context, rulePerformanceProjection.name, atLeast);
    const row = await context.loaders.rulePerformance.load(ruleId);
    return areTypesVisible(row?.entityTypes ?? [], context.caller.projects) ? toPerformanceView(row) : undefined;
  }

  @FieldResolver(() => InsightWatchConnection, {
    complexity: pageComplexity,
    description:
      "Where it stands for each entity for which it is not NORMAL, by entity; those of types that are yours, where it was about others before.",
  })
  async watches(
    @Ctx() context: GraphQLContext,
    @Root() { ruleId }: InsightRuleView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<InsightWatch>> {
    const list: List = { cursors: context.cursors, scope: `insight-watches/${ruleId}` };
    const request = toPageRequest(list, args);
    const page = await context.insightViews.listWatches({ ...request, ruleId, scope: context.caller.projects });
    return toConnection(list, page, request, (row) => toWatchView(row, context.clock.now()));
  }
}

@Resolver(() => InsightWatch)
export class InsightWatchFields {
  @FieldResolver(() => ID, { description: "The entity, such as stu_4532." })
  entityId(@Root() { row }: InsightWatchView): string {
    return parseEntityKey(row.entityKey).id;
  }

  @FieldResolver(() => Entity, {
    nullable: true,
    description: "The entity; null where it cannot be found.",
  })
  async entity(@Ctx() context: GraphQLContext, @Root() { row }: InsightWatchView): Promise<EntityView | undefined> {
    return loadEntityView(context, row.entityKey);
  }

  @FieldResolver(() => Insight, { nullable: true, description: "The insight that is open; null where none is." })
  async insight(@Ctx() context: GraphQLContext, @Root() { row }: InsightWatchView): Promise<InsightView | undefined> {
    return loadInsightView(context, row.alertId);
  }
}
