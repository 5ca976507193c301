/** The scheduler: of all processes on a ledger one runs the timers that are due, and the chores that come back. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Lease, Leases } from "../../domain/kernel/index.js";
import { toMilliseconds } from "../../domain/kernel/index.js";
import { createBell } from "../feed/bell.js";
import { createTimerRunner } from "./timerRunner.js";
import { pause } from "../pause.js";
import type { TimerRunnerDeps } from "./timerRunner.js";

/** Work that comes back. It leaves no row: whoever holds the lease does it when it begins, and again and again. */
export interface Chore {
  readonly name: string;
  /** Time from the end of one run to the beginning of the next. */
  readonly everyMilliseconds: number;
  /** `signal` aborts when it must stop. A run that fails is logged, and the next one comes as usual. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface SchedulerDeps extends TimerRunnerDeps {
  readonly leases: Leases;
  /** @default none */
  readonly chores?: readonly Chore[] | undefined;
  /** Longest time between looks at the timers: the most that one of another process is late. @default 1,000 */
  readonly pollMilliseconds?: number | undefined;
  /** How long the end waits for what runs. @default 5,000 */
  readonly graceMilliseconds?: number | undefined;
}

export interface Scheduler {
  /** Seeks the lease, and works whenever this process holds it. */
  start(): void;
  /** A timer was scheduled in this process. */
  ring(): void;
  /** Begins nothing any more, waits for what runs, and gives the lease back. */
  close(): Promise<void>;
}

/** Name of the lease. */
export const schedulerLease = "scheduler";

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { leases, clock, log, chores = [], pollMilliseconds = 1_000, graceMilliseconds = 5_000 } = deps;
  const closing = new AbortController();
  const bell = createBell();
  const runner = createTimerRunner(deps, () => bell.ring());
  let running: Promise<void> | undefined;

  const runTimers = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let wait = pollMilliseconds;
      try {
        const nextAt = await runner.look(signal);
        if (nextAt !== undefined) wait = Math.min(wait, toMilliseconds(nextAt) - toMilliseconds(clock.now()));
      } catch (error) {
        log.warn({ err: error }, "timers cannot be looked for; trying again");
      }
      if (!signal.aborted) await bell.wait(Math.max(1, wait));
    }
  };

  const repeat = async ({ name, everyMilliseconds, run }: Chore, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await run(signal);
      } catch (error) {
        if (!signal.aborted) log.warn({ chore: name, err: error }, "a chore failed; it comes again");
      }
      await pause(everyMilliseconds, signal);
    }
  };

  const work = async (lease: Lease): Promise<void> => {
    const signal = AbortSignal.any([closing.signal, lease.lost]);
    const wake = () => bell.ring();
    signal.addEventListener("abort", wake);
    const all = Promise.all([runTimers(signal), ...chores.map((chore) => repeat(chore, signal))]).then(() =>
      runner.idle(),
    );
    // Whoever has lost the lease leaves at once; what still runs cannot do harm: its timer is finished only as it was read.
    await Promise.race([
      all,
      ended(lease.lost),
      ended(closing.signal).then(() => sleep(graceMilliseconds, undefined, { ref: false })),
    ]);
    signal.removeEventListener("abort", wake);
  };

  return {
    start: () => {
      running ??= leases.hold(schedulerLease, work, { signal: closing.signal });
    },
    ring: () => bell.ring(),
    async close() {
      closing.abort();
      bell.ring();
      await running;
    },
  };
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
