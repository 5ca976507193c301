/** One step of a rule for one entity: how its conditions move its watch, and what that means for insights. Pure, whoever asks. */
import { addSeconds, toEpochSeconds, toInstant } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { WatchCommand } from "./commands.js";
import { midnightOf, nextMidnight, readCondition } from "./conditions.js";
import type { Reading, Readings } from "./conditions.js";
import type { Evidence } from "./events.js";
import { toAlertId } from "./keys.js";
import type { EntityRef, InsightRule } from "./state.js";
import type { WatchCourse } from "./watch.js";
import { limits } from "./values.js";
import type { RuleDefinition } from "./values.js";

/** So much the risk of an open insight must change before it is said. */
export const riskStep = 5;

/** How often it is looked whether a time has come that another clock has seen ahead of this one. */
const lookAgainSeconds = 60;

/** What a step is decided on. */
export interface Situation {
  readonly rule: Pick<InsightRule, "ruleId" | "definition" | "revision" | "enabled" | "disabled" | "silences">;
  readonly entity: EntityRef;
  /** Undefined: nothing has ever come of the rule for the entity. */
  readonly watch: WatchCourse | undefined;
  /** The risk of the insight that the watch names; undefined where it is over, or not known. */
  readonly openRisk: number | undefined;
  readonly readings: Readings;
}

/** An insight that is to be raised. */
export interface Raise {
  readonly alertId: string;
  readonly riskScore: number;
  readonly evidence: readonly Evidence[];
}

/** What is to be done, in one transaction. Nothing of it is left to do when it is asked for again. */
export interface Step {
  readonly watch?: WatchCommand;
  readonly raise?: Raise;
  readonly risk?: { readonly riskScore: number; readonly evidence: readonly Evidence[] };
  readonly recover?: "RECOVERED" | "RULE_DISABLED";
  /** When time alone may change what the step says. */
  readonly nextAt?: Instant;
}

/** Decides the step. What a model has found under the name of the rule, before there was the rule, is not the rule's to end. */
export function stepRule(situation: Situation): Step {
  const { rule, entity, watch } = situation;
  if (watch?.alertId !== undefined && watch.revision === 0) return {};
  const isAbout = rule.definition.entityTypes.includes(entity.type);
  return isAbout && isAtWork(rule, watch) ? stepAbout(toView(situation)) : stepAway(situation, isAbout);
}

/** One that is suspended raises nothing; but what it has open is as real as before, and stays so until it recovers. */
function isAtWork(rule: Situation["rule"], watch: WatchCourse | undefined): boolean {
  return rule.enabled || (isSuspended(rule) && watch?.alertId !== undefined);
}

/** Whether it is off because it has raised too many, and nobody asked. */
export function isSuspended({ enabled, disabled }: Pick<InsightRule, "enabled" | "disabled">): boolean {
  return !enabled && disabled?.suspended === true;
}

/**
 * The rule is off, or not about entities of the type: what it has open ends, what it has pending is forgotten. What somebody has
 * closed stays so while the rule is off; about a type that it names no more nothing is left.
 */
function stepAway({ rule, readings, watch }: Situation, isAbout: boolean): Step {
  switch (watch?.phase) {
    case "PENDING":
      return { watch: { type: "Reset", revision: rule.revision } };
    case "FIRING":
    case "RECOVERING":
      return { watch: recoverAt(readings.current.at, rule.definition), recover: "RULE_DISABLED" };
    case "HELD":
      return isAbout ? {} : { watch: { type: "Release" } };
    default:
      return {};
  }
}

/** The conditions of a rule, read. */
interface View extends Situation {
  readonly now: Instant;
  readonly met: boolean;
  readonly cleared: boolean;
  /** Whether a condition has no value: then nothing is met, and nothing may ever clear. */
  readonly isUnknown: boolean;
  readonly evidence: readonly Evidence[];
  readonly riskScore: number;
  /** When a condition may say something else. */
  readonly conditionsAt: Instant | undefined;
}

function toView(situation: Situation): View {
  const { rule, readings } = situation;
  const { conditions } = rule.definition;
  const read = conditions.map((condition) => readCondition(condition, readings));
  return {
    ...situation,
    now: readings.current.at,
    met: read.every(({ met }) => met),
    cleared: read.some(({ cleared }) => cleared),
    isUnknown: read.some(({ value }) => value === null),
    evidence: toEvidence(read),
    riskScore: riskOf(rule.definition, read[0]),
    conditionsAt: earliest(read.map(({ nextAt }) => nextAt)),
  };
}

function stepAbout(view: View): Step {
  switch (view.watch?.phase) {
    case undefined:
    case "NORMAL":
      return stepNormal(view);
    case "PENDING":
      return stepPending(view, view.watch);
    case "FIRING":
      return stepFiring(view);
    case "RECOVERING":
      return stepRecovering(view, view.watch);
    case "HELD":
      return stepHeld(view, view.watch);
  }
}

/** In the very second in which an episode has ended none begins, nor before it: it would have the same name. */
function stepNormal(view: View): Step {
  const { met, now, watch, rule } = view;
  if (!met) return waiting(view);
  if (watch !== undefined && toEpochSeconds(watch.since) >= toEpochSeconds(now))
    return waiting(view, earliest([secondBehind(watch.since), addSeconds(now, lookAgainSeconds)]));
  const at = fireAt(view, now);
  if (at <= now) return fire(view, now);
  return then(view, { type: "BeginPending", revision: rule.revision, since: now }, at);
}

/** A rule that has changed begins anew. */
function stepPending(view: View, { since, revision }: WatchCourse): Step {
  const { met, now, rule } = view;
  if (!met) return then(view, { type: "Reset", revision: rule.revision });
  const begun = revision === rule.revision ? since : now;
  const at = fireAt(view, begun);
  if (at <= now) return fire(view, begun);
  if (begun === since) return waiting(view, at);
  return then(view, { type: "BeginPending", revision: rule.revision, since: begun }, at);
}

function stepFiring(view: View): Step {
  const { cleared, now, rule } = view;
  if (!cleared) return { ...waiting(view), ...riskChange(view) };
  const { keepFiringForSeconds } = rule.definition;
  if (keepFiringForSeconds === 0) return recovered(view);
  return then(view, { type: "BeginRecovering", since: now }, addSeconds(now, keepFiringForSeconds));
}

function stepRecovering(view: View, { since }: WatchCourse): Step {
  const { cleared, now, rule } = view;
  if (!cleared) return { ...then(view, { type: "Refire" }), ...riskChange(view) };
  const at = addSeconds(since, rule.definition.keepFiringForSeconds);
  return at <= now ? recovered(view) : waiting(view, at);
}

/** Until the conditions have cleared; or, where they never may because there is nothing to know any more, for its cooldown. */
function stepHeld(view: View, { cooldownUntil }: WatchCourse): Step {
  const { cleared, isUnknown, now } = view;
  const isCooling = cooldownUntil !== undefined && now < cooldownUntil;
  if (cleared || (isUnknown && !isCooling)) return then(view, { type: "Release" });
  return waiting(view, isUnknown ? cooldownUntil : undefined);
}

function secondBehind(at: Instant): Instant {
  return toInstant((toEpochSeconds(at) + 1) * 1_000);
}

/** When conditions that have been met since `begun` may raise an insight: `for` is over, no cooldown, no silence, no cap. */
function fireAt({ rule, watch, entity, now }: View, begun: Instant): Instant {
  const silenced = rule.silences
    .filter(({ entityId, until }) => until > now && (entityId === undefined || entityId === entity.id))
    .map(({ until }) => until);
  const { forSeconds, maxPerEntityPerDay } = rule.definition;
  const isFull =
    watch?.raised !== undefined && watch.raised.day >= midnightOf(now) && watch.raised.count >= maxPerEntityPerDay;
  const capped = isFull ? nextMidnight(now) : undefined;
  return [addSeconds(begun, forSeconds), watch?.cooldownUntil, capped, ...silenced].reduce<Instant>(
    (last, one) => (one !== undefined && one > last ? one : last),
    begun,
  );
}

function fire(view: View, since: Instant): Step {
  const { rule, entity, riskScore, evidence } = view;
  const alertId = toAlertId({ predictionType: rule.ruleId, entityId: entity.id, since });
  const command = { type: "Fire", revision: rule.revision, alertId, since } as const;
  return { ...then(view, command), raise: { alertId, riskScore, evidence } };
}

function recovered(view: View): Step {
  return { ...then(view, recoverAt(view.now, view.rule.definition)), recover: "RECOVERED" };
}

function recoverAt(now: Instant, { cooldownSeconds }: RuleDefinition): WatchCommand {
  return { type: "Recover", cooldownUntil: addSeconds(now, cooldownSeconds) };
}

/** Only while the conditions are met: between the levels there is nothing new to say. */
function riskChange({ met, openRisk, riskScore, evidence }: View): Pick<Step, "risk"> {
  const isNew = met && openRisk !== undefined && Math.abs(riskScore - openRisk) >= riskStep;
  return isNew ? { risk: { riskScore, evidence } } : {};
}

function then(view: View, watch: WatchCommand, at?: Instant): Step {
  return { watch, ...waiting(view, at) };
}

function waiting({ conditionsAt }: View, at?: Instant): Pick<Step, "nextAt"> {
  const nextAt = earliest([conditionsAt, at]);
  return nextAt === undefined ? {} : { nextAt };
}

/** What all conditions rest on, each number once. */
function toEvidence(read: readonly Reading[]): readonly Evidence[] {
  const byName = new Map<string, Evidence>();
  for (const one of read.flatMap(({ evidence }) => evidence)) {
    const known = byName.get(one.name);
    if (known?.level === undefined) byName.set(one.name, one);
  }
  return [...byName.values()].slice(0, limits.evidence);
}

/**
 * `least` at the level that the first condition fires at, `most` at `worstAt` and beyond, in proportion between them; a whole
 * number. `least` where the rule has no `worstAt`.
 */
function riskOf({ risk: { least, most, worstAt } }: RuleDefinition, first: Reading | undefined): number {
  if (worstAt === undefined || first === undefined || first.value === null) return least;
  const span = worstAt - first.level;
  const share = span === 0 ? 1 : Math.min(1, Math.max(0, (first.value - first.level) / span));
  return Math.round(least + (most - least) * share);
}

/** The first of those that are there. */
export function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.reduce((first, one) => (first === undefined || (one !== undefined && one < first) ? one : first));
}
