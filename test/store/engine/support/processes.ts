/** Looks at the processes of this machine. */
import { readFile, readdir } from "node:fs/promises";

/** Whether the process runs; one that has ended and waits to be collected does not. */
export async function isRunning(pid: number): Promise<boolean> {
  const state = await statusField(pid, "State");
  return state !== undefined && !state.startsWith("Z");
}

/** The session of a process; a signal from a terminal reaches the processes of its session only. */
export async function sessionOf(pid: number): Promise<string | undefined> {
  return statusField(pid, "NSsid");
}

/** The running processes whose command line has the text. */
export async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (commandLine.includes(text) && (await isRunning(pid))) found.push(pid);
  }
  return found;
}

async function statusField(pid: number, name: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
}
