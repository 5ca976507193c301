/**
 * Verify: reads the whole log and proves that it is whole and unaltered, and that every view row, idempotency record, counter
 * and place in the feed is what the log says. On a live ledger too: what differs is looked at again, together with its log,
 * before it is called a difference.
 */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { eventsUpTo } from "../../domain/kernel/feed.js";
import type { FeedPosition } from "../../domain/kernel/feed.js";
import { createDynamoDbChangeFeed } from "../feed/changeFeed.js";
import { streamKey } from "../feed/feedItems.js";
import { loadFeedLayout } from "../feed/feedLayout.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { checkCheckpoints, proveAsyncViews } from "./asyncProof.js";
import type { Difference } from "./difference.js";
import { proveFeedLog, proveIndex } from "./feedProof.js";
import type { Placement } from "./feedProof.js";
import { createHeadsProof } from "./headsProof.js";
import { importMarkerKey, importMarkerOf } from "./importMarker.js";
import { createLedgerDigest } from "./ledgerDigest.js";
import type { DigestAt, LedgerDigest } from "./ledgerDigest.js";
import { partition, scanGroups } from "./logScan.js";
import { lostTail } from "./lostTail.js";
import type { StoredStream } from "./logScan.js";
import { findOrphans } from "./orphans.js";
import { rulesFor, viewOf } from "./proofDeps.js";
import type { ProofDeps } from "./proofDeps.js";
import { checkRecords } from "./records.js";
import { lookAtRows, lookAtStream } from "./rowLook.js";
import { proveStream } from "./streamProof.js";
import type { StreamProof } from "./streamProof.js";
import type { VerifiedView } from "./verifiedView.js";

export interface VerifyCounts {
  readonly streams: number;
  readonly commits: number;
  readonly events: number;
  /** Events of the time before there were hashes. */
  readonly unhashed: number;
  /** Rows that were compared. */
  readonly rows: number;
  /** Rows that somebody else put into our tables. */
  readonly foreign: number;
  readonly records: number;
  /** Commits that the feed does not have (yet). */
  readonly unfed: number;
  /** Events in the feed. */
  readonly fed: number;
  readonly differences: number;
}

/** How far a run has come: JSON, to be kept and given to the next run. */
export interface VerifyState {
  readonly format: 1;
  readonly phase: "streams" | "orphans" | "feed";
  /** The feed as it was at the start; the sums are over what lies before it. */
  readonly heads: FeedPosition;
  readonly counts: VerifyCounts;
  readonly digest: string;
  readonly indexSum: string;
  readonly feedSum: string;
  /** The digest up to `heads`, and the one up to where the caller asked for. */
  readonly digestOfHeads: string;
  readonly asked?: DigestAt | undefined;
  /** The last place of each log that the index names. */
  readonly indexed: FeedPosition;
  /** The greatest number for each counter. */
  readonly greatest: Readonly<Record<string, number>>;
  /** In phase "streams": the key behind which the log is not read yet. */
  readonly after?: Item;
}

export interface VerifyOptions {
  /** Go on where an earlier run was. */
  readonly resume?: VerifyState | undefined;
  /** Say what the digest was when the feed ended there. A run that goes on asks for what the first one asked for. */
  readonly digestAt?: FeedPosition | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDifference?: (difference: Difference) => void;
  /** Called after each group of streams and each page of the feed. */
  readonly onProgress?: (counts: VerifyCounts, phase: VerifyState["phase"] | "views") => void;
  /** Called where a later run could go on. */
  readonly onState?: (state: VerifyState) => Promise<void> | void;
}

export interface VerifyResult {
  readonly counts: VerifyCounts;
  /** Over the heads of all streams; see {@link createLedgerDigest}. */
  readonly digest: string;
  /** The digest up to where the feed ended when the run began: of commits, as they are fed, it stays the same. */
  readonly fed?: DigestAt;
  /** What {@link VerifyOptions.digestAt} asked for. */
  readonly asked?: DigestAt;
}

/** Verifies the whole ledger. Memory is bounded by the largest stream. Rejects with the reason of `signal` when it aborts. */
export async function verifyLedger(given: ProofDeps, options: VerifyOptions = {}): Promise<VerifyResult> {
  const deps = await withRulesOfLedger(given);
  const { db, digest } = deps;
  const { resume, signal } = options;
  const logs = await feedLogsOf(db);
  const feed = createDynamoDbChangeFeed({ db, codec: deps.codec, logs });
  const heads = resume?.heads ?? (await feed.head());
  const tally = createTally(resume, options);
  const ledger = createLedgerDigest(digest, resume?.digest);
  const indexSum = createLedgerDigest(digest, resume?.indexSum);
  const feedSum = createLedgerDigest(digest, resume?.feedSum);
  const greatest = new Map(Object.entries(resume?.greatest ?? {}));
  const ofHeads = createLedgerDigest(digest, resume?.digestOfHeads);
  const askedAt = options.digestAt ?? resume?.asked?.heads;
  if (resume !== undefined && askedAt?.join(".") !== resume.asked?.heads.join(".")) {
    throw new Error("the run that was stopped was asked for another digest; begin anew, without --resume");
  }
  const ofAsked = createLedgerDigest(digest, resume?.asked?.digest);
  const results = () => ({
    digest: ledger.value,
    fed: { digest: ofHeads.value, heads },
    ...(askedAt === undefined ? {} : { asked: { digest: ofAsked.value, heads: askedAt } }),
  });
  let phase: VerifyState["phase"] = resume?.phase ?? "streams";

  const save = async (after?: Item) => {
    signal?.throwIfAborted();
    await options.onState?.({
      format: 1,
      phase,
      heads,
      counts: tally.counts(),
      digest: ledger.value,
      digestOfHeads: ofHeads.value,
      asked: results().asked,
      indexSum: indexSum.value,
      feedSum: feedSum.value,
      indexed: [...indexed],
      greatest: Object.fromEntries(greatest),
      ...(after === undefined ? {} : { after }),
    });
  };
  const indexed = heads.map((_, log) => resume?.indexed[log] ?? 0);
  const note = (sum: typeof indexSum, { streamId, version, n, log, position }: Placement) => {
    indexed[log] = Math.max(indexed[log] ?? 0, position + n - 1);
    if (position <= (heads[log] ?? 0)) sum.add({ streamId, version, hash: `${n} ${log} ${position}` });
  };

  if ((await importMarkerOf(db)) !== undefined) {
    const where = `processor-checkpoints ${importMarkerKey.processor} ${importMarkerKey.partition}`;
    const found = "an import that has not ended; go on with it";
    tally.report({ kind: "LOG", where, attribute: "row", expected: "no row", found });
  }
  if (phase === "streams") {
    for await (const { streams, records, after } of scanGroups(db, resume?.after)) {
      const examined = await examineGroup(deps, streams, logs);
      for (const { proof, differences, rows, foreign, index } of examined) {
        const { view, ...facts } = proofFacts(deps.views, proof);
        tally.add({ streams: 1, ...facts, rows, foreign, unfed: index.unfed });
        differences.forEach(tally.report);
        ledger.add(proof);
        addHeadAt(ofHeads, heads, proof, index.placements);
        if (askedAt !== undefined) addHeadAt(ofAsked, askedAt, proof, index.placements);
        for (const placement of index.placements) note(indexSum, placement);
        if (proof.greatest !== undefined && view?.counter !== undefined) raise(greatest, view, proof.greatest);
      }
      tally.add({ records: records.length });
      (await checkRecords(db, records)).forEach(tally.report);
      options.onProgress?.(tally.counts(), phase);
      await save(after);
    }
    phase = "orphans";
    await save();
  }
  if (phase === "orphans") {
    for await (const page of findOrphans(deps)) {
      tally.add({ foreign: page.foreign });
      page.findings.forEach(({ differences }) => differences.forEach(tally.report));
      options.onProgress?.(tally.counts(), phase);
      signal?.throwIfAborted();
    }
    phase = "feed";
    await save();
  }
  const headsProof = createHeadsProof(digest, heads);
  const asyncProof = await proveAsyncViews(deps.asyncViews, db, feed);
  for (let log = 0; log < logs; log += 1) {
    for await (const page of proveFeedLog({ db, codec: deps.codec, log, after: 0 })) {
      page.differences.forEach(tally.report);
      for (const placement of page.placements) note(feedSum, placement);
      headsProof.add(page.steps);
      (await asyncProof.see(page.entries)).forEach(tally.report);
      tally.add({ fed: page.entries.length });
      options.onProgress?.(tally.counts(), phase);
      signal?.throwIfAborted();
    }
  }
  if (indexSum.value !== feedSum.value) {
    tally.report({
      kind: "FEED",
      where: "domain-feed",
      attribute: "index as a whole",
      expected: "the places of all commits of the logs, and no others",
      found: "other places",
    });
  }
  // What is named already would break it too.
  if (!tally.feedDiffers() && !headsProof.holds) {
    tally.report({
      kind: "FEED",
      where: "domain-feed",
      attribute: "heads in the index as a whole",
      expected: "one order of the commits of all logs",
      found: "another one, or none",
    });
  }
  // Index and log grow in one transaction, so what the index named then is in the log by now.
  for (const [log, head] of (await feed.head()).entries()) {
    const last = indexed[log] ?? 0;
    if (last <= head) continue;
    const where = `domain-feed log#${log}`;
    tally.report({
      kind: "FEED",
      where,
      attribute: "last position",
      expected: `at least ${last}`,
      found: String(head),
    });
  }
  (await asyncProof.finish()).forEach(tally.report);
  (await checkCheckpoints(db, feed)).forEach(tally.report);
  (await checkCounters(deps, greatest)).forEach(tally.report);
  options.onProgress?.(tally.counts(), "views");
  return { counts: tally.counts(), ...results() };
}

/** Adds what the head of a stream was when the feed ended at `heads`; nothing where the stream had none. */
function addHeadAt(
  sum: LedgerDigest,
  heads: FeedPosition,
  { streamId, commits }: StreamProof,
  placements: readonly Placement[],
): void {
  const last = placements.findLast(({ log, position, n }) => position + n - 1 <= (heads[log] ?? 0));
  const commit = commits.find(({ version }) => version === last?.version);
  const event = commit?.events.at(-1);
  if (event !== undefined) sum.add({ streamId, version: event.version, hash: event.hash });
}

/** Verifies one stream: its log, its rows, its places in the feed. The digest is that of a ledger of this stream alone. */
export async function verifyStream(
  deps: ProofDeps,
  streamId: string,
): Promise<VerifyResult & { readonly differences: readonly Difference[] }> {
  const examined = await examineAgain(await withRulesOfLedger(deps), streamId, await feedLogsOf(deps.db));
  const { proof, differences, rows, foreign, index } = examined;
  const { view: _, ...facts } = proofFacts(deps.views, proof);
  const ledger = createLedgerDigest(deps.digest);
  ledger.add(proof);
  const counts = { ...noCounts, streams: proof.version === 0 ? 0 : 1, ...facts, rows, foreign, unfed: index.unfed };
  return { counts: { ...counts, differences: differences.length }, digest: ledger.value, differences };
}

/** How many events the feed holds: what a progress bar counts against. */
export async function eventsInFeed({ db, codec }: Pick<ProofDeps, "db" | "codec">): Promise<number> {
  const heads = await createDynamoDbChangeFeed({ db, codec, logs: await feedLogsOf(db) }).head();
  return eventsUpTo(heads);
}

/** How many logs the feed of a ledger has. */
export async function feedLogsOf(db: DynamoDb): Promise<number> {
  return (await loadFeedLayout(db))?.logs ?? 1;
}

/** The proofs of a ledger in which an event without a hash may be a difference. One request. */
export async function withRulesOfLedger(deps: ProofDeps): Promise<ProofDeps> {
  return { ...deps, hashed: (await loadFeedLayout(deps.db))?.hashed ?? false };
}

interface Examined {
  readonly proof: StreamProof;
  readonly differences: readonly Difference[];
  readonly rows: number;
  readonly foreign: number;
  readonly index: ReturnType<typeof proveIndex>;
}

/** Streams as the scan found them; those that differ are looked at again. */
async function examineGroup(
  deps: ProofDeps,
  streams: readonly StoredStream[],
  logs: number,
): Promise<readonly Examined[]> {
  const now = deps.clock.now();
  const proofs = streams.map((stream) => proveStream(stream, rulesFor(deps, stream.streamId)));
  const viewed = proofs.flatMap((proof) => {
    const view = viewOf(deps.views, proof.streamId);
    if (view === undefined || proof.fold === undefined) return [];
    return [{ streamId: proof.streamId, view, expected: proof.fold.rows(now) }];
  });
  const [looks, indexes] = await Promise.all([
    lookAtRows(deps.db, viewed),
    Promise.all(proofs.map(({ streamId }) => readIndexOf(deps.db, streamId))),
  ]);
  const lookOf = new Map(viewed.map(({ streamId }, index) => [streamId, looks[index]]));
  return Promise.all(
    proofs.map(async (proof, at): Promise<Examined> => {
      const look = lookOf.get(proof.streamId) ?? { findings: [], rows: 0, foreign: 0 };
      const index = proveIndex(proof, indexes[at] ?? [], logs);
      const isSound = proof.differences.length + look.findings.length + index.differences.length === 0;
      if (isSound) return { proof, differences: [], rows: look.rows, foreign: look.foreign, index };
      return examineAgain(deps, proof.streamId, logs);
    }),
  );
}

/** A stream with its rows and its index, of one moment. */
async function examineAgain(deps: ProofDeps, streamId: string, logs: number): Promise<Examined> {
  // The index is read first: commits that come meanwhile are not fed yet, and none is fed that the log has not.
  const indexItems = await readIndexOf(deps.db, streamId);
  const { proof, findings, rows, foreign } = await lookAtStream(deps.db, streamId, rulesFor(deps, streamId), () =>
    deps.clock.now(),
  );
  const index = proveIndex(proof, indexItems, logs);
  const fed = Math.max(0, ...indexItems.map((item) => Number(item["position"]) + Number(item["n"]) - 1));
  const lost = lostTail(streamId, proof.version, fed);
  // The rows know of what the log has lost: it is not they that are wrong.
  const ofRows = lost.length > 0 ? lost : findings.flatMap(({ differences }) => differences);
  return { proof, differences: [...proof.differences, ...ofRows, ...index.differences], rows, foreign, index };
}

function readIndexOf(db: DynamoDb, streamId: string): Promise<readonly Item[]> {
  return partition(db, "domain-feed", { name: "log", value: streamKey(streamId) });
}

function proofFacts(views: readonly VerifiedView[], { streamId, commits, events, unhashed }: StreamProof) {
  return { view: viewOf(views, streamId), commits: commits.length, events, unhashed };
}

function raise(greatest: Map<string, number>, { category }: VerifiedView, number: number): void {
  greatest.set(category, Math.max(greatest.get(category) ?? 0, number));
}

/** Counters that are below a number which was given already. */
async function checkCounters(
  { db, views }: ProofDeps,
  greatest: ReadonlyMap<string, number>,
): Promise<readonly Difference[]> {
  const checks = views.map(async ({ category, counter }): Promise<readonly Difference[]> => {
    const least = greatest.get(category);
    if (counter === undefined || least === undefined) return [];
    const { processor, partition: part } = counter;
    const { Item } = await db.client.send(
      new GetCommand({
        TableName: db.tableName("processor-checkpoints"),
        Key: { processor, partition: part },
        ConsistentRead: true,
      }),
    );
    const value = Number(Item?.["value"] ?? 0);
    const where = `processor-checkpoints ${processor} ${part}`;
    if (value >= least) return [];
    return [{ kind: "COUNTER", where, attribute: "value", expected: `at least ${least}`, found: String(value) }];
  });
  return (await Promise.all(checks)).flat();
}

const noCounts: VerifyCounts = {
  streams: 0,
  commits: 0,
  events: 0,
  unhashed: 0,
  rows: 0,
  foreign: 0,
  records: 0,
  unfed: 0,
  fed: 0,
  differences: 0,
};

function createTally(resume: VerifyState | undefined, { onDifference }: VerifyOptions) {
  let counts: VerifyCounts = resume?.counts ?? noCounts;
  // The feed is read anew by a run that goes on.
  counts = { ...counts, fed: 0 };
  const add = (more: Partial<VerifyCounts>) => {
    const sums = Object.entries(more).map(([name, value]) => [name, counts[name as keyof VerifyCounts] + value]);
    counts = { ...counts, ...(Object.fromEntries(sums) as Partial<VerifyCounts>) };
  };
  let feedDiffers = false;
  return {
    add,
    feedDiffers: () => feedDiffers,
    report: (difference: Difference) => {
      add({ differences: 1 });
      feedDiffers ||= difference.kind === "FEED";
      onDifference?.(difference);
    },
    counts: () => counts,
  };
}
