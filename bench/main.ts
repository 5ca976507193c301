/** `npm run bench`: every row a ratio or a figure taken in one run on one machine. Prints a table, writes bench-results.json. */
import { writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureCapacity } from "./capacity.js";
import { measureCommands } from "./commands.js";
import { measureDeployment } from "./deployment.js";
import { measureCost } from "./cost.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import { measureInsights } from "./insights.js";
import { measureIntegrations } from "./integrations.js";
import { measureLag } from "./lag.js";
import { measureLatency } from "./latency.js";
import { measureProjects, webhookSecret } from "./projects.js";
import { measureProofs } from "./proofs.js";
import { measureReads } from "./reads.js";
import { measureResearch } from "./research.js";
import { startServerProcess } from "./serverProcess.js";
import type { ServerProcess } from "./serverProcess.js";
import { measureTakeover } from "./takeover.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly compared?: string;
}

type Show = (rows: readonly Row[]) => void;

interface Options {
  /** Sizes of the ledgers that are proved and rebuilt. */
  readonly events: readonly number[];
  /** Share of the hundred thousand entities, facts and waiting requests, and of the ten thousand sessions, that are measured with. */
  readonly scale: number;
  /** LEASE_MS of the servers of which one is killed. */
  readonly leaseMilliseconds: number;
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MB`;

const parts: Readonly<Record<string, (show: Show, options: Options) => Promise<void>>> = {
  server: measureServer,
  capacity: async (show) => show(await measureCapacity()),
  cost: async (show) => measureCost(show),
  proofs: async (show, { events }) => measureProofs(events, show),
  projects: async (show) => measureAlone(measureProjects, show, { WEBHOOK_GITHUB_SECRET: webhookSecret }),
  insights: async (show, options) => measureInsights(options, show),
  research: async (show, options) => measureResearch(options, show),
  integrations: async (show, options) => measureIntegrations(options, show),
  lag: async (show) => measureAlone(measureLag, show),
  deployment: measureDeployment,
  takeover: async (show, { leaseMilliseconds }) => show(await measureTakeover(leaseMilliseconds)),
};

/** Start, commands, reads and latency: one server after the other through them all. */
async function measureServer(show: Show): Promise<void> {
  const starts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await startServerProcess();
    starts.push(server.startMilliseconds);
    await server.close();
  }
  const server = await startServerProcess();
  const client = createHttpClient(server.url);
  const memory = async (what: string) => {
    const { server: ofServer, engine } = await server.memory();
    show([
      {
        what,
        value: megabytes(ofServer + engine),
        compared: `server ${megabytes(ofServer)}, engine ${megabytes(engine)}`,
      },
    ]);
  };
  try {
    const [best, worst] = [Math.min(...starts), Math.max(...starts)].map((ms) => (ms / 1_000).toFixed(2));
    show([
      {
        what: "start of the process to first answer (fresh data)",
        value: `${best} s best, ${worst} s worst of 3`,
      },
    ]);
    await memory("resident memory, idle");
    show(await measureCommands(server, client));
    show(await measureReads(server, client));
    show(await measureLatency(server, client));
    await memory("resident memory, after the load");
  } finally {
    client.close();
    await server.close();
  }
}

/** On a server of its own, so that nothing else is on its mind. */
async function measureAlone(
  measure: (server: ServerProcess, client: HttpClient) => Promise<Row[]>,
  show: Show,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const server = await startServerProcess(environment);
  const client = createHttpClient(server.url);
  try {
    show(await measure(server, client));
  } finally {
    client.close();
    await server.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: Object.keys(parts).join(",") },
      events: { type: "string", default: "10000" },
      scale: { type: "string", default: "0.1" },
      "lease-ms": { type: "string", default: "2000" },
    },
  });
  const options: Options = {
    events: values.events.split(",").map((count) => parseCount("--events", count)),
    scale: parseScale(values.scale),
    leaseMilliseconds: parseCount("--lease-ms", values["lease-ms"]),
  };
  const load = () =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(" ");
  const loadAtStart = load();
  const rows: Row[] = [];
  const show: Show = (more) => {
    rows.push(...more);
    for (const { what, value, compared } of more)
      console.log(`  ${what}: ${value}${compared === undefined ? "" : `  (${compared})`}`);
  };
  for (const name of values.only.split(",")) {
    const part = parts[name];
    if (part === undefined) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(", ")}`);
    console.log(`${name} (load average ${load()})`);
    await part(show, options);
  }
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory: megabytes(totalmem()),
    loadAverage: { before: loadAtStart, after: load() },
  };
  await writeFile("bench-results.json", `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
  console.table(rows);
}

function parseCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`${option} takes whole numbers from 1 on; not ${text}`);
  return count;
}

function parseScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= 0.001 && scale <= 10)) throw new Error(`--scale takes a number from 0.001 to 10; not ${text}`);
  return scale;
}

await main();
process.exit(0);
