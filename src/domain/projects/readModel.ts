/** Port: the questions that the views of projects answer. Rows whose time to live has passed are never returned. */
import type { Page, PageRequest } from "../kernel/page.js";
import type { Scope } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import type { Batch, ProjectEvent, ProjectRouting, ProjectSettings } from "./state.js";
import type { BatchStatus, Importance, ProjectEventSource } from "./values.js";

/** All that is given must hold. */
export interface ProjectEventFilter {
  readonly project?: string | undefined;
  readonly source?: ProjectEventSource | undefined;
  readonly batchId?: string | undefined;
  /** Received at or after. */
  readonly from?: Instant | undefined;
  /** Received before. */
  readonly until?: Instant | undefined;
  /** Whether it is in a batch. */
  readonly processed?: boolean | undefined;
  /** Only what is of these projects. @default everything */
  readonly scope?: Scope | undefined;
}

export interface ProjectEventQuery extends PageRequest {
  readonly filter: ProjectEventFilter;
  /** By receipt. */
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST";
}

export interface BatchFilter {
  readonly project?: string | undefined;
  /** One of these. */
  readonly statuses?: readonly BatchStatus[] | undefined;
  /** Sealed at or after. */
  readonly from?: Instant | undefined;
  /** Sealed before. */
  readonly until?: Instant | undefined;
  readonly scope?: Scope | undefined;
}

export interface BatchQuery extends PageRequest {
  readonly filter: BatchFilter;
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST";
}

/** An event, as far as the batching rules must know it. */
export interface PendingEvent {
  readonly projectEventId: string;
  readonly eventTime: number;
  readonly importance: Importance;
  readonly notify: boolean;
}

/** What a project has had, as far as the async view has come. */
export interface ProjectActivity {
  readonly project: string;
  readonly events: number;
  readonly bySource: Readonly<Record<ProjectEventSource, number>>;
  readonly batches: number;
  readonly firstEventAt?: Instant;
  readonly lastEventAt?: Instant;
  readonly lastBatchAt?: Instant;
}

export interface ProjectReadModel {
  /** In the order of the ids, undefined for one that does not exist. Folded from the log, strongly consistent: a request for 25. */
  getProjectEvents(projectEventIds: readonly string[]): Promise<readonly (ProjectEvent | undefined)[]>;
  listProjectEvents(query: ProjectEventQuery): Promise<Page<ProjectEvent>>;
  /** Events of a project that wait for their batch, oldest first; moments behind. One request for each thousand. */
  listPending(project: string, limit: number): Promise<readonly PendingEvent[]>;
  /**
   * The first `limit` events of a project that were received at or after `from` and before `until`, oldest first, whether they
   * wait or not; `complete`: there are no others. Strongly consistent; one request for each thousand.
   */
  listReceived(query: {
    readonly project: string;
    readonly from?: Instant | undefined;
    readonly until?: Instant | undefined;
    readonly limit: number;
  }): Promise<{ readonly events: readonly PendingEvent[]; readonly complete: boolean }>;
  /** How many wait, up to `limit`. */
  countPending(project: string, limit: number): Promise<number>;
  /** In the order of the ids; strongly consistent. */
  getBatches(batchIds: readonly string[]): Promise<readonly (Batch | undefined)[]>;
  listBatches(query: BatchQuery): Promise<Page<Batch>>;
  /** In the order of the names; the defaults for a project that has set nothing. Strongly consistent. */
  getSettings(projects: readonly string[]): Promise<readonly ProjectSettings[]>;
  getRouting(): Promise<ProjectRouting>;
  /** In the order of the names; undefined for a project that has had nothing. */
  getActivity(projects: readonly string[]): Promise<readonly (ProjectActivity | undefined)[]>;
  /** Projects that have had an event or have settings, by name. */
  listProjects(page: PageRequest & { readonly scope: Scope }): Promise<Page<string>>;
}
