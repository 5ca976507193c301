/** `opsledger rebuild`: makes the rows of a view what the log says, while the server runs. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../observability/logger.js";
import { codec, systemClock } from "../../server/ledger.js";
import { asyncViews } from "../../server/processors.js";
import { createProofDeps } from "../../server/proofDeps.js";
import { createDynamoDbChangeFeed } from "../../store/feed/changeFeed.js";
import { createLeases } from "../../store/processing/leases.js";
import { rebuildView } from "../../store/processing/rebuildView.js";
import { describeDifference } from "../../store/proofs/difference.js";
import { requireNoImport } from "../../store/proofs/importMarker.js";
import { rebuildRows } from "../../store/proofs/rebuild.js";
import type { RebuildState } from "../../store/proofs/rebuild.js";
import type { VerifiedView } from "../../store/proofs/verifiedView.js";
import { eventsInFeed, feedLogsOf } from "../../store/proofs/verify.js";
import { createProgress, createStateFile, interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";
import type { StoreConnection } from "../storeConnection.js";
import { counted } from "../text.js";

export interface RebuildCommandOptions {
  readonly rate: string;
  readonly resume?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** `name`: a table of inline views, or an async view. @throws Error where there is no such view. */
export async function rebuild(name: string, options: RebuildCommandOptions): Promise<void> {
  const rate = Number(options.rate);
  if (!(rate > 0)) throw new Error("--rate must be a number above 0");
  const connection = await connectToStore(process.env);
  try {
    const { views } = createProofDeps(connection.db);
    const inline = views.filter((view) => Object.keys(view.tables).includes(name));
    const isAsync = asyncViews.some(({ projection }) => projection.name === name);
    if (inline.length === 0 && !isAsync) {
      const names = [...views.flatMap((view) => Object.keys(view.tables)), ...asyncViews.map(nameOf)];
      throw new Error(`there is no view ${name}; there are: ${names.join(", ")}`);
    }
    await requireNoImport(connection.db);
    console.error(`Rebuilding ${name} in ${connection.description}`);
    if (isAsync) await rebuildAsync(connection, name, rate, options);
    for (const view of inline) await rebuildInline(connection, view, rate, options);
  } finally {
    await connection.close();
  }
}

const nameOf = ({ projection }: (typeof asyncViews)[number]): string => projection.name;
const hint = "go on with the same command and --resume";

async function rebuildInline(
  { db, config }: StoreConnection,
  view: VerifiedView,
  writesPerSecond: number,
  { resume = false, dryRun = false }: RebuildCommandOptions,
): Promise<void> {
  const state = createStateFile<RebuildState>(join(config.dataDir, `rebuild-${view.category}-state.json`));
  const progress = createProgress("events", { quiet: false });
  const total = await eventsInFeed({ db, codec });
  const began = performance.now();
  const counts = await interruptible(hint, async (signal) => {
    try {
      return await rebuildRows(createProofDeps(db), view, {
        writesPerSecond,
        dryRun,
        signal,
        resume: resume ? await state.load() : undefined,
        onDifference: (difference) => console.log(describeDifference(difference)),
        onProgress: ({ events }) => progress.show(events, total, view.category),
        onState: (reached) => (dryRun ? undefined : state.save(reached)),
      });
    } finally {
      progress.stop();
      await state.flush();
    }
  });
  await state.remove();
  const { streams, events, rows, restored, corrected, removed, unsound, conflicts } = counts;
  const rate = Math.round(events / Math.max(0.001, (performance.now() - began) / 1_000));
  console.log(
    `${counted(streams, "stream")}, ${counted(events, "event")}, ${counted(rows, "row")} (${rate} events/s).`,
  );
  const would = dryRun ? " would be" : "";
  console.log(
    `${counted(restored, "row")}${would} restored, ${corrected}${would} corrected, ${removed}${would} removed.`,
  );
  if (conflicts > 0)
    console.log(`${counted(conflicts, "time")} a command came between, and its stream was done again.`);
  if (unsound > 0)
    throw new Error(`the logs of ${counted(unsound, "stream")} have a fault; the rows there were left as they are`);
}

async function rebuildAsync(
  { db }: StoreConnection,
  name: string,
  eventsPerSecond: number,
  { dryRun = false, resume = false }: RebuildCommandOptions,
): Promise<void> {
  if (dryRun) throw new Error(`${name} is made anew beside itself; --dry-run has no meaning there: use verify`);
  const view = asyncViews.find((candidate) => nameOf(candidate) === name);
  if (view === undefined) return;
  const log = createLogger({ level: "warn" });
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const leases = createLeases({ db, owner, milliseconds: 8_000, takeOver: false, log });
  const feed = createDynamoDbChangeFeed({ db, codec, logs: await feedLogsOf(db) });
  const progress = createProgress("events", { quiet: false });
  try {
    const { events, generation } = await interruptible(hint, (signal) =>
      rebuildView({ db, feed, leases, clock: systemClock }, view, {
        eventsPerSecond,
        resume,
        signal,
        onProgress: (done) => progress.show(done.events, done.of, name),
      }),
    );
    progress.stop();
    console.log(`${counted(events, "event")}; generation ${generation} is read from now on.`);
  } finally {
    progress.stop();
  }
}
