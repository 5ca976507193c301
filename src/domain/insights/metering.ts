/** Metrics as they are, were, and would be by another formula: reckoned from tallies, exact to the second. */
import { ValidationError, invalid, parseOrRefuse } from "../kernel/errors.js";
import { present } from "../kernel/present.js";
import { addDays, toEpochSeconds, toMilliseconds } from "../kernel/time.js";
import type { Clock, Instant } from "../kernel/time.js";
import { metricNames } from "./catalog.js";
import { midnightOf } from "./conditions.js";
import { hasOtherValues, newEntity, scoreOfDay } from "./entity.js";
import { scoreHealth } from "./health.js";
import type { MetricSettings } from "./intake.js";
import { parseEntityKey, toEntityKey } from "./keys.js";
import { createMeter, firstActivityOf, lastActivityOf, measureAt } from "./measure.js";
import type { Measurement } from "./measure.js";
import { beginningOf, createMeasures, eachOf } from "./measures.js";
import type { Measure, Range } from "./measures.js";
import type { InsightsReadModel } from "./readModel.js";
import type { HistoryPoint, MeasuredEntity, Metering } from "./service.js";
import { measuringSecond } from "./skew.js";
import type { Catalog, Entity, HealthFormula, Tally } from "./state.js";
import { fromEpochSeconds, toWholeSecond } from "./tallies.js";
import { HealthComponents, daySeconds, limits } from "./values.js";
import type { HealthComponent } from "./values.js";

export interface MeteringDeps {
  readonly readModel: Pick<InsightsReadModel, "getEntities" | "getTallies" | "listEntities">;
  readonly settings: MetricSettings;
  readonly clock: Clock;
  /** Goes over rules, not metrics, so it is a part of its own. */
  readonly backtest: Pick<Metering, "backtestRule">;
}

/** By how many days a score is compared with an earlier one. */
const trendDays = 7;
export function createMetering(deps: MeteringDeps): Metering {
  const { readModel, settings, clock, backtest } = deps;
  const measures = createMeasures(deps);

  const currentOf = async (entity: Entity, clockTime: Instant): Promise<MeasuredEntity> => {
    const now = measuringSecond(clockTime, entity);
    const { catalog, formula, of } = await measures.measureOf(entity.entityType);
    const isExact =
      (entity.nextChangeAt === undefined || entity.nextChangeAt > now) &&
      metricNames(catalog).every((name) => entity.metrics[name] !== undefined);
    if (isExact) return withHealth(entity, formula, now);
    // Also what is ahead: it counts for the next change.
    const tallies = await measures.talliesOf(toEntityKey({ type: entity.entityType, id: entity.entityId }), of, {
      from: now,
      until: addDays(now, 1),
    });
    const measurement = createMeter({ tallies, yardstick: { kinds: catalog.kinds, formula } })(now);
    const measured = withMeasurement(entity, measurement);
    const lastUpdated = hasOtherValues(entity, measured) ? (entity.nextChangeAt ?? now) : entity.lastUpdated;
    return withHealth({ ...measured, lastUpdated }, formula, now);
  };

  const trendOf = async (measured: MeasuredEntity): Promise<number | null> => {
    const { entityType, healthScore, asOf, trend7d } = measured;
    if (trend7d !== undefined) return trend7d;
    const { catalog, formula, of } = await measures.measureOf(entityType);
    const before = endOfDay(addDays(asOf, -trendDays));
    const tallies = await measures.talliesOf(keyOf(measured), of, { from: before, until: before });
    if (before < beginningOf(measured, tallies)) return null;
    return difference(
      healthScore,
      measureAt({ tallies, at: before, yardstick: { kinds: catalog.kinds, formula } }).healthScore,
    );
  };

  const entityOf = async (entityKey: string): Promise<Entity | undefined> => {
    const [entity] = await readModel.getEntities([entityKey]);
    return entity;
  };

  /** At each of the midnights, from the first on at which there was the entity. */
  const pointsOf = async (
    entity: Entity,
    { catalog, formula, of }: Measure,
    midnights: readonly Instant[],
  ): Promise<readonly HistoryPoint[]> => {
    const [from, until] = [midnights[0], midnights.at(-1)];
    if (from === undefined || until === undefined) return [];
    const tallies = await measures.talliesOf(keyOf(entity), of, { from, until });
    const since = beginningOf(entity, tallies);
    const meter = createMeter({ tallies, yardstick: { kinds: catalog.kinds, formula } });
    return midnights
      .filter((midnight) => midnight >= since)
      .map((midnight) => {
        const { at, metrics, healthScore } = meter(midnight);
        return { at, metrics, healthScore };
      });
  };

  return {
    async current(entities) {
      const now = clock.now();
      return eachOf(entities, (entity) => currentOf(entity, now));
    },

    trends: (measured) => eachOf(measured, trendOf),

    async asOf(entityKey, given) {
      const now = toWholeSecond(clock.now());
      const at = given === undefined ? now : toWholeSecond(given);
      if (at > now) throw invalid("asOf", "must not lie in the future");
      const isNow = at === now;
      const found = await entityOf(entityKey);
      const { catalog, formula, of } = await measures.measureOf(parseEntityKey(entityKey).type);
      if (found === undefined && of === "ENTITY") return undefined;
      const before = endOfDay(addDays(at, -trendDays));
      // Of now also what is ahead: it counts for the next change.
      const until = isNow ? addDays(at, 1) : at;
      const tallies = await measures.talliesOf(entityKey, of, { from: before, until });
      const entity = found ?? unmeasured(entityKey, tallies);
      if (entity === undefined) return undefined;
      const since = beginningOf(entity, tallies);
      if (at < since) return undefined;
      const meter = createMeter({ tallies, yardstick: { kinds: catalog.kinds, formula } });
      const { nextChangeAt, ...measurement } = meter(at);
      const { parts: components } = scoreHealth(formula.components, measurement.metrics);
      const earlier = before < since ? null : meter(before).healthScore;
      return {
        // What comes next was not known then.
        ...withMeasurement(entity, { ...measurement, ...(isNow ? present({ nextChangeAt }) : {}) }),
        formulaVersion: formula.formulaVersion,
        lastUpdated: entity.lastUpdated < at ? entity.lastUpdated : at,
        lastActivityAt: notAfter(entity.lastActivityAt, at, tallies),
        asOf: at,
        components,
        trend7d: difference(measurement.healthScore, earlier),
      };
    },

    async history(entityKey, range) {
      const midnights = midnightsOf(range, { now: clock.now(), atMost: limits.historyDays });
      const entity = await entityOf(entityKey);
      return entity === undefined ? [] : pointsOf(entity, await measures.measureOf(entity.entityType), midnights);
    },

    async backtestFormula(asked, request) {
      const components = parseOrRefuse(HealthComponents, asked.components, ["components"]);
      requireKnownMetrics(components, await settings.catalog());
      const midnights = midnightsOf(asked, { now: clock.now(), atMost: limits.backtestDays });
      const entities = await measures.entitiesOf(asked, request);
      return eachOf(entities, async (entity) => {
        const points = await pointsOf(entity, await measures.measureOf(entity.entityType), midnights);
        return {
          entityType: entity.entityType,
          entityId: entity.entityId,
          points: points.map(({ at, metrics, healthScore }) => ({
            at,
            current: healthScore,
            proposed: scoreHealth(components, metrics).score,
          })),
        };
      });
    },

    backtestRule: (asked, request) => backtest.backtestRule(asked, request),
  };
}

/**
 * The midnights (UTC) from `from` until `until`, both included, as far as they have been. @throws ValidationError for `from`
 * or `until` where the range is turned round or too long.
 */
export function midnightsOf(
  { from, until }: Range,
  { now, atMost }: { readonly now: Instant; readonly atMost: number },
): readonly Instant[] {
  if (from > until) throw invalid("until", "must not lie before from");
  const start = midnightOf(from);
  const first = start < from ? addDays(start, 1) : start;
  const days = Math.floor((toMilliseconds(until) - toMilliseconds(first)) / (daySeconds * 1_000)) + 1;
  if (days > atMost) throw invalid("from", `must lie at most ${atMost} days before until`);
  return Array.from({ length: days }, (_, index) => addDays(first, index)).filter((midnight) => midnight <= now);
}

/** @throws ValidationError that names each component whose metric there is not. */
export function requireKnownMetrics(components: readonly HealthComponent[], catalog: Catalog): void {
  const names = metricNames(catalog);
  const [first, ...others] = components.flatMap(({ metric }, index) =>
    names.includes(metric)
      ? []
      : [{ path: ["components", String(index), "metric"], message: `must be one of ${names.join(", ")}` }],
  );
  if (first !== undefined) throw new ValidationError([first, ...others]);
}

function keyOf({ entityType, entityId }: Entity): string {
  return toEntityKey({ type: entityType, id: entityId });
}

function withMeasurement(entity: Entity, { at, metrics, healthScore, nextChangeAt }: Measurement): Entity {
  const { nextChangeAt: _, ...others } = entity;
  return { ...others, metrics, healthScore, measuredAt: at, ...present({ nextChangeAt }) };
}

/** The entity at this moment, scored by the formula that is active: it may have been measured by the one before. */
function withHealth(entity: Entity, { components, formulaVersion }: HealthFormula, now: Instant): MeasuredEntity {
  const { score, parts } = scoreHealth(components, entity.metrics);
  const earlier = scoreBefore(entity, now);
  return {
    ...entity,
    healthScore: score,
    formulaVersion,
    asOf: now,
    components: parts,
    ...(earlier === undefined ? {} : { trend7d: difference(score, earlier) }),
  };
}

/** The score that the trend goes by, where the row says it; undefined where only the tallies do. */
function scoreBefore({ healthTrail, firstActivityAt, activities }: Entity, now: Instant): number | null | undefined {
  const known = scoreOfDay(healthTrail, now, trendDays);
  if (known !== undefined) return known;
  // When the facts began that an aggregate adds up, its row does not say.
  const isYounger = activities > 0 && toWholeSecond(firstActivityAt) > endOfDay(addDays(now, -trendDays));
  return isYounger ? null : undefined;
}

/** An aggregate that nobody has measured yet, where facts name it. */
function unmeasured(entityKey: string, tallies: readonly Tally[]): Entity | undefined {
  const first = firstActivityOf(tallies);
  return first === undefined
    ? undefined
    : newEntity(entityKey, { measuredAt: first, firstActivityAt: first, version: 0, hash: "" });
}

function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}

/** By kind, the latest fact at or before `at`; without kinds of which it is not known. */
function notAfter(last: Entity["lastActivityAt"], at: Instant, tallies: readonly Tally[]): Entity["lastActivityAt"] {
  const known = Object.entries(last).filter(([, instant]) => toWholeSecond(instant) <= at);
  return { ...lastActivityOf(tallies, at), ...Object.fromEntries(known) };
}

/** The last second of its day. */
function endOfDay(at: Instant): Instant {
  return fromEpochSeconds(toEpochSeconds(midnightOf(at)) + daySeconds - 1);
}
