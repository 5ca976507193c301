/**
 * Insights (seed 001): the health of the people and things that are served. Facts about entities become metrics over rolling
 * windows and a health score; rules and models raise insights, which have a life of their own.
 */
export * from "./activity.js";
export * from "./commands.js";
export * from "./events.js";
export * from "./keys.js";
export * from "./ports.js";
export * from "./readModel.js";
export * from "./service.js";
export * from "./state.js";
export * from "./values.js";
export * from "./views.js";
