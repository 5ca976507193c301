/** Rows with no event behind them: found by reading the tables, a page at a time, and asking the log for their streams. */
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { Commit } from "../../domain/kernel/event.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { fromCommitItem, isCommitItem } from "../dynamodb/items.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { primaryKeyOf } from "../dynamodb/rowWrite.js";
import { tables } from "../tables.js";
import type { TableDefinition, TableName } from "../tables.js";
import { itemUpTo, readStored, scanPages } from "./logScan.js";
import type { ProofDeps } from "./proofDeps.js";
import { surplus, tablesOf } from "./rowLook.js";
import type { RowFinding } from "./rowLook.js";
import { proveStream } from "./streamProof.js";
import { rowIdentity } from "./verifiedView.js";
import type { VerifiedView } from "./verifiedView.js";

export interface OrphanPage {
  readonly findings: readonly (RowFinding & { readonly streamId: string })[];
  /** Rows of the page that somebody else put there, outside of any stream's partition. */
  readonly foreign: number;
}

/**
 * Looks through every table that the views write to, and the index of the feed. What is in the partition of a stream that
 * exists is not looked at: the proof of that stream does.
 */
export async function* findOrphans(deps: ProofDeps): AsyncGenerator<OrphanPage, void, void> {
  const owners = new Map<TableName, VerifiedView[]>();
  for (const view of deps.views)
    for (const table of tablesOf(view)) owners.set(table, [...(owners.get(table) ?? []), view]);
  for (const [table, views] of owners) {
    for await (const { items } of scanPages(deps.db, table)) {
      // A row that is new since its page was read has its events now, as both were written at once.
      yield await orphansIn(deps, table, views, items);
    }
  }
  yield* indexOrphans(deps.db);
}

/** Rows that are asked about side by side. */
const looksAtOnce = 24;

async function orphansIn(
  deps: ProofDeps,
  table: TableName,
  views: readonly VerifiedView[],
  items: readonly Item[],
): Promise<OrphanPage> {
  const owned = items.flatMap((item) => {
    for (const view of views) {
      const streamId = view.tables[table]?.streamOf(item);
      if (streamId !== undefined) return [{ item, view, streamId }];
    }
    return [];
  });
  const firsts = await firstCommits(
    deps,
    owned.map(({ streamId }) => streamId),
  );
  const facts = await factsAmong(deps, table, owned);
  const findings: (RowFinding & { readonly streamId: string })[] = [];
  const look = async ({ item, view, streamId }: (typeof owned)[number]) => {
    const first = firsts.get(streamId);
    if (facts.has(item)) return;
    if (first !== undefined && (await isOfStream(deps, { table, item, view, streamId, first }))) return;
    // What went since its page was read is no orphan.
    const [still] = await batchGet(deps.db, table, [primaryKeyOf(table, item)], { consistent: true });
    if (still !== undefined) findings.push({ ...surplus(table, item), streamId });
  };
  for (let start = 0; start < owned.length; start += looksAtOnce) {
    await Promise.all(owned.slice(start, start + looksAtOnce).map(look));
  }
  // Foreign rows in the partitions of streams were counted with those.
  const { partitionKey }: TableDefinition = tables[table];
  const partitions = new Set(
    owned.map(({ streamId, view }) => view.tables[table]?.partitionOf?.(streamId)).filter((key) => key !== undefined),
  );
  const foreign = items.filter(
    (item) =>
      views.every(({ tables: { [table]: of } }) => !of?.isOfAsyncView?.(item) && of?.streamOf(item) === undefined) &&
      !partitions.has(String(item[partitionKey.name])),
  ).length;
  return { findings, foreign };
}

interface OwnedRow {
  readonly table: TableName;
  readonly item: Item;
  readonly view: VerifiedView;
  readonly streamId: string;
  readonly first: Commit | "unreadable";
}

async function isOfStream(deps: ProofDeps, { table, item, view, streamId, first }: OwnedRow): Promise<boolean> {
  const ownership = view.tables[table];
  const { partitionKey }: TableDefinition = tables[table];
  if (ownership?.partitionOf?.(streamId) === item[partitionKey.name] || first === "unreadable") return true;
  if (ownership?.follows !== undefined) return ownership.follows(item, first);
  const { codec, digest, db, clock } = deps;
  const { fold } = proveStream(await readStored(db, streamId), { codec, digest, view });
  return fold === undefined || fold.rows(clock.now()).has(rowIdentity(table, item));
}

/**
 * The rows whose event is where they say. One request for 100 of them, and one for each whose event is not the first of its
 * commit.
 */
async function factsAmong(
  { db, codec }: Pick<ProofDeps, "db" | "codec">,
  table: TableName,
  owned: readonly Pick<OwnedRow, "item" | "view" | "streamId">[],
): Promise<ReadonlySet<Item>> {
  const rows = owned.flatMap(({ item, view, streamId }) => {
    const fact = view.tables[table]?.fact;
    const version = fact?.versionOf(item);
    return fact !== undefined && Number.isSafeInteger(version) ? [{ item, fact, key: { streamId, version } }] : [];
  });
  const stored = await batchGet(
    db,
    "domain-events",
    rows.map(({ key }) => key),
    { consistent: true },
  );
  const found = new Set<Item>();
  const look = async ({ item, fact, key }: (typeof rows)[number], at: Item | undefined) => {
    const held = at ?? (await itemUpTo(db, key.streamId, Number(key.version)));
    const commit = held === undefined ? undefined : readCommit(held, codec);
    if (commit !== undefined && commit !== "unreadable" && fact.isIn(item, commit)) found.add(item);
  };
  for (let start = 0; start < rows.length; start += looksAtOnce) {
    await Promise.all(rows.slice(start, start + looksAtOnce).map((row, index) => look(row, stored[start + index])));
  }
  return found;
}

/** The first commit of each stream that exists. One request for 100 streams. */
async function firstCommits(
  { db, codec }: { readonly db: DynamoDb; readonly codec: EventCodec },
  streamIds: readonly string[],
): Promise<ReadonlyMap<string, Commit | "unreadable">> {
  const wanted = [...new Set(streamIds)];
  const items = await batchGet(
    db,
    "domain-events",
    wanted.map((streamId) => ({ streamId, version: 1 })),
    {
      consistent: true,
    },
  );
  return new Map(
    wanted.flatMap((streamId, index) => {
      const item = items[index];
      return item === undefined ? [] : [[streamId, readCommit(item, codec)] as const];
    }),
  );
}

function readCommit(item: Item, codec: EventCodec): Commit | "unreadable" {
  try {
    return isCommitItem(item) ? fromCommitItem(item, codec) : "unreadable";
  } catch {
    return "unreadable";
  }
}

/** Index items of the feed whose stream the log does not know. */
async function* indexOrphans(db: DynamoDb): AsyncGenerator<OrphanPage, void, void> {
  const prefix = "stream#";
  for await (const { items } of scanPages(db, "domain-feed", { attributes: ["log", "position"], limit: 1_000 })) {
    const index = items.filter(({ log }) => String(log).startsWith(prefix));
    const streams = [...new Set(index.map(({ log }) => String(log).slice(prefix.length)))];
    const firsts = await batchGet(
      db,
      "domain-events",
      streams.map((streamId) => ({ streamId, version: 1 })),
      {
        consistent: true,
        projection: ["n"],
      },
    );
    const unknown = new Set(streams.filter((_, at) => firsts[at] === undefined));
    const findings = index.flatMap((item) => {
      const streamId = String(item["log"]).slice(prefix.length);
      return unknown.has(streamId) ? [{ ...surplus("domain-feed", item), streamId }] : [];
    });
    yield { findings, foreign: 0 };
  }
}
