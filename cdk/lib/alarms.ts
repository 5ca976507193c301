/** Alarms as plain data, and the one way to make them: each says what is wrong, and where the runbook says what to do. */
import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Settings } from "./settings.js";

export const runbook = "docs/operations/runbook.md";

export interface AlarmSpecification {
  /** In its name: `opsledger-FeederBehind`. */
  readonly id: string;
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** The section of the runbook. */
  readonly section: string;
  /** With the period over which it is counted. */
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** @default at least the threshold */
  readonly when?: "at least" | "below";
  /** How many periods on end. @default 1 */
  readonly periods?: number;
  /** What silence means. @default that all is well */
  readonly silence?: "well" | "wrong";
}

/** Creates the alarms; who is told, also when it is over, says the topic. */
export function createAlarms(
  scope: Construct,
  specifications: readonly AlarmSpecification[],
  { settings, topic }: { readonly settings: Pick<Settings, "prefix">; readonly topic: sns.ITopic },
): readonly cloudwatch.Alarm[] {
  const action = new SnsAction(topic);
  return specifications.map((one) => {
    const alarm = new cloudwatch.Alarm(scope, one.id, {
      alarmName: `${settings.prefix}opsledger-${one.id}`,
      alarmDescription: `${one.says} See ${runbook}#${one.section.toLowerCase()}`,
      metric: one.metric,
      threshold: one.threshold,
      evaluationPeriods: one.periods ?? 1,
      comparisonOperator:
        one.when === "below"
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData:
        one.silence === "wrong" ? cloudwatch.TreatMissingData.BREACHING : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
}

/** Most metrics that an alarm may add up. */
const mostMetrics = 10;

/** The metrics added up, where those that say nothing count as none. Each of them costs as much as an alarm of its own. */
export function sumOf(metrics: readonly cloudwatch.IMetric[], label: string): cloudwatch.IMetric {
  if (metrics.length > mostMetrics) throw new Error(`${label}: an alarm adds up ${mostMetrics} metrics at most`);
  const named = metrics.map((metric, index) => [`m${index}`, metric] as const);
  return new cloudwatch.MathExpression({
    expression: named.map(([name]) => `FILL(${name},0)`).join("+"),
    usingMetrics: Object.fromEntries(named),
    label,
    period: fiveMinutes,
  });
}

export const oneMinute = Duration.minutes(1);
export const fiveMinutes = Duration.minutes(5);
