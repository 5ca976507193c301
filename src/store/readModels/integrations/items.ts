/** Rows of the integration views as items of their tables, and back. */
import type { JsonObject } from "../../../domain/kernel/json.js";
import { deadLetterExpiry, isActive, pollExpiry } from "../../../domain/integrations/index.js";
import type {
  DeadLetter,
  IntegrationSession,
  PollRecord,
  ScheduleView,
  SessionSchedule,
  SessionStatus,
} from "../../../domain/integrations/index.js";
import { present } from "../../../domain/kernel/present.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import type { Instant } from "../../../domain/kernel/time.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { sealed } from "../../seal.js";
import { activeKey, deadLetterKey, dueShardOf, neverPolled, pollKey, scheduleKey, sessionKey } from "./keys.js";
import { toHeldState } from "./heldState.js";

/** Members of a session with an attribute of their own: the seed's, those of keys, and those that people look for. */
type Shown =
  | "sessionId"
  | "userId"
  | "serviceType"
  | "mode"
  | "status"
  | "webhookUrl"
  | "pollingIntervalMs"
  | "credentialRef"
  | "projectId"
  | "accountKey"
  | "serviceState"
  | "createdAt"
  | "updatedAt"
  | "errorCount"
  | "version"
  | "hash";

/** The others. `lastPollAt`: as the log has it; the attribute may be later. `serviceState`: only where no map can hold it. */
type SessionDetail = Omit<IntegrationSession, Shown> & Partial<Pick<IntegrationSession, "serviceState">>;

/** As seed 004 spells it. */
export function toSessionItem(session: IntegrationSession): Item {
  const { sessionId, userId, serviceType, mode, status, webhookUrl, pollingIntervalMs, ...more } = session;
  const { credentialRef, projectId, accountKey, serviceState, createdAt, updatedAt, errorCount, ...rest } = more;
  const { version, hash, ...own } = rest;
  const held = toHeldState(serviceState);
  const detail: SessionDetail = held.exact ? own : { ...own, serviceState };
  const active = isActive(status);
  return sealed({
    ...sessionKey(userId, serviceType),
    sessionId,
    webhookUrl,
    isActive: active,
    pollingIntervalMs,
    createdAt,
    lastPollAt: own.lastPollAt ?? neverPolled,
    errorCount,
    serviceState: held.map,
    status,
    mode,
    activeKey: active ? activeKey : undefined,
    accountKey,
    credentialRef,
    projectId,
    updatedAt,
    version,
    hash,
    detail: JSON.stringify(detail),
  });
}

interface SessionItem {
  readonly userId: string;
  readonly serviceType: string;
  readonly sessionId: string;
  readonly webhookUrl: string;
  readonly pollingIntervalMs: number;
  readonly createdAt: Instant;
  readonly lastPollAt: Instant;
  readonly errorCount: number;
  readonly serviceState: JsonObject;
  readonly status: SessionStatus;
  readonly mode: IntegrationSession["mode"];
  readonly accountKey?: string;
  readonly credentialRef?: string;
  readonly projectId?: string;
  readonly updatedAt: Instant;
  readonly version: number;
  readonly hash: string;
  readonly detail: string;
}

/** A session as the log has it: what decisions are made on. */
export function fromSessionItem(item: Item): IntegrationSession {
  const row = item as unknown as SessionItem;
  const { serviceState = row.serviceState, ...own } = JSON.parse(row.detail) as SessionDetail;
  return present({
    ...own,
    sessionId: row.sessionId,
    userId: row.userId,
    serviceType: row.serviceType,
    mode: row.mode,
    status: row.status,
    webhookUrl: row.webhookUrl,
    pollingIntervalMs: row.pollingIntervalMs,
    credentialRef: row.credentialRef,
    projectId: row.projectId,
    accountKey: row.accountKey,
    serviceState,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    errorCount: row.errorCount,
    version: row.version,
    hash: row.hash,
  });
}

/** A session as people see it: quiet polls have no event, so that the row may know of a later one than the log. */
export function fromShownSessionItem(item: Item): IntegrationSession {
  return present({ ...fromSessionItem(item), lastPollAt: lastPollOf(item) });
}

function lastPollOf({ lastPollAt }: Item): Instant | undefined {
  return typeof lastPollAt === "string" && lastPollAt > neverPolled ? lastPollAt : undefined;
}

/**
 * In the index of what is due only where there is something to poll. Lease and counters are the schedule's own: an event writes the row
 * without them, and so ends any lease.
 */
export function toScheduleItem(schedule: SessionSchedule): Item {
  const { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt, version, hash } = schedule;
  return {
    ...scheduleKey(sessionId),
    userId,
    serviceType,
    pollingIntervalMs,
    ...(nextPollAt === undefined ? {} : { dueShard: dueShardOf(userId), nextPollAt }),
    polls: 0,
    version,
    hash,
  };
}

export function fromScheduleItem(item: Item): ScheduleView {
  const { nextPollAt, polls, lastPollAt } = item as {
    readonly nextPollAt?: Instant;
    readonly polls: number;
    readonly lastPollAt?: Instant;
  };
  return present({ nextPollAt, polls, lastPollAt });
}

/** Members of a poll that no query asks for. */
type PollDetail = Omit<PollRecord, "sessionId" | "userId" | "at" | "version" | "outcome" | "polls" | "items">;

export function toPollItem(poll: PollRecord): Item {
  const { sessionId, userId, at, version, outcome, polls, items, ...detail } = poll;
  return {
    ...pollKey(sessionId, at, version),
    userId,
    at,
    outcome,
    polls,
    items,
    ttl: toEpochSeconds(pollExpiry(at)),
    version,
    detail: JSON.stringify(detail satisfies PollDetail),
  };
}

export function fromPollItem(item: Item): PollRecord {
  const row = item as unknown as Omit<PollRecord, keyof PollDetail> & { readonly detail: string };
  const { sessionId, userId, at, version, outcome, polls, items } = row;
  return { sessionId, userId, at, version, outcome, polls, items, ...(JSON.parse(row.detail) as PollDetail) };
}

/** Members of a dead letter that no query asks for. */
type LetterDetail = Pick<DeadLetter, "firstItemId" | "lastItemId" | "content" | "reason">;

export function toDeadLetterItem(letter: DeadLetter): Item {
  const { sessionId, deadLetterId, userId, status, items, at, closedAt, version, ...detail } = letter;
  const expiresAt = deadLetterExpiry(closedAt);
  return {
    ...deadLetterKey(sessionId, deadLetterId),
    userId,
    status,
    items,
    at,
    closedAt,
    ttl: expiresAt === undefined ? undefined : toEpochSeconds(expiresAt),
    version,
    detail: JSON.stringify(detail satisfies LetterDetail),
  };
}

export function fromDeadLetterItem(item: Item): DeadLetter {
  const row = item as unknown as Omit<DeadLetter, keyof LetterDetail> & { readonly detail: string };
  const { sessionId, deadLetterId, userId, status, items, at, closedAt, version } = row;
  const detail = JSON.parse(row.detail) as LetterDetail;
  return present({ sessionId, deadLetterId, userId, status, items, at, closedAt, version, ...detail });
}

/** Whether the ledger wrote a row. What others put into the tables (the seed's own items) has no fact behind it. */
export function isOurs(item: Item): boolean {
  return typeof item["version"] === "number";
}
