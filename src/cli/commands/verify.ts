/** `opsledger verify`: proves that the log is whole and unaltered and that everything else is what the log says. */
import { join } from "node:path";
import { createProofDeps } from "../../server/proofDeps.js";
import { describeDifference } from "../../store/proofs/difference.js";
import type { Difference } from "../../store/proofs/difference.js";
import { formatDigestAt, parseDigest } from "../../store/proofs/ledgerDigest.js";
import { eventsInFeed, verifyLedger, verifyStream } from "../../store/proofs/verify.js";
import type { VerifyCounts, VerifyResult, VerifyState } from "../../store/proofs/verify.js";
import { createProgress, createStateFile, interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";

export interface VerifyCommandOptions {
  readonly stream?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly expect?: string | undefined;
}

/** How many differences the JSON form lists; their number is always whole. */
const listed = 1_000;

/** @throws Error where there is any difference, so that the command ends with 1. */
export async function verify(options: VerifyCommandOptions): Promise<void> {
  const { json = false, expect } = options;
  const expected = expect === undefined ? undefined : parseDigest(expect);
  if (expect !== undefined && expected === undefined)
    throw new Error(
      "--expect must be a digest that verify or import printed: 64 hex digits, or those and @ and numbers",
    );
  if (options.stream !== undefined && expected?.heads !== undefined)
    throw new Error("--expect with a place in the feed is about the whole ledger, not one stream");
  const connection = await connectToStore(process.env);
  const progress = createProgress("events", { quiet: json });
  const differences: Difference[] = [];
  const onDifference = (difference: Difference) => {
    if (!json) console.log(describeDifference(difference));
    else if (differences.length < listed) differences.push(difference);
  };
  try {
    const deps = createProofDeps(connection.db);
    if (!json) console.error(`Verifying ${connection.description}`);
    const began = performance.now();
    let result: VerifyResult;
    if (options.stream === undefined) {
      const state = createStateFile<VerifyState>(join(connection.config.dataDir, "verify-state.json"));
      const resume = options.resume === true ? await state.load() : undefined;
      const total = await eventsInFeed(deps);
      result = await interruptible("go on with: opsledger verify --resume", async (signal) => {
        try {
          return await verifyLedger(deps, {
            resume,
            digestAt: expected?.heads,
            signal,
            onDifference,
            onProgress: ({ events, fed }, phase) => progress.show(events + fed, total * 2, words[phase]),
            onState: (reached) => state.save(reached),
          });
        } finally {
          await state.flush();
        }
      });
      await state.remove();
    } else {
      const one = await verifyStream(deps, options.stream);
      if (one.counts.streams === 0) throw new Error(`there is no stream ${options.stream}`);
      one.differences.forEach(onDifference);
      result = one;
    }
    progress.stop();
    const seconds = (performance.now() - began) / 1_000;
    const found = expected?.heads === undefined ? result.digest : result.asked?.digest;
    const surprise = expected !== undefined && expected.digest !== found;
    if (json) console.log(JSON.stringify({ ...result, seconds, expected: expect, list: differences }, undefined, 2));
    else printSummary(result, seconds);
    if (surprise) throw new Error(`the digest of the ledger is not ${expect}`);
    if (result.counts.differences > 0) throw new Error(`${result.counts.differences} differences`);
  } finally {
    progress.stop();
    await connection.close();
  }
}

const words = { streams: "log and rows", orphans: "rows without events", feed: "feed", views: "done" } as const;

function printSummary({ counts, digest, fed }: VerifyResult, seconds: number): void {
  const rate = Math.round(counts.events / Math.max(0.001, seconds));
  console.log(`${summaryOf(counts)} in ${seconds.toFixed(1)} s (${rate} events/s).`);
  if (counts.unhashed > 0) console.log(`${counts.unhashed} events were written before there were hashes.`);
  if (counts.foreign > 0) console.log(`${counts.foreign} rows were put there by others.`);
  if (counts.unfed > 0) console.log(`${counts.unfed} commits are not in the feed yet.`);
  console.log(`Digest ${fed === undefined ? digest : formatDigestAt(fed)}`);
  if (counts.differences === 0) console.log("No differences.");
}

function summaryOf({ streams, events, rows, records, fed }: VerifyCounts): string {
  return `${streams} streams, ${events} events, ${rows} rows, ${records} idempotency records, ${fed} events in the feed`;
}
