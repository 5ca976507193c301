/** `opsledger worker`: works on the research requests of a server from another process, on this machine or any other. */
import { createPageFetcher } from "../../adapters/web/pageFetcher.js";
import { parseConfig } from "../../config/config.js";
import type { Config } from "../../config/config.js";
import { LeaseSeconds, RequestType, createDeterministicReportWriter, whole } from "../../domain/research/index.js";
import type { Strategy, WorkQueue } from "../../domain/research/index.js";
import { createLogger } from "../../observability/logger.js";
import { systemClock } from "../../server/ledger.js";
import { createReportWriter } from "../../server/reportWriter.js";
import { createWorkQueue } from "../../server/workQueue.js";
import { createResearchExecutor, createWorker, machineName } from "../../worker/index.js";
import type { WorkerClient, WorkerLog } from "../../worker/index.js";
import { findServer } from "../connection.js";
import { createGraphQLClient } from "../graphqlClient.js";
import { interruptible } from "../progress.js";
import { counted } from "../text.js";
import { createImpatience } from "../worker/impatience.js";
import type { Impatience } from "../worker/impatience.js";
import { createRemoteClient } from "../worker/remoteClient.js";

export interface WorkerOptions {
  /** @default the server that runs on DATA_DIR */
  readonly url?: string;
  /** Who calls, where the server asks for it. @default OPSLEDGER_TOKEN */
  readonly token?: string;
  /** With commas between. @default all */
  readonly types?: string;
  readonly concurrency?: string;
  /** table or sqs. */
  readonly strategy?: string;
  readonly leaseSeconds?: string;
  /** Ends when nothing is left to be claimed; with an error where nobody has answered for so long. */
  readonly once?: boolean;
  /** @default 30 */
  readonly onceSeconds?: number;
}

/** Works until it is stopped. @throws Error where an option is wrong, there is no server, or the server lets no worker in. */
export async function work(options: WorkerOptions): Promise<void> {
  const settings = parseOptions(options);
  const config = parseConfig(process.env);
  if (settings.strategy === "SQS" && config.research.queue === undefined) {
    throw new Error("--strategy sqs takes the address of the queue in RESEARCH_QUEUE_URL");
  }
  const url = options.url ?? (await findServer(config.dataDir));
  if (url === undefined)
    throw new Error(`no server runs on ${config.dataDir}; start one with npm start, or give --url`);
  const token = options.token ?? process.env["OPSLEDGER_TOKEN"];
  const workerId = `worker:${machineName()}:${process.pid}`;
  const client = createRemoteClient({
    client: createGraphQLClient(url, token === "" ? undefined : token),
    actor: workerId,
  });
  const { allowedHosts, userAgent } = config.research;
  const fetcher = createPageFetcher({ allowedHosts, userAgent, log: lines });
  const impatience = createImpatience(options.onceSeconds ?? 30);
  const queue = settings.strategy === "SQS" ? queueOf(config) : undefined;
  const fallbackWriter = createDeterministicReportWriter();
  const writer = await createReportWriter(config);
  const ended = new Map<string, number>();
  const { types, concurrency, strategy, leaseSeconds } = settings;
  const worker = createWorker({
    ...{ workerId, types, concurrency, strategy, leaseSeconds },
    queue: queue && { ...queue, receive: (...asked) => impatience.watch(() => queue.receive(...asked)) },
    client: withImpatience(withProgress(client), impatience),
    execute: createResearchExecutor({ fetcher, writer, fallbackWriter, clock: systemClock }),
    clock: systemClock,
    log: lines,
    random: Math.random,
    onEnd: (_requestId, outcome) => void ended.set(outcome, (ended.get(outcome) ?? 0) + 1),
  });
  console.log(`${workerId} works on requests of strategy ${strategy} for ${url}; Ctrl-C stops it`);
  try {
    await interruptible("its requests were given back", (signal) =>
      options.once === true ? worker.runUntilEmpty(AbortSignal.any([signal, impatience.signal])) : worker.run(signal),
    );
    if (options.once === true) impatience.signal.throwIfAborted();
  } finally {
    impatience.end();
    queue?.close();
    await fetcher.close();
  }
  const outcomes = [...ended].map(([outcome, count]) => `${counted(count, "request")} ${outcome.toLowerCase()}`);
  console.log(outcomes.length === 0 ? "Nothing was done." : `${outcomes.join(", ")}.`);
}

/** Only that of the configuration is in reach. */
function queueOf(config: Config): WorkQueue | undefined {
  return config.research.queue && createWorkQueue(config, createLogger({ level: "warn" }));
}

const Concurrency = whole(1, 50);
const strategyNames: Readonly<Record<string, Strategy>> = { table: "TABLE", sqs: "SQS" };

function parseOptions({ types, concurrency = "2", strategy = "table", leaseSeconds = "60" }: WorkerOptions) {
  const known = strategyNames[strategy.toLowerCase()];
  if (known === undefined) throw new Error("--strategy must be table or sqs");
  return {
    strategy: known,
    types: types?.split(",").map((type) => checked(RequestType, type.trim(), "--types")),
    concurrency: checked(Concurrency, Number(concurrency), "--concurrency"),
    leaseSeconds: checked(LeaseSeconds, Number(leaseSeconds), "--lease-seconds"),
  };
}

function checked<Value>(schema: typeof RequestType | ReturnType<typeof whole>, value: Value, option: string): Value {
  const { error } = schema.safeParse(value);
  if (error === undefined) return value;
  throw new Error(`${option} ${error.issues[0]?.message ?? "is wrong"}`);
}

/** For people: one line for what happens. */
const lines: WorkerLog = {
  info: (fields, message) => console.log(toLine(fields, message)),
  warn: (fields, message) => console.error(toLine(fields, message)),
};

function toLine(fields: object, message: string): string {
  const { err, ...said } = { err: undefined, ...fields };
  const facts = Object.entries(said).map(([name, value]) => `${name}=${String(value)}`);
  const why = err === undefined ? "" : `: ${errorText(err)}`;
  return `${systemClock.now()} ${message}${why}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whoever claims, or says how far it is, hears whether the server is there. */
function withImpatience(client: WorkerClient, impatience: Impatience): WorkerClient {
  return {
    ...client,
    claim: (input, asked) => impatience.watch(() => client.claim(input, asked)),
    heartbeat: (requestId, input) => impatience.watch(() => client.heartbeat(requestId, input)),
  };
}

/** Tells how far the work is, as the ledger is told. */
function withProgress(client: WorkerClient): WorkerClient {
  return {
    ...client,
    async heartbeat(requestId, input) {
      const heard = await client.heartbeat(requestId, input);
      const { progress } = input;
      if (progress !== undefined) {
        lines.info({ requestId }, `${progress.stage} ${progress.percentage} %`);
      }
      return heard;
    },
  };
}
