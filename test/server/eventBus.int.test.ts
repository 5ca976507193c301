/** The bus is the one that the configuration names. */
import { describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/observability/logger.js";
import { createEventBus } from "../../src/server/eventBus.js";
import { anEvent } from "../conformance/eventBus.conformance.js";
import { startEventBridgeServer } from "../support/eventBridgeServer.js";

const silent = createLogger({ level: "silent" });

describe("the event bus", () => {
  it("is a local one by default, and writes what is published to the log", async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) } });
    await createEventBus(parseConfig({}), logger)?.publish([anEvent("Thing-1", 1)]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { msg: "published", event: { "detail-type": "ThingHappened", detail: { subject: "Thing-1" } } },
    ]);
  });

  it("is EventBridge where that is asked for", async () => {
    const server = await startEventBridgeServer();
    onTestFinished(() => server.close());
    const config = { EVENT_BUS: "eventbridge", EVENT_BUS_NAME: "operations", EVENTBRIDGE_ENDPOINT: server.url };
    const bus = createEventBus(parseConfig(config), silent);
    onTestFinished(() => bus?.close());
    await bus?.publish([anEvent("Thing-1", 1)]);
    expect(server.requests).toMatchObject([[{ EventBusName: "operations", DetailType: "ThingHappened" }]]);
  });

  it("is none where none is wanted", () => {
    expect(createEventBus(parseConfig({ EVENT_BUS: "none" }), silent)).toBeUndefined();
  });

  it.each([{ EVENT_BUS: "kafka" }, { EVENT_BUS_NAME: "a bus" }, { EVENTBRIDGE_ENDPOINT: "ftp://127.0.0.1" }])(
    "is refused with %j",
    (config) => {
      expect(() => parseConfig(config)).toThrow(Object.keys(config)[0]);
    },
  );
});
