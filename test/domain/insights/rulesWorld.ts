/** Rules and insights on the event store in memory: facts are recorded, rules evaluated, predictions scored. */
import {
  createEvaluating,
  createExpiring,
  createExplaining,
  createRuleBacktest,
  createScoring,
  parseEntityKey,
  toWatchKey,
} from "../../../src/domain/insights/index.js";
import type {
  Entity,
  Explainer,
  ExplanationObserver,
  Insight,
  InsightRule,
  InsightsReadModel,
  RuleBacktestDeps,
  RuleDefinition,
  Watch,
} from "../../../src/domain/insights/index.js";
import type { Instant, Request } from "../../../src/domain/kernel/index.js";
import { sha256 } from "../../../src/store/sha256.js";
import { requestBy } from "../../support/ledgerAt.js";
import { aDefinition } from "../../support/insightStory.js";
import { createMetricsWorld, incoming, student } from "./metricsWorld.js";

export const policy: Request = { ...requestBy("policy"), actor: { kind: "SYSTEM", id: "policy" } };

/** One session a week is too few; two are enough. */
export function fewSessions(change: Partial<RuleDefinition> = {}): RuleDefinition {
  const conditions = [
    { type: "THRESHOLD", metric: "sessions_7d", comparison: "BELOW", fireAt: 2, clearAt: 2 },
  ] as const;
  return aDefinition({
    conditions: [...conditions],
    cooldownSeconds: 0,
    risk: { least: 50, most: 90, worstAt: 0 },
    ...change,
  });
}

export function createRulesWorld(
  options: {
    readonly explainer?: Explainer;
    readonly observer?: ExplanationObserver;
    readonly atMost?: RuleBacktestDeps["atMost"];
  } = {},
) {
  const metrics = createMetricsWorld();
  const { store, clock, commands, eventStore, metering } = metrics;
  const rows = <Row>(view: string) => [...store.rows(view).values()] as Row[];
  const woken: { readonly entityKey: string; readonly at: Instant }[] = [];
  const asked = { getWatches: 0, getInsights: 0, getRules: 0, countRaised: 0 };
  /** Rules as the settings still know them. */
  let remembered: readonly InsightRule[] | undefined;
  let beforeCommit: (() => Promise<void>) | undefined;

  const readModel = {
    ...metrics.readModel,
    listEntities: async ({ filter, first, after }) => {
      const found = rows<Entity>("entity")
        .filter(({ entityType }) => entityType === filter.entityType)
        .sort((one, other) => one.lastUpdated.localeCompare(other.lastUpdated));
      const from = Number(after ?? 0);
      const page = found.slice(from, from + first).map((row, index) => ({ row, cursor: String(from + index + 1) }));
      return { rows: page, hasMore: found.length > from + first };
    },
    getRules: async (ids) => {
      asked.getRules += 1;
      return ids.map((id) => store.rows("insight-rule").get(id) as InsightRule | undefined);
    },
    getWatches: async (keys) => {
      asked.getWatches += 1;
      return keys.map((key) => store.rows("watch").get(toWatchKey(key)) as Watch | undefined);
    },
    listWatches: async ({ ruleId, first, after }) => {
      const found = rows<Watch>("watch")
        .filter((watch) => watch.ruleId === ruleId && watch.phase !== "NORMAL" && watch.entityKey > (after ?? ""))
        .sort((one, other) => one.entityKey.localeCompare(other.entityKey));
      const page = found.slice(0, first).map((row) => ({ row, cursor: row.entityKey }));
      return { rows: page, hasMore: found.length > first };
    },
    getInsights: async (ids) => {
      asked.getInsights += 1;
      return ids.map((id) => rows<Insight>("insight").find(({ alertId }) => alertId === id));
    },
    countRaised: async (ruleId, since, limit) => {
      asked.countRaised += 1;
      const found = rows<Insight>("insight").filter(
        (insight) =>
          insight.raisedAt >= since && insight.predictionType === ruleId && insight.ruleRevision !== undefined,
      );
      return Math.min(found.length, limit);
    },
  } satisfies Partial<InsightsReadModel>;

  const settings = { ...metrics.settings, rules: async () => remembered ?? rows<InsightRule>("insight-rule") };
  const steps = {
    commands: {
      handle: async (...given: Parameters<typeof commands.handle>) => {
        const [hook, none] = [beforeCommit, undefined];
        beforeCommit = none;
        await hook?.();
        return commands.handle(...given);
      },
    },
    readModel,
    settings,
    metering,
    eventStore,
    clock,
    wake: async (entityKey: string, at: Instant) => void woken.push({ entityKey, at }),
  };
  const explainer = options.explainer ?? {
    modelUsed: "deterministic-v1",
    promptVersion: "1",
    draft: () => Promise.reject(new Error("is not asked")),
  };

  return {
    ...metrics,
    ...createEvaluating(steps),
    ...createExpiring(steps),
    ...createScoring(steps),
    ...createExplaining({ ...steps, explainer, digest: sha256, observer: options.observer }),
    ...createRuleBacktest({ ...steps, atMost: options.atMost }),
    readModel,
    woken,
    asked,
    insights: () => rows<Insight>("insight").sort((one, other) => one.raisedAt.localeCompare(other.raisedAt)),
    watch: (ruleId: string, entityKey = student) =>
      store.rows("watch").get(toWatchKey({ ruleId, entityKey })) as Watch | undefined,
    rule: (ruleId: string) => store.rows("insight-rule").get(ruleId) as InsightRule | undefined,
    createRule: (ruleId: string, definition = fewSessions(), enabled = true) =>
      metrics.run(`InsightRule-${ruleId}`, { type: "CreateRule", definition, enabled }),
    /** Sessions of a student, so many seconds ago each. */
    attend: async (entityKey: string, ...secondsAgo: readonly number[]) => {
      const { id: entityId } = parseEntityKey(entityKey);
      for (const seconds of secondsAgo)
        await metrics.recording.recordActivity(
          incoming({ entityId, occurredAt: clock.in(-seconds * 1_000) }),
          requestBy("ada"),
        );
    },
    /** From now on the settings answer with rules as they are at this moment. */
    freezeSettings: () => void (remembered = rows<InsightRule>("insight-rule")),
    /** Happens once, just before the next commands are carried out. */
    meanwhile: (hook: () => Promise<void>) => void (beforeCommit = hook),
  };
}
