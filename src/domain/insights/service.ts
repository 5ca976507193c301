/** The insights context as callers use it, and what its policies have done. */
import type { z } from "zod";
import type { StreamPosition } from "../kernel/eventStore.js";
import type { FeedPosition } from "../kernel/feed.js";
import type { Request } from "../kernel/request.js";
import type { Instant } from "../kernel/time.js";
import type {
  catalogCommandSchemas,
  healthFormulaCommandSchemas,
  insightCommandSchemas,
  ruleCommandSchemas,
} from "./commands.js";
import type {
  Activity,
  Catalog,
  Entity,
  HealthFormula,
  HealthFormulas,
  Insight,
  InsightRule,
  Metrics,
} from "./state.js";

/** A fact that was recorded, now or before. */
export interface RecordedActivity {
  readonly activityId: string;
  readonly entityType: string;
  readonly entityId: string;
  /** Whether it had come before: nothing was written now. */
  readonly repeated: boolean;
  /** Absent where it had come before. */
  readonly activity?: Activity;
  /** The entity behind it; absent where it had come before. */
  readonly entity?: Entity;
  readonly position: StreamPosition;
}

export interface InsightOutcome {
  readonly alertId: string;
  /** Absent where the command repeats an earlier one: read it then. */
  readonly insight?: Insight;
  readonly position: StreamPosition;
}

export interface RuleOutcome {
  readonly ruleId: string;
  readonly rule: InsightRule;
  readonly position: StreamPosition;
}

/** An entity with its metrics as they are at an instant. */
export interface MeasuredEntity extends Entity {
  /** The instant, to the second. */
  readonly asOf: Instant;
  readonly components: readonly HealthPart[];
  /**
   * The score less that with which the UTC day seven days before ended; null where one of them has none. Absent where only the
   * tallies know that one: `Metering.trends` asks them.
   */
  readonly trend7d?: number | null;
}

/** A component of a score, as it was reckoned. */
export interface HealthPart {
  readonly name: string;
  readonly metric: string;
  readonly value: number | null;
  /** 0 to 1; null where there is no value. */
  readonly normalised: number | null;
  readonly weight: number;
  /** Points of the score that it gives, before rounding; they add up to it. Null where there is no value. */
  readonly contribution: number | null;
}

/** Metrics at one instant of a history. */
export interface HistoryPoint {
  readonly at: Instant;
  readonly metrics: Metrics;
  readonly healthScore: number | null;
}

/** One entity's scores under two formulas. */
export interface FormulaBacktest {
  readonly entityType: string;
  readonly entityId: string;
  readonly points: readonly {
    readonly at: Instant;
    readonly current: number | null;
    readonly proposed: number | null;
  }[];
}

/** An insight that a rule would have raised. */
export interface BacktestedInsight {
  readonly entityType: string;
  readonly entityId: string;
  readonly raisedAt: Instant;
  readonly resolvedAt?: Instant;
  readonly riskScore: number;
  /** Where the rule says what it predicts, and enough time has passed to know. */
  readonly outcome?: { readonly happened: boolean; readonly leadSeconds?: number };
}

export interface RuleBacktest {
  readonly insights: readonly BacktestedInsight[];
  readonly entities: number;
  /** Whether there were more entities, or more insights, than are shown. */
  readonly isPartial: boolean;
  /** Of the insights whose outcome is known; null where there is none. */
  readonly precision: number | null;
  readonly medianLeadSeconds: number | null;
}

/** Which entities a backtest is about: these, or the first ones of a type. */
export type BacktestEntities =
  { readonly entityIds: readonly string[] } | { readonly entityType: string; readonly atMost: number };

type Input<Schemas extends Readonly<Record<string, z.ZodType>>, T extends keyof Schemas> = z.input<Schemas[T]>;

/** Changes of a rule that need nothing but their input. */
export type RuleChangeType = "ChangeRule" | "EnableRule" | "DisableRule" | "UnsilenceRule";
/** What people do with an insight. */
export type InsightChangeType =
  "AcknowledgeInsight" | "SnoozeInsight" | "ResolveInsight" | "DismissInsight" | "GiveFeedback" | "MarkRecommendation";

/** Every function throws a DomainError where the input is refused, and then nothing was written. */
export interface InsightsService {
  /** Records a fact and measures its entity. One transaction; two requests more where the entity is not at hand. */
  recordActivity(input: unknown, request: Request): Promise<RecordedActivity>;
  /**
   * Records up to 100 facts, those of one entity in one commit. An answer for each, in their order: what is refused does not
   * hold up the others. Throws only where there are too many, or where the caller's key stands for another call: nothing was
   * recorded then. The same call again under its key records what it has not yet, and answers what it has as repeats. One
   * request more where there is a key. `isSigned`: they are of a delivery whose signature is proven; their ids are a space of
   * their own then.
   */
  recordActivities(
    inputs: readonly unknown[],
    request: Request,
    from?: { readonly isSigned?: boolean },
  ): Promise<readonly (RecordedActivity | { readonly refused: Error })[]>;
  defineEntityType(
    input: Input<typeof catalogCommandSchemas, "DefineEntityType">,
    request: Request,
  ): Promise<{ readonly catalog: Catalog; readonly position: StreamPosition }>;
  defineActivityKind(
    input: Input<typeof catalogCommandSchemas, "DefineActivityKind">,
    request: Request,
  ): Promise<{ readonly catalog: Catalog; readonly position: StreamPosition }>;
  addHealthFormula(
    entityType: string,
    input: Input<typeof healthFormulaCommandSchemas, "AddHealthFormula">,
    request: Request,
  ): Promise<{ readonly formulas: HealthFormulas; readonly formula: HealthFormula; readonly position: StreamPosition }>;
  /** From now on entities of the type are measured by it; those there are within moments. */
  activateHealthFormula(
    entityType: string,
    formulaVersion: number,
    request: Request,
  ): Promise<{ readonly formulas: HealthFormulas; readonly position: StreamPosition }>;
  createRule(
    ruleId: string,
    input: Input<typeof ruleCommandSchemas, "CreateRule">,
    request: Request,
  ): Promise<RuleOutcome>;
  changeRule<T extends RuleChangeType>(
    ruleId: string,
    type: T,
    input: Input<typeof ruleCommandSchemas, T>,
    request: Request,
  ): Promise<RuleOutcome>;
  silenceRule(
    ruleId: string,
    input: Omit<Input<typeof ruleCommandSchemas, "SilenceRule">, "silenceId" | "entityType">,
    request: Request,
  ): Promise<RuleOutcome & { readonly silenceId: string }>;
  /**
   * Raises an insight that somebody's model has found. Where one of the type is open about the entity, that one gets the new
   * risk and no other is raised.
   */
  raise(input: unknown, request: Request): Promise<InsightOutcome & { readonly raised: boolean }>;
  change<T extends InsightChangeType>(
    alertId: string,
    type: T,
    input: Input<typeof insightCommandSchemas, T>,
    request: Request,
  ): Promise<InsightOutcome>;
  /** Links an incident that is there, both ways. Throws an InvalidTransitionError that names the one it has, where it has another. */
  linkIncident(alertId: string, incidentId: string, request: Request): Promise<InsightOutcome>;
}

/** Metrics as they are, were, and would be. */
export interface Metering {
  /** Exact at this moment, however late the sweep is. No request but for an entity that is due: one. */
  current(entities: readonly Entity[]): Promise<readonly MeasuredEntity[]>;
  /**
   * `trend7d` of each. No request where it is there: for an entity that was measured on the day seven days before, or earlier,
   * it is as it was scored then, and one that began later has none. One request for each of the others: imported ones, and
   * groups in their first week; by all that is known today and by the active formula, as `asOf` always does.
   */
  trends(measured: readonly MeasuredEntity[]): Promise<readonly (number | null)[]>;
  /**
   * As things were at an instant, or are now where none is given, by all that is known today and by the active formula; what
   * comes next is known of now only. Its version, hash, trail and number of facts are those of today; `lastUpdated` is at most
   * the instant. A group that nobody has measured yet is there where facts name it. Undefined where there was no such entity.
   * Throws a ValidationError for `asOf` in the future. Two requests.
   */
  asOf(entityKey: string, at: Instant | undefined): Promise<MeasuredEntity | undefined>;
  /**
   * At the midnights (UTC) from `from` until `until`, both included, by the active formula: as far as they have been, and from
   * the first on at which there was the entity. One request, and one for each megabyte of tallies. Throws a ValidationError for
   * `from` or `until` where the range is turned round or too long.
   */
  history(
    entityKey: string,
    range: { readonly from: Instant; readonly until: Instant },
  ): Promise<readonly HistoryPoint[]>;
  /**
   * Scores at midnights by the active formula and by another. Throws a ValidationError that names the field, a NotFoundError for
   * entities and types that are not there for the caller. A request for 100 entities, and for each megabyte of each one's tallies.
   */
  backtestFormula(
    asked: BacktestEntities & { readonly components: unknown; readonly from: Instant; readonly until: Instant },
    request: Pick<Request, "scope">,
  ): Promise<readonly FormulaBacktest[]>;
  /** Looks at the entities every hour of the time. */
  backtestRule(
    asked: BacktestEntities & { readonly definition: unknown; readonly from: Instant; readonly until: Instant },
    request: Pick<Request, "scope">,
  ): Promise<RuleBacktest>;
}

/** When it must be asked for again, if nothing comes before. */
export interface Again {
  readonly again?: Instant;
}

/** What policies have done: each is safe to be asked for twice. */
export interface InsightsWorkflow {
  /**
   * Measures an aggregate once the view of its facts has come to `seen`, where it is not given to the end of the feed. `again`:
   * the view is behind; ask with this `seen` then. No request where an earlier run has measured all that was there then.
   */
  measureAggregate(
    entityKey: string,
    seen: FeedPosition | undefined,
    request: Request,
  ): Promise<Again & { readonly seen?: FeedPosition }>;
  /** Measures entities that are due: windows have lost facts since. How many there were. */
  sweep(signal: AbortSignal): Promise<{ readonly measured: number }>;
  /** Measures the next entities of a type by its active formula. `next`: where to go on; absent: that was all. */
  remeasure(entityType: string, after: string | undefined, request: Request): Promise<{ readonly next?: string }>;
  /** The same of all types, one after the other; the first where none is given. `next`: where to go on; absent: that was all. */
  remeasureAll(
    at: { readonly entityType?: string | undefined; readonly after?: string | undefined },
    request: Request,
  ): Promise<{ readonly next?: { readonly entityType: string; readonly after?: string } }>;
  /** Whether any rule that is at work, or suspended, is about entities of the type of this one, as was known moments ago. */
  isWatched(entityKey: string): Promise<boolean>;
  /**
   * Holds all rules against an entity, raises insights and resolves them. `again`: when a rule's time is over: pending,
   * recovering, cooling down, or without data.
   */
  evaluate(entityKey: string, request: Request): Promise<Again>;
  /** Has the next entities that a rule is about evaluated. `next`: where to go on. */
  evaluateRule(ruleId: string, after: string | undefined, request: Request): Promise<{ readonly next?: string }>;
  expire(alertId: string, request: Request): Promise<Again>;
  /** Finds out whether what an insight predicted has happened; `again`: it has not, and there is time yet. */
  score(alertId: string, request: Request): Promise<Again>;
  /** Has the explainer say it in its words. One that fails leaves what the rules have written. */
  explain(alertId: string, request: Request, signal: AbortSignal): Promise<Again>;
  /** Declares an incident, joins one, or ends one, as the insight's policy says. */
  followIncident(alertId: string, request: Request): Promise<Again>;
  /** Tells people what they have not been told yet. */
  notify(alertId: string, request: Request, signal: AbortSignal): Promise<Again>;
}
