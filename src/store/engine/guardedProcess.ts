/** A child process that holds a lock as long as it lives, and that never outlives this process, even if that is killed. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { Writable } from "node:stream";

/** What the guard answers instead of starting the program; see {@link guardScript}. */
export const guardExitCodes = { lockTaken: 75, noFlock: 76 } as const;

/**
 * The guard, for `/bin/sh -c guardScript guard <lock file> <new file> <its place> <program> <arguments...>`. It must be
 * given a pipe as descriptor 3, of which the parent holds the other end.
 *
 * 1. Takes the lock on descriptor 9, which the program inherits: the kernel frees it when the program ends, however it
 *    ends. Taken by another: exits 75. The lock file then names the process that holds the other end of the pipe.
 * 2. Moves the new file to its place if nothing is there; under the lock, so never over data. Empty names: does nothing.
 * 3. Leaves a watcher that blocks reading the pipe. The end of the pipe without a word means that the parent is gone,
 *    and the watcher ends the program. A word means that the parent saw the program's end: the process id may belong to
 *    another by now, and is left alone.
 * 4. Becomes the program, so that the program's process id is that of the child.
 */
export const guardScript = `
lock=$1 new=$2 place=$3
shift 3
command -v flock >/dev/null 2>&1 || exit 76
exec 9>>"$lock" || exit 74
flock -n 9 || exit 75
echo "$PPID" >"$lock"
if [ -n "$new" ] && [ ! -e "$place" ]; then mv "$new" "$place" || exit 74; fi
(
  exec 9<&- >/dev/null 2>&1
  read -r word <&3 && exit
  kill -TERM $$
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 $$ || exit
    sleep 0.1
  done
  kill -KILL $$
) &
exec "$@" 3<&-
`;

export interface GuardedProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly lockFile: string;
  /** A file to move to its place before the program starts, unless something is there already. */
  readonly placeFile?: { readonly from: string; readonly to: string } | undefined;
  /** @default "/bin/sh" */
  readonly shell?: string | undefined;
}

/** How a process ended: by an exit code, by a signal, or because it could not be started. */
export interface ProcessEnd {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly error: Error | undefined;
}

export interface GuardedProcess {
  /** Undefined where it could not be started; {@link ended} says why. */
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its error output is complete. */
  readonly ended: Promise<ProcessEnd>;
  /** The last 4 KB of its error output. */
  errorOutput(): string;
  /** Asks the process to end, forces it after the grace, and resolves when it is gone. */
  stop(options: { readonly graceMilliseconds: number }): Promise<void>;
}

/** Starts a program under the guard. Signals sent to the terminal's process group (Ctrl-C) do not reach it. */
export function startGuardedProcess(options: GuardedProcessOptions): GuardedProcess {
  const { program, args, lockFile, placeFile, shell = "/bin/sh" } = options;
  const files = [lockFile, placeFile?.from ?? "", placeFile?.to ?? ""];
  const child = spawn(shell, ["-c", guardScript, "guard", ...files, program, ...args], {
    // A session of its own: on Ctrl-C the server drains first and stops the engine last.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const tail = keepTail(child);
  const ended = endOf(child);
  releaseWatcherAfter(child, ended);
  return {
    pid: child.pid,
    ended,
    errorOutput: () => tail().trim(),
    stop: async ({ graceMilliseconds }) => {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
      await ended;
      clearTimeout(force);
    },
  };
}

function keepTail(child: ChildProcess): () => string {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (tail = (tail + text).slice(-4096)));
  return () => tail;
}

// Not the event "close": it waits for descriptor 3 too, which the watcher keeps until it is told of the end.
async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const outputComplete = new Promise<void>((resolve) => {
    if (child.stderr === null) resolve();
    else child.stderr.once("close", resolve);
  });
  const end = await new Promise<ProcessEnd>((resolve) => {
    child.once("error", (error) => resolve({ code: undefined, signal: undefined, error }));
    child.once("exit", (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, error: undefined }),
    );
  });
  await outputComplete;
  return end;
}

function releaseWatcherAfter(child: ChildProcess, ended: Promise<ProcessEnd>): void {
  const pipe = child.stdio[3];
  if (!(pipe instanceof Writable)) return;
  // The watcher may be gone first, when all is killed at once; then nobody is left to tell.
  pipe.on("error", () => undefined);
  void ended.then(() => pipe.end("ended\n"));
}
