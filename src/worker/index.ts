/** The worker: claims research requests and executes them, in any process. */
export { createInProcessClient } from "./inProcessClient.js";
export { machineName } from "./machineName.js";
export * from "./ports.js";
export { createResearchExecutor } from "./researchExecutor.js";
export { createWorker } from "./worker.js";
export type { WorkerDeps } from "./worker.js";
