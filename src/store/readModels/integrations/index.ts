/** Seed 004's table of sessions, and those of schedules, polls, dead letters and health: how the integration views are written and read. */
export { integrationHealthView } from "./healthView.js";
export { createIntegrationsReadModel } from "./readModel.js";
export { createPollSchedule } from "./schedule.js";
export { createIntegrationStateLoader } from "./stateLoader.js";
export { integrationFolding } from "./states.js";
export { integrationVerifiedViews } from "./verifiedViews.js";
export { integrationViewWriters } from "./viewWriters.js";
