/** Signals, with a real process: the module is compiled as it is and run in a child. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shutdown-"));
  const source = await readFile(new URL("../../src/server/shutdown.ts", import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  await writeFile(join(folder, "shutdown.mjs"), outputText);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process that says "ready", and on termination runs `close`. Its output tells what happened. */
async function start(close: string, graceMilliseconds = 60_000) {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  const say = "(what) => process.stdout.write(what + '\\n')";
  await writeFile(
    path,
    `import { onTermination } from "./shutdown.mjs";
     const say = ${say};
     const logger = { info: () => {}, warn: (_f, m) => say(m), error: (_f, m) => say(m) };
     onTermination({ close: ${close}, logger, graceMilliseconds: ${graceMilliseconds} });
     setInterval(() => {}, 1000);
     say("ready");`,
  );
  const child = spawn(process.execPath, [path], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, exited, said: (what: string) => saying(child, () => output, what), output: () => output };
}

function saying(child: ChildProcess, output: () => string, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => output().includes(what) && resolve();
    child.stdout?.on("data", look);
    child.on("exit", () => reject(new Error(`ended without saying ${what}: ${output()}`)));
    look();
  });
}

it.each(["SIGINT", "SIGTERM"] as const)("%s closes once, then the process ends with 0", async (signal) => {
  const { child, exited, said, output } = await start("async () => say('closed')");
  await said("ready");
  child.kill(signal);
  expect(await exited).toBe(0);
  expect(output().match(/closed/g)).toHaveLength(1);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a second signal, %s, ends at once", async (signal, code) => {
  const { child, exited, said } = await start("() => new Promise(() => say('closing'))");
  await said("ready");
  child.kill("SIGINT");
  await said("closing");
  child.kill(signal);
  expect(await exited).toBe(code);
});

it("a close that takes longer than the grace is not waited for", async () => {
  const { child, exited, said, output } = await start("() => new Promise(() => {})", 50);
  await said("ready");
  child.kill("SIGTERM");
  expect(await exited).toBe(1);
  expect(output()).toContain("not stopped within the grace");
});

it("a close that fails ends the process with 1", async () => {
  const { child, exited, said, output } = await start("() => Promise.reject(new Error('no'))");
  await said("ready");
  child.kill("SIGTERM");
  expect(await exited).toBe(1);
  expect(output()).toContain("stopping failed");
});
