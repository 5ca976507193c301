/** How research requests are named from outside. */
import { invalid, parseOrRefuse } from "../../domain/kernel/errors.js";
import { ProjectId, RequestId } from "../../domain/research/index.js";
import { toGlobalId, toLocalId } from "../../schema/globalId.js";

export const requestGlobalId = (requestId: string) => toGlobalId("ResearchRequest", requestId);

/** The id in a request's global id, or as it is. Throws a ValidationError for `field`; does not say whether it exists. */
export function requireRequestId(text: string, field: string | readonly string[]): string {
  const requestId = RequestId.safeParse(toLocalId("ResearchRequest", text));
  if (!requestId.success) {
    throw invalid(field, "must be a request's id or its requestId, such as req_1757412789250_a08ac7ad");
  }
  return requestId.data;
}

/** Throws a ValidationError for `field` where no project can be called so. */
export function requireProjectId(text: string, field: string | readonly string[]): string {
  return parseOrRefuse(ProjectId, text, typeof field === "string" ? [field] : field);
}
