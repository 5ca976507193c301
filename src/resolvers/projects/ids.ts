/** How projects, project events and batches are named from outside. */
import { invalid, parseOrRefuse } from "../../domain/kernel/errors.js";
import { readUuid } from "../../domain/kernel/text.js";
import { BatchId, ProjectName } from "../../domain/projects/index.js";
import { toGlobalId, toLocalId } from "../../schema/globalId.js";

export const projectGlobalId = (name: string) => toGlobalId("Project", name);
export const projectEventGlobalId = (projectEventId: string) => toGlobalId("ProjectEvent", projectEventId);
export const batchGlobalId = (batchId: string) => toGlobalId("Batch", batchId);

/** The name in a project's global id, or as it is. Throws a ValidationError for `field` where no project can be called so. */
export function requireProjectName(text: string, field: string | readonly string[]): string {
  const path = typeof field === "string" ? [field] : field;
  const name = toLocalId("Project", text);
  if (name === undefined) throw invalid(path, "must be a project's name or its id, not the id of something else");
  return parseOrRefuse(ProjectName, name, path);
}

/** The same for a project event; does not say whether it exists. */
export function requireProjectEventId(text: string, field: string): string {
  const projectEventId = readUuid(toLocalId("ProjectEvent", text) ?? "");
  if (projectEventId === undefined) throw invalid(field, "must be a project event's id or its projectEventId");
  return projectEventId;
}

/** The same for a batch. */
export function requireBatchId(text: string, field: string | readonly string[]): string {
  const batchId = BatchId.safeParse(toLocalId("Batch", text));
  if (!batchId.success) throw invalid(field, "must be a batch's id or its batchId, such as batch_20250602_1337");
  return batchId.data;
}
