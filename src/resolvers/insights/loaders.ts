/** The loaders of the insights context. */
import DataLoader from "dataloader";
import type { Scope } from "../../domain/kernel/scope.js";
import { areTypesVisible, isTypeVisible, toEntityKey } from "../../domain/insights/index.js";
import type {
  Catalog,
  Entity,
  HealthFormulas,
  Insight,
  InsightRule,
  InsightsReadModel,
  MeasuredEntity,
  Metering,
  RulePerformance,
} from "../../domain/insights/index.js";
import { scoped } from "../scoped.js";
import type { ScopedLoader } from "../scoped.js";

/** Formulas and performance are asked for only of a type or a rule that the caller may see. */
export interface InsightLoaders {
  /** By entity key. Entities of the caller's types; all others are not there. */
  readonly entity: ScopedLoader<Entity>;
  /** Entities as they are at this moment: a request for each that is due, none for the others. */
  readonly measured: DataLoader<Entity, MeasuredEntity, string>;
  /** `trend7d` of entities as they are or were: a request for each whose own history does not reach back so far. */
  readonly trend: DataLoader<MeasuredEntity, number | null>;
  /** Insights about the caller's types; all others are not there. */
  readonly insight: ScopedLoader<Insight>;
  /** Rules of which all types are the caller's; all others are not there. */
  readonly insightRule: ScopedLoader<InsightRule>;
  readonly rulePerformance: DataLoader<string, RulePerformance | undefined>;
  readonly insightsCatalog: DataLoader<"all", Catalog>;
  readonly healthFormulas: DataLoader<string, HealthFormulas>;
}

/** What they read from. */
export interface InsightViews {
  readonly insightViews: InsightsReadModel;
  readonly metering: Metering;
}

export function createInsightLoaders({ insightViews: views, metering }: InsightViews, scope: Scope): InsightLoaders {
  const isOwn = ({ entityType }: { readonly entityType: string }) => isTypeVisible(entityType, scope);
  return {
    entity: scoped((keys) => views.getEntities(keys), isOwn),
    measured: new DataLoader((entities) => metering.current(entities), {
      cacheKeyFn: ({ entityType, entityId, version }) =>
        `${toEntityKey({ type: entityType, id: entityId })}@${version}`,
    }),
    trend: new DataLoader((measured) => metering.trends(measured)),
    insight: scoped((alertIds) => views.getInsights(alertIds), isOwn),
    insightRule: scoped(
      (ruleIds) => views.getRules(ruleIds),
      ({ definition }) => areTypesVisible(definition.entityTypes, scope),
    ),
    rulePerformance: new DataLoader((ruleIds) => views.getPerformance(ruleIds)),
    // There is one catalog.
    insightsCatalog: new DataLoader(async (keys) => {
      const catalog = await views.getCatalog();
      return keys.map(() => catalog);
    }),
    healthFormulas: new DataLoader((entityTypes) => views.getFormulas(entityTypes)),
  };
}
