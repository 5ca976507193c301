/** Replay: lets a processor go on from an earlier position, as if it had not handled what came behind that. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { ChangeFeed, Clock, FeedPosition } from "../../domain/kernel/index.js";
import { covers, invalid } from "../../domain/kernel/index.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { atTheBeginning, loadCheckpoint, toCheckpointPut } from "./checkpoint.js";
import { loadDeadLetters, toDeadLetterDelete } from "./deadLetters.js";

/** As many as go into one transaction with the checkpoint. */
const lettersAtMost = 99;

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
  const to = { position, generation: from.generation };
  // What waits behind a dead letter comes again with everything else.
  const letters = await loadDeadLetters(db, processor, from.generation);
  const covered = letters.filter((letter) => letter.position > (position[letter.log] ?? 0));
  if (covered.length > lettersAtMost) {
    throw invalid("from", `lies before ${covered.length} dead letters; retry or skip some first`);
  }
  await db.client.send(
    new TransactWriteCommand({
      TransactItems: [
        toCheckpointPut(db, { processor, from, to, at: clock.now() }),
        ...covered.map((letter) => toDeadLetterDelete(db, letter)),
      ],
    }),
  );
}
