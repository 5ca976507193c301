/** How the queue is doing: tallies of requests and of how long they wait, and what people are told of them. */
import { present } from "../kernel/present.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { WorkQueue } from "./ports.js";
import { requestStatuses } from "./values.js";
import type { RequestStatus, Strategy } from "./values.js";

/** What happened within an hour. */
export interface HourTally {
  /** Start of the hour, in hours since 1970. */
  readonly hour: number;
  readonly submitted: number;
  readonly claimed: number;
  readonly completed: number;
  readonly failed: number;
  /** How many claimed requests had waited so long: see `waitBuckets`. Of what is behind its end there are none. */
  readonly waits: readonly number[];
}

/** One row: of a project and strategy, or of all projects together. */
export interface QueueTally {
  /** Absent: of all projects. */
  readonly projectId?: string | undefined;
  readonly strategy: Strategy;
  /** Of those that are over: all that there ever were. */
  readonly byStatus: Readonly<Record<RequestStatus, number>>;
  /** The last 25 hours in which something happened, oldest first. */
  readonly hours: readonly HourTally[];
}

const hourMilliseconds = 3_600_000;
const daySeconds = 86_400;
const steps = 63;

/** How often each thing has happened within an hour. */
export type HourCounts = Omit<HourTally, "hour" | "waits">;

/**
 * Upper bounds of waits in seconds, from 1 to 24 hours: each is less than 1.2 times the one before, so that a percentile that is told by
 * its bound is less than 20 % too long. What waited longer is behind the last.
 */
export const waitBuckets: readonly number[] = Array.from(
  { length: steps + 1 },
  (_, step) => Math.round(daySeconds ** (step / steps) * 1_000) / 1_000,
);

/** How the queue is doing, as people and dashboards ask it. */
export interface QueueStats {
  /** Absent: of all strategies. */
  readonly strategy?: Strategy | undefined;
  /** Of those that are over: all that there ever were. */
  readonly byStatus: Readonly<Record<RequestStatus, number>>;
  /** Since when the oldest request waits that can be claimed. */
  readonly oldestPendingAt?: Instant | undefined;
  /**
   * What follows is about the time since then: the last full hour and what has passed of this one, so between one hour and two.
   * Hours are counted whole.
   */
  readonly since: Instant;
  /** How long those that were claimed had waited, up to 20 % too long each, from a second to 24 hours; absent where none was claimed. */
  readonly waitSeconds: { readonly p50?: number | undefined; readonly p95?: number | undefined };
  readonly submitted: number;
  readonly claimed: number;
  readonly completed: number;
  readonly failed: number;
  readonly completedPerMinute: number;
  /** Messages of the queue of strategy SQS, about; absent where it was not asked. */
  readonly depth?: QueueDepth | undefined;
}

/** How many messages wait, are with workers, and are dead letters. */
export type QueueDepth = Awaited<ReturnType<WorkQueue["depth"]>>;

/** Adds tallies up: of several projects, and of all strategies or of one. */
export function toQueueStats(
  tallies: readonly QueueTally[],
  about: {
    /** Of this one only. @default all */
    readonly strategy?: Strategy | undefined;
    readonly oldest?: Instant | undefined;
    readonly now: Instant;
    readonly depth?: QueueDepth | undefined;
  },
): QueueStats {
  const { strategy, oldest, now, depth } = about;
  const chosen = tallies.filter((tally) => strategy === undefined || tally.strategy === strategy);
  const first = hourOf(now) - 1;
  const since = toInstant(first * hourMilliseconds);
  const none: HourTally = { hour: first, ...noCounts, waits: [] };
  const recent = chosen
    .flatMap(({ hours }) => hours)
    .filter(({ hour }) => hour >= first)
    .reduce(addHours, none);
  const { submitted, claimed, completed, failed, waits } = recent;
  return present({
    strategy,
    byStatus: chosen.map(({ byStatus }) => byStatus).reduce(addStatuses, noneOfAnyStatus),
    oldestPendingAt: oldest,
    since,
    waitSeconds: present({ p50: percentile(waits, 0.5), p95: percentile(waits, 0.95) }),
    submitted,
    claimed,
    completed,
    failed,
    completedPerMinute: completed / (secondsBetween(since, now) / 60),
    depth,
  });
}

function addStatuses(one: QueueTally["byStatus"], other: QueueTally["byStatus"]): QueueTally["byStatus"] {
  return {
    PENDING: one.PENDING + other.PENDING,
    PROCESSING: one.PROCESSING + other.PROCESSING,
    EXECUTING: one.EXECUTING + other.EXECUTING,
    COMPLETED: one.COMPLETED + other.COMPLETED,
    FAILED: one.FAILED + other.FAILED,
    CANCELLED: one.CANCELLED + other.CANCELLED,
  };
}

/** The bound that so many of the waits are below or at; undefined where there are none. */
function percentile(waits: readonly number[], part: number): number | undefined {
  const total = waits.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let seen = 0;
  const index = waits.findIndex((count) => {
    seen += count;
    return seen >= total * part;
  });
  return waitBuckets[index] ?? daySeconds;
}

/** Nothing has happened. */
export const noCounts: HourCounts = { submitted: 0, claimed: 0, completed: 0, failed: 0 };

export const noneOfAnyStatus = Object.fromEntries(requestStatuses.map((status) => [status, 0])) as Readonly<
  // Made from all statuses.
  Record<RequestStatus, number>
>;

/** Both together, in the hour of the first. */
export function addHours(one: HourTally, other: Omit<HourTally, "hour">): HourTally {
  return {
    hour: one.hour,
    submitted: one.submitted + other.submitted,
    claimed: one.claimed + other.claimed,
    completed: one.completed + other.completed,
    failed: one.failed + other.failed,
    waits: addWaits(one.waits, other.waits),
  };
}

function addWaits(one: readonly number[], other: readonly number[]): readonly number[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, index) => (one[index] ?? 0) + (other[index] ?? 0));
}

/** In hours since 1970. */
export function hourOf(instant: Instant): number {
  return Math.floor(toMilliseconds(instant) / hourMilliseconds);
}

export function secondsBetween(from: Instant, to: Instant): number {
  return (toMilliseconds(to) - toMilliseconds(from)) / 1_000;
}
