/** The embedded engine: started, found, restarted, refused and stopped, with the real program. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { dynoxideFile, dynoxideProgram, findDynoxide } from "../../../src/store/engine/dynoxide.js";
import {
  DataDirInUseError,
  EngineStartError,
  NoEngineError,
  startEngine as startUnwatched,
} from "../../../src/store/engine/index.js";
import type { Engine, EngineOptions } from "../../../src/store/engine/index.js";
import { startLocalEngine } from "../../../src/store/engine/localEngine.js";
import type { LocalEngineOptions } from "../../../src/store/engine/localEngine.js";
import { findFreePort } from "../../../src/store/engine/ports.js";
import { freshFolder, recordLog } from "./support/folder.js";
import { itemsAt } from "./support/items.js";
import type { Items } from "./support/items.js";
import { isRunning, processesNaming } from "./support/processes.js";
import { nextSequenceNumber, openSqlite } from "./support/sqlite.js";

const waiting = { timeout: 10_000, interval: 10 };

function closedAfterwards(engine: Engine): Engine {
  onTestFinished(() => engine.close());
  return engine;
}

async function startEngine(options: Partial<EngineOptions> & { readonly dataDir: string }): Promise<Engine> {
  return closedAfterwards(await startUnwatched({ log: () => undefined, ...options }));
}

/** As startEngine, with parts replaced. */
async function startDynoxideWith(options: Partial<LocalEngineOptions> & { readonly dataDir: string }): Promise<Engine> {
  const program = dynoxideProgram(await findDynoxide(), options.dataDir);
  const defaults = { program, region: "us-east-1", log: () => undefined, findPort: findFreePort };
  return closedAfterwards(await startLocalEngine({ ...defaults, ...options }));
}

function itemsOf(engine: Engine): Items {
  const items = itemsAt(engine);
  onTestFinished(() => items.close());
  return items;
}

function pidOf(engine: Engine): number {
  if (engine.pid === undefined) throw new Error("the engine has no process");
  return engine.pid;
}

async function kill(engine: Engine): Promise<void> {
  const pid = pidOf(engine);
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(async () => !(await isRunning(pid)), waiting);
}

async function readEngineFile(dataDir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8"));
}

const filesIn = (folder: string) => readdir(folder).then((names) => names.sort());

afterEach(() => vi.unstubAllEnvs());

describe("starting", () => {
  it("makes the data folder, answers on loopback and says what it is in one line", async () => {
    const dataDir = join(await freshFolder(), "not", "there");
    const engine = await startEngine({ dataDir });
    expect(engine.kind).toBe("dynoxide");
    expect(engine.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(engine.description).toBe(`Dynoxide 1.2.1 at ${engine.endpoint}, data in ${dataDir}`);
    expect((await fetch(engine.endpoint ?? "")).status).toBe(200);
    expect(engine).toMatchObject({ deletesExpiredItems: false, contiguousSequenceNumbers: true, region: "us-east-1" });
  });

  it("writes engine.json for other tools while it runs, and leaves no other file than lock and database", async () => {
    const dataDir = await freshFolder();
    const engine = await startEngine({ dataDir, region: "eu-west-1" });
    expect(await readEngineFile(dataDir)).toEqual({
      endpoint: engine.endpoint,
      region: "eu-west-1",
      engine: "dynoxide",
      pid: engine.pid,
    });
    await engine.close();
    expect(await filesIn(dataDir)).toEqual(["dynoxide.db", "engine-port", "lock"]);
  });

  it("comes back on the port of the last run, also where its server was killed", async () => {
    const dataDir = await freshFolder();
    const first = await startEngine({ dataDir });
    await first.close();
    const second = await startEngine({ dataDir });
    expect(second.endpoint).toBe(first.endpoint);
    const left = await readFile(join(dataDir, "engine.json"), "utf8");
    await second.close();
    // What a killed server leaves behind.
    await writeFile(join(dataDir, "engine.json"), left);
    expect((await startEngine({ dataDir })).endpoint).toBe(first.endpoint);
  });

  it("takes another port where that of the last run belongs to somebody else by now, or the note of it is spoilt", async () => {
    const dataDir = await freshFolder();
    const first = await startEngine({ dataDir });
    await first.close();
    const server = createServer().listen(Number(new URL(first.endpoint ?? "").port), "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const second = await startEngine({ dataDir });
    expect(second.endpoint).not.toBe(first.endpoint);
    await second.close();
    await writeFile(join(dataDir, "engine-port"), "no port");
    expect((await fetch((await startEngine({ dataDir })).endpoint ?? "")).status).toBe(200);
  });

  it("takes another port where somebody was faster to take the first, and is not fooled by that one's answer", async () => {
    const other = await startEngine({ dataDir: await freshFolder() });
    const taken = Number(new URL(other.endpoint ?? "").port);
    const ports = [taken, taken];
    const engine = await startDynoxideWith({
      dataDir: await freshFolder(),
      findPort: async () => ports.shift() ?? findFreePort(),
    });
    expect(engine.endpoint).not.toBe(other.endpoint);
    expect((await fetch(engine.endpoint ?? "")).status).toBe(200);
  });

  it("gives up with the engine's own words where every port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const port = Number(Reflect.get(server.address() ?? {}, "port"));
    const findPort = vi.fn(async () => port);
    const started = startDynoxideWith({ dataDir: await freshFolder(), findPort });
    await expect(started).rejects.toThrow(/^Dynoxide 1\.2\.1 ended with exit code 1: .*already in use/);
    expect(findPort).toHaveBeenCalledTimes(5);
  });

  it("fails with the engine's own words where the engine ends, and leaves no process", async () => {
    const dataDir = await freshFolder();
    await writeFile(dynoxideFile(dataDir), "this is no database".repeat(100));
    const started = startEngine({ dataDir });
    await expect(started).rejects.toThrow(EngineStartError);
    await expect(started).rejects.toThrow(/not a valid SQLite database/);
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
  });

  it("fails where the engine does not answer in time, and leaves no process", async () => {
    const dataDir = await freshFolder();
    const silent = {
      ...dynoxideProgram(await findDynoxide(), dataDir),
      program: "/bin/sleep",
      argsFor: () => ["60"],
      startMilliseconds: 50,
    };
    await expect(startDynoxideWith({ dataDir, program: silent })).rejects.toThrow("stopped before it answered");
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
  });

  it("fails where no shell can be run, and leaves no file", async () => {
    const dataDir = await freshFolder();
    const started = startDynoxideWith({ dataDir, shell: "/no/such/shell" });
    await expect(started).rejects.toThrow("Dynoxide 1.2.1 could not be run");
    expect(await filesIn(dataDir)).toEqual([]);
  });

  it("fails where the data folder cannot be made", async () => {
    const file = join(await freshFolder(), "file");
    await writeFile(file, "");
    await expect(startEngine({ dataDir: file })).rejects.toThrow(/EEXIST/);
  });

  it("fails where engine.json cannot be written, and leaves no process", async () => {
    const dataDir = await freshFolder();
    await mkdir(join(dataDir, "engine.json"));
    await expect(startEngine({ dataDir })).rejects.toThrow(/EISDIR/);
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
  });

  it("names the ways out where the package for the platform is not installed", async () => {
    const found = findDynoxide(() => {
      throw new Error("Cannot find module");
    });
    await expect(found).rejects.toThrow(NoEngineError);
    for (const wayOut of ["DYNAMODB_ENDPOINT", "OPSLEDGER_ENGINE=aws", "OPSLEDGER_ENGINE=dynamodb-local", "Java"]) {
      await expect(found).rejects.toThrow(wayOut);
    }
  });

  it("names flock where the machine has none", async () => {
    vi.stubEnv("PATH", await freshFolder());
    const started = startEngine({ dataDir: await freshFolder() });
    await expect(started).rejects.toThrow(NoEngineError);
    await expect(started).rejects.toThrow(/flock/);
  });
});

describe("the prepared file", () => {
  it("is what its script makes", async () => {
    const script = join(import.meta.dirname, "../../../scripts/prepare-engine-file.mjs");
    await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toMatchObject({ stderr: "" });
  });

  it("serves the statement that the installed engine really runs", async () => {
    const { path } = await findDynoxide();
    expect((await readFile(path)).includes(nextSequenceNumber)).toBe(true);
  });

  it("is what the engine runs on: its stream records are in the indexed and trimmed table", async () => {
    const dataDir = await freshFolder();
    const engine = await startEngine({ dataDir });
    const items = itemsOf(engine);
    await items.create();
    for (const id of ["a", "b", "c"]) await items.put(id);
    await engine.close();
    const file = await openSqlite(await readFile(dynoxideFile(dataDir)));
    expect(file.column("SELECT sequence_number FROM _stream_records")).toEqual(["1", "2", "3"]);
    const parts = file.column("SELECT name FROM sqlite_master WHERE tbl_name = '_stream_records'");
    expect(parts).toEqual(expect.arrayContaining(["ix_sr_seq", "trg_sr_trim"]));
    expect(file.column(`EXPLAIN ${nextSequenceNumber}`, "opcode")).toContain("SeekLE");
  });

  it("never takes the place of data", async () => {
    const dataDir = await freshFolder();
    const first = await startEngine({ dataDir });
    await itemsOf(first).create();
    await itemsOf(first).put("kept");
    await first.close();
    const before = await stat(dynoxideFile(dataDir));
    const second = await startEngine({ dataDir });
    expect(await itemsOf(second).has("kept")).toBe(true);
    expect((await stat(dynoxideFile(dataDir))).ino).toBe(before.ino);
  });
});

describe("one engine per data folder", () => {
  it("refuses a second server and names the folder and the engine that runs there", async () => {
    const dataDir = await freshFolder();
    const first = await startEngine({ dataDir });
    const second = startEngine({ dataDir });
    await expect(second).rejects.toThrow(DataDirInUseError);
    await expect(second).rejects.toMatchObject({ dataDir, pid: first.pid });
    await expect(second).rejects.toThrow(`${dataDir} is in use by the engine with process id ${first.pid}`);
    expect((await fetch(first.endpoint ?? "")).status).toBe(200);
    expect(await readEngineFile(dataDir)).toMatchObject({ pid: first.pid });
    expect(await filesIn(dataDir)).not.toContainEqual(expect.stringContaining(".new"));
  });

  it("lets one of many servers that start at once win, with its prepared file", async () => {
    const dataDir = await freshFolder();
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => startEngine({ dataDir })));
    const refused = all.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    expect(refused).toHaveLength(3);
    for (const error of refused) expect(error).toBeInstanceOf(DataDirInUseError);
  });

  it("gives the folder free when it is closed", async () => {
    const dataDir = await freshFolder();
    await (await startEngine({ dataDir })).close();
    await expect(startEngine({ dataDir })).resolves.toMatchObject({ kind: "dynoxide" });
  });
});

describe("an engine that dies", () => {
  it("is started again on its port, with its data, and engine.json names the new process", async () => {
    const dataDir = await freshFolder();
    const { log, messages } = recordLog();
    const engine = await startEngine({ dataDir, log });
    const { endpoint, pid } = engine;
    const items = itemsOf(engine);
    await items.create();
    await items.put("before");
    await kill(engine);
    // The client retries until the engine is back.
    expect(await items.has("before")).toBe(true);
    await items.put("after");
    await vi.waitUntil(() => messages().includes("the engine runs again"), waiting);
    expect(messages()).toEqual(["the engine ended; starting it again", "the engine runs again"]);
    expect(engine.pid).not.toBe(pid);
    expect(await readEngineFile(dataDir)).toMatchObject({ endpoint, pid: engine.pid });
  });

  it("is started again each time", async () => {
    const { log, messages } = recordLog();
    const engine = await startEngine({ dataDir: await freshFolder(), log });
    for (const time of [1, 2, 3]) {
      await kill(engine);
      await vi.waitUntil(() => messages().filter((text) => text.endsWith("runs again")).length === time, waiting);
    }
    expect((await fetch(engine.endpoint ?? "")).status).toBe(200);
  });

  it("is tried again until it starts", async () => {
    const dataDir = await freshFolder();
    const { log, messages } = recordLog();
    const engine = await startEngine({ dataDir, log });
    const database = dynoxideFile(dataDir);
    await rename(database, `${database}.away`);
    await mkdir(database);
    await kill(engine);
    await vi.waitUntil(() => messages().includes("the engine could not be started again; trying on"), waiting);
    await rmdir(database);
    await rename(`${database}.away`, database);
    await vi.waitUntil(() => messages().includes("the engine runs again"), waiting);
    expect((await fetch(engine.endpoint ?? "")).status).toBe(200);
  });

  it("runs on where engine.json cannot be written any more", async () => {
    const dataDir = await freshFolder();
    const { log, messages } = recordLog();
    const engine = await startEngine({ dataDir, log });
    await rm(join(dataDir, "engine.json"));
    await mkdir(join(dataDir, "engine.json"));
    await kill(engine);
    await vi.waitUntil(() => messages().includes("engine.json could not be written; the engine runs"), waiting);
    expect((await fetch(engine.endpoint ?? "")).status).toBe(200);
    await engine.close();
  });
});

describe("closing", () => {
  it("leaves no process behind: neither the engine nor its watcher", async () => {
    const dataDir = await freshFolder();
    const engine = await startEngine({ dataDir });
    expect(await processesNaming(dataDir)).toContain(engine.pid);
    await engine.close();
    expect(await isRunning(pidOf(engine))).toBe(false);
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
  });

  it("may be asked for twice", async () => {
    const engine = await startEngine({ dataDir: await freshFolder() });
    await Promise.all([engine.close(), engine.close()]);
    await engine.close();
    await expect(fetch(engine.endpoint ?? "")).rejects.toThrow();
  });

  it("ends an engine that is just being started again", async () => {
    const dataDir = await freshFolder();
    const { log, messages } = recordLog();
    const engine = await startEngine({ dataDir, log });
    await kill(engine);
    await vi.waitUntil(() => messages().includes("the engine ended; starting it again"), waiting);
    await engine.close();
    expect(messages()).not.toContain("the engine runs again");
    await vi.waitUntil(async () => (await processesNaming(dataDir)).length === 0, waiting);
    expect(await filesIn(dataDir)).not.toContain("engine.json");
  });
});
