/** What calls functions: the two streams, and the queue of research requests. */
import { Duration } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { StreamEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Parts } from "./access.js";

/** What holds for all. From the beginning (TRIM_HORIZON): a mapping that is made anew must not leave out what came meanwhile. */
const fromTheBeginning: StreamEventSourceProps = {
  startingPosition: lambda.StartingPosition.TRIM_HORIZON,
  batchSize: 100,
  reportBatchItemFailures: true,
  bisectBatchOnError: true,
  parallelizationFactor: 1,
};

/**
 * The feeder on the stream of the log, at once: subscribers wait for it. One batch of a shard at a time: order would allow more, since
 * it comes from the versions in the log, but all of them write at the heads of the same few logs, and meet there.
 *
 * It hands back only what it could not feed for now (another feeder was faster, DynamoDB does not answer), and never a record that nobody
 * can feed. So it is tried again for as long as DynamoDB keeps the record, a day; whoever skipped it earlier would lose what is well.
 */
export function followLog(feeder: lambda.Function, parts: Parts): void {
  const source = new DynamoEventSource(parts.database.table("domain-events"), {
    ...fromTheBeginning,
    maxBatchingWindow: Duration.seconds(0),
    // The most there are, and no bound by age.
    retryAttempts: 10_000,
    onFailure: new SqsDlq(parts.core.feederFailures),
    filters: [
      // Commits only: records of idempotency have no events, and nothing else in the log is ever changed or deleted.
      lambda.FilterCriteria.filter({
        eventName: ["INSERT"],
        dynamodb: { NewImage: { events: { S: [{ exists: true }] } } },
      }),
    ],
  });
  feeder.addEventSource(source);
}

/**
 * A reader of the feed's stream, of which a shard has two at most: projector and reactor. For both a record is a hint only, so that one
 * call for many is as good; they go on from their own checkpoints. A hint that was tried in vain is dropped and not kept: the next one, or
 * `timers`, makes up for it, and the function's errors are counted.
 */
export function followFeed(reader: lambda.Function, { database }: Parts): void {
  const source = new DynamoEventSource(database.table("domain-feed"), {
    ...fromTheBeginning,
    maxBatchingWindow: Duration.seconds(1),
    retryAttempts: 20,
    maxRecordAge: Duration.hours(1),
    filters: [
      // Entries of logs: the items that say where a commit is would call for the same a second time.
      lambda.FilterCriteria.filter({
        eventName: ["INSERT"],
        dynamodb: { Keys: { log: { S: [{ prefix: "log#" }] } } },
      }),
    ],
  });
  reader.addEventSource(source);
}

/** How many requests are worked on at a time: it bounds what pages of others are asked for, and reserves nothing. */
const researchersAtOnce = 5;

/** One message for each call: a request may take as long as a function may run. */
export function followQueue(researcher: lambda.Function, { core }: Parts): void {
  const source = new SqsEventSource(core.researchQueue, {
    batchSize: 1,
    reportBatchItemFailures: true,
    maxConcurrency: researchersAtOnce,
  });
  researcher.addEventSource(source);
}
