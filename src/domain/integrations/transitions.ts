/** Where a session can go from each status, and what there is to say where it cannot. */
import { InvalidTransitionError } from "../kernel/errors.js";
import type { IntegrationSession } from "./state.js";
import type { SessionStatus } from "./values.js";

/** To ACTIVE from DISCONNECTED: its user connects the service again. */
export const sessionTransitions: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  ACTIVE: ["BACKING_OFF", "NEEDS_REAUTH", "PAUSED", "DISABLED", "DISCONNECTED"],
  BACKING_OFF: ["ACTIVE", "NEEDS_REAUTH", "PAUSED", "DISABLED", "DISCONNECTED"],
  NEEDS_REAUTH: ["ACTIVE", "DISABLED", "DISCONNECTED"],
  PAUSED: ["ACTIVE", "DISABLED", "DISCONNECTED"],
  DISABLED: ["ACTIVE", "DISCONNECTED"],
  DISCONNECTED: ["ACTIVE"],
};

/** The refusal to go there; `why` says what is in the way. */
export function cannotGo(
  to: SessionStatus,
  { sessionId, status }: Pick<IntegrationSession, "sessionId" | "status">,
  why: string,
): InvalidTransitionError {
  return new InvalidTransitionError(status, to, sessionTransitions[status], `${sessionId} is ${status}: ${why}`);
}
