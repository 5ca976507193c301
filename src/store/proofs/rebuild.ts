/**
 * Rebuild: folds every stream and writes the rows that are not as the fold says, in place, while the ledger is used. Each
 * write holds only while its stream is at the version that was folded, so a command that comes between wins and the stream is
 * folded again; readers see each row as it was or as it must be.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { cancellationReasons, isContention } from "../dynamodb/faults.js";
import { createBackoff } from "../dynamodb/retry.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { lastFedVersion } from "../feed/lastFed.js";
import type { TransactItem } from "../processing/fence.js";
import type { Difference } from "./difference.js";
import { scanGroups } from "./logScan.js";
import { lostTail } from "./lostTail.js";
import { findOrphans } from "./orphans.js";
import { rulesFor } from "./proofDeps.js";
import type { ProofDeps } from "./proofDeps.js";
import { lookAtRows, lookAtStream } from "./rowLook.js";
import type { RowFinding } from "./rowLook.js";
import { proveStream } from "./streamProof.js";
import { definedIn, rowIdentity } from "./verifiedView.js";
import type { VerifiedView } from "./verifiedView.js";
import { withRulesOfLedger } from "./verify.js";

export interface RebuildCounts {
  readonly streams: number;
  readonly events: number;
  /** Rows that were compared. */
  readonly rows: number;
  /** Rows that were not there, and are written. */
  readonly restored: number;
  /** Rows that were there and are corrected. */
  readonly corrected: number;
  /** Rows with no event behind them, which are removed. */
  readonly removed: number;
  /** Streams whose log has a fault, so that their rows are left as they are. */
  readonly unsound: number;
  /** Writes, and conflicts with commands after which a stream was done again. */
  readonly writes: number;
  readonly conflicts: number;
}

/** How far a rebuild has come: JSON, to be kept and given to the next one. */
export interface RebuildState {
  readonly format: 1;
  readonly category: string;
  readonly counts: RebuildCounts;
  readonly greatest: number;
  /** The key behind which the log is not read yet; absent once it is read to its end. */
  readonly after?: Item;
}

export interface RebuildOptions {
  /** Rows for each second, at most. @default 500 */
  readonly writesPerSecond?: number | undefined;
  /** Count and report only. @default false */
  readonly dryRun?: boolean | undefined;
  readonly resume?: RebuildState | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for everything that is mended, and for every error of the log, which is not. */
  readonly onDifference?: (difference: Difference) => void;
  readonly onProgress?: (counts: RebuildCounts) => void;
  readonly onState?: (state: RebuildState) => Promise<void> | void;
}

/** Rows of one transaction, beside the condition on the stream. */
const chunkLimits = { rows: 90, bytes: 3_000_000 } as const;
const maxAttempts = 50;
const backoff = createBackoff({ baseMilliseconds: 10, capMilliseconds: 500 });

/**
 * Rebuilds the rows of one kind of stream. Never writes a row that has expired or was archived, nor touches one that somebody
 * else put there. Sets the view's counter to at least the greatest number in the log. Rejects with the reason of `signal`
 * when it aborts; a later run may go on from the last state.
 */
export async function rebuildRows(
  deps: ProofDeps,
  view: VerifiedView,
  options: RebuildOptions = {},
): Promise<RebuildCounts> {
  const { db } = deps;
  const { resume, signal, onDifference, onProgress } = options;
  const { category } = view;
  const own: ProofDeps = { ...(await withRulesOfLedger(deps)), views: [view] };
  const tally = createTally(resume?.counts);
  const { add } = tally;
  let greatest = resume?.greatest ?? 0;
  const report = (differences: readonly Difference[]) =>
    differences.forEach((difference) => onDifference?.(difference));
  const write = createWriter(deps, options, add);
  const mend = createMender(own, { write, add, report });

  if (resume === undefined || resume.after !== undefined) {
    for await (const { streams, after } of scanGroups(db, resume?.after)) {
      const proofs = streams
        .filter(({ streamId }) => rulesFor(own, streamId).view !== undefined)
        .map((stream) => proveStream(stream, rulesFor(own, stream.streamId)));
      const foldable = proofs.flatMap(({ streamId, fold, sound }) =>
        fold === undefined || !sound ? [] : [{ streamId, view, expected: fold.rows(deps.clock.now()) }],
      );
      const looks = await lookAtRows(db, foldable);
      const wrong = proofs.flatMap((proof) => {
        const findings = looks[foldable.findIndex(({ streamId }) => streamId === proof.streamId)]?.findings ?? [];
        return findings.length > 0 ? [{ ...proof, findings }] : [];
      });
      const unfoldable = proofs.filter(({ fold, sound }) => fold === undefined || !sound);
      await Promise.all(
        wrong.map(async ({ streamId, version, findings }) => {
          // The condition on the version holds only where rows and log were of one moment.
          const isWhole = (await lastFedVersion(db, streamId)) <= version;
          if (isWhole && (await write(streamId, version, findings)))
            report(findings.flatMap(({ differences }) => differences));
          else await mend(streamId);
        }),
      );
      for (const { streamId } of unfoldable) await mend(streamId);
      add({
        streams: proofs.length,
        events: proofs.reduce((sum, { events }) => sum + events, 0),
        rows: looks.reduce((sum, { rows }) => sum + rows, 0),
      });
      greatest = Math.max(greatest, ...proofs.map((proof) => proof.greatest ?? 0));
      onProgress?.(tally.counts());
      await options.onState?.({ format: 1, category, counts: tally.counts(), greatest, after });
      signal?.throwIfAborted();
    }
    await options.onState?.({ format: 1, category, counts: tally.counts(), greatest });
  }
  const lostStreams = new Set<string>();
  for await (const { findings } of findOrphans(own)) {
    const orphans = findings.filter((finding) => finding.kind === "SURPLUS" && finding.table !== "domain-feed");
    for (const finding of orphans) {
      if (finding.kind !== "SURPLUS") continue;
      const fed = await lastFedVersion(db, finding.streamId);
      const { proof } = await lookAtStream(db, finding.streamId, rulesFor(own, finding.streamId), () =>
        deps.clock.now(),
      );
      // A stream that the log has lost, not a row that never had one.
      const lost = lostTail(finding.streamId, proof.version, fed);
      if (lost.length > 0) {
        add({ unsound: lostStreams.has(finding.streamId) ? 0 : 1 });
        if (!lostStreams.has(finding.streamId)) report(lost);
        lostStreams.add(finding.streamId);
        continue;
      }
      // Its stream may have come to have it since the page was read.
      if (proof.fold?.rows(deps.clock.now()).has(rowIdentity(finding.table, finding.key)) === true) continue;
      if (await write(finding.streamId, proof.version, [finding])) report(finding.differences);
    }
    onProgress?.(tally.counts());
    signal?.throwIfAborted();
  }
  await raiseCounter(deps, view, greatest, options);
  return tally.counts();
}

/**
 * The same for one stream, and as if no work waited: what such work would bring or take away is brought and taken away here.
 * About six requests, and one for each 90 rows.
 */
export async function rebuildStream(
  deps: ProofDeps,
  view: VerifiedView,
  streamId: string,
  options: Pick<RebuildOptions, "writesPerSecond" | "onDifference"> = {},
): Promise<RebuildCounts> {
  const done: VerifiedView = { ...view, movesRows: () => false };
  const own: ProofDeps = { ...(await withRulesOfLedger(deps)), views: [done] };
  const { add, counts } = createTally();
  const report = (differences: readonly Difference[]) =>
    differences.forEach((difference) => options.onDifference?.(difference));
  await createMender(own, { write: createWriter(deps, options, add), add, report })(streamId);
  return counts();
}

/** What mends one stream, again and again while commands come between. */
function createMender(
  own: ProofDeps,
  {
    write,
    add,
    report,
  }: {
    readonly write: Writer;
    readonly add: (more: Partial<RebuildCounts>) => void;
    readonly report: (differences: readonly Difference[]) => void;
  },
): (streamId: string) => Promise<void> {
  const { db, clock } = own;
  return async (streamId) => {
    for (let attempt = 1; ; attempt += 1) {
      const fed = await lastFedVersion(db, streamId);
      const rules = rulesFor(own, streamId);
      const { proof, findings, settled } = await lookAtStream(db, streamId, rules, () => clock.now());
      const lost = lostTail(streamId, proof.version, fed);
      if (proof.fold === undefined || !proof.sound || lost.length > 0) {
        add({ unsound: 1 });
        return report([...proof.differences, ...lost]);
      }
      if (settled && (await write(streamId, proof.version, findings))) {
        return report(findings.flatMap(({ differences }) => differences));
      }
      if (attempt >= maxAttempts) throw new Error(`${streamId} changes too often to be rebuilt; try again later`);
      add({ conflicts: 1 });
      await backoff(attempt + 1);
    }
  };
}

/** Counts, and what adds to them. */
function createTally(initially: RebuildCounts = noCounts) {
  let counts = initially;
  return {
    counts: () => counts,
    add: (more: Partial<RebuildCounts>) => {
      const sums = Object.entries(more).map(([name, value]) => [name, counts[name as keyof RebuildCounts] + value]);
      counts = { ...counts, ...(Object.fromEntries(sums) as Partial<RebuildCounts>) };
    },
  };
}

const noCounts: RebuildCounts = {
  streams: 0,
  events: 0,
  rows: 0,
  restored: 0,
  corrected: 0,
  removed: 0,
  unsound: 0,
  writes: 0,
  conflicts: 0,
};

/** Answers false where the stream has moved on: nothing of the last transaction was written then. */
type Writer = (streamId: string, version: number, findings: readonly RowFinding[]) => Promise<boolean>;

function createWriter(
  { db }: ProofDeps,
  { writesPerSecond = 500, dryRun = false }: RebuildOptions,
  add: (more: Partial<RebuildCounts>) => void,
): Writer {
  let free = performance.now();
  const keepPace = async (rows: number) => {
    const wait = free - performance.now();
    free = Math.max(free, performance.now()) + (rows / writesPerSecond) * 1_000;
    if (wait > 0) await sleep(wait);
  };
  const noteDone = (findings: readonly RowFinding[]) => {
    const count = (kind: RowFinding["kind"]) => findings.filter((finding) => finding.kind === kind).length;
    add({ restored: count("MISSING"), corrected: count("CHANGED"), removed: count("SURPLUS") });
    if (!dryRun) add({ writes: findings.length });
  };
  return async (streamId, version, findings) => {
    for (const chunk of chunksOf(findings)) {
      if (!dryRun) {
        await keepPace(chunk.length);
        const items = chunk.map((finding) => toTransactItem(db.tableName, finding));
        if (!(await sent(db, [streamIsAt(db.tableName, streamId, version), ...items]))) return false;
      }
      noteDone(chunk);
    }
    return true;
  };
}

async function sent(db: ProofDeps["db"], items: readonly TransactItem[]): Promise<boolean> {
  try {
    await db.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
    return true;
  } catch (error) {
    const isRefused = cancellationReasons(error).some(({ Code }) => Code === "ConditionalCheckFailed");
    if (isRefused || isContention(error)) return false;
    throw error;
  }
}

/** The condition that a stream has no commit behind `version`. */
function streamIsAt(tableName: ProofDeps["db"]["tableName"], streamId: string, version: number): TransactItem {
  return {
    ConditionCheck: {
      TableName: tableName("domain-events"),
      Key: { streamId, version: version + 1 },
      ConditionExpression: "attribute_not_exists(#streamId)",
      ExpressionAttributeNames: { "#streamId": "streamId" },
    },
  };
}

function toTransactItem(tableName: ProofDeps["db"]["tableName"], finding: RowFinding): TransactItem {
  if (finding.kind === "SURPLUS") return { Delete: { TableName: tableName(finding.table), ...isAsFound(finding) } };
  const { table, item, key, presence } = finding.row;
  const [name = ""] = Object.keys(key);
  // A row that may go at any time must not come back because it was corrected.
  const exists = presence === "OPTIONAL" ? { [name]: key[name] } : {};
  const condition = asFound(finding.kind === "CHANGED" ? { ...exists, ...finding.beyond } : exists);
  return { Put: { TableName: tableName(table), Item: { ...definedIn(item) }, ...condition } };
}

/** The condition that a row has these attributes, and those not that are undefined; none where there are no attributes. */
function asFound(attributes: Item) {
  const all = Object.entries(attributes);
  if (all.length === 0) return {};
  const conditions = all.map(([, value], index) =>
    value === undefined ? `attribute_not_exists(#a${index})` : `#a${index} = :a${index}`,
  );
  const values = all.flatMap(([, value], index) => (value === undefined ? [] : [[`:a${index}`, value] as const]));
  return {
    ConditionExpression: conditions.join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(all.map(([name], index) => [`#a${index}`, name])),
    ...(values.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(values) }),
  };
}

/** The key of a row, and the condition that it is the one that was found: a command may have taken its place. */
function isAsFound({ key, item }: Extract<RowFinding, { readonly kind: "SURPLUS" }>) {
  const attributes = Object.entries(item).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return { Key: { ...key }, ...asFound(Object.fromEntries(attributes)) };
}

function chunksOf(findings: readonly RowFinding[]): readonly (readonly RowFinding[])[] {
  const chunks: RowFinding[][] = [];
  let [current, bytes]: [RowFinding[], number] = [[], 0];
  for (const finding of findings) {
    const size = Buffer.byteLength(JSON.stringify(finding.kind === "SURPLUS" ? finding.item : finding.row.item));
    if (current.length >= chunkLimits.rows || (current.length > 0 && bytes + size > chunkLimits.bytes)) {
      chunks.push(current);
      [current, bytes] = [[], 0];
    }
    current.push(finding);
    bytes += size;
  }
  return current.length === 0 ? chunks : [...chunks, current];
}

/** Sets the view's counter to at least `least`; it never goes down. */
async function raiseCounter(
  { db }: ProofDeps,
  { counter }: VerifiedView,
  least: number,
  { dryRun }: RebuildOptions,
): Promise<void> {
  if (counter === undefined || least === 0 || dryRun === true) return;
  try {
    await db.client.send(
      new UpdateCommand({
        TableName: db.tableName("processor-checkpoints"),
        Key: { processor: counter.processor, partition: counter.partition },
        UpdateExpression: "SET #value = :least",
        ConditionExpression: "attribute_not_exists(#value) OR #value < :least",
        ExpressionAttributeNames: { "#value": "value" },
        ExpressionAttributeValues: { ":least": least },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
  }
}
