/** Verify and rebuild: events per second against a bare Scan of the same log, and the memory they take, as the log grows. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createFolderObjectStore } from "../src/adapters/objectStore/folder.js";
import { createLogger } from "../src/observability/logger.js";
import { createLedger } from "../src/server/ledger.js";
import { asyncViews } from "../src/server/processors.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { ensureTables } from "../src/store/dynamodb/createTables.js";
import { startEngine } from "../src/store/engine/index.js";
import type { Engine } from "../src/store/engine/index.js";
import { prefixed } from "../src/store/tables.js";
import { fillLedger, loseRows } from "./ledgerData.js";
import type { Row } from "./main.js";
import { median } from "./measure.js";
import type { Job, RunResult } from "./proofsRun.js";

const program = fileURLToPath(new URL("./proofsRun.js", import.meta.url));
const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MB`;

/** A ledger of each size in turn, on an engine of its own. Small ones are measured twice, in turn. */
export async function measureProofs(sizes: readonly number[], show: (rows: readonly Row[]) => void): Promise<void> {
  for (const size of sizes) show(await measureSize(size));
}

async function measureSize(size: number): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-bench-proofs-"));
  const engine = await startEngine({ dataDir, log: () => undefined });
  const db = createDynamoDb({ endpoint: engine.endpoint, region: engine.region, tableName: prefixed("") });
  try {
    const began = performance.now();
    await ensureTables(db);
    const filled = await fillLedger(db, size);
    const filledAt = performance.now();
    await feedAll(db, engine, dataDir, filled.events);
    const seconds = [filledAt - began, performance.now() - filledAt].map((ms) => (ms / 1_000).toFixed(0));
    console.log(
      `  ${filled.events} events, ${filled.incidents} incidents, ${filled.rows} rows: written in ${seconds[0]} s, fed and projected in ${seconds[1]} s`,
    );
    return await measureJobs(db, engine.endpoint ?? "", filled.events);
  } finally {
    db.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs the ledger's own feeder and processors until they have seen everything. */
async function feedAll(db: DynamoDb, engine: Engine, dataDir: string, events: number): Promise<void> {
  const ledger = createLedger({
    db,
    feedDb: db,
    address: engine,
    contiguousSequenceNumbers: engine.contiguousSequenceNumbers,
    feedLogs: 4,
    objects: createFolderObjectStore({ folder: join(dataDir, "objects") }),
    logger: createLogger({ level: "warn" }),
    takeOverLeases: true,
  });
  try {
    await ledger.start();
    for (;;) {
      const head = (await ledger.pipeline.feed.head()).reduce((sum, at) => sum + at, 0);
      const behind = (await ledger.control.list()).some(({ lagEvents }) => lagEvents > 0);
      if (head >= events && !behind) return;
      await wait(100);
    }
  } finally {
    await ledger.close();
  }
}

async function measureJobs(db: DynamoDb, endpoint: string, events: number): Promise<Row[]> {
  const rounds = events > 20_000 ? 1 : 2;
  const contenders: readonly { readonly job: Job; readonly what: string; readonly before?: () => Promise<void> }[] = [
    { job: "verify", what: "verify" },
    { job: "rebuild", what: "rebuild of rows that are as they must be" },
    { job: "rebuild", what: "rebuild of rows that were all lost", before: () => loseRows(db) },
    ...asyncViews.map(({ projection: { name } }) => ({ job: name, what: `rebuild of the async view ${name}` })),
  ];
  const scans: RunResult[] = [];
  const results = contenders.map((): RunResult[] => []);
  for (let round = 0; round < rounds; round += 1) {
    scans.push(await runJob("scan", endpoint));
    for (const [index, { job, before }] of contenders.entries()) {
      await before?.();
      results[index]?.push(await runJob(job, endpoint));
    }
  }
  const [verifies = [], intact = [], lost = []] = results;
  requireSound([...verifies, ...intact, await runJob("verify", endpoint)], ({ mended }) => mended === 0);
  requireSound(lost, ({ mended }) => mended > 0);
  requireSound(results.flat(), ({ counted }) => counted === events);

  const scanRate = median(scans.map(({ seconds }) => events / seconds));
  return [
    {
      what: `bare Scan of ${events} events, counting items`,
      value: `${scanRate.toFixed(0)} events per second`,
      compared: memoryOf(scans),
    },
    ...contenders.map(({ what }, index): Row => {
      const runs = results[index] ?? [];
      const rate = median(runs.map(({ seconds }) => events / seconds));
      const ratio = median(runs.map(({ seconds }, round) => (scans[round]?.seconds ?? Number.NaN) / seconds));
      return {
        what: `${what}, ${events} events, events per second against the bare Scan`,
        value: ratio.toFixed(3),
        compared: `${rate.toFixed(0)} per second, ${memoryOf(runs)}`,
      };
    }),
  ];
}

/** A figure of a run that did not do its work would be worth nothing. */
function requireSound(runs: readonly RunResult[], isSound: (run: RunResult) => boolean): void {
  const bad = runs.find((run) => !isSound(run));
  if (bad !== undefined) throw new Error(`a run did not do what it was to do: ${JSON.stringify(bad)}`);
}

function memoryOf(runs: readonly RunResult[]): string {
  const most = (of: (run: RunResult) => number) => megabytes(Math.max(...runs.map(of)));
  return `at most ${most((run) => run.peakResident)} resident, ${most((run) => run.liveHeap)} of live heap`;
}

async function runJob(job: Job, endpoint: string): Promise<RunResult> {
  const child = spawn(process.execPath, ["--enable-source-maps", "--expose-gc", program, job, endpoint], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${job} ended with ${code}`);
  return JSON.parse(output) as RunResult;
}
