/** The research context, wired together: its service, the workflow that its policies drive, and how workers wait. */
import { jsonBytes } from "../domain/kernel/json.js";
import { setMaxListeners } from "node:events";
import { createInProcessQueue } from "../adapters/queue/inProcessQueue.js";
import { createUrlCheck } from "../adapters/web/urlCheck.js";
import { createReportReader, createResearchService, createResearchWorkflow, limits } from "../domain/research/index.js";
import type {
  QueueKind,
  ReportReader,
  ResearchCommand,
  ResearchReadModel,
  ResearchService,
  ResearchState,
  ResearchWorkflow,
  UrlCheck,
  WorkQueue,
} from "../domain/research/index.js";
import { createAbort } from "../domain/kernel/index.js";
import type { Clock, CommandHandler, EventStore, Ids, LiveFeed, ObjectStore } from "../domain/kernel/index.js";
import type { Logger } from "../observability/logger.js";
import { nameId } from "../store/nameId.js";
import { sha256 } from "../store/sha256.js";
import { createAvailability } from "./availability.js";

/** What tells workers of requests of strategy SQS, and which addresses may be looked at. */
export interface ResearchOptions {
  /** Closed with the ledger. @default one within this process */
  readonly queue?: WorkQueue | undefined;
  /** @default SHARED where there is a queue, else LOCAL */
  readonly queueKind?: QueueKind | undefined;
  /** @default public https addresses only */
  readonly checkUrl?: UrlCheck | undefined;
}

export interface ResearchDeps {
  readonly options: ResearchOptions;
  readonly commands: CommandHandler<ResearchState, ResearchCommand>;
  readonly eventStore: EventStore;
  readonly readModel: ResearchReadModel;
  /** What the workflow looks for work with, so that its requests can be told from those of callers. */
  readonly sweepModel: ResearchReadModel;
  readonly live: LiveFeed;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

export interface Research {
  readonly service: ResearchService;
  readonly workflow: ResearchWorkflow;
  readonly reports: ReportReader;
  readonly queue: WorkQueue;
  /** Workers that wait are told from now on; the live feed must have started. */
  start(): void;
  /** Sends those away who wait: their claims find nothing. Later ones do not wait. */
  stopWaiting(): void;
  close(): void;
}

export function createResearch({ options, live, log, sweepModel, ...deps }: ResearchDeps): Research {
  const queue = options.queue ?? createInProcessQueue();
  const { queueKind = options.queue === undefined ? "LOCAL" : "SHARED" } = options;
  const availability = createAvailability({ live, log });
  const stopping = new AbortController();
  // As many listen as claims wait.
  setMaxListeners(0, stopping.signal);
  const shared = { ...deps, digest: sha256, random: Math.random };
  const service = createResearchService({
    ...shared,
    availability,
    checkUrl: options.checkUrl ?? createUrlCheck({ allowedHosts: [] }),
    // No name of a project holds a "#".
    toSlotId: (projectId, dedupeKey) => nameId(`research-slot/${projectId}#${dedupeKey}`),
  });
  const stopWaiting = () => {
    stopping.abort();
    availability.close();
  };
  return {
    service: {
      ...service,
      async claim(input, request, given = {}) {
        const { signal, end } = createAbort(stopping.signal, ...(given.signal === undefined ? [] : [given.signal]));
        try {
          return await service.claim(input, request, { ...given, signal });
        } finally {
          end();
        }
      },
    },
    workflow: createResearchWorkflow({
      ...shared,
      readModel: sweepModel,
      queue,
      queueKind,
      report: (error, requestId) =>
        log.warn({ err: error, requestId }, "no message about a request could be sent; it is tried again"),
    }),
    reports: createReportReader(shared),
    queue,
    start: () => availability.start(),
    stopWaiting,
    close: () => {
      stopWaiting();
      queue.close();
    },
  };
}

/** About how many bytes a state takes. Reckoned from what grows; results are measured, which happens once. */
export function weighResearchState(state: ResearchState): number {
  if (state.kind !== "request" || state.request === undefined || state.run === undefined) return 1_000;
  const { config, errors, warnings, history, results } = state.request;
  const { checkpoint, parts } = state.run;
  const notes = [...errors, ...warnings, ...history].reduce((sum, { message }) => sum + message.length + 100, 0);
  return (
    4_000 +
    config.keywords.length * 100 +
    config.sources.length * 400 +
    (Object.keys(config.customParams).length > 0 ? limits.customParamsBytes : 0) +
    notes +
    (checkpoint === undefined ? 0 : limits.checkpointBytes) +
    parts.length * 600 +
    (results === undefined ? 0 : jsonBytes(results))
  );
}
