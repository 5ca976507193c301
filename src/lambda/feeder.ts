/** Stream of the log: writes each commit to the change feed. It holds no lease, and keeps no place in the stream. */
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { passingNewerOn } from "../domain/kernel/index.js";
import { systemClock } from "../server/clock.js";
import { codec } from "../server/codec.js";
import { createDynamoDbEventStore } from "../store/dynamodb/eventStore.js";
import { decodeCommit } from "../store/dynamodb/items.js";
import { createBackoff } from "../store/dynamodb/retry.js";
import { createStreamBatchFeeder } from "../store/feed/streamBatchFeeder.js";
import type { StreamBatchFeeder } from "../store/feed/streamBatchFeeder.js";
import { timeLeft } from "./deadline.js";
import { once } from "./environment.js";
import { openFeed } from "./feedParts.js";
import type { FeedFunctionOptions } from "./feedParts.js";
import { requireStreamEvent, toBatchResponse, toStreamRecord } from "./streamRecords.js";

type FeederHandler = (
  event: DynamoDBStreamEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
) => Promise<DynamoDBBatchResponse>;

/** What one more try may take, and the answer. */
const marginMilliseconds = 10_000;

/**
 * The handler. Its answer names the first record that is to come again, because other feeders were faster to the end, or the store
 * did not answer. A stream that cannot be fed holds up neither others nor the shard: it is an error in the log, which an alarm
 * counts. It throws where it cannot begin: then the whole batch comes again.
 */
export function createFeederFunction(options: FeedFunctionOptions): { readonly handler: FeederHandler } {
  const opened = once(() => openFeeder(options));
  return {
    handler: async (event, context) => {
      const records = requireStreamEvent(event);
      const { feeder, logger } = await opened();
      const time = timeLeft(context, marginMilliseconds);
      try {
        const { events, failedAt } = await feeder.feed(records.map(toStreamRecord), time);
        logger[failedAt === undefined ? "debug" : "warn"]({ records: records.length, events, failedAt }, "batch fed");
        return toBatchResponse(failedAt);
      } finally {
        time.end();
      }
    },
  };
}

/** What a newer release has written is fed as it is stored. */
const asStored = passingNewerOn(codec);

async function openFeeder(options: FeedFunctionOptions) {
  const { logger, db, feed } = await openFeed(options);
  const feeder: StreamBatchFeeder = createStreamBatchFeeder({
    ...{ db, feed },
    eventStore: createDynamoDbEventStore({ db, codec: asStored, clock: systemClock, views: {} }),
    decodeCommit: (item) => decodeCommit(item, asStored),
    clock: systemClock,
    log: logger,
    backoff: createBackoff({ baseMilliseconds: 20, capMilliseconds: 1_000 }),
  });
  return { feeder, logger };
}

export const { handler } = createFeederFunction({ environment: process.env });
