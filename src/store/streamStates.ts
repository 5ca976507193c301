/** States of streams, from the log or from their rows: what the loaders of contexts with several kinds of streams share. */
import DataLoader from "dataloader";
import type { Loaded } from "../domain/kernel/commandHandler.js";
import type { DomainEvent, Recorded } from "../domain/kernel/event.js";
import { batchGet } from "./dynamodb/batchGet.js";
import { readShortStreams } from "./dynamodb/shortStreams.js";
import type { ShortStreamsDeps } from "./dynamodb/shortStreams.js";
import type { Item } from "./dynamodb/rowWrite.js";
import { isAsWritten } from "./seal.js";
import type { TableName } from "./tables.js";

/** How the streams of a context fold. */
export interface StreamFolding<State, E extends DomainEvent> {
  readonly evolve: (state: State, event: Recorded<E>) => State;
  /** The state of a stream that was never written to. */
  readonly emptyStateOf: (streamId: string) => State;
  /** For states that grow with their stream. */
  readonly part?: StatePart<State, E>;
}

/** The part of a state that events need. Without it each of them costs as much as the state is large. */
export interface StatePart<State, E extends DomainEvent> {
  /** What a decision leading to `events` would have had at hand. */
  take(state: State, events: readonly Recorded<E>[]): State;
  /** May change `state` in place. */
  putBack(state: State, part: State): State;
}

/** Where the state of a stream is as a row. */
export interface RowOfStream<State> {
  readonly table: TableName;
  readonly key: Item;
  readonly decode: (item: Item) => Loaded<State>;
}

export interface StreamStates<State> {
  unwritten(streamId: string): Loaded<State>;
  /** From all events of the stream. A request for each 500 commits or 1 MB. */
  fromLog(streamId: string): Promise<Loaded<State>>;
  /** From the events of a short stream; those that are asked for in one step cost one request for 25. */
  fromShortStream(streamId: string): Promise<Loaded<State>>;
  /**
   * From a row, or from the log where somebody has edited the row: such a one decides nothing, and never gets into the cache.
   * Those that are asked for in one step cost one request for 100 of a table.
   */
  fromRow(streamId: string, row: RowOfStream<State>): Promise<Loaded<State>>;
  /** One row, strongly consistent. Costs as `fromRow`. */
  row(table: TableName, key: Item): Promise<Item | undefined>;
}

export interface StreamStatesDeps<State, E extends DomainEvent> extends ShortStreamsDeps {
  readonly folding: StreamFolding<State, E>;
  /** Whether the ledger wrote a row. */
  readonly isOurs: (item: Item) => boolean;
}

export function createStreamStates<State, E extends DomainEvent>(
  deps: StreamStatesDeps<State, E>,
): StreamStates<State> {
  const { db, eventStore, folding, isOurs } = deps;
  const streams = new DataLoader((ids: readonly string[]) => readShortStreams(deps, ids), { cache: false });
  const rows = new DataLoader(
    (asked: readonly Pick<RowOfStream<State>, "table" | "key">[]) =>
      Promise.all(groupByTable(asked).map(({ table, keys }) => batchGet(db, table, keys, { consistent: true }))).then(
        (found) => inOrder(asked, found),
      ),
    { cache: false },
  );

  const unwritten = (streamId: string): Loaded<State> => ({
    version: 0,
    state: folding.emptyStateOf(streamId),
    hash: "",
  });
  const folded = (streamId: string, events: readonly Recorded[]): Loaded<State> => {
    const last = events.at(-1);
    return { version: last?.version ?? 0, state: foldStream(folding, streamId, events), hash: last?.hash ?? "" };
  };
  const fromLog = async (streamId: string): Promise<Loaded<State>> => {
    const events: Recorded[] = [];
    for await (const commit of eventStore.readStream(streamId)) events.push(...commit.events);
    return folded(streamId, events);
  };
  const row = (table: TableName, key: Item) => rows.load({ table, key });

  return {
    unwritten,
    fromLog,
    fromShortStream: async (streamId) => folded(streamId, await streams.load(streamId)),
    async fromRow(streamId, { table, key, decode }) {
      const item = await row(table, key);
      if (item === undefined || !isOurs(item)) return unwritten(streamId);
      return isAsWritten(item) ? decode(item) : fromLog(streamId);
    },
    row,
  };
}

/** The state that the events of a whole stream lead to. */
export function foldStream<State, E extends DomainEvent>(
  { evolve, emptyStateOf, part }: StreamFolding<State, E>,
  streamId: string,
  events: readonly Recorded[],
): State {
  // The stream is of the context, so its events are of its union.
  return (events as readonly Recorded<E>[]).reduce(
    (state, event) =>
      part === undefined ? evolve(state, event) : part.putBack(state, evolve(part.take(state, [event]), event)),
    emptyStateOf(streamId),
  );
}

interface AskedRow {
  readonly table: TableName;
  readonly key: Item;
}

function groupByTable(
  asked: readonly AskedRow[],
): readonly { readonly table: TableName; readonly keys: readonly Item[] }[] {
  return [...new Set(asked.map(({ table }) => table))].map((table) => ({
    table,
    keys: asked.filter((one) => one.table === table).map(({ key }) => key),
  }));
}

/** What was found for each table, in the order in which it was asked for. */
function inOrder(asked: readonly AskedRow[], found: readonly (readonly (Item | undefined)[])[]): (Item | undefined)[] {
  const tables = [...new Set(asked.map(({ table }) => table))];
  const next = new Map(tables.map((table, index) => [table, (found[index] ?? [])[Symbol.iterator]()]));
  return asked.map(({ table }) => next.get(table)?.next().value);
}
