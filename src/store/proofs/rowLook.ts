/** The rows of a stream as they are in the tables, and how they differ from what its fold says. */
import type { Instant } from "../../domain/kernel/time.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { primaryKeyOf } from "../dynamodb/rowWrite.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { tables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";
import { compareItems } from "./difference.js";
import type { Difference } from "./difference.js";
import { lastExtent, partition, readStored } from "./logScan.js";
import { proveStream } from "./streamProof.js";
import type { ProofRules, StreamProof } from "./streamProof.js";
import { rowIdentity } from "./verifiedView.js";
import type { ExpectedRow, RowOwnership, VerifiedView } from "./verifiedView.js";

interface FoundRow {
  readonly table: TableName;
  readonly item: Item;
}

/** What is wrong with one row, and what would mend it. */
export type RowFinding =
  | { readonly kind: "MISSING"; readonly row: ExpectedRow; readonly differences: readonly Difference[] }
  | {
      readonly kind: "CHANGED";
      /** With what was found where something else than the log may write. */
      readonly row: ExpectedRow;
      /** All that something else may write, as it was found: it may change at any time. */
      readonly beyond: Item;
      readonly differences: readonly Difference[];
    }
  /** No event is behind it. */
  | {
      readonly kind: "SURPLUS";
      readonly table: TableName;
      readonly key: Item;
      /** The row as it was found: only that one may go. */
      readonly item: Item;
      readonly differences: readonly Difference[];
    };

export interface RowLook {
  readonly findings: readonly RowFinding[];
  /** Rows that must be there, or may be and are. */
  readonly rows: number;
  /** Rows in the stream's partitions that somebody else put there. */
  readonly foreign: number;
}

/** Reads the rows of several streams and compares them. One request for each partition, and one for 100 other rows. */
export async function lookAtRows(
  db: DynamoDb,
  streams: readonly {
    readonly streamId: string;
    readonly view: VerifiedView;
    readonly expected: ReadonlyMap<string, ExpectedRow>;
  }[],
): Promise<readonly RowLook[]> {
  // Rows that stand for work come first: once they are gone, what they are about is done, and must be seen so.
  const apart = await readApart(
    db,
    streams.flatMap(({ streamId, view, expected }) => keysApart(streamId, view, expected)),
  );
  return Promise.all(
    streams.map(async ({ streamId, view, expected }) => {
      const found = new Map<string, FoundRow>();
      for (const { identity } of keysApart(streamId, view, expected)) {
        const row = apart.get(identity);
        if (row !== undefined) found.set(identity, row);
      }
      for (const row of await readPartitions(db, streamId, view)) found.set(rowIdentity(row.table, row.item), row);
      return compareRows(streamId, view, expected, found);
    }),
  );
}

/** A stream and its rows, of one moment: no commit came between the reading of the two. */
export interface StreamLook extends RowLook {
  readonly proof: StreamProof;
  /** False where commits kept coming: then nothing is said about the rows. */
  readonly settled: boolean;
}

const tries = 12;

/** Looks at a stream until log and rows are of one moment, a few times at most. About four requests a time. */
export async function lookAtStream(
  db: DynamoDb,
  streamId: string,
  rules: ProofRules,
  now: () => Instant,
): Promise<StreamLook> {
  for (let attempt = 1; ; attempt += 1) {
    const proof = proveStream(await readStored(db, streamId), rules);
    const { view } = rules;
    const expected = proof.fold?.rows(now()) ?? new Map<string, ExpectedRow>();
    const foldable = view !== undefined && (proof.fold !== undefined || proof.version === 0);
    const [look = nothingSeen] = foldable ? await lookAtRows(db, [{ streamId, view, expected }]) : [];
    const head = await lastExtent(db, streamId);
    const settled = (head === undefined ? 0 : head.version + head.n - 1) === proof.version || !foldable;
    if (settled || attempt >= tries) return { ...(settled ? look : nothingSeen), proof, settled };
  }
}

const nothingSeen: RowLook = { findings: [], rows: 0, foreign: 0 };

interface KeyApart {
  readonly identity: string;
  readonly table: TableName;
  readonly key: Item;
}

/** Keys of rows that are not in the stream's own partitions. */
function keysApart(
  streamId: string,
  view: VerifiedView,
  expected: ReadonlyMap<string, ExpectedRow>,
): readonly KeyApart[] {
  return [...expected].flatMap(([identity, { table, key }]) => {
    const { partitionKey }: TableDefinition = tables[table];
    const isApart = view.tables[table]?.partitionOf?.(streamId) !== key[partitionKey.name];
    return isApart ? [{ identity, table, key }] : [];
  });
}

async function readApart(db: DynamoDb, keys: readonly KeyApart[]): Promise<ReadonlyMap<string, FoundRow>> {
  const found = new Map<string, FoundRow>();
  for (const table of new Set(keys.map((key) => key.table))) {
    const wanted = keys.filter((key) => key.table === table);
    const items = await batchGet(
      db,
      table,
      wanted.map(({ key }) => key),
      { consistent: true },
    );
    for (const [index, { identity }] of wanted.entries()) {
      const item = items[index];
      if (item !== undefined) found.set(identity, { table, item });
    }
  }
  return found;
}

async function readPartitions(db: DynamoDb, streamId: string, view: VerifiedView): Promise<readonly FoundRow[]> {
  const found = await Promise.all(
    tablesOf(view).map(async (table) => {
      const value = view.tables[table]?.partitionOf?.(streamId);
      if (value === undefined) return [];
      const { partitionKey }: TableDefinition = tables[table];
      const items = await partition(db, table, { name: partitionKey.name, value });
      return items.map((item): FoundRow => ({ table, item }));
    }),
  );
  return found.flat();
}

/** The tables that a view writes to. */
export function tablesOf(view: VerifiedView): readonly TableName[] {
  // The keys of the object are the table names of its type.
  return Object.keys(view.tables) as TableName[];
}

function compareRows(
  streamId: string,
  view: VerifiedView,
  expected: ReadonlyMap<string, ExpectedRow>,
  found: ReadonlyMap<string, FoundRow>,
): RowLook {
  const findings: RowFinding[] = [];
  const workWaits = [...found.values()].some(({ item }) => view.isWork(item));
  const rowsMove = [...found.values()].some(({ item }) => view.movesRows(item));
  let rows = 0;
  for (const [identity, row] of expected) {
    const there = found.get(identity);
    if (there === undefined) {
      const isMissing = row.presence === "REQUIRED" && !rowsMove;
      if (isMissing) findings.push({ kind: "MISSING", row, differences: [missing(identity)] });
      continue;
    }
    if (row.presence === "GONE") {
      if (!rowsMove) findings.push(surplus(row.table, there.item));
      continue;
    }
    rows += 1;
    const { timeToLive }: TableDefinition = tables[row.table];
    const except = workWaits && timeToLive !== undefined ? new Set([timeToLive]) : undefined;
    const { item, beyond } = withBeyond(row.item, there.item, view.tables[row.table]?.beyond);
    const differences = compareItems(identity, item, there.item, except);
    if (differences.length > 0) findings.push({ kind: "CHANGED", row: { ...row, item }, beyond, differences });
  }
  let foreign = 0;
  for (const [identity, { table, item }] of found) {
    if (expected.has(identity)) continue;
    if (view.tables[table]?.streamOf(item) === streamId) findings.push(surplus(table, item));
    else foreign += 1;
  }
  return { findings, rows: rows + findings.filter(({ kind }) => kind === "MISSING").length, foreign };
}

/** The row as it must be, with what was found where something else than the log may write so. */
function withBeyond(told: Item, found: Item, writers: RowOwnership["beyond"] = {}) {
  const written = Object.entries(writers).map(([name, mayBe]) => {
    const [there, expected] = [found[name], told[name]];
    return { name, there, kept: mayBe(there, expected) ? there : expected };
  });
  const item = { ...told, ...Object.fromEntries(written.map(({ name, kept }) => [name, kept])) };
  return { item, beyond: Object.fromEntries(written.map(({ name, there }) => [name, there])) };
}

/** A row that is ours and has no event behind it. */
export function surplus(table: TableName, item: Item): RowFinding {
  const where = rowIdentity(table, item);
  const difference: Difference = {
    kind: "ROW",
    where,
    attribute: "row",
    expected: "no row",
    found: "a row with no event behind it",
  };
  return { kind: "SURPLUS", table, key: primaryKeyOf(table, item), item, differences: [difference] };
}

function missing(where: string): Difference {
  return { kind: "ROW", where, attribute: "row", expected: "a row", found: "no row" };
}
