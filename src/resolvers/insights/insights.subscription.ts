/** Live metrics and insights: what was missed since a cursor, then what happens, without a gap or a duplicate. */
import { Arg, Authorized, Ctx, FieldResolver, Resolver, Root, Subscription } from "type-graphql";
import {
  entityCategory,
  entityEventSchemas,
  insightCategory,
  insightEventSchemas,
  insightTag,
  parseEntityKey,
  toEntityKey,
} from "../../domain/insights/index.js";
import type { EntityEvent, InsightEvent } from "../../domain/insights/index.js";
import { NotFoundError } from "../../domain/kernel/errors.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { ofCategory } from "../../domain/kernel/feed.js";
import type { FeedEntry, LiveEntry } from "../../domain/kernel/feed.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import { MetricsChangeFilter } from "../../schema/insights/entity.input.js";
import { Entity, MetricsMessage } from "../../schema/insights/entity.type.js";
import { insightChanges } from "../../schema/insights/enums.js";
import { InsightChangeFilter, InsightRaisedFilter } from "../../schema/insights/insight.input.js";
import { Insight, InsightMessage } from "../../schema/insights/insight.type.js";
import type { GraphQLContext } from "../context.js";
import { toChoice } from "../filters.js";
import { afterArgument, followTagged } from "../follow.js";
import type { TagGroups } from "../follow.js";
import { loadEntityOf } from "./entity.resolver.js";
import { requireEntityId } from "./ids.js";
import { loadInsightView } from "./insight.resolver.js";
import { toMetricValues } from "./views.js";
import type { EntityView, InsightView } from "./views.js";
import { findNamedEntity, seesType } from "./visible.js";

/** What TypeGraphQL hands to `subscribe`: the arguments as they came, already of the types that the schema states. */
interface SubscribeData<Filter> {
  readonly args: { readonly filter?: Filter | null; readonly after?: string | null };
  readonly context: GraphQLContext;
}

type Measured = Recorded<Extract<EntityEvent, { readonly type: "EntityMetricsMeasured" }>>;

function measuredOf(entry: Pick<FeedEntry, "event">): Measured | undefined {
  const event = ofCategory(entry, entityCategory, entityEventSchemas);
  return event?.type === "EntityMetricsMeasured" ? event : undefined;
}

function insightEventOf(entry: Pick<FeedEntry, "event">): Recorded<InsightEvent> | undefined {
  return ofCategory(entry, insightCategory, insightEventSchemas);
}

/** The follower lets through only what one of the two above finds. */
function required<T>(event: T | undefined): T {
  if (event === undefined) throw new Error("an entry came that was not asked for");
  return event;
}

@Resolver()
export class InsightSubscriptions {
  @Authorized("VIEWER")
  @Subscription(() => MetricsMessage, {
    description:
      "Follows metrics: each time those of an entity are others, by what happened or by time that has passed. Each change once, in order for each entity.",
    subscribe: ({ args, context }: SubscribeData<MetricsChangeFilter>) => followMetrics(context, args),
  })
  metricsChanged(
    @Ctx() { cursors }: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => MetricsChangeFilter, {
      nullable: true,
      description: "Whose metrics; those of all entities that are yours where not given.",
    })
    _filter?: MetricsChangeFilter,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): MetricsMessage {
    const { streamId, data } = required(measuredOf(live));
    const { at, cause, healthScore, metrics } = data;
    const { type: entityType, id: entityId } = parseEntityKey(parseStreamName(streamId).id);
    const position = cursors.encodePosition({ kind: "feed", feed: live.after });
    return { entityId, entityType, at, cause, healthScore, values: toMetricValues(metrics), position };
  }

  @Authorized("VIEWER")
  @Subscription(() => InsightMessage, {
    description: "Follows insights as they are raised, each once.",
    subscribe: ({ args, context }: SubscribeData<InsightRaisedFilter>) => followRaised(context, args),
  })
  insightRaised(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => InsightRaisedFilter, {
      nullable: true,
      description: "Which insights; all that are yours where not given.",
    })
    _filter?: InsightRaisedFilter,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): InsightMessage {
    return toMessage(context, live);
  }

  @Authorized("VIEWER")
  @Subscription(() => InsightMessage, {
    description: "Follows insights: everything that happens to each, once and in order.",
    subscribe: ({ args, context }: SubscribeData<InsightChangeFilter>) => followChanged(context, args),
  })
  insightChanged(
    @Ctx() context: GraphQLContext,
    @Root() live: LiveEntry,
    @Arg("filter", () => InsightChangeFilter, {
      nullable: true,
      description: "Which insights; all that are yours where not given.",
    })
    _filter?: InsightChangeFilter,
    @Arg("after", () => String, afterArgument) _after?: string,
  ): InsightMessage {
    return toMessage(context, live);
  }
}

function toMessage({ cursors }: GraphQLContext, live: LiveEntry): InsightMessage {
  const { type, streamId } = required(insightEventOf(live));
  const position = cursors.encodePosition({ kind: "feed", feed: live.after });
  return { alertId: parseStreamName(streamId).id, change: insightChanges[type], position };
}

async function followMetrics(context: GraphQLContext, { filter, after }: SubscribeData<MetricsChangeFilter>["args"]) {
  const groups = await toGroups(context, "Subscription.metricsChanged", filter);
  const below = filter?.healthBelow ?? undefined;
  const matches = (entry: FeedEntry) => {
    const score = measuredOf(entry)?.data.healthScore;
    // Not of this category, or not of this type: undefined. Without a score: null.
    return score !== undefined && (below === undefined || (score !== null && score < below));
  };
  return followTagged(context, { category: entityCategory, groups, matches, after });
}

async function followRaised(context: GraphQLContext, { filter, after }: SubscribeData<InsightRaisedFilter>["args"]) {
  const groups = await toInsightGroups(context, "Subscription.insightRaised", filter);
  const above = filter?.riskAbove ?? undefined;
  const matches = (entry: FeedEntry) => {
    const event = insightEventOf(entry);
    return event?.type === "InsightRaised" && (above === undefined || event.data.riskScore > above);
  };
  return followTagged(context, { category: insightCategory, groups, matches, after });
}

async function followChanged(context: GraphQLContext, { filter, after }: SubscribeData<InsightChangeFilter>["args"]) {
  const statuses = toChoice(filter?.statuses, "statuses") ?? [];
  const groups = [
    ...(await toInsightGroups(context, "Subscription.insightChanged", filter)),
    statuses.map(insightTag.status),
  ].filter((group) => group.length > 0);
  return followTagged(context, { category: insightCategory, groups, after });
}

type Subject = Pick<MetricsChangeFilter, "entityType" | "entityId">;

/** By the tags of commits. @throws NotFoundError for a type or an entity that is not the caller's; that is logged. */
async function toGroups(
  context: GraphQLContext,
  field: string,
  filter: Subject | null | undefined,
): Promise<TagGroups> {
  const groups: string[][] = [];
  if (filter?.entityType != null) {
    const { entityType } = filter;
    if (!seesType(context, field, entityType)) {
      throw new NotFoundError("EntityType", entityType, ["filter", "entityType"]);
    }
    groups.push([insightTag.entityType(entityType)]);
  }
  if (filter?.entityId != null) {
    groups.push([insightTag.entity(await namedEntityId(context, field, filter.entityId))]);
  }
  const { projects } = context.caller;
  if (projects !== "all") groups.push(projects.map(insightTag.entityType));
  return groups;
}

/** Who sees all types need not have one for the id. */
async function namedEntityId(context: GraphQLContext, field: string, text: string): Promise<string> {
  const argument = ["filter", "entityId"];
  const id = requireEntityId(text, argument);
  if (context.caller.projects === "all") return id;
  const entity = await findNamedEntity(context, field, { text, argument });
  if (entity === undefined) throw new NotFoundError("Entity", id, argument);
  return id;
}

async function toInsightGroups(
  context: GraphQLContext,
  field: string,
  filter: (Subject & Pick<InsightRaisedFilter, "predictionType">) | null | undefined,
): Promise<TagGroups> {
  const groups = await toGroups(context, field, filter);
  return filter?.predictionType == null ? groups : [...groups, [insightTag.prediction(filter.predictionType)]];
}

@Resolver(() => MetricsMessage)
export class MetricsMessageFields {
  @FieldResolver(() => Entity, { description: "The entity as it is now." })
  async entity(@Ctx() context: GraphQLContext, @Root() message: MetricsMessage): Promise<EntityView> {
    const entity = await loadEntityOf(context, message);
    if (entity === undefined)
      throw new Error(`${toEntityKey({ type: message.entityType, id: message.entityId })} was measured and has no row`);
    return entity;
  }
}

@Resolver(() => InsightMessage)
export class InsightMessageFields {
  @FieldResolver(() => Insight, { description: "The insight as it is now." })
  async insight(@Ctx() context: GraphQLContext, @Root() { alertId }: InsightMessage): Promise<InsightView> {
    const insight = await loadInsightView(context, alertId);
    if (insight === undefined) throw new Error(`insight ${alertId} has events and cannot be read`);
    return insight;
  }
}
