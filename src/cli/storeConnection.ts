/** The tables themselves, for commands that read and mend them: of the server that runs, or of an engine for the while. */
import { readFile, readdir } from "node:fs/promises";
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

export interface ConnectOptions {
  /** `whole`: absent ones are created as at a server's start, and all are as declared. `as they are`: nobody looks. @default "whole" */
  readonly tables?: "whole" | "as they are";
  /** Whether an empty database is made where DATA_DIR has none; else that is refused. @default "made" */
  readonly database?: "made" | "there";
}

/** Opens the tables that the environment names. An engine that runs already is used, else one is started and stopped again. */
export async function connectToStore(
  environment: Readonly<Record<string, string | undefined>>,
  { tables = "whole", database = "made" }: ConnectOptions = {},
): Promise<StoreConnection> {
  const config = parseConfig(environment);
  if (database === "there" && isOwnEngine(config)) await requireDatabase(config.dataDir);
  const found = await findTables(config);
  const db = createDynamoDb({ ...found.address, tableName: prefixed(config.tablePrefix) });
  const close = async () => {
    db.close();
    await found.close();
  };
  try {
    if (tables === "whole" && config.createTables === "absent") await ensureTables(db);
  } catch (error) {
    // An engine that was started for this command would hold it open.
    await close();
    throw error;
  }
  return {
    db,
    config,
    description: found.description,
    shared: found.shared,
    close,
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

function isOwnEngine({ dynamodbEndpoint, engine }: Config): boolean {
  return dynamodbEndpoint === undefined && engine !== "aws";
}

/** Both engines that are started here keep their data in a file of this kind. @throws Error where there is none */
async function requireDatabase(dataDir: string): Promise<void> {
  const files = await readdir(dataDir).catch((): string[] => []);
  if (!files.some((file) => file.endsWith(".db"))) throw new Error(`there is no database in ${dataDir} (DATA_DIR)`);
}

async function findTables(config: Config): Promise<FoundTables> {
  const { dataDir, dynamodbEndpoint, awsRegion } = config;
  if (!isOwnEngine(config)) {
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
      kind: config.engine,
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
