/** Runs timers that are due, each at least once, and keeps those that fail until they succeed or are given up on. */
import type { Clock, Instant, Timer } from "../../domain/kernel/index.js";
import { toInstant, toMilliseconds } from "../../domain/kernel/index.js";
import { messageOf } from "../feed/errors.js";
import type { FeedLog } from "../feed/feedLog.js";
import type { AnotherRun, DurableTimers, StoredTimer } from "./timers.js";

/**
 * Runs a timer of one task. It may get the same timer again, also while it is still at it where it takes longer than it may.
 * `signal` aborts when it must stop: then nothing counts as failed. What it returns is when the timer is to run again, and
 * with what; whoever has scheduled the timer anew meanwhile comes first.
 */
export type TimerTask = (timer: Timer, signal: AbortSignal) => Promise<AnotherRun | undefined>;

export interface TimerRunnerDeps {
  readonly timers: DurableTimers;
  readonly clock: Clock;
  /** By the name of the task. A timer of another task fails, in case a newer process knows it. */
  readonly tasks: Readonly<Record<string, TimerTask>>;
  readonly log: FeedLog;
  /** Timers of one task that run at a time. @default 4 */
  readonly concurrency?: number | ((task: string) => number) | undefined;
  /** How often a timer may fail before it is given up on. @default 10 */
  readonly maxAttempts?: number | undefined;
  /** Greatest wait behind the first failure, in milliseconds; doubles with each further one. @default 1,000 */
  readonly baseMilliseconds?: number | undefined;
  /** No wait is longer. @default 300,000 */
  readonly capMilliseconds?: number | undefined;
  /** Longest time that a run may take before it counts as failed, in milliseconds. @default 60,000 */
  readonly taskMilliseconds?: number | undefined;
  /** A number from 0 up to, not including, 1. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Is told of each run, for metrics. Must not throw. */
  readonly onRun?: ((task: string, outcome: RunOutcome) => void) | undefined;
}

export type RunOutcome = "done" | "failed";

export interface TimerRunner {
  /**
   * Looks for timers that are due and begins to run them, without waiting for their end. Says when to look again; undefined
   * where nothing waits. Throws {@link UnavailableError} where the store does not answer.
   */
  look(signal: AbortSignal): Promise<Instant | undefined>;
  /** Resolves when nothing runs and nothing waits to. */
  idle(): Promise<void>;
  /**
   * Runs all that is due, also what becomes due meanwhile, and resolves when nothing is due any more: for a caller that is
   * itself called now and then, such as a schedule of AWS. Says how many runs succeeded and failed.
   */
  runDue(signal?: AbortSignal): Promise<{ readonly done: number; readonly failed: number }>;
}

/** Timers that are looked for at a time, in each shard, besides those that are known. */
const pageSize = 25;
/** So many at most are kept at hand. */
const mostKnown = 1_000;

/** `onDrained` is called when all that was found of a task has run: there may be more. */
export function createTimerRunner(deps: TimerRunnerDeps, onDrained: () => void = () => undefined): TimerRunner {
  const { timers, clock, log, onRun } = deps;
  const pool = createPool({
    concurrency: deps.concurrency ?? 4,
    run: async (timer, signal) => {
      try {
        return await runOne(deps, timer.timerId, signal);
      } catch (error) {
        log.warn({ timerId: timer.timerId, err: error }, "a timer could not be read or kept; it is due again");
        return undefined;
      }
    },
    onRun,
    onDrained,
  });

  const look = async (signal: AbortSignal): Promise<Instant | undefined> => {
    const limit = Math.min(mostKnown, pageSize + pool.size());
    const { due, nextAt } = await timers.due(clock.now(), limit);
    for (const timer of due) pool.add(timer, signal);
    return nextAt;
  };

  return {
    look,
    idle: () => pool.idle(),
    async runDue(signal = new AbortController().signal) {
      const before = pool.counts();
      for (let ran = true; ran && !signal.aborted;) {
        const { done, failed } = pool.counts();
        await look(signal);
        await pool.idle();
        ran = pool.counts().done + pool.counts().failed > done + failed;
      }
      const after = pool.counts();
      return { done: after.done - before.done, failed: after.failed - before.failed };
    },
  };
}

/** Undefined where there was nothing to run, or it must run elsewhere. */
async function runOne(deps: TimerRunnerDeps, timerId: string, signal: AbortSignal): Promise<RunOutcome | undefined> {
  const { timers, clock } = deps;
  // The index may be behind, and the timer cancelled or moved while it waited here.
  const timer = await timers.current(timerId);
  if (timer === undefined || timer.failed || timer.nextAt > clock.now() || signal.aborted) return undefined;
  let next: AnotherRun | undefined;
  try {
    next = await runTask(deps, timer, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    await keep(deps, timer, error);
    return "failed";
  }
  await (next === undefined ? timers.finish(timer) : timers.again(timer, next));
  return "done";
}

async function runTask(
  { tasks, taskMilliseconds = 60_000 }: TimerRunnerDeps,
  { timerId, dueAt, task: name, payload }: StoredTimer,
  signal: AbortSignal,
): Promise<AnotherRun | undefined> {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task === undefined) throw new Error(`there is no task ${name} in this process`);
  const late = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => {
      reject(new Error(`it took longer than ${taskMilliseconds} ms`));
      late.abort();
    }, taskMilliseconds);
  });
  try {
    return await Promise.race([
      task({ timerId, dueAt, task: name, payload }, AbortSignal.any([signal, late.signal])),
      lateness,
    ]);
  } finally {
    clearTimeout(timeout);
  }
}

/** Keeps a timer that has failed, for later or for a person. */
async function keep(deps: TimerRunnerDeps, timer: StoredTimer, error: unknown): Promise<void> {
  const { timers, clock, log, maxAttempts = 10, baseMilliseconds = 1_000, capMilliseconds = 300_000 } = deps;
  const { timerId, task } = timer;
  const attempts = timer.attempts + 1;
  if (attempts >= maxAttempts) {
    const isKept = await timers.giveUp(timer, attempts, messageOf(error));
    if (isKept) log.error({ timerId, task, attempts, err: error }, "a timer is given up on; it waits for a person");
    return;
  }
  // Between half and all of the bound: timers that failed together do not come back together, nor at once.
  const share = 0.5 + (deps.random ?? Math.random)() / 2;
  const wait = share * Math.min(capMilliseconds, baseMilliseconds * 2 ** (attempts - 1));
  const nextAt = toInstant(toMilliseconds(clock.now()) + Math.ceil(wait));
  const isKept = await timers.retryLater(timer, attempts, nextAt, messageOf(error));
  if (isKept) log.warn({ timerId, task, attempts, nextAt, err: error }, "a timer failed; it is run again later");
}

interface PoolDeps {
  readonly concurrency: number | ((task: string) => number);
  readonly run: (timer: StoredTimer, signal: AbortSignal) => Promise<RunOutcome | undefined>;
  readonly onRun: TimerRunnerDeps["onRun"];
  readonly onDrained: () => void;
}

interface Waiting {
  readonly timer: StoredTimer;
  readonly signal: AbortSignal;
}

/** Timers at hand: a queue for each task, so that a slow one holds up no other, and none twice at a time. */
function createPool({ concurrency, run, onRun, onDrained }: PoolDeps) {
  const known = new Set<string>();
  const queues = new Map<string, Waiting[]>();
  const busy = new Map<string, number>();
  const counts = { done: 0, failed: 0 };
  const waitingForIdle: (() => void)[] = [];
  let ranSinceDrained = false;

  const count = ({ task }: StoredTimer, outcome: RunOutcome | undefined) => {
    if (outcome === undefined) return;
    counts[outcome] += 1;
    ranSinceDrained = true;
    onRun?.(task, outcome);
  };

  const rest = () => {
    // Where nothing ran, the index was behind, and looking again at once would find the same.
    if (ranSinceDrained) onDrained();
    ranSinceDrained = false;
    if (known.size === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
  };

  const work = async (task: string): Promise<void> => {
    const queue = queues.get(task);
    for (let next = queue?.shift(); next !== undefined; next = queue?.shift()) {
      if (!next.signal.aborted) count(next.timer, await run(next.timer, next.signal));
      known.delete(next.timer.timerId);
    }
    busy.set(task, (busy.get(task) ?? 1) - 1);
    rest();
  };

  return {
    add(timer: StoredTimer, signal: AbortSignal): void {
      if (known.has(timer.timerId)) return;
      known.add(timer.timerId);
      const queue = queues.get(timer.task) ?? [];
      queues.set(timer.task, queue);
      queue.push({ timer, signal });
      const workers = busy.get(timer.task) ?? 0;
      if (workers >= (typeof concurrency === "number" ? concurrency : concurrency(timer.task))) return;
      busy.set(timer.task, workers + 1);
      void work(timer.task);
    },
    size: () => known.size,
    counts: () => ({ ...counts }),
    idle: (): Promise<void> =>
      known.size === 0 ? Promise.resolve() : new Promise((resolve) => waitingForIdle.push(resolve)),
  };
}
