/** Which ranges of which index answer a list of entities, insights or facts, and in how many requests. */
import { insightStatuses } from "../../../domain/insights/index.js";
import type {
  Entity,
  EntityQuery,
  Insight,
  InsightFilter,
  InsightQuery,
  InsightStatus,
} from "../../../domain/insights/index.js";
import { invalid } from "../../../domain/kernel/errors.js";
import { isInScope } from "../../../domain/kernel/scope.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { toInstant, toMilliseconds } from "../../../domain/kernel/time.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { first, last, partOf, partsOf, toRank } from "../../query/rank.js";
import { insightPartition, raisedRank, scoreIn, scoreRank, secondsRange, watchList } from "./keys.js";

/** Health and risk. */
const scores = { from: 0, to: 100 } as const;

/**
 * One request, wherever the page is: entities of one score, or one second, may be most of all there are. By health, those without
 * a score are not in the index, as the list wants it (defect M5).
 */
export function planEntities({ filter, order }: EntityQuery): SortedRange {
  const { entityType, healthBelow, healthAtLeast, updatedSince } = filter;
  const partitionKey = { name: "entity_type", value: entityType };
  if (order === "NEWEST_FIRST" || order === "OLDEST_FIRST") {
    return {
      table: "iops-dashboard-metrics",
      index: "LastUpdatedIndex",
      partitionKey,
      sortKey: { name: "last_updated", ...secondsRange({ from: updatedSince }) },
      rankOf: (item) => toRank(String(item["last_updated"]), String(item["entity_id"])),
      sortKeyAt: partOf,
      keyAt(rank) {
        const [last_updated, entity_id] = partsOf(rank, 2);
        return { entity_type: entityType, last_updated, entity_id };
      },
    };
  }
  return {
    table: "iops-dashboard-metrics",
    index: "EntityTypeHealthIndex",
    partitionKey,
    sortKey: {
      name: "health_score",
      from: Math.max(scores.from, healthAtLeast ?? scores.from),
      // A score is a whole number: below 70 is up to 69.
      to: Math.min(scores.to, Math.ceil(healthBelow ?? scores.to + 1) - 1),
    },
    rankOf: (item) => scoreRank(Number(item["health_score"]), String(item["entity_id"])),
    sortKeyAt: scoreIn,
    keyAt(rank) {
      const [, entity_id] = partsOf(rank, 2);
      return { entity_type: entityType, health_score: scoreIn(rank), entity_id };
    },
  };
}

/** What an entity must be like to be in a list. */
export function matchesEntity(entity: Entity, { filter, order }: EntityQuery): boolean {
  const { healthBelow, healthAtLeast, updatedSince } = filter;
  const { healthScore: score, lastUpdated } = entity;
  const isByHealth = order === "LOWEST_HEALTH_FIRST" || order === "HIGHEST_HEALTH_FIRST";
  return (
    (score !== null || !isByHealth) &&
    (healthBelow === undefined || (score !== null && score < healthBelow)) &&
    (healthAtLeast === undefined || (score !== null && score >= healthAtLeast)) &&
    (updatedSince === undefined || lastUpdated >= updatedSince)
  );
}

/** Whether the index holds nothing else than what the list asks for. */
export function isNarrowEntityQuery({ filter, order }: EntityQuery): boolean {
  const { healthBelow, healthAtLeast, updatedSince } = filter;
  const isByTime = order === "NEWEST_FIRST" || order === "OLDEST_FIRST";
  return isByTime ? healthBelow === undefined && healthAtLeast === undefined : updatedSince === undefined;
}

/**
 * One request for an entity or a prediction type, one for each status where all entities are asked for. @throws ValidationError
 * for `order` where insights of several types are to be sorted by risk: there is no index for that.
 */
export function planInsights({ filter, order }: InsightQuery): readonly SortedRange[] {
  const { entityId, predictionType, riskAbove, statuses } = filter;
  if (order === "HIGHEST_RISK_FIRST") {
    if (predictionType === undefined) throw invalid("order", "by risk is only possible with a predictionType");
    return [riskRange(predictionType, riskAbove)];
  }
  if (entityId !== undefined) return [entityRange(entityId, filter)];
  if (predictionType !== undefined) {
    return [raisedRange("PredictionTypeIndex", { name: "prediction_type", value: predictionType }, filter)];
  }
  return [...new Set<InsightStatus>(statuses ?? insightStatuses)].map((status) =>
    raisedRange("StatusIndex", { name: "status", value: status }, filter),
  );
}

/** What an insight must be like to be in a list. */
export function matchesInsight(insight: Insight, { filter }: InsightQuery): boolean {
  const { entityId, entityType, predictionType, riskAbove, statuses, from, until, scope = "all" } = filter;
  return (
    isInScope(scope, [insight.entityType]) &&
    (entityId === undefined || insight.entityId === entityId) &&
    (entityType === undefined || insight.entityType === entityType) &&
    (predictionType === undefined || insight.predictionType === predictionType) &&
    (riskAbove === undefined || insight.riskScore > riskAbove) &&
    (statuses === undefined || statuses.includes(insight.status)) &&
    (from === undefined || insight.raisedAt >= from) &&
    (until === undefined || insight.raisedAt < until)
  );
}

/** Whether the ranges of {@link planInsights} hold hardly anything else than what the list asks for. */
export function isNarrowInsightQuery({ filter, order }: InsightQuery): boolean {
  const { entityId, entityType, predictionType, riskAbove, statuses, from, until, scope = "all" } = filter;
  const isAnyOf = (...parts: readonly unknown[]) => parts.every((part) => part === undefined);
  if (order === "HIGHEST_RISK_FIRST") return isAnyOf(entityId, entityType, statuses, from, until) && scope === "all";
  // An entity is of one type.
  if (entityId !== undefined) return isAnyOf(predictionType, statuses, riskAbove, from, until);
  return isAnyOf(entityType, riskAbove) && scope === "all" && (predictionType === undefined || statuses === undefined);
}

/** An insight's place is made just before it is raised: so much apart the two may be. */
const placeMarginMilliseconds = 60_000;

/** The seed's own query: by place, strongly consistent. */
function entityRange(entityId: string, { from, until }: InsightFilter): SortedRange {
  const moved = (instant: Instant | undefined, milliseconds: number) =>
    instant === undefined ? undefined : toInstant(toMilliseconds(instant) + milliseconds);
  const places = secondsRange({
    from: moved(from, -placeMarginMilliseconds),
    until: moved(until, placeMarginMilliseconds),
  });
  return {
    table: "iops-dashboard-insights",
    partitionKey: { name: "pk", value: insightPartition(entityId) },
    sortKey: { name: "sk", ...places },
    rankOf: (item) => String(item["sk"]),
    sortKeyAt: (rank) => rank,
    consistent: true,
  };
}

function raisedRange(
  index: string,
  partitionKey: SortedRange["partitionKey"],
  filter: Pick<InsightFilter, "from" | "until">,
): SortedRange {
  return {
    table: "iops-dashboard-insights",
    index,
    partitionKey,
    sortKey: { name: "timestamp", ...secondsRange(filter) },
    rankOf: raisedRank,
    sortKeyAt: partOf,
    sortKeyRepeats: true,
  };
}

/** Of equal risk, in the order of the index: a rule may give all its insights one risk. */
function riskRange(predictionType: string, riskAbove: number | undefined): SortedRange {
  return {
    table: "iops-dashboard-insights",
    index: "RiskScoreIndex",
    partitionKey: { name: "prediction_type", value: predictionType },
    // A risk is a whole number: above 80 is from 81 on.
    sortKey: { name: "risk_score", from: Math.max(scores.from, Math.floor(riskAbove ?? -1) + 1), to: scores.to },
    rankOf: (item) => scoreRank(Number(item["risk_score"]), String(item["pk"]), String(item["sk"])),
    sortKeyAt: scoreIn,
    keyAt(rank) {
      const [, pk, sk] = partsOf(rank, 3);
      return { prediction_type: predictionType, risk_score: scoreIn(rank), pk, sk };
    },
  };
}

/** Facts of an entity by when they happened. One request. */
export function activityRange(
  entityKey: string,
  { from, until }: { readonly from?: Instant | undefined; readonly until?: Instant | undefined },
): SortedRange {
  return {
    table: "iops-dashboard-activities",
    index: "EntityIndex",
    partitionKey: { name: "entity_key", value: entityKey },
    // No place is `until` itself: an id follows in each.
    sortKey: { name: "place", from: from ?? first, to: until ?? last },
    rankOf: (item) => String(item["place"]),
    sortKeyAt: (rank) => rank,
  };
}

/** Watches of a rule that are not NORMAL, by entity. One request. */
export function watchRange(ruleId: string): SortedRange {
  return {
    table: "iops-dashboard-rules",
    index: "ListIndex",
    partitionKey: { name: "list_key", value: watchList(ruleId) },
    sortKey: { name: "subject", from: first, to: last },
    rankOf: (item: Item) => String(item["subject"]),
    sortKeyAt: (rank) => rank,
  };
}
