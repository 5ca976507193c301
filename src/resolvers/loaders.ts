/** All loaders of a request: what many resolvers ask for one by one is read in one BatchGetItem. */
import DataLoader from "dataloader";
import { isVisible } from "../domain/incidents/index.js";
import type {
  ArchivedIncident,
  Comment,
  Incident,
  IncidentReadModel,
  PartKey,
  TimelineEntry,
} from "../domain/incidents/index.js";
import type { Scope } from "../domain/kernel/scope.js";
import type { Actor } from "../domain/kernel/event.js";
import { isProjectVisible, limits as projectLimits } from "../domain/projects/index.js";
import type {
  Batch,
  ProjectActivity,
  ProjectEvent,
  ProjectReadModel,
  ProjectSettings,
} from "../domain/projects/index.js";
import { createResearchLoaders } from "./research/loaders.js";
import type { ResearchLoaders, ResearchSources } from "./research/loaders.js";
import { createInsightLoaders } from "./insights/loaders.js";
import type { InsightLoaders, InsightViews } from "./insights/loaders.js";
import { createIntegrationLoaders } from "./integrations/loaders.js";
import type { IntegrationLoaders, IntegrationSources } from "./integrations/loaders.js";
import { scoped } from "./scoped.js";
import type { ScopedLoader } from "./scoped.js";

export interface Loaders extends ProjectLoaders, InsightLoaders, ResearchLoaders, IntegrationLoaders {
  /** Incidents that the caller may see; all others are not there. */
  readonly incident: ScopedLoader<Incident>;
  /** What is left of archived incidents that the caller may see. */
  readonly archivedIncident: ScopedLoader<ArchivedIncident>;
  /** Does not say whether the caller may see the incident. */
  readonly incidentIdByNumber: DataLoader<number, string | undefined>;
  readonly comment: DataLoader<PartKey, Comment | undefined, string>;
  readonly entry: DataLoader<PartKey, TimelineEntry | undefined, string>;
}

/** Of projects. Settings and activity are asked for only of a project that the caller may see. */
export interface ProjectLoaders {
  /** Project events of the caller's projects; all others are not there. A request for each. */
  readonly projectEvent: ScopedLoader<ProjectEvent>;
  /** Batches of the caller's projects; all others are not there. */
  readonly batch: ScopedLoader<Batch>;
  /** Events of a batch that the caller may see, in the order of their receipt: a query for each batch. */
  readonly batchEvents: DataLoader<string, readonly ProjectEvent[]>;
  readonly projectSettings: DataLoader<string, ProjectSettings>;
  readonly projectActivity: DataLoader<string, ProjectActivity | undefined>;
}

const cacheKeyFn = ({ incidentId, at, id }: PartKey) => `${incidentId}/${at}/${id}`;

/**
 * Loaders for a caller: an incident outside its scope is not there, nor is any part of it. A scope that is not
 * everything costs one read more for parts whose incident was not loaded.
 */
export function createLoaders(
  views: InsightViews &
    ResearchSources &
    IntegrationSources & { readonly incidentViews: IncidentReadModel; readonly projectViews: ProjectReadModel },
  { actor, projects: scope }: { readonly actor: Actor; readonly projects: Scope },
): Loaders {
  return {
    ...createIncidentLoaders(views.incidentViews, scope),
    ...createProjectLoaders(views.projectViews, scope),
    ...createInsightLoaders(views, scope),
    ...createResearchLoaders(views, scope),
    ...createIntegrationLoaders(views, { actor, scope }),
  };
}

function createIncidentLoaders(
  views: IncidentReadModel,
  scope: Scope,
): Omit<Loaders, keyof ProjectLoaders | keyof InsightLoaders | keyof ResearchLoaders | keyof IntegrationLoaders> {
  const incident = scoped(
    (ids) => views.getIncidents(ids),
    (row) => isVisible(row, scope),
  );
  const visibleParts = async <Part>(keys: readonly PartKey[], parts: readonly Part[]) => {
    if (scope === "all") return parts;
    const incidents = await incident.loadMany(keys.map(({ incidentId }) => incidentId));
    return parts.map((part, index) => {
      const owner = incidents[index];
      if (owner instanceof Error) throw owner;
      return owner === undefined ? undefined : part;
    });
  };
  return {
    incident,
    archivedIncident: scoped(
      (ids) => views.getArchived(ids),
      (row) => isVisible(row, scope),
    ),
    incidentIdByNumber: new DataLoader((numbers) => views.findByNumber(numbers)),
    comment: new DataLoader(async (keys) => visibleParts(keys, await views.getComments(keys)), { cacheKeyFn }),
    entry: new DataLoader(async (keys) => visibleParts(keys, await views.getEntries(keys)), { cacheKeyFn }),
  };
}

function createProjectLoaders(views: ProjectReadModel, scope: Scope): ProjectLoaders {
  const isOwn = ({ project }: { readonly project: string }) => isProjectVisible(project, scope);
  return {
    projectEvent: scoped((ids) => views.getProjectEvents(ids), isOwn),
    batch: scoped((ids) => views.getBatches(ids), isOwn),
    batchEvents: new DataLoader((batchIds) => Promise.all(batchIds.map((batchId) => eventsOf(views, batchId)))),
    projectSettings: new DataLoader((projects) => views.getSettings(projects)),
    projectActivity: new DataLoader((projects) => views.getActivity(projects)),
  };
}

async function eventsOf(views: ProjectReadModel, batchId: string): Promise<readonly ProjectEvent[]> {
  const { rows } = await views.listProjectEvents({
    filter: { batchId },
    order: "OLDEST_FIRST",
    first: projectLimits.batchEvents,
  });
  return rows.map(({ row }) => row);
}
