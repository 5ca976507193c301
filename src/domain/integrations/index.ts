/**
 * Integration sessions (seed 004): people connect services, each is polled at its own pace or pushes, and what is new goes to the
 * session's webhook, in order, at least once, with ids that never change. One stream for each user and service.
 */
export { nextPollAt, rateLimitedUntil, retryAt } from "./backoff.js";
export * from "./commands.js";
export * from "./events.js";
export * from "./health.js";
export { createIntegrationsService } from "./integrationsService.js";
export * from "./keys.js";
export { createPolling } from "./polling.js";
export * from "./ports.js";
export * from "./publication.js";
export * from "./readModel.js";
export * from "./refusals.js";
export * from "./retention.js";
export * from "./scope.js";
export * from "./service.js";
export type { After } from "./serviceDeps.js";
export { emptySession, sessionDecider } from "./session.js";
export * from "./sessionTally.js";
export * from "./state.js";
export * from "./transitions.js";
export * from "./values.js";
export * from "./views.js";
