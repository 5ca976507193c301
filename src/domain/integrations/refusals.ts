/** Refusals of this context that somebody must tell apart. */
import { InvalidTransitionError } from "../kernel/errors.js";
import type { SessionStatus } from "./values.js";

/** One account of a service for each user (defect B9). */
export class AlreadyConnectedError extends InvalidTransitionError {
  constructor(
    readonly sessionId: string,
    status: SessionStatus,
  ) {
    super(status, "ACTIVE", [], `the session is there already, and is ${status}: resume or disconnect it first`, [
      "serviceType",
    ]);
  }
}

/** Another poll has moved the cursor meanwhile: what this one read is nothing new. */
export class CursorMovedError extends InvalidTransitionError {
  constructor(
    readonly sessionId: string,
    from: number,
    actual: number,
  ) {
    super(`${actual}`, `${from + 1}`, [], `the cursor is at revision ${actual} by now, not ${from}`);
  }
}

/** Too many pushes wait to be delivered: the service sends it again later. */
export class InboxFullError extends InvalidTransitionError {
  constructor(readonly sessionId: string) {
    super("FULL", "FULL", [], `too many pushes wait to be delivered`);
  }
}
