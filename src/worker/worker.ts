/**
 * A worker: takes requests as long as it has room, works on them side by side, and gives back what it cannot finish when it is told to
 * stop. What it needs of the world comes as ports, so that it runs within a server as well as far from one.
 */
import { ForbiddenError, ValidationError } from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import type { Strategy, WorkQueue } from "../domain/research/index.js";
import { beginExecution } from "./execution.js";
import type { Execution, Outcome } from "./execution.js";
import { createQueueIntake, createLedgerIntake } from "./intakes.js";
import type { Intake, Taken } from "./intakes.js";
import { backoff, pause } from "./patience.js";
import type { Executor, WorkerClient, WorkerLog } from "./ports.js";

export interface WorkerDeps {
  readonly client: WorkerClient;
  readonly execute: Executor;
  /** Whose messages name the requests of strategy SQS. @default the ledger is asked for them as for those of strategy TABLE */
  readonly queue?: WorkQueue | undefined;
  readonly workerId: string;
  readonly strategy: Strategy;
  /** @default all */
  readonly types?: readonly string[] | undefined;
  /** Requests in hand at a time. */
  readonly concurrency: number;
  /** @default 60 */
  readonly leaseSeconds?: number | undefined;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly random: () => number;
  /** How long a claim waits for a request. @default 20 */
  readonly waitSeconds?: number | undefined;
  /** How long it rests where there is none. @default 0: the claim has waited */
  readonly restMilliseconds?: number | undefined;
  /** How long work that is nearly done may go on when it stops. @default 5,000 */
  readonly graceMilliseconds?: number | undefined;
  /** Told of each request that it is done with. */
  readonly onEnd?: ((requestId: string, outcome: Outcome) => void) | undefined;
}

export interface Worker {
  /**
   * Works until `signal` aborts, and ends when nothing is in its hands any more. @throws ForbiddenError or ValidationError where it is
   * none that may claim; whatever else goes wrong is tried again.
   */
  run(signal: AbortSignal): Promise<void>;
  /** Works until nothing is left that it could claim. */
  runUntilEmpty(signal: AbortSignal): Promise<void>;
}

const defaults = { leaseSeconds: 60, waitSeconds: 20, restMilliseconds: 0, graceMilliseconds: 5_000 } as const;
/** Where the ledger, or the queue, is out of reach. */
const retries = { first: 1_000, longest: 30_000 } as const;

export function createWorker(deps: WorkerDeps): Worker {
  const { concurrency, log, random, restMilliseconds = defaults.restMilliseconds } = deps;
  /** What is in hand, by request. */
  const inHand = new Map<string, { readonly execution: Execution; readonly ended: Promise<void> }>();

  const launch = async ({ assignment, onExtended, onEnd }: Taken, stop: AbortSignal): Promise<void> => {
    const { requestId, requestType, attempt } = assignment;
    log.info({ requestId, requestType, attempt }, "request claimed");
    const before = inHand.get(requestId);
    // The ledger has taken it back from us and given it to us again: never are there two at it.
    before?.execution.abandon();
    await before?.ended;
    const execution = beginExecution({ graceMilliseconds: defaults.graceMilliseconds, ...deps }, assignment, {
      stop,
      onExtended,
    });
    const ended = execution.done.then(async (outcome) => {
      await onEnd?.();
      if (inHand.get(requestId)?.execution === execution) inHand.delete(requestId);
      deps.onEnd?.(requestId, outcome);
    });
    inHand.set(requestId, { execution, ended });
  };

  /** Undefined where it could not be asked, and it has waited for a while. */
  const take = async (intake: Intake, failures: number, signal: AbortSignal) => {
    try {
      return await intake.next(concurrency - inHand.size, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof ForbiddenError || error instanceof ValidationError) throw error;
      log.warn({ err: error, failures: failures + 1 }, "no request can be claimed now; it is tried again");
      await pause(backoff({ failures: failures + 1, error, random }, retries), signal);
      return undefined;
    }
  };

  const oneEnds = () => Promise.race([...inHand.values()].map(({ ended }) => ended));

  const work = async (intake: Intake, signal: AbortSignal, { untilEmpty }: { readonly untilEmpty: boolean }) => {
    let failures = 0;
    try {
      while (!signal.aborted) {
        if (inHand.size >= concurrency) {
          await oneEnds();
          continue;
        }
        const taken = await take(intake, failures, signal);
        failures = taken === undefined ? failures + 1 : 0;
        for (const one of taken ?? []) await launch(one, signal);
        if (taken?.length !== 0) continue;
        if (untilEmpty && inHand.size === 0) return;
        if (untilEmpty) await oneEnds();
        else if (restMilliseconds > 0) await pause(restMilliseconds * (0.75 + random() / 2), signal);
      }
    } finally {
      await Promise.all([...inHand.values()].map(({ ended }) => ended));
    }
  };

  return {
    run: (signal) => work(intakeOf(deps, deps.waitSeconds ?? defaults.waitSeconds), signal, { untilEmpty: false }),
    runUntilEmpty: (signal) => work(intakeOf(deps, 0), signal, { untilEmpty: true }),
  };
}

function intakeOf(deps: WorkerDeps, waitSeconds: number): Intake {
  const { client, queue, strategy, workerId, types, leaseSeconds = defaults.leaseSeconds, log, random } = deps;
  const intake = { client, workerId, types, leaseSeconds, waitSeconds, log, random };
  return strategy === "SQS" && queue !== undefined
    ? createQueueIntake(intake, queue)
    : createLedgerIntake({ ...intake, strategy });
}
