/** Counts requests and how long they wait, by project and strategy: an async projection, because all streams fold into its rows. */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged } from "../kernel/integrationEvent.js";
import { present } from "../kernel/present.js";
import type { AsyncProjection } from "../kernel/processing.js";
import type { Instant } from "../kernel/time.js";
import { requestCategory, requestEventSchemas } from "./events.js";
import type { RequestEvent } from "./events.js";
import { addHours, hourOf, noCounts, noneOfAnyStatus, secondsBetween, waitBuckets } from "./queueStats.js";
import type { HourCounts, QueueTally } from "./queueStats.js";
import { requestStatuses, strategies } from "./values.js";
import type { RequestStatus, Strategy } from "./values.js";
import { researchTag } from "./views.js";

/** The row of a project and strategy, or of all projects, which no project can be named like. */
export function queueTallyKey(projectId: string | undefined, strategy: Strategy): string {
  return `${projectId ?? "*"}#${strategy}`;
}

const keptHours = 25;

/** Sums, and the latest hours: neither asks in which order the streams come. */
export const researchQueueProjection: AsyncProjection<QueueTally> = {
  name: "research-queue",
  keys: (entry) => {
    const about = contributionOf(entry);
    return about === undefined
      ? []
      : [queueTallyKey(undefined, about.strategy), queueTallyKey(about.projectId, about.strategy)];
  },
  apply: (row, entry, key) => {
    const part = contributionOf(entry);
    if (part === undefined) return row;
    const { projectId, strategy } = part;
    const isOfAll = key === queueTallyKey(undefined, strategy);
    return add(row ?? noTally(isOfAll ? undefined : projectId, strategy), part);
  },
};

export function noTally(projectId: string | undefined, strategy: Strategy): QueueTally {
  return present({ projectId, strategy, byStatus: noneOfAnyStatus, hours: [] });
}

/** What one event adds. */
interface Contribution {
  readonly projectId: string;
  readonly strategy: Strategy;
  readonly from?: RequestStatus | undefined;
  readonly to: RequestStatus;
  readonly hour: number;
  readonly counts: Partial<HourCounts>;
  /** Place of the wait that has ended in {@link waitBuckets}. */
  readonly wait?: number | undefined;
}

/** Undefined for what leaves a request in its status. */
function contributionOf(entry: FeedEntry): Contribution | undefined {
  const event = ofCategory(entry, requestCategory, requestEventSchemas);
  const to = event && statusBehind(event);
  if (event === undefined || to === undefined) return undefined;
  const { before, after } = entry.tags;
  // A commit may hold several events, and its tags say where it begins and ends: the event that leads to its end counts for it.
  if (!after.includes(researchTag.status(to)) || before.includes(researchTag.status(to))) return undefined;
  const strategy = strategies.find((known) => after.includes(researchTag.strategy(known)));
  const [projectId] = tagged(entry, "project");
  if (strategy === undefined || projectId === undefined) return undefined;
  return {
    projectId,
    strategy,
    from: requestStatuses.find((status) => before.includes(researchTag.status(status))),
    to,
    hour: hourOf(event.recordedAt),
    ...happeningOf(event, event.recordedAt),
  };
}

/** The status that a request has behind an event where no other event follows in its commit. */
function statusBehind({ type }: RequestEvent): RequestStatus | undefined {
  switch (type) {
    case "RequestSubmitted":
    case "RequestReleased":
    case "RequestLeaseExpired":
    case "RequestAttemptFailed":
    case "RequestRetried":
      return "PENDING";
    case "RequestClaimed":
      return "PROCESSING";
    case "RequestStarted":
      return "EXECUTING";
    case "RequestCompleted":
      return "COMPLETED";
    case "RequestFailed":
      return "FAILED";
    case "RequestCancelled":
      return "CANCELLED";
    case "RequestQueued":
    case "RequestDispatched":
    case "RequestPrioritised":
    case "RequestProgressed":
    case "RequestLogged":
    case "RequestItemsAdded":
    case "RequestCancellationRequested":
      return undefined;
  }
}

function happeningOf(event: RequestEvent, at: Instant): Pick<Contribution, "counts" | "wait"> {
  switch (event.type) {
    case "RequestSubmitted":
      return { counts: { submitted: 1 } };
    case "RequestClaimed":
      return { counts: { claimed: 1 }, wait: bucketOf(secondsBetween(event.data.queuedAt, at)) };
    case "RequestCompleted":
      return { counts: { completed: 1 } };
    case "RequestFailed":
      return { counts: { failed: 1 } };
    default:
      return { counts: {} };
  }
}

function add(row: QueueTally, { from, to, hour, counts, wait }: Contribution): QueueTally {
  const left = from === undefined ? row.byStatus : { ...row.byStatus, [from]: row.byStatus[from] - 1 };
  const had = row.hours.find((tally) => tally.hour === hour) ?? { hour, ...noCounts, waits: [] };
  const others = row.hours.filter((tally) => tally.hour !== hour);
  const hours = [...others, addHours(had, { ...noCounts, ...counts, waits: wait === undefined ? [] : oneAt(wait) })];
  return {
    ...row,
    byStatus: { ...left, [to]: left[to] + 1 },
    hours: hours.sort((one, other) => one.hour - other.hour).slice(-keptHours),
  };
}

function oneAt(index: number): readonly number[] {
  return Array.from({ length: index + 1 }, (_, place) => (place === index ? 1 : 0));
}

/** Place in {@link waitBuckets}; behind its end for what has waited longer than its last. */
function bucketOf(seconds: number): number {
  const index = waitBuckets.findIndex((bound) => seconds <= bound);
  return index === -1 ? waitBuckets.length : index;
}
