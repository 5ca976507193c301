/**
 * Incidents (seed 003, Aegis): something is wrong, people work on it, and everything they do is on its timeline. One
 * stream for each incident; its views are rows of `aegis-incidents`, written with the events.
 */
export * from "./commands.js";
export * from "./events.js";
export { foldIncident } from "./evolve.js";
export { allowedTransitions, incidentDecider, partNeeded } from "./incident.js";
export * from "./ports.js";
export * from "./readModel.js";
export { incidentPublication, incidentSource, publishedIncidentEvents } from "./publication.js";
export { entryExpiryOf, expiryOf, retentionDays } from "./retention.js";
export * from "./service.js";
export * from "./state.js";
export * from "./timeline.js";
export * from "./values.js";
export { incidentProjection, incidentTag, parseViewKey } from "./views.js";
export type { Expiring, IncidentView, IncidentViewChange, IncidentViews } from "./views.js";
