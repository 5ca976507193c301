/** What the functions `reactor` and `timers` work with: the whole ledger, and the scheduler's parts. */
import { createSchedulerParts } from "../server/schedulerParts.js";
import { runSchedulerOnce } from "../store/timers/schedulerPass.js";
import type { SchedulerPass } from "../store/timers/schedulerPass.js";
import { requireNoImport } from "../store/proofs/importMarker.js";
import { needKept, openFunctionLedger } from "./functionLedger.js";
import type { FunctionLedger, FunctionOptions } from "./functionLedger.js";

export interface Work extends Pick<FunctionLedger, "ledger" | "logger" | "close"> {
  /** Throws while half an import is in the tables: nothing may act on that. One request. */
  readonly requireWhole: () => Promise<void>;
  /** Whether a timer was set here since the last call of this. */
  readonly hasScheduled: () => boolean;
  /** Runs the timers that are due; with "chores" each of these, too. Undefined where another process does that. */
  readonly runScheduled: (what: "timers" | "chores", signal: AbortSignal) => Promise<SchedulerPass | undefined>;
}

/** @throws ConfigError, SecretsError, and FeedLayoutError where the feed has another number of logs. */
export async function openWork(options: FunctionOptions): Promise<Work> {
  let scheduled = false;
  const onScheduled = () => void (scheduled = true);
  const opened = await openFunctionLedger({ ...options, onScheduled }, { needs: [needKept("INTEGRATION_KEY")] });
  const { ledger, feedDb, logger, close } = opened;
  try {
    await ledger.check();
  } catch (error) {
    await close();
    throw error;
  }
  // What functions run on has time to live.
  const parts = createSchedulerParts({ ...opened, engine: { deletesExpiredItems: true } });
  return {
    ledger,
    logger,
    close,
    requireWhole: () => requireNoImport(feedDb),
    hasScheduled: () => {
      const answer = scheduled;
      scheduled = false;
      return answer;
    },
    runScheduled: (what, signal) =>
      runSchedulerOnce({ ...parts, chores: what === "chores" ? parts.chores : [] }, signal),
  };
}
