/** A ledger and what it stands on, as a configuration describes them. Servers and functions alike open it, and run what is theirs. */
import { createUrlCheck } from "../adapters/web/urlCheck.js";
import type { Config } from "../config/config.js";
import { observeBus } from "../observability/bus.js";
import { createDynamoDbObserver } from "../observability/dynamoDb.js";
import type { Logger } from "../observability/logger.js";
import { createTelemetry } from "../observability/telemetry.js";
import type { Telemetry } from "../observability/telemetry.js";
import { createDynamoDb } from "../store/dynamodb/client.js";
import type { DynamoDb, DynamoDbOptions } from "../store/dynamodb/client.js";
import { startEngine } from "../store/engine/index.js";
import type { Engine } from "../store/engine/index.js";
import { prefixed } from "../store/tables.js";
import type { Closing } from "./closing.js";
import { createEventBus } from "./eventBus.js";
import { createExplainer, createExplanationObserver } from "./explainer.js";
import { createIntegrationParts } from "./integrationParts.js";
import { createLedger, systemClock } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import { createNotifierParts } from "./notifier.js";
import { createObjectStores } from "./objectStores.js";
import { createSummarizer, createSummaryObserver } from "./summarizer.js";
import { createWorkQueue, toQueueKind } from "./workQueue.js";

export interface OpenLedgerOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Counts requests to DynamoDB that callers cause; for tests and the benchmark. */
  readonly onRequest?: DynamoDbOptions["onRequest"];
  /** Counts those of the feed and of work in the background. */
  readonly onFeedRequest?: DynamoDbOptions["onRequest"];
  readonly returnCapacity?: boolean | undefined;
  /** Closed with the ledger. @default what the configuration asks for */
  readonly telemetry?: Telemetry | undefined;
  /** Told when a timer was scheduled in this process. @default nobody */
  readonly onScheduled?: (() => void) | undefined;
  /** The part of a server's caches that there is room for. @default 1 */
  readonly cacheShare?: number | undefined;
  /** Where this process listens, if it does, for links in messages. @default nowhere */
  readonly serverUrl?: (() => string | undefined) | undefined;
}

export interface OpenedLedger {
  readonly engine: Engine;
  /** For commands and queries. */
  readonly db: DynamoDb;
  /** For the feed and for work in the background. */
  readonly feedDb: DynamoDb;
  readonly telemetry: Telemetry;
  /** Not started. */
  readonly ledger: Ledger;
}

/** Opens it. What has started is told to `closing`, also where something cannot start. */
export async function openLedger(options: OpenLedgerOptions, { onClose }: Closing): Promise<OpenedLedger> {
  const { config, logger, onRequest, onFeedRequest, returnCapacity, onScheduled, serverUrl } = options;
  const { mode, capacity } = config.metrics;
  const telemetry =
    options.telemetry ?? createTelemetry({ metrics: mode, capacity, otlpEndpoint: config.otlpEndpoint, logger });
  onClose(() => telemetry.close());
  const engine = await startEngine({
    dataDir: config.dataDir,
    endpoint: config.dynamodbEndpoint,
    kind: config.engine,
    region: config.awsRegion,
    log: ({ level, message, ...fields }) => logger[level](fields, message),
  });
  onClose(() => engine.close());

  const tableName = prefixed(config.tablePrefix);
  const address = { endpoint: engine.endpoint, region: engine.region };
  const observer = createDynamoDbObserver(telemetry);
  const db = createDynamoDb({ ...address, tableName, onRequest, returnCapacity, observer });
  const feedDb = createDynamoDb({ ...address, tableName, onRequest: onFeedRequest, observer });
  onClose(async () => {
    db.close();
    feedDb.close();
  });

  const bus = createEventBus(config, logger);
  const posting = createNotifierParts({
    config,
    logger,
    metrics: telemetry.metrics,
    serverUrl: serverUrl ?? (() => undefined),
  });
  const integrationParts = await createIntegrationParts({ config, clock: systemClock, metrics: telemetry.metrics });
  onClose(() => integrationParts.close());
  const stores = await createObjectStores(config);
  onClose(async () => stores.close());
  const ledger = createLedger({
    db,
    feedDb,
    address,
    contiguousSequenceNumbers: engine.contiguousSequenceNumbers,
    feedLogs: config.feedLogs,
    objects: stores.objects,
    archiveObjects: stores.archiveObjects,
    leaseMilliseconds: config.leaseMilliseconds,
    takeOverLeases: engine.pid !== undefined,
    background: config.background,
    createTables: config.createTables,
    cacheShare: options.cacheShare,
    policies: config.policies,
    projects: {
      summarizer: await createSummarizer(config),
      summaryObserver: createSummaryObserver(telemetry.metrics, logger),
      posting,
    },
    insights: {
      explainer: await createExplainer(config),
      explanationObserver: createExplanationObserver(telemetry.metrics, logger),
      telling: posting,
    },
    research: {
      queue: createWorkQueue(config, logger),
      queueKind: toQueueKind(config),
      checkUrl: createUrlCheck({ allowedHosts: config.research.allowedHosts }),
    },
    integrations: integrationParts.options,
    onScheduled,
    bus: bus && observeBus(bus, telemetry.metrics),
    logger,
    telemetry,
  });
  telemetry.observe({
    feed: () => ledger.pipeline.health(),
    feedLag: () => telemetry.feedLag.read(),
    processors: () => ledger.control.list(),
  });
  onClose(() => ledger.close());
  return { engine, db, feedDb, telemetry, ledger };
}
