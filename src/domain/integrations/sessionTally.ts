/** Counts sessions and what they bring, by service: an async projection, because all streams fold into its rows. */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import { tagged } from "../kernel/integrationEvent.js";
import { present } from "../kernel/present.js";
import type { AsyncProjection } from "../kernel/processing.js";
import { sessionCategory, sessionEventSchemas } from "./events.js";
import type { SessionEvent } from "./events.js";
import type { IntegrationHealth, SessionTally } from "./health.js";
import { sessionStatuses } from "./values.js";
import type { SessionStatus } from "./values.js";
import { integrationTag } from "./views.js";

type ByStatus = SessionTally["byStatus"];

const noneOfAnyStatus: ByStatus = {
  ACTIVE: 0,
  BACKING_OFF: 0,
  NEEDS_REAUTH: 0,
  PAUSED: 0,
  DISABLED: 0,
  DISCONNECTED: 0,
};

export function noTally(serviceType: string): SessionTally {
  return { serviceType, byStatus: noneOfAnyStatus, items: 0, failures: 0, deadLetters: 0 };
}

/** Sums: in which order the streams come is all the same. One row for each service. */
export const integrationHealthProjection: AsyncProjection<SessionTally> = {
  name: "integration-health",
  keys: (entry) => {
    const event = eventOf(entry);
    return event === undefined || isWithoutEffect(entry, event) ? [] : tagged(entry, "integration-service");
  },
  apply: (row, entry, serviceType) => {
    const event = eventOf(entry);
    if (event === undefined) return row;
    const { items, failures, deadLetters } = countsOf(event);
    const before = row ?? noTally(serviceType);
    return {
      serviceType,
      byStatus: movedTo(before.byStatus, entry, event),
      items: before.items + items,
      failures: before.failures + failures,
      deadLetters: before.deadLetters + deadLetters,
    };
  },
};

function eventOf(entry: FeedEntry) {
  return ofCategory(entry, sessionCategory, sessionEventSchemas);
}

function isWithoutEffect(entry: FeedEntry, event: SessionEvent): boolean {
  const { items, failures, deadLetters } = countsOf(event);
  return items + failures + deadLetters === 0 && changeOf(entry, event) === undefined;
}

function countsOf({ type, data }: SessionEvent): Pick<SessionTally, "items" | "failures" | "deadLetters"> {
  return {
    items: type === "SessionPolled" ? data.items : 0,
    failures: type === "SessionPollFailed" ? 1 : 0,
    deadLetters: type === "SessionItemsDeadLettered" ? 1 : 0,
  };
}

function movedTo(byStatus: ByStatus, entry: FeedEntry, event: SessionEvent): ByStatus {
  const change = changeOf(entry, event);
  if (change === undefined) return byStatus;
  const { from, to } = change;
  const left = from === undefined ? byStatus : { ...byStatus, [from]: byStatus[from] - 1 };
  return { ...left, [to]: left[to] + 1 };
}

/**
 * The statuses that a commit leads from and to; undefined where it leaves them as they are. A failure that is not tried again by itself is
 * followed, in its commit, by the event that says why: that one counts for both.
 */
function changeOf({ tags: { before, after } }: FeedEntry, { type, data }: SessionEvent) {
  if (type === "SessionPollFailed" && data.nextPollAt === undefined) return undefined;
  const [from, to] = [statusIn(before), statusIn(after)];
  return to === undefined || from === to ? undefined : { from, to };
}

function statusIn(tags: readonly string[]): SessionStatus | undefined {
  return sessionStatuses.find((status) => tags.includes(integrationTag.status(status)));
}

/** Adds tallies up: of all services, or of one user's sessions. */
export function toIntegrationHealth(
  tallies: readonly SessionTally[],
  overdue?: IntegrationHealth["overdue"],
): IntegrationHealth {
  const services = [...tallies].sort((one, other) => (one.serviceType < other.serviceType ? -1 : 1));
  return present({
    services,
    byStatus: services.map(({ byStatus }) => byStatus).reduce(add, noneOfAnyStatus),
    overdue,
  });
}

function add(one: ByStatus, other: ByStatus): ByStatus {
  return {
    ACTIVE: one.ACTIVE + other.ACTIVE,
    BACKING_OFF: one.BACKING_OFF + other.BACKING_OFF,
    NEEDS_REAUTH: one.NEEDS_REAUTH + other.NEEDS_REAUTH,
    PAUSED: one.PAUSED + other.PAUSED,
    DISABLED: one.DISABLED + other.DISABLED,
    DISCONNECTED: one.DISCONNECTED + other.DISCONNECTED,
  };
}
