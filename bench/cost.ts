/**
 * What a command costs: capacity units and bytes of all that it sets off, as the engine counts them, and dollars at list prices. As on
 * AWS: views and policies go on when they are called, once a second at most, and timers run in a server.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseConfig } from "../src/config/config.js";
import { createLogger } from "../src/observability/logger.js";
import { createTelemetry } from "../src/observability/telemetry.js";
import { startOpsledger } from "../src/server/composition.js";
import { startEngine } from "../src/store/engine/index.js";
import type { Opsledger } from "../src/server/composition.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import type { DynamoDb } from "../src/store/dynamodb/client.js";
import { prefixed } from "../src/store/tables.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import { costKinds } from "./costKinds.js";
import type { CostKind } from "./costKinds.js";
import { bytesKept } from "./itemBytes.js";
import type { Row } from "./main.js";
import { prices, secondsOfMonth } from "./prices.js";

/** Commands of a kind that are sent one after the other, each when nothing of the one before is left to do. */
const alone = 12;
/** And in a burst, so many at a time. */
const lines = 16;
const idleMilliseconds = 30_000;
/** What timers of the first seconds do is not idleness. */
const settleMilliseconds = 10_000;
/** The window in which records gather for a call. */
const functionsEveryMilliseconds = 1_000;
const drainWithinMilliseconds = 120_000;

const writes: ReadonlySet<string> = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "BatchWriteItem",
  "TransactWriteItems",
]);

/** Units by table. */
interface Units {
  readonly written: ReadonlyMap<string, number>;
  readonly read: ReadonlyMap<string, number>;
}

export async function measureCost(show: (rows: readonly Row[]) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-cost-"));
  const engine = await startEngine({ dataDir, log: () => undefined });
  const start = (environment: Readonly<Record<string, string>>) =>
    startCounted({ DATA_DIR: join(dataDir, "server"), DYNAMODB_ENDPOINT: engine.endpoint ?? "", ...environment });
  try {
    const off = { FEEDER: "off", PROCESSORS: "off", SCHEDULER: "off", INTEGRATION_POLLER: "off" };
    const alike = [
      ["a server that serves and tails the feed", off],
      ["a container: the same, with timers", { ...off, SCHEDULER: "in-process" }],
      ["a server that does everything", {}],
    ] as const;
    for (const [what, environment] of alike) {
      const server = await start(environment);
      await wait(settleMilliseconds);
      show(idleRows(what, await idleRate(server)));
      await server.opsledger.close();
    }
    const counted = await start({ PROCESSORS: "off" });
    const db = createDynamoDb({ ...engine, tableName: prefixed("") });
    const client = createHttpClient(counted.opsledger.http.url);
    try {
      await measureKinds({ ...counted, db, client }, show);
    } finally {
      client.close();
      db.close();
      await counted.opsledger.close();
    }
  } finally {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureKinds(subject: Subject, show: (rows: readonly Row[]) => void): Promise<void> {
  // Each kind once: what only the first of them costs is not what a million cost.
  for (const kind of costKinds) await (await kind.prepare(subject.client))();
  await untilQuiet(subject);
  await wait(settleMilliseconds);
  const idle = await idleRate(subject);
  show(await measureCalls(subject, idle));
  for (const kind of costKinds) show(await measureKind(kind, subject, idle));
}

/** What the functions of the feed consume when they are called for nothing, and when they are to look at everything. */
async function measureCalls(subject: Subject, idle: Rate): Promise<Row[]> {
  const calls = 10;
  const rows: Row[] = [];
  for (const look of ["news", "everything"] as const) {
    const { written, read } = await spend(subject, idle, calls, async () => {
      for (let call = 0; call < calls; call += 1) await callFunctions(subject, look);
    });
    rows.push({
      what: `units of a call of projector and reactor that finds nothing, looking for ${look}`,
      value: `${written.toFixed(1)} written, ${read.toFixed(1)} read`,
    });
  }
  return rows;
}

interface Counted {
  readonly opsledger: Opsledger;
  /** What was consumed since the last call. */
  readonly take: () => Units;
}

/** A server within this process, of which every unit is counted, whoever consumes it. */
async function startCounted(environment: Readonly<Record<string, string>>): Promise<Counted> {
  const logger = createLogger({ level: "warn" });
  const telemetry = createTelemetry({ metrics: "on", capacity: true, logger });
  let [written, read] = [new Map<string, number>(), new Map<string, number>()];
  const opsledger = await startOpsledger({
    config: parseConfig({ PORT: "0", LOG_LEVEL: "warn", RESEARCH_WORKER: "off", ...environment }),
    logger,
    telemetry: {
      ...telemetry,
      metrics: {
        ...telemetry.metrics,
        capacityConsumed: ({ operation, table }, units) => {
          const to = writes.has(operation) ? written : read;
          to.set(table, (to.get(table) ?? 0) + units);
        },
      },
    },
  });
  return {
    opsledger,
    take: () => {
      const taken = { written, read };
      written = new Map();
      read = new Map();
      return taken;
    },
  };
}

interface Rate {
  /** Units in a second. */
  readonly written: number;
  readonly read: number;
}

const sum = (units: ReadonlyMap<string, number>) => [...units.values()].reduce((total, one) => total + one, 0);

async function idleRate({ take }: Counted): Promise<Rate> {
  take();
  const began = performance.now();
  await wait(idleMilliseconds);
  const { written, read } = take();
  const seconds = (performance.now() - began) / 1_000;
  return { written: sum(written) / seconds, read: sum(read) / seconds };
}

const dollarsOfMonth = ({ written, read }: Rate) =>
  ((written * prices.writeUnits + read * prices.readUnits) * secondsOfMonth) / 1_000_000;

function idleRows(what: string, rate: Rate): Row[] {
  return [
    {
      what: `units per second of ${what}, with nothing to do`,
      value: `${rate.written.toFixed(2)} written, ${rate.read.toFixed(2)} read`,
      compared: `${dollarsOfMonth(rate).toFixed(2)} USD in a month`,
    },
  ];
}

interface Subject extends Counted {
  readonly client: HttpClient;
  /** Of its own: what it reads is not counted. */
  readonly db: DynamoDb;
}

interface Spent extends Rate {
  /** Units that were written, by table, of all commands together. */
  readonly byTable: ReadonlyMap<string, number>;
}

/** What each of so many commands consumed, with all that came of it, beyond what the server consumes at rest. */
async function spend(subject: Subject, idle: Rate, commands: number, work: () => Promise<void>): Promise<Spent> {
  await untilQuiet(subject);
  subject.take();
  const began = performance.now();
  await work();
  await untilQuiet(subject);
  const { written, read } = subject.take();
  const seconds = (performance.now() - began) / 1_000;
  const each = (units: ReadonlyMap<string, number>, atRest: number) => (sum(units) - atRest * seconds) / commands;
  return { written: each(written, idle.written), read: each(read, idle.read), byTable: written };
}

async function measureKind(kind: CostKind, subject: Subject, idle: Rate): Promise<Row[]> {
  const { client, db } = subject;
  const commands = await Promise.all(Array.from({ length: lines }, () => kind.prepare(client)));
  // Each once: a line's first command may be cold.
  for (const command of commands) await command();
  await untilQuiet(subject);
  const before = await bytesKept(db);
  const together = lines * kind.each;
  const [command = () => Promise.reject(new Error("there is no line"))] = commands;
  const one = await spend(subject, idle, alone, async () => {
    for (let count = 0; count < alone; count += 1) {
      await command();
      await untilQuiet(subject);
    }
  });
  const many = await spend(subject, idle, together, async () => {
    await besideFunctions(subject, () =>
      Promise.all(
        commands.map(async (next) => {
          for (let count = 0; count < kind.each; count += 1) await next();
        }),
      ),
    );
  });
  const bytes = ((await bytesKept(db)) - before) / (alone + together);
  const unitsOf = ({ written, read }: Rate) => `${written.toFixed(1)} written, ${read.toFixed(1)} read`;
  const dollars = ({ written, read }: Rate) =>
    `${(written * prices.writeUnits + read * prices.readUnits).toFixed(2)} USD for a million`;
  const shares = [...many.byTable]
    .sort(([, a], [, b]) => b - a)
    .map(([table, units]) => `${table} ${(units / together).toFixed(1)}`);
  return [
    { what: `units: ${kind.name}, one at a time`, value: unitsOf(one), compared: dollars(one) },
    { what: `units: ${kind.name}, ${lines} at a time`, value: unitsOf(many), compared: dollars(many) },
    { what: `units written by table: ${kind.name}, ${lines} at a time`, value: shares.join(", ") },
    { what: `bytes kept, with indexes: ${kind.name}`, value: bytes.toFixed(0) },
  ];
}

/** What the functions `projector` and `reactor` do each time they are called; whether there was anything to do. */
async function callFunctions({ opsledger }: Subject, look: "news" | "everything" = "news"): Promise<boolean> {
  const options = { signal: new AbortController().signal, look };
  const outcomes = await Promise.all([
    opsledger.ledger.catchUp(["PROJECTION"], options),
    opsledger.ledger.catchUp(["POLICY", "PUBLISHER"], options),
  ]);
  // What failed comes again, as a batch would.
  return outcomes.some(({ ran, failed }) => ran.length + failed.length > 0);
}

/** Waits until all that was written is fed, and lets the functions handle it until nothing comes of it any more. */
async function untilQuiet(subject: Subject): Promise<void> {
  const { pipeline } = subject.opsledger.ledger;
  const deadline = performance.now() + drainWithinMilliseconds;
  for (let quiet = false; !quiet;) {
    // What timers were set for now has run by then.
    await wait(functionsEveryMilliseconds);
    quiet = pipeline.health().lagEvents === 0 && !(await callFunctions(subject));
    if (performance.now() > deadline) throw new Error("the ledger does not come to rest");
  }
}

/** Calls the functions once a second for as long as `work` takes. */
async function besideFunctions(subject: Subject, work: () => Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const calls = (async () => {
    while (!ended.signal.aborted) {
      await wait(functionsEveryMilliseconds);
      await callFunctions(subject);
    }
  })();
  try {
    await work();
  } finally {
    ended.abort();
    await calls;
  }
}
