/** Seed 002's tables of requests and logs, and those of runs and the queue: how the research views are written and read. */
export { researchQueueView } from "./queueView.js";
export { createResearchReadModel } from "./readModel.js";
export { createResearchStateLoader } from "./stateLoader.js";
export { researchVerifiedViews } from "./verifiedViews.js";
export { researchViewWriters } from "./viewWriters.js";
