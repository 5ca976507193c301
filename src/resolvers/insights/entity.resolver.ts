/** Queries about entities and their metrics, and the edges from them to other things. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { aggregateTalliesProjection, limits, toEntityKey } from "../../domain/insights/index.js";
import type { Entity as EntityRow, EntityFilter as EntityFilterRow, EntityRef } from "../../domain/insights/index.js";
import type { Page } from "../../domain/kernel/page.js";
import { addDays } from "../../domain/kernel/time.js";
import { pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { ActivitiesArgs, EntitiesArgs, MetricsArgs, MetricsHistoryArgs } from "../../schema/insights/entity.input.js";
import type { EntityFilter } from "../../schema/insights/entity.input.js";
import {
  ActivityConnection,
  ActivityGroup,
  Entity,
  EntityConnection,
  EntityMetrics,
  MetricsHistoryConnection,
} from "../../schema/insights/entity.type.js";
import type { Activity, MetricsPoint } from "../../schema/insights/entity.type.js";
import type { GraphQLContext } from "../context.js";
import { toTimes } from "../filters.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { waitUntil } from "../positions.js";
import { toSpan } from "./span.js";
import { toActivityView, toEntityView, toMetricValues, toMetricsView } from "./views.js";
import type { EntityView, MetricsView } from "./views.js";
import { findNamedEntity, seesType } from "./visible.js";

/** What metrics of the past cost more than those of now, in the measure of the limit on complexity. */
const pastComplexity = 20;

type Metered = Pick<MetricsArgs, "asOf" | "atLeast">;
const metricsComplexity = ({ args, childComplexity }: { args: Metered; childComplexity: number }) =>
  1 + childComplexity + (args.asOf == null && args.atLeast == null ? 0 : pastComplexity);

const keyOf = ({ entityType: type, entityId: id }: EntityRow) => toEntityKey({ type, id });

export async function loadEntityView(
  { loaders, cursors }: GraphQLContext,
  entityKey: string | undefined,
): Promise<EntityView | undefined> {
  const row = entityKey === undefined ? undefined : await loaders.entity.load(entityKey);
  return row && toEntityView(cursors, row);
}

/** The entity that the argument `id` of a root field names. */
export async function findEntityView(
  context: GraphQLContext,
  field: string,
  id: string,
  type?: string | null,
): Promise<EntityView | undefined> {
  const entity = await findNamedEntity(context, field, { text: id, argument: "id", type: type ?? null });
  return entity && loadEntityView(context, toEntityKey(entity));
}

@Resolver()
export class EntityQueries {
  @Authorized("VIEWER")
  @Query(() => Entity, { nullable: true, description: "One entity; null where nothing is known of it." })
  async entity(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its id, such as stu_4532, or its global id." }) id: string,
    @Arg("type", () => String, {
      nullable: true,
      description: "Its type, such as student; the prefix of the id says it where not given.",
    })
    type?: string | null,
  ): Promise<EntityView | undefined> {
    return findEntityView(context, "Query.entity", id, type);
  }

  @Authorized("VIEWER")
  @Query(() => EntityConnection, {
    complexity: pageComplexity,
    description:
      "Entities of a type, filtered. The order and the filter go by what was measured last, which is moments behind the clock; `metrics` are exact.",
  })
  async entities(
    @Ctx() context: GraphQLContext,
    @Args(() => EntitiesArgs) args: EntitiesArgs,
  ): Promise<Connection<Entity>> {
    const filter = toEntityFilter(args.filter);
    const order = args.orderBy ?? "LOWEST_HEALTH_FIRST";
    const list: List = { cursors: context.cursors, scope: `entities/${filter.entityType}/${order}` };
    const request = toPageRequest(list, args);
    const page: Page<EntityRow> = seesType(context, "Query.entities", filter.entityType)
      ? await context.insightViews.listEntities({ ...request, filter, order })
      : { rows: [], hasMore: false };
    for (const { row } of page.rows) context.loaders.entity.prime(keyOf(row), row);
    return toConnection(list, page, request, (row) => toEntityView(context.cursors, row));
  }

  @Authorized("VIEWER")
  @Query(() => EntityMetrics, {
    nullable: true,
    complexity: metricsComplexity,
    description: "The metrics of an entity, now or as they were; null where nothing is known of it.",
  })
  async metrics(
    @Ctx() context: GraphQLContext,
    @Arg("entityId", () => ID, { description: "The entity, by its id such as stu_4532, or its global id." })
    entityId: string,
    @Args(() => MetricsArgs) args: MetricsArgs,
  ): Promise<EntityMetrics | undefined> {
    const named = { text: entityId, argument: "entityId" };
    const entity = await findNamedEntity(context, "Query.metrics", named);
    if (entity === undefined) return undefined;
    const entityKey = toEntityKey(entity);
    return metricsOf(context, entityKey, args, () => context.loaders.entity.load(entityKey));
  }

  @Authorized("VIEWER")
  @Query(() => MetricsHistoryConnection, {
    complexity: pageComplexity,
    description:
      "The metrics of an entity at each midnight (UTC) of a time, oldest first, by all that is known today and the active formula. Empty where nothing is known of the entity.",
  })
  async metricsHistory(
    @Ctx() context: GraphQLContext,
    @Arg("entityId", () => ID, { description: "The entity, by its id such as stu_4532, or its global id." })
    entityId: string,
    @Args(() => MetricsHistoryArgs) args: MetricsHistoryArgs,
  ): Promise<Connection<MetricsPoint>> {
    const named = { text: entityId, argument: "entityId" };
    const entity = await findNamedEntity(context, "Query.metricsHistory", named);
    return historyOf(context, entity && toEntityKey(entity), args);
  }
}

/** Throws a ValidationError where no entity could match. */
function toEntityFilter({ type, healthBelow, healthAtLeast, updatedSince }: EntityFilter): EntityFilterRow {
  return {
    entityType: type,
    healthBelow: healthBelow ?? undefined,
    healthAtLeast: healthAtLeast ?? undefined,
    updatedSince: updatedSince ?? undefined,
  };
}

/** Of now: what is at hand, measured anew only where it is due. Of another moment: from the tallies. */
async function metricsOf(
  context: GraphQLContext,
  entityKey: string,
  { asOf, atLeast }: Metered,
  findEntity: () => Promise<EntityRow | undefined>,
): Promise<MetricsView | undefined> {
  await waitUntil(context, aggregateTalliesProjection.name, atLeast);
  if (asOf == null && atLeast == null) {
    const row = await findEntity();
    return row && toMetricsView(await context.loaders.measured.load(row));
  }
  // Rows of groups are written some seconds behind their tallies: who waits for the tallies wants what is in them.
  const measured = await context.metering.asOf(entityKey, asOf ?? undefined);
  return measured && toMetricsView(measured);
}

/** Asks only for what is behind the cursor. Nothing of an entity that is not there. */
async function historyOf(
  context: GraphQLContext,
  entityKey: string | undefined,
  args: MetricsHistoryArgs,
): Promise<Connection<MetricsPoint>> {
  const list: List = { cursors: context.cursors, scope: `metrics-history/${entityKey ?? ""}` };
  const request = toPageRequest(list, args);
  const { from, until } = toSpan(args, context.clock.now(), limits.historyDays);
  const start = request.after === undefined ? from : addDays(request.after, 1);
  await waitUntil(context, aggregateTalliesProjection.name, args.atLeast);
  const isEmpty = entityKey === undefined || start > until;
  const points = isEmpty ? [] : await context.metering.history(entityKey, { from: start, until });
  const page = toPageOf(points, { first: request.first }, ({ at }) => at);
  return toConnection(list, page, request, ({ at, healthScore, metrics }) => ({
    at,
    healthScore,
    values: toMetricValues(metrics),
  }));
}

@Resolver(() => Entity)
export class EntityFields {
  @FieldResolver(() => EntityMetrics, {
    nullable: true,
    complexity: metricsComplexity,
    description: "Its metrics, now or as they were; null where nothing was known of it then.",
  })
  async metrics(
    @Ctx() context: GraphQLContext,
    @Root() { row }: EntityView,
    @Args(() => MetricsArgs) args: MetricsArgs,
  ): Promise<EntityMetrics | undefined> {
    return metricsOf(context, keyOf(row), args, async () => row);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: "Its health score at this moment, 0 to 100; null where no component has a value.",
  })
  async healthScore(@Ctx() { loaders }: GraphQLContext, @Root() { row }: EntityView): Promise<number | null> {
    const { healthScore } = await loaders.measured.load(row);
    return healthScore;
  }

  @FieldResolver(() => MetricsHistoryConnection, {
    complexity: pageComplexity,
    description: "Its metrics at each midnight (UTC) of a time, oldest first.",
  })
  async metricsHistory(
    @Ctx() context: GraphQLContext,
    @Root() { row }: EntityView,
    @Args(() => MetricsHistoryArgs) args: MetricsHistoryArgs,
  ): Promise<Connection<MetricsPoint>> {
    return historyOf(context, keyOf(row), args);
  }

  @FieldResolver(() => ActivityConnection, {
    complexity: pageComplexity,
    description: "What happened to it, the latest first. Facts of a group are with the entities that name it.",
  })
  async activities(
    @Ctx() context: GraphQLContext,
    @Root() { row }: EntityView,
    @Args(() => ActivitiesArgs) args: ActivitiesArgs,
  ): Promise<Connection<Activity>> {
    const entityKey = keyOf(row);
    const list: List = { cursors: context.cursors, scope: `activities/${entityKey}` };
    const request = toPageRequest(list, args);
    const { kind, from, until } = args.filter ?? {};
    const times = toTimes({ from, until }, ["filter"]);
    const page = await context.insightViews.listActivities({
      ...request,
      ...times,
      entityKey,
      kind: kind ?? undefined,
    });
    return toConnection(list, page, request, toActivityView);
  }
}

@Resolver(() => EntityMetrics)
export class EntityMetricsFields {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      "The score less that with which the UTC day seven days before ended; null where one of them has none. As that day was scored then, where this ledger has measured it then or before; with `asOf`, and where not, by all that is known today and the active formula.",
  })
  async trend7d(@Ctx() { loaders }: GraphQLContext, @Root() { measured }: MetricsView): Promise<number | null> {
    return loaders.trend.load(measured);
  }
}

@Resolver(() => ActivityGroup)
export class ActivityGroupFields {
  @FieldResolver(() => Entity, {
    nullable: true,
    description: "The group itself; null where it is none of yours, or was not measured yet.",
  })
  async entity(
    @Ctx() context: GraphQLContext,
    @Root() { entityType: type, entityId: id }: ActivityGroup,
  ): Promise<EntityView | undefined> {
    return loadEntityView(context, toEntityKey({ type, id }));
  }
}

/** The edge `entity`, of types that have the id and the type of one. */
export async function loadEntityOf(
  context: GraphQLContext,
  { entityType: type, entityId: id }: { readonly entityType: string; readonly entityId: string },
): Promise<EntityView | undefined> {
  return loadEntityView(context, toEntityKey({ type, id } satisfies EntityRef));
}
