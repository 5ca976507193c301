/** One dashboard, from what callers see down to the tables. Three are free, with fifty metrics each: it has fewer. */
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  PeriodOverride,
  Stats,
  TextWidget,
  TextWidgetBackground,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Alarm, IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { fiveMinutes, oneMinute, runbook } from "./alarms.js";
import type { ApiStack } from "./api-stack.js";
import { functionPrograms } from "./function.js";
import { functionMetric, tableMetric } from "./metrics.js";
import type { ServiceStack } from "./service-stack.js";
import type { Settings } from "./settings.js";
import { machinery } from "./table-alarms.js";

export interface DashboardOptions {
  readonly settings: Settings;
  readonly api: ApiStack;
  readonly service?: ServiceStack | undefined;
  readonly alarms: readonly Alarm[];
}

export function createDashboard(scope: Construct, options: DashboardOptions): Dashboard {
  const { settings, api, service, alarms } = options;
  return new Dashboard(scope, "Dashboard", {
    dashboardName: `${settings.prefix}opsledger`,
    periodOverride: PeriodOverride.AUTO,
    widgets: [
      [heading("Opsledger", `What each alarm means is in ${runbook}.`)],
      [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 24, height: 5 })],
      [heading("Callers", "HTTP API and containers.")],
      [...apiGraphs(api), ...(service === undefined ? [] : containerGraphs(service))],
      [heading("Write path and feed", "A commit in the log; how old it is when it comes out of the streams.")],
      [...writeGraphs(settings)],
      [heading("Functions", "")],
      [...functionGraphs(settings)],
      [heading("Tables", "Those that everything goes through.")],
      [...tableGraphs(settings)],
    ],
  });
}

function heading(title: string, text: string): TextWidget {
  const markdown = text === "" ? `## ${title}` : `## ${title}\n${text}`;
  return new TextWidget({ markdown, width: 24, height: 2, background: TextWidgetBackground.TRANSPARENT });
}

function graph(title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left: [...left], right: [...right], width: right.length > 0 ? 12 : 8, height: 6 });
}

function apiGraphs({ api }: ApiStack): readonly GraphWidget[] {
  const sum = { period: fiveMinutes, statistic: Stats.SUM };
  const latency = (percent: number) =>
    api.metricLatency({ period: fiveMinutes, statistic: Stats.percentile(percent), label: `p${percent}` });
  return [
    graph(
      "HTTP API: requests and latency (ms)",
      [api.metricCount(sum), api.metricClientError(sum), api.metricServerError(sum)],
      [latency(50), latency(99)],
    ),
  ];
}

function containerGraphs({ service, balancer, targets }: ServiceStack): readonly GraphWidget[] {
  const minute = { period: oneMinute };
  return [
    graph(
      "Containers: connections, and how many are well",
      [balancer.metrics.activeConnectionCount({ ...minute, statistic: Stats.SUM })],
      [
        targets.metrics.healthyHostCount(minute),
        service.metricCpuUtilization(minute),
        service.metricMemoryUtilization(minute),
      ],
    ),
  ];
}

function writeGraphs(settings: Settings): readonly GraphWidget[] {
  const log = { table: "domain-events", operation: "TransactWriteItems" } as const;
  const latency = (statistic: string) => tableMetric(settings, log, "SuccessfulRequestLatency", { statistic });
  const age = { statistic: Stats.MAXIMUM, period: oneMinute };
  return [
    graph("Commits: DynamoDB's time (ms)", [latency(Stats.AVERAGE), latency(Stats.percentile(99))]),
    graph("Write units of log and feed", [
      tableMetric(settings, { table: "domain-events" }, "ConsumedWriteCapacityUnits"),
      tableMetric(settings, { table: "domain-feed" }, "ConsumedWriteCapacityUnits"),
    ]),
    graph(
      "Behind their streams (ms)",
      (["feeder", "projector", "reactor"] as const).map((program) =>
        functionMetric(settings, program, "IteratorAge", age),
      ),
    ),
  ];
}

function functionGraphs(settings: Settings): readonly GraphWidget[] {
  const programs = functionPrograms(settings);
  const of = (name: string, statistic: string) =>
    programs.map((program) => functionMetric(settings, program, name, { statistic }));
  return [
    graph("Calls", of("Invocations", Stats.SUM)),
    graph("Errors", of("Errors", Stats.SUM)),
    graph("Longest call (ms)", of("Duration", Stats.MAXIMUM)),
  ];
}

function tableGraphs(settings: Settings): readonly GraphWidget[] {
  const of = (tables: readonly (typeof machinery)[number][], name: string) =>
    tables.map((table) => tableMetric(settings, { table }, name));
  return [
    graph("Read units", of(machinery, "ConsumedReadCapacityUnits")),
    graph("Throttled writes", of(["domain-events", "domain-feed", "processor-checkpoints"], "WriteThrottleEvents")),
  ];
}
