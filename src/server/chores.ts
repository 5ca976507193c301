/** Work that is due now and then: times to live of ended incidents, and the deletion of what has expired. */
import type { Logger } from "../observability/logger.js";
import type { RetentionWorker } from "../store/readModels/incidents/index.js";
import type { ExpirySweeper } from "../store/expirySweeper.js";

export interface ChoresDeps {
  readonly retention: RetentionWorker;
  /** Only where the engine does not delete expired items itself. */
  readonly sweeper?: ExpirySweeper | undefined;
  readonly logger: Logger;
}

const retentionMilliseconds = 10_000;
const sweepMilliseconds = 600_000;

export function startChores({ retention, sweeper, logger }: ChoresDeps): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const applyRetention = () => {
    running = running
      .then(async () => {
        const done = await retention.run();
        if (done.incidents > 0) logger.info(done, "times to live are up to date");
      })
      .catch((error: unknown) =>
        logger.warn({ err: error }, "times to live could not be brought up to date; trying again later"),
      );
  };
  applyRetention();
  const timer = setInterval(applyRetention, retentionMilliseconds);
  sweeper?.start({ everyMilliseconds: sweepMilliseconds });
  return {
    async close() {
      clearInterval(timer);
      await sweeper?.close();
      await running;
    },
  };
}
