/**
 * Research (seed 002): people ask for market intelligence, workers anywhere claim requests, execute them and report, and everybody
 * sees how far they are. One stream for each request, one for each dedupe key, one for each project's limit.
 */
export { retryAt } from "./backoff.js";
export * from "./commands.js";
export { createDeterministicReportWriter } from "./deterministicReport.js";
export * from "./events.js";
export * from "./keys.js";
export { pickLinks } from "./links.js";
export * from "./logs.js";
export * from "./policies.js";
export * from "./ports.js";
export * from "./publication.js";
export * from "./quality.js";
export { toQueueStats, waitBuckets } from "./queueStats.js";
export type { QueueTally } from "./queueStats.js";
export * from "./queueTally.js";
export * from "./readModel.js";
export * from "./refusals.js";
export { createReportReader } from "./reporting.js";
export type { ReportReader } from "./reporting.js";
export { checkReport } from "./reportChecks.js";
export { requestDecider } from "./request.js";
export * from "./research.js";
export { defaultResearchProject, researchProjectDecider } from "./researchProject.js";
export { createResearchService } from "./researchService.js";
export * from "./retention.js";
export * from "./scope.js";
export { excerptOf, scoreText } from "./scoring.js";
export * from "./service.js";
export { slotDecider } from "./slot.js";
export * from "./state.js";
export * from "./transitions.js";
export * from "./values.js";
export * from "./views.js";
export { createResearchWorkflow } from "./workflow.js";
