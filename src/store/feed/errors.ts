/** What can go wrong in the feed that no retry mends, and what only looks so. */

/** Events are missing where there must be some: in the log, or in a log of the feed. Nothing is skipped; a person must look. */
export class FeedGapError extends Error {
  constructor(where: string, expected: number, found: number | undefined) {
    super(
      `${where}: expected ${expected}, found ${found ?? "nothing"}; nothing behind the gap is fed or read until it is mended`,
    );
    this.name = "FeedGapError";
  }
}

/** Another feeder was faster: nothing was written. What it wrote must be loaded before going on. */
export class FeedConflictError extends Error {
  /** Which of the items that were to be written are there already, by their place; none where the two only met. */
  readonly taken: readonly number[];

  constructor({ taken = [], ...options }: ErrorOptions & { readonly taken?: readonly number[] } = {}) {
    super("another feeder has moved the feed on", options);
    this.taken = taken;
    this.name = "FeedConflictError";
  }
}

/** The records behind an iterator or a sequence number are no longer in the stream. */
export class TrimmedRecordsError extends Error {
  constructor(shardId: string, options?: ErrorOptions) {
    super(`records of ${shardId} are no longer in the stream`, options);
    this.name = "TrimmedRecordsError";
  }
}

/** The iterator is too old; another one for the same place does. */
export class ExpiredShardIteratorError extends Error {
  constructor(shardId: string, options?: ErrorOptions) {
    super(`the iterator of ${shardId} has expired`, options);
    this.name = "ExpiredShardIteratorError";
  }
}

/** The shard, or the whole stream, is not there any more. */
export class ShardGoneError extends Error {
  constructor(shardId: string, options?: ErrorOptions) {
    super(`${shardId} is no longer in the stream`, options);
    this.name = "ShardGoneError";
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
