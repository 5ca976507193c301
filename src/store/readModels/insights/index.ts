/** Seed 001's tables of metrics and insights, and those of facts and rules: how the insight views are written and read. */
export { aggregateTalliesView, rulePerformanceView } from "./asyncViews.js";
export { createInsightsReadModel } from "./readModel.js";
export { createInsightsStateLoader, trimInsightsState, weighInsightsState } from "./stateLoader.js";
export { insightVerifiedViews } from "./verifiedViews.js";
export { insightViewWriters } from "./viewWriters.js";
