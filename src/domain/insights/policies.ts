/** Policies of insights: what follows from an event without anybody asking. */
import { z } from "zod";
import type { EventOf, EventSchemas } from "../kernel/codec.js";
import type { Recorded } from "../kernel/event.js";
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry, LiveEntry } from "../kernel/feed.js";
import { present } from "../kernel/present.js";
import type { Effect, Policy, PolicyRequest } from "../kernel/processing.js";
import type { Request } from "../kernel/request.js";
import { shortCacheMilliseconds } from "../kernel/shortCache.js";
import { parseStreamName } from "../kernel/streamName.js";
import { addDays, toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import {
  catalogCategory,
  catalogEventSchemas,
  entityCategory,
  entityEventSchemas,
  healthFormulaCategory,
  healthFormulaEventSchemas,
  insightCategory,
  insightEventSchemas,
  ruleCategory,
  ruleEventSchemas,
  watchCategory,
  watchEventSchemas,
} from "./events.js";
import { parseWatchKey, toEntityKey } from "./keys.js";
import { limits } from "./values.js";

/** What the policies ask for; kept in timers, so a changed shape must still read the old one. */
export const InsightsPolicyCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("EvaluateEntity"), entityKey: z.string() }),
  /** `seen`: how far its facts must be counted, where that is known. */
  z.object({
    type: z.literal("MeasureAggregate"),
    entityKey: z.string(),
    seen: z.array(z.number()).readonly().optional(),
  }),
  /** `entityType`: of the types the one that is at work; absent: the first. `after`: where to go on. */
  z.object({ type: z.literal("RemeasureAll"), entityType: z.string().optional(), after: z.string().optional() }),
  z.object({ type: z.literal("RemeasureType"), entityType: z.string(), after: z.string().optional() }),
  z.object({ type: z.literal("EvaluateRule"), ruleId: z.string(), after: z.string().optional() }),
  z.object({ type: z.literal("ExpireInsight"), alertId: z.string() }),
  z.object({ type: z.literal("ScoreInsight"), alertId: z.string() }),
  z.object({ type: z.literal("ExplainInsight"), alertId: z.string() }),
  z.object({ type: z.literal("FollowIncident"), alertId: z.string() }),
  z.object({ type: z.literal("NotifyInsight"), alertId: z.string() }),
]);
export type InsightsPolicyCommand = z.infer<typeof InsightsPolicyCommand>;

type Effects = readonly Effect<InsightsPolicyCommand>[];

/** The entity's one timer, where nothing has happened: a rule's time will be over then. */
export function toWakeTimer(
  entityKey: string,
  dueAt: Instant,
  { actor, correlationId, causationId = "", commandId = "" }: Request,
) {
  const command: InsightsPolicyCommand = { type: "EvaluateEntity", entityKey };
  const request: PolicyRequest = { actor, correlationId, causationId, commandId, idempotencyKey: commandId };
  return {
    policy: insightEvaluationPolicy,
    timerId: `${insightEvaluationPolicy.name}/${entityKey}`,
    dueAt,
    command,
    request,
  };
}

/** Facts of an aggregate are added up for so long before it is measured. */
const gridMilliseconds = 5_000;
/** Clocks of servers are at most so far apart, as with facts that are ahead. */
const skewMilliseconds = limits.aheadSeconds * 1_000;
/** Whoever had settings at hand that were read before they changed has used them by then. */
const lateMilliseconds = 2 * shortCacheMilliseconds;

/**
 * Holds the rules against an entity, whenever its metrics have changed, or something has happened that changes none but ends that
 * nothing did, and whenever somebody has closed its insight.
 */
export const insightEvaluationPolicy = policyOf("insight-evaluation", (entry, schedule) => {
  const event = onEntity(entry);
  if (event !== undefined) return evaluate(idOf(event), event, schedule);
  const watch = onWatch(entry);
  return watch?.type === "WatchHeld" ? evaluate(parseWatchKey(idOf(watch)).entityKey, watch, schedule) : [];
});

/** By the entity's one timer: of many measurements the last counts for all. */
function evaluate(entityKey: string, event: Recorded, schedule: Schedule): Effects {
  return [schedule(entityKey, atOnce(event), { type: "EvaluateEntity", entityKey })];
}

/** A time that is over also by a clock that is behind: else each event of a server that is ahead would put its timer off. */
function atOnce({ recordedAt }: Recorded): Instant {
  return toInstant(toMilliseconds(recordedAt) - skewMilliseconds);
}

/**
 * Measures the aggregates that a fact names. One timer for each aggregate and five seconds, so that a stream of facts neither
 * measures it all the time nor puts the measuring off for ever.
 */
export const aggregateMetricsPolicy = policyOf("aggregate-metrics", (entry, schedule) => {
  const event = onEntity(entry);
  if (event?.type !== "ActivityRecorded") return [];
  const slot = Math.floor(toMilliseconds(event.recordedAt) / gridMilliseconds) + 1;
  const dueAt = toInstant(slot * gridMilliseconds);
  // All facts that lead to this timer: the last one to set it has come behind the others.
  const seen = "after" in entry ? entry.after : undefined;
  return [...new Set(event.data.groups.map(toEntityKey))].map((entityKey) =>
    schedule(`${entityKey}/${slot}`, dueAt, { type: "MeasureAggregate", entityKey, ...present({ seen }) }),
  );
});

/** Measures all entities of a type by its new formula, and those of all types once there is another metric. */
export const healthFormulasPolicy = policyOf("health-formulas", (entry, schedule) => {
  const formula = onFormula(entry);
  if (formula?.type === "HealthFormulaActivated") {
    const entityType = idOf(formula);
    return twice(entityType, formula, { type: "RemeasureType", entityType }, schedule);
  }
  const catalog = onCatalog(entry);
  return catalog?.type === "ActivityKindDefined" ? twice("all", catalog, { type: "RemeasureAll" }, schedule) : [];
});

/** Holds a rule against all entities that it is about, whenever it has changed. */
export const insightRulesPolicy = policyOf("insight-rules", (entry, schedule) => {
  const event = onRule(entry);
  switch (event?.type) {
    case undefined:
    case "InsightRuleSilenced":
      return [];
    case "InsightRuleCreated":
      return event.data.enabled ? evaluateRule(event, schedule) : [];
    case "InsightRuleChanged":
    case "InsightRuleEnabled":
    case "InsightRuleDisabled":
    case "InsightRuleUnsilenced":
      return evaluateRule(event, schedule);
  }
});

function evaluateRule(event: Recorded, schedule: Schedule): Effects {
  const ruleId = idOf(event);
  return twice(ruleId, event, { type: "EvaluateRule", ruleId }, schedule);
}

/** At once, and once more for what another process did meanwhile by settings that were older. */
function twice(thing: string, event: Recorded, command: InsightsPolicyCommand, schedule: Schedule): Effects {
  const late = toInstant(toMilliseconds(event.recordedAt) + lateMilliseconds);
  return [schedule(thing, atOnce(event), command), schedule(`${thing}/late`, late, command)];
}

/** Ends an insight that nobody has closed when its time is over. */
export const insightExpiryPolicy = policyOf("insight-expiry", (entry, schedule, cancel) => {
  const event = onInsight(entry);
  switch (event?.type) {
    case "InsightRaised":
      return [schedule(idOf(event), event.data.expiresAt, { type: "ExpireInsight", alertId: idOf(event) })];
    case "InsightResolved":
    case "InsightDismissed":
    case "InsightExpired":
      return [cancel(idOf(event))];
    default:
      return [];
  }
});

/** Finds out whether what an insight predicted has happened, once the time for it is over: a first look after a day says when. */
export const insightOutcomesPolicy = policyOf("insight-outcomes", (entry, schedule, cancel) => {
  const event = onInsight(entry);
  switch (event?.type) {
    case "InsightRaised":
      return event.data.outcome === undefined
        ? []
        : [schedule(idOf(event), addDays(event.recordedAt, 1), { type: "ScoreInsight", alertId: idOf(event) })];
    case "InsightOutcomeScored":
      return [cancel(idOf(event))];
    default:
      return [];
  }
});

/** Has a model say what an insight means, anew where its risk has changed. Only from when one is there. */
export const insightExplanationsPolicy = policyOf(
  "insight-explanations",
  (entry, schedule) => {
    const event = onInsight(entry);
    return event?.type === "InsightRaised" || event?.type === "InsightRiskChanged"
      ? [schedule(idOf(event), atOnce(event), { type: "ExplainInsight", alertId: idOf(event) })]
      : [];
  },
  "now",
);

/** Declares incidents for insights whose rule says so, and resolves them when their insights are over. */
export const insightIncidentsPolicy = policyOf("insight-incidents", (entry, schedule) => {
  const event = onInsight(entry);
  switch (event?.type) {
    case "InsightRaised":
      return event.data.incident === undefined ? [] : followIncident(event, schedule);
    case "InsightRiskChanged":
    case "InsightResolved":
    case "InsightDismissed":
    case "InsightExpired":
      return followIncident(event, schedule);
    default:
      return [];
  }
});

function followIncident(event: Recorded, schedule: Schedule): Effects {
  return [schedule(idOf(event), atOnce(event), { type: "FollowIncident", alertId: idOf(event) })];
}

/** Tells people of an insight that is raised or resolved, and again where that failed. */
export const insightNoticesPolicy = policyOf("insight-notices", (entry, schedule) => {
  const event = onInsight(entry);
  const notify = (dueAt: Instant): Effects =>
    event === undefined ? [] : [schedule(idOf(event), dueAt, { type: "NotifyInsight", alertId: idOf(event) })];
  switch (event?.type) {
    case "InsightRaised":
      return event.data.notify === undefined ? [] : notify(atOnce(event));
    case "InsightExplained":
    case "InsightResolved":
      return notify(atOnce(event));
    case "InsightNoticeFailed":
      return event.data.retryAt === undefined ? [] : notify(event.data.retryAt);
    default:
      return [];
  }
});

/** All of them. What they ask for does nothing where no rule asks for it. */
export const insightsPolicies: readonly Policy<InsightsPolicyCommand>[] = [
  insightEvaluationPolicy,
  aggregateMetricsPolicy,
  healthFormulasPolicy,
  insightRulesPolicy,
  insightExpiryPolicy,
  insightOutcomesPolicy,
  insightExplanationsPolicy,
  insightIncidentsPolicy,
  insightNoticesPolicy,
];

/** Of one thing there is one timer for each policy. */
type Schedule = (thing: string, dueAt: Instant, command: InsightsPolicyCommand) => Effect<InsightsPolicyCommand>;
type Cancel = (thing: string) => Effect<InsightsPolicyCommand>;

/** What they ask for is safe to be asked for again, so each begins with the first event there is, unless it says otherwise. */
function policyOf(
  name: string,
  react: (entry: FeedEntry | LiveEntry, schedule: Schedule, cancel: Cancel) => Effects,
  startsAt: Policy<InsightsPolicyCommand>["startsAt"] = "beginning",
): Policy<InsightsPolicyCommand> {
  const timerOf = (thing: string) => `${name}/${thing}`;
  return {
    name,
    startsAt,
    command: InsightsPolicyCommand,
    react: (entry) =>
      react(
        entry,
        (thing, dueAt, command) => ({ kind: "schedule", timerId: timerOf(thing), dueAt, command }),
        (thing) => ({ kind: "cancel", timerId: timerOf(thing) }),
      ),
  };
}

const of =
  <Schemas extends EventSchemas>(category: string, schemas: Schemas) =>
  (entry: FeedEntry): Recorded<EventOf<Schemas>> | undefined =>
    ofCategory(entry, category, schemas);

const onEntity = of(entityCategory, entityEventSchemas);
const onCatalog = of(catalogCategory, catalogEventSchemas);
const onFormula = of(healthFormulaCategory, healthFormulaEventSchemas);
const onRule = of(ruleCategory, ruleEventSchemas);
const onWatch = of(watchCategory, watchEventSchemas);
const onInsight = of(insightCategory, insightEventSchemas);

function idOf({ streamId }: Recorded): string {
  return parseStreamName(streamId).id;
}
