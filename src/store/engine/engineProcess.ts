/** One start of an engine: the process under its guard, up to the moment when it answers. */
import { get } from "node:http";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readEnginePid } from "./engineFile.js";
import type { EngineProgram } from "./engineProgram.js";
import { DataDirInUseError, EngineStartError, NoEngineError } from "./errors.js";
import { guardExitCodes, startGuardedProcess } from "./guardedProcess.js";
import type { GuardedProcess, ProcessEnd } from "./guardedProcess.js";
import { isPortTaken, listensOn } from "./ports.js";

export interface EngineProcessOptions {
  readonly program: EngineProgram;
  readonly dataDir: string;
  /** @default "/bin/sh" */
  readonly shell?: string | undefined;
}

const portAttempts = 5;
/** Longer than a watcher gives an engine to end; see guardScript. */
const lockMilliseconds = 5_000;
const pollMilliseconds = 5;
const graceMilliseconds = 1_000;

/**
 * Starts the engine on a port that is free, and on another where that was taken meanwhile. Where the last server on the
 * folder is dead and its engine is just ending, waits for that.
 * @throws DataDirInUseError where another server holds the folder.
 * @throws EngineStartError, NoEngineError as {@link startEngineProcess}.
 */
export async function startOnFreePort(
  options: EngineProcessOptions & { readonly findPort: () => Promise<number> },
): Promise<{ process: GuardedProcess; port: number }> {
  const deadline = performance.now() + lockMilliseconds;
  for (let attempt = 1; ;) {
    const port = await options.findPort();
    try {
      return { process: await startEngineProcess(options, port), port };
    } catch (error) {
      if (error instanceof DataDirInUseError) {
        if (performance.now() > deadline || (await isHolderAlive(options.dataDir))) throw error;
        await pause(pollMilliseconds);
      } else {
        if (attempt === portAttempts || !(await isPortTaken(port))) throw error;
        attempt += 1;
      }
    }
  }
}

/**
 * Starts the engine on the port, and resolves when it answers there.
 * @throws DataDirInUseError where another process holds the folder's lock.
 * @throws EngineStartError where the engine ends, does not answer in time, or is `unwanted` meanwhile.
 * @throws NoEngineError where the machine has no `flock`.
 */
export async function startEngineProcess(
  { program, dataDir, shell }: EngineProcessOptions,
  port: number,
  unwanted?: AbortSignal,
): Promise<GuardedProcess> {
  const placeFile = await program.prepareFile?.();
  const process = startGuardedProcess({
    program: program.program,
    args: program.argsFor(port),
    lockFile: lockFile(dataDir),
    placeFile,
    shell,
  });
  try {
    await untilReady({ program, process, dataDir, port, unwanted });
    return process;
  } catch (error) {
    await process.stop({ graceMilliseconds });
    throw error;
  } finally {
    if (placeFile !== undefined) await rm(placeFile.from, { force: true });
  }
}

interface Starting {
  readonly program: EngineProgram;
  readonly process: GuardedProcess;
  readonly dataDir: string;
  readonly port: number;
  readonly unwanted: AbortSignal | undefined;
}

async function untilReady({ program, process, dataDir, port, unwanted }: Starting): Promise<void> {
  let end: ProcessEnd | undefined;
  void process.ended.then((value) => (end = value));
  const deadline = performance.now() + program.startMilliseconds;
  while (performance.now() < deadline && unwanted?.aborted !== true) {
    if (process.pid !== undefined && (await listensOn(process.pid, port))) {
      if ((await statusOf(port)) === program.readyStatus) return;
    }
    if (end !== undefined) throw await startFailure(end, { program, process, dataDir });
    await pause(pollMilliseconds);
  }
  throw new EngineStartError(`${program.name} was stopped before it answered`, process.errorOutput());
}

async function startFailure(
  { code, signal, error }: ProcessEnd,
  { program, process, dataDir }: Pick<Starting, "program" | "process" | "dataDir">,
): Promise<Error> {
  if (code === guardExitCodes.lockTaken) return new DataDirInUseError(dataDir, await readEnginePid(dataDir));
  if (code === guardExitCodes.noFlock) return new NoEngineError("the program flock (util-linux) is not on the PATH");
  const how = error === undefined ? `ended with ${signal ?? `exit code ${code}`}` : "could not be run";
  return new EngineStartError(`${program.name} ${how}`, process.errorOutput(), { cause: error });
}

/** The status of `GET /`, or undefined where nobody answers within a second. */
function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

function lockFile(dataDir: string): string {
  return join(dataDir, "lock");
}

/** Whether the server that holds the lock lives. A server that was killed leaves its engine a moment to end. */
async function isHolderAlive(dataDir: string): Promise<boolean> {
  const pid = Number(await readFile(lockFile(dataDir), "utf8"));
  // Taken a moment ago by one that has not written who it is yet.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Any other refusal means that it is there, and somebody else's.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
