/** What the scheduler works with: a server's, which runs all the time, and a function's, which comes each minute. */
import type { Logger } from "../observability/logger.js";
import type { Telemetry } from "../observability/telemetry.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import type { Engine } from "../store/engine/index.js";
import { createExpirySweeper } from "../store/expirySweeper.js";
import type { Chore, SchedulerDeps } from "../store/timers/scheduler.js";
import { createTimers } from "../store/timers/timers.js";
import { createChores } from "./chores.js";
import { systemClock } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import { workersOf } from "./policies.js";

export function createSchedulerParts(deps: {
  /** Whether items go by themselves after their time to live; else there is a chore for that. */
  readonly engine: Pick<Engine, "deletesExpiredItems">;
  /** For work in the background. */
  readonly feedDb: DynamoDb;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}): SchedulerDeps & { readonly chores: readonly Chore[] } {
  const { engine, feedDb, ledger, telemetry, logger } = deps;
  return {
    timers: createTimers({ db: feedDb, clock: systemClock }),
    clock: systemClock,
    leases: ledger.leases,
    tasks: ledger.timerTasks,
    concurrency: workersOf,
    chores: createChores({
      retention: ledger.retention,
      insights: ledger.insightsWorkflow,
      research: ledger.researchWorkflow,
      sweeper: engine.deletesExpiredItems ? undefined : createExpirySweeper({ db: feedDb, clock: systemClock }),
      logger,
    }),
    log: logger,
    onRun: (task, outcome) => telemetry.metrics.timerRun(task, outcome),
  };
}
