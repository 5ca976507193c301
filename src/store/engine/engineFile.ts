/** `engine.json` in the data folder: where the tables are, for the AWS CLI and people's own tools. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineKind } from "./engine.js";

/** What the file holds. */
export interface EngineFile {
  /** Null where the AWS SDK's own rules find the endpoint. */
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly engine: EngineKind;
  /** Process id of the engine; null where the server has started none. */
  readonly pid: number | null;
}

/** Writes the file in one step: a reader sees the old content or the new, never a part. */
export async function writeEngineFile(dataDir: string, content: EngineFile): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const temporary = `${engineFile(dataDir)}.${randomUUID()}.new`;
  await writeFile(temporary, toText(content));
  await rename(temporary, engineFile(dataDir));
}

/** Removes the file, unless another server has written its own over it. */
export async function removeEngineFile(dataDir: string, content: EngineFile): Promise<void> {
  if ((await readText(dataDir)) === toText(content)) await rm(engineFile(dataDir), { force: true });
}

/** The process id in the file; undefined where there is no file or no process id in it. */
export async function readEnginePid(dataDir: string): Promise<number | undefined> {
  const [, digits] = /"pid": (\d+)/.exec((await readText(dataDir)) ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function engineFile(dataDir: string): string {
  return join(dataDir, "engine.json");
}

function toText(content: EngineFile): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

async function readText(dataDir: string): Promise<string | undefined> {
  return readFile(engineFile(dataDir), "utf8").catch(() => undefined);
}
