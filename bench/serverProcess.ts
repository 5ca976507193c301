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
  readonly pid: number;
  /** Address of its DynamoDB. */
  readonly engineEndpoint: string;
  /** Resident memory of server and engine, in bytes; of an engine that the server did not start, 0. */
  memory(): Promise<{ readonly server: number; readonly engine: number }>;
  close(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

const startWithinMilliseconds = 60_000;
const entry = fileURLToPath(new URL("../src/server/main.js", import.meta.url));

/** Starts it with these variables beside the usual ones, and resolves when it has answered a query. */
export async function startServerProcess(environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-bench-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error("the server did not start");
  const exited = once(child, "exit");
  const end = async (how: NodeJS.Signals) => {
    child.kill(how);
    await exited;
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = startedAt + startWithinMilliseconds;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (performance.now() > deadline) {
      await end("SIGKILL");
      throw new Error("the server does not answer");
    }
    await wait(20);
  }
  const startMilliseconds = performance.now() - startedAt;
  const engine = JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8")) as {
    endpoint: string;
    pid: number | null;
  };
  return {
    url,
    webSocketUrl: url.replace("http", "ws"),
    startMilliseconds,
    pid,
    engineEndpoint: engine.endpoint,
    memory: async () => ({ server: await residentBytes(pid), engine: await residentBytes(engine.pid) }),
    close: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
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

async function residentBytes(pid: number | null): Promise<number> {
  if (pid === null) return 0;
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
