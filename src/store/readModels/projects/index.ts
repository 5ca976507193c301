/** Seed 000's table `ProjectEvents`, and those of batches and projects: how the project views are written and read. */
export { projectActivityView } from "./activity.js";
export { createProjectReadModel } from "./readModel.js";
export { createProjectStateLoader } from "./stateLoader.js";
export { projectVerifiedViews } from "./verifiedViews.js";
export { projectViewWriters } from "./viewWriters.js";
