/** From a mutation to another system: the server publishes what happens to incidents, also what happened while the bus was away. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedIncidentEvents } from "../../src/domain/incidents/index.js";
import type { IntegrationEvent } from "../../src/domain/kernel/index.js";
import { startEventBridgeServer } from "../support/eventBridgeServer.js";
import type { EventBridgeServer } from "../support/eventBridgeServer.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";

let bus: EventBridgeServer;
let test: TestOpsledger;
beforeAll(async () => {
  bus = await startEventBridgeServer();
  bus.putRule("urgent", { source: ["opsledger.incidents"], detail: { data: { severity: ["P0", "P1"] } } });
  test = await startTestOpsledger({ EVENT_BUS: "eventbridge", EVENTBRIDGE_ENDPOINT: bus.url, AWS_REGION: "us-east-1" });
});
afterAll(async () => {
  await test.close();
  await bus.close();
});

/** What came of an incident, each once, in the order in which it first came. */
function publishedOf(
  title: string,
): readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[] {
  const all = bus.selected("urgent").map((event) => ({
    type: String(event["detail-type"]),
    ...(event["detail"] as Pick<IntegrationEvent, "id" | "subject" | "data">),
  }));
  const subject = all.find(({ data }) => data["title"] === title)?.subject;
  return [...new Map(all.filter((one) => one.subject === subject).map((one) => [one.id, one])).values()];
}

const wait = { timeout: 15_000, interval: 10 };

describe("the server", () => {
  it("publishes what happens to an incident, in order and as the reference says", async () => {
    const { id } = await test.declare({ title: "Cards are refused" });
    await test.changeStatus(id, "ACKNOWLEDGED");
    await test.comment(id, "private");
    await test.changeStatus(id, "RESOLVED");
    await expect.poll(() => publishedOf("Cards are refused").length, wait).toBe(3);
    const events = publishedOf("Cards are refused");
    expect(events.map(({ type, data }) => [type, data["status"]])).toEqual([
      ["IncidentDeclared", "OPEN"],
      ["IncidentStatusChanged", "ACKNOWLEDGED"],
      ["IncidentStatusChanged", "RESOLVED"],
    ]);
    for (const { type, data } of events) {
      const { schema } = publishedIncidentEvents[type as keyof typeof publishedIncidentEvents];
      expect(schema.strict().parse(data)).toEqual(data);
    }
    expect(bus.violations).toEqual([]);
  });

  it("publishes after a restart what happened while the bus was away", async () => {
    bus.failRequests(() => ({ kind: "drop" }));
    const { id } = await test.declare({ title: "Nothing works" });
    await test.changeStatus(id, "INVESTIGATING");
    await test.restart();
    await test.changeStatus(id, "MITIGATED");
    expect(publishedOf("Nothing works")).toEqual([]);
    bus.failRequests(undefined);
    await expect
      .poll(() => publishedOf("Nothing works").map(({ data }) => data["status"]), wait)
      .toEqual(["OPEN", "INVESTIGATING", "MITIGATED"]);
  });
});
