/** What the proofs are told of one kind of stream: how its events become rows, so that verify and rebuild can do it again. */
import type { CommitTags, Commit, Recorded } from "../../domain/kernel/event.js";
import type { Decider, InlineProjection } from "../../domain/kernel/decider.js";
import { commitTags } from "../../domain/kernel/decider.js";
import type { DomainEvent } from "../../domain/kernel/event.js";
import { lastVersion } from "../../domain/kernel/event.js";
import { toStreamName } from "../../domain/kernel/streamName.js";
import { toEpochSeconds } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";
import { collectRowWrites, primaryKeyOf } from "../dynamodb/rowWrite.js";
import type { Item, ViewWriters } from "../dynamodb/rowWrite.js";
import type { StatePart } from "../streamStates.js";
import { tables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";

/** How the rows of one table belong to streams. */
export interface RowOwnership {
  /** The stream that a row follows from; undefined for a row that somebody else put there, which is counted and left alone. */
  streamOf(item: Item): string | undefined;
  /** The partition key under which a stream's rows are, where they are together: then rows too many are found there. */
  partitionOf?(streamId: string): string;
  /**
   * For a row outside of `partitionOf`: whether a stream that begins so has it. Absent where only the whole stream can tell,
   * which then is folded once more.
   */
  follows?(item: Item, first: Commit): boolean;
  /**
   * For a row that says what one event says: whether the commit that holds its event has it, and the version of that event. Most
   * rows are found so; where the commit does not have it, the stream is folded.
   */
  readonly fact?: {
    versionOf(item: Item): number;
    isIn(item: Item, commit: Commit): boolean;
  };
  /** A row of an async view, which is in the same table and has its own proof. */
  isOfAsyncView?(item: Item): boolean;
  /**
   * Attributes that something else than the log writes, too: whether one may be as it was `found`, where the log says `told`. Verify
   * does not miss what the log says then, and a rebuild keeps what was found. @default the log writes all of them
   */
  readonly beyond?: Readonly<Record<string, (found: unknown, told: unknown) => boolean>>;
}

/** One kind of stream and its rows. A context registers one of these for each category that has inline views. */
export interface ViewSpecification<State, E extends DomainEvent> {
  /** `Incident` of `Incident-<id>`. */
  readonly category: string;
  readonly decider: Pick<Decider<State, never, E>, "initialState" | "evolve">;
  readonly projection: InlineProjection<State, E>;
  readonly writers: ViewWriters;
  /** Every table that the writers write to. */
  readonly tables: Readonly<Partial<Record<TableName, RowOwnership>>>;
  /** For states that grow with their stream. */
  readonly part?: StatePart<State, E>;
  /** When a row expires by the state its stream is in now; undefined: never. Absent where no row of the view expires. */
  readonly expiryOf?: (item: Item, state: State) => Instant | undefined;
  /** What `expiryOf` depends on besides the row; when it changes, rows may have expired before. */
  readonly expiryBasis?: (state: State) => string | undefined;
  /** A row that stands for work to be done, and goes when it is: `expiryOf` counts once it is gone. */
  readonly isWork?: (item: Item) => boolean;
  /** A row that must not be there in this state, though no event took it away: work that waits may still have to do so. */
  readonly isGone?: (item: Item, state: State) => boolean;
  /** Whether every row is written anew where the state changes so, also those that had expired. */
  readonly bringsBack?: (before: State, after: State) => boolean;
  /** Work that brings and takes away rows of its stream: until it is done, any of them may be there or not. */
  readonly movesRows?: (item: Item) => boolean;
  /** A counter in `processor-checkpoints` that must not be below the greatest number that an event holds. */
  readonly counter?: {
    readonly processor: string;
    readonly partition: string;
    numberIn(commit: Commit): number | undefined;
  };
}

/** A row as it must be. */
export interface ExpectedRow {
  readonly table: TableName;
  readonly key: Item;
  readonly item: Item;
  /**
   * REQUIRED: it must be there. OPTIONAL: it may be, as it stands for work that may be done, or has expired; a rebuild does not
   * write it. GONE: it must not be there.
   */
  readonly presence: "REQUIRED" | "OPTIONAL" | "GONE";
}

/** The fold of one stream, commit by commit. */
export interface StreamFold {
  /** Folds a commit in, and returns the tags it must have. Commits come in order. */
  add(commit: Commit): CommitTags;
  /** The rows after the last commit, as they must be at `now`, by {@link rowIdentity}. */
  rows(now: Instant): ReadonlyMap<string, ExpectedRow>;
  readonly version: number;
}

/** A {@link ViewSpecification} whose types only it knows. */
export interface VerifiedView {
  readonly category: string;
  readonly tables: Readonly<Partial<Record<TableName, RowOwnership>>>;
  readonly counter?: ViewSpecification<never, never>["counter"];
  readonly isWork: (item: Item) => boolean;
  readonly movesRows: (item: Item) => boolean;
  fold(): StreamFold;
}

interface FoldedRow {
  readonly table: TableName;
  readonly key: Item;
  item: Item;
  /** It expired, and then its stream was taken up again: nobody knows whether it was deleted in between. */
  lapsed: boolean;
}

/** Makes of a specification what verify and rebuild take. */
export function verifiedView<State, E extends DomainEvent>(specification: ViewSpecification<State, E>): VerifiedView {
  const { category, tables: owned, counter, isWork = () => false, movesRows = () => false } = specification;
  return {
    category,
    tables: owned,
    ...(counter === undefined ? {} : { counter }),
    isWork,
    movesRows,
    fold: () => createFold(specification),
  };
}

/** What is the same for all kinds of streams under one decider. */
export function verifiedViewsOf<State, E extends DomainEvent>(
  joined: Pick<ViewSpecification<State, E>, "projection" | "writers" | "part"> & {
    readonly evolve: (state: State, event: Recorded<E>) => State;
    readonly emptyStateOf: (streamId: string) => State;
  },
) {
  const { evolve, emptyStateOf, ...shared } = joined;
  return (category: string, own: Pick<ViewSpecification<State, E>, "tables" | "expiryOf">): VerifiedView => {
    const initialState = emptyStateOf(toStreamName(category, "any"));
    return verifiedView<State, E>({ category, decider: { initialState, evolve }, ...shared, ...own });
  };
}

/** Identifies a row among those of all tables. */
export function rowIdentity(table: TableName, item: Item): string {
  return [table, ...Object.values(primaryKeyOf(table, item)).map(String)].join(" ");
}

function createFold<State, E extends DomainEvent>(specification: ViewSpecification<State, E>): StreamFold {
  const { decider, projection, writers, part, expiryOf, expiryBasis, isWork, isGone, bringsBack } = specification;
  const rows = new Map<string, FoldedRow>();
  let state = decider.initialState;
  let version = 0;

  const apply = (changes: ReturnType<typeof projection.changes>) => {
    for (const write of collectRowWrites(writers, changes)) {
      const item = write.kind === "put" ? definedIn(write.item) : write.key;
      const identity = rowIdentity(write.table, item);
      if (write.kind === "delete") rows.delete(identity);
      else rows.set(identity, { table: write.table, key: primaryKeyOf(write.table, item), item, lapsed: false });
    }
  };

  const secondsOf = (item: Item, of: State): number | undefined => {
    const at = expiryOf?.(item, of);
    return at === undefined ? undefined : toEpochSeconds(at);
  };

  const noteLapsed = (before: State, at: number) => {
    for (const row of rows.values()) if ((secondsOf(row.item, before) ?? Infinity) <= at) row.lapsed = true;
  };

  return {
    get version() {
      return version;
    },
    add(commit) {
      // The stream's category is that of the view, so its events are E's.
      const events = commit.events as readonly Recorded<E>[];
      const before = part === undefined ? state : part.take(state, events);
      const after = events.reduce((folded, event) => decider.evolve(folded, event), before);
      const at = events[0]?.recordedAt;
      if (at !== undefined && expiryBasis !== undefined && expiryBasis(before) !== expiryBasis(after)) {
        noteLapsed(before, toEpochSeconds(at));
      }
      if (bringsBack?.(before, after) === true) for (const row of rows.values()) row.lapsed = false;
      apply(projection.changes(before, events, after));
      state = part === undefined ? after : part.putBack(state, after);
      version = lastVersion(commit);
      return commitTags(projection, before, after);
    },
    rows(now) {
      const seconds = toEpochSeconds(now);
      const toExpected = ({ table, key, item, lapsed }: FoldedRow): ExpectedRow => {
        const timeToLive = (tables[table] as TableDefinition).timeToLive;
        const expiresAt = secondsOf(item, state);
        const whole =
          expiryOf === undefined || timeToLive === undefined ? item : definedIn({ ...item, [timeToLive]: expiresAt });
        const expired = lapsed || (expiresAt !== undefined && expiresAt <= seconds);
        const optional = expired || isWork?.(item) === true;
        const presence = isGone?.(item, state) === true ? "GONE" : optional ? "OPTIONAL" : "REQUIRED";
        return { table, key, item: whole, presence };
      };
      return new Map([...rows].map(([identity, row]) => [identity, toExpected(row)]));
    },
  };
}

/** An item without attributes that are undefined, which DynamoDB does not keep. */
export function definedIn(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}
