/** The queue of strategy SQS that the configuration asks for. */
import { createInProcessQueue } from "../adapters/queue/inProcessQueue.js";
import { createSqsQueue } from "../adapters/queue/sqsQueue.js";
import type { Config } from "../config/config.js";
import type { QueueKind, WorkQueue } from "../domain/research/index.js";
import type { Logger } from "../observability/logger.js";

/** Creates the queue; without a URL it is within this process. */
export function createWorkQueue({ research: { queue } }: Pick<Config, "research">, logger: Logger): WorkQueue {
  if (queue === undefined) return createInProcessQueue();
  const { url: queueUrl, deadLetterUrl, endpoint, region } = queue;
  return createSqsQueue({ queueUrl, deadLetterUrl, endpoint, region, log: logger });
}

/** The queue within this process is read by the server's own worker only. */
export function toQueueKind({ research: { queue, worker } }: Pick<Config, "research">): QueueKind {
  if (queue !== undefined) return "SHARED";
  return worker === undefined ? "UNREAD" : "LOCAL";
}
