/** Gauges that are read from other parts: asked seldom, and an answer that does not come breaks nothing. */
import { afterEach, describe, expect, it } from "vitest";
import type { ProcessorStatus } from "../../src/domain/kernel/index.js";
import { createTelemetry } from "../../src/observability/telemetry.js";
import type { Telemetry } from "../../src/observability/telemetry.js";
import { parseMetrics } from "../support/metrics.js";
import type { ReadMetrics } from "../support/metrics.js";

const opened: Telemetry[] = [];
afterEach(async () => {
  for (const telemetry of opened.splice(0)) await telemetry.close();
});

function start(): Telemetry & { readonly read: () => Promise<ReadMetrics> } {
  const telemetry = createTelemetry({ metrics: "on" });
  opened.push(telemetry);
  return { ...telemetry, read: async () => parseMetrics((await telemetry.scrape?.()) ?? "") };
}

const feeder: ProcessorStatus = {
  name: "feeder",
  kind: "FEEDER",
  position: [4, 2],
  lagEvents: 3,
  lagSeconds: 1.5,
  holder: "host:1",
  deadLetters: 0,
};
const policy: ProcessorStatus = {
  name: "page-on-sev1",
  kind: "POLICY",
  position: [1, 2],
  lagEvents: 7,
  lagSeconds: 12,
  deadLetters: 2,
  error: "no",
};
const labelsOf = ({ name, kind }: ProcessorStatus) => ({ processor: name, kind });

describe("processors", () => {
  it("show how far behind they are, what they have parked, and whether anybody runs them", async () => {
    const { observe, read } = start();
    observe({ processors: async () => [feeder, policy] });
    const metrics = await read();
    const of = (name: string, status: ProcessorStatus) =>
      metrics.value(`opsledger_processor_${name}`, labelsOf(status));
    expect(of("lag_events", policy)).toBe(7);
    expect(of("lag_seconds", policy)).toBe(12);
    expect(of("dead_letters", policy)).toBe(2);
    expect([of("holders", feeder), of("holders", policy)]).toEqual([1, 0]);
    expect([of("failing", feeder), of("failing", policy)]).toEqual([0, 1]);
  });

  it("have no lag in seconds once they have caught up", async () => {
    const { observe, read } = start();
    const { lagSeconds: _, ...caughtUp } = { ...policy, lagEvents: 0 };
    let status: ProcessorStatus = policy;
    observe({ processors: async () => [status] }, { freshMilliseconds: 0 });
    await read();
    status = caughtUp;
    const metrics = await read();
    expect(metrics.value("opsledger_processor_lag_seconds", labelsOf(policy))).toBe(0);
    expect(metrics.value("opsledger_processor_lag_events", labelsOf(policy))).toBe(0);
  });

  it("are asked once, however many read within the time that an answer is good for", async () => {
    const { observe, read } = start();
    let asked = 0;
    observe({
      processors: async () => {
        asked += 1;
        return [feeder];
      },
    });
    await Promise.all([read(), read()]);
    await read();
    expect(asked).toBe(1);
  });
});

describe("a part that cannot be read", () => {
  const up = (metrics: ReadMetrics, source: string) => metrics.value("opsledger_metrics_source_up", { source });

  it("is shown as such, and everything else is there", async () => {
    const { observe, read, metrics } = start();
    metrics.timerRun("archive", "done");
    observe({
      feed: () => ({ running: false }),
      processors: async () => {
        throw new Error("the store does not answer");
      },
      timersDue: async () => 4,
      pollsOverdue: async () => 12.5,
    });
    const text = await read();
    expect(up(text, "processors")).toBe(0);
    expect(up(text, "timers")).toBe(1);
    expect(text.value("opsledger_timers_due")).toBe(4);
    expect(up(text, "integrations")).toBe(1);
    expect(text.value("opsledger_integration_overdue_seconds")).toBe(12.5);
    expect(text.names).toContain("opsledger_feed_running");
    expect(text.value("opsledger_feed_running")).toBe(0);
    expect(text.value("opsledger_timer_runs_total", { task: "archive", outcome: "done" })).toBe(1);
  });

  it("holds an answer up no longer than its patience, and is not asked twice at a time", async () => {
    const { observe, read } = start();
    let asked = 0;
    let answer: (statuses: readonly ProcessorStatus[]) => void = () => undefined;
    const processors = () => {
      asked += 1;
      return new Promise<readonly ProcessorStatus[]>((resolve) => {
        answer = resolve;
      });
    };
    observe({ processors }, { patienceMilliseconds: 20 });
    expect(up(await read(), "processors")).toBe(0);
    expect(up(await read(), "processors")).toBe(0);
    expect(asked).toBe(1);
    answer([policy]);
    const metrics = await read();
    expect(up(metrics, "processors")).toBe(1);
    expect(metrics.value("opsledger_processor_lag_events", labelsOf(policy))).toBe(7);
  });

  it("is asked again after it has failed", async () => {
    const { observe, read } = start();
    let fails = true;
    observe({
      processors: async () => {
        if (fails) throw new Error("not now");
        return [policy];
      },
    });
    expect(up(await read(), "processors")).toBe(0);
    fails = false;
    expect(up(await read(), "processors")).toBe(1);
  });
});
