/** The insight views in DynamoDB: the access patterns of seed 001, and those of facts, rules and what they led to. */
import {
  defaultCatalog,
  defaultFormulas,
  insightCategory,
  isTypeVisible,
  limits,
  parseEntityKey,
  toEntityKey,
  toSeedTime,
} from "../../../domain/insights/index.js";
import type { Activity, Entity, Insight, InsightsReadModel, Watch } from "../../../domain/insights/index.js";
import { toStreamName } from "../../../domain/kernel/streamName.js";
import type { Clock, Instant } from "../../../domain/kernel/time.js";
import { batchGet } from "../../dynamodb/batchGet.js";
import { queryCount, queryPages } from "../../dynamodb/query.js";
import type { LimitedQuery } from "../../dynamodb/query.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { readShortStreams } from "../../dynamodb/shortStreams.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { loadCheckpoint } from "../../processing/checkpoint.js";
import { readAsyncRows } from "../../processing/readAsyncRows.js";
import { createListRows } from "../../query/listRows.js";
import { last } from "../../query/rank.js";
import type { TableName } from "../../tables.js";
import { aggregateTalliesView, rulePerformanceView } from "./asyncViews.js";
import {
  fromActivityItem,
  fromCatalogItem,
  fromEntityItem,
  fromFormulasItem,
  fromInsightItem,
  fromRuleItem,
  fromSlotItem,
  fromTallyItem,
  fromWatchItem,
  isOurs,
} from "./items.js";
import { aggregatePartition, decayShards, entityItemKey, rulesKeys } from "./keys.js";
import {
  activityRange,
  isNarrowEntityQuery,
  isNarrowInsightQuery,
  matchesEntity,
  matchesInsight,
  planEntities,
  planInsights,
  watchRange,
} from "./lists.js";
import { foldInsight } from "./states.js";
import { tallyItems } from "./stateLoader.js";

export interface InsightsReadModelDeps extends ShortStreamsDeps {
  readonly clock: Clock;
}

export function createInsightsReadModel(deps: InsightsReadModelDeps): InsightsReadModel {
  const { db, clock } = deps;

  /** Rows by their keys, in their order, strongly consistent; undefined for what is not there or not ours. */
  const getRows = async <Row>(
    table: TableName,
    keys: readonly Item[],
    fromItem: (item: Item) => Row,
  ): Promise<readonly (Row | undefined)[]> => {
    const items = await batchGet(db, table, keys, { consistent: true });
    return items.map((item) => (item !== undefined && isOurs(item) ? fromItem(item) : undefined));
  };

  const listRows = createListRows({ db, clock, isOurs });

  return {
    getEntities: (entityKeys) => getRows("iops-dashboard-metrics", entityKeys.map(entityItemKey), fromEntityItem),

    listEntities: async (query) =>
      listRows<Entity>(query, {
        ranges: [planEntities(query)],
        descending: query.order === "HIGHEST_HEALTH_FIRST" || query.order === "NEWEST_FIRST",
        isNarrow: isNarrowEntityQuery(query),
        fromItem: fromEntityItem,
        matches: (entity) => matchesEntity(entity, query),
      }),

    async *listDue(now, size) {
      const ofShard = Math.ceil(size / decayShards.length);
      let shards = decayShards.map((shard) => queryPages(db, "iops-dashboard-metrics", dueQuery(shard, now, ofShard)));
      for (;;) {
        const pages = await Promise.all(shards.map((shard) => shard.next()));
        shards = shards.filter((_, index) => pages[index]?.done !== true);
        if (shards.length === 0) return;
        yield pages
          .flatMap(({ value }) => value ?? [])
          .map((item) => ({ at: String(item["decay_at"]), entityKey: entityKeyIn(item) }))
          .sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1))
          .map(({ entityKey }) => entityKey);
      }
    },

    async getTallies({ entityKey, of, from, until }) {
      if (of === "ENTITY") {
        return (await tallyItems(db, entityKey, { from, until })).filter(isOurs).map(fromTallyItem);
      }
      const { generation = 0 } = (await loadCheckpoint(db, aggregateTalliesView.projection.name)) ?? {};
      const items = await tallyItems(db, aggregatePartition(entityKey, generation), { from, until });
      return items.map((item) => aggregateTalliesView.fromItem(item));
    },

    getActivities: (activityIds) =>
      getRows(
        "iops-dashboard-activities",
        activityIds.map((activity_id) => ({ activity_id })),
        fromActivityItem,
      ),

    listActivities: ({ entityKey, kind, from, until, ...page }) =>
      listRows<Activity>(page, {
        ranges: [activityRange(entityKey, { from, until })],
        descending: true,
        isNarrow: kind === undefined,
        fromItem: fromActivityItem,
        matches: (activity) => kind === undefined || activity.kind === kind,
      }),

    async getCatalog() {
      const [catalog] = await getRows("iops-dashboard-rules", [rulesKeys.catalog], fromCatalogItem);
      return catalog ?? defaultCatalog;
    },

    async getFormulas(entityTypes) {
      const formulas = await getRows("iops-dashboard-rules", entityTypes.map(rulesKeys.formulas), fromFormulasItem);
      return entityTypes.map((entityType, index) => formulas[index] ?? defaultFormulas(entityType));
    },

    getRules: (ruleIds) => getRows("iops-dashboard-rules", ruleIds.map(rulesKeys.rule), fromRuleItem),

    async allRules() {
      const items: Item[] = [];
      for await (const page of queryPages(db, "iops-dashboard-rules", allRulesQuery)) items.push(...page);
      return items.filter(isOurs).map(fromRuleItem);
    },

    getWatches: (keys) => getRows("iops-dashboard-rules", keys.map(rulesKeys.watch), fromWatchItem),

    listWatches: ({ ruleId, scope = "all", ...page }) =>
      listRows<Watch>(page, {
        ranges: [watchRange(ruleId)],
        descending: false,
        fromItem: fromWatchItem,
        matches: ({ entityKey }) => isTypeVisible(parseEntityKey(entityKey).type, scope),
      }),

    async getInsights(alertIds) {
      const streamIds = alertIds.map((alertId) => toStreamName(insightCategory, alertId));
      return (await readShortStreams(deps, streamIds)).map((events) => foldInsight(events));
    },

    listInsights: async (query) =>
      listRows<Insight>(query, {
        ranges: planInsights(query),
        descending: query.order !== "OLDEST_FIRST",
        isNarrow: isNarrowInsightQuery(query),
        fromItem: fromInsightItem,
        matches: (insight) => matchesInsight(insight, query),
      }),

    countRaised: (ruleId, since, limit) =>
      queryCount(db, "iops-dashboard-insights", raisedQuery(ruleId, since, limit), limit),

    getSlots: (slotIds) => getRows("iops-dashboard-rules", slotIds.map(rulesKeys.slot), fromSlotItem),

    getPerformance: (ruleIds) => readAsyncRows(db, rulePerformanceView, ruleIds),
  };
}

/** What a shard has that is due, longest due first. */
function dueQuery(shard: string, now: Instant, limit: number): LimitedQuery {
  return {
    IndexName: "DecayIndex",
    KeyConditionExpression: "#shard = :shard AND #at <= :now",
    ExpressionAttributeNames: { "#shard": "decay_shard", "#at": "decay_at" },
    ExpressionAttributeValues: { ":shard": shard, ":now": toSeedTime(now) },
    Limit: Math.max(1, limit),
  };
}

function entityKeyIn({ entity_id: id, entity_type: type }: Item): string {
  return toEntityKey({ type: String(type), id: String(id) });
}

const allRulesQuery: LimitedQuery = {
  KeyConditionExpression: "#subject = :subject",
  ExpressionAttributeNames: { "#subject": "subject" },
  ExpressionAttributeValues: { ":subject": rulesKeys.rule("").subject },
  ConsistentRead: true,
  Limit: limits.rules,
};

/** What a rule has raised since a second: rows of others, and what models have raised, are not in the index. */
function raisedQuery(ruleId: string, since: Instant, limit: number): LimitedQuery {
  return {
    IndexName: "RaisedIndex",
    KeyConditionExpression: "#rule = :rule AND #raised BETWEEN :since AND :last",
    ExpressionAttributeNames: { "#rule": "raised_by", "#raised": "timestamp" },
    ExpressionAttributeValues: { ":rule": ruleId, ":since": toSeedTime(since), ":last": last },
    Limit: Math.max(1, limit),
  };
}
