/** The words of the insights context: entities, kinds of activity, metrics, rules, insights, and their limits. */
import { z } from "zod";
import { text, word } from "../kernel/text.js";
import { SlackChannel } from "../projects/index.js";

/** ENTITY: facts are recorded about it. AGGREGATE: it adds up the facts of entities that name it as a group. */
export const entityRoles = ["ENTITY", "AGGREGATE"] as const;
export type EntityRole = (typeof entityRoles)[number];

/** Why metrics were measured: what happened, time that passed, another formula, another catalog, facts of an aggregate. */
export const measureCauses = ["ACTIVITY", "DECAY", "FORMULA", "GROUP"] as const;
export type MeasureCause = (typeof measureCauses)[number];

export const insightStatuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "DISMISSED", "EXPIRED"] as const;
export type InsightStatus = (typeof insightStatuses)[number];
/** Statuses in which somebody may still do something about it. */
export const openInsightStatuses = ["OPEN", "ACKNOWLEDGED"] as const satisfies readonly InsightStatus[];

/** RECOVERED: its rule's conditions hold no more. RULE_DISABLED: its rule is off, or about other types. USER: somebody says so. */
export const resolutionCauses = ["RECOVERED", "USER", "RULE_DISABLED"] as const;
export type ResolutionCause = (typeof resolutionCauses)[number];

export const dismissalReasons = ["FALSE_POSITIVE", "EXPECTED", "DUPLICATE", "NOT_ACTIONABLE", "OTHER"] as const;
export type DismissalReason = (typeof dismissalReasons)[number];

/**
 * Where a rule stands for one entity. PENDING: its conditions hold, not yet for long enough. RECOVERING: they hold no more, not
 * yet for long enough. HELD: its insight was closed by hand or expired, and is not raised again before the conditions clear.
 */
export const watchPhases = ["NORMAL", "PENDING", "FIRING", "RECOVERING", "HELD"] as const;
export type WatchPhase = (typeof watchPhases)[number];

export const comparisons = ["BELOW", "ABOVE"] as const;
export type Comparison = (typeof comparisons)[number];

export const anomalyDirections = ["UP", "DOWN", "BOTH"] as const;
export type AnomalyDirection = (typeof anomalyDirections)[number];

/** What one incident stands for. INSIGHT: each insight has its own. */
export const incidentDedupes = ["INSIGHT", "ENTITY", "RULE"] as const;
export type IncidentDedupe = (typeof incidentDedupes)[number];

/** What people are told of an insight. */
export const noticeKinds = ["RAISED", "RESOLVED"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** The metric that is no window over activity, but the health score itself. */
export const healthMetric = "health_score";

export const daySeconds = 86_400;

/** Days after which the row of an insight goes (seed 001). */
export const insightRetentionDays = 90;

export const limits = {
  entityId: 120,
  /** Characters of names. */
  entityTypeName: 40,
  kindName: 40,
  pluralName: 60,
  metricName: 80,
  componentName: 60,
  ruleId: 60,
  source: 60,
  /** Facts of one `recordActivities`. */
  activities: 100,
  /** Aggregates that one fact counts for. */
  groups: 5,
  dedupeId: 200,
  note: 500,
  /** Seconds that a fact may lie ahead of the server's clock. It counts once its time has come. */
  aheadSeconds: 60,
  /** The longest window of a metric, in days. */
  windowDays: 30,
  entityTypes: 50,
  kinds: 50,
  windows: 6,
  /** Values have at most three digits behind the point, so that sums are exact. */
  valueScale: 1_000,
  value: 1_000_000,
  /** With as many components as they may have, all formulas of a type stay within one row of the store (400 KB). */
  formulaVersions: 50,
  components: 20,
  rules: 500,
  conditions: 5,
  recommendations: 10,
  recommendation: 300,
  title: 200,
  explanation: 2_000,
  reason: 1_000,
  silences: 100,
  evidence: 30,
  /** What the conditions of a rule look at. */
  silentSeconds: { least: 60, most: 365 * daySeconds },
  baselineDays: { least: 7, most: 60 },
  baselineLeastDays: 5,
  deviations: { least: 0.5, most: 100 },
  ruleEntityTypes: 10,
  /** Seconds for which a rule's conditions must be met, or have cleared. */
  holdSeconds: 30 * daySeconds,
  cooldownSeconds: 90 * daySeconds,
  expiresAfterSeconds: { least: 60, most: insightRetentionDays * daySeconds },
  raisedPerEntityPerDay: 100,
  /** Insights that a rule may raise in a day, whatever it says: beyond that it is suspended. */
  raisedPerDay: 10_000,
  outcomeDays: 60,
  severities: 5,
  services: 10,
  service: 100,
  weight: { least: 0.001, most: 1_000 },
  /** Entities that a backtest looks at. */
  backtestEntities: 200,
  backtestDays: 400,
  /** Days of history in one answer. */
  historyDays: 400,
  incidentInsights: 200,
  /** People who give an insight their feedback; all of it is in its row. */
  feedback: 50,
} as const;

const name = (what: string, maximum: number) =>
  z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    .regex(
      /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
      `must be ${what}: lower-case letters, digits and single _, beginning with a letter`,
    );

export const EntityTypeName = name("an entity type such as student", limits.entityTypeName);
export const KindName = name("a kind of activity such as ib_call", limits.kindName);
export const MetricName = name("a metric such as sessions_7d", limits.metricName);
/** A rule's id is the prediction type of its insights. */
export const RuleId = name("a rule's id such as low_health_score", limits.ruleId);
/** `stu_`: what ids of a type begin with, so that an id alone says what it is (defect M14). */
export const IdPrefix = z.string().regex(/^[a-z][a-z0-9]{0,9}_$/, "must be a prefix such as stu_");
export const EntityId = z
  .string()
  .max(limits.entityId, `must have at most ${limits.entityId} characters`)
  .regex(
    /^[a-z][a-z0-9]{0,9}_[A-Za-z0-9][A-Za-z0-9._:-]*$/,
    "must be an id with the prefix of its type, such as stu_4532",
  );
export const AlertId = z
  .string()
  .max(260, "must have at most 260 characters")
  .regex(/^[a-z][A-Za-z0-9._:-]*_\d{1,16}$/, "must be an alert id such as low_health_score_stu_4532_1705318200000");
export const DedupeId = z
  .string()
  .min(1, "must not be empty")
  .max(limits.dedupeId, `must have at most ${limits.dedupeId} characters`)
  .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");
export const ActivitySource = word("the name of a source such as zoom", limits.source);
export const Reason = text(limits.reason);
export const Note = text(limits.note);

/** A finite number within bounds, both included. */
export function within(least: number, most: number) {
  const message = `must be a number from ${least} to ${most}`;
  return z.number(message).min(least, message).max(most, message);
}

/** A whole number within bounds, both included. */
export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
}

/** A type of entity. Its name is also the name of the project that it belongs to, as far as tokens go. */
export const EntityType = z.object({
  name: EntityTypeName,
  prefix: IdPrefix,
  role: z.enum(entityRoles),
});
export type EntityType = z.infer<typeof EntityType>;

/**
 * A kind of activity. `windows`: days for which there is a count, `<plural>_<n>d`. `value`: its facts have a value, and there
 * is a mean of the last 30 days, `avg_<kind>`.
 */
export const ActivityKind = z.object({
  name: KindName,
  plural: name("a plural such as ib_calls", limits.pluralName),
  windows: z
    .array(whole(1, limits.windowDays))
    .max(limits.windows, `must have at most ${limits.windows}`)
    .refine((windows) => new Set(windows).size === windows.length, "must not name a window twice"),
  value: z
    .object({ least: within(-limits.value, limits.value), most: within(-limits.value, limits.value) })
    .refine(({ least, most }) => least < most, { message: "must be above least", path: ["most"] })
    .optional(),
});
export type ActivityKind = z.infer<typeof ActivityKind>;

/** Those of the seed. Groups have prefixes, too, so that an id alone says what it is. */
export const defaultEntityTypes: readonly EntityType[] = [
  { name: "student", prefix: "stu_", role: "ENTITY" },
  { name: "tutor", prefix: "tut_", role: "ENTITY" },
  { name: "subject", prefix: "sub_", role: "AGGREGATE" },
  { name: "region", prefix: "reg_", role: "AGGREGATE" },
];

export const defaultKinds: readonly ActivityKind[] = [
  { name: "session", plural: "sessions", windows: [7, 14, 30] },
  { name: "ib_call", plural: "ib_calls", windows: [7, 14] },
  { name: "rating", plural: "ratings", windows: [], value: { least: 0, most: 5 } },
];

/**
 * A part of a health score: how well a metric does between its worst and its best value, and how much that weighs. Where the
 * metric has no value the component is left out, and the others weigh more.
 */
export const HealthComponent = z
  .object({
    name: name("a component such as engagement", limits.componentName),
    metric: MetricName,
    weight: within(limits.weight.least, limits.weight.most),
    worst: within(-limits.value, limits.value),
    best: within(-limits.value, limits.value),
  })
  .refine(({ worst, best }) => worst !== best, { message: "must not be the same as worst", path: ["best"] });
export type HealthComponent = z.infer<typeof HealthComponent>;

export const HealthComponents = z
  .array(HealthComponent)
  .min(1, "must have at least one")
  .max(limits.components, `must have at most ${limits.components}`)
  .refine((all) => new Set(all.map((one) => one.name)).size === all.length, "must not name a component twice");

/**
 * The formula of a type that has none of its own. It gives the seed's examples their scores of 72 and 85; the seed states no
 * formula (defect M13).
 */
export const defaultComponents: readonly HealthComponent[] = [
  { name: "engagement", metric: "sessions_14d", weight: 0.35, worst: 0, best: 8 },
  { name: "satisfaction", metric: "avg_rating", weight: 0.35, worst: 0, best: 5 },
  { name: "support_load", metric: "ib_calls_14d", weight: 0.3, worst: 8, best: 0 },
];

const level = within(-limits.value, limits.value);

/** BELOW fires below `fireAt` and clears at or above `clearAt`; ABOVE the other way round. */
const levels = { comparison: z.enum(comparisons), fireAt: level, clearAt: level };
const isApart = ({ comparison, fireAt, clearAt }: { comparison: Comparison; fireAt: number; clearAt: number }) =>
  comparison === "BELOW" ? clearAt >= fireAt : clearAt <= fireAt;
const apart = { message: "must not be on the firing side of fireAt", path: ["clearAt"] };

/** What a rule asks of an entity. A condition whose metric has no value is not met. */
export const Condition = z.discriminatedUnion("type", [
  z.object({ type: z.literal("THRESHOLD"), metric: MetricName, ...levels }).refine(isApart, apart),
  /** Nothing of the kind (of any, where none is given) has happened for so long. Never met by an entity without activity. */
  z.object({
    type: z.literal("NO_DATA"),
    kind: KindName.optional(),
    afterSeconds: whole(limits.silentSeconds.least, limits.silentSeconds.most),
  }),
  /** How the metric differs from what it was so many days ago. In percent of what it was; without a value where that was 0. */
  z
    .object({
      type: z.literal("RATE_OF_CHANGE"),
      metric: MetricName,
      overDays: whole(1, limits.windowDays),
      unit: z.enum(["ABSOLUTE", "PERCENT"]),
      ...levels,
    })
    .refine(isApart, apart),
  /**
   * Robust z: how many scaled median absolute deviations the metric is from the median of its values at the last so many
   * midnights (UTC). Without a value where the entity has had fewer than `leastDays` of them.
   */
  z
    .object({
      type: z.literal("ANOMALY"),
      metric: MetricName,
      baselineDays: whole(limits.baselineDays.least, limits.baselineDays.most),
      leastDays: whole(limits.baselineLeastDays, limits.baselineDays.most),
      direction: z.enum(anomalyDirections),
      fireAt: within(limits.deviations.least, limits.deviations.most),
      clearAt: within(0, limits.deviations.most),
    })
    .refine(({ fireAt, clearAt }) => clearAt <= fireAt, { message: "must not be above fireAt", path: ["clearAt"] })
    .refine(({ baselineDays, leastDays }) => leastDays <= baselineDays, {
      message: "must not be above baselineDays",
      path: ["leastDays"],
    }),
]);
export type Condition = z.infer<typeof Condition>;

/** What a prediction says will happen: the metric is below or above the value, within so many days. */
export const PredictedOutcome = z.object({
  metric: MetricName,
  comparison: z.enum(comparisons),
  value: level,
  withinDays: whole(1, limits.outcomeDays),
});
export type PredictedOutcome = z.infer<typeof PredictedOutcome>;

/** What becomes of a rule's insights in the incidents context. */
export const IncidentPolicy = z.object({
  /** By the greatest `riskAtLeast` that the insight's risk reaches; none where it reaches none. */
  severities: z
    .array(z.object({ riskAtLeast: whole(0, 100), severity: z.enum(["P0", "P1", "P2", "P3", "P4"]) }))
    .min(1, "must have at least one")
    .max(limits.severities, `must have at most ${limits.severities}`)
    .refine((all) => new Set(all.map((one) => one.riskAtLeast)).size === all.length, "must not name a risk twice"),
  services: z
    .array(word("a service", limits.service))
    .min(1, "must name at least one service")
    .max(limits.services, `must have at most ${limits.services}`),
  dedupe: z.enum(incidentDedupes),
  /** Whether the incident is resolved once all its insights have recovered or were closed by people, and nobody has taken it up. */
  autoResolve: z.boolean(),
});
export type IncidentPolicy = z.infer<typeof IncidentPolicy>;

/** Whether a condition fires ever more on the way from its level to `worstAt`. */
function isWorse(condition: Condition, worstAt: number | undefined): boolean {
  if (worstAt === undefined) return true;
  if (condition.type === "NO_DATA") return worstAt * daySeconds > condition.afterSeconds;
  const isBelow = condition.type !== "ANOMALY" && condition.comparison === "BELOW";
  return isBelow ? worstAt < condition.fireAt : worstAt > condition.fireAt;
}

const seconds = (most: number) => whole(0, most);

export const RuleDefinition = z
  .object({
    title: text(limits.title),
    entityTypes: z
      .array(EntityTypeName)
      .min(1, "must name at least one type")
      .max(limits.ruleEntityTypes, `must have at most ${limits.ruleEntityTypes}`)
      .refine((names) => new Set(names).size === names.length, "must not name a type twice"),
    /** All of them must be met; each clears by itself, and one that has cleared is enough to recover. The first gives the risk. */
    conditions: z
      .array(Condition)
      .min(1, "must have at least one")
      .max(limits.conditions, `must have at most ${limits.conditions}`),
    /** So long the conditions must be met before an insight is raised. */
    forSeconds: seconds(limits.holdSeconds).default(0),
    /** So long they must have cleared before it is resolved. */
    keepFiringForSeconds: seconds(limits.holdSeconds).default(0),
    /** So long after an insight has ended none is raised about the same entity. */
    cooldownSeconds: seconds(limits.cooldownSeconds).default(daySeconds),
    /**
     * Risk at the firing level, and where the first condition's value is at `worstAt` or beyond; in proportion between them. Whole
     * numbers, 0 to 100. Without `worstAt` it is `least`. The value of NO_DATA is in days.
     */
    risk: z
      .object({ least: whole(0, 100), most: whole(0, 100), worstAt: level.optional() })
      .refine(({ least, most }) => least <= most, { message: "must not be below least", path: ["most"] })
      .default({ least: 50, most: 100 }),
    recommendations: z
      .array(text(limits.recommendation))
      .max(limits.recommendations, `must have at most ${limits.recommendations}`)
      .default([]),
    /** So long after it was raised an insight that nobody has closed expires. */
    expiresAfterSeconds: whole(limits.expiresAfterSeconds.least, limits.expiresAfterSeconds.most).default(
      30 * daySeconds,
    ),
    /** Insights about one entity within a day. */
    maxPerEntityPerDay: whole(1, limits.raisedPerEntityPerDay).default(5),
    /** Insights within a day; when there are more the rule is suspended, and a person must look. */
    maxPerDay: whole(1, limits.raisedPerDay).default(1_000),
    outcome: PredictedOutcome.optional(),
    incident: IncidentPolicy.optional(),
    /** Whether people are told. Without a channel: by the server's log. */
    notify: z.object({ channel: SlackChannel.optional() }).optional(),
  })
  .refine(({ conditions: [first], risk: { worstAt } }) => first === undefined || isWorse(first, worstAt), {
    message: "must lie on the firing side of the first condition's level",
    path: ["risk", "worstAt"],
  })
  .refine(({ keepFiringForSeconds, expiresAfterSeconds }) => keepFiringForSeconds <= expiresAfterSeconds, {
    message: "must not be longer than expiresAfterSeconds",
    path: ["keepFiringForSeconds"],
  });
export type RuleDefinition = z.infer<typeof RuleDefinition>;
/** As callers write it: what has a default may be left out. */
export type RuleDefinitionInput = z.input<typeof RuleDefinition>;
