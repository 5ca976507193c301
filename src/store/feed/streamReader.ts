/** Reads the shards of a stream page by page: a parent to its end before its children, and never past a gap unnoticed. */
import { ExpiredShardIteratorError, TrimmedRecordsError } from "./errors.js";
import type { ShardStart, StreamPage, StreamRecord, StreamShard, StreamSource } from "./streamSource.js";

/** What is known of a shard when reading begins. */
interface ShardOutset extends StreamShard {
  /** The last record that was read; absent to begin with the oldest one. */
  readonly after?: string | undefined;
  /** True where the shard was read to its end before. */
  readonly finished: boolean;
}

export interface ReadPage {
  readonly records: readonly StreamRecord[];
  /** Why records between the last page and this one may have been lost; absent where none were. */
  readonly loss?: string;
  /** True where the shard is closed and this was its last page. */
  readonly ended: boolean;
  /** True where more records may be waiting. */
  readonly more: boolean;
}

export interface StreamReader {
  /** Begins anew with these shards. */
  open(shards: readonly ShardOutset[]): void;
  /** Adds shards that are not known yet, to be read from their oldest record. */
  discovered(shards: readonly StreamShard[]): void;
  /** Shards that can be read now: not ended, and no parent of theirs is still to be read. */
  readable(): readonly string[];
  /**
   * The next page of a readable shard: one request, two where the iterator must be made. Where records were trimmed, the
   * page is empty and says so, and the next one begins with the oldest record.
   */
  read(shardId: string): Promise<ReadPage>;
  /**
   * Where a shard that was never read begins, to be noted as read up to there: the number before its oldest record,
   * undefined where the source does not number without gaps.
   */
  horizon(shardId: string): Promise<string | undefined>;
  /** Whether the record `sequenceNumber` is what the stream holds there; true where the source cannot tell. */
  holds(shardId: string, sequenceNumber: string): Promise<boolean>;
}

interface Shard {
  readonly parentShardId: string | undefined;
  after: string | undefined;
  iterator: string | undefined;
  finished: boolean;
}

export function createStreamReader(deps: { readonly source: StreamSource; readonly pageSize: number }): StreamReader {
  const { source, pageSize } = deps;
  const known = new Map<string, Shard>();

  const requireShard = (shardId: string): Shard => {
    const shard = known.get(shardId);
    if (shard === undefined) throw new Error(`unknown shard ${shardId}`);
    return shard;
  };

  const iteratorOf = async (shardId: string, shard: Shard): Promise<string> => {
    const start: ShardStart = shard.after === undefined ? "TRIM_HORIZON" : { after: shard.after };
    return (shard.iterator ??= await source.iterator(shardId, start));
  };

  const nextPage = async (shardId: string, shard: Shard): Promise<StreamPage> => {
    try {
      return await source.read(shardId, await iteratorOf(shardId, shard), pageSize);
    } catch (error) {
      if (!(error instanceof ExpiredShardIteratorError)) throw error;
      shard.iterator = undefined;
      return source.read(shardId, await iteratorOf(shardId, shard), pageSize);
    }
  };

  /** One record from where `start` says, without moving the shard's own reading on. */
  const peek = async (shardId: string, start: ShardStart): Promise<StreamRecord | undefined> => {
    const page = await source.read(shardId, await source.iterator(shardId, start), 1);
    return page.records[0];
  };

  return {
    open: (shards) => {
      known.clear();
      for (const { shardId, parentShardId, after, finished } of shards) {
        known.set(shardId, { parentShardId, after, iterator: undefined, finished });
      }
    },
    discovered: (shards) => {
      for (const { shardId, parentShardId } of shards) {
        if (!known.has(shardId)) {
          known.set(shardId, { parentShardId, after: undefined, iterator: undefined, finished: false });
        }
      }
    },
    readable: () =>
      [...known]
        .filter(([, { finished }]) => !finished)
        .filter(([, { parentShardId: parent }]) => parent === undefined || (known.get(parent)?.finished ?? true))
        .map(([shardId]) => shardId),
    read: async (shardId) => {
      const shard = requireShard(shardId);
      try {
        const { records, nextIterator } = await nextPage(shardId, shard);
        const jump = source.contiguousSequenceNumbers ? findJump(shard.after, records) : undefined;
        shard.after = records.at(-1)?.sequenceNumber ?? shard.after;
        shard.iterator = nextIterator;
        shard.finished = nextIterator === undefined;
        return {
          records,
          ended: shard.finished,
          // Elsewhere a page may be cut short by its size, so that only an empty one tells that there is no more.
          more: source.contiguousSequenceNumbers ? records.length >= pageSize : records.length > 0,
          ...(jump === undefined ? {} : { loss: `${shardId} goes on with record ${jump}` }),
        };
      } catch (error) {
        if (!(error instanceof TrimmedRecordsError)) throw error;
        shard.after = undefined;
        shard.iterator = undefined;
        return { records: [], ended: false, more: true, loss: error.message };
      }
    },
    horizon: async (shardId) => {
      if (!source.contiguousSequenceNumbers) return undefined;
      const oldest = await peek(shardId, "TRIM_HORIZON");
      return oldest === undefined ? "0" : (BigInt(oldest.sequenceNumber) - 1n).toString();
    },
    holds: async (shardId, sequenceNumber) => {
      // "0" stands for the place before the first record.
      if (!source.contiguousSequenceNumbers || sequenceNumber === "0") return true;
      const found = await peek(shardId, { at: sequenceNumber });
      return found !== undefined && BigInt(found.sequenceNumber) === BigInt(sequenceNumber);
    },
  };
}

/** The number of the first record that does not follow the one before it. */
function findJump(after: string | undefined, records: readonly StreamRecord[]): string | undefined {
  let expected = after === undefined ? undefined : BigInt(after) + 1n;
  for (const { sequenceNumber } of records) {
    const number = BigInt(sequenceNumber);
    if (expected !== undefined && number !== expected) return sequenceNumber;
    expected = number + 1n;
  }
  return undefined;
}
