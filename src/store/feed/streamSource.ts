/** Port: DynamoDB Streams of one table, as far as the feeder needs them. */

/** One shard. Records of an item are in one shard at a time; a parent's records come before its children's. */
export interface StreamShard {
  readonly shardId: string;
  readonly parentShardId?: string | undefined;
}

/** One change of an item. */
export interface StreamRecord {
  /** A decimal number; compare as BigInt. */
  readonly sequenceNumber: string;
  readonly kind: "INSERT" | "MODIFY" | "REMOVE" | "OTHER";
  /** The item after the change, where the record carries it. */
  readonly image?: Readonly<Record<string, unknown>> | undefined;
}

export interface StreamPage {
  readonly records: readonly StreamRecord[];
  /** Absent where the shard is closed and was read to its end. */
  readonly nextIterator?: string | undefined;
}

/**
 * Where reading begins: with the record `at`, behind the record `after`, or with the oldest record that is still there.
 */
export type ShardStart = { readonly at: string } | { readonly after: string } | "TRIM_HORIZON";

export interface StreamSource {
  /**
   * True where the numbers of a shard's records follow each other without a gap and the shard never ends, as in the
   * embedded engine: there a jump means that records were trimmed, which that engine does not say otherwise.
   */
  readonly contiguousSequenceNumbers: boolean;
  /** Every shard that still has records or will have some. */
  shards(): Promise<readonly StreamShard[]>;
  /** Throws {@link TrimmedRecordsError} or {@link ShardGoneError}. */
  iterator(shardId: string, start: ShardStart): Promise<string>;
  /** Up to `limit` records. Throws {@link ExpiredShardIteratorError}, {@link TrimmedRecordsError} or {@link ShardGoneError}. */
  read(shardId: string, iterator: string, limit: number): Promise<StreamPage>;
}
