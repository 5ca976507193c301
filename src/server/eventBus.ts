/** The event bus that the configuration asks for. */
import { createInProcessBus } from "../adapters/bus/inProcessBus.js";
import { createEventBridgeBus } from "../adapters/eventBridge/eventBridgeBus.js";
import type { Config } from "../config/config.js";
import type { EventBus } from "../domain/kernel/index.js";
import type { Logger } from "../observability/logger.js";

/** Creates the bus; undefined where nothing is to be published. The local one writes every event to the log. */
export function createEventBus(
  { eventBus: { kind, name, endpoint }, awsRegion }: Pick<Config, "eventBus" | "awsRegion">,
  logger: Logger,
): EventBus | undefined {
  switch (kind) {
    case "none":
      return undefined;
    case "eventbridge":
      return createEventBridgeBus({ busName: name, endpoint, region: awsRegion });
    case "local": {
      const bus = createInProcessBus({ log: logger });
      bus.putRule("log", { source: [{ prefix: "opsledger." }] }, (event) => logger.debug({ event }, "published"));
      return bus;
    }
  }
}
