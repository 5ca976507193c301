/** Async views, proved: the feed is folded again, up to where the view's processor has come, and compared with its rows. */
import { advance, beginningOf, covers } from "../../domain/kernel/feed.js";
import type { ChangeFeed, FeedEntry, FeedPosition } from "../../domain/kernel/feed.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { Item } from "../dynamodb/rowWrite.js";
import type { AsyncView } from "../processing/asyncView.js";
import { loadCheckpoint } from "../processing/checkpoint.js";
import type { Checkpoint } from "../processing/checkpoint.js";
import type { TableName } from "../tables.js";
import { compareItems, show } from "./difference.js";
import type { Difference } from "./difference.js";
import { scanPages } from "./logScan.js";
import { rowIdentity } from "./verifiedView.js";

export interface AsyncProof {
  /** Takes the next entries of a log, in order. Compares rows of views of records; folds those of others. */
  see(entries: readonly FeedEntry[]): Promise<readonly Difference[]>;
  /** Compares what was folded, once all logs have been seen. */
  finish(): Promise<readonly Difference[]>;
}

const tries = 20;

/** An async view whose types only it knows. */
export interface VerifiedAsyncView {
  readonly name: string;
  /** Begins a proof with the view's present checkpoint. One request. */
  prove(db: DynamoDb, feed: ChangeFeed): Promise<AsyncProof>;
}

/** Rows of a view that folds are held in memory, as there are few; rows of records are compared as they come. */
export function verifiedAsyncView<Row>(view: AsyncView<Row>): VerifiedAsyncView {
  const { name } = view.projection;
  return {
    name,
    async prove(db, feed) {
      const checkpoint = await loadCheckpoint(db, name);
      return view.rows === "folds" ? foldProof(db, feed, view, checkpoint) : recordProof(db, view, checkpoint);
    },
  };
}

/** The proofs of all async views as one. */
export async function proveAsyncViews(
  views: readonly VerifiedAsyncView[],
  db: DynamoDb,
  feed: ChangeFeed,
): Promise<AsyncProof> {
  const proofs = await Promise.all(views.map((view) => view.prove(db, feed)));
  return {
    see: async (entries) => (await Promise.all(proofs.map((proof) => proof.see(entries)))).flat(),
    finish: async () => (await Promise.all(proofs.map((proof) => proof.finish()))).flat(),
  };
}

/** Checkpoints of processors that claim to have seen what is not in the feed. One request for 500 rows. */
export async function checkCheckpoints(db: DynamoDb, feed: ChangeFeed): Promise<readonly Difference[]> {
  const claims: { readonly processor: string; readonly heads: FeedPosition }[] = [];
  for await (const { items } of scanPages(db, "processor-checkpoints")) {
    for (const { processor, partition, heads } of items) {
      if (partition === "position" && Array.isArray(heads))
        claims.push({ processor: String(processor), heads: heads.map(Number) });
    }
  }
  // The head is read last, as it only moves on.
  const head = await feed.head();
  return claims
    .filter(({ heads }) => !covers(head, heads))
    .map(({ processor, heads }) => ({
      kind: "COUNTER",
      where: `processor-checkpoints ${processor} position`,
      attribute: "heads",
      expected: `at most ${show(head)}`,
      found: show(heads),
    }));
}

function foldProof<Row>(
  db: DynamoDb,
  feed: ChangeFeed,
  view: AsyncView<Row>,
  start: Checkpoint | undefined,
): AsyncProof {
  const { projection } = view;
  const rows = new Map<string, Row>();
  const keys = new Set<string>();
  let seen: FeedPosition = beginningOf(feed.logs);
  const fold = (entries: readonly FeedEntry[], until: FeedPosition) => {
    for (const entry of entries) {
      if (entry.position > (until[entry.log] ?? 0) || entry.position <= (seen[entry.log] ?? 0)) continue;
      for (const key of projection.keys(entry)) {
        const row = projection.apply(rows.get(key), entry, key);
        keys.add(key);
        if (row === undefined) rows.delete(key);
        else rows.set(key, row);
      }
      seen = advance(seen, entry.log, entry.position);
    }
  };
  const foldUpTo = async (until: FeedPosition) => {
    for (let log = 0; log < feed.logs; log += 1) {
      while ((seen[log] ?? 0) < (until[log] ?? 0)) {
        const before = seen[log] ?? 0;
        fold(await feed.read(log, before, 500), until);
        if ((seen[log] ?? 0) === before) break;
      }
    }
  };
  const compare = ({ generation }: Checkpoint): Promise<readonly Difference[]> =>
    comparePlaces(
      db,
      [...keys].map((key) => placeOf(view, key, generation, rows.get(key))),
    );
  return {
    see: async (entries) => {
      if (start !== undefined) fold(entries, start.position);
      return [];
    },
    finish: async () => {
      for (let attempt = 1; ; attempt += 1) {
        const before = await loadCheckpoint(db, projection.name);
        if (before === undefined) return [];
        await foldUpTo(before.position);
        const differences = await compare(before);
        const after = await loadCheckpoint(db, projection.name);
        // Rows and checkpoint move in one transaction: where it stood still, the rows were of one moment.
        if (after?.revision === before.revision || differences.length === 0 || attempt >= tries) return differences;
      }
    },
  };
}

function recordProof<Row>(db: DynamoDb, view: AsyncView<Row>, start: Checkpoint | undefined): AsyncProof {
  const { projection } = view;
  return {
    see: async (entries) => {
      if (start === undefined) return [];
      const { generation, position: until } = start;
      const known = entries.filter(({ log, position }) => position <= (until[log] ?? 0));
      const places = known.flatMap((entry) =>
        projection.keys(entry).map((key) => placeOf(view, key, generation, projection.apply(undefined, entry, key))),
      );
      return comparePlaces(db, places);
    },
    finish: async () => [],
  };
}

interface Place {
  readonly table: TableName;
  readonly key: Item;
  readonly expected: Item | undefined;
}

function placeOf<Row>(view: AsyncView<Row>, key: string, generation: number, row: Row | undefined): Place {
  const place = view.itemKey(key, generation);
  return { ...place, expected: row === undefined ? undefined : { ...place.key, ...view.toItem(key, row) } };
}

async function comparePlaces(db: DynamoDb, places: readonly Place[]): Promise<readonly Difference[]> {
  const ofTable = async (table: TableName): Promise<readonly Difference[]> => {
    const own = places.filter((place) => place.table === table);
    const found = await batchGet(
      db,
      table,
      own.map(({ key }) => key),
      { consistent: true },
    );
    return own.flatMap(({ key, expected }, index) => compareRow(rowIdentity(table, key), expected, found[index]));
  };
  return (await Promise.all([...new Set(places.map(({ table }) => table))].map(ofTable))).flat();
}

function compareRow(where: string, expected: Item | undefined, found: Item | undefined): readonly Difference[] {
  if (expected !== undefined && found !== undefined) return compareItems(where, expected, found);
  if (expected === undefined && found === undefined) return [];
  const [is, was] = [expected === undefined ? "no row" : "a row", found === undefined ? "no row" : "a row"];
  return [{ kind: "ROW", where, attribute: "row", expected: is, found: was }];
}
