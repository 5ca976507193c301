/** When records of a stream may have been lost. */
import { expect, it } from "vitest";
import { surveyShards } from "../../../src/store/feed/shardSurvey.js";
import type { ShardCheckpoint } from "../../../src/store/feed/shardCheckpoints.js";
import type { StreamShard } from "../../../src/store/feed/streamSource.js";

const now = "2025-01-15T12:00:00.000Z";
const aMomentAgo = "2025-01-15T11:59:00.000Z";

function survey(shards: StreamShard[], checkpoints: Partial<ShardCheckpoint>[], expires = true) {
  const rows = checkpoints.map((row): ShardCheckpoint => ({ shardId: "a", closed: false, at: aMomentAgo, ...row }));
  return surveyShards({ shards, checkpoints: new Map(rows.map((row) => [row.shardId, row])), now, expires });
}

it("the first start knows nothing of the past", () => {
  expect(survey([{ shardId: "a" }], []).losses).toHaveLength(1);
});

it("nothing is lost while every shard is still there or was read to its end", () => {
  const shards = [{ shardId: "a" }, { shardId: "b", parentShardId: "a" }, { shardId: "c", parentShardId: "old" }];
  expect(survey(shards, [{ shardId: "a" }, { shardId: "old", closed: true }]).losses).toEqual([]);
});

it("a shard that vanished before it was read to its end is a loss", () => {
  const { losses, obsolete } = survey([{ shardId: "b", parentShardId: "a" }], [{ shardId: "a" }]);
  expect(losses).toContain("a was not read to its end and is gone");
  expect(obsolete).toEqual(["a"]);
});

it("a new shard whose parent nobody knows is a loss: what was between is gone", () => {
  const { losses } = survey([{ shardId: "c", parentShardId: "b" }], [{ shardId: "a", closed: true }]);
  expect(losses).toEqual(["c is new and what came before it is unknown"]);
});

it("a stream that was made anew is a loss", () => {
  expect(survey([{ shardId: "x" }], [{ shardId: "a", closed: true }]).losses).toHaveLength(1);
});

it("nothing read for a day is a loss where records expire, and none where they do not", () => {
  const yesterday = "2025-01-14T12:30:00.000Z";
  expect(survey([{ shardId: "a" }], [{ at: yesterday }]).losses).toHaveLength(1);
  expect(survey([{ shardId: "a" }], [{ at: yesterday }], false).losses).toEqual([]);
  expect(survey([{ shardId: "a" }], [{ at: yesterday }, { shardId: "b", closed: true }]).losses).toEqual([]);
});

it("the checkpoint of a finished shard is kept as long as a child of it is listed", () => {
  const rows = [{ shardId: "a", closed: true }, { shardId: "b" }];
  expect(survey([{ shardId: "b", parentShardId: "a" }], rows).obsolete).toEqual([]);
  expect(survey([{ shardId: "b" }], rows).obsolete).toEqual(["a"]);
});
