/** Rows of views as DynamoDB writes: what a context tells the event store to write beside its events. */
import type { ViewChange } from "../../domain/kernel/decider.js";
import { tables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";

export type Item = Readonly<Record<string, unknown>>;

interface RowPut {
  readonly kind: "put";
  readonly table: TableName;
  readonly item: Item;
  /** The write fails, and all of its transaction, where the row exists. @default false */
  readonly onlyIfNew?: boolean;
}

interface RowDelete {
  readonly kind: "delete";
  readonly table: TableName;
  readonly key: Item;
}

export type RowWrite = RowPut | RowDelete;

/** How the changes of each view are written, by the name of the view. Pure. */
export type ViewWriters = Readonly<Record<string, (change: ViewChange) => readonly RowWrite[]>>;

/** The one write of a change that puts a row, whose place must be free where the change says so. */
export function putRow(table: TableName, item: Item, { mustBeNew }: Pick<ViewChange, "mustBeNew">): readonly RowPut[] {
  return [{ kind: "put", table, item, ...(mustBeNew === true ? { onlyIfNew: true } : {}) }];
}

/**
 * The writes of several changes, at most one for each row: of two writes to one row the later counts, as DynamoDB refuses
 * two actions on one item. Throws where a view has no writer, which is a mistake in the wiring.
 */
export function collectRowWrites(views: ViewWriters, changes: readonly ViewChange[]): readonly RowWrite[] {
  const byKey = new Map<string, RowWrite>();
  for (const write of changes.flatMap((change) => writerOf(views, change.view)(change))) {
    const key = identityOf(write);
    byKey.set(key, following(byKey.get(key), write));
  }
  return [...byKey.values()];
}

/** The attributes of `item` that are the primary key of `table`. */
export function primaryKeyOf(table: TableName, item: Item): Item {
  const { partitionKey, sortKey }: TableDefinition = tables[table];
  const names = sortKey === undefined ? [partitionKey.name] : [partitionKey.name, sortKey.name];
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

function writerOf(views: ViewWriters, view: string): ViewWriters[string] {
  const writer = Object.hasOwn(views, view) ? views[view] : undefined;
  if (writer === undefined) throw new Error(`no writer for view ${view}`);
  return writer;
}

function identityOf(write: RowWrite): string {
  const key = primaryKeyOf(write.table, write.kind === "put" ? write.item : write.key);
  return JSON.stringify([write.table, ...Object.values(key)]);
}

/** `write` as the one write that has the effect of both. */
function following(earlier: RowWrite | undefined, write: RowWrite): RowWrite {
  if (earlier === undefined || write.kind === "delete") return write;
  // Whether the row must be new was asked before the first of the two, not between them.
  return { ...write, onlyIfNew: earlier.kind === "put" && earlier.onlyIfNew === true };
}
