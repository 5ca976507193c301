/** Refusals of this context that somebody must tell apart: the service tries another way then. */
import { InvalidTransitionError } from "../kernel/errors.js";
import type { RequestStatus } from "./values.js";

/** Another worker was faster, or the request is none that can be claimed now. */
export class NotClaimableError extends InvalidTransitionError {
  constructor(
    readonly requestId: string,
    status: RequestStatus,
  ) {
    super(status, "PROCESSING", [], `${requestId} is ${status} and cannot be claimed now`);
  }
}

/** As many requests of the project as it allows are with workers. */
export class NoLaneError extends InvalidTransitionError {
  constructor(
    readonly projectId: string,
    maxRunning: number,
  ) {
    super("FULL", "FULL", [], `${projectId} has ${maxRunning} requests with workers, and allows no more`);
  }
}

/** Another request has taken the dedupe key meanwhile. */
export class SlotTakenError extends InvalidTransitionError {
  constructor(readonly requestId: string) {
    super("TAKEN", "TAKEN", [], `${requestId} has the dedupe key`, ["dedupeKey"]);
  }
}

/** Items were added while the report was made. */
export class PartsChangedError extends InvalidTransitionError {
  constructor(readonly requestId: string) {
    super("EXECUTING", "COMPLETED", [], `items of ${requestId} were added meanwhile: complete it again`);
  }
}
