/**
 * Projects (seed 000): what happens in a team's repositories, boards and channels, grouped into batches, summarised, and
 * posted where the team reads. One stream for each delivery, one for each batch, one for each project's settings.
 */
export * from "./activity.js";
export { batchDecider } from "./batch.js";
export * from "./batching.js";
export * from "./checkSummary.js";
export { clipJson } from "./clip.js";
export * from "./collapse.js";
export * from "./commands.js";
export * from "./deterministicSummary.js";
export * from "./eventTime.js";
export * from "./events.js";
export { forecastSealing } from "./forecast.js";
export { withoutHidden } from "./hidden.js";
export * from "./normalised.js";
export * from "./plainLine.js";
export * from "./policies.js";
export * from "./ports.js";
export * from "./posting.js";
export { heldUntil } from "./postStep.js";
export { previewSummary } from "./preview.js";
export { NotPendingError, projectEventDecider } from "./projectEvent.js";
export * from "./projectService.js";
export * from "./projects.js";
export { projectsPublication, projectsSource, publishedProjectsEvents } from "./publication.js";
export * from "./quietHours.js";
export * from "./readModel.js";
export * from "./redact.js";
export * from "./retention.js";
export { noRouting, projectRoutingDecider } from "./routing.js";
export * from "./scope.js";
export * from "./service.js";
export { defaultProjectSettings, projectSettingsDecider } from "./settings.js";
export * from "./settingsReader.js";
export * from "./state.js";
export * from "./summarising.js";
export * from "./summary.js";
export * from "./trigger.js";
export * from "./values.js";
export * from "./views.js";
