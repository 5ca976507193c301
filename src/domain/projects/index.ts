/**
 * Projects (seed 000): what happens in a team's repositories, boards and channels, grouped into batches, summarised, and
 * posted where the team reads. One stream for each delivery, one for each batch, one for each project's settings.
 */
export * from "./commands.js";
export * from "./events.js";
export * from "./normalised.js";
export * from "./ports.js";
export * from "./readModel.js";
export * from "./service.js";
export * from "./state.js";
export * from "./summary.js";
export * from "./trigger.js";
export * from "./values.js";
