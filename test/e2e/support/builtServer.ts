/** The built server as a process of its own, as its users run it: started, spoken to, killed. */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { until } from "../../support/graphql/client.js";

const project = join(import.meta.dirname, "..", "..", "..");

/** What `npm run build` does, once for all test files: ./buildOnce.ts. Throws where the sources do not compile. */
export async function build(): Promise<void> {
  const compiler = join("node_modules", "typescript-native", "bin", "tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: project });
}

export interface Started {
  readonly child: ChildProcess;
  /** Of the server; also the id of its process group. */
  readonly pid: number;
  /** What it has written to standard output so far. */
  output(): string;
  errorOutput(): string;
  /** Settles when the process is gone. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface BuiltServer extends Started {
  readonly url: string;
  readonly webSocketUrl: string;
}

/** What `npm start` runs, in a process group of its own, as a shell does it. Killed behind the test if still there. */
export async function startProcess(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(process.execPath, ["--enable-source-maps", join("dist", "src", "server", "main.js")], {
    cwd: project,
    env: { PATH: process.env["PATH"], PORT: "0", LOG_LEVEL: "warn", DATA_DIR: dataDir, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let [output, errorOutput] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errorOutput += text));
  const ended = once(child, "close").then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: typeof code === "number" ? code : null,
    signal: typeof signal === "string" ? signal : null,
  }));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  await once(child, "spawn");
  if (child.pid === undefined) throw new TypeError("a spawned process has an id");
  return { child, pid: child.pid, output: () => output, errorOutput: () => errorOutput, ended };
}

/** Starts the server and resolves when it has said that it runs. @throws with what it said where it ends instead. */
export async function startBuiltServer(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<BuiltServer> {
  const started = await startProcess(dataDir, environment);
  let end: unknown;
  void started.ended.then((value) => (end = value));
  await until(() => started.output().includes("Stop with Ctrl-C") || end !== undefined, 30_000);
  if (end !== undefined) throw new Error(`the server ended: ${started.output()}${started.errorOutput()}`);
  return { ...started, url: addressIn(started, "GraphQL"), webSocketUrl: addressIn(started, "WebSocket") };
}

/** The address that the server printed behind `name`. */
export function addressIn({ output }: Pick<Started, "output">, name: string): string {
  const address = new RegExp(`^ +${name} .*?((?:http|ws)://\\S+)`, "m").exec(output())?.[1];
  if (address === undefined) throw new Error(`no address of ${name} in: ${output()}`);
  return address;
}

/** The engine that runs for a data folder. */
export async function engineOf(dataDir: string): Promise<{ readonly pid: number; readonly endpoint: string }> {
  return JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8")) as { pid: number; endpoint: string };
}

/** A fresh data folder, removed after the running test. */
export async function freshDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "opsledger-e2e-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
