/** Sessions, schedules, polls and dead letters with valid defaults: a test shows only what matters to it. */
import { toInstant } from "../../../src/domain/kernel/time.js";
import type { Instant } from "../../../src/domain/kernel/time.js";
import { isActive, toSessionId } from "../../../src/domain/integrations/index.js";
import type {
  DeadLetter,
  IntegrationSession,
  PollRecord,
  SessionSchedule,
} from "../../../src/domain/integrations/index.js";

/** 2024-01-15T10:30:00.000Z: when the seed's example was made. */
export const seedMilliseconds = Date.parse("2024-01-15T10:30:00.000Z");

let made = 0;

export const after = (milliseconds: number): Instant => toInstant(seedMilliseconds + milliseconds);

export const content = {
  objectKey: "integrations/pushes/0123/4567.json",
  bytes: 1_000,
  sha256: "4567",
} as const;

/** Never polled yet. */
export function aSession(facts: Partial<IntegrationSession> = {}): IntegrationSession {
  made += 1;
  const { userId = `user${made}`, serviceType = "gmail", status = "ACTIVE", createdAt = after(made) } = facts;
  return {
    sessionId: toSessionId(userId, serviceType),
    userId,
    serviceType,
    mode: "POLL",
    status,
    webhookUrl: "https://example.lambda-url.us-east-1.on.aws/",
    webhookKey: 1,
    pollingIntervalMs: 30_000,
    serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
    cursorRevision: 0,
    createdAt,
    createdBy: { kind: "USER", id: userId },
    updatedAt: createdAt,
    connectedAt: createdAt,
    ...(isActive(status) ? { nextPollAt: createdAt } : {}),
    errorCount: 0,
    rateLimited: false,
    totals: { polls: 0, items: 0, deadLetters: 0 },
    pushes: 0,
    inbox: [],
    openDeadLetters: [],
    version: 1,
    hash: "hash",
    ...facts,
  };
}

export function aSchedule(facts: Partial<SessionSchedule> = {}): SessionSchedule {
  const { sessionId, userId, serviceType, pollingIntervalMs, version, hash } = aSession(
    facts.userId === undefined ? {} : { userId: facts.userId },
  );
  return { sessionId, userId, serviceType, pollingIntervalMs, nextPollAt: after(0), version, hash, ...facts };
}

export function aPoll(facts: Partial<PollRecord> = {}): PollRecord {
  made += 1;
  return {
    sessionId: "user123#gmail",
    userId: "user123",
    at: after(made),
    version: made,
    outcome: "POLLED",
    polls: 3,
    items: 2,
    nextPollAt: after(60_000),
    ...facts,
  };
}

export function aLetter(facts: Partial<DeadLetter> = {}): DeadLetter {
  made += 1;
  return {
    deadLetterId: made.toString(16).padStart(32, "0"),
    sessionId: "user123#gmail",
    userId: "user123",
    items: 1,
    firstItemId: "a",
    lastItemId: "a",
    content,
    reason: "http_422",
    at: after(made),
    status: "OPEN",
    version: made,
    ...facts,
  };
}
