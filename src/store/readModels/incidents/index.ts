/** Seed 003's table `aegis-incidents`: how incident views are written to it and read from it. */
export { incidentViewWriters } from "./viewWriters.js";
export { createNumberAllocator } from "./numberAllocator.js";
export { createIncidentReadModel } from "./readModel.js";
export { createRetentionWorker } from "./retentionWorker.js";
export type { RetentionWorker } from "./retentionWorker.js";
export { createIncidentStateLoader, trimIncidentState } from "./stateLoader.js";
export { incidentCountsView } from "./counts.js";
export { createStoredIncidents } from "./storedIncidents.js";
export { incidentVerifiedView } from "./verifiedView.js";
