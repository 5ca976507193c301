/** Catalog, health formulas and rules at hand: every fact and every measurement asks for them, and they seldom change. */
import { createShortCache, laterVersion } from "../kernel/shortCache.js";
import type { Clock } from "../kernel/time.js";
import type { Yardstick } from "./commands.js";
import { activeFormula } from "./health.js";
import type { InsightsReadModel } from "./readModel.js";
import type { Catalog, HealthFormulas, InsightRule } from "./state.js";

/** What it returns is at most five seconds old unless it says so; what this process has changed is seen at once. */
export interface InsightSettings {
  /** One request, or none. */
  catalog(): Promise<Catalog>;
  /** One request, or none. */
  formulas(entityType: string): Promise<HealthFormulas>;
  /** All rules, by id. One request for each megabyte, or none. */
  rules(): Promise<readonly InsightRule[]>;
  /** As they are now, whoever has changed them. One request. */
  newestFormulas(entityType: string): Promise<HealthFormulas>;
  /** As they are now, whoever has changed them. One request for each megabyte. */
  newestRules(): Promise<readonly InsightRule[]>;
  /** This process has changed it. */
  sawCatalog(catalog: Catalog): void;
  sawFormulas(formulas: HealthFormulas): void;
  sawRule(rule: InsightRule): void;
}

export function createInsightSettings(deps: {
  readonly readModel: Pick<InsightsReadModel, "getCatalog" | "getFormulas" | "allRules">;
  readonly clock: Clock;
}): InsightSettings {
  const { readModel, clock } = deps;
  const catalog = createShortCache<Catalog>({ clock, merge: laterVersion, read: () => readModel.getCatalog() });
  const formulas = createShortCache<HealthFormulas>({
    clock,
    merge: laterVersion,
    read: async (entityType) => {
      const [found] = await readModel.getFormulas([entityType]);
      if (found === undefined) throw new Error("formulas are there for every type");
      return found;
    },
  });
  // An answer that was on its way while this process wrote is older than what it wrote.
  const written = new Map<string, InsightRule>();
  const rules = createShortCache<readonly InsightRule[]>({
    clock,
    merge: laterRules,
    read: async () => laterRules(await readModel.allRules(), [...written.values()]),
  });
  return {
    catalog: () => catalog.get(all),
    formulas: (entityType) => formulas.get(entityType),
    rules: () => rules.get(all),
    newestFormulas: (entityType) => formulas.newest(entityType),
    newestRules: () => rules.newest(all),
    sawCatalog: (seen) => void catalog.put(all, seen),
    sawFormulas: (seen) => void formulas.put(seen.entityType, seen),
    sawRule: (seen) => {
      written.set(seen.ruleId, seen);
      rules.amend(all, (known) => laterRules(known, [seen]));
    },
  };
}

const all = "all";

/** Of each rule the later version. No rule ever goes. */
function laterRules(known: readonly InsightRule[], incoming: readonly InsightRule[]): readonly InsightRule[] {
  const byId = new Map(known.map((rule) => [rule.ruleId, rule]));
  for (const rule of incoming) {
    const before = byId.get(rule.ruleId);
    byId.set(rule.ruleId, before === undefined ? rule : laterVersion(before, rule));
  }
  return [...byId.values()].sort((one, other) => (one.ruleId < other.ruleId ? -1 : 1));
}

/** What entities of a type are measured by. No request, or one or two. */
export async function yardstickOf(
  settings: Pick<InsightSettings, "catalog" | "formulas">,
  entityType: string,
): Promise<Yardstick> {
  const [{ kinds }, formulas] = await Promise.all([settings.catalog(), settings.formulas(entityType)]);
  return { kinds, formula: activeFormula(formulas) };
}
