/** What the other stacks stand on: object store, archive, secret, queues and the topic of alarms. */
import { CfnOutput, Stack } from "aws-cdk-lib";
import type * as s3 from "aws-cdk-lib/aws-s3";
import type * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type * as sns from "aws-cdk-lib/aws-sns";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { createAlarmTopic } from "./alarm-topic.js";
import { createArchiveBucket, createObjectBucket } from "./buckets.js";
import { exportName } from "./names.js";
import { createDeadLetterQueue, createResearchQueue } from "./queues.js";
import { createProgramSecret } from "./secrets.js";
import type { OpsledgerStackProps } from "./stack-props.js";

export class CoreStack extends Stack {
  /** Reports, what workers have added to them, post-mortems, what services have pushed. */
  readonly objects: s3.Bucket;
  /** Incidents that ended long ago. */
  readonly archive: s3.Bucket;
  /** A JSON object of variables: `AUTH_SECRET`, `CURSOR_SECRET`, `INTEGRATION_KEY`, and those that operators add. */
  readonly secret: secretsmanager.Secret;
  /** Research requests of strategy SQS. */
  readonly researchQueue: sqs.Queue;
  readonly researchDeadLetters: sqs.Queue;
  /** Which records of the log's stream Lambda has given up on for the feeder. */
  readonly feederFailures: sqs.Queue;
  readonly alarms: sns.Topic;

  constructor(scope: Construct, id: string, { settings, ...props }: OpsledgerStackProps) {
    super(scope, id, props);
    this.objects = createObjectBucket(this, settings);
    this.archive = createArchiveBucket(this, settings);
    this.secret = createProgramSecret(this, settings);
    this.researchDeadLetters = createDeadLetterQueue(this, "ResearchDeadLetters", settings);
    this.researchQueue = createResearchQueue(this, "ResearchQueue", {
      settings,
      deadLetters: this.researchDeadLetters,
    });
    this.feederFailures = createDeadLetterQueue(this, "FeederFailures", settings);
    this.alarms = createAlarmTopic(this, settings);
    const outputs: Readonly<Record<string, readonly [string, string]>> = {
      ObjectBucketName: [this.objects.bucketName, "Reports and other objects"],
      ArchiveBucketName: [this.archive.bucketName, "Incidents that ended long ago"],
      SecretArn: [this.secret.secretArn, "Secret variables of the programs, as a JSON object"],
      ResearchQueueUrl: [this.researchQueue.queueUrl, "Research requests of strategy SQS"],
      FeederFailuresUrl: [this.feederFailures.queueUrl, "Records of the log's stream that were not fed"],
      AlarmTopicArn: [this.alarms.topicArn, "Where alarms go"],
    };
    for (const [output, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, output, { value, description, exportName: exportName(settings, output) });
    }
  }
}
