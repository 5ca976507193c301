/**
 * Integration sessions (seed 004): people connect services, each is polled at its own pace or pushes, and what is new goes to the
 * session's webhook, in order, at least once, with ids that never change. One stream for each user and service.
 */
export * from "./commands.js";
export * from "./events.js";
export * from "./health.js";
export * from "./keys.js";
export * from "./ports.js";
export * from "./readModel.js";
export * from "./refusals.js";
export * from "./scope.js";
export * from "./service.js";
export * from "./state.js";
export * from "./values.js";
