/** One proof or rebuild in a process of its own, whose memory is its own: started by proofs.ts with --expose-gc. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { ScanCommandOutput } from "@aws-sdk/lib-dynamodb";
import { readFile } from "node:fs/promises";
import { createLogger } from "../src/observability/logger.js";
import { codec, systemClock } from "../src/server/ledger.js";
import { asyncViews } from "../src/server/processors.js";
import { createProofDeps } from "../src/server/proofDeps.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { createDynamoDbChangeFeed } from "../src/store/feed/changeFeed.js";
import { createLeases } from "../src/store/processing/leases.js";
import { rebuildView } from "../src/store/processing/rebuildView.js";
import { rebuildRows } from "../src/store/proofs/rebuild.js";
import { feedLogsOf, verifyLedger } from "../src/store/proofs/verify.js";
import { prefixed } from "../src/store/tables.js";

/** "scan" only counts the items of the log; the name of an async view rebuilds that view. */
export type Job = "scan" | "verify" | "rebuild" | (string & {});

/** What a run prints, as JSON. */
export interface RunResult {
  readonly seconds: number;
  /** Items of the log, or events, by what the job counts. */
  readonly counted: number;
  /** What verify found to differ; rows that rebuild wrote. */
  readonly mended: number;
  /** Bytes: the most that the process ever had resident, and the most that was live in its heap beyond what was at the start. */
  readonly peakResident: number;
  readonly liveHeap: number;
}

type Progress = (done: number) => void;

const jobs: Readonly<Record<string, (db: DynamoDb, progress: Progress) => Promise<Counted>>> = {
  scan: scanLog,
  verify: async (db, progress) => {
    const { counts } = await verifyLedger(createProofDeps(db), {
      onProgress: ({ events, fed, streams, rows }) => progress(events + fed + streams + rows),
    });
    return { counted: counts.events, mended: counts.differences };
  },
  rebuild: async (db, progress) => {
    const deps = createProofDeps(db);
    let [counted, mended] = [0, 0];
    for (const view of deps.views) {
      const counts = await rebuildRows(deps, view, {
        writesPerSecond: 1_000_000,
        onProgress: ({ events }) => progress(events),
      });
      counted += counts.events;
      mended += counts.writes;
    }
    return { counted, mended };
  },
};

interface Counted {
  readonly counted: number;
  readonly mended: number;
}

async function scanLog(db: DynamoDb, progress: Progress): Promise<Counted> {
  let counted = 0;
  let from: Record<string, unknown> | undefined;
  do {
    const page: ScanCommandOutput = await db.client.send(
      new ScanCommand({
        TableName: db.tableName("domain-events"),
        Limit: 500,
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    counted += page.Items?.length ?? 0;
    from = page.LastEvaluatedKey;
    progress(counted);
  } while (from !== undefined);
  return { counted, mended: 0 };
}

async function rebuildAsync(db: DynamoDb, name: string, progress: Progress): Promise<Counted> {
  const view = asyncViews.find(({ projection }) => projection.name === name);
  if (view === undefined) throw new Error(`no view ${name}`);
  const leases = createLeases({
    db,
    owner: `bench:${process.pid}`,
    milliseconds: 6_000,
    takeOver: true,
    log: createLogger({ level: "warn" }),
  });
  const feed = createDynamoDbChangeFeed({ db, codec, logs: await feedLogsOf(db) });
  const { events } = await rebuildView({ db, feed, leases, clock: systemClock }, view, {
    signal: new AbortController().signal,
    onProgress: (done) => progress(done.events),
  });
  return { counted: events, mended: 0 };
}

/** Live heap, looked at ever more rarely, so that the looking does not change what the process takes. */
function createHeapWatch() {
  const collect = () => {
    if (globalThis.gc === undefined) throw new Error("started without --expose-gc");
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const atStart = collect();
  let [most, next, pausedMilliseconds] = [0, 1_000, 0];
  const look = () => {
    const began = performance.now();
    most = Math.max(most, collect() - atStart);
    pausedMilliseconds += performance.now() - began;
  };
  return {
    progress: (done: number) => {
      if (done < next) return;
      next = done * 1.5;
      look();
    },
    look,
    most: () => most,
    pausedMilliseconds: () => pausedMilliseconds,
  };
}

async function peakResident(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
}

async function run(job: Job, endpoint: string): Promise<RunResult> {
  const db = createDynamoDb({ endpoint, tableName: prefixed("") });
  try {
    await feedLogsOf(db);
    const heap = createHeapWatch();
    const began = performance.now();
    const work = jobs[job] ?? ((of: DynamoDb, progress: Progress) => rebuildAsync(of, job, progress));
    const done = await work(db, heap.progress);
    const seconds = (performance.now() - began - heap.pausedMilliseconds()) / 1_000;
    heap.look();
    return { ...done, seconds, peakResident: await peakResident(), liveHeap: heap.most() };
  } finally {
    db.close();
  }
}

const [job = "", endpoint = ""] = process.argv.slice(2);
console.log(JSON.stringify(await run(job, endpoint)));
process.exit(0);
