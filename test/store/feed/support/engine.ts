/** The embedded engine with the tables of the feed, and clients that fail where a test says so. */
import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { createStreamsClient } from "../../../../src/store/dynamodb/client.js";
import type { DynamoDb, DynamoDbOptions } from "../../../../src/store/dynamodb/client.js";
import { ensureTables } from "../../../../src/store/dynamodb/createTables.js";
import { prefixed, tables } from "../../../../src/store/tables.js";
import { startTestEngine } from "../../../support/engine.js";
import type { TestEngine } from "../../../support/engine.js";

export interface FeedEngine {
  readonly streams: DynamoDBStreamsClient;
  /** Fresh tables under a prefix of their own. With the `prefix` of earlier tables: another client for those. */
  tables(options?: TableOptions): Promise<FeedTables>;
  close(): Promise<void>;
}

export interface TableOptions extends Pick<DynamoDbOptions, "onRequest"> {
  readonly prefix?: string;
  /** Whether a request fails, before the engine has seen it or after. */
  readonly fault?: (operation: string) => "before" | "after" | undefined;
  /** What a request waits for before it is sent. */
  readonly hold?: (operation: string) => Promise<void> | undefined;
}

export interface FeedTables {
  readonly db: DynamoDb;
  readonly prefix: string;
}

const used = {
  "domain-events": tables["domain-events"],
  "domain-feed": tables["domain-feed"],
  "processor-checkpoints": tables["processor-checkpoints"],
};

/** Starts an engine, the embedded one unless `start` says otherwise. */
export async function startFeedEngine(start: () => Promise<TestEngine> = startTestEngine): Promise<FeedEngine> {
  const started = await start();
  const streams = createStreamsClient(started.engine);
  let created = 0;
  return {
    streams,
    tables: async ({ prefix, onRequest, fault, hold } = {}) => {
      created += 1;
      const name = prefix ?? `feed${created}-`;
      const db = started.db({ tableName: prefixed(name), onRequest });
      if (prefix === undefined) await ensureTables(db, used);
      if (fault !== undefined || hold !== undefined) injectFaults(db, fault ?? (() => undefined), hold);
      return { db, prefix: name };
    },
    close: async () => {
      streams.destroy();
      await started.close();
    },
  };
}

function injectFaults(db: DynamoDb, fault: NonNullable<TableOptions["fault"]>, hold: TableOptions["hold"]): void {
  db.client.middlewareStack.add(
    (next, context) => async (args) => {
      await hold?.(context.commandName ?? "");
      const fails = fault(context.commandName ?? "");
      if (fails === "before") throw new Error("the request was lost");
      const result = await next(args);
      if (fails === "after") throw new Error("the answer was lost");
      return result;
    },
    { step: "initialize", name: "injectFaults" },
  );
}
