/** The change feed, proved against the log: every commit once, at the place that its index says, and no position without one. */
import type { EventCodec } from "../../domain/kernel/codec.js";
import { lastVersion } from "../../domain/kernel/event.js";
import type { Commit } from "../../domain/kernel/event.js";
import type { FeedEntry, FeedPosition } from "../../domain/kernel/feed.js";
import { covers, logOf } from "../../domain/kernel/feed.js";
import { canonicalJson } from "../../domain/kernel/hashChain.js";
import { batchGet } from "../dynamodb/batchGet.js";
import type { DynamoDb } from "../dynamodb/client.js";
import { UnreadableItemError, fromCommitItem } from "../dynamodb/items.js";
import { queryPages } from "../dynamodb/query.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { fromFeedItem, fromIndexItem, logKey, streamKey, toExtent } from "../feed/feedItems.js";
import type { StoredCommit } from "../feed/feedItems.js";
import { show } from "./difference.js";
import type { Difference } from "./difference.js";
import type { HeadsStep } from "./headsProof.js";
import type { StreamProof } from "./streamProof.js";

/** A commit and its place: what index and log of the feed must both say. */
export interface Placement {
  readonly streamId: string;
  readonly version: number;
  readonly n: number;
  readonly log: number;
  readonly position: number;
}

export interface IndexProof {
  readonly differences: readonly Difference[];
  readonly placements: readonly Placement[];
  /** Commits that are not in the feed (yet). */
  readonly unfed: number;
}

/** Whether the index of a stream names its commits, from the first on, in rising places of the one log that is its own. */
export function proveIndex(
  { streamId, commits }: Pick<StreamProof, "streamId" | "commits">,
  indexItems: readonly Item[],
  logs: number,
): IndexProof {
  const differences: Difference[] = [];
  const placements: Placement[] = [];
  const report = (version: unknown, attribute: string, expected: unknown, found: unknown) =>
    differences.push({
      kind: "FEED",
      where: `domain-feed ${streamKey(streamId)} ${String(version)}`,
      attribute,
      expected: show(expected),
      found: show(found),
    });
  const ownLog = logOf(streamId, logs);
  const byVersion = new Map(indexItems.map((item) => [Number(item["position"]), item]));
  const lastIndexed = Math.max(0, ...byVersion.keys());
  let [before, unfed] = [0, 0];
  for (const commit of commits) {
    const item = byVersion.get(commit.version);
    byVersion.delete(commit.version);
    if (item === undefined) {
      if (commit.version < lastIndexed) report(commit.version, "item", "an index item", undefined);
      else unfed += 1;
      continue;
    }
    const place = readIndex(item);
    if (place === undefined) {
      report(commit.version, "item", "an index item", "something else");
      continue;
    }
    const { n, feedLog, feedPosition, heads } = place;
    if (n !== commit.events.length) report(commit.version, "n", commit.events.length, n);
    if (feedLog !== ownLog) report(commit.version, "feedLog", ownLog, feedLog);
    if (feedPosition <= before) report(commit.version, "feedPosition", `more than ${before}`, feedPosition);
    if (heads[feedLog] !== feedPosition + n - 1) report(commit.version, "heads", feedPosition + n - 1, heads[feedLog]);
    before = feedPosition + n - 1;
    placements.push({ streamId, version: commit.version, n, log: feedLog, position: feedPosition });
  }
  for (const version of byVersion.keys()) report(version, "item", undefined, "an index item with no commit");
  return { differences, placements, unfed };
}

/** One page of a log of the feed, proved. */
export interface FeedPage {
  readonly differences: readonly Difference[];
  readonly placements: readonly Placement[];
  readonly entries: readonly FeedEntry[];
  /** What the index says of the place of each commit in the one order of all logs. */
  readonly steps: readonly HeadsStep[];
  /** How far the page goes. */
  readonly position: number;
}

export interface FeedLogOptions {
  readonly db: DynamoDb;
  readonly codec: EventCodec;
  readonly log: number;
  /** Go on behind this position. */
  readonly after: number;
}

const itemsOfPage = 8;

/** Proves a log page by page. Per page one request for the page, and one for 100 commits to index and log each. */
export async function* proveFeedLog({ db, codec, log, after }: FeedLogOptions): AsyncGenerator<FeedPage, void, void> {
  let position = after;
  let heads: FeedPosition | undefined;
  const pages = queryPages(db, "domain-feed", {
    KeyConditionExpression: "#log = :log AND #position > :after",
    ExpressionAttributeNames: { "#log": "log", "#position": "position" },
    ExpressionAttributeValues: { ":log": logKey(log), ":after": after },
    ConsistentRead: true,
    Limit: itemsOfPage,
  });
  for await (const items of pages) {
    const differences: Difference[] = [];
    const fed: Fed[] = [];
    for (const item of items) {
      const read = readFeedItem(item, log, position, heads, codec);
      differences.push(...read.differences);
      fed.push(...read.fed);
      position = read.end;
      heads = read.heads ?? heads;
    }
    const compared = await compareWithLog(db, codec, log, fed);
    differences.push(...compared.differences);
    yield {
      differences,
      steps: compared.steps,
      placements: fed.map(({ commit, position: at }) => ({
        streamId: commit.streamId,
        version: commit.version,
        n: commit.events.length,
        log,
        position: at,
      })),
      entries: fed.flatMap(({ commit, position: at }) =>
        commit.events.map((event, index) => ({ log, position: at + index, event, tags: commit.tags })),
      ),
      position,
    };
  }
}

interface Fed {
  readonly commit: Commit;
  readonly position: number;
  /** Those of the feed item that it is in. */
  readonly heads: FeedPosition;
  readonly isLastOfItem: boolean;
}

function readFeedItem(
  item: Item,
  log: number,
  before: number,
  headsBefore: FeedPosition | undefined,
  codec: EventCodec,
) {
  const { position, n } = toExtent(item);
  const where = `domain-feed ${logKey(log)} ${position}`;
  const differences: Difference[] = [];
  const report = (attribute: string, expected: unknown, found: unknown) =>
    differences.push({ kind: "FEED", where, attribute, expected: show(expected), found: show(found) });
  if (position !== before + 1) report("position", before + 1, position);
  const end = position + n - 1;
  const heads = Array.isArray(item["heads"]) ? item["heads"].map(Number) : undefined;
  if (heads?.[log] !== end) report("heads", end, heads?.[log]);
  if (headsBefore?.some((head, other) => (heads?.[other] ?? 0) < head) === true) report("heads", headsBefore, heads);
  const fed: Fed[] = [];
  try {
    const entries = fromFeedItem(item, log, codec);
    // The text that fromFeedItem has just read.
    const commits = JSON.parse(String(item["entries"])) as StoredCommit[];
    if (entries.length !== n) report("n", entries.length, n);
    let at = 0;
    for (const [index, { streamId, version, events, tags }] of commits.entries()) {
      const isLastOfItem = index === commits.length - 1;
      const own = entries.slice(at, at + events.length).map(({ event }) => event);
      fed.push({
        commit: { streamId, version, events: own, tags },
        position: position + at,
        heads: heads ?? [],
        isLastOfItem,
      });
      at += events.length;
    }
  } catch (error) {
    report("entries", "commits", (error instanceof Error ? error.message : String(error)).slice(0, 160));
  }
  return { differences, fed, end, heads };
}

async function compareWithLog(
  db: DynamoDb,
  codec: EventCodec,
  log: number,
  fed: readonly Fed[],
): Promise<{ readonly differences: readonly Difference[]; readonly steps: readonly HeadsStep[] }> {
  const [indexItems, commitItems] = await Promise.all([
    batchGet(
      db,
      "domain-feed",
      fed.map(({ commit }) => ({ log: streamKey(commit.streamId), position: commit.version })),
      {
        consistent: true,
      },
    ),
    batchGet(
      db,
      "domain-events",
      fed.map(({ commit: { streamId, version } }) => ({ streamId, version })),
      {
        consistent: true,
      },
    ),
  ]);
  const differences = fed.flatMap(({ commit, position, heads, isLastOfItem }, index) => {
    const where = `domain-feed ${logKey(log)} ${position}, ${commit.streamId} version ${commit.version}`;
    const report = (attribute: string, expected: unknown, found: unknown): Difference => ({
      kind: "FEED",
      where,
      attribute,
      expected: show(expected),
      found: show(found),
    });
    const place = readIndex(indexItems[index]);
    const placed = place && [place.feedLog, place.feedPosition, place.n];
    const isPlaced = canonicalJson(placed ?? null) === canonicalJson([log, position, commit.events.length]);
    // In an item all commits are behind the same ones of other logs; of an import, behind no more than the last one.
    const fits = place === undefined || (isLastOfItem ? isSame(place.heads, heads) : covers(heads, place.heads));
    return [
      ...(fits ? [] : [report("heads in the index", heads, place.heads)]),
      ...(isPlaced ? [] : [report("place in the index", [log, position, commit.events.length], placed)]),
      ...compareCommits(commit, commitItems[index], codec, report),
    ];
  });
  const steps = indexItems.flatMap((item): readonly HeadsStep[] => {
    const place = readIndex(item);
    return place === undefined ? [] : [{ log: place.feedLog, n: place.n, heads: place.heads }];
  });
  return { differences, steps };
}

function isSame(left: FeedPosition, right: FeedPosition): boolean {
  return left.join(".") === right.join(".");
}

function compareCommits(
  fed: Commit,
  item: Item | undefined,
  codec: EventCodec,
  report: (attribute: string, expected: unknown, found: unknown) => Difference,
): readonly Difference[] {
  if (item === undefined) return [report("commit", "a commit that the log has", "one that it has not")];
  let logged: Commit;
  try {
    logged = fromCommitItem(item, codec);
  } catch (error) {
    // The proof of its stream names it.
    if (error instanceof UnreadableItemError) return [];
    throw error;
  }
  if (isSameCommit(logged, fed) || canonicalJson(logged) === canonicalJson(fed)) return [];
  if (lastVersion(logged) !== lastVersion(fed)) return [report("last version", lastVersion(logged), lastVersion(fed))];
  const changed = logged.events.findIndex((event, index) => canonicalJson(event) !== canonicalJson(fed.events[index]));
  if (changed < 0) return [report("tags", logged.tags, fed.tags)];
  return [report(`event ${fed.version + changed}`, logged.events[changed]?.hash, "another event or content")];
}

/** Whether two commits are the same, key order included: says no too often, and is fast. */
function isSameCommit(logged: Commit, fed: Commit): boolean {
  return (
    logged.events.length === fed.events.length &&
    JSON.stringify(logged.tags) === JSON.stringify(fed.tags) &&
    logged.events.every((event, index) => textOf(event) === textOf(fed.events[index]))
  );
}

function textOf(event: Commit["events"][number] | undefined): string | undefined {
  if (event === undefined) return undefined;
  const { type, schemaVersion, data, eventId, streamId, version, occurredAt, recordedAt, actor, ...rest } = event;
  const { correlationId, causationId, commandId, hash, previousHash } = rest;
  const about = [type, schemaVersion, eventId, streamId, version, occurredAt, recordedAt, actor.kind, actor.id];
  return JSON.stringify([...about, correlationId, causationId, commandId, hash, previousHash, data]);
}

function readIndex(item: unknown) {
  try {
    return item === undefined ? undefined : fromIndexItem(item);
  } catch {
    return undefined;
  }
}
