/** The server's own worker of research requests: it works on what nobody else has claimed. */
import { randomUUID } from "node:crypto";
import { createPageFetcher } from "../adapters/web/pageFetcher.js";
import type { Config } from "../config/config.js";
import { createDeterministicReportWriter, strategies } from "../domain/research/index.js";
import type {
  ReportReader,
  ReportWriter,
  ResearchReadModel,
  ResearchService,
  WorkQueue,
} from "../domain/research/index.js";
import type { Clock } from "../domain/kernel/index.js";
import type { Logger } from "../observability/logger.js";
import { createInProcessClient, createResearchExecutor, createWorker, machineName } from "../worker/index.js";
import type { WorkerClient } from "../worker/index.js";

export interface ResearchWorkerDeps {
  readonly config: Pick<Config, "research">;
  readonly service: ResearchService;
  readonly views: Pick<ResearchReadModel, "getRuns">;
  readonly reports: Pick<ReportReader, "parts">;
  readonly queue: WorkQueue;
  /** @default by rules */
  readonly writer?: ReportWriter | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The index is asked so often whether somebody must be helped. Waiting for a request would take its announcement from the workers that
 * shall come first.
 */
const restMilliseconds = 1_000;
/** How long what is nearly done may go on when the server stops. */
const graceMilliseconds = 3_000;
const workerName = "research-worker";

/** Starts the server's own worker, if it has one. `close` gives back what is in its hands. */
export function startResearchWorker(deps: ResearchWorkerDeps): { close(): Promise<void> } {
  const { config, queue, clock, logger } = deps;
  const { worker } = config.research;
  if (worker === undefined) return { close: async () => undefined };
  const { concurrency, types, patienceSeconds } = worker;
  const { execute, clientFor, close } = createResearchWork(deps);
  const stopping = new AbortController();
  const running = strategies.map((strategy) => {
    const isPatient = strategy === "TABLE" && patienceSeconds > 0;
    const client = clientFor(isPatient ? { queuedSeconds: patienceSeconds } : {});
    const part = createWorker({
      ...{ client, execute, queue, strategy, types, concurrency, clock, graceMilliseconds },
      ...(isPatient ? { waitSeconds: 0, restMilliseconds } : {}),
      workerId: toWorkerId(strategy),
      log: logger,
      random: Math.random,
    });
    return part.run(stopping.signal).catch((error: unknown) => {
      logger.error({ err: error, strategy }, "the worker of research requests has ended: others must do the work");
    });
  });
  return {
    async close() {
      stopping.abort();
      await Promise.all(running);
      await close();
    },
  };
}

/** What the ledger's own workers have in common, wherever they run: how they do the work, and how they speak to the ledger. */
export function createResearchWork(deps: Omit<ResearchWorkerDeps, "queue">) {
  const { config, service, views, reports, writer, clock, logger } = deps;
  const { allowedHosts, userAgent } = config.research;
  const fetcher = createPageFetcher({ allowedHosts, userAgent, log: logger });
  const fallbackWriter = createDeterministicReportWriter();
  return {
    execute: createResearchExecutor({ fetcher, writer: writer ?? fallbackWriter, fallbackWriter, clock }),
    clientFor: ({ queuedSeconds }: { readonly queuedSeconds?: number }): WorkerClient =>
      createInProcessClient({
        service,
        views,
        readParts: (parts) => reports.parts(parts),
        toRequest: () => ({ actor: { kind: "SYSTEM", id: workerName }, scope: "all", correlationId: randomUUID() }),
        queuedSeconds,
      }),
    close: () => fetcher.close(),
  };
}

/** Which process, on which machine. */
export function toWorkerId(strategy: string): string {
  return `${workerName}/${machineName()}/${process.pid}/${strategy.toLowerCase()}`;
}
