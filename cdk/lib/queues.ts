/** The queue of research requests, and queues of what could not be done. Their names are fixed: alarms are about them by name. */
import { Duration } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { queueName } from "./names.js";
import type { QueueId } from "./names.js";
import type { Settings } from "./settings.js";

/**
 * As long as a function may run (15 minutes), and five minutes in which Lambda tries again what was throttled. AWS advises six times
 * the function's time, so that a message does not come back while throttled tries go on; here the event source mapping bounds how many
 * run at a time, and a message that comes twice leads to one claim. A shorter time lets a request that died with its function go on sooner.
 */
const visibility = Duration.minutes(20);

/** A message that waits for room in its project comes back every 30 seconds, and nothing is wrong with it. */
const receivesUntilDead = 100;

/** A standard queue: a FIFO queue would drop what is sent again, and hold up what follows. */
export function createResearchQueue(
  scope: Construct,
  id: QueueId,
  { settings, deadLetters }: { readonly settings: Pick<Settings, "prefix">; readonly deadLetters: sqs.Queue },
): sqs.Queue {
  return new sqs.Queue(scope, id, {
    queueName: queueName(settings, id),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: visibility,
    // What is lost is sent anew by the ledger.
    retentionPeriod: Duration.days(4),
    receiveMessageWaitTime: Duration.seconds(20),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: receivesUntilDead },
  });
}

/** Kept for as long as SQS can: somebody has to look at it. */
export function createDeadLetterQueue(scope: Construct, id: QueueId, settings: Pick<Settings, "prefix">): sqs.Queue {
  return new sqs.Queue(scope, id, {
    queueName: queueName(settings, id),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}
