/** Where a request can go from each status, and what there is to say where it cannot. */
import { InvalidTransitionError } from "../kernel/errors.js";
import type { LiveRequest, ResearchRequest } from "./state.js";
import type { RequestStatus } from "./values.js";

/** FAILED from anywhere: its deadline may pass. PENDING from an end: a person has it done once more. */
export const requestTransitions: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  PENDING: ["PROCESSING", "FAILED", "CANCELLED"],
  PROCESSING: ["EXECUTING", "PENDING", "FAILED", "CANCELLED"],
  EXECUTING: ["COMPLETED", "PENDING", "FAILED", "CANCELLED"],
  COMPLETED: [],
  FAILED: ["PENDING"],
  CANCELLED: ["PENDING"],
};

/** The refusal to go there; `why` says what is in the way. */
export function cannotGo(
  to: RequestStatus,
  { requestId, status }: Pick<ResearchRequest, "requestId" | "status">,
  why: string,
): InvalidTransitionError {
  return new InvalidTransitionError(status, to, requestTransitions[status], `${requestId} is ${status}: ${why}`);
}

/** What only a worker that has said that it started may report. @throws InvalidTransitionError. */
export function requireExecuting({ request }: LiveRequest): void {
  if (request.status !== "EXECUTING") throw cannotGo("EXECUTING", request, "it must be started first");
}
