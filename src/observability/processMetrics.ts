/** Gauges of the process itself: memory, CPU time, the event loop's delay, age, and what is running. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";
import { gaugeOf, instruments } from "./metrics.js";

/** Begins to watch the event loop and offers the gauges on `meter`. Returns what stops the watch. */
export function observeProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  gaugeOf(meter, instruments.eventLoopDelay).addCallback((result) => {
    // The histogram holds whole intervals, of which the resolution itself is not delay. Empty, it says nonsense.
    const seconds = (nanoseconds: number) =>
      delay.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionSeconds);
    result.observe(seconds(delay.percentile(50)), { quantile: "0.5" });
    result.observe(seconds(delay.percentile(99)), { quantile: "0.99" });
    result.observe(seconds(delay.max), { quantile: "1" });
    delay.reset();
  });
  gaugeOf(meter, instruments.memory).addCallback((result) => {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    result.observe(rss, { kind: "resident" });
    result.observe(heapUsed, { kind: "heap_used" });
    result.observe(heapTotal, { kind: "heap_total" });
    result.observe(external, { kind: "external" });
  });
  const { name, description, unit } = instruments.cpu;
  meter.createObservableCounter(name, { description, unit }).addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { mode: "user" });
    result.observe(system / 1e6, { mode: "system" });
  });
  gaugeOf(meter, instruments.uptime).addCallback((result) => result.observe(process.uptime()));
  const build = { version: packageVersion(), node: process.version };
  gaugeOf(meter, instruments.build).addCallback((result) => result.observe(1, build));
  return () => delay.disable();
}

const resolutionSeconds = 0.02;

/** The version in the nearest package.json above this file: it is compiled into a folder of another depth. */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
      if (version !== undefined) return version;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return "unknown";
}
