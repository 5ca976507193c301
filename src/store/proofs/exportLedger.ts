/** Export: the log up to where the feed is now, commit by commit in feed order, with every position; while the server runs. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { covers, eventsUpTo, logOf } from "../../domain/kernel/feed.js";
import type { ChangeFeed, FeedPosition } from "../../domain/kernel/feed.js";
import { canonicalJson } from "../../domain/kernel/hashChain.js";
import type { StreamPosition } from "../../domain/kernel/eventStore.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { fromIdempotencyItem, isCommitItem, storedEventsOf } from "../dynamodb/items.js";
import { queryPages } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { createDynamoDbChangeFeed } from "../feed/changeFeed.js";
import { loadFeedLayout } from "../feed/feedLayout.js";
import { FeedGapError } from "../feed/errors.js";
import { fromIndexItem, logKey, streamKey } from "../feed/feedItems.js";
import type { StoredCommit } from "../feed/feedItems.js";
import { addCommit, createLineHash } from "./exportFormat.js";
import type { ExportedCommit, ExportedCounter, ExportedRecord, ExportHeader, ExportTrailer } from "./exportFormat.js";
import { requireNoImport } from "./importMarker.js";
import { createLedgerDigest } from "./ledgerDigest.js";
import { scanPages } from "./logScan.js";
import type { ProofDeps } from "./proofDeps.js";

export interface ExportCounts {
  readonly commits: number;
  readonly events: number;
  readonly records: number;
}

export interface ExportOptions {
  /** Called after each page; `of` is the number of events there are to export. */
  readonly onProgress?: (counts: ExportCounts, of: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of an export, without line ends; the last one is the trailer. Memory is bounded by a page. Throws
 * {@link FeedGapError} where the feed lacks what it must have: verify says more, and UnfinishedImportError on half an import. What is not in the feed yet is left out.
 */
export async function* exportLines(deps: ProofDeps, options: ExportOptions = {}): AsyncGenerator<string, void, void> {
  const { db, codec, digest, clock, views } = deps;
  await requireNoImport(db);
  const { logs, hashed } = (await loadFeedLayout(db)) ?? { logs: 1, hashed: false };
  const feed = createDynamoDbChangeFeed({ db, codec, logs });
  const heads = await cutOf(db, await feed.head());
  const of = eventsUpTo(heads);
  const hash = createLineHash();
  const ledger = createLedgerDigest(digest);
  let counts: ExportCounts = { commits: 0, events: 0, records: 0 };
  const toLine = (value: ExportHeader | ExportedCommit | ExportedRecord | ExportedCounter): string => {
    // Sorted keys: the engine gives attributes in any order, and the same ledger is to give the same lines.
    const line = "opsledger" in value ? JSON.stringify(value) : canonicalJson(value);
    hash.add(line);
    return line;
  };

  yield toLine({ opsledger: "export", format: 1, feedLogs: logs, hashed, heads: [...heads], exportedAt: clock.now() });
  for (const [log, head] of heads.entries()) {
    for await (const page of exportedCommits(db, log, head)) {
      for (const exported of page) {
        const events = storedEventsOf(exported.commit);
        addCommit(ledger, events);
        counts = { ...counts, commits: counts.commits + 1, events: counts.events + events.length };
        yield toLine(exported);
      }
      options.onProgress?.(counts, of);
      options.signal?.throwIfAborted();
    }
  }
  for await (const { items } of scanPages(db, "domain-events")) {
    const records = items.filter((item) => !isCommitItem(item) && item["kind"] === "idempotency");
    for (const record of await within(feed, records, heads)) {
      counts = { ...counts, records: counts.records + 1 };
      yield toLine({ record });
    }
    options.signal?.throwIfAborted();
  }
  for (const { counter } of views) {
    if (counter === undefined) continue;
    const { processor, partition } = counter;
    const value = await counterValue(db, { processor, partition });
    if (value !== undefined) yield toLine({ counter: { processor, partition, value } });
  }
  options.onProgress?.(counts, of);
  yield JSON.stringify({ end: { ...counts, digest: ledger.value, sha256: hash.value() } } satisfies ExportTrailer);
}

/**
 * The last place in the one order of all logs that is not behind `heads`, which were read one after the other: an export must
 * not hold a commit without those that were fed before it. One request for each log, rarely more.
 */
async function cutOf(db: DynamoDb, heads: FeedPosition): Promise<FeedPosition> {
  const places = await Promise.all(
    heads.map(async (head, log): Promise<FeedPosition> => {
      const pages = queryPages(db, "domain-feed", {
        KeyConditionExpression: "#log = :log AND #position <= :head",
        ExpressionAttributeNames: { "#log": "log", "#position": "position" },
        ExpressionAttributeValues: { ":log": logKey(log), ":head": head },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
      });
      for await (const items of pages) {
        for (const { heads: place } of items) {
          const position = Array.isArray(place) ? place.map(Number) : [];
          if (position.length === heads.length && covers(heads, position)) return position;
        }
      }
      return heads.map(() => 0);
    }),
  );
  return places.reduce((last, place) => (eventsUpTo(place) > eventsUpTo(last) ? place : last));
}

/** The commits of a log up to `head`, a page at a time. Three requests for each page. */
async function* exportedCommits(
  db: DynamoDb,
  log: number,
  head: number,
): AsyncGenerator<readonly ExportedCommit[], void, void> {
  const pages = queryPages(db, "domain-feed", {
    KeyConditionExpression: "#log = :log AND #position <= :head",
    ExpressionAttributeNames: { "#log": "log", "#position": "position" },
    ExpressionAttributeValues: { ":log": logKey(log), ":head": head },
    ConsistentRead: true,
    Limit: 8,
  });
  let next = 1;
  for await (const items of pages) {
    // Only the feeder writes this text.
    const commits = items.flatMap((item) => JSON.parse(String(item["entries"])) as StoredCommit[]);
    const [indexItems, commitItems] = await Promise.all([
      batchGet(
        db,
        "domain-feed",
        commits.map(({ streamId, version }) => ({ log: streamKey(streamId), position: version })),
        {
          consistent: true,
        },
      ),
      batchGet(
        db,
        "domain-events",
        commits.map(({ streamId, version }) => ({ streamId, version })),
        { consistent: true },
      ),
    ]);
    const page: ExportedCommit[] = [];
    for (const [index, { streamId, version, events }] of commits.entries()) {
      const [place, commit] = [indexItems[index], commitItems[index]];
      if (place === undefined || commit === undefined)
        throw new FeedGapError(`${streamId} in feed and log`, version, undefined);
      const { feedPosition, heads } = fromIndexItem(place);
      // An item of an import may hold more than what was fed up to the cut.
      if (next > head) break;
      if (feedPosition !== next) throw new FeedGapError(`log ${log} of the feed`, next, feedPosition);
      // Every attribute of a commit item is a text or a number.
      page.push({ commit: commit as ExportedCommit["commit"], log, position: feedPosition, heads: [...heads] });
      next += events.length;
    }
    yield page;
  }
}

/** Records whose outcome lies within what is exported. */
async function within(
  feed: ChangeFeed,
  records: readonly Item[],
  heads: FeedPosition,
): Promise<readonly ExportedRecord["record"][]> {
  const isWithin = await Promise.all(
    records.map(async (record) => {
      const { outcome } = fromIdempotencyItem(record, "");
      const fed = await Promise.all(outcome.map((position) => isFed(feed, position, heads)));
      return fed.every(Boolean);
    }),
  );
  return records.filter((_, index) => isWithin[index]) as ExportedRecord["record"][];
}

async function isFed(feed: ChangeFeed, { streamId, version }: StreamPosition, heads: FeedPosition): Promise<boolean> {
  if (version === 0) return true;
  const log = logOf(streamId, feed.logs);
  const place = (await feed.resolve(streamId, version))?.[log];
  return place !== undefined && place <= (heads[log] ?? 0);
}

async function counterValue(db: DynamoDb, key: { readonly processor: string; readonly partition: string }) {
  const { Item } = await db.client.send(
    new GetCommand({ TableName: db.tableName("processor-checkpoints"), Key: key, ConsistentRead: true }),
  );
  return typeof Item?.["value"] === "number" ? Item["value"] : undefined;
}
