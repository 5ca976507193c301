/** The trail of what was denied: one structured line in the log for each attempt. It never holds a token. */
import type { Logger } from "../../observability/logger.js";
import type { Attempt, AuditTrail, Caller } from "../../resolvers/index.js";
import type { RequestFacts } from "../requestFacts.js";

export type DenialReason =
  "MISSING_TOKEN" | "BAD_TOKEN" | "EXPIRED_TOKEN" | "RATE_LIMITED" | "FORBIDDEN" | "FOREIGN_PROJECT";

export interface Denial {
  readonly reason: DenialReason;
  readonly facts: RequestFacts;
  /** Absent where nobody knows. */
  readonly caller?: Caller | undefined;
  /** Name of the operation in the document; absent where the document was not read. */
  readonly operation?: string | undefined;
  /** The root field, such as `Mutation.declareIncident`; absent where the document was not read. */
  readonly field?: string | undefined;
  /** What is not the caller's, where that was the reason: its kind, such as `Incident`, and its id. */
  readonly entity?: string | undefined;
  readonly entityId?: string | undefined;
  /** What exactly was wrong with a token, for those who run the server. */
  readonly detail?: string | undefined;
}

export type LogDenial = (denial: Denial) => void;

/** Logs denials at level `warn`, as `event: "access.denied"`. */
export function createDenialLog(logger: Pick<Logger, "warn">): LogDenial {
  return ({ facts, caller, reason, ...what }) =>
    logger.warn(
      {
        event: "access.denied",
        reason,
        ...(caller === undefined
          ? {}
          : { caller: caller.actor.id, callerKind: caller.actor.kind, roles: caller.roles, tokenId: caller.tokenId }),
        ...what,
        transport: facts.transport,
        address: facts.remoteAddress,
        correlationId: facts.requestId,
      },
      "access denied",
    );
}

/** The trail as the resolvers of one request write it. `attempt` says what they are at. */
export function createAuditTrail(
  log: LogDenial,
  { facts, caller, attempt }: { readonly facts: RequestFacts; readonly caller: Caller; readonly attempt: Attempt },
): AuditTrail {
  return { denied: (what) => log({ ...what, facts, caller, operation: attempt.operation }) };
}
