/** The tables themselves, for commands that read and mend them: of the server that runs, or of an engine for the while. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseConfig } from "../config/config.js";
import type { Config } from "../config/config.js";
import { createLogger } from "../observability/logger.js";
import { createDynamoDb } from "../store/dynamodb/client.js";
import type { DynamoDb, DynamoDbAddress } from "../store/dynamodb/client.js";
import { ensureTables } from "../store/dynamodb/createTables.js";
import { DataDirInUseError, startEngine } from "../store/engine/index.js";
import { prefixed } from "../store/tables.js";

export interface StoreConnection {
  readonly db: DynamoDb;
  readonly config: Config;
  /** Where the tables are, in words. */
  readonly description: string;
  /** Whether a server runs on the data folder. */
  readonly shared: boolean;
  close(): Promise<void>;
}

/** Opens the tables that the environment names. An engine that runs already is used, else one is started and stopped again. */
export async function connectToStore(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StoreConnection> {
  const config = parseConfig(environment);
  const found = await findTables(config);
  const db = createDynamoDb({ ...found.address, tableName: prefixed(config.tablePrefix) });
  await ensureTables(db);
  return {
    db,
    config,
    description: found.description,
    shared: found.shared,
    async close() {
      db.close();
      await found.close();
    },
  };
}

interface FoundTables {
  readonly address: DynamoDbAddress;
  readonly description: string;
  readonly shared: boolean;
  close(): Promise<void>;
}

const nothingToClose = async () => undefined;
const engineFile = z.object({ endpoint: z.string(), region: z.string().nullable() });

async function findTables({ dataDir, dynamodbEndpoint, engine: kind, awsRegion }: Config): Promise<FoundTables> {
  if (dynamodbEndpoint !== undefined || kind === "aws") {
    return {
      address: { endpoint: dynamodbEndpoint, region: awsRegion },
      description: dynamodbEndpoint ?? "DynamoDB on AWS",
      shared: false,
      close: nothingToClose,
    };
  }
  try {
    const log = createLogger({ level: "warn" });
    const engine = await startEngine({
      dataDir,
      kind,
      region: awsRegion,
      log: ({ level, message, ...fields }) => log[level](fields, message),
    });
    return { address: engine, description: `the data in ${dataDir}`, shared: false, close: () => engine.close() };
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    const { endpoint, region } = engineFile.parse(JSON.parse(await readFile(join(dataDir, "engine.json"), "utf8")));
    const address = { endpoint, region: region ?? undefined };
    return { address, description: `the running server's data in ${dataDir}`, shared: true, close: nothingToClose };
  }
}
