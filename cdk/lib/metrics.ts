/** Metrics of AWS by name. Names, as references would keep the stack that is watched from taking away what it no longer needs. */
import type { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { TableName } from "../../src/store/tables.js";
import { fiveMinutes } from "./alarms.js";
import { functionName } from "./function.js";
import type { FunctionProgram } from "./function.js";
import { queueName, tableNameOf } from "./names.js";
import type { QueueId } from "./names.js";
import type { Settings } from "./settings.js";

interface Asked {
  /** @default the sum */
  readonly statistic?: string;
  /** @default five minutes */
  readonly period?: Duration;
}

type Named = Pick<Settings, "prefix">;

export function functionMetric(settings: Named, program: FunctionProgram, metricName: string, asked?: Asked): Metric {
  const dimensionsMap = { FunctionName: functionName(settings, program) };
  return metric({ namespace: "AWS/Lambda", metricName, dimensionsMap, label: program }, asked);
}

/** Of all functions of the account and region, which share what they may run. */
export function throttledFunctions(): Metric {
  return metric({ namespace: "AWS/Lambda", metricName: "Throttles", dimensionsMap: {}, label: "Throttles" });
}

/** Some of DynamoDB's metrics are counted by table, some by table and operation. */
export function tableMetric(
  settings: Named,
  of: { readonly table: TableName; readonly operation?: string },
  metricName: string,
  asked?: Asked,
): Metric {
  const { table, operation } = of;
  const dimensionsMap = {
    TableName: tableNameOf(settings)(table),
    ...(operation === undefined ? {} : { Operation: operation }),
  };
  const label = operation === undefined ? table : `${table} ${operation}`;
  return metric({ namespace: "AWS/DynamoDB", metricName, dimensionsMap, label }, asked);
}

/** Requests that DynamoDB refused as wrong: it counts them by account and region only. */
export function userErrors(): Metric {
  return metric({ namespace: "AWS/DynamoDB", metricName: "UserErrors", dimensionsMap: {}, label: "UserErrors" });
}

export function scheduleMetric(group: string, metricName: string): Metric {
  return metric({ namespace: "AWS/Scheduler", metricName, dimensionsMap: { ScheduleGroup: group }, label: metricName });
}

export function queueMetric(settings: Named, queue: QueueId, metricName: string): Metric {
  const dimensionsMap = { QueueName: queueName(settings, queue) };
  return metric({ namespace: "AWS/SQS", metricName, dimensionsMap, label: queue }, { statistic: Stats.MAXIMUM });
}

/** Messages that can be received. */
export function waitingIn(settings: Named, queue: QueueId): Metric {
  return queueMetric(settings, queue, "ApproximateNumberOfMessagesVisible");
}

/** What the log lines of functions are counted as. */
export const ownNamespace = "Opsledger";

/** Streams that processors have parked, by deployment. */
export function parkedMetric({ prefix }: Named): Metric {
  return metric({ namespace: ownNamespace, metricName: `${prefix}StreamsParked`, dimensionsMap: {}, label: "parked" });
}

/** Streams that the feeder has passed over, by deployment: once for each of their commits. */
export function heldUpMetric({ prefix }: Named): Metric {
  return metric({ namespace: ownNamespace, metricName: `${prefix}FeedHeldUp`, dimensionsMap: {}, label: "held up" });
}

function metric(
  named: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensionsMap: Record<string, string>;
    readonly label: string;
  },
  { statistic = Stats.SUM, period = fiveMinutes }: Asked = {},
): Metric {
  return new Metric({ ...named, statistic, period });
}
