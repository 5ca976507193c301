/**
 * Restore: makes everything else of a ledger anew from its log, after the table of the log alone has come back from a backup
 * into tables that are otherwise empty. Interrupted, the same call goes on: each step finds what is done.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DeleteCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { FeedPosition, Lease } from "../../domain/kernel/index.js";
import { publisherName } from "../../domain/kernel/integrationEvent.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { createDynamoDbEventStore } from "../dynamodb/eventStore.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { createDynamoDbChangeFeed } from "../feed/changeFeed.js";
import { feedFromLog } from "../feed/feedFromLog.js";
import { feederLease } from "../feed/feeder.js";
import type { FeedLog } from "../feed/feedLog.js";
import { requireFeedLayout } from "../feed/feedLayout.js";
import { loadCheckpoint, toCheckpointPut } from "../processing/checkpoint.js";
import { createLeases } from "../processing/leases.js";
import type { Difference } from "./difference.js";
import { describeDifference } from "./difference.js";
import { exclusively } from "./exclusively.js";
import { requireNoImport } from "./importMarker.js";
import { LedgerInUseError } from "./importLedger.js";
import { scanGroups } from "./logScan.js";
import { rulesFor } from "./proofDeps.js";
import type { ProofDeps } from "./proofDeps.js";
import { rebuildRows } from "./rebuild.js";
import { checkRecords, namesMissingVersion } from "./records.js";
import { proveStream } from "./streamProof.js";

/** The log that came back lacks events, or holds others than were written: nothing was made from it. */
export class UnsoundLogError extends Error {
  constructor(readonly differences: readonly Difference[]) {
    super(
      [
        "the log that was restored is not whole; nothing was changed. Restore it to another second, or mend it from an export:",
        ...differences.slice(0, 20).map((difference) => `  ${describeDifference(difference)}`),
      ].join("\n"),
    );
    this.name = "UnsoundLogError";
  }
}

export interface RestoreCounts {
  readonly streams: number;
  readonly events: number;
  /** Idempotency records that name a commit which the backup does not have. They are removed, so that a repeat is carried out. */
  readonly torn: number;
  /** Rows of views that were written. */
  readonly rows: number;
}

export interface RestoreOptions {
  /** How many logs the feed gets, where it has none yet. */
  readonly feedLogs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((counts: RestoreCounts) => void) | undefined;
  /** How long a lease of the ledger's servers lasts, in milliseconds. @default 8,000 */
  readonly leaseMilliseconds?: number | undefined;
}

/**
 * Holds the feeder's lease throughout. Throws {@link UnsoundLogError} before anything is written, LedgerInUseError where a server
 * runs, UnfinishedImportError, and FeedLayoutError where there is a feed with another number of logs. The publisher is set
 * behind the last event: the world was told of all of them before. Async views and policies begin with the first event when a
 * server starts, which sets their timers again.
 */
export async function restoreLedger(deps: ProofDeps, options: RestoreOptions): Promise<RestoreCounts> {
  const milliseconds = options.leaseMilliseconds ?? 8_000;
  const owner = `restore:${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const leases = createLeases({ db: deps.db, owner, milliseconds, takeOver: false, log: silent });
  await requireNoImport(deps.db);
  return exclusively(leases, feederLease, (signal, lease) => restore(deps, lease, { ...options, signal }), {
    patience: milliseconds * 1.25,
    signal: options.signal,
    refusal: (holder, cause) => new LedgerInUseError(holder, { cause }),
  });
}

/** What goes wrong with the lease is told by what the restore throws. */
const silent: FeedLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function restore(
  deps: ProofDeps,
  lease: Lease,
  options: RestoreOptions & { readonly signal: AbortSignal },
): Promise<RestoreCounts> {
  const { db } = deps;
  const { feedLogs, signal } = options;
  let counts: RestoreCounts = { streams: 0, events: 0, torn: 0, rows: 0 };
  const progress = (more: Partial<RestoreCounts>) => {
    counts = { ...counts, ...more };
    options.onProgress?.(counts);
    signal.throwIfAborted();
  };
  const { torn, hashed } = await examine(deps, ({ streams, events }) =>
    progress({ streams: counts.streams + streams, events: counts.events + events }),
  );
  for (const record of torn) await removeRecord(db, record);
  progress({ torn: torn.length });

  await requireFeedLayout(db, feedLogs, hashed);
  const heads = await fillFeed(deps, lease, { feedLogs, signal });
  await settlePublisher(deps, heads);
  for (const view of deps.views) {
    const before = counts.rows;
    await rebuildRows(deps, view, {
      writesPerSecond: 1_000_000,
      signal,
      onProgress: ({ writes }) => progress({ rows: before + writes }),
    });
  }
  return counts;
}

/** Reads the whole log. Throws {@link UnsoundLogError}. */
async function examine(
  deps: ProofDeps,
  onGroup: (group: { readonly streams: number; readonly events: number }) => void,
): Promise<{ readonly torn: readonly Item[]; readonly hashed: boolean }> {
  const differences: Difference[] = [];
  const torn: Item[] = [];
  let unhashed = 0;
  for await (const { streams, records } of scanGroups(deps.db)) {
    const proofs = streams.map((stream) => proveStream(stream, rulesFor(deps, stream.streamId)));
    differences.push(...proofs.filter(({ sound }) => !sound).flatMap((proof) => proof.differences));
    torn.push(...(await tornOf(deps.db, records)));
    unhashed += proofs.reduce((sum, proof) => sum + proof.unhashed, 0);
    onGroup({ streams: streams.length, events: proofs.reduce((sum, { events }) => sum + events, 0) });
  }
  if (differences.length > 0) throw new UnsoundLogError(differences);
  return { torn, hashed: unhashed === 0 };
}

/** Records of a transaction that the backup holds half of: their commit is not in it. */
async function tornOf(db: DynamoDb, records: readonly Item[]): Promise<readonly Item[]> {
  const found = await checkRecords(db, records);
  const places = new Set(found.filter(namesMissingVersion).map(({ where }) => where));
  return records.filter((record) => places.has(`domain-events ${String(record["streamId"])}`));
}

async function removeRecord(db: DynamoDb, { streamId, version }: Item): Promise<void> {
  await db.client.send(new DeleteCommand({ TableName: db.tableName("domain-events"), Key: { streamId, version } }));
}

/** Feeds the whole log, and says where the feed ends then. Throws where a stream cannot be fed, which is a defect: the log is whole. */
async function fillFeed(
  { db, codec, clock }: ProofDeps,
  lease: Lease,
  { feedLogs, signal }: Pick<RestoreOptions, "feedLogs"> & { readonly signal: AbortSignal },
): Promise<FeedPosition> {
  const eventStore = createDynamoDbEventStore({ db, codec, clock, views: {} });
  const feed = createDynamoDbChangeFeed({ db, codec, logs: feedLogs });
  const onFed = () => undefined;
  const [heldUp] = (await feedFromLog({ db, feed, eventStore, clock }, lease, { signal, onFed })).heldUp;
  if (heldUp !== undefined)
    throw new Error(`${heldUp.streamId} cannot be fed from ${heldUp.version} on: ${heldUp.error}`);
  return feed.head();
}

/** Behind everything, unless it has been somewhere before. */
async function settlePublisher({ db, clock }: ProofDeps, heads: FeedPosition): Promise<void> {
  if ((await loadCheckpoint(db, publisherName)) !== undefined) return;
  const to = { position: heads, generation: 1 };
  const put = toCheckpointPut(db, { processor: publisherName, from: { revision: 0 }, to, at: clock.now() });
  await db.client.send(new TransactWriteCommand({ TransactItems: [put] }));
}
