/** The guard around an engine: the lock, the new file, the watcher and the end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, it, onTestFinished, vi } from "vitest";
import { guardScript, startGuardedProcess } from "../../../src/store/engine/guardedProcess.js";
import type { GuardedProcess } from "../../../src/store/engine/guardedProcess.js";
import { freshFolder } from "./support/folder.js";
import { isRunning, processesNaming } from "./support/processes.js";

const waiting = { timeout: 10_000, interval: 10 };

interface ShellOptions {
  readonly folder: string;
  readonly placeFile?: { readonly from: string; readonly to: string };
}

/** A guarded shell that runs the text. */
function guardedShell(text: string, { folder, placeFile }: ShellOptions): GuardedProcess {
  const lockFile = join(folder, "lock");
  const guarded = startGuardedProcess({ program: "/bin/sh", args: ["-c", text], lockFile, placeFile });
  onTestFinished(() => guarded.stop({ graceMilliseconds: 0 }));
  return guarded;
}

it("tells how the program ended, and the last of its error output", async () => {
  const guarded = guardedShell("head -c 5000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 3", {
    folder: await freshFolder(),
  });
  expect(await guarded.ended).toEqual({ code: 3, signal: undefined, error: undefined });
  expect(guarded.errorOutput()).toBe(`${"x".repeat(4092)}end`);
});

it("becomes the program: the process id is the program's", async () => {
  const guarded = guardedShell("echo $$ >&2", { folder: await freshFolder() });
  await guarded.ended;
  expect(guarded.errorOutput()).toBe(String(guarded.pid));
});

it("writes into the lock file who started the program", async () => {
  const folder = await freshFolder();
  await guardedShell("exit", { folder }).ended;
  expect(await readFile(join(folder, "lock"), "utf8")).toBe(`${process.pid}\n`);
});

it("forces a program that does not end when asked to", async () => {
  const guarded = guardedShell("trap '' TERM; echo ready >&2; while :; do sleep 1; done", {
    folder: await freshFolder(),
  });
  await vi.waitUntil(() => guarded.errorOutput() === "ready", waiting);
  await guarded.stop({ graceMilliseconds: 20 });
  expect(await guarded.ended).toMatchObject({ signal: "SIGKILL" });
});

it("moves the new file to its place only where nothing is there", async () => {
  const folder = await freshFolder();
  const placeFile = { from: join(folder, "new"), to: join(folder, "place") };
  await writeFile(placeFile.from, "first");
  await guardedShell("exit", { folder, placeFile }).ended;
  expect(await readFile(placeFile.to, "utf8")).toBe("first");
  await writeFile(placeFile.from, "second");
  await guardedShell("exit", { folder, placeFile }).ended;
  expect(await readFile(placeFile.to, "utf8")).toBe("first");
});

it("does not start the program where the new file cannot be moved", async () => {
  const folder = await freshFolder();
  const placeFile = { from: join(folder, "absent"), to: join(folder, "place") };
  const guarded = guardedShell("echo started >&2", { folder, placeFile });
  expect(await guarded.ended).toMatchObject({ code: 74 });
  expect(guarded.errorOutput()).toContain("absent");
});

it("does not start the program where the lock file cannot be opened", async () => {
  const guarded = guardedShell("echo started >&2", { folder: join(await freshFolder(), "absent") });
  expect((await guarded.ended).code).toBeGreaterThan(0);
  expect(guarded.errorOutput()).toContain("absent/lock");
});

it("frees the lock as soon as the program ends, though its watcher still waits", async () => {
  const folder = await freshFolder();
  const lock = join(folder, "lock");
  const args = ["-c", guardScript, "guard", lock, "", "", "/bin/sh", "-c", "exit"];
  const child = spawn("/bin/sh", args, { stdio: ["ignore", "ignore", "inherit", "pipe"] });
  onTestFinished(() => void child.stdio[3]?.destroy());
  await once(child, "exit");
  expect(await processesNaming(lock)).toHaveLength(1);
  expect(await guardedShell("exit", { folder }).ended).toMatchObject({ code: 0 });
});

it("leaves a process alone whose end the parent has reported: its id may belong to another by now", async () => {
  const folder = await freshFolder();
  const lock = join(folder, "lock");
  const child = spawn("/bin/sh", ["-c", guardScript, "guard", lock, "", "", "/bin/sleep", "60"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const { pid, stdio } = child;
  const pipe = stdio[3];
  if (pid === undefined || !(pipe instanceof Writable)) throw new Error("no process");
  const watchers = async () => (await processesNaming(lock)).filter((found) => found !== pid);
  const isSleep = async () => (await readFile(`/proc/${pid}/cmdline`, "utf8")).startsWith("/bin/sleep");
  await vi.waitUntil(async () => (await isSleep()) && (await watchers()).length === 1, waiting);
  pipe.end("ended\n");
  await vi.waitUntil(async () => (await watchers()).length === 0, waiting);
  expect(await isRunning(pid)).toBe(true);
});
