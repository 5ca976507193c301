/** Rows of the insight views as items of the five tables, and back. Names are as seed 001 spells them. */
import { canonicalJson } from "../../../domain/kernel/hashChain.js";
import { present } from "../../../domain/kernel/present.js";
import { addDays, toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { insightRetentionDays, toEntityKey, toSeedTime } from "../../../domain/insights/index.js";
import type {
  Activity,
  Catalog,
  Entity,
  HealthFormulas,
  IncidentSlot,
  Insight,
  InsightRule,
  InsightStatus,
  Mark,
  Recommendation,
  Tally,
  Watch,
} from "../../../domain/insights/index.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { sealed } from "../../seal.js";
import {
  activityPlace,
  decayShardOf,
  entityItemKey,
  insightPartition,
  parseBucket,
  rulesKeys,
  tallyItemKey,
  watchList,
} from "./keys.js";
import { decodeMarks, encodeMarks } from "./marks.js";

/** Whether the ledger wrote a row. What others put into the tables (the seed's own PutItem) has no fact behind it. */
export function isOurs(item: Item): boolean {
  return typeof (item["detail"] ?? item["marks"]) === "string";
}

/** What no query asks for, as one text: equal rows have equal texts, in whatever order they came about. */
const toDetail = (detail: object): string => canonicalJson(detail);
// Written by toDetail, of a value of that type.
const fromDetail = <Detail>(item: Item): Detail => JSON.parse(String(item["detail"])) as Detail;

// #region entity

/** Parts of an entity that no query asks for. `absent`: names of metrics without a value, which have no attribute (defect M5). */
type EntityDetail = Omit<Entity, "entityType" | "entityId" | "metrics" | "healthScore" | "version" | "hash"> & {
  readonly metrics: readonly string[];
};

export function toEntityItem(entity: Entity): Item {
  const { entityType, entityId, metrics, healthScore, version, hash, ...detail } = entity;
  const entityKey = toEntityKey({ type: entityType, id: entityId });
  const { nextChangeAt } = detail;
  const values: Item = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? undefined]));
  return sealed({
    // The name of a metric ends in `_<n>d` or begins with `avg_`, so it is none of the others.
    ...values,
    ...entityItemKey(entityKey),
    health_score: healthScore ?? undefined,
    last_updated: toSeedTime(detail.lastUpdated),
    ...(nextChangeAt === undefined ? {} : { decay_shard: decayShardOf(entityKey), decay_at: toSeedTime(nextChangeAt) }),
    version,
    hash,
    detail: toDetail({ ...detail, metrics: Object.keys(metrics).sort() } satisfies EntityDetail),
  });
}

export function fromEntityItem(item: Item): Entity {
  const row = item as {
    entity_id: string;
    entity_type: string;
    health_score?: number;
    version: number;
    hash: string;
  };
  const { metrics, ...detail } = fromDetail<EntityDetail>(item);
  return {
    entityType: row.entity_type,
    entityId: row.entity_id,
    metrics: Object.fromEntries(metrics.map((name) => [name, numberOrNull(item[name])])),
    healthScore: numberOrNull(row.health_score),
    ...detail,
    version: row.version,
    hash: row.hash,
  };
}

const numberOrNull = (value: unknown) => (typeof value === "number" ? value : null);

// #endregion

/** Sealed, as decisions add up tallies. */
export function toTallyItem(tally: Tally): Item {
  return sealed({ ...tallyItemKey(tally), ...toTallyAttributes(tally) });
}

export function fromTallyItem(item: Item): Tally {
  return toTally(item, String(item["entity_key"]));
}

/** A tally without its key. */
export function toTallyAttributes({ count, total, first, last, marks }: Tally): Item {
  return { count, total, first_second: first, last_second: last, marks: encodeMarks(marks) };
}

/** The tally of an item. Its marks are read from their text when somebody looks at them: most buckets go by their sums. */
export function toTally(item: Item, entityKey: string): Tally {
  const text = String(item["marks"]);
  let marks: readonly Mark[] | undefined;
  return {
    entityKey,
    ...parseBucket(String(item["bucket"])),
    count: Number(item["count"]),
    total: Number(item["total"]),
    first: Number(item["first_second"]),
    last: Number(item["last_second"]),
    get marks() {
      return (marks ??= decodeMarks(text));
    },
  };
}

type ActivityDetail = Pick<Activity, "groups" | "dedupeId" | "note" | "inputHash">;

export function toActivityItem(activity: Activity): Item {
  const { activityId, entityType, entityId, kind, value, source, occurredAt, recordedAt, version, ...detail } =
    activity;
  return {
    activity_id: activityId,
    entity_key: toEntityKey({ type: entityType, id: entityId }),
    place: activityPlace(occurredAt, activityId),
    entity_type: entityType,
    entity_id: entityId,
    kind,
    value,
    source,
    occurred_at: occurredAt,
    recorded_at: recordedAt,
    version,
    detail: toDetail(detail satisfies ActivityDetail),
  };
}

export function fromActivityItem(item: Item): Activity {
  const row = item as {
    activity_id: string;
    entity_type: string;
    entity_id: string;
    kind: string;
    value?: number;
    source: string;
    occurred_at: Instant;
    recorded_at: Instant;
    version: number;
  };
  return {
    activityId: row.activity_id,
    entityType: row.entity_type,
    entityId: row.entity_id,
    kind: row.kind,
    ...(row.value === undefined ? {} : { value: row.value }),
    source: row.source,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    version: row.version,
    ...fromDetail<ActivityDetail>(item),
  };
}

// #region insight

/** Parts of an insight that no query asks for, without what its own attributes say. */
type InsightDetail = Omit<
  Insight,
  | "alertId"
  | "entityType"
  | "entityId"
  | "predictionType"
  | "status"
  | "riskScore"
  | "explanation"
  | "recommendations"
  | "origin"
  | "place"
> & {
  readonly recommendations: readonly Omit<Recommendation, "text">[];
  readonly origin: Omit<Insight["origin"], "modelUsed">;
};

/** When the row of an insight goes: 90 days after it was raised (defect M3). */
export function insightExpiry({ raisedAt }: Pick<Insight, "raisedAt">): Instant {
  return addDays(raisedAt, insightRetentionDays);
}

export function toInsightItem(insight: Insight): Item {
  const { alertId, entityType, entityId, predictionType, status, riskScore, explanation, place, ...rest } = insight;
  const { recommendations, origin, ...detail } = rest;
  const { modelUsed, ...unnamed } = origin;
  return {
    pk: insightPartition(entityId),
    sk: place,
    alert_id: alertId,
    entity_id: entityId,
    entity_type: entityType,
    prediction_type: predictionType,
    risk_score: riskScore,
    explanation,
    recommendations: recommendations.map(({ text }) => text),
    timestamp: toSeedTime(detail.raisedAt),
    model_used: modelUsed,
    status,
    // What a model has raised is not counted.
    raised_by: detail.ruleRevision === undefined ? undefined : predictionType,
    ttl: toEpochSeconds(insightExpiry(detail)),
    detail: toDetail({
      ...detail,
      origin: unnamed,
      recommendations: recommendations.map(({ text: _, ...mark }) => mark),
    } satisfies InsightDetail),
  };
}

export function fromInsightItem(item: Item): Insight {
  const row = item as {
    sk: string;
    alert_id: string;
    entity_id: string;
    entity_type: string;
    prediction_type: string;
    risk_score: number;
    explanation: string;
    recommendations: readonly string[];
    model_used: string;
    status: InsightStatus;
  };
  const { recommendations, origin, ...detail } = fromDetail<InsightDetail>(item);
  return {
    alertId: row.alert_id,
    entityType: row.entity_type,
    entityId: row.entity_id,
    predictionType: row.prediction_type,
    status: row.status,
    riskScore: row.risk_score,
    explanation: row.explanation,
    recommendations: recommendations.map((mark, index) => ({ ...mark, text: row.recommendations[index] ?? "" })),
    origin: { modelUsed: row.model_used, ...origin },
    place: row.sk,
    ...detail,
  };
}

// #endregion

// #region rules

/** What all rows of `iops-dashboard-rules` are: found by their key, and otherwise told by their detail. */
function toRulesItem(key: Item, row: { readonly version: number; readonly hash: string }, attributes: Item = {}): Item {
  const { version, hash, ...detail } = row;
  return sealed({ ...key, ...attributes, version, hash, detail: toDetail(detail) });
}

function fromRulesItem<Row>(item: Item): Row {
  const { version, hash } = item;
  // Written by toRulesItem, of a row of that type.
  return { ...fromDetail<object>(item), version, hash } as Row;
}

export const toRuleItem = (rule: InsightRule): Item => toRulesItem(rulesKeys.rule(rule.ruleId), rule);
export const fromRuleItem = (item: Item): InsightRule => fromRulesItem(item);

/** In the list of its rule's watches as long as the rule has something to do with the entity. */
export const toWatchItem = (watch: Watch): Item =>
  toRulesItem(
    rulesKeys.watch(watch),
    watch,
    present({ phase: watch.phase, list_key: watch.phase === "NORMAL" ? undefined : watchList(watch.ruleId) }),
  );
export const fromWatchItem = (item: Item): Watch => fromRulesItem(item);

export const toFormulasItem = (formulas: HealthFormulas): Item =>
  toRulesItem(rulesKeys.formulas(formulas.entityType), formulas);
export const fromFormulasItem = (item: Item): HealthFormulas => fromRulesItem(item);

export const toCatalogItem = (catalog: Catalog): Item => toRulesItem(rulesKeys.catalog, catalog);
export const fromCatalogItem = (item: Item): Catalog => fromRulesItem(item);

export const toSlotItem = (slot: IncidentSlot): Item => toRulesItem(rulesKeys.slot(slot.slotId), slot);
export const fromSlotItem = (item: Item): IncidentSlot => fromRulesItem(item);

// #endregion
