/** Counts, from the log, the streams that are held up: functions and streams of AWS say nothing of it, as all others go on. */
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** How the line begins that a processor logs, to the letter; a test looks for it there. */
export const parkedLine = "a stream is parked";

/** How the lines of the feeder begin, in the same way. */
export const heldUpLines: readonly string[] = [
  "a stream cannot be fed; the others are",
  "a record cannot be read; its stream cannot be fed",
];

/** Counts the lines of a log group that begin in one of these ways as one of the metric. */
export function countLines(
  scope: Construct,
  id: string,
  {
    logGroup,
    lines,
    as,
  }: { readonly logGroup: logs.ILogGroup; readonly lines: readonly string[]; readonly as: Metric },
): void {
  new logs.MetricFilter(scope, id, {
    logGroup,
    filterPattern: logs.FilterPattern.any(
      ...lines.map((line) => logs.FilterPattern.stringValue("$.msg", "=", `${line}*`)),
    ),
    metricNamespace: as.namespace,
    metricName: as.metricName,
    metricValue: "1",
  });
}
