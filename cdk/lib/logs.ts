/** Log groups: every one has an end of its lines, by what is at stake. */
import { RemovalPolicy } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.js";

/** Lines are paid for when they are written, and little for being kept. */
const kept: Readonly<Record<Settings["stage"], logs.RetentionDays>> = {
  dev: logs.RetentionDays.ONE_WEEK,
  staging: logs.RetentionDays.ONE_MONTH,
  prod: logs.RetentionDays.THREE_MONTHS,
};

/** A log group by its name. It goes with its stack: one that stayed would be in the way of the next deployment, as its name is fixed. */
export function createLogGroup(
  scope: Construct,
  id: string,
  { name, settings: { stage } }: { readonly name: string; readonly settings: Pick<Settings, "stage"> },
): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    logGroupName: name,
    retention: kept[stage],
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
