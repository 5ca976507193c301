/** What operators are given fits the code: the dashboard and the alert rules name metrics that exist, and each alert has its advice. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { instruments } from "../../src/observability/metrics.js";
import type { InstrumentDescription } from "../../src/observability/metrics.js";

const read = (name: string) => readFileSync(join(import.meta.dirname, "..", "..", "docs", "operations", name), "utf8");

const all: readonly InstrumentDescription[] = Object.values(instruments);
const series = new Map<string, InstrumentDescription>(
  all.flatMap((instrument): [string, InstrumentDescription][] =>
    instrument.kind === "histogram"
      ? ["_bucket", "_sum", "_count"].map((end) => [instrument.name + end, instrument])
      : [[instrument.name, instrument]],
  ),
);

/** What is wrong with an expression: metrics that do not exist, and labels that they do not have. */
function problemsIn(expression: string): string[] {
  const names = [...expression.matchAll(/opsledger_\w+/g)].map(([name]) => name);
  const unknown = names.filter((name) => !series.has(name)).map((name) => `no metric ${name}`);
  const known = new Set(["le", "instance", "job"]);
  for (const name of names) for (const label of Object.keys(series.get(name)?.labels ?? {})) known.add(label);
  const filters = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = ""]) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
  );
  const groups = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, inside = ""]) => inside.split(/,\s*/));
  const strange = [...filters, ...groups].filter((label) => !known.has(label)).map((label) => `no label ${label}`);
  return [...unknown, ...strange];
}

it("the checks of this file find what is wrong", () => {
  expect(problemsIn("sum by (type) (rate(opsledger_commands_total[5m]))")).toEqual([]);
  expect(problemsIn("sum by (kind) (rate(opsledger_command_total[5m]))")).toEqual([
    "no metric opsledger_command_total",
    "no label kind",
  ]);
  expect(problemsIn('opsledger_commands_total{result="done"}')).toEqual(["no label result"]);
  expect(problemsIn("opsledger_push_latency_seconds")).toEqual(["no metric opsledger_push_latency_seconds"]);
});

describe("the dashboard", () => {
  interface Panel {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string }[];
  }
  const dashboard = JSON.parse(read("grafana-dashboard.json")) as {
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  };
  const drawn = dashboard.panels.filter(({ type }) => type !== "row");

  it("asks which Prometheus to read, and reads no other", () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    expect(drawn.filter(({ datasource }) => datasource?.uid !== "${datasource}")).toEqual([]);
  });

  it.each(drawn.map((panel) => [panel.title, panel.targets ?? []] as const))("%s draws what exists", (_, targets) => {
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.flatMap(({ expr }) => problemsIn(expr))).toEqual([]);
  });

  it("shows every metric", () => {
    const text = drawn.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join("\n");
    expect(all.map(({ name }) => name).filter((name) => !text.includes(name))).toEqual([]);
  });

  it("has panels that do not lie on each other", () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

describe("alerts", () => {
  const alerts = read("alerts.yaml")
    .split(/^ {6}- alert: /m)
    .slice(1)
    .map((text) => ({
      name: text.split("\n")[0] ?? "",
      expression: /^ {8}expr: (.*)$/m.exec(text)?.[1] ?? "",
      summary: /^ {10}summary: "(.*)"$/m.exec(text)?.[1] ?? "",
      runbook: /^ {10}runbook: (.*)$/m.exec(text)?.[1] ?? "",
      severity: /severity: (\w+)/.exec(text)?.[1],
    }));
  const sections = [...read("runbook.md").matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);

  it("are there for all that a person must hear of", () => {
    const wanted = ["FeedStopped", "FeedLag", "ProcessorLag", "DeadLetters", "NoLeaseHolder", "Throttled", "ErrorRate"];
    const more = ["SlowOperations", "EventLoopDelay", "Memory"];
    expect(alerts.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...wanted, ...more].map((name) => `Opsledger${name}`)),
    );
  });

  it.each(alerts.map((alert) => [alert.name, alert] as const))(
    "%s watches what exists and says what to do",
    (_, alert) => {
      const { name, expression, summary, runbook, severity } = alert;
      expect(expression).toContain("opsledger_");
      expect(problemsIn(expression)).toEqual([]);
      expect(summary).not.toBe("");
      expect(["page", "ticket"]).toContain(severity);
      expect(runbook).toBe(`docs/operations/runbook.md#${name.toLowerCase()}`);
      expect(sections).toContain(name);
    },
  );

  it("are the only sections of the runbook, but for one of alarms on AWS", () => {
    expect(sections).toEqual([...alerts.map(({ name }) => name), "On AWS"]);
  });

  it("have advice that names metrics which exist", () => {
    const named = [...read("runbook.md").matchAll(/opsledger_\w+/g)].map(([name]) => name);
    const known = new Set([...series.keys(), ...all.map(({ name }) => name)]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
