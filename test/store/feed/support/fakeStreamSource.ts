/** A stream whose shards split, end, forget and repeat as a test says. */
import type { Commit } from "../../../../src/domain/kernel/index.js";
import { ExpiredShardIteratorError, ShardGoneError, TrimmedRecordsError } from "../../../../src/store/feed/errors.js";
import type { StreamRecord, StreamShard, StreamSource } from "../../../../src/store/feed/streamSource.js";

interface FakeShard extends StreamShard {
  readonly records: StreamRecord[];
  closed: boolean;
  /** Records up to this index are gone. */
  trimmed: number;
}

export interface FakeStreamSource extends StreamSource {
  /** What was asked of it: `shards`, `iterator a`, `read a` ... */
  readonly requests: string[];
  addShard(shardId: string, parentShardId?: string): void;
  /** Adds a record; without a number, the next one of the whole stream. */
  add(shardId: string, record: Partial<StreamRecord>): void;
  addCommit(shardId: string, commit: Commit): void;
  closeShard(shardId: string): void;
  removeShard(shardId: string): void;
  /** Forgets all records that a shard has now. */
  trim(shardId: string): void;
  /** Makes all iterators that were given out expire. */
  expireIterators(): void;
  /** Called before each read, with the shard. */
  beforeRead: (shardId: string) => void;
}

export function createFakeStreamSource(options: { contiguous: boolean }): FakeStreamSource {
  const shards = new Map<string, FakeShard>();
  const requests: string[] = [];
  let generation = 0;
  let sequence = 0;

  const find = (shardId: string): FakeShard => {
    const shard = shards.get(shardId);
    if (shard === undefined) throw new ShardGoneError(shardId);
    return shard;
  };
  const placeOf = (shard: FakeShard, number: string, inclusive: boolean): number => {
    const wanted = BigInt(number);
    const index = shard.records.findIndex(({ sequenceNumber }) =>
      inclusive ? BigInt(sequenceNumber) >= wanted : BigInt(sequenceNumber) > wanted,
    );
    const place = index < 0 ? shard.records.length : index;
    // A source without contiguous numbers says what it has forgotten; the other goes on with what is there.
    if (place < shard.trimmed && !options.contiguous) throw new TrimmedRecordsError(shard.shardId);
    return Math.max(place, shard.trimmed);
  };

  const source: FakeStreamSource = {
    contiguousSequenceNumbers: options.contiguous,
    requests,
    beforeRead: () => undefined,
    addShard: (shardId, parentShardId) => {
      shards.set(shardId, { shardId, parentShardId, records: [], closed: false, trimmed: 0 });
    },
    add: (shardId, record) => {
      sequence += 1;
      find(shardId).records.push({ sequenceNumber: String(sequence), kind: "INSERT", ...record });
    },
    addCommit: (shardId, commit) => source.add(shardId, { image: { commit: JSON.stringify(commit) } }),
    closeShard: (shardId) => {
      find(shardId).closed = true;
    },
    removeShard: (shardId) => {
      shards.delete(shardId);
    },
    trim: (shardId) => {
      const shard = find(shardId);
      shard.trimmed = shard.records.length;
    },
    expireIterators: () => {
      generation += 1;
    },
    shards: async () => {
      requests.push("shards");
      return [...shards.values()].map(({ shardId, parentShardId }) => ({ shardId, parentShardId }));
    },
    iterator: async (shardId, start) => {
      requests.push(`iterator ${shardId}`);
      const shard = find(shardId);
      if (start === "TRIM_HORIZON") return `${generation}:${shard.trimmed}`;
      return `${generation}:${"at" in start ? placeOf(shard, start.at, true) : placeOf(shard, start.after, false)}`;
    },
    read: async (shardId, iterator, limit) => {
      requests.push(`read ${shardId}`);
      source.beforeRead(shardId);
      const shard = find(shardId);
      const [made, index] = iterator.split(":").map(Number);
      if (made !== generation) throw new ExpiredShardIteratorError(shardId);
      if ((index ?? 0) < shard.trimmed && !options.contiguous) throw new TrimmedRecordsError(shardId);
      const from = Math.max(index ?? 0, shard.trimmed);
      const records = shard.records.slice(from, from + limit);
      const end = from + records.length;
      const ended = shard.closed && end === shard.records.length;
      return { records, nextIterator: ended ? undefined : `${generation}:${end}` };
    },
  };
  return source;
}
