/** Alarms, each with a section of the runbook, and one dashboard. */
import { ArnFormat, CrossStackReferences, ReferenceStrength, Stack } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { createAlarms } from "./alarms.js";
import type { ApiStack } from "./api-stack.js";
import { createDashboard } from "./dashboard.js";
import { apiAlarms, insightAlarms, serviceAlarms } from "./edge-alarms.js";
import { alarmTopicName } from "./names.js";
import { processingAlarms } from "./processing-alarms.js";
import type { ServiceStack } from "./service-stack.js";
import type { OpsledgerStackProps } from "./stack-props.js";
import { tableAlarms } from "./table-alarms.js";

export interface MonitoringStackProps extends OpsledgerStackProps {
  /** What is watched by its name, and has to be there before: an alarm on nothing would be well. */
  readonly watched: readonly Stack[];
  readonly api: ApiStack;
  /** Absent where there are no containers. */
  readonly service?: ServiceStack | undefined;
}

export class MonitoringStack extends Stack {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    const { settings, watched, api, service, ...stackProps } = props;
    super(scope, id, stackProps);
    for (const stack of watched) this.addStackDependency(stack, "its alarms are about what is in it");
    // What has a name of its own is watched by that. What AWS names (the HTTP API, the load balancer and its targets) is referred to so
    // that it can be replaced before the alarm that reads it is: upgrade.md says what that asks for.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const specifications = [
      ...processingAlarms(settings),
      ...apiAlarms(api),
      ...(service === undefined ? [] : serviceAlarms(service)),
      ...insightAlarms(settings),
      ...tableAlarms(settings),
    ];
    const topicArn = this.formatArn({
      service: "sns",
      resource: alarmTopicName(settings),
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    const topic = sns.Topic.fromTopicArn(this, "AlarmTopic", topicArn);
    this.alarms = createAlarms(this, specifications, { settings, topic });
    createDashboard(this, { settings, api, service, alarms: this.alarms });
  }
}
