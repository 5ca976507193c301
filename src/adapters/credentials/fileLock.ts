/** One writer at a time, of all processes on this machine. The lock ends with its holder, however that ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";

export interface FileLock {
  /** A file that is made, and stays. */
  readonly path: string;
  /** @default 10 */
  readonly waitSeconds?: number | undefined;
}

/**
 * Runs `work` while no other process runs one under the same file. @throws Error where somebody else has it for so long, or the machine has no
 * `flock`.
 */
export async function withFileLock<Result>(place: FileLock, work: () => Promise<Result>): Promise<Result> {
  const release = await lock(place);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** The kernel holds it for as long as `cat` lives, which ends with what it reads: with this process at the latest. */
async function lock({ path, waitSeconds = 10 }: FileLock): Promise<() => Promise<void>> {
  const holder = spawn("flock", ["-w", String(waitSeconds), path, "sh", "-c", "echo held; exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(holder, "exit").catch((cause: unknown) => {
    throw new Error("the program flock (util-linux) is not on the PATH", { cause });
  });
  // It may end before it has read that there is nothing to read.
  holder.stdin.on("error", () => undefined);
  const isHeld = await Promise.race([once(holder.stdout, "data").then(() => true), ended.then(() => false)]);
  if (!isHeld) throw new Error(`${path} is locked: somebody else has been writing for ${waitSeconds} seconds`);
  return () => end(holder.stdin, ended);
}

async function end(stdin: Writable, ended: Promise<unknown>): Promise<void> {
  stdin.end();
  await ended;
}
