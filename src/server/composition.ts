/** The whole server from a configuration: engine, ledger, schema, transports. The only file that knows all parts. */
import "reflect-metadata";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphQLSchema } from "graphql";
import type { Config } from "../config/config.js";
import type { Logger } from "../observability/logger.js";
import type { Telemetry } from "../observability/telemetry.js";
import type { DynamoDbOptions } from "../store/dynamodb/client.js";
import type { Engine } from "../store/engine/index.js";
import { createScheduler } from "../store/timers/scheduler.js";
import { createArchiveChores } from "./chores.js";
import { createClosing } from "./closing.js";
import type { Closing } from "./closing.js";
import { createGraphqlFront } from "./graphqlFront.js";
import { startHttpServer } from "./httpServer.js";
import type { HttpServer } from "./httpServer.js";
import { overdueSeconds, startIntegrationPoller } from "./integrationPoller.js";
import { systemClock } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import { archiveRefusal } from "./objectStores.js";
import { openLedger } from "./openLedger.js";
import { createReportWriter } from "./reportWriter.js";
import { startResearchWorker } from "./researchWorker.js";
import { createSchedulerParts } from "./schedulerParts.js";

export { buildSchema } from "./graphqlFront.js";

export interface Opsledger {
  readonly engine: Engine;
  readonly http: HttpServer;
  readonly ledger: Ledger;
  readonly schema: GraphQLSchema;
  /** Drains the transports, then stops the processors, then the engine. */
  close(): Promise<void>;
}

export interface CompositionOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Counts requests to DynamoDB that callers cause; for tests and the benchmark. */
  readonly onRequest?: DynamoDbOptions["onRequest"];
  readonly returnCapacity?: boolean;
  /** Closed with the server. @default what the configuration asks for */
  readonly telemetry?: Telemetry | undefined;
}

/** Starts everything. Where a part cannot start, those that had are stopped again. */
export async function startOpsledger(options: CompositionOptions): Promise<Opsledger> {
  const { config, logger } = options;
  const closing = createClosing();
  try {
    return await compose(options, closing);
  } catch (error) {
    logger.debug({ dataDir: config.dataDir }, "start failed, stopping what had started");
    await closing.close();
    throw error;
  }
}

async function compose(options: CompositionOptions, closing: Closing): Promise<Opsledger> {
  const { config, logger } = options;
  const { onClose } = closing;
  // The scheduler comes after the ledger that rings it.
  let ringScheduler: () => void = () => undefined;
  // Nor does it listen yet.
  const server: { url?: string } = {};
  const { engine, db, feedDb, telemetry, ledger } = await openLedger(
    { ...options, onScheduled: () => ringScheduler(), serverUrl: () => server.url },
    closing,
  );
  await ledger.start();

  const parts = createSchedulerParts({ engine, feedDb, ledger, telemetry, logger });
  telemetry.observe({ timersDue: () => parts.timers.countDue(systemClock.now()) });
  telemetry.observe({ pollsOverdue: () => overdueSeconds(ledger, systemClock) });
  const archiving = createArchiveChores({
    archiver: ledger.archiver,
    afterDays: config.archiveAfterDays,
    refusal: archiveRefusal(config),
    logger,
  });
  const scheduler = createScheduler({ ...parts, chores: [...parts.chores, ...archiving] });
  ringScheduler = () => scheduler.ring();
  if (config.background.scheduler === "in-process") scheduler.start();
  onClose(() => scheduler.close());
  const researchWorker = startResearchWorker({
    config,
    service: ledger.research,
    views: ledger.researchViews,
    reports: ledger.researchReports,
    queue: ledger.workQueue,
    writer: await createReportWriter(config),
    clock: systemClock,
    logger,
  });
  const poller = startIntegrationPoller({
    config,
    schedule: ledger.dueSessions,
    polling: ledger.polling,
    services: ledger.integrationServices,
    live: ledger.pipeline.live,
    clock: systemClock,
    logger,
    metrics: telemetry.metrics,
  });
  let stopped: Promise<unknown> | undefined;
  const stopWorkers = async () => {
    await (stopped ??= Promise.all([researchWorker.close(), poller.close()]));
  };
  onClose(stopWorkers);

  const front = await createGraphqlFront({ config, logger, telemetry, db, ledger });
  const http = await startHttpServer({
    ...front,
    port: config.port,
    timings: { drainMilliseconds: config.shutdownGraceMilliseconds },
  });
  server.url = http.url;
  onClose(async () => {
    // Else the transports would wait for workers that wait.
    ledger.stopWaiting();
    await Promise.all([http.close(), stopWorkers()]);
  });
  await writeServerFile(config.dataDir, http.url);
  onClose(() => rm(serverFile(config.dataDir), { force: true }));
  return { engine, http, ledger, schema: front.schema, close: closing.close };
}

/** Where a command line tool finds the server that runs on a data folder. */
export function serverFile(dataDir: string): string {
  return join(dataDir, "server.json");
}

async function writeServerFile(dataDir: string, url: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(serverFile(dataDir), JSON.stringify({ url, pid: process.pid }));
}
