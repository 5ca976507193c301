/** Queries about insights, and the edges from them to other things. */
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { insightCategory, insightEventSchemas } from "../../domain/insights/index.js";
import type { Insight as InsightRow, InsightEvent, InsightFilter as FilterRow } from "../../domain/insights/index.js";
import { invalid } from "../../domain/kernel/errors.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { ofCategory } from "../../domain/kernel/feed.js";
import { toStreamName } from "../../domain/kernel/streamName.js";
import { ConnectionArgs, pageComplexity } from "../../schema/connection.js";
import type { Connection } from "../../schema/connection.js";
import { Incident, IncidentLink } from "../../schema/incidents/incident.type.js";
import { Entity } from "../../schema/insights/entity.type.js";
import { insightChanges } from "../../schema/insights/enums.js";
import { InsightsArgs, InsightsOfEntityArgs } from "../../schema/insights/insight.input.js";
import type { InsightFilter } from "../../schema/insights/insight.input.js";
import { Insight, InsightConnection, InsightHistoryConnection } from "../../schema/insights/insight.type.js";
import type { InsightHistoryEntry } from "../../schema/insights/insight.type.js";
import { InsightRule } from "../../schema/insights/rule.type.js";
import type { GraphQLContext } from "../context.js";
import { toChoice, toTimes } from "../filters.js";
import { loadIncidentView } from "../incidents/incident.resolver.js";
import type { IncidentView } from "../incidents/views.js";
import { toConnection, toPageOf, toPageRequest } from "../paging.js";
import type { List } from "../paging.js";
import { loadEntityOf } from "./entity.resolver.js";
import { requireAlertId, requireEntityId } from "./ids.js";
import { toInsightView, toRuleView } from "./views.js";
import type { EntityView, InsightRuleView, InsightView } from "./views.js";
import { loadNamedInsight, seesType } from "./visible.js";

export async function loadInsightView(
  { loaders, cursors }: GraphQLContext,
  alertId: string | undefined,
): Promise<InsightView | undefined> {
  const row = alertId === undefined ? undefined : await loaders.insight.load(alertId);
  return row && toInsightView(cursors, row);
}

/** The insight that the argument `id` of a root field names. */
export async function findInsightView(
  context: GraphQLContext,
  field: string,
  id: string,
): Promise<InsightView | undefined> {
  const row = await loadNamedInsight(context, field, requireAlertId(id, "id"));
  return row && toInsightView(context.cursors, row);
}

/** A page of insights; `of` is what the list is about, besides its filter. */
async function pageOfInsights(
  context: GraphQLContext,
  args: InsightsArgs,
  of: Pick<FilterRow, "entityId" | "entityType"> = {},
): Promise<Connection<Insight>> {
  const order = args.orderBy ?? "NEWEST_FIRST";
  const filter = { ...toFilter(args.filter), ...of };
  if (order === "HIGHEST_RISK_FIRST" && filter.predictionType === undefined) {
    throw invalid("orderBy", "must be a time where the filter has no `predictionType`");
  }
  const list: List = { cursors: context.cursors, scope: `insights/${of.entityId ?? ""}/${order}` };
  const request = toPageRequest(list, args);
  const { projects: scope } = context.caller;
  const page = await context.insightViews.listInsights({ ...request, filter: { ...filter, scope }, order });
  for (const { row } of page.rows) context.loaders.insight.prime(row.alertId, row);
  return toConnection(list, page, request, (row) => toInsightView(context.cursors, row));
}

/** Throws a ValidationError that names the field. */
function toFilter(filter: InsightFilter | null | undefined): FilterRow {
  if (filter == null) return {};
  const { entityId, entityType, predictionType, riskAbove, statuses } = filter;
  return {
    entityId: entityId == null ? undefined : requireEntityId(entityId, ["filter", "entityId"]),
    entityType: entityType ?? undefined,
    predictionType: predictionType ?? undefined,
    riskAbove: riskAbove ?? undefined,
    statuses: toChoice(statuses, "statuses"),
    ...toTimes(filter, ["filter"]),
  };
}

@Resolver()
export class InsightQueries {
  @Authorized("VIEWER")
  @Query(() => Insight, {
    nullable: true,
    description: "One insight, also where its row has expired; null where it does not exist.",
  })
  async insight(
    @Ctx() context: GraphQLContext,
    @Arg("id", () => ID, { description: "Its global id, or its `alertId`." }) id: string,
  ): Promise<InsightView | undefined> {
    return findInsightView(context, "Query.insight", id);
  }

  @Authorized("VIEWER")
  @Query(() => InsightConnection, {
    complexity: pageComplexity,
    description: "Insights of the last 90 days, filtered. Those about your types where nothing is named.",
  })
  async insights(
    @Ctx() context: GraphQLContext,
    @Args(() => InsightsArgs) args: InsightsArgs,
  ): Promise<Connection<Insight>> {
    const entityType = args.filter?.entityType;
    if (entityType != null) seesType(context, "Query.insights", entityType);
    return pageOfInsights(context, args);
  }
}

@Resolver(() => Entity)
export class EntityInsightFields {
  @FieldResolver(() => InsightConnection, {
    complexity: pageComplexity,
    description: "Insights about it, of the last 90 days.",
  })
  async insights(
    @Ctx() context: GraphQLContext,
    @Root() { row: { entityId, entityType } }: EntityView,
    @Args(() => InsightsOfEntityArgs) args: InsightsOfEntityArgs,
  ): Promise<Connection<Insight>> {
    return pageOfInsights(context, args, { entityId, entityType });
  }
}

@Resolver(() => Insight)
export class InsightFields {
  @FieldResolver(() => Entity, {
    nullable: true,
    description: "What it is about; null where nothing was ever recorded about it.",
  })
  async entity(@Ctx() context: GraphQLContext, @Root() insight: Insight): Promise<EntityView | undefined> {
    return loadEntityOf(context, insight);
  }

  @FieldResolver(() => InsightRule, {
    nullable: true,
    description: "The rule that raised it; null where a model did, or where the rule is about others' types, too.",
  })
  async rule(@Ctx() { loaders }: GraphQLContext, @Root() { row }: InsightView): Promise<InsightRuleView | undefined> {
    if (row.ruleRevision === undefined) return undefined;
    const rule = await loaders.insightRule.load(row.predictionType);
    return rule && toRuleView(rule);
  }

  @FieldResolver(() => Incident, {
    nullable: true,
    description: "The incident that it was declared as, or has joined; null where there is none that you may see.",
  })
  async incident(@Ctx() context: GraphQLContext, @Root() { row }: InsightView): Promise<IncidentView | undefined> {
    return row.incident && loadIncidentView(context, row.incident.incidentId);
  }

  @FieldResolver(() => InsightHistoryConnection, {
    complexity: pageComplexity,
    description: "All that happened to it, oldest first. It stays for good, also once its row has expired.",
  })
  async history(
    @Ctx() context: GraphQLContext,
    @Root() { row }: InsightView,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
  ): Promise<Connection<InsightHistoryEntry>> {
    const list: List = { cursors: context.cursors, scope: `insight-history/${row.alertId}` };
    const request = toPageRequest(list, args);
    const after = Number(request.after ?? 0);
    // One more than the page has tells whether there is another.
    const events = await eventsOf(context, row, { from: after + 1, count: request.first + 1 });
    const entries = await Promise.all(events.map((event) => toHistoryEntry(context, event)));
    const page = toPageOf(entries, { first: request.first }, ({ version }) => String(version));
    return toConnection(list, page, request, (entry) => entry);
  }
}

/** So many events of an insight, from a version on: one Query, and one for each further megabyte. */
async function eventsOf(
  { eventStore }: GraphQLContext,
  { alertId, version }: InsightRow,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly Recorded<InsightEvent>[]> {
  const streamId = toStreamName(insightCategory, alertId);
  const last = Math.min(version, from + count - 1);
  const events: Recorded<InsightEvent>[] = [];
  if (from > last) return events;
  for await (const commit of eventStore.readStream(streamId, { fromVersion: from, toVersion: last })) {
    events.push(...commit.events.flatMap((event) => ofCategory({ event }, insightCategory, insightEventSchemas) ?? []));
  }
  return events.filter((event) => event.version >= from && event.version <= last);
}

async function toHistoryEntry(context: GraphQLContext, event: Recorded<InsightEvent>): Promise<InsightHistoryEntry> {
  const { eventId, type, recordedAt, actor, version } = event;
  const data = await visibleData(context, event);
  return { eventId, change: insightChanges[type], recordedAt, actor: { ...actor }, data, version };
}

/** What an event says, for this caller: who sees some types only is not told what is of others' services. */
async function visibleData({ caller, loaders }: GraphQLContext, event: InsightEvent): Promise<unknown> {
  if (caller.projects === "all") return event.data;
  switch (event.type) {
    case "InsightRaised": {
      const { incident: _, notify: __, ...data } = event.data;
      return data;
    }
    case "InsightIncidentLinked": {
      const { incidentId, ...data } = event.data;
      return (await loaders.incident.load(incidentId)) === undefined ? data : event.data;
    }
    default:
      return event.data;
  }
}

@Resolver(() => IncidentLink)
export class IncidentLinkInsightFields {
  @FieldResolver(() => Insight, {
    nullable: true,
    description: "The linked insight; null where the link points elsewhere, or where it is not one of yours.",
  })
  async insight(@Ctx() context: GraphQLContext, @Root() link: IncidentLink): Promise<InsightView | undefined> {
    return link.kind === "INSIGHT" ? loadInsightView(context, link.target) : undefined;
  }
}
