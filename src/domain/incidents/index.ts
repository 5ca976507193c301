/**
 * Incidents (seed 003, Aegis): something is wrong, people work on it, and everything they do is on its timeline. One
 * stream for each incident; its views are rows of `aegis-incidents`, written with the events.
 */
export { ArchiveError, parseArchive } from "./archive.js";
export type { StoredCommit } from "./archive.js";
export { createArchiver } from "./archiver.js";
export type { ArchiveProblem, Archiver, StoredStreams } from "./archiver.js";
export { comesBackAtOnce } from "./archiveViews.js";
export { isDue } from "./archiving.js";
export * from "./commands.js";
export { incidentCountsProjection, noIncidents } from "./counts.js";
export type { IncidentCounts } from "./counts.js";
export * from "./events.js";
export { foldIncident } from "./evolve.js";
export { allowedTransitions, incidentDecider, partNeeded } from "./incident.js";
export { compareIncidents } from "./history.js";
export type { FieldChange } from "./history.js";
export { createIncidentHistory } from "./past.js";
export type { IncidentHistory, IncidentSpan, Moment, Past, PastIncident } from "./past.js";
export { PolicyCommand, autoClosePolicy, postmortemPolicy } from "./policies.js";
export * from "./ports.js";
export * from "./readModel.js";
export { incidentPublication, incidentSource, publishedIncidentEvents } from "./publication.js";
export { entryExpiryOf, expiryOf, retentionDays } from "./retention.js";
export { isVisible } from "./scope.js";
export * from "./service.js";
export * from "./state.js";
export * from "./timeline.js";
export * from "./values.js";
export { parseViewKey } from "./viewRows.js";
export type { ArchivedIncident, Expiring, IncidentView, IncidentViewChange, IncidentViews } from "./viewRows.js";
export { incidentProjection, incidentTag } from "./views.js";
