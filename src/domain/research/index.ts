/**
 * Research (seed 002): people ask for market intelligence, workers anywhere claim requests, execute them and report, and everybody
 * sees how far they are. One stream for each request, one for each dedupe key, one for each project's limit.
 */
export * from "./commands.js";
export * from "./events.js";
export * from "./keys.js";
export * from "./ports.js";
export * from "./queueStats.js";
export * from "./readModel.js";
export * from "./refusals.js";
export * from "./service.js";
export * from "./state.js";
export * from "./values.js";
