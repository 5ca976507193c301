/**
 * Each minute: timers that are due, and chores, unless a server does that; and a look at all processors, for what no record of the feed's
 * stream has told, and for what was asked about dead letters.
 */
import type { Context, ScheduledEvent } from "aws-lambda";
import type { CaughtUp } from "../store/processing/catchUp.js";
import type { SchedulerPass } from "../store/timers/schedulerPass.js";
import { marginMilliseconds } from "./consumer.js";
import { timeLeft } from "./deadline.js";
import { once } from "./environment.js";
import type { FunctionOptions } from "./functionLedger.js";
import { openWork } from "./work.js";

/** What has been done. */
export interface TimersReport {
  /** "elsewhere": another process holds the scheduler's lease, and does all this. */
  readonly scheduler: SchedulerPass | "elsewhere";
  readonly processors: CaughtUp;
}

type TimersHandler = (
  event: ScheduledEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
) => Promise<TimersReport>;

/** The handler. It throws where something has failed, when all else is done: failures of the schedule are watched. */
export function createTimersFunction(options: FunctionOptions): {
  readonly handler: TimersHandler;
  close(): Promise<void>;
} {
  const opened = once(() => openWork(options));
  return {
    handler: async (_event, context) => {
      const time = timeLeft(context, marginMilliseconds);
      try {
        const { ledger, logger, requireWhole, hasScheduled, runScheduled } = await opened();
        await requireWhole();
        const scheduler: TimersReport["scheduler"] = (await runScheduled("chores", time.signal)) ?? "elsewhere";
        hasScheduled();
        const processors = await ledger.catchUp(["PROJECTION", "POLICY", "PUBLISHER"], {
          signal: time.signal,
          look: "everything",
        });
        if (hasScheduled() && !time.signal.aborted) await runScheduled("timers", time.signal);
        const report = { scheduler, processors };
        logger.debug({ ...report }, "scheduled work done");
        requireSuccess(report);
        return report;
      } finally {
        time.end();
      }
    },
    close: async () => (await opened()).close(),
  };
}

/** Timers that have failed are kept, and tell of themselves when they are given up on. */
function requireSuccess({ scheduler, processors }: TimersReport): void {
  const problems = [
    ...(scheduler === "elsewhere" ? [] : scheduler.failedChores).map(({ chore, error }) => `chore ${chore}: ${error}`),
    ...processors.failed.map(({ processor, error }) => `processor ${processor}: ${error}`),
  ];
  if (problems.length > 0) throw new Error(`not everything could be done: ${problems.join("; ")}`);
}

export const { handler } = createTimersFunction({ environment: process.env });
