/** Port: the questions that the views of insights answer. Rows whose time to live has passed are never returned. */
import type { Page, PageRequest } from "../kernel/page.js";
import type { Scope } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import type {
  Activity,
  Catalog,
  Entity,
  HealthFormulas,
  IncidentSlot,
  Insight,
  InsightRule,
  Tally,
  Watch,
} from "./state.js";
import type { InsightStatus } from "./values.js";

export interface EntityFilter {
  readonly entityType: string;
  /** Score below this; one without a score matches neither this nor `healthAtLeast`. */
  readonly healthBelow?: number | undefined;
  readonly healthAtLeast?: number | undefined;
  /** A metric changed at or after. */
  readonly updatedSince?: Instant | undefined;
}

export interface EntityQuery extends PageRequest {
  readonly filter: EntityFilter;
  /** By health: those without a score are not in the list (defect M5). */
  readonly order: "LOWEST_HEALTH_FIRST" | "HIGHEST_HEALTH_FIRST" | "NEWEST_FIRST" | "OLDEST_FIRST";
}

/** All that is given must hold. */
export interface InsightFilter {
  readonly entityId?: string | undefined;
  readonly entityType?: string | undefined;
  readonly predictionType?: string | undefined;
  /** Risk above this: the seed's `SK > 80` leaves 80 out (defect M8). */
  readonly riskAbove?: number | undefined;
  /** One of these. */
  readonly statuses?: readonly InsightStatus[] | undefined;
  /** Raised at or after. */
  readonly from?: Instant | undefined;
  /** Raised before. */
  readonly until?: Instant | undefined;
  /** Only about entities of these types. @default all */
  readonly scope?: Scope | undefined;
}

export interface InsightQuery extends PageRequest {
  readonly filter: InsightFilter;
  /** By risk only with a prediction type: the seed has an index for that. */
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST" | "HIGHEST_RISK_FIRST";
}

/** What became of a rule's insights, as far as the async view has come. */
export interface RulePerformance {
  readonly ruleId: string;
  /** Types of the entities that it has raised any about, in order. */
  readonly entityTypes: readonly string[];
  readonly raised: number;
  readonly acknowledged: number;
  readonly resolved: number;
  readonly dismissed: number;
  readonly expired: number;
  /** People who found an insight useful, or not; the last word of each counts. */
  readonly useful: number;
  readonly notUseful: number;
  /** Predictions that came true, and those that did not. */
  readonly happened: number;
  readonly notHappened: number;
  /** Of those that came true, from raising to that, added up. */
  readonly leadSeconds: number;
  readonly lastRaisedAt?: Instant;
}

export interface InsightsReadModel {
  /** In the order of the keys (`student-stu_4532`), undefined for what does not exist; strongly consistent. One request for 100. */
  getEntities(entityKeys: readonly string[]): Promise<readonly (Entity | undefined)[]>;
  listEntities(query: EntityQuery): Promise<Page<Entity>>;
  /**
   * Keys of entities whose metrics must be measured anew at `now`, page by page, those of a page longest due first; moments
   * behind. Up to `size` on a page, shared out among the shards. A page costs one request for each shard that has more.
   */
  listDue(now: Instant, size: number): AsyncIterable<readonly string[]>;
  /**
   * All tallies of an entity whose bucket begins at or after `from` and before `until`; strongly consistent. One request for each
   * megabyte. `of`: where they are kept.
   */
  getTallies(query: {
    readonly entityKey: string;
    readonly of: "ENTITY" | "AGGREGATE";
    readonly from: Instant;
    readonly until: Instant;
  }): Promise<readonly Tally[]>;
  /** In the order of the ids; strongly consistent. One request for 100. */
  getActivities(activityIds: readonly string[]): Promise<readonly (Activity | undefined)[]>;
  /** Facts of an entity, newest first. */
  listActivities(
    query: PageRequest & {
      readonly entityKey: string;
      readonly kind?: string | undefined;
      /** Happened at or after. */
      readonly from?: Instant | undefined;
      /** Happened before. */
      readonly until?: Instant | undefined;
    },
  ): Promise<Page<Activity>>;
  /** The defaults where nothing was defined. Strongly consistent. */
  getCatalog(): Promise<Catalog>;
  /** In the order of the types; the built-in formula where none was added. Strongly consistent. */
  getFormulas(entityTypes: readonly string[]): Promise<readonly HealthFormulas[]>;
  getRules(ruleIds: readonly string[]): Promise<readonly (InsightRule | undefined)[]>;
  /** All rules, by id; at most {@link limits.rules}. Strongly consistent; a request for each megabyte. */
  allRules(): Promise<readonly InsightRule[]>;
  getWatches(
    keys: readonly { readonly ruleId: string; readonly entityKey: string }[],
  ): Promise<readonly (Watch | undefined)[]>;
  /** Watches of a rule that are not NORMAL, by entity. `scope`: only of entities of these types; all where not given. */
  listWatches(
    query: PageRequest & { readonly ruleId: string; readonly scope?: Scope | undefined },
  ): Promise<Page<Watch>>;
  /** In the order of the ids. Folded from the log, strongly consistent: a request for 25. */
  getInsights(alertIds: readonly string[]): Promise<readonly (Insight | undefined)[]>;
  listInsights(query: InsightQuery): Promise<Page<Insight>>;
  /**
   * How many insights a rule has raised at or after the second of `since`, up to `limit`; moments behind. It reads the keys of as
   * many: one request, and about 2 read units for each hundred; a second request beyond some six thousand.
   */
  countRaised(ruleId: string, since: Instant, limit: number): Promise<number>;
  getSlots(slotIds: readonly string[]): Promise<readonly (IncidentSlot | undefined)[]>;
  /** In the order of the ids; undefined for one that has raised nothing. */
  getPerformance(ruleIds: readonly string[]): Promise<readonly (RulePerformance | undefined)[]>;
}
