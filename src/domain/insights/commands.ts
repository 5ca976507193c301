/** What can be asked of the streams of this context. Each command is parsed once, at the edge; from there its type is trusted. */
import { z } from "zod";
import { Uuid, Zoned } from "../kernel/text.js";
import type { entityEventSchemas } from "./events.js";
import { EvidenceRecord, insightEventSchemas } from "./events.js";
import type { Catalog, HealthFormula, Metrics } from "./state.js";
import {
  ActivityKind,
  AlertId,
  EntityId,
  EntityType,
  HealthComponents,
  Note,
  Reason,
  RuleDefinition,
  dismissalReasons,
  noticeKinds,
} from "./values.js";
import type { MeasureCause } from "./values.js";

const Instant = z.string();

/** What is measured by: the kinds that there are, and the formula of the entity's type. */
export interface Yardstick {
  readonly kinds: Catalog["kinds"];
  readonly formula: HealthFormula;
}

/** Commands of an entity's stream; made by the service, never parsed. */
export type EntityCommand =
  | {
      readonly type: "RecordActivities";
      /** In the order in which they came; at least one. */
      readonly activities: readonly (z.output<typeof entityEventSchemas.ActivityRecorded> & {
        readonly occurredAt: string;
      })[];
      readonly yardstick: Yardstick;
    }
  /** Nothing where all is as it was measured last. */
  | { readonly type: "MeasureEntity"; readonly cause: MeasureCause; readonly yardstick: Yardstick }
  /** Of an aggregate, whose facts are elsewhere: what they came to. */
  | {
      readonly type: "RecordMeasures";
      readonly at: string;
      readonly metrics: Metrics;
      readonly nextChangeAt?: string | undefined;
      readonly lastActivityAt: Readonly<Record<string, string>>;
      readonly cause: MeasureCause;
      readonly formula: HealthFormula;
    };

export const catalogCommandSchemas = {
  /** A type that exists may not change its prefix or role. */
  DefineEntityType: EntityType,
  DefineActivityKind: ActivityKind,
} as const;

const wholeMessage = "must be a whole number from 1 on";

export const healthFormulaCommandSchemas = {
  AddHealthFormula: z.object({ components: HealthComponents, note: Note.optional() }),
  ActivateHealthFormula: z.object({ formulaVersion: z.number(wholeMessage).int(wholeMessage).positive(wholeMessage) }),
} as const;

export const ruleCommandSchemas = {
  CreateRule: z.object({ definition: RuleDefinition, enabled: z.boolean().default(false) }),
  ChangeRule: z.object({ definition: RuleDefinition }),
  EnableRule: z.object({}),
  DisableRule: z.object({ reason: Reason.optional() }),
  /** Made by the service, when the rule has raised too many. */
  SuspendRule: z.object({ reason: Reason }),
  /** `entityType`: that of the entity, where one is named; the service looks it up. */
  SilenceRule: z.object({
    silenceId: Uuid,
    entityId: EntityId.optional(),
    entityType: z.string().optional(),
    until: Zoned,
    reason: Reason,
  }),
  UnsilenceRule: z.object({ silenceId: Uuid }),
} as const;

/** Made by the evaluation; never parsed. */
export const watchCommandSchemas = {
  BeginPending: z.object({ revision: z.number().int(), since: Instant }),
  Reset: z.object({ revision: z.number().int() }),
  Fire: z.object({ revision: z.number().int(), alertId: z.string(), since: Instant }),
  BeginRecovering: z.object({ since: Instant }),
  Refire: z.object({}),
  Recover: z.object({ cooldownUntil: Instant }),
  /** Nothing where another insight is its by now. */
  Hold: z.object({ alertId: z.string(), cooldownUntil: Instant }),
  Release: z.object({}),
} as const;

const onInsight = { note: Note.optional() };

export const insightCommandSchemas = {
  RaiseInsight: insightEventSchemas.InsightRaised,
  RecordExplanation: insightEventSchemas.InsightExplained,
  ChangeRisk: z.object({ riskScore: z.number(), evidence: z.array(EvidenceRecord) }),
  AcknowledgeInsight: z.object(onInsight),
  SnoozeInsight: z.object({ until: Zoned, reason: Reason.optional() }),
  /** By a person. */
  ResolveInsight: z.object(onInsight),
  /** By its rule. Nothing where it is over. */
  RecoverInsight: z.object({ cause: z.enum(["RECOVERED", "RULE_DISABLED"]) }),
  DismissInsight: z.object({ reason: z.enum(dismissalReasons), ...onInsight }),
  /** Nothing where it is over, or its time has not come. */
  ExpireInsight: z.object({}),
  GiveFeedback: z.object({ useful: z.boolean(), comment: Reason.optional() }),
  MarkRecommendation: z.object({ recommendationId: z.string(), done: z.boolean() }),
  LinkIncident: z.object({ incidentId: Uuid, declared: z.boolean() }),
  ScoreOutcome: insightEventSchemas.InsightOutcomeScored,
  StartNotice: z.object({ kind: z.enum(noticeKinds), notifier: z.string(), channel: z.string().optional() }),
  RecordNotice: insightEventSchemas.InsightNoticeSent,
  RecordNoticeFailure: insightEventSchemas.InsightNoticeFailed,
} as const;

/** Made by the workflow; never parsed. */
export const incidentSlotCommandSchemas = {
  /** Opens the slot for the insight, or lets it join. `severity`: that its incident gets where this opens it. */
  Claim: z.object({ alertId: AlertId, severity: z.enum(["P0", "P1", "P2", "P3", "P4"]).optional() }),
  Fill: z.object({ number: z.number().int(), incidentId: z.string() }),
  /** The last one to leave closes the slot, unless it has overflowed. `autoResolve`: the incident is then to be ended. */
  Leave: z.object({ alertId: AlertId, settled: z.boolean(), autoResolve: z.boolean() }),
  /** People have ended its incident. */
  Close: z.object({ number: z.number().int() }),
  /** What was left to do with the incident is done. */
  End: z.object({ number: z.number().int() }),
} as const;

type Union<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  [T in keyof Schemas & string]: { readonly type: T } & Fields<z.output<Schemas[T]>>;
}[keyof Schemas & string];

/** Of an object without members zod says that whatever it has is never: a type of a command would be, too. */
type Fields<Output> = string extends keyof Output ? unknown : Readonly<Output>;

export type CatalogCommand = Union<typeof catalogCommandSchemas>;
export type HealthFormulaCommand = Union<typeof healthFormulaCommandSchemas>;
export type RuleCommand = Union<typeof ruleCommandSchemas>;
export type WatchCommand = Union<typeof watchCommandSchemas>;
export type InsightCommand = Union<typeof insightCommandSchemas>;
export type IncidentSlotCommand = Union<typeof incidentSlotCommandSchemas>;
export type InsightsCommand =
  | EntityCommand
  | CatalogCommand
  | HealthFormulaCommand
  | RuleCommand
  | WatchCommand
  | InsightCommand
  | IncidentSlotCommand;
export type InsightsCommandOf<T extends InsightsCommand["type"]> = Extract<InsightsCommand, { readonly type: T }>;
