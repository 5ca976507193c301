/** The rules of an entity's stream: facts are recorded once and for all, and what they come to is measured with them. */
import type { DecisionContext, Decider } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import type { Proposed, Recorded } from "../kernel/event.js";
import { canonicalJson } from "../kernel/hashChain.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { addDays } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { EntityCommand, InsightsCommandOf } from "./commands.js";
import type { EntityEvent } from "./events.js";
import { scoreHealth } from "./health.js";
import { parseEntityKey, tallyKey } from "./keys.js";
import { measureAt } from "./measure.js";
import { requireVisibleType } from "./scope.js";
import { isWithinSkew, measuringSecond } from "./skew.js";
import type { Entity, EntityState, Tally } from "./state.js";
import { bucketStart, emptyTally, toWholeSecond, withFact } from "./tallies.js";

type Decision = readonly Proposed<EntityEvent>[];
type EventData<T extends EntityEvent["type"]> = Extract<EntityEvent, { readonly type: T }>["data"];
type Measures = EventData<"EntityMetricsMeasured">;
type Tallies = ReadonlyMap<string, Tally>;

/** Scores whose day lies further back are only needed as the last one before. */
const trailDays = 8;

function decide(command: EntityCommand, state: EntityState, context: DecisionContext): Decision {
  const { streamId, scope = "all" } = context;
  requireVisibleType(typeOf(streamId), "entityId", scope);
  requireRole(command, state.entity);
  switch (command.type) {
    case "RecordActivities":
      return record(command, state, context);
    case "MeasureEntity":
      return state.entity === undefined ? [] : measured(state.entity, measure(command, state, context));
    case "RecordMeasures":
      return recordMeasures(command, state, context);
  }
}

function typeOf(streamId: string): string {
  return parseEntityKey(parseStreamName(streamId).id).type;
}

/** What has facts of its own is measured by them; an aggregate has none, and somebody else measures it. */
function requireRole(command: EntityCommand, entity: Entity | undefined): void {
  if (entity === undefined) return;
  const isAggregate = entity.activities === 0;
  if (isAggregate === (command.type === "RecordMeasures")) return;
  const [from, message] = isAggregate
    ? (["AGGREGATE", "an aggregate is measured by the facts of others: it has none of its own"] as const)
    : (["ENTITY", "an entity is measured by its own facts"] as const);
  throw new InvalidTransitionError(from, command.type, [], message, ["entityId"]);
}

/** Facts, and what they come to where that is anything new. Whether one of them came before, its row finds out. */
function record(
  { activities, yardstick }: InsightsCommandOf<"RecordActivities">,
  { entity, tallies }: EntityState,
  context: DecisionContext,
): Decision {
  const entityKey = parseStreamName(context.streamId).id;
  const facts = activities.map(({ occurredAt, ...data }) => ({ type: "ActivityRecorded" as const, data, occurredAt }));
  const after = withFacts(tallies, entityKey, activities);
  return [
    ...facts,
    ...measured(entity, measure({ cause: "ACTIVITY", yardstick }, { entity, tallies: after }, context)),
  ];
}

function measure(
  { cause, yardstick }: Pick<InsightsCommandOf<"MeasureEntity">, "cause" | "yardstick">,
  { entity, tallies }: Pick<EntityState, "entity" | "tallies">,
  { now }: DecisionContext,
): Measures {
  const { formulaVersion } = yardstick.formula;
  const at = measuringSecond(now, entity);
  return { ...measureAt({ tallies: tallies.values(), at, yardstick }), formulaVersion, cause };
}

/** A measurement that is older than what is there is none: another one was faster. */
function recordMeasures(
  { at, metrics, nextChangeAt, lastActivityAt, cause, formula }: InsightsCommandOf<"RecordMeasures">,
  { entity }: EntityState,
  { now }: DecisionContext,
): Decision {
  // A clock that was ahead and is put right must not stop the measuring.
  if (entity !== undefined && at < entity.measuredAt && isWithinSkew(entity.measuredAt, now)) return [];
  const { score } = scoreHealth(formula.components, metrics);
  const { formulaVersion } = formula;
  const measures = { at: toWholeSecond(at), metrics, healthScore: score, formulaVersion, cause, lastActivityAt };
  return measured(entity, { ...measures, ...present({ nextChangeAt }) });
}

/** Nothing where all is as it was measured last. */
function measured(entity: Entity | undefined, measures: Measures): Decision {
  // Of an entity with facts of its own, they say when the latest was.
  const isSame = entity !== undefined && gist(entity) === gist({ lastActivityAt: entity.lastActivityAt, ...measures });
  return isSame ? [] : [{ type: "EntityMetricsMeasured", data: measures }];
}

/** What a measurement says besides when and why it was made. */
function gist(of: Omit<Measures, "at" | "cause">): string {
  const { metrics, healthScore, formulaVersion, nextChangeAt, lastActivityAt } = of;
  return canonicalJson({ metrics, healthScore, formulaVersion, nextChangeAt, lastActivityAt });
}

function evolve(state: EntityState, recorded: Recorded<EntityEvent>): EntityState {
  const entityKey = parseStreamName(recorded.streamId).id;
  const before = state.entity ?? newEntity(entityKey, beginningIn(recorded));
  const { version, hash } = recorded;
  switch (recorded.type) {
    case "ActivityRecorded": {
      const { data, occurredAt } = recorded;
      const tallies = withFacts(state.tallies, entityKey, [{ ...data, occurredAt }]);
      return { ...state, tallies, entity: { ...withActivity(before, data.kind, occurredAt), version, hash } };
    }
    case "EntityMetricsMeasured":
      return { ...state, entity: { ...withMeasures(before, recorded.data), version, hash } };
  }
}

type Beginning = Pick<Entity, "measuredAt" | "firstActivityAt" | "version" | "hash">;

function beginningIn(recorded: Recorded<EntityEvent>): Beginning {
  const { version, hash, recordedAt } = recorded;
  const firstActivityAt = recorded.type === "ActivityRecorded" ? recorded.occurredAt : recorded.data.at;
  return { measuredAt: toWholeSecond(recordedAt), firstActivityAt, version, hash };
}

/** Before anything was measured. */
export function newEntity(entityKey: string, beginning: Beginning): Entity {
  const { type: entityType, id: entityId } = parseEntityKey(entityKey);
  return {
    ...beginning,
    entityType,
    entityId,
    metrics: {},
    healthScore: null,
    formulaVersion: 0,
    lastUpdated: beginning.measuredAt,
    lastActivityAt: {},
    activities: 0,
    healthTrail: [],
  };
}

function withActivity(entity: Entity, kind: string, occurredAt: Instant): Entity {
  const last = entity.lastActivityAt[kind];
  const isLatest = last === undefined || occurredAt > last;
  return {
    ...entity,
    activities: entity.activities + 1,
    firstActivityAt: occurredAt < entity.firstActivityAt ? occurredAt : entity.firstActivityAt,
    lastActivityAt: isLatest ? { ...entity.lastActivityAt, [kind]: occurredAt } : entity.lastActivityAt,
  };
}

function withMeasures(entity: Entity, measures: Measures): Entity {
  const { at, metrics, healthScore, formulaVersion, nextChangeAt, lastActivityAt } = measures;
  const { nextChangeAt: _, ...others } = entity;
  return {
    ...others,
    metrics,
    healthScore,
    formulaVersion,
    measuredAt: at,
    ...present({ nextChangeAt }),
    lastUpdated: hasOtherValues(entity, measures) ? at : entity.lastUpdated,
    lastActivityAt: lastActivityAt ?? entity.lastActivityAt,
    healthTrail: withScore(entity.healthTrail, at, healthScore),
  };
}

/** Whether a metric or the score differs from what it was. */
export function hasOtherValues(
  before: Pick<Entity, "metrics" | "healthScore">,
  after: Pick<Entity, "metrics" | "healthScore">,
): boolean {
  return before.healthScore !== after.healthScore || canonicalJson(before.metrics) !== canonicalJson(after.metrics);
}

type HealthTrail = Entity["healthTrail"];

function withScore(trail: HealthTrail, at: Instant, score: number | null): HealthTrail {
  const day = at.slice(0, 10);
  const last = trail.at(-1);
  if (last !== undefined && last.score === score) return trail;
  // One that was measured by a clock that was behind counts for the day that the trail has come to.
  const added = last !== undefined && last.day >= day ? trail.with(-1, { ...last, score }) : [...trail, { day, score }];
  return added.slice(
    Math.max(
      0,
      added.findLastIndex((one) => one.day <= dayBefore(day, trailDays)),
    ),
  );
}

/** The last score of the day that lies so many days before, null where it was none; undefined where the trail begins later. */
export function scoreOfDay(trail: HealthTrail, at: Instant, daysBefore: number): number | null | undefined {
  const day = dayBefore(at.slice(0, 10), daysBefore);
  return trail.findLast((one) => one.day <= day)?.score;
}

function dayBefore(day: string, days: number): string {
  return addDays(`${day}T00:00:00.000Z`, -days).slice(0, 10);
}

type Fact = Pick<EventData<"ActivityRecorded">, "kind" | "value"> & { readonly occurredAt: Instant };

function withFacts(tallies: Tallies, entityKey: string, facts: readonly Fact[]): Tallies {
  const after = new Map(tallies);
  for (const fact of facts) {
    const bucket = { entityKey, kind: fact.kind, from: bucketStart(fact.occurredAt) };
    const key = tallyKey(bucket);
    after.set(key, withFact(after.get(key) ?? emptyTally(bucket), fact));
  }
  return after;
}

export const entityDecider: Decider<EntityState, EntityCommand, EntityEvent> = {
  initialState: { kind: "entity", tallies: new Map() },
  decide,
  requireVisible: (_command, _state, { streamId, scope = "all" }) =>
    requireVisibleType(typeOf(streamId), "entityId", scope),
  evolve,
};
