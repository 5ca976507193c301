/** The processors of a ledger, wired together: async views, policies, the publisher. */
import type {
  ChangeFeed,
  Clock,
  EventStore,
  Leases,
  LiveFeed,
  ProcessorControl,
  ProcessorKind,
  UnknownEventError,
} from "../domain/kernel/index.js";
import { traceHandler } from "../observability/processors.js";
import type { Tracing } from "../observability/tracing.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import { createBackoff } from "../store/dynamodb/retry.js";
import { createCatchUp } from "../store/processing/catchUp.js";
import type { CaughtUp, CatchUpOptions } from "../store/processing/catchUp.js";
import { feederLease } from "../store/feed/feeder.js";
import type { FeedLog } from "../store/feed/feedLog.js";
import type { FeedPipeline } from "../store/feed/feedPipeline.js";
import type { AsyncView } from "../store/processing/asyncView.js";
import { createProcessorControl } from "../store/processing/control.js";
import { createProcessor } from "../store/processing/processor.js";
import type { FeedHandler, ProcessorObserver } from "../store/processing/processor.js";
import { createProjector } from "../store/processing/projector.js";
import { eventIndexView } from "../store/readModels/eventIndex/index.js";
import { incidentCountsView } from "../store/readModels/incidents/index.js";
import { aggregateTalliesView, rulePerformanceView } from "../store/readModels/insights/index.js";
import { integrationHealthView } from "../store/readModels/integrations/index.js";
import { projectActivityView } from "../store/readModels/projects/index.js";
import { researchQueueView } from "../store/readModels/research/index.js";

/** Every view that is fed from the change feed, by the name of its projection. */
export const asyncViews: readonly AsyncView<unknown>[] = [
  eventIndexView,
  incidentCountsView,
  projectActivityView,
  aggregateTalliesView,
  rulePerformanceView,
  researchQueueView,
  integrationHealthView,
];

export interface ProcessorsDeps {
  readonly db: DynamoDb;
  readonly feed: ChangeFeed;
  readonly live: LiveFeed;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly leases: Leases;
  readonly pipeline: Pick<FeedPipeline, "health">;
  /** Policies and publishers besides the async views. */
  readonly handlers: readonly FeedHandler[];
  readonly clock: Clock;
  readonly log: FeedLog;
  readonly observer?: ProcessorObserver | undefined;
  readonly tracing: Tracing;
}

export interface Processors {
  readonly control: ProcessorControl;
  /**
   * Lets those of these kinds go on to the head of the feed once, under their leases; nothing is left running. For a process that is
   * called now and then, instead of `start`.
   */
  readonly catchUp: (kinds: readonly ProcessorKind[], options: CatchUpOptions) => Promise<CaughtUp>;
  start(): void;
  /**
   * Gives all of them back for good, as this process cannot read what comes next: an event that is of a newer release. Servers of
   * that release take them over; until one runs they wait.
   */
  stepAside(cause: UnknownEventError): void;
  close(): Promise<void>;
}

export function createProcessors(deps: ProcessorsDeps): Processors {
  const { db, pipeline, handlers, tracing, ...shared } = deps;
  const backoff = createBackoff({ baseMilliseconds: 50, capMilliseconds: 5_000 });
  const projectors = asyncViews.map((view) => createProjector({ db, view }));
  const traced = [...projectors, ...handlers].map((handler) => traceHandler(handler, tracing));
  let isAside = false;
  const close = async () => {
    await Promise.all(processors.map((processor) => processor.close()));
  };
  const stepAside: Processors["stepAside"] = ({ message: error }) => {
    if (isAside) return;
    isAside = true;
    deps.log.error({ error }, "an event of a newer release: the processors are left to servers that know it");
    void close();
  };
  const processors = traced.map((handler) =>
    createProcessor({ ...shared, db, handler, backoff, onNewerEvent: stepAside }),
  );
  return {
    control: createProcessorControl({
      ...shared,
      db,
      processors,
      feeder: { lease: feederLease, health: () => pipeline.health() },
    }),
    catchUp: (kinds, options) => {
      const wanted = traced.filter(({ kind }) => kinds.includes(kind));
      return createCatchUp({ ...shared, db, handlers: wanted, backoff })(options);
    },
    start: () => {
      for (const processor of processors) processor.start();
    },
    stepAside,
    close,
  };
}
