/** All loaders of a request: what many resolvers ask for one by one is read in one BatchGetItem. */
import DataLoader from "dataloader";
import { isVisible } from "../domain/incidents/index.js";
import type { Comment, Incident, IncidentReadModel, PartKey, TimelineEntry } from "../domain/incidents/index.js";
import type { Scope } from "../domain/kernel/scope.js";

export interface Loaders {
  /** Incidents that the caller may see; all others are not there. */
  readonly incident: DataLoader<string, Incident | undefined>;
  /** Whether the incident was asked for and exists, but not for this caller; for the audit trail only. */
  hides(incidentId: string): boolean;
  /** Does not say whether the caller may see the incident. */
  readonly incidentIdByNumber: DataLoader<number, string | undefined>;
  readonly comment: DataLoader<PartKey, Comment | undefined, string>;
  readonly entry: DataLoader<PartKey, TimelineEntry | undefined, string>;
}

const cacheKeyFn = ({ incidentId, at, id }: PartKey) => `${incidentId}/${at}/${id}`;

/**
 * Loaders for a caller with this scope: an incident outside it is not there, nor is any part of it. A scope that is not
 * everything costs one read more for parts whose incident was not loaded.
 */
export function createLoaders(views: IncidentReadModel, scope: Scope): Loaders {
  const hidden = new Set<string>();
  const incident: Loaders["incident"] = new DataLoader(async (ids) =>
    (await views.getIncidents(ids)).map((row) => {
      if (row === undefined || isVisible(row, scope)) return row;
      hidden.add(row.incidentId);
      return undefined;
    }),
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
    hides: (incidentId) => hidden.has(incidentId),
    incidentIdByNumber: new DataLoader((numbers) => views.findByNumber(numbers)),
    comment: new DataLoader(async (keys) => visibleParts(keys, await views.getComments(keys)), { cacheKeyFn }),
    entry: new DataLoader(async (keys) => visibleParts(keys, await views.getEntries(keys)), { cacheKeyFn }),
  };
}
