/**
 * Log and feed as the functions on streams need them: little is loaded at a cold start, and no secret is needed. Read and
 * checked once for each environment of Lambda.
 */
import type { ChangeFeed, EventStore } from "../domain/kernel/index.js";
import { parseConfig } from "../config/config.js";
import type { Config } from "../config/config.js";
import { createLogger } from "../observability/logger.js";
import type { Logger } from "../observability/logger.js";
import { systemClock } from "../server/clock.js";
import { codec } from "../server/codec.js";
import { createDynamoDb } from "../store/dynamodb/client.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import { createDynamoDbEventStore } from "../store/dynamodb/eventStore.js";
import { createDynamoDbChangeFeed } from "../store/feed/changeFeed.js";
import { requireFeedLayout } from "../store/feed/feedLayout.js";
import { prefixed } from "../store/tables.js";
import type { Environment } from "./environment.js";

/** The SDK's figures of Node versions are of no use to who reads the logs. */
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

export interface FeedFunctionOptions {
  readonly environment: Environment;
  /** @default JSON lines to standard output */
  readonly logger?: Logger | undefined;
}

export interface FeedParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly eventStore: EventStore;
}

/** What these functions are told; whatever else their environment holds is for others, and may lack its secrets. */
const variables = ["DYNAMODB_ENDPOINT", "AWS_REGION", "TABLE_PREFIX", "FEED_LOGS", "LEASE_MS", "LOG_LEVEL"] as const;

/** @throws ConfigError, and FeedLayoutError where the feed has another number of logs. One request. */
export async function openFeed({ environment, logger: given }: FeedFunctionOptions): Promise<FeedParts> {
  const config = parseConfig(Object.fromEntries(variables.map((name) => [name, environment[name]])));
  const logger = given ?? createLogger({ level: config.logLevel });
  const { dynamodbEndpoint: endpoint, awsRegion: region, feedLogs: logs } = config;
  const db = createDynamoDb({ endpoint, region, tableName: prefixed(config.tablePrefix) });
  try {
    // Tables that a stack has made are no older than this: every event in the log has a hash.
    await requireFeedLayout(db, logs, true);
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    config,
    logger,
    db,
    feed: createDynamoDbChangeFeed({ db, codec, logs }),
    eventStore: createDynamoDbEventStore({ db, codec, clock: systemClock, views: {} }),
  };
}
