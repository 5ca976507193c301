/**
 * Holding a request: heartbeats as long as it is worked on, with what is new, and the word when it must stop. The times of the lease
 * are only ever compared with each other, so that clocks need not agree.
 */
import { UnavailableError, WorkLeaseLostError, toMilliseconds } from "../domain/kernel/index.js";
import type { Instant } from "../domain/kernel/index.js";
import type { InputOf } from "../domain/research/index.js";
import { backoff, isPassing, pause } from "./patience.js";
import type { Assignment, WorkerClient, WorkerLog } from "./ports.js";

/**
 * LOST: the request is not the worker's any more, or nobody can tell. CANCELLED: somebody wants it to end. STOPPING: the worker stops.
 */
export type LeaseEnd = "LOST" | "CANCELLED" | "STOPPING";

export class LeaseEndedError extends Error {
  constructor(readonly why: LeaseEnd) {
    super(`the work on the request must end: ${why}`);
    this.name = "LeaseEndedError";
  }
}

type News = Pick<InputOf<"heartbeat">, "progress" | "checkpoint">;

export interface HeldLease {
  /** Aborts with a {@link LeaseEndedError}. */
  readonly signal: AbortSignal;
  readonly ended: LeaseEnd | undefined;
  /** Told with the next heartbeat; what came before and was not told yet is left out. */
  say(news: News): void;
  /** Tells what was not told yet; ends with the grace where the worker stops. Throws nothing. */
  flush(): Promise<void>;
  /**
   * Calls the ledger, again where it is out of reach: for as long as the lease may be good, but no longer than one lease from the
   * first failure, and where the worker stops until its grace is over. Then it throws what the ledger said last.
   */
  call<T>(work: () => Promise<T>, options?: { readonly patienceMilliseconds?: number | undefined }): Promise<T>;
  /** With STOPPING the grace begins. */
  end(why: LeaseEnd): void;
  /** No more heartbeats. */
  close(): Promise<void>;
}

export interface LeaseDeps {
  readonly client: Pick<WorkerClient, "heartbeat">;
  readonly log: WorkerLog;
  readonly random: () => number;
  /** How long the ledger is asked still when the worker stops. */
  readonly graceMilliseconds: number;
  /** Told with each heartbeat that has extended the lease. */
  readonly onExtended?: ((seconds: number) => Promise<void>) | undefined;
}

/** News wait so long for others at most, so that a quick worker writes once a second. */
const gapMilliseconds = 1_000;
const retries = { first: 200, longest: 5_000 } as const;

export function holdLease(deps: LeaseDeps, assignment: Assignment): HeldLease {
  const { client, log, random, graceMilliseconds, onExtended } = deps;
  const { requestId, leaseToken, leaseSeconds } = assignment;
  const controller = new AbortController();
  const closing = new AbortController();
  /** Aborts when the grace of a worker that stops is over. */
  const late = new AbortController();
  const tooLate = new Promise<never>((_resolve, reject) => {
    late.signal.addEventListener("abort", () => reject(new UnavailableError("the worker stops")));
  });
  tooLate.catch(() => undefined);
  let ended: LeaseEnd | undefined;
  let leaseUntil: Instant = assignment.leaseUntil;
  /** On this process's own clock. */
  let goodUntil = performance.now() + leaseSeconds * 1_000;
  let told = performance.now();
  let news: News | undefined;
  let failures = 0;
  let wake: () => void = () => undefined;
  let last: Promise<void> = Promise.resolve();
  let grace: NodeJS.Timeout | undefined;

  const end = (why: LeaseEnd) => {
    // Who has lost it must not even release it.
    if (ended === undefined || why === "LOST") ended = why;
    controller.abort(new LeaseEndedError(why));
    if (why === "LOST") closing.abort();
    if (why === "STOPPING") grace ??= setTimeout(() => late.abort(), graceMilliseconds);
  };

  /** Before something is tried again: at once where the work must end meanwhile. */
  const rest = (milliseconds: number, signal: AbortSignal) =>
    pause(milliseconds, controller.signal.aborted ? signal : AbortSignal.any([signal, controller.signal]));

  const watch = () => setTimeout(() => end("LOST"), Math.max(0, goodUntil - performance.now()));
  let watchdog = watch();

  const learn = (until: Instant) => {
    goodUntil += Math.max(0, toMilliseconds(until) - toMilliseconds(leaseUntil));
    leaseUntil = until;
    clearTimeout(watchdog);
    watchdog = watch();
  };

  /** What has come meanwhile is newer. */
  const tellAgain = (untold: News) => {
    news = { ...untold, ...news };
  };

  const beat = async (): Promise<void> => {
    const saying = news;
    news = undefined;
    try {
      const heard = await client.heartbeat(requestId, { leaseToken, ...saying });
      failures = 0;
      told = performance.now();
      const isExtended = heard.leaseUntil !== leaseUntil;
      learn(heard.leaseUntil);
      if (heard.cancelRequested) end("CANCELLED");
      if (isExtended) await onExtended?.(leaseSeconds);
    } catch (error) {
      if (error instanceof WorkLeaseLostError) return end("LOST");
      failures += 1;
      if (isPassing(error)) {
        if (saying !== undefined) tellAgain(saying);
        log.warn({ requestId, err: error }, "no heartbeat got through; it is tried again");
        return rest(backoff({ failures, error, random }, retries), closing.signal);
      }
      told = performance.now();
      log.warn({ requestId, err: error }, "a heartbeat was refused; what it said is left out");
    }
  };

  /** One after the other: what is newer must not come first. */
  const beatInTurn = () => (last = last.then(beat));

  const dueIn = () => {
    const since = performance.now() - told;
    return (news === undefined ? (leaseSeconds * 1_000) / 3 : gapMilliseconds) - since;
  };

  const run = async () => {
    while (!closing.signal.aborted) {
      const due = dueIn();
      if (due <= 0) {
        await beatInTurn();
        continue;
      }
      const woken = new AbortController();
      wake = () => woken.abort();
      await pause(due, AbortSignal.any([closing.signal, woken.signal]));
    }
  };
  const beating = run();

  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    say(more) {
      news = { ...news, ...more };
      wake();
    },
    async flush() {
      const tell = async () => {
        await last;
        if (news !== undefined && ended !== "LOST") await beatInTurn();
      };
      await Promise.race([tell(), tooLate]).catch(() => undefined);
    },
    async call(work, { patienceMilliseconds = Number.POSITIVE_INFINITY } = {}) {
      let most = performance.now() + patienceMilliseconds;
      for (let tries = 1; ; tries += 1) {
        if (ended === "LOST") throw new LeaseEndedError("LOST");
        try {
          // Who is late asks nothing more, and waits for no answer.
          if (late.signal.aborted) return await tooLate;
          return await Promise.race([work(), tooLate]);
        } catch (error) {
          if (error instanceof WorkLeaseLostError) end("LOST");
          if (tries === 1) most = Math.min(most, performance.now() + leaseSeconds * 1_000);
          const wait = backoff({ failures: tries, error, random }, retries);
          if (!isPassing(error) || performance.now() + wait >= Math.min(most, goodUntil)) throw error;
          await rest(wait, AbortSignal.any([closing.signal, late.signal]));
          // Nothing to wait by is left: to go on would be to ask without end.
          if (late.signal.aborted || closing.signal.aborted) throw error;
        }
      }
    },
    end,
    async close() {
      closing.abort();
      clearTimeout(watchdog);
      await Promise.race([beating, tooLate]).catch(() => undefined);
      clearTimeout(grace);
    },
  };
}
