/** How the queue is doing: an async projection that counts requests and how long they wait, by project and strategy. */
import type { RequestStatus, Strategy } from "./values.js";

/** What happened within an hour. */
export interface HourTally {
  /** Start of the hour, in hours since 1970. */
  readonly hour: number;
  readonly submitted: number;
  readonly claimed: number;
  readonly completed: number;
  readonly failed: number;
  /** How many claimed requests had waited so long: see `waitBuckets`. */
  readonly waits: readonly number[];
}

/** One row: of a project and strategy, or of all projects together. */
export interface QueueTally {
  /** Absent: of all projects. */
  readonly projectId?: string | undefined;
  readonly strategy: Strategy;
  readonly byStatus: Readonly<Record<RequestStatus, number>>;
  /** The last 25 hours in which something happened, oldest first. */
  readonly hours: readonly HourTally[];
}
