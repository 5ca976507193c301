/** The stored events of the insights context: a schema for each, by kind of stream, and the way up from older versions. */
import { z } from "zod";
import { firstFormats } from "../kernel/codec.js";
import type { EventFormat, EventOf } from "../kernel/codec.js";
import {
  anomalyDirections,
  comparisons,
  dismissalReasons,
  entityRoles,
  incidentDedupes,
  measureCauses,
  noticeKinds,
  resolutionCauses,
} from "./values.js";

/** One stream for each entity, `Entity-student-stu_4532`: what happened to it, and what its metrics came to. */
export const entityCategory = "Entity";
/** One stream, `InsightsCatalog-all`: which types of entities and which kinds of activity there are. */
export const catalogCategory = "InsightsCatalog";
export const catalogId = "all";
/** One stream for each type of entity: the versions of its health formula. */
export const healthFormulaCategory = "HealthFormula";
/** One stream for each rule; its id is the prediction type of its insights. */
export const ruleCategory = "InsightRule";
/** One stream for each rule and entity, `Watch-low_health_score/student-stu_4532`: where the rule stands for the entity. */
export const watchCategory = "Watch";
/** One stream for each insight; its id is the seed's alert id. */
export const insightCategory = "Insight";
/** One stream for each thing that incidents are declared about at most once at a time. */
export const incidentSlotCategory = "InsightIncident";

// As they were when they were written: what is asked of input today must not be asked of the past.
const EntityTypeRecord = z.object({ name: z.string(), prefix: z.string(), role: z.enum(entityRoles) });
const ActivityKindRecord = z.object({
  name: z.string(),
  plural: z.string(),
  windows: z.array(z.number()),
  value: z.object({ least: z.number(), most: z.number() }).optional(),
});
const HealthComponentRecord = z.object({
  name: z.string(),
  metric: z.string(),
  weight: z.number(),
  worst: z.number(),
  best: z.number(),
});
const levels = { comparison: z.enum(comparisons), fireAt: z.number(), clearAt: z.number() };
const ConditionRecord = z.discriminatedUnion("type", [
  z.object({ type: z.literal("THRESHOLD"), metric: z.string(), ...levels }),
  z.object({ type: z.literal("NO_DATA"), kind: z.string().optional(), afterSeconds: z.number() }),
  z.object({
    type: z.literal("RATE_OF_CHANGE"),
    metric: z.string(),
    overDays: z.number(),
    unit: z.enum(["ABSOLUTE", "PERCENT"]),
    ...levels,
  }),
  z.object({
    type: z.literal("ANOMALY"),
    metric: z.string(),
    baselineDays: z.number(),
    leastDays: z.number(),
    direction: z.enum(anomalyDirections),
    fireAt: z.number(),
    clearAt: z.number(),
  }),
]);
const PredictedOutcomeRecord = z.object({
  metric: z.string(),
  comparison: z.enum(comparisons),
  value: z.number(),
  withinDays: z.number(),
});
const IncidentSeverityRecord = z.enum(["P0", "P1", "P2", "P3", "P4"]);
const IncidentPolicyRecord = z.object({
  severities: z.array(z.object({ riskAtLeast: z.number(), severity: IncidentSeverityRecord })),
  services: z.array(z.string()),
  dedupe: z.enum(incidentDedupes),
  autoResolve: z.boolean(),
});
const NotifyRecord = z.object({ channel: z.string().optional() });
const RuleDefinitionRecord = z.object({
  title: z.string(),
  entityTypes: z.array(z.string()),
  conditions: z.array(ConditionRecord),
  forSeconds: z.number(),
  keepFiringForSeconds: z.number(),
  cooldownSeconds: z.number(),
  risk: z.object({ least: z.number(), most: z.number(), worstAt: z.number().optional() }),
  recommendations: z.array(z.string()),
  expiresAfterSeconds: z.number(),
  maxPerEntityPerDay: z.number(),
  maxPerDay: z.number(),
  outcome: PredictedOutcomeRecord.optional(),
  incident: IncidentPolicyRecord.optional(),
  notify: NotifyRecord.optional(),
});

/** A number that an insight rests on. `name`: what it is; `level`: what it was held against, where it was. */
export const EvidenceRecord = z.object({
  name: z.string(),
  value: z.number().nullable(),
  level: z.number().optional(),
});
export type Evidence = z.infer<typeof EvidenceRecord>;

export const RecommendationRecord = z.object({ recommendationId: z.string(), text: z.string() });

/** Who wrote an explanation. `promptVersion`: changes whenever the same would be asked in other words (defect M20). */
export const ExplanationOrigin = z.object({
  modelUsed: z.string(),
  promptVersion: z.string().optional(),
  inputHash: z.string().optional(),
  /** Tokens that it took, where the model says so. */
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
});
export type ExplanationOrigin = z.infer<typeof ExplanationOrigin>;

export const entityEventSchemas = {
  /** A fact; it happened at the event's `occurredAt`. */
  ActivityRecorded: z.object({
    activityId: z.string(),
    kind: z.string(),
    /** Only of kinds with values; at most three digits behind the point. */
    value: z.number().optional(),
    /** Aggregates that it counts for, too. */
    groups: z.array(z.object({ type: z.string(), id: z.string() })),
    source: z.string(),
    /** The source's own id of it; the same once more is a repeat. */
    dedupeId: z.string().optional(),
    note: z.string().optional(),
    /** Hash of what was brought: a repeat that says something else is refused. */
    inputHash: z.string(),
  }),
  /**
   * What the metrics are from `at` on, to the second, until something happens or `nextChangeAt`. Null: without a value.
   * `formulaVersion`: of the health formula by which the score was made.
   */
  EntityMetricsMeasured: z.object({
    at: z.string(),
    metrics: z.record(z.string(), z.number().nullable()),
    healthScore: z.number().nullable(),
    formulaVersion: z.number().int(),
    cause: z.enum(measureCauses),
    nextChangeAt: z.string().optional(),
    /** Of aggregates only, whose facts are not on their stream: when the latest of each kind happened. */
    lastActivityAt: z.record(z.string(), z.string()).optional(),
  }),
} as const;

export const catalogEventSchemas = {
  EntityTypeDefined: z.object({ entityType: EntityTypeRecord }),
  ActivityKindDefined: z.object({ kind: ActivityKindRecord }),
} as const;

export const healthFormulaEventSchemas = {
  /** Version 1 is the built-in one; the first that is added has version 2. */
  HealthFormulaAdded: z.object({
    formulaVersion: z.number().int(),
    components: z.array(HealthComponentRecord),
    note: z.string().optional(),
  }),
  HealthFormulaActivated: z.object({ formulaVersion: z.number().int() }),
} as const;

export const ruleEventSchemas = {
  InsightRuleCreated: z.object({ definition: RuleDefinitionRecord, enabled: z.boolean() }),
  /** The first definition is revision 1. What was pending begins anew. */
  InsightRuleChanged: z.object({ definition: RuleDefinitionRecord, revision: z.number().int() }),
  InsightRuleEnabled: z.object({}),
  /** `suspended`: it raised too many insights, and nobody asked; what is open goes on. */
  InsightRuleDisabled: z.object({ reason: z.string().optional(), suspended: z.boolean() }),
  /** Nothing is raised until then: by the whole rule, or about one entity. */
  InsightRuleSilenced: z.object({
    silenceId: z.string(),
    entityId: z.string().optional(),
    until: z.string(),
    reason: z.string(),
  }),
  InsightRuleUnsilenced: z.object({ silenceId: z.string() }),
} as const;

export const watchEventSchemas = {
  /** `revision`: of the rule, also in those that follow. */
  WatchPending: z.object({ revision: z.number().int(), since: z.string() }),
  /** The conditions cleared before it fired, or the rule has changed meanwhile. */
  WatchReset: z.object({ revision: z.number().int() }),
  WatchFired: z.object({ revision: z.number().int(), alertId: z.string(), since: z.string() }),
  WatchRecovering: z.object({ since: z.string() }),
  /** The conditions are met again before it had recovered. */
  WatchRefired: z.object({}),
  /** The insight is resolved. `cooldownUntil`: before then none is raised again. */
  WatchRecovered: z.object({ cooldownUntil: z.string() }),
  /** The insight was closed by somebody, or has expired, while the conditions may still be met. */
  WatchHeld: z.object({ cooldownUntil: z.string() }),
  /** The conditions have cleared since. */
  WatchReleased: z.object({}),
} as const;

export const insightEventSchemas = {
  InsightRaised: z.object({
    entityType: z.string(),
    entityId: z.string(),
    predictionType: z.string(),
    /** Absent where a model of somebody's raised it through the API. */
    ruleRevision: z.number().int().optional(),
    /** 0 to 100. */
    riskScore: z.number(),
    title: z.string(),
    explanation: z.string(),
    recommendations: z.array(RecommendationRecord),
    evidence: z.array(EvidenceRecord),
    origin: ExplanationOrigin,
    /** The seed's sort key: ISO seconds, and `#<alert id>` where that second is taken (defect M1). */
    place: z.string(),
    /** The version of the entity's stream that it was raised at; absent for an entity without one. */
    entityVersion: z.number().int().optional(),
    expiresAt: z.string(),
    outcome: PredictedOutcomeRecord.optional(),
    incident: IncidentPolicyRecord.optional(),
    notify: NotifyRecord.optional(),
  }),
  /** A model has said it in its words. Recommendations that are there already keep their ids. */
  InsightExplained: z.object({
    explanation: z.string(),
    recommendations: z.array(RecommendationRecord),
    origin: ExplanationOrigin,
  }),
  /**
   * The risk has changed by five or more while it is open. `words`: the rules say what it rests on now, also where a model has
   * said before what it rested on then; absent where a model of somebody's raised it.
   */
  InsightRiskChanged: z.object({
    riskScore: z.number(),
    evidence: z.array(EvidenceRecord),
    words: z.object({ explanation: z.string(), origin: ExplanationOrigin }).optional(),
  }),
  InsightAcknowledged: z.object({ note: z.string().optional() }),
  /** People are not told of it until then. */
  InsightSnoozed: z.object({ until: z.string(), reason: z.string().optional() }),
  InsightResolved: z.object({ cause: z.enum(resolutionCauses), note: z.string().optional() }),
  InsightDismissed: z.object({ reason: z.enum(dismissalReasons), note: z.string().optional() }),
  InsightExpired: z.object({}),
  /** Of one person the last one counts. `formerly`: what that person had said before; absent for the first word. */
  InsightFeedbackGiven: z.object({
    useful: z.boolean(),
    comment: z.string().optional(),
    formerly: z.boolean().optional(),
  }),
  InsightRecommendationMarked: z.object({ recommendationId: z.string(), done: z.boolean() }),
  /** `declared`: for this insight; else it joined an incident that was there. */
  InsightIncidentLinked: z.object({ incidentId: z.string(), declared: z.boolean() }),
  /** Whether what was predicted has happened. `leadSeconds`: from raising to that. */
  InsightOutcomeScored: z.object({
    happened: z.boolean(),
    happenedAt: z.string().optional(),
    leadSeconds: z.number().optional(),
  }),
  /** Written before anything is sent: what follows it may have been sent, and must be looked for before it is sent again. */
  InsightNoticeStarted: z.object({
    kind: z.enum(noticeKinds),
    attempt: z.number().int(),
    notifier: z.string(),
    channel: z.string().optional(),
  }),
  InsightNoticeSent: z.object({
    kind: z.enum(noticeKinds),
    attempt: z.number().int(),
    notifier: z.string(),
    channel: z.string().optional(),
    messageId: z.string(),
    url: z.string().optional(),
    found: z.boolean(),
  }),
  /** `retryAt` absent: it is given up. `notSent`: it is known that nothing was sent. */
  InsightNoticeFailed: z.object({
    kind: z.enum(noticeKinds),
    attempt: z.number().int(),
    error: z.string(),
    retryAt: z.string().optional(),
    notSent: z.boolean().optional(),
  }),
} as const;

export const incidentSlotEventSchemas = {
  /** The n-th incident of the slot is wanted; it is declared under a key made from the slot and n. */
  IncidentSlotOpened: z.object({
    number: z.number().int(),
    alertId: z.string(),
    /** What it is declared with: kept, so that it is the same whoever declares it, and however often. */
    severity: IncidentSeverityRecord.optional(),
  }),
  IncidentSlotFilled: z.object({ number: z.number().int(), incidentId: z.string() }),
  IncidentSlotJoined: z.object({ number: z.number().int(), alertId: z.string() }),
  /** More insights keep it open than it can name: that they are over is not known, so people end its incident. */
  IncidentSlotOverflowed: z.object({ number: z.number().int() }),
  /** The insight is over. `settled`: it has recovered or a person has closed it; else what it is about may still be so. */
  IncidentSlotLeft: z.object({ number: z.number().int(), alertId: z.string(), settled: z.boolean() }),
  /**
   * The next insight wants another incident. `ending`: what is left to do with this one. RESOLVE: all its insights are settled.
   * TELL: they are over, not all of them settled. NONE: it is over, or people end it.
   */
  IncidentSlotClosed: z.object({ number: z.number().int(), ending: z.enum(["RESOLVE", "TELL", "NONE"]) }),
  /** What was left to do with the incident is done. */
  IncidentSlotEnded: z.object({ number: z.number().int() }),
} as const;

export type EntityEvent = EventOf<typeof entityEventSchemas>;
export type CatalogEvent = EventOf<typeof catalogEventSchemas>;
export type HealthFormulaEvent = EventOf<typeof healthFormulaEventSchemas>;
export type RuleEvent = EventOf<typeof ruleEventSchemas>;
export type WatchEvent = EventOf<typeof watchEventSchemas>;
export type InsightEvent = EventOf<typeof insightEventSchemas>;
export type IncidentSlotEvent = EventOf<typeof incidentSlotEventSchemas>;
/** Any event of this context. */
export type InsightsEvent =
  EntityEvent | CatalogEvent | HealthFormulaEvent | RuleEvent | WatchEvent | InsightEvent | IncidentSlotEvent;

/** Every event of this context; types are unique across its streams. */
export const insightsEventSchemas = {
  ...entityEventSchemas,
  ...catalogEventSchemas,
  ...healthFormulaEventSchemas,
  ...ruleEventSchemas,
  ...watchEventSchemas,
  ...insightEventSchemas,
  ...incidentSlotEventSchemas,
} as const;

/** Formats for the codec. */
export const insightsEventFormats: Readonly<Record<InsightsEvent["type"], EventFormat>> =
  firstFormats(insightsEventSchemas);
