/** Port: the append-only log of events, with the rows that are written beside them. */
import type { Commit } from "./event.js";
import type { ViewChange } from "./decider.js";

/** The new events of one stream and what changes with them. */
export interface StreamAppend {
  /** The events; `commit.version` must be `expectedVersion + 1`. */
  readonly commit: Commit;
  /** The stream's version that the decision was made on; 0 for a stream that does not exist. */
  readonly expectedVersion: number;
  readonly views: readonly ViewChange[];
}

/** Marks a command, so that a repeat finds the first outcome instead of acting again. */
export interface Idempotency {
  /** Unique per caller and operation, whatever the caller chose. */
  readonly key: string;
  /** The command's content in canonical form; a repeat must have the same. */
  readonly payload: string;
}

/** Where a command's events ended: the stream and its version after the command. */
export interface StreamPosition {
  readonly streamId: string;
  readonly version: number;
  /** True where the command left the stream as it was. */
  readonly unchanged?: true;
}

export interface AppendRequest {
  /** At most one append for each stream; empty where only the idempotency record is to be kept. */
  readonly appends: readonly StreamAppend[];
  /** Streams that the decision looked at and left as they are: they must be at these versions still. */
  readonly unchanged?: readonly StreamPosition[];
  readonly idempotency?: Idempotency;
  /** What a repeat of the command is to be told; defaults to the ends of the appends. */
  readonly outcome?: readonly StreamPosition[];
}

export interface AppendResult {
  readonly positions: readonly StreamPosition[];
  /** True where an earlier command with this idempotency key is the one that counts: nothing was written now. */
  readonly repeated: boolean;
}

export interface ReadOptions {
  /** First version wanted. @default 1 */
  readonly fromVersion?: number;
  /** Last version wanted; the commit that holds it comes whole. @default the stream's last */
  readonly toVersion?: number;
}

/** A row that an append must be the first to write is there already. Nothing was written. */
export class RowTakenError extends Error {
  constructor(
    /** The table's name as the seeds write it, and the row's key. */
    readonly row: string,
    options?: ErrorOptions,
  ) {
    super(`a row that must be new exists already: ${row}`, options);
    this.name = "RowTakenError";
  }
}

/**
 * Every append is all or nothing: events, rows and idempotency record together.
 *
 * append throws {@link VersionConflictError} with the actual version where a stream has moved on,
 * {@link IdempotencyKeyReusedError} where the key stands for another payload, {@link UnavailableError} when the store
 * keeps refusing for lack of capacity, {@link ValidationError} where the commit is too large, {@link RowTakenError} where a
 * row that must be new is not. An append repeated with
 * the same event ids succeeds and writes nothing.
 */
export interface EventStore {
  append(request: AppendRequest): Promise<AppendResult>;
  /** Commits of a stream in order, strongly consistent, from the commit that holds `fromVersion`; empty for an unknown stream. */
  readStream(streamId: string, options?: ReadOptions): AsyncIterable<Commit>;
  /** The version of the stream's last event; 0 for an unknown stream. */
  headVersion(streamId: string): Promise<number>;
  /** What the first command with this key led to, or undefined. Throws like append for another payload. */
  findOutcome(idempotency: Idempotency): Promise<readonly StreamPosition[] | undefined>;
  /** Every commit of every stream: streams one after the other in no stated order, commits of one stream in order. */
  readAll(): AsyncIterable<Commit>;
}
