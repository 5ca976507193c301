/** An embedded engine on a folder of its own, for the tests of everything that speaks to DynamoDB. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDynamoDb } from "../../src/store/dynamodb/client.js";
import type { DynamoDb, DynamoDbOptions } from "../../src/store/dynamodb/client.js";
import { startEngine } from "../../src/store/engine/index.js";
import type { Engine, EngineOptions } from "../../src/store/engine/index.js";
import { prefixed } from "../../src/store/tables.js";

export type TestDbOptions = Partial<Pick<DynamoDbOptions, "tableName" | "onRequest" | "returnCapacity">>;

export interface TestEngine {
  readonly engine: Engine;
  /** A client. Without `tableName` its tables have a prefix that no other client of the engine has. */
  readonly db: (options?: TestDbOptions) => DynamoDb;
  /** Closes the clients, stops the engine and removes its folder. */
  readonly close: () => Promise<void>;
}

/** Starts Dynoxide on a fresh folder. */
export function startTestEngine(): Promise<TestEngine> {
  return startTestEngineOf("dynoxide");
}

/** Starts an engine of the kind on a fresh folder. */
export async function startTestEngineOf(kind: NonNullable<EngineOptions["kind"]>): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-test-"));
  const engine = await startEngine({ dataDir, kind, log: reportTrouble });
  const clients: DynamoDb[] = [];
  return {
    engine,
    db: (options = {}) => {
      const client = createDynamoDb({
        endpoint: engine.endpoint,
        region: engine.region,
        tableName: prefixed(`t${clients.length + 1}-`),
        ...options,
      });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.close();
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const reportTrouble: EngineOptions["log"] = ({ level, message, ...fields }) => {
  if (level !== "info") console.warn(message, fields);
};
