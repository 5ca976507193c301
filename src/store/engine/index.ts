/** The DynamoDB that the ledger is kept in: chosen here, started where it must be, and reported in one line. */
import { dynamoDbLocalProgram, findDynamoDbLocal } from "./dynamoDbLocal.js";
import { dynoxideProgram, findDynoxide } from "./dynoxide.js";
import type { Engine, EngineOptions } from "./engine.js";
import type { EngineProgram } from "./engineProgram.js";
import { startLocalEngine } from "./localEngine.js";
import { findFreePort } from "./ports.js";
import { openRemoteEngine } from "./remoteEngine.js";

export type { Engine, EngineOptions } from "./engine.js";
export { DataDirInUseError, EngineStartError, NoEngineError } from "./errors.js";

/**
 * Opens `endpoint` if given, else what `kind` says, else the embedded engine, and resolves when it is ready.
 * @throws NoEngineError where this machine has no such engine; the message names the ways out.
 * @throws DataDirInUseError where another server keeps its data in the folder.
 * @throws EngineStartError where the engine does not start; the message carries its own words.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, endpoint, kind = "dynoxide", region, log } = options;
  if (endpoint !== undefined) return openRemoteEngine({ dataDir, endpoint, region: region ?? "us-east-1" });
  if (kind === "aws") return openRemoteEngine({ dataDir, region });
  const program = await programFor(kind, options);
  return startLocalEngine({ program, dataDir, region: region ?? "us-east-1", log, findPort: findFreePort });
}

async function programFor(
  kind: EngineProgram["kind"],
  { dataDir, log }: Pick<EngineOptions, "dataDir" | "log">,
): Promise<EngineProgram> {
  switch (kind) {
    case "dynoxide":
      return dynoxideProgram(await findDynoxide(), dataDir);
    case "dynamodb-local":
      return dynamoDbLocalProgram(await findDynamoDbLocal({ log }), dataDir);
  }
}
