/** Replay: lets a processor go on from an earlier position, as if it had not handled what came behind that. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ChangeFeed, Clock, FeedPosition } from "../../domain/kernel/index.js";
import { covers, invalid } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { atTheBeginning, loadCheckpoint, toCheckpointPut } from "./checkpoint.js";

/**
 * Moves the checkpoint of a processor. Where it runs it notices with its next write, and goes on from there. Policies and
 * publishers take that well: a policy's commands are found done, and published events have the ids that they had. A view that
 * folds must be rebuilt instead. Throws a ValidationError where the feed has not come as far as `position`.
 */
export async function replayFrom(
  { db, feed, clock }: { readonly db: DynamoDb; readonly feed: ChangeFeed; readonly clock: Clock },
  processor: string,
  position: FeedPosition,
): Promise<void> {
  if (position.length !== feed.logs || !covers(await feed.head(), position)) {
    throw invalid("from", "is not a position of this feed");
  }
  const from = (await loadCheckpoint(db, processor)) ?? atTheBeginning(feed.logs);
  const { Put } = toCheckpointPut(db, {
    processor,
    from,
    to: { position, generation: from.generation },
    at: clock.now(),
  });
  if (Put !== undefined) await db.client.send(new PutCommand(Put));
}
