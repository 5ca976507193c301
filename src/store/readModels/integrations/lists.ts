/** Which ranges of which index answer a list of sessions or of polls, and in how many requests. */
import { isActive } from "../../../domain/integrations/index.js";
import type {
  IntegrationSession,
  PollQuery,
  PollRecord,
  SessionFilter,
  SessionQuery,
} from "../../../domain/integrations/index.js";
import { invalid } from "../../../domain/kernel/errors.js";
import { toInstant, toMilliseconds } from "../../../domain/kernel/time.js";
import type { SortedRange } from "../../query/mergedQuery.js";
import { first, last, partsOf, toRank } from "../../query/rank.js";
import { activeKey, neverPolled } from "./keys.js";

const table = "beya-integration-sessions";

/**
 * One request for the sessions of a service, or where only active ones are asked for. Else one for each service: no index holds
 * all sessions, and there are few services. A list by last poll that is read while sessions are polled may show one twice, or
 * leave it out. @throws ValidationError for `order` where sessions of several users are to be sorted by service.
 */
export function planSessions(query: SessionQuery, services: readonly string[]): readonly SortedRange[] {
  const { filter, order } = query;
  if (order === "BY_SERVICE") throw invalid("order", "by service is only possible with a user");
  const { serviceType, statuses } = filter;
  if (statuses?.length === 0) return [];
  if (serviceType !== undefined) return serviceType === "" ? [] : [serviceRange(serviceType, filter)];
  return asksForActive(filter) ? [activeRange(filter)] : services.map((service) => serviceRange(service, filter));
}

/** Whether the services must be known for the list. */
export function isAcrossServices({ filter, order }: SessionQuery): boolean {
  return order !== "BY_SERVICE" && filter.serviceType === undefined && !asksForActive(filter);
}

function asksForActive({ active, statuses }: SessionFilter): boolean {
  return active === true || statuses?.every(isActive) === true;
}

/** What a session must be like to be in a list. */
export function matchesSession(session: IntegrationSession, filter: SessionFilter): boolean {
  const { userId, serviceType, statuses, active, failing, notPolledSince } = filter;
  const { status, lastPollAt } = session;
  return (
    (userId === undefined || session.userId === userId) &&
    (serviceType === undefined || session.serviceType === serviceType) &&
    (statuses === undefined ? status !== "DISCONNECTED" : statuses.includes(status)) &&
    (active === undefined || isActive(status) === active) &&
    (failing === undefined || session.errorCount > 0 === failing) &&
    (notPolledSince === undefined || lastPollAt === undefined || lastPollAt < notPolledSince)
  );
}

/** Whether the ranges of {@link planSessions} hold hardly anything else than what the list asks for. */
export function isNarrow({ serviceType, statuses, active, failing }: SessionFilter): boolean {
  if (failing !== undefined || statuses !== undefined) return false;
  return serviceType === undefined || active === undefined;
}

/** Up to the last instant before `notPolledSince`, both ends included; those that were never polled always. */
function polled(notPolledSince: SessionFilter["notPolledSince"]) {
  const before = notPolledSince === undefined ? last : toInstant(toMilliseconds(notPolledSince) - 1);
  return { name: "lastPollAt", from: first, to: before < neverPolled ? neverPolled : before };
}

/** Very many sessions may never have been polled. */
function lastPollRange(
  index: string,
  partitionKey: SortedRange["partitionKey"],
  { notPolledSince }: SessionFilter,
): SortedRange {
  return {
    table,
    index,
    partitionKey,
    sortKey: polled(notPolledSince),
    rankOf: (item) => toRank(String(item["lastPollAt"]), String(item["serviceType"]), String(item["userId"])),
    sortKeyAt: (rank) => partsOf(rank, 3)[0] ?? first,
    sortKeyRepeats: true,
    keyAt(rank) {
      const [lastPollAt, serviceType, userId] = partsOf(rank, 3);
      return { lastPollAt, serviceType, userId, [partitionKey.name]: partitionKey.value };
    },
  };
}

function serviceRange(serviceType: string, filter: SessionFilter): SortedRange {
  return lastPollRange("ServiceType-Index", { name: "serviceType", value: serviceType }, filter);
}

function activeRange(filter: SessionFilter): SortedRange {
  return lastPollRange("Active-Sessions-Index", { name: "activeKey", value: activeKey }, filter);
}

/** The polls of a session, by time. One request. */
export function pollsRange(sessionId: string): readonly SortedRange[] {
  if (sessionId === "") return [];
  return [
    {
      table: "beya-integration-polls",
      partitionKey: { name: "sessionId", value: sessionId },
      sortKey: { name: "place", from: first, to: last },
      rankOf: (item) => String(item["place"]),
      sortKeyAt: (rank) => rank,
      consistent: true,
    },
  ];
}

/** What a poll must be like to be in a list. */
export function matchesPoll({ outcome }: PollRecord, { outcomes }: Pick<PollQuery, "outcomes">): boolean {
  return outcomes === undefined || outcomes.includes(outcome);
}
