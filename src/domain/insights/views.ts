/** The inline projections of this context: which rows of its tables the events of a stream change. */
import type { InlineProjection, ViewChange } from "../kernel/decider.js";
import type { Recorded } from "../kernel/event.js";
import { parseStreamName } from "../kernel/streamName.js";
import { toActivity } from "./activity.js";
import type { InsightsEvent } from "./events.js";
import { toEntityKey, toWatchKey } from "./keys.js";
import type {
  Activity,
  Catalog,
  Entity,
  EntityState,
  HealthFormulas,
  IncidentSlot,
  Insight,
  InsightRule,
  InsightsState,
  InsightsStateOf,
  Tally,
  Watch,
} from "./state.js";
import type { InsightStatus } from "./values.js";

/** The rows of each view. */
export interface InsightViews {
  /** `iops-dashboard-metrics`, by entity key. */
  entity: Entity;
  /** By entity key and tally key. */
  tally: Tally;
  /** By activity id: what makes a repeat meet itself. */
  activity: Activity;
  "insights-catalog": Catalog;
  "health-formulas": HealthFormulas;
  "insight-rule": InsightRule;
  watch: Watch;
  /** `iops-dashboard-insights`, by entity id and place. */
  insight: Insight;
  "incident-slot": IncidentSlot;
}

export type InsightView = keyof InsightViews;
/** A change of one row of one of these views. */
export type InsightViewChange = { [V in InsightView]: ViewChange<V, InsightViews[V]> }[InsightView];

/** An insight's place in its table. */
export function insightKey({ entityId, place }: Pick<Insight, "entityId" | "place">): string {
  return `${entityId}/${place}`;
}

function changes(
  before: InsightsState,
  events: readonly Recorded<InsightsEvent>[],
  after: InsightsState,
): readonly InsightViewChange[] {
  switch (after.kind) {
    case "entity":
      return entityChanges(before, events, after);
    case "catalog":
      return after.catalog === undefined ? [] : [{ view: "insights-catalog", key: "all", row: after.catalog }];
    case "formulas": {
      const { formulas } = after;
      return formulas === undefined ? [] : [{ view: "health-formulas", key: formulas.entityType, row: formulas }];
    }
    case "rule":
      return after.rule === undefined ? [] : [{ view: "insight-rule", key: after.rule.ruleId, row: after.rule }];
    case "watch":
      return after.watch === undefined ? [] : [{ view: "watch", key: toWatchKey(after.watch), row: after.watch }];
    case "insight":
      return insightChanges(before, after);
    case "slot":
      return after.slot === undefined ? [] : [{ view: "incident-slot", key: after.slot.slotId, row: after.slot }];
  }
}

/** The entity's own row, those of the buckets that facts fell into, and one for each fact, whose place must be free. */
function entityChanges(
  before: InsightsState,
  events: readonly Recorded<InsightsEvent>[],
  { entity, tallies }: EntityState,
): readonly InsightViewChange[] {
  if (entity === undefined) return [];
  const entityKey = toEntityKey({ type: entity.entityType, id: entity.entityId });
  const known: ReadonlyMap<string, Tally> = before.kind === "entity" ? before.tallies : new Map<string, Tally>();
  const changed = [...tallies].filter(([key, tally]) => known.get(key) !== tally);
  return [
    { view: "entity", key: entityKey, row: entity },
    ...changed.map(([key, row]): InsightViewChange => ({ view: "tally", key: `${entityKey}/${key}`, row })),
    ...events.flatMap((event): readonly InsightViewChange[] => {
      const activity = toActivity(event, parseStreamName(event.streamId).id);
      return activity === undefined
        ? []
        : [{ view: "activity", key: activity.activityId, row: activity, mustBeNew: true }];
    }),
  ];
}

function insightChanges(before: InsightsState, { insight }: InsightsStateOf<"insight">): readonly InsightViewChange[] {
  if (insight === undefined) return [];
  const isNew = before.kind !== "insight" || before.insight === undefined;
  const put = { view: "insight", key: insightKey(insight), row: insight } as const;
  return [isNew ? { ...put, mustBeNew: true } : put];
}

/** The facets that live filters select by. */
export const insightTag = {
  entityType: (type: string) => `entity-type:${type}`,
  entity: (entityId: string) => `entity:${entityId}`,
  prediction: (predictionType: string) => `prediction:${predictionType}`,
  status: (status: InsightStatus) => `status:${status}`,
};

function tags(state: InsightsState): readonly string[] {
  switch (state.kind) {
    case "entity":
      return state.entity === undefined ? [] : tagsOf(state.entity);
    case "watch":
    case "catalog":
    case "formulas":
    case "slot":
      return [];
    case "rule":
      return state.rule === undefined ? [] : [insightTag.prediction(state.rule.ruleId)];
    case "insight": {
      const { insight } = state;
      return insight === undefined
        ? []
        : [...tagsOf(insight), insightTag.prediction(insight.predictionType), insightTag.status(insight.status)];
    }
  }
}

function tagsOf({ entityType, entityId }: Pick<Entity, "entityType" | "entityId">): readonly string[] {
  return [insightTag.entityType(entityType), insightTag.entity(entityId)];
}

/** What is written beside an event, and what a rebuild writes anew. */
export const insightsProjection: InlineProjection<InsightsState, InsightsEvent> = { changes, tags };
