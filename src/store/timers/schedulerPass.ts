/** The scheduler of a process that is called now and then: what is due is run, each chore once, and nothing is left running. */
import { messageOf } from "../feed/errors.js";
import { schedulerLease } from "./scheduler.js";
import type { SchedulerDeps } from "./scheduler.js";
import { createTimerRunner } from "./timerRunner.js";

export interface SchedulerPass {
  /** Timers that have run, and that have failed and are kept for later. */
  readonly timers: { readonly done: number; readonly failed: number };
  /** Chores that have failed, and why; each comes again with the next call. */
  readonly failedChores: readonly { readonly chore: string; readonly error: string }[];
}

/**
 * Runs the timers that are due until none is, then each chore once, under the scheduler's lease; `signal` aborts when it must end.
 * Undefined where another process holds the lease: it does all this. Rejects where the store does not answer.
 */
export async function runSchedulerOnce(deps: SchedulerDeps, signal: AbortSignal): Promise<SchedulerPass | undefined> {
  const { leases, log, chores = [] } = deps;
  const timers = { done: 0, failed: 0 };
  const runner = createTimerRunner({
    ...deps,
    onRun: (task, outcome) => {
      timers[outcome] += 1;
      deps.onRun?.(task, outcome);
    },
  });
  let result: SchedulerPass | undefined;
  await leases.attempt(schedulerLease, async ({ lost }) => {
    const stop = AbortSignal.any([signal, lost]);
    // A task that does not listen is left behind: its timer is finished only as it was read.
    await Promise.race([runner.runDue(stop), ended(stop)]);
    const failedChores: { chore: string; error: string }[] = [];
    // One after the other: a function has little memory and no hurry.
    for (const { name: chore, run } of chores) {
      if (stop.aborted) break;
      try {
        await run(stop);
      } catch (error) {
        if (stop.aborted) break;
        log.warn({ chore, err: error }, "a chore failed; it comes again");
        failedChores.push({ chore, error: messageOf(error) });
      }
    }
    result = { timers, failedChores };
  });
  return result;
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
