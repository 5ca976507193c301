/**
 * Work that comes back: times to live of ended incidents, windows that lose facts, messages that were lost, and the deletion of what has
 * expired. The scheduler runs it.
 */
import type { Archiver } from "../domain/incidents/index.js";
import type { InsightsWorkflow } from "../domain/insights/index.js";
import type { ResearchWorkflow } from "../domain/research/index.js";
import type { Logger } from "../observability/logger.js";
import type { ExpirySweeper } from "../store/expirySweeper.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
import { pause } from "../store/pause.js";
import type { Chore } from "../store/timers/scheduler.js";

export interface ChoresDeps {
  readonly retention: RetentionWorker;
  readonly insights: Pick<InsightsWorkflow, "sweep">;
  readonly research: Pick<ResearchWorkflow, "redispatch">;
  /** Only where the engine does not delete expired items itself. */
  readonly sweeper?: ExpirySweeper | undefined;
  readonly logger: Logger;
}

export function createChores({ retention, insights, research, sweeper, logger }: ChoresDeps): readonly Chore[] {
  const applyRetention: Chore = {
    name: "retention",
    everyMilliseconds: 10_000,
    run: async (signal) => {
      const done = await retention.run(signal);
      if (done.incidents > 0) logger.info(done, "times to live are up to date");
    },
  };
  const measureAnew: Chore = {
    name: "metrics-decay",
    everyMilliseconds: 5_000,
    run: async (signal) => {
      const done = await insights.sweep(signal);
      if (done.measured > 0) logger.debug(done, "metrics are measured anew");
    },
  };
  const redispatch: Chore = {
    name: "research-redispatch",
    everyMilliseconds: 60_000,
    run: async (signal) => {
      const done = await research.redispatch(signal);
      if (done.sent > 0) logger.info(done, "messages about requests that wait are sent again");
    },
  };
  const always = [applyRetention, measureAnew, redispatch];
  if (sweeper === undefined) return always;
  const sweep: Chore = {
    name: "expiry",
    everyMilliseconds: 600_000,
    run: async (signal) => {
      const done = await sweeper.sweep(signal);
      if (done.deleted > 0) logger.info(done, "expired items are deleted");
    },
  };
  return [...always, sweep];
}

export interface ArchiveChoreDeps {
  readonly archiver: Pick<Archiver, "run">;
  /** Days after their end; 0: never. */
  readonly afterDays: number;
  /** Why nothing must go to the object store that there is; it is logged instead. */
  readonly refusal?: string | undefined;
  /** @default a minute: a server that starts again and again has better things to do */
  readonly delayMilliseconds?: number;
  readonly logger: Logger;
}

/** Moves incidents that ended long ago to the archive, each day. Not one of the others: a deployment may have a function for it. */
export function createArchiveChores(deps: ArchiveChoreDeps): readonly Chore[] {
  const { archiver, afterDays, refusal, delayMilliseconds = 60_000, logger } = deps;
  if (afterDays === 0) return [];
  if (refusal !== undefined) {
    logger.warn(refusal);
    return [];
  }
  const run = async (signal: AbortSignal) => {
    await pause(delayMilliseconds, signal);
    if (signal.aborted) return;
    const { archived, skipped, failures } = await archiver.run({ olderThanDays: afterDays, signal });
    for (const { incident, cause } of failures) logger.warn({ incident, err: cause }, "an incident is not archived");
    if (archived > 0) logger.info({ archived, skipped }, "incidents that ended long ago are archived");
  };
  return [{ name: "archive", everyMilliseconds: 86_400_000, run }];
}
