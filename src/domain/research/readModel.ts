/** Port: the questions that the views of research requests answer. Rows whose time to live has passed are never returned. */
import type { Page, PageRequest } from "../kernel/page.js";
import type { Scope } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import type { QueueTally } from "./queueStats.js";
import type { RequestLog, ResearchProject, ResearchRequest, ResearchRun, ResearchSlot } from "./state.js";
import type { LogLevel, Priority, RequestStatus, Strategy } from "./values.js";

/** All that is given must hold. */
export interface RequestFilter {
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
  /** One of these. */
  readonly statuses?: readonly RequestStatus[] | undefined;
  readonly priorities?: readonly Priority[] | undefined;
  readonly strategy?: Strategy | undefined;
  readonly requestType?: string | undefined;
  /** Created at or after. */
  readonly from?: Instant | undefined;
  /** Created before. */
  readonly until?: Instant | undefined;
  /** Only what is of these projects. @default everything */
  readonly scope?: Scope | undefined;
}

export interface RequestQuery extends PageRequest {
  readonly filter: RequestFilter;
  /** PRIORITY: as workers of one strategy would find them without ageing; takes `strategy`. */
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST" | "PRIORITY";
}

export interface LogQuery extends PageRequest {
  readonly requestId: string;
  /** One of these. */
  readonly levels?: readonly LogLevel[] | undefined;
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST";
}

/** A request that can be claimed, as far as the index has come. */
export interface Candidate {
  readonly requestId: string;
  readonly projectId: string;
  readonly requestType: string;
  readonly queuedAt: Instant;
}

/** All that is given must hold. */
export interface CandidateQuery {
  readonly strategy: Strategy;
  /** One of these. */
  readonly types?: readonly string[] | undefined;
  readonly scope: Scope;
  /** Of none of these projects: left out by the engine, as far as it takes so many names. */
  readonly without?: readonly string[] | undefined;
  /** Queued at or before. */
  readonly queuedBefore?: Instant | undefined;
  /** Behind the page that has said so; asked for with the same types. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface CandidatePage {
  readonly candidates: readonly Candidate[];
  /** Where the next page begins; absent behind the last one. Means nothing to the caller. */
  readonly after?: string | undefined;
}

export interface ResearchReadModel {
  /** In the order of the ids, undefined for one that does not exist; strongly consistent: a request for 100. */
  getRequests(requestIds: readonly string[]): Promise<readonly (ResearchRequest | undefined)[]>;
  getRuns(requestIds: readonly string[]): Promise<readonly (ResearchRun | undefined)[]>;
  listRequests(query: RequestQuery): Promise<Page<ResearchRequest>>;
  listLogs(query: LogQuery): Promise<Page<RequestLog>>;
  /**
   * Up to `limit` requests that can be claimed, by rank, from the beginning of the index or behind an earlier page; moments behind.
   * One request, or one for each type. Looks at 1,000 rows at most, so that a page may have few or none though another follows.
   */
  listCandidates(wanted: CandidateQuery): Promise<CandidatePage>;
  /**
   * Of strategy SQS: queued before then, and with no message sent since. Oldest rank first; moments behind. Looks at 20,000 rows at
   * most: what is behind so many that wait is found when these have gone.
   */
  listUndispatched(before: Instant, limit: number): Promise<readonly string[]>;
  /** Strongly consistent. */
  getSlot(slotId: string): Promise<ResearchSlot | undefined>;
  /** In the order of the names; no limit and no lanes for a project that has set nothing. Strongly consistent. */
  getProjects(projectIds: readonly string[]): Promise<readonly ResearchProject[]>;
  /** The oldest request that waits, of these projects; moments behind. Looks at 1,000 rows at most. */
  oldestPending(wanted: {
    readonly strategy?: Strategy | undefined;
    readonly scope: Scope;
  }): Promise<Instant | undefined>;
  /** As far as the async view has come; of all projects together, or of each of these. */
  getTallies(scope: Scope): Promise<readonly QueueTally[]>;
}
