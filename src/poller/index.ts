/** The poller of integration sessions: when which is polled. What a poll does is the domain's. */
export { createPoller } from "./poller.js";
export type { Poller } from "./poller.js";
export type { PollerMetrics } from "./ports.js";
