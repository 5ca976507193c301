/** The ledger on a DynamoDB: log, views, feed and services, wired together. Server, CLI, bench and tests build this. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { passingNewerOn } from "../domain/kernel/codec.js";
import { createCommandHandler } from "../domain/kernel/commandHandler.js";
import type { CommandHandler, CommandHandlerDeps } from "../domain/kernel/commandHandler.js";
import type { DomainEvent } from "../domain/kernel/event.js";
import type { Clock, Ids } from "../domain/kernel/time.js";
import { toMilliseconds } from "../domain/kernel/time.js";
import type { EventStore } from "../domain/kernel/eventStore.js";
import type { EventBus } from "../domain/kernel/integrationEvent.js";
import type { FeedEntry } from "../domain/kernel/feed.js";
import type { Leases } from "../domain/kernel/lease.js";
import type { ObjectStore } from "../domain/kernel/objectStore.js";
import type { ProcessorControl } from "../domain/kernel/processing.js";
import {
  createIncidentService,
  incidentDecider,
  incidentProjection,
  incidentPublication,
} from "../domain/incidents/index.js";
import type { Archiver, IncidentReadModel, IncidentService } from "../domain/incidents/index.js";
import { insightsDecider, insightsProjection, insightsPublication, toWakeTimer } from "../domain/insights/index.js";
import type {
  InsightsReadModel,
  InsightsService,
  InsightsState,
  InsightsWorkflow,
  Metering,
} from "../domain/insights/index.js";
import { integrationsPublication, sessionDecider, sessionProjection } from "../domain/integrations/index.js";
import type {
  IntegrationsReadModel,
  IntegrationsService,
  Polling,
  PollSchedule,
  ServiceRegistry,
  SessionState,
} from "../domain/integrations/index.js";
import { projectsDecider, projectsProjection, projectsPublication } from "../domain/projects/index.js";
import type {
  BatchWorkflow,
  ProjectReadModel,
  ProjectService,
  ProjectsCommand,
  ProjectsState,
} from "../domain/projects/index.js";
import { researchDecider, researchProjection, researchPublication } from "../domain/research/index.js";
import type {
  ReportReader,
  ResearchReadModel,
  ResearchService,
  ResearchState,
  ResearchWorkflow,
  WorkQueue,
} from "../domain/research/index.js";
import type { BackgroundConfig, TableCreation } from "../config/background.js";
import { createPublisherHandler } from "../adapters/bus/publisherHandler.js";
import { createCommandObserver } from "../observability/commands.js";
import { createDynamoDbObserver } from "../observability/dynamoDb.js";
import type { Logger } from "../observability/logger.js";
import { followFeed } from "../observability/processors.js";
import { noTelemetry } from "../observability/telemetry.js";
import type { Telemetry } from "../observability/telemetry.js";
import { createStreamsClient } from "../store/dynamodb/client.js";
import type { DynamoDb, DynamoDbAddress } from "../store/dynamodb/client.js";
import { ensureTables } from "../store/dynamodb/createTables.js";
import { createDynamoDbEventStore } from "../store/dynamodb/eventStore.js";
import { decodeCommit } from "../store/dynamodb/items.js";
import { createBackoff } from "../store/dynamodb/retry.js";
import { createDynamoDbStreamSource } from "../store/feed/dynamoDbStreamSource.js";
import { createFeedPipeline } from "../store/feed/feedPipeline.js";
import type { FeedPipeline } from "../store/feed/feedPipeline.js";
import { createLeases } from "../store/processing/leases.js";
import { requireNoImport } from "../store/proofs/importMarker.js";
import {
  createIncidentReadModel,
  createIncidentStateLoader,
  createNumberAllocator,
  incidentViewWriters,
  trimIncidentState,
} from "../store/readModels/incidents/index.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
import {
  aggregateTalliesView,
  createInsightsReadModel,
  createInsightsStateLoader,
  insightViewWriters,
  trimInsightsState,
  weighInsightsState,
} from "../store/readModels/insights/index.js";
import {
  createIntegrationsReadModel,
  createIntegrationStateLoader,
  createPollSchedule,
  integrationViewWriters,
} from "../store/readModels/integrations/index.js";
import {
  createProjectReadModel,
  createProjectStateLoader,
  projectViewWriters,
} from "../store/readModels/projects/index.js";
import {
  createResearchReadModel,
  createResearchStateLoader,
  researchViewWriters,
} from "../store/readModels/research/index.js";
import { sha256 } from "../store/sha256.js";
import { createStateCache } from "../store/stateCache.js";
import { toPolicyTimer } from "../store/processing/reactor.js";
import type { TimerTask } from "../store/timers/timerRunner.js";
import { createTimers } from "../store/timers/timers.js";
import { createArchiving, createRetention } from "./archiving.js";
import { systemClock, uuidIds } from "./clock.js";
import { codec } from "./codec.js";
import { createInsights } from "./insights.js";
import type { InsightsOptions } from "./insights.js";
import { createIntegrations, weighSessionState } from "./integrations.js";
import type { IntegrationsOptions } from "./integrations.js";
import { createPolicies } from "./policies.js";
import type { PolicyOptions } from "./policies.js";
import { createProcessors } from "./processors.js";
import type { Processors } from "./processors.js";
import { createProjects } from "./projects.js";
import type { ProjectsOptions } from "./projects.js";
import { createResearch, weighResearchState } from "./research.js";
import type { ResearchOptions } from "./research.js";

export { systemClock, uuidIds } from "./clock.js";
export { codec } from "./codec.js";

/** How many streams' states a process keeps at hand. */
const cachedStates = 10_000;

/** Fewer of projects: a project event has the original of its source with it, and is decided on a few times only. */
const cachedProjectStates = 2_000;

/** Of insights: an entity has a month of its facts with it, by the second, so that their size is bounded, too. In bytes. */
const cachedInsightStates = 5_000;
const cachedInsightBytes = 128_000_000;

/** Of research: a request has its results with it. In bytes, about. */
const cachedResearchStates = 5_000;
const cachedResearchBytes = 64_000_000;

/** Of sessions: a state of a service may be large. In bytes, about. */
const cachedSessionStates = 20_000;
const cachedSessionBytes = 64_000_000;

export interface LedgerOptions {
  /** For commands and queries. */
  readonly db: DynamoDb;
  /** For the feed, so that its requests can be told from those of callers. */
  readonly feedDb: DynamoDb;
  /** Where DynamoDB Streams are. */
  readonly address: DynamoDbAddress;
  /** Whether the engine numbers stream records without gaps, so that a jump shows a loss. */
  readonly contiguousSequenceNumbers: boolean;
  readonly feedLogs: number;
  /** For content that is too large for a row. */
  readonly objects: ObjectStore;
  /** For archived incidents. @default `objects` */
  readonly archiveObjects?: ObjectStore | undefined;
  readonly logger: Logger;
  /** What commands and the feed are measured with. @default nothing is measured */
  readonly telemetry?: Telemetry | undefined;
  /** How long the job of a process that died waits for another one, in milliseconds. @default 8,000 */
  readonly leaseMilliseconds?: number;
  /** Whether this process has just started the engine, so that whoever held a lease was cut off. @default false */
  readonly takeOverLeases?: boolean;
  /** What it does besides serving, once it is started. @default everything */
  readonly background?: Pick<BackgroundConfig, "feeder" | "processors"> | undefined;
  /** "never": the tables are there, and a start does not look at them. @default "absent": those that are not there are made */
  readonly createTables?: TableCreation | undefined;
  /** The part of a server's room for states that there is here. @default 1 */
  readonly cacheShare?: number | undefined;
  /** @default none is switched on */
  readonly policies?: PolicyOptions;
  /** Who writes summaries and who posts them. @default rules, and the log */
  readonly projects?: ProjectsOptions;
  /** Who puts insights into words and who tells of them. @default rules, and the log */
  readonly insights?: InsightsOptions;
  /** What tells workers of research requests, and which addresses may be looked at. @default this process, and public ones */
  readonly research?: ResearchOptions;
  /** Which services can be connected, and what leads to them and to webhooks. @default none, and public addresses */
  readonly integrations?: IntegrationsOptions;
  /** Told when a timer was scheduled in this process. @default nobody: the scheduler finds it by itself */
  readonly onScheduled?: (() => void) | undefined;
  /** Where published events go. @default nowhere */
  readonly bus?: EventBus | undefined;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

export interface Ledger {
  readonly eventStore: EventStore;
  readonly incidents: IncidentService;
  readonly incidentViews: IncidentReadModel;
  readonly projects: ProjectService;
  /** What the policies of projects have done. */
  readonly batchWorkflow: BatchWorkflow;
  /** For what is done to the streams of projects besides the service: the workflow of batches. */
  readonly projectCommands: CommandHandler<ProjectsState, ProjectsCommand>;
  readonly projectViews: ProjectReadModel;
  readonly insights: InsightsService;
  readonly insightViews: InsightsReadModel;
  readonly metering: Metering;
  /** What the policies of insights have done. */
  readonly insightsWorkflow: InsightsWorkflow;
  readonly research: ResearchService;
  readonly researchViews: ResearchReadModel;
  /** The items of reports. */
  readonly researchReports: ReportReader;
  /** What the policies of research have done. */
  readonly researchWorkflow: ResearchWorkflow;
  /** Tells workers of research requests of strategy SQS. */
  readonly workQueue: WorkQueue;
  readonly integrations: IntegrationsService;
  readonly integrationViews: IntegrationsReadModel;
  readonly integrationServices: ServiceRegistry;
  /** For callers; what polls is told apart. */
  readonly pollSchedule: PollSchedule;
  /** What a poller needs. */
  readonly polling: Polling;
  readonly dueSessions: Pick<PollSchedule, "due" | "overdue">;
  readonly retention: RetentionWorker;
  /** Moves incidents that ended long ago to the archive. */
  readonly archiver: Archiver;
  readonly pipeline: FeedPipeline;
  /** What tails the feed: async views, policies, the publisher. */
  readonly control: ProcessorControl;
  readonly leases: Leases;
  /** What the timers of policies need when they are due. */
  readonly timerTasks: Readonly<Record<string, TimerTask>>;
  /** Sends workers away that wait for research requests, so that a server need not wait for them. */
  stopWaiting(): void;
  /** Creates absent tables, then feeds what is not yet fed. Throws UnfinishedImportError on half an import. */
  start(): Promise<void>;
  /**
   * Instead of `start`, where nothing is to run by itself, as in a function: only looks whether this is a ledger that can be used. Throws
   * UnfinishedImportError and FeedLayoutError. Two requests.
   */
  check(): Promise<void>;
  /** Processors of these kinds go on to the head of the feed, once. Needs no `start`. */
  readonly catchUp: Processors["catchUp"];
  close(): Promise<void>;
}

export function createLedger(options: LedgerOptions): Ledger {
  const { db, feedDb, address, contiguousSequenceNumbers, feedLogs, objects, logger, bus } = options;
  const share = options.cacheShare;
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? uuidIds;
  const telemetry = options.telemetry ?? noTelemetry;
  const streams = createStreamsClient({ ...address, observer: createDynamoDbObserver(telemetry) });
  const leases = createLeases({
    db: feedDb,
    owner: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    milliseconds: options.leaseMilliseconds ?? 8_000,
    takeOver: options.takeOverLeases ?? false,
    onChange: (name, held) => telemetry.metrics.leaseHeld(name, held),
    log: logger,
  });
  const eventStore = createDynamoDbEventStore({
    db,
    codec,
    clock,
    views: {
      ...incidentViewWriters,
      ...projectViewWriters,
      ...insightViewWriters,
      ...researchViewWriters,
      ...integrationViewWriters,
    },
    onAppended: () => pipeline.ring(),
  });
  const asStored = passingNewerOn(codec);
  const feederEventStore = createDynamoDbEventStore({ db: feedDb, codec: asStored, clock, views: {} });
  const onFed = (entries: readonly FeedEntry[]) => {
    const now = toMilliseconds(clock.now());
    for (const { event } of entries) telemetry.metrics.fed((now - toMilliseconds(event.recordedAt)) / 1_000);
  };
  const background = options.background ?? { feeder: "in-process", processors: "in-process" };
  const pipeline: FeedPipeline = createFeedPipeline({
    db: feedDb,
    codec,
    logs: feedLogs,
    leases,
    clock,
    eventStore: createDynamoDbEventStore({ db: feedDb, codec, clock, views: {} }),
    feederEventStore,
    onNewerEvent: (cause) => processors.stepAside(cause),
    source: createDynamoDbStreamSource({ db: feedDb, streams, contiguousSequenceNumbers }),
    decodeCommit: (item) => decodeCommit(item, asStored),
    log: logger,
    onFed,
    feeder: background.feeder,
    // Where tables are made by others, the log is no older than this: every event in it has a hash.
    hashed: options.createTables === "never" ? true : undefined,
  });
  const toHandler = <State, Command, E extends DomainEvent>(
    own: Pick<CommandHandlerDeps<State, Command, E>, "decider" | "projection" | "loader" | "cache">,
  ) =>
    createCommandHandler({
      ...own,
      codec,
      eventStore,
      clock,
      ids,
      digest: sha256,
      backoff: createBackoff({ baseMilliseconds: 5, capMilliseconds: 250 }),
      observer: createCommandObserver(telemetry),
    });
  const incidentViews = createIncidentReadModel({ db, clock });
  const incidents = createIncidentService({
    commands: toHandler({
      decider: incidentDecider,
      projection: incidentProjection,
      loader: createIncidentStateLoader({ db, clock, eventStore }),
      cache: createStateCache({ max: cachedStates, trim: trimIncidentState, share }),
    }),
    eventStore,
    readModel: incidentViews,
    numbers: createNumberAllocator({ db }),
    objects,
    digest: sha256,
    clock,
    ids,
  });
  const projectViews = createProjectReadModel({ db, codec, eventStore, clock });
  const projectCommands = toHandler({
    decider: projectsDecider,
    projection: projectsProjection,
    loader: createProjectStateLoader({ db, codec, eventStore }),
    cache: createStateCache<ProjectsState>({ max: cachedProjectStates, share }),
  });
  const projects = createProjects({
    options: options.projects ?? {},
    commands: projectCommands,
    eventStore,
    readModel: projectViews,
    objects,
    clock,
    ids,
    backoff: createBackoff({ baseMilliseconds: 10, capMilliseconds: 500 }),
    log: logger,
  });
  const { onScheduled } = options;
  const insightViews = createInsightsReadModel({ db, codec, eventStore, clock });
  const timers = createTimers({ db: feedDb, clock, onScheduled });
  const insights = createInsights({
    options: options.insights ?? {},
    commands: toHandler({
      decider: insightsDecider,
      projection: insightsProjection,
      loader: createInsightsStateLoader({ db, codec, eventStore, clock }),
      cache: createStateCache<InsightsState>({
        share,
        max: cachedInsightStates,
        trim: trimInsightsState(clock),
        weight: { of: weighInsightsState, max: cachedInsightBytes },
      }),
    }),
    eventStore,
    readModel: insightViews,
    sweepModel: createInsightsReadModel({ db: feedDb, codec, eventStore, clock }),
    incidents,
    incidentViews,
    wake: async (entityKey, at, request) => {
      const { policy, ...timer } = toWakeTimer(entityKey, at, request);
      await timers.bringForward(toPolicyTimer(policy, timer));
    },
    counting: {
      position: () => processors.control.positionOf(aggregateTalliesView.projection.name),
      head: () => pipeline.feed.head(),
    },
    clock,
    ids,
    log: logger,
  });
  const researchViews = createResearchReadModel({ db, clock });
  const research = createResearch({
    options: options.research ?? {},
    commands: toHandler({
      decider: researchDecider,
      projection: researchProjection,
      loader: createResearchStateLoader({ db, codec, eventStore }),
      cache: createStateCache<ResearchState>({
        share,
        max: cachedResearchStates,
        weight: { of: weighResearchState, max: cachedResearchBytes },
      }),
    }),
    eventStore,
    readModel: researchViews,
    sweepModel: createResearchReadModel({ db: feedDb, clock }),
    live: pipeline.live,
    objects,
    clock,
    ids,
    log: logger,
  });
  const serviceTypes = options.integrations?.services?.all.map(({ type }) => type);
  const integrationViews = createIntegrationsReadModel({ db, clock, serviceTypes });
  const pollSchedule = createPollSchedule({ db });
  const polled = {
    readModel: createIntegrationsReadModel({ db: feedDb, clock, serviceTypes }),
    schedule: createPollSchedule({ db: feedDb }),
  };
  const integrations = createIntegrations({
    options: options.integrations ?? {},
    commands: toHandler({
      decider: sessionDecider,
      projection: sessionProjection,
      loader: createIntegrationStateLoader({ db, codec, eventStore }),
      cache: createStateCache<SessionState>({
        share,
        max: cachedSessionStates,
        weight: { of: weighSessionState, max: cachedSessionBytes },
      }),
    }),
    eventStore,
    readModel: integrationViews,
    schedule: pollSchedule,
    polled,
    objects,
    projects: projects.service,
    clock,
    ids,
    log: logger,
  });
  const policies = createPolicies({
    options: options.policies ?? { autoCloseDays: 0, postmortemSeverities: [] },
    incidents,
    workflow: projects.workflow,
    insights,
    research: research.workflow,
    clock,
    log: logger,
    onScheduled,
  });
  const processors = createProcessors({
    db: feedDb,
    feed: pipeline.feed,
    live: pipeline.live,
    pipeline,
    eventStore,
    leases,
    handlers: [
      ...policies.handlers,
      ...(bus === undefined
        ? []
        : [
            createPublisherHandler({
              bus,
              publications: [
                incidentPublication,
                projectsPublication,
                insightsPublication,
                researchPublication,
                integrationsPublication,
              ],
            }),
          ]),
    ],
    clock,
    log: logger,
    observer: {
      batch: (name, result) => telemetry.metrics.processorBatch(name, result),
      parked: (name) => telemetry.metrics.deadLetterParked(name),
    },
    tracing: telemetry.tracing,
  });
  return {
    eventStore,
    incidents,
    incidentViews,
    projects: projects.service,
    batchWorkflow: projects.workflow,
    projectCommands,
    projectViews,
    insights: insights.service,
    insightViews,
    metering: insights.metering,
    insightsWorkflow: insights.workflow,
    research: research.service,
    researchViews,
    researchReports: research.reports,
    researchWorkflow: research.workflow,
    workQueue: research.queue,
    integrations: integrations.service,
    integrationViews,
    integrationServices: integrations.services,
    pollSchedule,
    polling: integrations.polling,
    dueSessions: polled.schedule,
    retention: createRetention({ db: feedDb, codec, clock }),
    archiver: createArchiving({
      ...{ db: feedDb, codec, clock, ids },
      objects: options.archiveObjects ?? objects,
      onAppended: () => pipeline.ring(),
    }).archiver,
    pipeline,
    control: processors.control,
    leases,
    timerTasks: policies.tasks,
    stopWaiting: () => research.stopWaiting(),
    check: async () => {
      await Promise.all([requireNoImport(db), pipeline.check()]);
    },
    catchUp: processors.catchUp,
    async start() {
      if (options.createTables !== "never") await ensureTables(db);
      await requireNoImport(db);
      await pipeline.start();
      research.start();
      // It ends with the feed. Where the feed cannot be followed any more, the feed says so itself.
      void followFeed(pipeline.live, telemetry).catch(() => undefined);
      if (background.processors === "in-process") processors.start();
    },
    async close() {
      research.close();
      // Together: a publisher that waits for its bus must not hold up the end.
      await Promise.all([processors.close(), bus?.close(), integrations.close()]);
      await pipeline.close();
      streams.destroy();
    },
  };
}
