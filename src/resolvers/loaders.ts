/** All loaders of a request: what many resolvers ask for one by one is read in one BatchGetItem. */
import DataLoader from "dataloader";
import type { Comment, Incident, IncidentReadModel, PartKey, TimelineEntry } from "../domain/incidents/index.js";

export interface Loaders {
  readonly incident: DataLoader<string, Incident | undefined>;
  readonly incidentIdByNumber: DataLoader<number, string | undefined>;
  readonly comment: DataLoader<PartKey, Comment | undefined, string>;
  readonly entry: DataLoader<PartKey, TimelineEntry | undefined, string>;
}

const cacheKeyFn = ({ incidentId, at, id }: PartKey) => `${incidentId}/${at}/${id}`;

export function createLoaders(views: IncidentReadModel): Loaders {
  return {
    incident: new DataLoader((ids) => views.getIncidents(ids)),
    incidentIdByNumber: new DataLoader((numbers) => views.findByNumber(numbers)),
    comment: new DataLoader((keys) => views.getComments(keys), { cacheKeyFn }),
    entry: new DataLoader((keys) => views.getEntries(keys), { cacheKeyFn }),
  };
}
