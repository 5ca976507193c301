/** Work that comes back: times to live of ended incidents, and the deletion of what has expired. The scheduler runs it. */
import type { Logger } from "../observability/logger.js";
import type { ExpirySweeper } from "../store/expirySweeper.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
import type { Chore } from "../store/timers/scheduler.js";

export interface ChoresDeps {
  readonly retention: RetentionWorker;
  /** Only where the engine does not delete expired items itself. */
  readonly sweeper?: ExpirySweeper | undefined;
  readonly logger: Logger;
}

export function createChores({ retention, sweeper, logger }: ChoresDeps): readonly Chore[] {
  const applyRetention: Chore = {
    name: "retention",
    everyMilliseconds: 10_000,
    run: async (signal) => {
      const done = await retention.run(signal);
      if (done.incidents > 0) logger.info(done, "times to live are up to date");
    },
  };
  if (sweeper === undefined) return [applyRetention];
  const sweep: Chore = {
    name: "expiry",
    everyMilliseconds: 600_000,
    run: async (signal) => {
      const done = await sweeper.sweep(signal);
      if (done.deleted > 0) logger.info(done, "expired items are deleted");
    },
  };
  return [applyRetention, sweep];
}
