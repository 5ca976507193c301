/** What a rule would have raised: its steps over the past, hour by hour, by all that is known today. Nothing is written. */
import { invalid, parseOrRefuse } from "../kernel/errors.js";
import { addDays, addSeconds, toMilliseconds } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import { medianOf } from "./anomaly.js";
import type { WatchCommand } from "./commands.js";
import { lookBackDays } from "./conditions.js";
import { earliest, stepRule } from "./evaluation.js";
import type { MetricSettings } from "./intake.js";
import { toEntityKey } from "./keys.js";
import { createLastActivity } from "./measure.js";
import { beginningOf, createMeasures } from "./measures.js";
import type { Range } from "./measures.js";
import { findOutcome } from "./outcome.js";
import { createPast } from "./readings.js";
import type { Past } from "./readings.js";
import type { InsightsReadModel } from "./readModel.js";
import { requireKnown } from "./rule.js";
import type { BacktestedInsight, Metering, RuleBacktest } from "./service.js";
import type { Entity, InsightRule } from "./state.js";
import { toWholeSecond } from "./tallies.js";
import { RuleDefinition, daySeconds, limits } from "./values.js";
import type { Condition, PredictedOutcome } from "./values.js";
import { foldWatch, moveWatch } from "./watch.js";
import type { WatchCourse } from "./watch.js";

export interface RuleBacktestDeps {
  readonly readModel: Pick<InsightsReadModel, "getEntities" | "getTallies" | "listEntities">;
  readonly settings: MetricSettings;
  readonly clock: Clock;
  /** Lets others have their turn: a backtest may reckon for seconds. @default none has one */
  readonly pause?: (() => Promise<void>) | undefined;
  /** How much one backtest does before it stops with what it has. @default {@link backtestLimits} */
  readonly atMost?: { readonly insights: number; readonly looks: number } | undefined;
}

const hourSeconds = 3_600;

export const backtestLimits = {
  insights: 1_000,
  /** Looks at entities. Hours in which nothing can change cost none. */
  looks: 100_000,
} as const;

/** So many looks are had in one go. */
const looksAtOnce = 100;

/**
 * Creates the backtest. A look is had at every full hour behind `from` at which something may have changed. What a rule keeps from
 * being raised for other reasons (silences, the cap of a day over all entities) is left out; an insight ends as it would with nobody looking
 * after it: by recovery, or when it expires. An outcome is known where its time is over by now,
 * and it was not so already when it was predicted. A request for each entity (more
 * where it has megabytes of tallies), one for a hundred entities.
 */
export function createRuleBacktest(deps: RuleBacktestDeps): Pick<Metering, "backtestRule"> {
  const { settings, clock, pause = async () => undefined, atMost = backtestLimits } = deps;
  const measures = createMeasures(deps);

  const pastOf = async (entity: Entity, { definition }: Simulated, { from, until }: Range) => {
    const { catalog, formula, of } = await measures.measureOf(entity.entityType);
    const days = Math.max(...definition.conditions.map(daysBefore));
    const entityKey = toEntityKey({ type: entity.entityType, id: entity.entityId });
    const last = earliest([clock.now(), addDays(until, definition.outcome?.withinDays ?? 0)]) ?? until;
    const tallies = await measures.talliesOf(entityKey, of, { from: addDays(from, -days), until: last });
    const since = beginningOf(entity, tallies);
    const past = createPast({ tallies, yardstick: { kinds: catalog.kinds, formula }, since });
    return { past, since, lastActivityAt: createLastActivity(tallies) };
  };

  return {
    async backtestRule(asked, request): Promise<RuleBacktest> {
      const definition = parseOrRefuse(RuleDefinition, asked.definition, ["definition"]);
      requireKnown(definition, await settings.catalog());
      const range = toRange(asked, clock.now());
      const entities = await measures.entitiesOf(asked, request);
      const foreign = entities.find(({ entityType }) => !definition.entityTypes.includes(entityType));
      if (foreign !== undefined) throw invalid("definition", `is not about entities of the type ${foreign.entityType}`);
      const rule = { ruleId: "backtest", definition, revision: 1, enabled: true, silences: [] };
      const found: BacktestedInsight[] = [];
      let looks = 0;
      const isEnough = () => found.length >= atMost.insights || looks >= atMost.looks;
      for (const entity of entities) {
        if (isEnough()) break;
        const { past, since, lastActivityAt } = await pastOf(entity, rule, range);
        const before = found.length;
        for (const _look of simulate({ rule, entity, past, since, lastActivityAt, range }, found)) {
          looks += 1;
          if (isEnough()) break;
          if (looks % looksAtOnce === 0) await pause();
        }
        const known = { past, since, now: clock.now() };
        for (const insight of found.splice(before))
          found.push(await withOutcome(insight, definition.outcome, known, pause));
      }
      const isPartial = isEnough() || ("entityType" in asked && entities.length >= asked.atMost);
      return { insights: found, entities: entities.length, isPartial, ...scoreOf(found) };
    },
  };
}

type Simulated = Pick<InsightRule, "ruleId" | "definition" | "revision" | "enabled" | "silences">;

/** @throws ValidationError where the range is turned round, too long, or has not begun. */
function toRange(given: Range, now: Instant): Range {
  const from = toWholeSecond(given.from);
  const until = earliest([toWholeSecond(given.until), toWholeSecond(now)]) ?? now;
  if (given.from > given.until) throw invalid("until", "must not lie before from");
  if (from > until) throw invalid("from", "must not lie in the future");
  if (toMilliseconds(until) - toMilliseconds(from) > limits.backtestDays * daySeconds * 1_000)
    throw invalid("from", `must lie at most ${limits.backtestDays} days before until`);
  return { from, until };
}

/** Facts of so many days before are needed, besides those of the windows. */
function daysBefore(condition: Condition): number {
  return condition.type === "NO_DATA" ? Math.ceil(condition.afterSeconds / daySeconds) : lookBackDays(condition);
}

interface Simulation {
  readonly rule: Simulated;
  readonly entity: Entity;
  readonly past: Past;
  readonly since: Instant;
  readonly lastActivityAt: (at: Instant) => Readonly<Record<string, Instant>>;
  readonly range: Range;
}

/** The insight that is open: where it is among those found, and when it expires. */
interface OpenInsight {
  readonly index: number;
  readonly alertId: string;
  readonly expiresAt: Instant;
}

/** Has one look after the other; `found` gets each insight once it is raised, and once more, in its place, when it is resolved. */
function* simulate(
  { rule, entity, past, since, lastActivityAt, range }: Simulation,
  found: BacktestedInsight[],
): Generator<void> {
  const { entityType, entityId } = entity;
  const { expiresAfterSeconds, cooldownSeconds } = rule.definition;
  let watch: WatchCourse | undefined;
  let open: OpenInsight | undefined;
  const move = (command: WatchCommand, now: Instant) => {
    for (const event of moveWatch(command, watch, now)) watch = foldWatch(watch, event, now);
  };

  let at: Instant | undefined = since > range.from ? fullHour(range.from, since) : range.from;
  while (at !== undefined && at <= range.until) {
    const now: Instant = at;
    if (open !== undefined && now >= open.expiresAt) {
      move({ type: "Hold", alertId: open.alertId, cooldownUntil: addSeconds(now, cooldownSeconds) }, now);
      open = undefined;
    }
    const current = past.pointAt(now);
    const step = stepRule({
      rule,
      entity: { type: entityType, id: entityId },
      watch,
      openRisk: undefined,
      readings: { current, lastActivityAt: lastActivityAt(now), ...past.before(now) },
    });
    if (step.watch !== undefined) move(step.watch, now);
    if (step.raise !== undefined) {
      const { riskScore, alertId } = step.raise;
      open = { index: found.length, alertId, expiresAt: addSeconds(now, expiresAfterSeconds) };
      found.push({ entityType, entityId, raisedAt: now, riskScore });
    }
    const known = open === undefined ? undefined : found[open.index];
    if (step.recover !== undefined && open !== undefined && known !== undefined) {
      found[open.index] = { ...known, resolvedAt: now };
      open = undefined;
    }
    yield;
    const next = earliest([current.nextChangeAt, step.nextAt, open?.expiresAt]);
    at = next === undefined ? undefined : fullHour(addSeconds(now, hourSeconds), next);
  }
}

/** The first look at or behind `at`, of those every hour from `grid` on. */
function fullHour(grid: Instant, at: Instant): Instant {
  const behind = toMilliseconds(at) - toMilliseconds(grid);
  return addSeconds(grid, Math.max(0, Math.ceil(behind / (hourSeconds * 1_000))) * hourSeconds);
}

/** With what became of its prediction, where that is known by now and it was not so already. To the second: not by the hour. */
async function withOutcome(
  insight: BacktestedInsight,
  predicted: PredictedOutcome | undefined,
  known: { readonly past: Past; readonly since: Instant; readonly now: Instant },
  pause: () => Promise<void>,
): Promise<BacktestedInsight> {
  const { raisedAt } = insight;
  if (predicted === undefined || addDays(raisedAt, predicted.withinDays) > known.now) return insight;
  const found = await findOutcome(predicted, { ...known, raisedAt }, pause);
  switch (found.kind) {
    case "ALREADY":
      return insight;
    case "NEVER":
      return { ...insight, outcome: { happened: false } };
    case "HAPPENED":
      return { ...insight, outcome: { happened: true, leadSeconds: found.leadSeconds } };
  }
}

function scoreOf(insights: readonly BacktestedInsight[]): Pick<RuleBacktest, "precision" | "medianLeadSeconds"> {
  const outcomes = insights.flatMap(({ outcome }) => outcome ?? []);
  const leads = outcomes.flatMap(({ happened, leadSeconds }) => (happened ? (leadSeconds ?? []) : []));
  return {
    precision: outcomes.length === 0 ? null : leads.length / outcomes.length,
    medianLeadSeconds: leads.length === 0 ? null : medianOf(leads),
  };
}
