/** The embedded engine with the tables of the feed, for the tests of the feed. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DynamoDb, DynamoDbOptions, SentRequest } from "../../../../src/store/dynamodb/client.js";
import { prefixed, tables } from "../../../../src/store/tables.js";
import type { TableDefinition, TableName } from "../../../../src/store/tables.js";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";

export interface FeedEngine {
  readonly streams: DynamoDBStreamsClient;
  /** Fresh tables under a prefix of their own. With the `prefix` of earlier tables: another client for those. */
  tables(options?: TableOptions): Promise<FeedTables>;
  close(): Promise<void>;
}

export interface TableOptions {
  readonly prefix?: string;
  readonly onRequest?: (request: SentRequest) => void;
  /** Whether a request fails, before the engine has seen it or after. */
  readonly fault?: (operation: string) => "before" | "after" | undefined;
}

export interface FeedTables {
  readonly db: DynamoDb;
  readonly prefix: string;
}

const region = "us-east-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const used: readonly TableName[] = ["domain-events", "domain-feed", "processor-checkpoints"];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(endpoint: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const ready = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the engine did not start");
}

async function createTable(db: DynamoDb, name: TableName): Promise<void> {
  const { partitionKey, sortKey, stream }: TableDefinition = tables[name];
  const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  await db.client.send(
    new CreateTableCommand({
      TableName: db.tableName(name),
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
      KeySchema: keys.map((key, index) => ({ AttributeName: key.name, KeyType: index === 0 ? "HASH" : "RANGE" })),
      ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    }),
  );
}

function createDynamoDb({ endpoint, tableName, onRequest, fault }: DynamoDbOptions & TableOptions): DynamoDb {
  const base = new DynamoDBClient({ endpoint: endpoint ?? "", region, credentials });
  base.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? "").replace(/Command$/, "");
      const fails = fault?.(operation);
      if (fails === "before") throw new Error("the request was lost");
      const result = await next(args);
      if (fails === "after") throw new Error("the answer was lost");
      onRequest?.({ operation, consumed: [] });
      return result;
    },
    { step: "initialize", name: "observeRequests" },
  );
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  return { client, tableName, close: () => client.destroy() };
}

/** Starts an engine in memory: what these tests write is far below what its streams can take. */
export async function startFeedEngine(): Promise<FeedEngine> {
  const port = await freePort();
  const binary = createRequire(import.meta.url).resolve("@dynoxide/linux-x64/dynoxide");
  const child = spawn(binary, ["serve", "--port", String(port)], { stdio: "ignore" });
  const exited = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(endpoint);
  const streams = new DynamoDBStreamsClient({ endpoint, region, credentials });
  const clients: DynamoDb[] = [];
  let created = 0;
  return {
    streams,
    tables: async ({ prefix, onRequest, fault } = {}) => {
      created += 1;
      const name = prefix ?? `t${created}-`;
      const db = createDynamoDb({ endpoint, tableName: prefixed(name), onRequest, fault });
      clients.push(db);
      if (prefix === undefined) for (const table of used) await createTable(db, table);
      return { db, prefix: name };
    },
    close: async () => {
      for (const db of clients) db.close();
      streams.destroy();
      child.kill("SIGTERM");
      await exited;
    },
  };
}
