/**
 * Work that comes back: times to live of ended incidents, windows that lose facts, messages that were lost, and the deletion of what has
 * expired. The scheduler runs it.
 */
import type { InsightsWorkflow } from "../domain/insights/index.js";
import type { ResearchWorkflow } from "../domain/research/index.js";
import type { Logger } from "../observability/logger.js";
import type { ExpirySweeper } from "../store/expirySweeper.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
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
