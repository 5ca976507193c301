/** Rows of the project views as items of `ProjectEvents`, `ProjectBatches` and `Projects`, and back. */
import { projectEventExpiry, toSeedSource, unassigned } from "../../../domain/projects/index.js";
import type {
  AssignmentRule,
  Batch,
  ProjectEvent,
  ProjectEventSource,
  ProjectRouting,
  ProjectSettings,
} from "../../../domain/projects/index.js";
import { toEpochSeconds } from "../../../domain/kernel/time.js";
import { toMap } from "../../dynamodb/jsonMap.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { sealed } from "../../seal.js";
import { allProjects, placeOf, routingKey, settingsKey, unprocessed } from "./keys.js";

/** Parts of a project event that no query asks for, kept as one text: it reads three times faster than a map. */
type EventDetail = Omit<
  ProjectEvent,
  "projectEventId" | "project" | "source" | "eventTime" | "receivedAt" | "importance" | "notify" | "batchId"
>;

/** As seed 000 spells it. What waits for its batch has no `batchId` and no `ttl` (defects P6 and P9). */
export function toProjectEventItem(event: ProjectEvent): Item {
  const { projectEventId, project, source, eventTime, receivedAt, importance, notify, batchId, eventData, ...detail } =
    event;
  const held = eventData === undefined ? undefined : toMap(eventData);
  const expiresAt = projectEventExpiry(event);
  return {
    project,
    eventTime,
    eventId: projectEventId,
    source: toSeedSource(source),
    eventData: held?.map,
    createdAt: receivedAt,
    importance,
    notify,
    processed: batchId !== undefined,
    ...(batchId === undefined
      ? { processedKey: unprocessed, pendingProject: project === unassigned ? undefined : project }
      : { batchId }),
    ttl: expiresAt === undefined ? undefined : toEpochSeconds(expiresAt),
    detail: JSON.stringify({
      ...detail,
      ...(held === undefined || held.exact ? {} : { eventData }),
    } satisfies EventDetail | Partial<EventDetail>),
  };
}

export function fromProjectEventItem(item: Item): ProjectEvent {
  const row = item as {
    project: string;
    eventTime: number;
    eventId: string;
    source: string;
    eventData?: NonNullable<ProjectEvent["eventData"]>;
    createdAt: string;
    importance: ProjectEvent["importance"];
    notify: boolean;
    batchId?: string;
    detail: string;
  };
  return {
    projectEventId: row.eventId,
    project: row.project,
    // Written by toSeedSource.
    source: row.source.toUpperCase() as ProjectEventSource,
    eventTime: row.eventTime,
    receivedAt: row.createdAt,
    importance: row.importance,
    notify: row.notify,
    ...(row.batchId === undefined ? {} : { batchId: row.batchId }),
    ...(row.eventData === undefined ? {} : { eventData: row.eventData }),
    ...(JSON.parse(row.detail) as EventDetail),
  };
}

/** Parts of a batch that no query asks for. */
type BatchDetail = Pick<Batch, "policy" | "projectEventIds" | "summary" | "requestedRevision" | "post">;

export function toBatchItem(batch: Batch): Item {
  const { batchId, project, status, trigger, critical, openedAt, sealedAt, updatedAt, version, hash, ...detail } =
    batch;
  return sealed({
    batchId,
    project,
    place: placeOf(sealedAt, batchId),
    status,
    trigger,
    critical,
    eventCount: detail.projectEventIds.length,
    headline: detail.summary?.summary.headline,
    openedAt,
    sealedAt,
    updatedAt,
    version,
    hash,
    detail: JSON.stringify(detail satisfies BatchDetail),
  });
}

export function fromBatchItem(item: Item): Batch {
  const row = item as Omit<Batch, keyof BatchDetail> & { readonly detail: string };
  const { batchId, project, status, trigger, critical, openedAt, sealedAt, updatedAt, version, hash } = row;
  return {
    batchId,
    project,
    status,
    trigger,
    critical,
    openedAt,
    sealedAt,
    updatedAt,
    version,
    hash,
    ...(JSON.parse(row.detail) as BatchDetail),
  };
}

export function toSettingsItem({ project, policy, channel, notifications, version, hash }: ProjectSettings): Item {
  return sealed({
    ...settingsKey(project),
    listKey: allProjects,
    channel,
    notifications,
    version,
    hash,
    detail: JSON.stringify({ policy }),
  });
}

export function fromSettingsItem(item: Item): ProjectSettings {
  const row = item as Omit<ProjectSettings, "policy"> & { readonly detail: string };
  const { project, channel, notifications, version, hash } = row;
  const { policy } = JSON.parse(row.detail) as Pick<ProjectSettings, "policy">;
  return { project, policy, ...(channel === undefined ? {} : { channel }), notifications, version, hash };
}

export function toRoutingItem({ rules, version, hash }: ProjectRouting): Item {
  return sealed({ ...routingKey, version, hash, detail: JSON.stringify({ rules }) });
}

export function fromRoutingItem(item: Item): ProjectRouting {
  const row = item as Omit<ProjectRouting, "rules"> & { readonly detail: string };
  const { rules } = JSON.parse(row.detail) as { readonly rules: readonly AssignmentRule[] };
  return { rules, version: row.version, hash: row.hash };
}

/** Whether the ledger wrote a row. What others put into the tables (the seed's own PutItem) has no fact behind it. */
export function isOurs(item: Item): boolean {
  return typeof item["detail"] === "string";
}
