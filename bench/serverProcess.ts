/** The server as its users run it: a process of its own on a fresh data folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export interface ServerProcess {
  readonly url: string;
  readonly webSocketUrl: string;
  /** Milliseconds from the start of the process to its first answer to a query. */
  readonly startMilliseconds: number;
  /** Address of the embedded DynamoDB. */
  readonly engineEndpoint: string;
  /** Resident memory of server and engine, in bytes. */
  memory(): Promise<{ readonly server: number; readonly engine: number }>;
  close(): Promise<void>;
}

const entry = fileURLToPath(new URL("../src/server/main.js", import.meta.url));

export async function startServerProcess(): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-bench-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "warn" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("the server did not start");
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await wait(20);
  }
  const startMilliseconds = performance.now() - startedAt;
  const engine = JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8")) as { endpoint: string; pid: number };
  return {
    url,
    webSocketUrl: url.replace("http", "ws"),
    startMilliseconds,
    engineEndpoint: engine.endpoint,
    memory: async () => ({ server: await residentBytes(pid), engine: await residentBytes(engine.pid) }),
    async close() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ incidents(first: 1) { nodes { id } } }" }),
    });
    return response.ok;
  } catch {
    return false;
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
