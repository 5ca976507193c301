/** What becomes of an engine when its server is killed or interrupted; the server is a process of its own here. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataDirInUseError, startEngine } from "../../../src/store/engine/index.js";
import { freshFolder } from "./support/folder.js";
import { itemsAt } from "./support/items.js";
import { isRunning, processesNaming, sessionOf } from "./support/processes.js";
import { compileEngineModule, killHard, runScript } from "./support/serverProcess.js";
import type { ScriptProcess } from "./support/serverProcess.js";

const waiting = { timeout: 10_000, interval: 10 };
const log = () => undefined;

/** A server that drains on SIGINT for as long as its input says nothing, and closes the engine then. */
const serverScript = `
import { once } from "node:events";
import { startEngine } from "./store/engine/index.js";
const engine = await startEngine({ dataDir: process.argv[2], log: () => undefined });
process.once("SIGINT", async () => {
  console.log("draining");
  await once(process.stdin, "data");
  await engine.close();
  process.exit();
});
console.log(JSON.stringify({ pid: engine.pid, endpoint: engine.endpoint }));
`;

/** A server whose engine does not end when asked to. */
const stubbornScript = `
import { startGuardedProcess } from "./store/engine/guardedProcess.js";
const stubborn = startGuardedProcess({
  program: "/bin/sh",
  args: ["-c", "trap '' TERM; echo ready >&2; while :; do sleep 1; done"],
  lockFile: process.argv[2] + "/lock",
});
while (stubborn.errorOutput() === "") await new Promise((resolve) => setTimeout(resolve, 5));
console.log(JSON.stringify({ pid: stubborn.pid, endpoint: "" }));
`;

let modules: string;

beforeAll(async () => {
  modules = await compileEngineModule(await mkdtemp(join(tmpdir(), "opsledger-modules-")));
});

afterAll(() => rm(modules, { recursive: true, force: true }));

interface RunningServer {
  readonly server: ScriptProcess;
  readonly engine: { readonly pid: number; readonly endpoint: string };
}

async function runServer(dataDir: string, script = serverScript): Promise<RunningServer> {
  const server = await runScript(modules, script, dataDir);
  onTestFinished(() => killHard(server));
  const engine = JSON.parse(await server.line()) as RunningServer["engine"];
  return { server, engine };
}

describe("a server that is killed", () => {
  it("leaves no engine and no watcher behind", async () => {
    const dataDir = await freshFolder();
    const { server, engine } = await runServer(dataDir);
    await killHard(server);
    await vi.waitUntil(async () => !(await isRunning(engine.pid)), waiting);
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
  });

  it("can be started again at once: the next waits for the old engine's end, and has its data", async () => {
    const dataDir = await freshFolder();
    const { server, engine } = await runServer(dataDir);
    const before = itemsAt({ endpoint: engine.endpoint });
    onTestFinished(() => before.close());
    await before.create();
    await before.put("acknowledged");
    // An engine that is slow to end: stopped, it does not hear the watcher until that forces it.
    process.kill(engine.pid, "SIGSTOP");
    await killHard(server);
    const next = await startEngine({ dataDir, log });
    onTestFinished(() => next.close());
    expect(await isRunning(engine.pid)).toBe(false);
    const after = itemsAt(next);
    onTestFinished(() => after.close());
    expect(await after.has("acknowledged")).toBe(true);
  });

  it("keeps its folder locked as long as its engine lives, even if that were orphaned", async () => {
    const dataDir = await freshFolder();
    const { server, engine } = await runServer(dataDir);
    const [watcher] = (await processesNaming(join(dataDir, "lock"))).filter((pid) => pid !== engine.pid);
    if (watcher === undefined) throw new Error("no watcher");
    process.kill(watcher, "SIGKILL");
    await killHard(server);
    onTestFinished(() => void process.kill(engine.pid, "SIGKILL"));
    await expect(startEngine({ dataDir, log })).rejects.toThrow(DataDirInUseError);
    expect(await isRunning(engine.pid)).toBe(true);
  });

  it("leaves no engine behind that does not end when asked to", async () => {
    const dataDir = await freshFolder();
    const { server, engine } = await runServer(dataDir, stubbornScript);
    await killHard(server);
    await vi.waitUntil(async () => !(await isRunning(engine.pid)), waiting);
  });
});

describe("Ctrl-C", () => {
  it("stops the engine after the server has drained, not before", async () => {
    const { server, engine } = await runServer(await freshFolder());
    expect(await sessionOf(engine.pid)).not.toBe(await sessionOf(server.pid));
    // A terminal sends the signal to the whole process group.
    process.kill(-server.pid, "SIGINT");
    expect(await server.line()).toBe("draining");
    expect((await fetch(engine.endpoint)).status).toBe(200);
    const exited = once(server.child, "exit");
    server.child.stdin?.end("drained\n");
    expect(await exited).toEqual([0, null]);
    expect(await isRunning(engine.pid)).toBe(false);
  });
});
