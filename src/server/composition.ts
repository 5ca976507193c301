/** The whole server from a configuration: engine, ledger, schema, transports. The only file that knows all parts. */
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphQLSchema } from "graphql";
import { createResponder } from "../adapters/slack/responseUrl.js";
import { createUrlCheck } from "../adapters/web/urlCheck.js";
import type { Config } from "../config/config.js";
import { createIncidentHistory } from "../domain/incidents/index.js";
import { observeBus } from "../observability/bus.js";
import { createDynamoDbObserver } from "../observability/dynamoDb.js";
import type { Logger } from "../observability/logger.js";
import { createTelemetry } from "../observability/telemetry.js";
import type { Telemetry } from "../observability/telemetry.js";
import { authChecker, createCursorCodec, createLoaders, describeError, resolvers } from "../resolvers/index.js";
import type { GraphQLContext, GraphQLServices } from "../resolvers/index.js";
import { buildGraphQLSchema } from "../schema/schema.js";
import { createDynamoDb } from "../store/dynamodb/client.js";
import type { DynamoDbOptions } from "../store/dynamodb/client.js";
import { startEngine } from "../store/engine/index.js";
import type { Engine } from "../store/engine/index.js";
import { createEventIndex } from "../store/readModels/eventIndex/index.js";
import { createExpirySweeper } from "../store/expirySweeper.js";
import { prefixed } from "../store/tables.js";
import { createScheduler } from "../store/timers/scheduler.js";
import { createTimers } from "../store/timers/timers.js";
import { createAuditTrail, createDenialLog } from "./auth/audit.js";
import type { LogDenial } from "./auth/audit.js";
import { createGate } from "./auth/gate.js";
import { createRateLimiter } from "./auth/rateLimit.js";
import { createTokenVerifier } from "./auth/tokens.js";
import type { HostNames } from "./hostGuard.js";
import { startHttpServer } from "./httpServer.js";
import { traceRootFields } from "./operationTelemetry.js";
import type { HttpServer } from "./httpServer.js";
import { createLedger, systemClock } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import type { PlaygroundOptions } from "./playground.js";
import { playgroundTabs } from "./playgroundTabs.js";
import { createChores } from "./chores.js";
import { createEventBus } from "./eventBus.js";
import { createExplainer, createExplanationObserver } from "./explainer.js";
import { createIntegrationParts } from "./integrationParts.js";
import { overdueSeconds, startIntegrationPoller } from "./integrationPoller.js";
import { createNotifierParts } from "./notifier.js";
import { workersOf } from "./policies.js";
import { createReportWriter } from "./reportWriter.js";
import { startResearchWorker } from "./researchWorker.js";
import { createSummarizer, createSummaryObserver } from "./summarizer.js";
import { createBodyBudget } from "./webhooks/bodyBudget.js";
import { createSignatureFailures } from "./webhooks/signedRoute.js";
import { addSlackInteractions } from "./webhooks/slackInteractions.js";
import { addWebhookRoutes } from "./webhooks/webhookRoutes.js";
import { addWhatsAppRoutes } from "./webhooks/whatsapp.js";
import { createWorkQueue, toQueueKind } from "./workQueue.js";

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

/** The schema of the product. */
export function buildSchema(): GraphQLSchema {
  return buildGraphQLSchema([...resolvers], { authChecker });
}

/** Starts everything. Where a part cannot start, those that had are stopped again. */
export async function startOpsledger(options: CompositionOptions): Promise<Opsledger> {
  const { config, logger } = options;
  const started: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    return await compose(options, (stop) => started.push(stop), close);
  } catch (error) {
    logger.debug({ dataDir: config.dataDir }, "start failed, stopping what had started");
    await close();
    throw error;
  }
}

async function compose(
  { config, logger, onRequest, returnCapacity, ...options }: CompositionOptions,
  onClose: (stop: () => Promise<void>) => void,
  close: () => Promise<void>,
): Promise<Opsledger> {
  const { mode, capacity, token: metricsToken } = config.metrics;
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
  const feedDb = createDynamoDb({ ...address, tableName, observer });
  onClose(async () => {
    db.close();
    feedDb.close();
  });

  const bus = createEventBus(config, logger);
  // The scheduler comes after the ledger that rings it.
  let ringScheduler: () => void = () => undefined;
  // Nor does it listen yet.
  const server: { url?: string } = {};
  const posting = createNotifierParts({ config, logger, metrics: telemetry.metrics, serverUrl: () => server.url });
  const integrationParts = await createIntegrationParts({ config, clock: systemClock, metrics: telemetry.metrics });
  onClose(() => integrationParts.close());
  const ledger = createLedger({
    db,
    feedDb,
    address,
    contiguousSequenceNumbers: engine.contiguousSequenceNumbers,
    feedLogs: config.feedLogs,
    objectFolder: join(config.dataDir, "objects"),
    leaseMilliseconds: config.leaseMilliseconds,
    takeOverLeases: engine.pid !== undefined,
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
    onScheduled: () => ringScheduler(),
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
  await ledger.start();

  const sweeper = engine.deletesExpiredItems ? undefined : createExpirySweeper({ db: feedDb, clock: systemClock });
  const timers = createTimers({ db: feedDb, clock: systemClock });
  telemetry.observe({ timersDue: () => timers.countDue(systemClock.now()) });
  telemetry.observe({ pollsOverdue: () => overdueSeconds(ledger, systemClock) });
  const scheduler = createScheduler({
    timers,
    clock: systemClock,
    leases: ledger.leases,
    tasks: ledger.timerTasks,
    concurrency: workersOf,
    chores: createChores({
      retention: ledger.retention,
      insights: ledger.insightsWorkflow,
      research: ledger.researchWorkflow,
      sweeper,
      logger,
    }),
    log: logger,
    onRun: (task, outcome) => telemetry.metrics.timerRun(task, outcome),
  });
  ringScheduler = () => scheduler.ring();
  scheduler.start();
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

  const schema = traceRootFields(buildSchema(), telemetry.tracing);
  const services: GraphQLServices = {
    incidents: ledger.incidents,
    incidentViews: ledger.incidentViews,
    history: createIncidentHistory({ eventStore: ledger.eventStore }),
    projects: ledger.projects,
    projectViews: ledger.projectViews,
    insights: ledger.insights,
    insightViews: ledger.insightViews,
    metering: ledger.metering,
    research: ledger.research,
    researchViews: ledger.researchViews,
    researchReports: ledger.researchReports,
    workQueue: ledger.workQueue,
    integrations: ledger.integrations,
    integrationViews: ledger.integrationViews,
    integrationServices: ledger.integrationServices,
    pollSchedule: ledger.pollSchedule,
    eventStore: ledger.eventStore,
    eventIndex: createEventIndex({ db }),
    control: ledger.control,
    operators: {
      acted: ({ action, ...fields }) =>
        logger.info({ event: "operator.acted", action, ...fields }, `operator: ${action}`),
    },
    feed: ledger.pipeline.feed,
    live: ledger.pipeline.live,
    cursors: createCursorCodec(config.cursorSecret ?? (await keptSecret(config.dataDir))),
    clock: systemClock,
  };
  const toLog = createDenialLog(logger);
  const logDenial: LogDenial = (denial) => {
    telemetry.metrics.denied(denial.reason);
    toLog(denial);
  };
  const http = await startHttpServer<GraphQLContext>({
    schema,
    host: config.host,
    port: config.port,
    limits: config.limits,
    playground: config.playground ? playgroundFor(config) : undefined,
    introspection: config.introspection ? "allowed" : "refused",
    gate: createGate({
      tokens: config.auth && createTokenVerifier(config.auth),
      limiter: createRateLimiter(config.rateLimit),
      logDenial,
      logger,
    }),
    hostNames: hostNamesFor(config),
    contextFor: async (facts, caller) => {
      const attempt = { named: new Map<string, string>() };
      return {
        ...services,
        caller,
        attempt,
        audit: createAuditTrail(logDenial, { facts, caller, attempt }),
        requestId: facts.requestId,
        signal: facts.gone,
        loaders: createLoaders(services, caller),
      };
    },
    // A subscription outlives many events: what it read for one must not answer for the next.
    contextForEvent: (context) => ({
      ...context,
      loaders: createLoaders(services, context.caller),
    }),
    // Who may do and see the same sees the same.
    shareKey: ({ caller }) => JSON.stringify([caller.roles, caller.projects]),
    describeError,
    resumeId: (result) => positionIn(result.data),
    readiness: async () => {
      const { running, standingBy, error } = ledger.pipeline.health();
      const state = standingBy ? "standing by" : "running";
      return { ready: running && error === undefined, checks: { feed: error ?? (running ? state : "stopped") } };
    },
    timings: { drainMilliseconds: config.shutdownGraceMilliseconds },
    addRoutes: (app) => {
      const signed = {
        config: config.webhooks,
        clock: systemClock,
        failures: createSignatureFailures(),
        bodies: createBodyBudget(),
        metrics: telemetry.metrics,
        logger,
      };
      addWebhookRoutes(app, {
        ...signed,
        ingest: (event, request) => ledger.projects.ingest(event, request),
        recordActivities: (...asked) => ledger.insights.recordActivities(...asked),
      });
      addWhatsAppRoutes(app, {
        ...signed,
        whatsapp: config.integrations.whatsapp,
        push: (...asked) => ledger.integrations.push(...asked),
      });
      addSlackInteractions(app, {
        ...signed,
        regenerateSummary: (...asked) => ledger.projects.regenerateSummary(...asked),
        respond: createResponder(),
      });
    },
    telemetry,
    metricsToken,
    logger,
  });
  server.url = http.url;
  onClose(async () => {
    // Else the transports would wait for workers that wait.
    ledger.stopWaiting();
    await Promise.all([http.close(), stopWorkers()]);
  });
  await writeServerFile(config.dataDir, http.url);
  onClose(() => rm(serverFile(config.dataDir), { force: true }));
  return { engine, http, ledger, schema, close };
}

function hostNamesFor({ auth, allowedHosts, host }: Config): HostNames {
  if (auth === undefined) return "loopback";
  return allowedHosts === undefined ? "any" : [...allowedHosts, host.includes(":") ? `[${host}]` : host];
}

/** Where callers carry tokens, the page sends the one in its headers tab. */
function playgroundFor({ auth }: Config): PlaygroundOptions {
  const title = "Opsledger";
  if (auth === undefined) return { title, tabs: playgroundTabs };
  const headers = JSON.stringify({ authorization: "Bearer <token>" });
  return { title, tabs: playgroundTabs.map((tab) => ({ ...tab, headers })), subscriptions: "sse" };
}

/** The position in the answer of a subscription, whatever its field is called. */
function positionIn(data: unknown): string | undefined {
  const [message] = Object.values((data ?? {}) as Record<string, unknown>);
  const position = (message as { position?: unknown } | null | undefined)?.position;
  return typeof position === "string" ? position : undefined;
}

/** Where a command line tool finds the server that runs on a data folder. */
export function serverFile(dataDir: string): string {
  return join(dataDir, "server.json");
}

async function writeServerFile(dataDir: string, url: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(serverFile(dataDir), JSON.stringify({ url, pid: process.pid }));
}

/** The key that seals cursors on this data folder: made once, so that cursors outlive a restart. */
async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "cursor-secret");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFile(path, "utf8");
}
