/** What functions on the stream of the feed share: records are a hint that there is something, and what failed comes again. */
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { Logger } from "../observability/logger.js";
import type { CaughtUp } from "../store/processing/catchUp.js";
import { timeLeft } from "./deadline.js";
import { requireStreamEvent, sequenceNumberOf, toBatchResponse } from "./streamRecords.js";

export type ConsumerHandler = (
  event: DynamoDBStreamEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
) => Promise<DynamoDBBatchResponse>;

/** What is left, when no more work is begun, for the requests under way and to give leases back. */
export const marginMilliseconds = 5_000;

/**
 * A handler around `catchUp`, which is to begin no more work when the signal aborts. Where a processor has failed, or was not done in
 * time, the whole batch comes again: for the others that costs a look.
 */
export function createConsumer(
  catchUp: (signal: AbortSignal) => Promise<{ caughtUp: CaughtUp; logger: Logger }>,
): ConsumerHandler {
  return async (event, context) => {
    const [first] = requireStreamEvent(event);
    const time = timeLeft(context, marginMilliseconds);
    try {
      const { caughtUp, logger } = await catchUp(time.signal);
      const failed = caughtUp.failed.length > 0;
      logger[failed ? "error" : "debug"]({ records: event.Records.length, ...caughtUp }, "caught up with the feed");
      return toBatchResponse(failed && first !== undefined ? sequenceNumberOf(first) : undefined);
    } finally {
      time.end();
    }
  };
}
