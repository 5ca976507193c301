/** Rows of the insights context as objects of the schema. Those with edges name their type and keep their row. */
import type {
  Activity as ActivityRow,
  Catalog,
  Condition,
  Entity as EntityRow,
  HealthFormula as HealthFormulaRow,
  HealthFormulas as HealthFormulasRow,
  Insight as InsightRow,
  InsightRule as InsightRuleRow,
  MeasuredEntity,
  Metrics,
  Notice,
  Recommendation,
  RuleDefinition,
  RulePerformance,
  Watch,
} from "../../domain/insights/index.js";
import {
  insightCategory,
  isTypeVisible,
  metricNames,
  toEntityKey,
  toEntityStream,
} from "../../domain/insights/index.js";
import { toStreamName } from "../../domain/kernel/streamName.js";
import type { Scope } from "../../domain/kernel/scope.js";
import type { Instant } from "../../domain/kernel/time.js";
import type { HealthFormula, HealthFormulas, InsightsCatalog } from "../../schema/insights/catalog.type.js";
import type { Activity, Entity, EntityMetrics, MetricValue } from "../../schema/insights/entity.type.js";
import type { Insight, InsightNotice, InsightRecommendation } from "../../schema/insights/insight.type.js";
import type {
  InsightRule,
  InsightRuleDefinition,
  InsightRulePerformance,
  InsightWatch,
} from "../../schema/insights/rule.type.js";
import type { CursorCodec } from "../cursor.js";
import { entityGlobalId, insightGlobalId } from "./ids.js";

type Of<View, Row> = View & { readonly __typename: string; readonly row: Row };
export type EntityView = Of<Entity, EntityRow>;
export type MetricsView = EntityMetrics & { readonly measured: MeasuredEntity };
export type InsightView = Of<Insight, InsightRow>;
export type InsightRuleView = Of<InsightRule, InsightRuleRow>;
export type InsightWatchView = Of<InsightWatch, Watch>;

const keyOf = ({ entityType: type, entityId: id }: Pick<EntityRow, "entityType" | "entityId">) =>
  toEntityKey({ type, id });

export function toEntityView(cursors: CursorCodec, row: EntityRow): EntityView {
  const { entityType, entityId, lastUpdated, activities, version } = row;
  return {
    __typename: "Entity",
    row,
    id: entityGlobalId({ type: entityType, id: entityId }),
    entityId,
    entityType,
    lastUpdated,
    lastActivityAt: Object.entries(row.lastActivityAt)
      .map(([kind, at]) => ({ kind, at }))
      .sort((a, b) => (a.at < b.at ? 1 : -1)),
    activityCount: activities,
    version,
    position: cursors.encodePosition({ kind: "stream", stream: { streamId: toEntityStream(keyOf(row)), version } }),
  };
}

export function toMetricValues(metrics: Metrics): MetricValue[] {
  return Object.entries(metrics).map(([name, value]) => ({ name, value }));
}

/** Those of the seed have fields of their own. */
export function toMetricsView(measured: MeasuredEntity): MetricsView {
  const { entityId, entityType, asOf, healthScore, lastUpdated, formulaVersion, nextChangeAt } = measured;
  const { metrics, components } = measured;
  return {
    measured,
    entityId,
    entityType,
    asOf,
    sessions7d: metrics["sessions_7d"],
    sessions14d: metrics["sessions_14d"],
    sessions30d: metrics["sessions_30d"],
    ibCalls7d: metrics["ib_calls_7d"],
    ibCalls14d: metrics["ib_calls_14d"],
    avgRating: metrics["avg_rating"],
    healthScore,
    lastUpdated,
    values: toMetricValues(metrics),
    components: components.map((component) => ({ ...component })),
    formulaVersion,
    nextChangeAt,
  };
}

export function toActivityView(row: ActivityRow): Activity {
  const { activityId, kind, value, occurredAt, recordedAt, source, dedupeId, note } = row;
  const groups = row.groups.map(({ type: entityType, id: entityId }) => ({ entityType, entityId }));
  return { activityId, kind, value, occurredAt, recordedAt, groups, source, dedupeId, note };
}

/** Types that are not the caller's are left out. */
export function toCatalogView({ entityTypes, kinds, version }: Catalog, scope: Scope): InsightsCatalog {
  return {
    entityTypes: entityTypes.filter(({ name }) => isTypeVisible(name, scope)).map((type) => ({ ...type })),
    activityKinds: kinds.map((kind) => ({ ...kind, windows: [...kind.windows] })),
    metrics: [...metricNames({ kinds })],
    version,
  };
}

function toFormulaView({ formulaVersion, components, note, addedAt }: HealthFormulaRow): HealthFormula {
  return { formulaVersion, components: components.map((component) => ({ ...component })), note, addedAt };
}

export function toFormulasView({
  entityType,
  formulas,
  active,
  activatedAt,
  version,
}: HealthFormulasRow): HealthFormulas {
  const views = formulas.map(toFormulaView);
  const used = views.find(({ formulaVersion }) => formulaVersion === active);
  if (used === undefined) throw new Error(`formula ${active} of ${entityType} is active and not there`);
  return { entityType, active: used, formulas: views, activatedAt, version };
}

const conditionTypes = {
  THRESHOLD: "ThresholdCondition",
  NO_DATA: "NoDataCondition",
  RATE_OF_CHANGE: "RateOfChangeCondition",
  ANOMALY: "AnomalyCondition",
} as const satisfies Record<Condition["type"], string>;

export function toDefinitionView(definition: RuleDefinition): InsightRuleDefinition {
  const { conditions, entityTypes, recommendations, risk, outcome, incident, notify, ...rest } = definition;
  return {
    ...rest,
    entityTypes: [...entityTypes],
    conditions: conditions.map(({ type, ...condition }) => ({ __typename: conditionTypes[type], ...condition })),
    recommendations: [...recommendations],
    risk: { ...risk },
    outcome: outcome && { ...outcome },
    incident: incident && {
      ...incident,
      severities: incident.severities.map((severity) => ({ ...severity })),
      services: [...incident.services],
    },
    notify: notify && { channel: notify.channel },
  };
}

export function toRuleView(row: InsightRuleRow): InsightRuleView {
  const { ruleId, revision, enabled, disabled, createdAt, updatedAt, version } = row;
  return {
    __typename: "InsightRule",
    row,
    ruleId,
    definition: toDefinitionView(row.definition),
    revision,
    enabled,
    disabled,
    silences: row.silences.map((silence) => ({ ...silence })),
    createdAt,
    updatedAt,
    version,
  };
}

/** Nothing but zeros, where the rule has raised nothing. What would be divided by nothing is absent. */
export function toPerformanceView(row: RulePerformance | undefined): InsightRulePerformance {
  const { happened = 0, notHappened = 0, leadSeconds = 0 } = row ?? {};
  const known = happened + notHappened;
  return {
    raised: row?.raised ?? 0,
    acknowledged: row?.acknowledged ?? 0,
    resolved: row?.resolved ?? 0,
    dismissed: row?.dismissed ?? 0,
    expired: row?.expired ?? 0,
    useful: row?.useful ?? 0,
    notUseful: row?.notUseful ?? 0,
    happened,
    notHappened,
    precision: known === 0 ? undefined : happened / known,
    meanLeadTime: happened === 0 ? undefined : (1_000 * leadSeconds) / happened,
    lastRaisedAt: row?.lastRaisedAt,
  };
}

/** A cooldown that is over is none. */
export function toWatchView(row: Watch, now: Instant): InsightWatchView {
  const { ruleId, phase, since, cooldownUntil, revision } = row;
  const cooling = cooldownUntil !== undefined && cooldownUntil > now ? cooldownUntil : undefined;
  return { __typename: "InsightWatch", row, ruleId, phase, since, cooldownUntil: cooling, revision };
}

export function toInsightView(cursors: CursorCodec, row: InsightRow): InsightView {
  const { scored, version } = row;
  const stream = { streamId: toStreamName(insightCategory, row.alertId), version };
  return {
    __typename: "Insight",
    row,
    id: insightGlobalId(row.alertId),
    alertId: row.alertId,
    predictionType: row.predictionType,
    entityId: row.entityId,
    entityType: row.entityType,
    status: row.status,
    riskScore: row.riskScore,
    peakRiskScore: row.peakRiskScore,
    title: row.title,
    explanation: row.explanation,
    evidence: row.evidence.map((evidence) => ({ ...evidence })),
    recommendations: row.recommendations.map(toRecommendationView),
    origin: { ...row.origin },
    raisedAt: row.raisedAt,
    updatedAt: row.updatedAt,
    expiresAt: row.expiresAt,
    acknowledged: row.acknowledged,
    snoozedUntil: row.snoozedUntil,
    resolved: row.resolved,
    dismissed: row.dismissed,
    expiredAt: row.expiredAt,
    feedback: row.feedback.map((feedback) => ({ ...feedback })),
    outcome: row.outcome && { ...row.outcome },
    scored: scored && { ...scored, leadTime: toMillisecondsOf(scored.leadSeconds) },
    notices: row.notices.map(toNoticeView),
    ruleRevision: row.ruleRevision,
    version,
    position: cursors.encodePosition({ kind: "stream", stream }),
  };
}

function toRecommendationView({ recommendationId, text, done }: Recommendation): InsightRecommendation {
  return { recommendationId, text, done };
}

function toNoticeView({
  kind,
  attempts,
  sentAt,
  notifier,
  channel,
  url,
  error,
  retryAt,
  givenUp,
}: Notice): InsightNotice {
  return { kind, attempts, sentAt, notifier, channel, url, error, retryAt, givenUp: givenUp === true };
}

/** A length of time as the schema's scalar wants it. */
export function toMillisecondsOf(seconds: number | null | undefined): number | undefined {
  return seconds == null ? undefined : 1_000 * seconds;
}
