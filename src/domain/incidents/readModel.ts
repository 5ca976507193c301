/** Port: the questions that the incident views answer. Rows whose time to live has passed are never returned. */
import type { Page, PageRequest } from "../kernel/page.js";
import type { Scope } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import type { PartRef } from "./events.js";
import type { Comment, Incident, Participant, Summary } from "./state.js";
import type { TimelineEntry, TimelineKind } from "./timeline.js";
import type { IncidentStatus, Severity } from "./values.js";
import type { ArchivedIncident } from "./viewRows.js";

export const incidentOrders = ["NEWEST_FIRST", "OLDEST_FIRST", "MOST_SEVERE_FIRST"] as const;
/** By the time an incident began; or by severity, then oldest first. */
export type IncidentOrder = (typeof incidentOrders)[number];

/** All that is given must hold; in a list, one of its values must. */
export interface IncidentFilter {
  readonly statuses?: readonly IncidentStatus[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly service?: string | undefined;
  readonly participant?: string | undefined;
  /** Began at or after. */
  readonly from?: Instant | undefined;
  /** Began before. */
  readonly until?: Instant | undefined;
  readonly labels?: readonly { readonly key: string; readonly value: string }[] | undefined;
  /** Only what is visible in this scope. @default everything */
  readonly scope?: Scope | undefined;
}

export interface IncidentQuery extends PageRequest {
  readonly filter: IncidentFilter;
  readonly order: IncidentOrder;
  /**
   * An incident that the list must show as it is, which lists are seldom behind in: waits (bounded) until it does, and
   * throws {@link UnavailableError} where that takes too long.
   */
  readonly atLeast?: string | undefined;
}

export interface TimelineQuery extends PageRequest {
  /** Entries of these incidents, as one timeline. */
  readonly incidentIds: readonly string[];
  readonly order: "NEWEST_FIRST" | "OLDEST_FIRST";
  readonly kinds?: readonly TimelineKind[] | undefined;
  /** Occurred at or after. */
  readonly since?: Instant | undefined;
  /** Id of the acting person. */
  readonly actor?: string | undefined;
  readonly keyMomentsOnly?: boolean | undefined;
}

export interface ArchiveQuery extends PageRequest {
  /** Only what is visible in this scope. @default everything */
  readonly scope?: Scope | undefined;
}

/** A comment or entry of an incident. */
export interface PartKey extends PartRef {
  readonly incidentId: string;
}

/** A row of any kind of an incident. */
export type IncidentRecord =
  | { readonly kind: "incident"; readonly row: Incident }
  | { readonly kind: "entry"; readonly row: TimelineEntry }
  | { readonly kind: "comment"; readonly row: Comment }
  | { readonly kind: "participant"; readonly row: Participant }
  | { readonly kind: "summary"; readonly row: Summary };

export interface IncidentReadModel {
  /** In the order of the ids, undefined for an id that does not exist; strongly consistent (access pattern 9). */
  getIncidents(incidentIds: readonly string[]): Promise<readonly (Incident | undefined)[]>;
  /** Ids of the incidents with these numbers, in their order. */
  findByNumber(numbers: readonly number[]): Promise<readonly (string | undefined)[]>;
  /** Access patterns 2 to 6. */
  listIncidents(query: IncidentQuery): Promise<Page<Incident>>;
  /** Access pattern 10, for every status: one request each. In a scope that is not everything, its incidents are read. */
  countByStatus(scope?: Scope): Promise<Readonly<Record<IncidentStatus, number>>>;
  /** Everything about an incident, in the order of the table: comments, entries, the incident, summaries, participants (access pattern 1). */
  listRecords(incidentId: string, page: PageRequest): Promise<Page<IncidentRecord>>;
  listTimeline(query: TimelineQuery): Promise<Page<TimelineEntry>>;
  /** Oldest first. */
  listComments(incidentId: string, page: PageRequest): Promise<Page<Comment>>;
  /** Newest first. */
  listSummaries(incidentId: string, page: PageRequest): Promise<Page<Summary>>;
  getComments(keys: readonly PartKey[]): Promise<readonly (Comment | undefined)[]>;
  getEntries(keys: readonly PartKey[]): Promise<readonly (TimelineEntry | undefined)[]>;
  /** What is left of archived incidents, in the order of the ids; undefined for one that is not archived. Strongly consistent. */
  getArchived(incidentIds: readonly string[]): Promise<readonly (ArchivedIncident | undefined)[]>;
  /** Archived incidents, those that ended last first. */
  listArchived(query: ArchiveQuery): Promise<Page<ArchivedIncident>>;
}
