/** Filters of project events and batches as callers write them, parsed. */
import type {
  BatchFilter as BatchFilterRow,
  ProjectEventFilter as EventFilterRow,
} from "../../domain/projects/index.js";
import type { BatchFilter, ProjectEventFilter } from "../../schema/projects/project.input.js";
import { toChoice, toTimes } from "../filters.js";
import { requireBatchId, requireProjectName } from "./ids.js";

/** Throws a ValidationError that names the field. */
export function toEventFilter(filter: ProjectEventFilter | null | undefined): EventFilterRow {
  if (filter == null) return {};
  const { project, source, batchId, processed } = filter;
  return {
    project: project == null ? undefined : requireProjectName(project, ["filter", "project"]),
    source: source ?? undefined,
    batchId: batchId == null ? undefined : requireBatchId(batchId, ["filter", "batchId"]),
    processed: processed ?? undefined,
    ...toTimes(filter, ["filter"]),
  };
}

/** Throws a ValidationError that names the field. */
export function toBatchFilter(filter: BatchFilter | null | undefined): BatchFilterRow {
  if (filter == null) return {};
  const { project, status } = filter;
  return {
    project: project == null ? undefined : requireProjectName(project, ["filter", "project"]),
    statuses: toChoice(status, "status"),
    ...toTimes(filter, ["filter"]),
  };
}
