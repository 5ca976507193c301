/** What the streams of this context fold into: state for deciding and read view alike. */
import type { Instant } from "../kernel/time.js";
import type { Evidence, ExplanationOrigin } from "./events.js";
import type {
  ActivityKind,
  DismissalReason,
  EntityType,
  HealthComponent,
  IncidentPolicy,
  InsightStatus,
  NoticeKind,
  PredictedOutcome,
  ResolutionCause,
  RuleDefinition,
  WatchPhase,
} from "./values.js";

/** An entity: `student-stu_4532` is its key, the id of its stream. */
export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

/** By the name of the metric; null where it has no value. */
export type Metrics = Readonly<Record<string, number | null>>;

/** An entity with its metrics as they were last measured. They hold until `nextChangeAt`; behind it they must be measured anew. */
export interface Entity {
  readonly entityType: string;
  readonly entityId: string;
  readonly metrics: Metrics;
  /** 0 to 100, a whole number; null where no component has a value. */
  readonly healthScore: number | null;
  readonly formulaVersion: number;
  readonly measuredAt: Instant;
  /** When the next window loses or gains a fact; absent where none will. */
  readonly nextChangeAt?: Instant;
  /** When a metric or the score last changed. */
  readonly lastUpdated: Instant;
  /** When the first fact happened; of an aggregate: when it was first measured. Before it there are no metrics. */
  readonly firstActivityAt: Instant;
  /** By kind, when the latest fact happened. */
  readonly lastActivityAt: Readonly<Record<string, Instant>>;
  /** Facts there ever were; 0 for an aggregate. */
  readonly activities: number;
  /** The last score of each of the last days (UTC) on which it changed, oldest first; the last of them before the last eight days is kept. */
  readonly healthTrail: readonly { readonly day: string; readonly score: number | null }[];
  readonly version: number;
  readonly hash: string;
}

/** The facts of one kind in one bucket of time, an hour in UTC. */
export interface Tally {
  readonly entityKey: string;
  readonly kind: string;
  /** When the bucket begins. */
  readonly from: Instant;
  readonly count: number;
  /** Sum of the values, in thousandths; 0 for kinds without. */
  readonly total: number;
  /** The second of the first fact, in whole seconds behind the beginning of the bucket; 0 where there is none. */
  readonly first: number;
  /** The second of the last fact, likewise. */
  readonly last: number;
  /** Each second of the bucket in which there were facts, in order. Whole buckets go by their sums: a store may read these late. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  /** Whole seconds behind the beginning of the bucket. */
  readonly second: number;
  readonly count: number;
  /** In thousandths. */
  readonly total: number;
}

/** A fact as it can be listed. */
export interface Activity {
  readonly activityId: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly kind: string;
  readonly value?: number;
  readonly groups: readonly EntityRef[];
  readonly source: string;
  readonly dedupeId?: string;
  readonly note?: string;
  readonly inputHash: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** The version of its event in the entity's stream. */
  readonly version: number;
}

export interface Catalog {
  readonly entityTypes: readonly EntityType[];
  readonly kinds: readonly ActivityKind[];
  /** 0 where nothing was ever defined: the defaults. */
  readonly version: number;
  readonly hash: string;
}

export interface HealthFormula {
  readonly formulaVersion: number;
  readonly components: readonly HealthComponent[];
  readonly note?: string;
  /** Absent for the built-in one. */
  readonly addedAt?: Instant;
}

/** The formulas of a type of entity. */
export interface HealthFormulas {
  readonly entityType: string;
  readonly formulas: readonly HealthFormula[];
  readonly active: number;
  /** Absent while the built-in one was never replaced. */
  readonly activatedAt?: Instant;
  readonly version: number;
  readonly hash: string;
}

export interface Silence {
  readonly silenceId: string;
  readonly entityId?: string;
  readonly until: Instant;
  readonly reason: string;
  readonly by: string;
}

export interface InsightRule {
  readonly ruleId: string;
  readonly definition: RuleDefinition;
  readonly revision: number;
  readonly enabled: boolean;
  /** When it was enabled last; absent where it never was off, or never on. What it may raise in a day counts from then on. */
  readonly enabledAt?: Instant;
  /** Why it was disabled; `suspended` where it raised too many. */
  readonly disabled?: { readonly at: Instant; readonly reason?: string; readonly suspended: boolean };
  /** Those that were over when another was set are dropped. */
  readonly silences: readonly Silence[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
  readonly hash: string;
}

/** Where a rule stands for one entity. */
export interface Watch {
  readonly ruleId: string;
  readonly entityKey: string;
  /** Of the rule that it has followed last. */
  readonly revision: number;
  readonly phase: WatchPhase;
  readonly since: Instant;
  /** Of the insight that is open; absent in NORMAL, PENDING and HELD. */
  readonly alertId?: string;
  readonly cooldownUntil?: Instant;
  /** How many insights the rule has raised about the entity in the day (UTC) that began then; absent where it never has. */
  readonly raised?: { readonly day: Instant; readonly count: number };
  readonly version: number;
  readonly hash: string;
}

export interface Recommendation {
  readonly recommendationId: string;
  readonly text: string;
  readonly done?: { readonly at: Instant; readonly by: string };
}

export interface InsightFeedback {
  readonly by: string;
  readonly useful: boolean;
  readonly comment?: string;
  readonly at: Instant;
}

/** What became of telling people. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly attempts: number;
  /** An attempt may have been sent: it must be looked for, in these places, since then. Absent once it is sent. */
  readonly startedAt?: Instant;
  readonly inDoubt?: readonly { readonly notifier: string; readonly channel?: string | undefined }[];
  /** When the attempt began that is under way or was cut off. */
  readonly underWaySince?: Instant;
  readonly sentAt?: Instant;
  readonly notifier?: string;
  readonly channel?: string;
  readonly messageId?: string;
  readonly url?: string;
  readonly error?: string;
  readonly retryAt?: Instant;
  /** It will not be tried again. */
  readonly givenUp?: true;
}

export interface Insight {
  readonly alertId: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly predictionType: string;
  /** Of the rule that raised it; absent where a model did through the API. */
  readonly ruleRevision?: number;
  readonly status: InsightStatus;
  readonly riskScore: number;
  /** The greatest risk it has had. */
  readonly peakRiskScore: number;
  readonly title: string;
  readonly explanation: string;
  readonly recommendations: readonly Recommendation[];
  readonly evidence: readonly Evidence[];
  /** When its risk and evidence last changed; absent where they are those that it was raised with. */
  readonly riskChangedAt?: Instant;
  readonly origin: ExplanationOrigin;
  readonly place: string;
  readonly entityVersion?: number;
  readonly raisedAt: Instant;
  readonly updatedAt: Instant;
  readonly expiresAt: Instant;
  readonly acknowledged?: { readonly at: Instant; readonly by: string; readonly note?: string };
  readonly snoozedUntil?: Instant;
  readonly resolved?: {
    readonly at: Instant;
    readonly by: string;
    readonly cause: ResolutionCause;
    readonly note?: string;
  };
  readonly dismissed?: {
    readonly at: Instant;
    readonly by: string;
    readonly reason: DismissalReason;
    readonly note?: string;
  };
  readonly expiredAt?: Instant;
  /** By person, in the order in which they first gave one. */
  readonly feedback: readonly InsightFeedback[];
  readonly outcome?: PredictedOutcome;
  readonly scored?: {
    readonly at: Instant;
    readonly happened: boolean;
    readonly happenedAt?: Instant;
    readonly leadSeconds?: number;
  };
  readonly incidentPolicy?: IncidentPolicy;
  readonly incident?: { readonly incidentId: string; readonly declared: boolean };
  readonly notify?: { readonly channel?: string | undefined };
  readonly notices: readonly Notice[];
  readonly version: number;
  readonly hash: string;
}

/** A thing that incidents are declared about at most once at a time: an insight, an entity, a rule. */
export interface IncidentSlot {
  readonly slotId: string;
  /** How many incidents it has had, with the one that is open. */
  readonly number: number;
  readonly isOpen: boolean;
  /** Absent while the incident is being declared. */
  readonly incidentId?: string;
  /** Severity that the incident of `number` is declared with. */
  readonly severity?: "P0" | "P1" | "P2" | "P3" | "P4";
  /** Insights that keep it open, in order. */
  readonly alertIds: readonly string[];
  /** Whether all that have left had recovered or were closed by a person. */
  readonly isSettled: boolean;
  /** Others keep it open besides those that it names: it is open until people end its incident. */
  readonly hasOverflowed: boolean;
  /** Earlier incidents whose insights are over, and with which something is left to do: resolve them, or say so. */
  readonly endings: readonly {
    readonly number: number;
    readonly incidentId: string;
    readonly ending: "RESOLVE" | "TELL";
  }[];
  readonly version: number;
  readonly hash: string;
}

/** What an entity is decided on: the tallies of the last month, and those of the hours that a command is about. */
export interface EntityState {
  readonly kind: "entity";
  readonly entity?: Entity;
  /** By `tallyKey`. A bucket that is not here and begins at or after `talliesSince` has no facts; of older ones nothing is known. */
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Beginning of the oldest bucket of which all is known; absent: all is known (a stream from its beginning). */
  readonly talliesSince?: Instant;
}

/** The state of a stream of this context; what is absent was never written to. */
export type InsightsState =
  | EntityState
  | { readonly kind: "catalog"; readonly catalog?: Catalog }
  | { readonly kind: "formulas"; readonly formulas?: HealthFormulas }
  | { readonly kind: "rule"; readonly rule?: InsightRule }
  | { readonly kind: "watch"; readonly watch?: Watch }
  | { readonly kind: "insight"; readonly insight?: Insight }
  | { readonly kind: "slot"; readonly slot?: IncidentSlot };
export type InsightsStateOf<K extends InsightsState["kind"]> = Extract<InsightsState, { readonly kind: K }>;
