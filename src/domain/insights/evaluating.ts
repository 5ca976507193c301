/** Holds rules against entities: moves their watches, raises insights and resolves them. */
import type { CommandHandler, CommandRequest } from "../kernel/commandHandler.js";
import { VersionConflictError } from "../kernel/errors.js";
import { RowTakenError } from "../kernel/eventStore.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import { addDays, addSeconds } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import type { InsightsCommand, InsightsCommandOf } from "./commands.js";
import { lookBackDays, midnightOf } from "./conditions.js";
import type { Readings } from "./conditions.js";
import { earliest, isSuspended, stepRule } from "./evaluation.js";
import type { Raise, Step } from "./evaluation.js";
import { insightCategory, ruleCategory } from "./events.js";
import { toRecommendations } from "./explaining.js";
import { deterministicExplainer, explainByRules } from "./explanation.js";
import { isOpen } from "./insight.js";
import type { MetricSettings } from "./intake.js";
import { parseEntityKey, toEntityKey, toSeedTime, toWatchKey, toWatchStream } from "./keys.js";
import { beginningOf, createMeasures, eachOf, inPages } from "./measures.js";
import { createPast, noPast } from "./readings.js";
import type { InsightsReadModel } from "./readModel.js";
import { createRulePages } from "./rulePages.js";
import type { Again, InsightsWorkflow, MeasuredEntity, Metering } from "./service.js";
import type { Entity, Insight, InsightRule, InsightsState, Watch } from "./state.js";

export interface EvaluatingDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<
    InsightsReadModel,
    | "getEntities"
    | "getTallies"
    | "listEntities"
    | "getRules"
    | "getWatches"
    | "listWatches"
    | "getInsights"
    | "countRaised"
  >;
  readonly metering: Pick<Metering, "current">;
  /** `rules`: as they were moments ago. */
  readonly settings: MetricSettings & { rules(): Promise<readonly InsightRule[]> };
  /** Has `evaluate` asked for the entity at a time, unless it is asked for before that anyway. */
  readonly wake: (entityKey: string, at: Instant, request: Request) => Promise<void>;
  readonly clock: Clock;
}

/** How often a move is decided again because somebody else has moved the watch. */
const triesAtMost = 4;

/**
 * Creates the steps. `evaluate` costs nothing where no rule that is at work is about entities of the type; else a request for the entity,
 * one for each hundred rules, one for the insights that are open, one for tallies where a rule looks back; and for each rule that
 * moves one transaction, and two requests before one that raises something. Asked for twice, it finds nothing to do.
 */
export function createEvaluating(
  deps: EvaluatingDeps,
): Pick<InsightsWorkflow, "isWatched" | "evaluate" | "evaluateRule"> {
  const { commands, readModel, metering, settings, wake, clock } = deps;
  const measures = createMeasures(deps);
  const pageOf = createRulePages(readModel);

  const readingsOf = async (entity: MeasuredEntity, rules: readonly InsightRule[]): Promise<Readings> => {
    const { asOf: at, metrics, healthScore, lastActivityAt } = entity;
    const now = { current: { at, metrics, healthScore }, lastActivityAt };
    const days = Math.max(0, ...rules.flatMap(({ definition }) => definition.conditions.map(lookBackDays)));
    if (days === 0) return { ...now, ...noPast };
    const { catalog, formula, of } = await measures.measureOf(entity.entityType);
    const tallies = await measures.talliesOf(keyOf(entity), of, { from: addDays(at, -days), until: at });
    const since = beginningOf(entity, tallies);
    const past = createPast({ tallies, yardstick: { kinds: catalog.kinds, formula }, since });
    return { ...now, ...past.before(at) };
  };

  /** Whether the rule has raised so many today that it is off now; enabled again, it may raise as many once more. */
  const hasRaisedTooMany = async (rule: InsightRule, now: Instant, request: Request): Promise<boolean> => {
    const { ruleId, definition, enabledAt } = rule;
    const { maxPerDay } = definition;
    const midnight = midnightOf(now);
    // Counted by whole seconds: what it raised in the one in which it was enabled may be from before.
    const since = enabledAt === undefined || enabledAt < midnight ? midnight : addSeconds(enabledAt, 1);
    if ((await readModel.countRaised(ruleId, since, maxPerDay)) < maxPerDay) return false;
    const reason = `it has raised ${maxPerDay} insights within a day, which is the most that it may`;
    const streamId = toStreamName(ruleCategory, ruleId);
    await commands.handle([{ streamId, command: { type: "SuspendRule", reason } }], toMetadata(request));
    return true;
  };

  const commit = async (on: Ground, step: Step, request: Request): Promise<void> => {
    const run = (place: string | undefined) => {
      const requests = [...watchRequest(on, step), ...insightRequest(on, step, place)];
      return commands.handle(requests, toMetadata(request));
    };
    const place = toSeedTime(on.readings.current.at);
    try {
      await run(place);
    } catch (error) {
      if (!(error instanceof RowTakenError) || step.raise === undefined) throw error;
      // Another rule has raised an insight about the entity in this second (defect M1).
      await run(`${place}#${step.raise.alertId}`);
    }
  };

  /** A rule that raises something must be as it is now, not as it was moments ago. */
  const isAsItIs = async (rule: InsightRule): Promise<InsightRule | undefined> => {
    const [fresh] = await readModel.getRules([rule.ruleId]);
    return fresh?.version === rule.version ? undefined : (fresh ?? { ...rule, enabled: false });
  };

  /** Decides and commits one rule's step, anew where the watch or the rule has moved meanwhile. */
  const settle = async (
    given: Ground,
    openRisk: number | undefined,
    request: Request,
  ): Promise<Instant | undefined> => {
    let on = given;
    for (let tries = 1; ; tries += 1) {
      const { rule, entity, watch, readings } = on;
      const situation = { rule, entity: { type: entity.entityType, id: entity.entityId }, watch, openRisk, readings };
      const step = stepRule(situation);
      if (step.raise !== undefined) {
        const changed = await isAsItIs(rule);
        if (changed !== undefined) {
          if (tries >= triesAtMost) return addSeconds(readings.current.at, 1);
          on = { ...on, rule: changed };
          continue;
        }
        if (await hasRaisedTooMany(rule, readings.current.at, request)) return undefined;
      }
      if (step.watch === undefined && step.risk === undefined) return step.nextAt;
      try {
        await commit(on, step, request);
        return step.nextAt;
      } catch (error) {
        if (!(error instanceof VersionConflictError) || tries >= triesAtMost) throw error;
        const [moved] = await readModel.getWatches([{ ruleId: rule.ruleId, entityKey: keyOf(entity) }]);
        on = { ...on, watch: moved };
      }
    }
  };

  /** Each entity with each rule. When it must be looked at again: for each entity in turn. */
  const evaluateAll = async (
    entities: readonly Entity[],
    rules: readonly InsightRule[],
    request: Request,
  ): Promise<readonly (Instant | undefined)[]> => {
    const pairs = entities.flatMap((entity) => rules.map(({ ruleId }) => ({ ruleId, entityKey: keyOf(entity) })));
    const found = await inPages(pairs, (page) => readModel.getWatches(page));
    const watches = new Map(
      found.flatMap((watch) => (watch === undefined ? [] : [[toWatchKey(watch), watch] as const])),
    );
    const alertIds = [...watches.values()].flatMap(({ alertId }) => alertId ?? []);
    const insights = alertIds.length === 0 ? [] : await inPages(alertIds, (page) => readModel.getInsights(page));
    const risks = new Map(
      insights.flatMap((insight) => (insight !== undefined && isOpen(insight) ? [riskOf(insight)] : [])),
    );
    return eachOf(await metering.current(entities), async (entity) => {
      const readings = await readingsOf(entity, rules);
      const times: (Instant | undefined)[] = [];
      // One after the other: insights of one entity take their places in turn.
      for (const rule of rules) {
        const watch = watches.get(toWatchKey({ ruleId: rule.ruleId, entityKey: keyOf(entity) }));
        times.push(await settle({ rule, entity, watch, readings }, risks.get(watch?.alertId ?? ""), request));
      }
      return earliest(times);
    });
  };

  /** The rules that entities of a type are held against, those that are suspended, too; with one that is known better, also where it is off. */
  const rulesOf = async (entityType: string, known?: InsightRule): Promise<readonly InsightRule[]> => {
    const others = (await settings.rules()).filter(
      (rule) =>
        rule.ruleId !== known?.ruleId &&
        (rule.enabled || isSuspended(rule)) &&
        rule.definition.entityTypes.includes(entityType),
    );
    return known === undefined ? others : [known, ...others];
  };

  /** All rules, so that the time at which the entity is looked at again is that of all. */
  const evaluatePage = async (entityKeys: readonly string[], rule: InsightRule, request: Request): Promise<void> => {
    const found = await inPages(entityKeys, (page) => readModel.getEntities(page));
    const entities = found.flatMap((entity) => entity ?? []);
    for (const entityType of new Set(entities.map((entity) => entity.entityType))) {
      const ofType = entities.filter((entity) => entity.entityType === entityType);
      const times = await evaluateAll(ofType, await rulesOf(entityType, rule), request);
      await eachOf(ofType, async (entity) => {
        const at = times[ofType.indexOf(entity)];
        if (at !== undefined) await wake(keyOf(entity), at, request);
      });
    }
  };

  return {
    isWatched: async (entityKey) => (await rulesOf(parseEntityKey(entityKey).type)).length > 0,

    async evaluate(entityKey, request): Promise<Again> {
      const rules = await rulesOf(parseEntityKey(entityKey).type);
      if (rules.length === 0) return {};
      const [entity] = await readModel.getEntities([entityKey]);
      if (entity === undefined) return {};
      const [again] = await evaluateAll([entity], rules, request);
      return present({ again });
    },

    async evaluateRule(ruleId, after, request) {
      const [rule] = await readModel.getRules([ruleId]);
      if (rule === undefined) return {};
      const { entityKeys, next } = await pageOf(rule, after, clock.now());
      if (entityKeys.length > 0) await evaluatePage(entityKeys, rule, request);
      return present({ next });
    },
  };
}

/** What a rule's step for an entity stands on. */
interface Ground {
  readonly rule: InsightRule;
  readonly entity: MeasuredEntity;
  readonly watch: Watch | undefined;
  readonly readings: Readings;
}

function keyOf({ entityType, entityId }: Pick<Entity, "entityType" | "entityId">): string {
  return toEntityKey({ type: entityType, id: entityId });
}

function riskOf({ alertId, riskScore }: Insight): readonly [string, number] {
  return [alertId, riskScore];
}

/** Only from where the step was decided: who has moved the watch since is not passed over. */
function watchRequest({ rule, entity, watch }: Ground, step: Step): readonly CommandRequest<InsightsCommand>[] {
  if (step.watch === undefined) return [];
  const streamId = toWatchStream({ ruleId: rule.ruleId, entityKey: keyOf(entity) });
  return [{ streamId, command: step.watch, expectedVersion: watch?.version ?? 0 }];
}

function insightRequest(on: Ground, step: Step, place = ""): readonly CommandRequest<InsightsCommand>[] {
  const { raise, risk, recover } = step;
  const alertId = raise?.alertId ?? on.watch?.alertId;
  if (alertId === undefined) return [];
  const streamId = toStreamName(insightCategory, alertId);
  if (raise !== undefined) return [{ streamId, command: toInsight(on, raise, place) }];
  if (recover !== undefined) return [{ streamId, command: { type: "RecoverInsight", cause: recover } }];
  return risk === undefined
    ? []
    : [{ streamId, command: { type: "ChangeRisk", ...risk, evidence: [...risk.evidence] } }];
}

function toInsight({ rule, entity, readings }: Ground, raise: Raise, place: string): InsightsCommandOf<"RaiseInsight"> {
  const { ruleId: predictionType, revision: ruleRevision, definition } = rule;
  const { title, expiresAfterSeconds, outcome, incident, notify } = definition;
  const { entityType, entityId, version: entityVersion } = entity;
  const { riskScore } = raise;
  const now = readings.current.at;
  const evidence = [...raise.evidence];
  const { recommendations } = definition;
  const said = explainByRules({ riskScore, evidence, recommendations, ...present({ outcome }) });
  return {
    type: "RaiseInsight",
    ...{ entityType, entityId, predictionType, ruleRevision, riskScore, title, evidence, place, entityVersion },
    explanation: said.explanation,
    recommendations: toRecommendations(said.recommendations),
    origin: deterministicExplainer,
    expiresAt: addSeconds(now, expiresAfterSeconds),
    ...present({ outcome, incident, notify }),
  };
}
