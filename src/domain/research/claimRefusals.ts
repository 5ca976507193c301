/** What a refused claim is about, so that it can be left out and the others be tried again. */
import { NotFoundError, UnavailableError, VersionConflictError } from "../kernel/errors.js";
import { parseStreamName } from "../kernel/streamName.js";
import { researchProjectCategory } from "./events.js";
import { NotClaimableError } from "./refusals.js";

/** The request that a refusal is about, where it is about one that cannot be claimed, or not now. */
export function refusedRequestOf(refusal: unknown): string | undefined {
  if (refusal instanceof NotClaimableError) return refusal.requestId;
  if (refusal instanceof NotFoundError) return refusal.id;
  const conflict = conflictOf(refusal);
  return conflict === undefined ? undefined : parseStreamName(conflict.streamId).id;
}

/** Whether others have changed a project's stream meanwhile: its lanes must be looked at again. */
export function isOfProject(refusal: unknown): boolean {
  const conflict = conflictOf(refusal);
  return conflict !== undefined && parseStreamName(conflict.streamId).category === researchProjectCategory;
}

/** Whether the request was only changed meanwhile, and may well be claimable still. */
export function isOfVersion(refusal: unknown): boolean {
  return conflictOf(refusal) !== undefined;
}

/** Too many writers on one stream are a conflict, too. */
function conflictOf(refusal: unknown): VersionConflictError | undefined {
  const error = refusal instanceof UnavailableError ? refusal.cause : refusal;
  return error instanceof VersionConflictError ? error : undefined;
}
