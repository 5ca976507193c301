/** Compares the shards of a stream with what was read of them, and says whether records may have been lost. Pure. */
import { toMilliseconds } from "../../domain/kernel/index.js";
import type { Instant } from "../../domain/kernel/index.js";
import type { ShardCheckpoint } from "./shardCheckpoints.js";
import type { StreamShard } from "./streamSource.js";

export interface ShardSurvey {
  /** Why records may have been lost, one sentence each; empty where every record was read or still can be. */
  readonly losses: readonly string[];
  /** Checkpoints that nobody needs any more. */
  readonly obsolete: readonly string[];
}

/** DynamoDB keeps records for 24 hours; the hour is for clocks that differ. */
const retainedMilliseconds = 23 * 3_600_000;

export function surveyShards(options: {
  readonly shards: readonly StreamShard[];
  readonly checkpoints: ReadonlyMap<string, ShardCheckpoint>;
  readonly now: Instant;
  /** Whether the stream forgets records by their age, as AWS does. */
  readonly expires: boolean;
}): ShardSurvey {
  const { shards, checkpoints, now, expires } = options;
  if (checkpoints.size === 0) return { losses: ["nothing was ever read"], obsolete: [] };
  const rows = [...checkpoints.values()];
  const listed = new Set(shards.map(({ shardId }) => shardId));
  const parents = new Set(shards.map(({ parentShardId }) => parentShardId));
  const gone = rows.filter(({ shardId }) => !listed.has(shardId));

  const unfinished = gone
    .filter(({ closed }) => !closed)
    .map(({ shardId }) => `${shardId} was not read to its end and is gone`);
  const orphans = shards
    .filter(({ shardId }) => !checkpoints.has(shardId))
    .filter(({ parentShardId: parent }) => !(parent && (listed.has(parent) || checkpoints.get(parent)?.closed)))
    .map(({ shardId }) => `${shardId} is new and what came before it is unknown`);
  const newest = Math.max(...rows.map(({ at }) => toMilliseconds(at)));
  const stale = expires && toMilliseconds(now) - newest > retainedMilliseconds;

  return {
    losses: [
      ...unfinished,
      ...orphans,
      ...(stale ? ["nothing was read for longer than the stream keeps records"] : []),
    ],
    obsolete: gone.filter(({ shardId, closed }) => !closed || !parents.has(shardId)).map(({ shardId }) => shardId),
  };
}
