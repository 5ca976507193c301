/** The topic of alarms. */
import { Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import * as subscriptions from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { alarmTopicName } from "./names.js";
import type { Settings } from "./settings.js";

/** Alarms of this account may publish. It is not encrypted at rest: with AWS's own key for SNS, alarms could not publish. */
export function createAlarmTopic(scope: Construct, settings: Pick<Settings, "alarmEmail" | "prefix">): sns.Topic {
  const { alarmEmail } = settings;
  const topic = new sns.Topic(scope, "Alarms", {
    topicName: alarmTopicName(settings),
    displayName: "Opsledger alarms",
    enforceSSL: true,
  });
  const { account } = Stack.of(scope);
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: "AlarmsOfThisAccount",
      principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  );
  if (alarmEmail !== undefined) topic.addSubscription(new subscriptions.EmailSubscription(alarmEmail));
  return topic;
}
