/** `npm run bench`: every row a ratio or a figure taken in one run on one machine. Prints a table, writes bench-results.json. */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { measureCapacity } from "./capacity.js";
import { measureCommands } from "./commands.js";
import { createHttpClient } from "./httpClient.js";
import { measureLatency } from "./latency.js";
import { measureReads } from "./reads.js";
import { startServerProcess } from "./serverProcess.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly compared?: string;
}

const megabytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MB`;

async function main(): Promise<void> {
  const starts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await startServerProcess();
    starts.push(server.startMilliseconds);
    await server.close();
  }
  const server = await startServerProcess();
  const client = createHttpClient(server.url);
  const idle = await server.memory();
  const rows: Row[] = [
    {
      what: "start of the process to first answer (fresh data)",
      value: `${(Math.min(...starts) / 1000).toFixed(2)} s best, ${(Math.max(...starts) / 1000).toFixed(2)} s worst of 3`,
    },
    {
      what: "resident memory, idle",
      value: `${megabytes(idle.server + idle.engine)}`,
      compared: `server ${megabytes(idle.server)}, engine ${megabytes(idle.engine)}`,
    },
  ];
  const show = (more: readonly Row[]) => {
    rows.push(...more);
    for (const { what, value, compared } of more)
      console.log(`  ${what}: ${value}${compared === undefined ? "" : `  (${compared})`}`);
  };
  try {
    show(rows.splice(0));
    show(await measureCommands(server, client));
    show(await measureReads(server, client));
    show(await measureLatency(server, client));
    const loaded = await server.memory();
    show([
      {
        what: "resident memory, after the load",
        value: megabytes(loaded.server + loaded.engine),
        compared: `server ${megabytes(loaded.server)}, engine ${megabytes(loaded.engine)}`,
      },
    ]);
  } finally {
    client.close();
    await server.close();
  }
  show(await measureCapacity());
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memory: megabytes(totalmem()) };
  await writeFile("bench-results.json", `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
  console.table(rows);
}

await main();
process.exit(0);
