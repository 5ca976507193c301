/** Import: an export into an empty ledger, with the same positions; goes on where it was interrupted. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { PutCommand, ScanCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { logOf } from "../../domain/kernel/feed.js";
import type { FeedPosition } from "../../domain/kernel/feed.js";
import { publisherName } from "../../domain/kernel/integrationEvent.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { fromCommitItem, isCommitItem, storedEventsOf } from "../dynamodb/items.js";
import { createDynamoDbChangeFeed } from "../feed/changeFeed.js";
import { feederLease } from "../feed/feeder.js";
import { requireFeedLayout } from "../feed/feedLayout.js";
import { itemLimits, logKey, streamKey, toStoredCommit } from "../feed/feedItems.js";
import type { FeedIndexItem, FeedItem } from "../feed/feedItems.js";
import type { FeedLog } from "../feed/feedLog.js";
import { loadCheckpoint, toCheckpointPut } from "../processing/checkpoint.js";
import type { TransactItem } from "../processing/fence.js";
import { createLeases } from "../processing/leases.js";
import type { TableName } from "../tables.js";
import { exclusively } from "./exclusively.js";
import { ExportFileError, addCommit, createLineHash, eventsOf, parseLine } from "./exportFormat.js";
import type { ExportedCommit, ExportedCounter, ExportedRecord, ExportHeader, ExportTrailer } from "./exportFormat.js";
import { importMarkerKey as markerKey, importMarkerOf } from "./importMarker.js";
import { createLedgerDigest } from "./ledgerDigest.js";
import { scanPages } from "./logScan.js";
import type { ProofDeps } from "./proofDeps.js";
import { rebuildRows } from "./rebuild.js";

/** The ledger holds something already that is not the beginning of this import. */
export class LedgerNotEmptyError extends Error {
  constructor(what: string) {
    super(`only an empty ledger takes an import, and this one ${what}`);
    this.name = "LedgerNotEmptyError";
  }
}

/** A server runs on the ledger: it feeds what is written, and would write in between. */
export class LedgerInUseError extends Error {
  constructor(holder: string | undefined, options?: ErrorOptions) {
    super(
      holder === undefined
        ? "nobody could be kept from the ledger: the store does not say who uses it"
        : `a server uses this ledger (${holder}); stop it, and start it after the import`,
      options,
    );
    this.name = "LedgerInUseError";
  }
}

/** Behind the last step the ledger is not what the file holds: somebody wrote to it meanwhile. It stays marked as half an import. */
export class ImportDisturbedError extends Error {
  constructor(what: string) {
    super(
      `${what}: something else wrote to the ledger during the import; import into an empty one, on which no server runs`,
    );
    this.name = "ImportDisturbedError";
  }
}

export interface ImportCounts {
  readonly commits: number;
  readonly events: number;
  readonly records: number;
  /** Rows of views that were written. */
  readonly rows: number;
}

export interface ImportOptions {
  readonly onProgress?: (counts: ImportCounts, of: ExportTrailer["end"]) => void;
  readonly signal?: AbortSignal | undefined;
  /** How long a lease of the ledger's servers lasts, in milliseconds. @default 8,000 */
  readonly leaseMilliseconds?: number | undefined;
}

export interface ImportResult {
  readonly counts: ImportCounts;
  /** What verify must print for the ledger as it is now. */
  readonly digest: string;
  /** Where its feed ends. */
  readonly heads: FeedPosition;
}

/** Opens the file anew: the lines, without line ends. */
export type Lines = () => AsyncIterable<string>;

/**
 * Reads the file twice: first to see that it is whole and unaltered, then to write it. Nobody may use the ledger meanwhile: the
 * import holds the feeder's lease, and a server does not start until it has ended. Interrupted, the same call on the same file
 * goes on. Throws {@link ExportFileError} where the file is not whole or not as it was written, {@link LedgerNotEmptyError},
 * {@link LedgerInUseError} where a server runs, {@link ImportDisturbedError} where something else wrote all the same,
 * LeaseLostError, and FeedLayoutError where the ledger's feed has another number of logs. Async views are not written; their
 * processors catch up with the feed.
 */
export async function importLedger(deps: ProofDeps, lines: Lines, options: ImportOptions = {}): Promise<ImportResult> {
  const { db } = deps;
  const file = await checkFile(deps, lines);
  await findBeginning(db, file.end.sha256);
  const milliseconds = options.leaseMilliseconds ?? 8_000;
  const owner = `import:${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const leases = createLeases({ db, owner, milliseconds, takeOver: false, log: silent });
  return exclusively(leases, feederLease, (signal) => write(deps, lines, file, { ...options, signal }), {
    // A server that was killed leaves its name behind; one that runs keeps its lease for as long as it is asked for.
    patience: milliseconds * 1.25,
    signal: options.signal,
    refusal: (holder, cause) => new LedgerInUseError(holder, { cause }),
  });
}

/** What goes wrong with the lease is told by what the import throws. */
const silent: FeedLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function write(
  deps: ProofDeps,
  lines: Lines,
  { header, end }: CheckedFile,
  options: ImportOptions,
): Promise<ImportResult> {
  const { db } = deps;
  const marker = await begin(db, header, end.sha256);
  let counts: ImportCounts = { commits: 0, events: 0, records: 0, rows: 0 };
  const progress = (more: Partial<ImportCounts>) => {
    const sums = Object.entries(more).map(([name, value]) => [name, counts[name as keyof ImportCounts] + value]);
    counts = { ...counts, ...(Object.fromEntries(sums) as Partial<ImportCounts>) };
    options.onProgress?.(counts, end);
    options.signal?.throwIfAborted();
  };
  const positions = [...marker.positions];
  const writeCommits = async (batch: readonly ExportedCommit[]) => {
    const first = batch[0];
    if (first === undefined) return;
    const events = batch.reduce((sum, { commit }) => sum + Number(commit["n"]), 0);
    const end = first.position + events - 1;
    if (first.position > (positions[first.log] ?? 0)) {
      const before = [...positions];
      positions[first.log] = end;
      await send(db, [...commitItems(deps, batch), moveMarker(db, before, positions)]);
    }
    progress({ commits: batch.length, events });
  };
  const writeRecords = async (records: readonly ExportedRecord["record"][]) => {
    const puts = records.map((Item): TransactItem => ({ Put: { TableName: db.tableName("domain-events"), Item } }));
    if (puts.length > 0) await send(db, puts);
    progress({ records: records.length });
  };

  let batch: ExportedCommit[] = [];
  let records: ExportedRecord["record"][] = [];
  for await (const line of parsed(lines)) {
    if ("commit" in line) {
      if (!joins(batch, line, positions)) {
        await writeCommits(batch);
        batch = [];
      }
      batch.push(line);
      continue;
    }
    await writeCommits(batch);
    batch = [];
    if ("record" in line) records.push(line.record);
    if (records.length >= recordsAtOnce || !("record" in line)) {
      await writeRecords(records);
      records = [];
    }
    if ("counter" in line) await setCounter(db, line);
  }
  for (const view of deps.views) {
    let rows = 0;
    await rebuildRows(deps, view, {
      writesPerSecond: 1_000_000,
      signal: options.signal,
      onProgress: ({ restored }) => {
        progress({ rows: restored - rows });
        rows = restored;
      },
    });
  }
  await requireUndisturbed(deps, header, end);
  options.signal?.throwIfAborted();
  await db.client.send(
    new TransactWriteCommand({
      TransactItems: [
        { Delete: { TableName: db.tableName("processor-checkpoints"), Key: markerKey } },
        // The world was told of these events by the ledger that they come from.
        toCheckpointPut(db, {
          processor: publisherName,
          from: (await loadCheckpoint(db, publisherName)) ?? { revision: 0 },
          to: { position: header.heads, generation: 1 },
          at: deps.clock.now(),
        }),
      ],
    }),
  );
  return { counts, digest: end.digest, heads: header.heads };
}

/** Whether log and feed hold what the file holds and nothing else. One request for 500 items of the log, and one for each log of the feed. */
async function requireUndisturbed(
  { db, codec, digest }: ProofDeps,
  { heads, feedLogs }: ExportHeader,
  { digest: expected }: ExportTrailer["end"],
): Promise<void> {
  const head = await createDynamoDbChangeFeed({ db, codec, logs: feedLogs }).head();
  if (head.some((position, log) => position !== heads[log])) {
    throw new ImportDisturbedError(`the feed ends at ${head.join(".")} and not at ${heads.join(".")}`);
  }
  const ledger = createLedgerDigest(digest);
  for await (const { items } of scanPages(db, "domain-events")) {
    for (const item of items) if (isCommitItem(item)) addCommit(ledger, storedEventsOf(item));
  }
  if (ledger.value !== expected) throw new ImportDisturbedError("the log does not have the digest of the file");
}

/** Commits of one transaction: each is two items, and there is a feed item and the marker. */
const commitsAtOnce = 48;
const bytesAtOnce = 1_000_000;
const recordsAtOnce = 50;

async function* parsed(lines: Lines) {
  let number = 0;
  for await (const line of lines()) yield parseLine(line, (number += 1));
}

interface CheckedFile {
  readonly header: ExportHeader;
  readonly end: ExportTrailer["end"];
}

/** Reads the file to its end: form, order, counts, hashes of every event and of the whole. */
async function checkFile({ digest }: ProofDeps, lines: Lines): Promise<CheckedFile> {
  const hash = createLineHash();
  const ledger = createLedgerDigest(digest);
  const seen = { commits: 0, events: 0, records: 0 };
  let header: ExportHeader | undefined;
  let end: ExportTrailer["end"] | undefined;
  let positions: number[] = [];
  let number = 0;
  for await (const text of lines()) {
    number += 1;
    const refuse = (problem: string): never => {
      throw new ExportFileError(number, problem);
    };
    if (end !== undefined) return refuse("there is something behind the end of the export");
    const line = parseLine(text, number);
    if ("opsledger" in line) {
      if (header !== undefined) return refuse("there is a second header");
      header = line;
      positions = Array.from({ length: line.feedLogs }, () => 0);
    } else if (header === undefined) return refuse("is not the header of an export");
    else if ("commit" in line) {
      const events = eventsOf(line, digest, number);
      if (header.hashed === true && events.some(({ hash }) => hash === ""))
        return refuse("holds an event without a hash, which the ledger did not");
      if (line.position !== (positions[line.log] ?? -1) + 1)
        return refuse(`log ${line.log} has no position ${line.position} here`);
      if (logOf(String(line.commit["streamId"]), header.feedLogs) !== line.log)
        return refuse("is in a log that is not its stream's");
      positions[line.log] = line.position + events.length - 1;
      if (line.heads.length !== header.feedLogs || line.heads[line.log] !== positions[line.log])
        return refuse("has a wrong position");
      addCommit(ledger, events);
      seen.commits += 1;
      seen.events += events.length;
    } else if ("record" in line) seen.records += 1;
    else if ("end" in line) {
      end = line.end;
      if (end.sha256 !== hash.value())
        return refuse("the file was altered: its content does not have the hash that its end names");
    }
    hash.add(text);
  }
  if (header === undefined || end === undefined) {
    throw new ExportFileError(
      number + 1,
      "the file is not whole: its end is missing; export again, or copy the whole file",
    );
  }
  const isWhole = (["commits", "events", "records"] as const).every((name) => seen[name] === end[name]);
  if (!isWhole || ledger.value !== end.digest) {
    throw new ExportFileError(number, "the file does not hold what its end names");
  }
  return { header, end };
}

interface ImportMarker {
  /** How far each log is written. */
  readonly positions: readonly number[];
}

const marker = z.object({ sha256: z.string(), positions: z.array(z.number().int()) });

/** How far an earlier run came; undefined where the ledger is empty. Throws {@link LedgerNotEmptyError}. */
async function findBeginning(db: DynamoDb, sha256: string): Promise<ImportMarker | undefined> {
  const item = await importMarkerOf(db);
  if (item !== undefined) {
    const found = marker.parse(item);
    if (found.sha256 !== sha256) throw new LedgerNotEmptyError("holds part of another file, whose import did not end");
    return found;
  }
  for (const table of ["domain-events", "domain-feed"] as const) {
    if (await holdsAnything(db, table)) throw new LedgerNotEmptyError(`has items in ${db.tableName(table)}`);
  }
  return undefined;
}

/** Takes the ledger for this file, or finds how far an earlier run of it came. */
async function begin(db: DynamoDb, header: ExportHeader, sha256: string): Promise<ImportMarker> {
  const TableName = db.tableName("processor-checkpoints");
  const found = await findBeginning(db, sha256);
  if (found !== undefined) return found;
  await requireFeedLayout(db, header.feedLogs, header.hashed ?? false);
  const positions = Array.from({ length: header.feedLogs }, () => 0);
  await db.client.send(
    new PutCommand({
      TableName,
      Item: { ...markerKey, sha256, positions },
      ConditionExpression: "attribute_not_exists(#processor)",
      ExpressionAttributeNames: { "#processor": "processor" },
    }),
  );
  return { positions };
}

async function holdsAnything(db: DynamoDb, table: TableName): Promise<boolean> {
  const { Items = [] } = await db.client.send(
    new ScanCommand({ TableName: db.tableName(table), Limit: 1, ConsistentRead: true }),
  );
  return Items.length > 0;
}

/** Whether a commit goes into the transaction of `batch`: into its feed item, that is. */
function joins(batch: readonly ExportedCommit[], next: ExportedCommit, written: readonly number[]): boolean {
  const [first] = batch;
  if (first === undefined) return true;
  const done = (written[next.log] ?? 0) >= next.position;
  const wasDone = (written[first.log] ?? 0) >= first.position;
  const events = [...batch, next].reduce((sum, { commit }) => sum + Number(commit["n"]), 0);
  const bytes = [...batch, next].reduce((sum, { commit }) => sum + Buffer.byteLength(String(commit["events"])), 0);
  return (
    first.log === next.log &&
    done === wasDone &&
    batch.length < commitsAtOnce &&
    events <= itemLimits.events &&
    bytes <= Math.min(bytesAtOnce, itemLimits.bytes)
  );
}

/** The items of commits in the log, in the index and in the feed. */
function commitItems({ db, codec }: ProofDeps, batch: readonly ExportedCommit[]): readonly TransactItem[] {
  const [first] = batch;
  const last = batch.at(-1);
  if (first === undefined || last === undefined) return [];
  const commits = batch.map(({ commit }) => fromCommitItem(commit, codec));
  const feedItem: FeedItem = {
    log: logKey(first.log),
    position: first.position,
    n: commits.reduce((sum, { events }) => sum + events.length, 0),
    entries: JSON.stringify(commits.map(toStoredCommit)),
    heads: last.heads,
  };
  const index = batch.map(({ log, position, heads }, at): FeedIndexItem => {
    const { streamId, version, events } = commits[at] ?? { streamId: "", version: 0, events: [] };
    return {
      log: streamKey(streamId),
      position: version,
      n: events.length,
      feedLog: log,
      feedPosition: position,
      heads,
    };
  });
  const putNew = (table: TableName, Item: object, key: string): TransactItem => ({
    Put: {
      TableName: db.tableName(table),
      Item: { ...Item },
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": key },
    },
  });
  return [
    ...batch.map(({ commit }) => putNew("domain-events", commit, "streamId")),
    ...[feedItem, ...index].map((item) => putNew("domain-feed", item, "log")),
  ];
}

/** The move of the marker, on the condition that it is where it was: two imports at once never both go on. */
function moveMarker(db: DynamoDb, from: readonly number[], to: readonly number[]): TransactItem {
  return {
    Update: {
      TableName: db.tableName("processor-checkpoints"),
      Key: markerKey,
      UpdateExpression: "SET #positions = :to",
      ConditionExpression: "#positions = :from",
      ExpressionAttributeNames: { "#positions": "positions" },
      ExpressionAttributeValues: { ":from": [...from], ":to": [...to] },
    },
  };
}

async function send(db: DynamoDb, items: readonly TransactItem[]): Promise<void> {
  await db.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
}

async function setCounter(db: DynamoDb, { counter: { processor, partition, value } }: ExportedCounter): Promise<void> {
  await db.client.send(
    new UpdateCommand({
      TableName: db.tableName("processor-checkpoints"),
      Key: { processor, partition },
      UpdateExpression: "SET #value = :value",
      ExpressionAttributeNames: { "#value": "value" },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
}
