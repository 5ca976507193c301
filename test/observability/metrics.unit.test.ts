/** What is recorded is shown under the name that the table of instruments states, with all its labels and no other. */
import { describe, expect, it } from "vitest";
import { instruments } from "../../src/observability/metrics.js";
import type { InstrumentDescription, Metrics } from "../../src/observability/metrics.js";
import { createTelemetry } from "../../src/observability/telemetry.js";
import { parseMetrics } from "../support/metrics.js";

const all: readonly InstrumentDescription[] = Object.values(instruments);

/** Everything that can be recorded, once. */
function recordAll(metrics: Metrics): void {
  metrics.command({ type: "Pay", outcome: "done", code: "" }, 0.01);
  metrics.commandConflict({ type: "Pay", next: "RETRY" });
  metrics.eventsAppended("Account", 2);
  metrics.operation({ operation: "query", field: "node", outcome: "ok" }, 0.01);
  metrics.subscribers({ field: "entries", transport: "sse" }, 1);
  metrics.pushed("entries", 0.01);
  metrics.httpRequest({ method: "GET", route: "/healthz", status: "200" }, 0.01);
  metrics.webSockets(1);
  metrics.denied("RATE_LIMITED");
  metrics.dynamoDbRequest({ operation: "Query", table: "domain-feed", error: "" }, 0.01);
  metrics.dynamoDbRetries({ operation: "Query", table: "domain-feed" }, 2);
  metrics.dynamoDbThrottled({ operation: "Query", table: "domain-feed" });
  metrics.capacityConsumed({ operation: "Query", table: "domain-feed" }, 0.5);
  metrics.fed(0.01);
  metrics.processorBatch("views", { events: 3, seconds: 0.01, outcome: "done" });
  metrics.deadLetterParked("views");
  metrics.leaseHeld("feeder", true);
  metrics.timerRun("archive", "failed");
  metrics.published("published", 10);
  metrics.webhookDelivery({ source: "GITHUB", outcome: "accepted" });
  metrics.message({ notifier: "slack", kind: "batch", outcome: "posted" });
  metrics.summary({ model: "deterministic-v1", outcome: "WRITTEN" }, 0.01);
  metrics.explanation({ model: "a-model", outcome: "WRITTEN" }, { seconds: 0.01, inputTokens: 200, outputTokens: 80 });
  metrics.pollClaimed("gmail", 0.2);
  metrics.pollInHand("gmail", 1);
  metrics.polled({ service: "gmail", outcome: "items" }, 3);
  metrics.itemDelivery({ service: "gmail", result: "accepted" });
}

describe("every instrument", () => {
  it.each(all.map((instrument) => [instrument.name, instrument] as const))("%s is described", (name, instrument) => {
    expect(name).toMatch(/^opsledger_[a-z]+(_[a-z0-9]+)*$/);
    expect(instrument.description).toMatch(/^[A-Z1].*\.$/);
    for (const [label, meaning] of Object.entries(instrument.labels)) {
      expect(label).toMatch(/^[a-z]+$/);
      expect(meaning).not.toBe("");
    }
    // The conventions of Prometheus: what only rises ends in _total, times are in seconds, sizes in bytes.
    expect(name.endsWith("_total")).toBe(instrument.kind === "counter" || instrument.kind === "read counter");
    if (instrument.unit === "s") expect(name).toMatch(/_seconds(_total)?$/);
    if (instrument.unit === "By") expect(name).toMatch(/_bytes$/);
    expect(instrument.buckets === undefined).toBe(instrument.kind !== "histogram");
    expect(instrument.buckets ?? []).toEqual([...(instrument.buckets ?? [])].sort((a, b) => a - b));
  });

  it("has a name of its own", () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("is shown with exactly the labels that it states, once something is recorded", async () => {
    const telemetry = createTelemetry({ metrics: "on" });
    recordAll(telemetry.metrics);
    const status = { name: "views", kind: "PROJECTION", position: [0], lagEvents: 0, deadLetters: 0 } as const;
    telemetry.observe({
      feed: () => ({ running: true }),
      feedLag: () => ({ events: 0, seconds: 0 }),
      processors: async () => [status, { ...status, name: "feeder", kind: "FEEDER" }],
      timersDue: async () => 0,
      pollsOverdue: async () => 0,
    });
    const text = (await telemetry.scrape?.()) ?? "";
    await telemetry.close();
    for (const { name, kind, labels } of all) {
      const series = kind === "histogram" ? `${name}_count` : name;
      const line = text.split("\n").find((each) => each.startsWith(`${series}{`) || each.startsWith(`${series} `));
      expect(line, name).toBeDefined();
      const shown = [...(line ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);
      expect(shown.sort(), name).toEqual(Object.keys(labels).sort());
    }
    const named = [...parseMetrics(text).names].map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    const known = new Set(all.map(({ name }) => name));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("metrics", () => {
  it("can be recorded where they are off", async () => {
    const telemetry = createTelemetry({ metrics: "off" });
    recordAll(telemetry.metrics);
    telemetry.observe({ timersDue: async () => 1 });
    expect(telemetry.scrape).toBeUndefined();
    expect(telemetry.on).toBe(false);
    await telemetry.close();
  });

  it("count a lease that is lost twice as lost", async () => {
    const telemetry = createTelemetry({ metrics: "on" });
    telemetry.metrics.leaseHeld("feeder", true);
    telemetry.metrics.leaseHeld("feeder", false);
    telemetry.metrics.leaseHeld("feeder", false);
    const read = parseMetrics((await telemetry.scrape?.()) ?? "");
    await telemetry.close();
    expect(read.names).toContain("opsledger_lease_held");
    expect(read.value("opsledger_lease_held", { lease: "feeder" })).toBe(0);
  });

  it("count the events of a batch only once it is done", async () => {
    const telemetry = createTelemetry({ metrics: "on" });
    telemetry.metrics.processorBatch("views", { events: 5, seconds: 0.1, outcome: "failed" });
    telemetry.metrics.processorBatch("views", { events: 5, seconds: 0.1, outcome: "done" });
    const read = parseMetrics((await telemetry.scrape?.()) ?? "");
    await telemetry.close();
    expect(read.value("opsledger_processor_events_total", { processor: "views" })).toBe(5);
    expect(read.value("opsledger_processor_batches_total", { processor: "views", outcome: "failed" })).toBe(1);
  });

  it("of two servers in one process are apart", async () => {
    const [one, other] = [createTelemetry({ metrics: "on" }), createTelemetry({ metrics: "on" })];
    one.metrics.denied("FORBIDDEN");
    expect(parseMetrics((await other.scrape?.()) ?? "").names).not.toContain("opsledger_denied_requests_total");
    await Promise.all([one.close(), other.close()]);
  });
});
