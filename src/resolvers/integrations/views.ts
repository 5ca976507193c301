/** Sessions, polls, dead letters and numbers as objects of the schema. */
import { z } from "zod";
import { isActive, sessionStatuses } from "../../domain/integrations/index.js";
import type {
  DeadLetter,
  IntegrationHealth as Health,
  IntegrationService as Service,
  IntegrationSession as SessionRow,
  PollRecord,
  SessionTally,
} from "../../domain/integrations/index.js";
import type {
  IntegrationHealth,
  IntegrationServiceHealth,
  IntegrationStatusCount,
} from "../../schema/integrations/health.type.js";
import type {
  IntegrationDeadLetter,
  IntegrationPoll,
  IntegrationService,
  IntegrationSession,
} from "../../schema/integrations/session.type.js";
import { sessionGlobalId } from "./ids.js";
import { maskItemId, maskWebhook } from "./masking.js";

/** As the schema shows it, with the row that the fields of the resolvers need. */
export type SessionView = IntegrationSession & { readonly __typename: "IntegrationSession"; readonly row: SessionRow };

export function toSessionView(row: SessionRow): SessionView {
  return {
    __typename: "IntegrationSession",
    row,
    id: sessionGlobalId(row.sessionId),
    sessionId: row.sessionId,
    userId: row.userId,
    serviceType: row.serviceType,
    mode: row.mode,
    status: row.status,
    isActive: isActive(row.status),
    statusReason: row.statusReason,
    webhook: row.webhookUrl === "" ? undefined : { ...maskWebhook(row.webhookUrl), keyVersion: row.webhookKey },
    pollingIntervalMs: row.pollingIntervalMs,
    credentialRef: row.credentialRef,
    projectId: row.projectId,
    createdAt: row.createdAt,
    createdBy: { ...row.createdBy },
    updatedAt: row.updatedAt,
    connectedAt: row.connectedAt,
    lastPollAt: row.lastPollAt,
    lastSuccessAt: row.lastSuccessAt,
    lastItemAt: row.lastItemAt,
    errorCount: row.errorCount,
    failingSince: row.failingSince,
    lastError: row.lastError && { ...row.lastError },
    resync: row.resync && { ...row.resync },
    rateLimited: row.rateLimited,
    totals: { ...row.totals },
    pendingPushes: row.inbox.length,
    openDeadLetters: row.openDeadLetters.length,
    version: row.version,
  };
}

const schemas = new WeakMap<Service, unknown>();

/** What the validator of a service wants, as JSON Schema; what that cannot say is left open. */
function stateSchemaOf(service: Service): unknown {
  const known = schemas.get(service);
  if (known !== undefined) return known;
  const made: unknown = z.toJSONSchema(service.state, { io: "input", unrepresentable: "any" });
  schemas.set(service, made);
  return made;
}

export function toServiceView(service: Service): IntegrationService {
  const { type, title, mode, leastIntervalMs, defaultIntervalMs, credential, credentialOptional = false } = service;
  return {
    ...{ type, title, mode, leastIntervalMs, defaultIntervalMs },
    needsCredential: credential !== undefined && !credentialOptional,
    stateSchema: stateSchemaOf(service),
  };
}

export function toPollView(record: PollRecord): IntegrationPoll {
  const { at, outcome, polls, items, failureClass, code, message, nextPollAt, version } = record;
  return { at, outcome, polls, items, failureClass, code, message, nextPollAt, version };
}

/** `isPersonalShown`: else ids of items that tell of people are masked. */
export function toDeadLetterView(
  letter: DeadLetter,
  { isPersonalShown }: { readonly isPersonalShown: boolean },
): IntegrationDeadLetter {
  const { deadLetterId, status, items, reason, at, closedAt, content } = letter;
  const [firstItemId, lastItemId] = isPersonalShown
    ? [letter.firstItemId, letter.lastItemId]
    : [maskItemId(letter.firstItemId), maskItemId(letter.lastItemId)];
  return { deadLetterId, status, items, firstItemId, lastItemId, bytes: content.bytes, reason, at, closedAt };
}

export function toHealthView({ services, byStatus, overdue }: Health): IntegrationHealth {
  return {
    byStatus: toCounts(byStatus),
    services: services.map(toServiceHealthView),
    overdue: overdue && { ...overdue },
  };
}

function toServiceHealthView(tally: SessionTally): IntegrationServiceHealth {
  const { serviceType, byStatus, items, failures, deadLetters } = tally;
  return { serviceType, byStatus: toCounts(byStatus), items, failures, deadLetters };
}

function toCounts(byStatus: SessionTally["byStatus"]): IntegrationStatusCount[] {
  return sessionStatuses.map((status) => ({ status, count: byStatus[status] }));
}
