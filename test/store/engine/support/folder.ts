/** A folder for one test, and a log that can be read. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { EngineOptions } from "../../../../src/store/engine/index.js";

/** A fresh folder, removed after the running test. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "opsledger-engine-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface RecordedLog {
  readonly log: EngineOptions["log"];
  readonly messages: () => string[];
}

export function recordLog(): RecordedLog {
  const messages: string[] = [];
  return { log: ({ message }) => messages.push(message), messages: () => [...messages] };
}
