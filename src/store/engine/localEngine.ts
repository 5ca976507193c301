/** An engine as a process of ours: started on the port of its last run or a free one, started again when it dies, stopped with the server. */
import { mkdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine, EngineLog } from "./engine.js";
import { removeEngineFile, writeEngineFile } from "./engineFile.js";
import type { EngineFile } from "./engineFile.js";
import { startEngineProcess, startOnFreePort } from "./engineProcess.js";
import type { EngineProcessOptions } from "./engineProcess.js";
import type { GuardedProcess } from "./guardedProcess.js";
import { findKeptPort, keepPort } from "./keptPort.js";

export interface LocalEngineOptions extends EngineProcessOptions {
  readonly region: string;
  readonly log: EngineLog;
  /** Asked where the port of the last run cannot be had. */
  readonly findPort: () => Promise<number>;
}

const graceMilliseconds = 5_000;
const shortestPauseMilliseconds = 50;
const longestPauseMilliseconds = 5_000;
/** An engine that lived this long did not die of how it was started; the next pause is short again. */
const settledMilliseconds = 60_000;

/**
 * Starts the engine and resolves when it answers. Throws as {@link startOnFreePort} does. From then on an engine that
 * dies is started again on its port, after a pause that doubles up to five seconds, until it is closed.
 */
export async function startLocalEngine(options: LocalEngineOptions): Promise<Engine> {
  const { program, dataDir, region } = options;
  await mkdir(dataDir, { recursive: true });
  const findPort = async () => (await findKeptPort(dataDir)) ?? (await options.findPort());
  const { process: first, port } = await startOnFreePort({ ...options, findPort });
  const endpoint = `http://127.0.0.1:${port}`;
  let running = first;
  const fileContent = (): EngineFile => ({ endpoint, region, engine: program.kind, pid: running.pid ?? null });
  try {
    await keepPort(dataDir, port);
    await writeEngineFile(dataDir, fileContent());
  } catch (error) {
    await running.stop({ graceMilliseconds });
    throw error;
  }

  const closing = new AbortController();
  const kept = keepRunning({
    ...options,
    port,
    first,
    stopped: closing.signal,
    onRunning: async (process) => {
      running = process;
      await writeEngineFile(dataDir, fileContent());
    },
  });
  let closed: Promise<void> | undefined;
  const close = async () => {
    closing.abort();
    await kept;
    await removeEngineFile(dataDir, fileContent());
  };
  return {
    kind: program.kind,
    endpoint,
    region,
    description: `${program.name} at ${endpoint}, data in ${dataDir}`,
    get pid() {
      return running.pid;
    },
    deletesExpiredItems: program.deletesExpiredItems,
    contiguousSequenceNumbers: program.contiguousSequenceNumbers,
    close: () => (closed ??= close()),
  };
}

interface KeepRunningOptions extends LocalEngineOptions {
  readonly port: number;
  readonly first: GuardedProcess;
  readonly stopped: AbortSignal;
  readonly onRunning: (process: GuardedProcess) => Promise<void>;
}

/** Starts the engine again whenever it ends, until `stopped`; then stops it, and resolves when it is gone. Never rejects. */
async function keepRunning(options: KeepRunningOptions): Promise<void> {
  const { program, log, stopped, onRunning } = options;
  const aborted = new Promise<"stopped">((resolve) => {
    stopped.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  let process = options.first;
  let pauseMilliseconds = shortestPauseMilliseconds;
  let startedAt = performance.now();
  for (;;) {
    const end = await Promise.race([process.ended, aborted]);
    if (end === "stopped") return process.stop({ graceMilliseconds });
    if (stopped.aborted) return;
    log({
      level: "warn",
      message: "the engine ended; starting it again",
      engine: program.name,
      ...end,
      errorOutput: process.errorOutput(),
    });
    if (performance.now() - startedAt > settledMilliseconds) pauseMilliseconds = shortestPauseMilliseconds;
    const next = await startAgain(options, pauseMilliseconds);
    if (next === undefined) return;
    ({ process, pauseMilliseconds } = next);
    startedAt = performance.now();
    try {
      await onRunning(process);
      log({ level: "info", message: "the engine runs again", engine: program.name, pid: process.pid });
    } catch (error) {
      log({ level: "error", message: "engine.json could not be written; the engine runs", error });
    }
  }
}

/** Tries until the engine runs; undefined when it is not wanted any more. */
async function startAgain(
  { log, port, stopped, ...options }: KeepRunningOptions,
  firstPauseMilliseconds: number,
): Promise<{ process: GuardedProcess; pauseMilliseconds: number } | undefined> {
  let pauseMilliseconds = firstPauseMilliseconds;
  for (;;) {
    // Rejects only when stopped, and then the loop ends.
    await pause(pauseMilliseconds, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return undefined;
    pauseMilliseconds = Math.min(pauseMilliseconds * 2, longestPauseMilliseconds);
    try {
      return { process: await startEngineProcess(options, port, stopped), pauseMilliseconds };
    } catch (error) {
      if (stopped.aborted) return undefined;
      log({ level: "error", message: "the engine could not be started again; trying on", error });
    }
  }
}
