/** The kernel: what every context is built from. It knows no context and does no IO. */
export * from "./codec.js";
export * from "./commandHandler.js";
export * from "./commandObserver.js";
export * from "./decider.js";
export * from "./errors.js";
export * from "./event.js";
export * from "./eventIndex.js";
export * from "./eventStore.js";
export * from "./feed.js";
export * from "./hashChain.js";
export * from "./integrationEvent.js";
export * from "./keyedQueue.js";
export * from "./lease.js";
export * from "./processing.js";
export * from "./scope.js";
export * from "./streamName.js";
export * from "./time.js";
