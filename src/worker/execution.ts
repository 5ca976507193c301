/** One request, from its claim to the end of its lease: completed, failed, given back, or lost. */
import {
  ForbiddenError,
  NotFoundError,
  UnavailableError,
  ValidationError,
  WorkLeaseLostError,
  clipLine,
  present,
  toOneLine,
  withoutHidden,
} from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import { limits } from "../domain/research/index.js";
import type { ResultItem } from "../domain/research/index.js";
import { LeaseEndedError, holdLease } from "./lease.js";
import type { HeldLease } from "./lease.js";
import { createLogBuffer } from "./logBuffer.js";
import { isPassing, pause } from "./patience.js";
import { WorkFailedError } from "./ports.js";
import type { Assignment, Executor, Work, WorkResults, WorkerClient, WorkerLog } from "./ports.js";

/** LOST: another worker has it, or will have. ABANDONED: the ledger could not be told how it ended, and takes it back with the lease. */
export type Outcome = "COMPLETED" | "FAILED" | "RELEASED" | "LOST" | "ABANDONED";

export interface ExecutionDeps {
  readonly client: Omit<WorkerClient, "claim">;
  readonly execute: Executor;
  readonly clock: Clock;
  readonly log: WorkerLog;
  readonly random: () => number;
  /** How long work that is nearly done may go on when the worker stops; and how long the ledger is asked then to take back the rest. */
  readonly graceMilliseconds: number;
}

export interface Execution {
  /** Throws nothing. */
  readonly done: Promise<Outcome>;
  /** Stops it at once, without a word to the ledger: the request is not this execution's any more. */
  abandon(): void;
}

/** From here on it is nearly done. */
const nearlyDone = 90;
/** Parts that cannot be read are tried again for such a part of the lease: 6 of 60 seconds. */
const patienceForParts = 10;

/** `onExtended`: told when the lease goes on for so many seconds. */
export function beginExecution(
  deps: ExecutionDeps,
  assignment: Assignment,
  {
    stop,
    onExtended,
  }: { readonly stop: AbortSignal; readonly onExtended?: ((seconds: number) => Promise<void>) | undefined },
): Execution {
  const { client, log, random, graceMilliseconds } = deps;
  const lease = holdLease({ client, log, random, graceMilliseconds, onExtended }, assignment);
  return {
    done: run(deps, assignment, lease, stop).finally(() => lease.close()),
    abandon: () => lease.end("LOST"),
  };
}

async function run(deps: ExecutionDeps, assignment: Assignment, lease: HeldLease, stop: AbortSignal): Promise<Outcome> {
  const { client, log, clock, graceMilliseconds } = deps;
  const { requestId, leaseToken } = assignment;
  let percentage = 0;
  let earlier: readonly ResultItem[] | undefined;
  const logs = createLogBuffer({
    append: (entries) => lease.call(() => client.appendLogs(requestId, { leaseToken, entries })),
    isRefusal: (error) => !isPassing(error) && !isLost(error),
    clock,
    log,
  });
  const flushLogs = () => logs.flush().catch(() => undefined);
  const work: Work = {
    signal: lease.signal,
    report(progress, more) {
      percentage = progress.percentage;
      lease.say(present({ progress, checkpoint: more }));
      void flushLogs();
    },
    addItems: (part, items) =>
      lease.call(() => client.addItems(requestId, { leaseToken, part, items: items.map((item) => ({ ...item })) })),
    note: logs.note,
    earlierItems: async () => earlier ?? [],
  };
  let grace: NodeJS.Timeout | undefined;
  const onStop = () => {
    if (percentage < nearlyDone) lease.end("STOPPING");
    else grace = setTimeout(() => lease.end("STOPPING"), graceMilliseconds);
  };
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  try {
    lease.signal.throwIfAborted();
    earlier = await readEarlier(deps, assignment, lease);
    const isResumed = earlier !== undefined;
    await lease.call(() => client.start(requestId, { leaseToken, resume: isResumed }));
    const results = await deps.execute(
      isResumed ? assignment : { ...assignment, checkpoint: undefined, parts: [] },
      work,
    );
    await flushLogs();
    // The last counts stay with the request.
    await lease.flush();
    await complete(deps, assignment, lease, results);
    return "COMPLETED";
  } catch (error) {
    if (lease.ended === "LOST" || isLost(error)) return lost(deps, assignment);
    const lastWords = flushLogs().then(() => lease.flush());
    // Half of the grace is left to give it back.
    await (lease.ended === undefined ? lastWords : Promise.race([lastWords, pause(graceMilliseconds / 2)]));
    // The ledger ends it where its cancellation is asked for; what a worker that stops leaves, the next one goes on with.
    return await (lease.ended === undefined ? fail(deps, assignment, lease, error) : release(deps, assignment, lease));
  } finally {
    clearTimeout(grace);
    stop.removeEventListener("abort", onStop);
  }
}

/** What earlier attempts have added. Undefined where this one must begin anew: nothing was left, or it cannot be read any more. */
async function readEarlier(
  { client, log }: ExecutionDeps,
  assignment: Assignment,
  lease: HeldLease,
): Promise<readonly ResultItem[] | undefined> {
  const { requestId, checkpoint, parts, leaseSeconds } = assignment;
  if (checkpoint === undefined) return undefined;
  if (parts.length === 0) return [];
  try {
    const patienceMilliseconds = (leaseSeconds * 1_000) / patienceForParts;
    return await lease.call(() => client.readItems(assignment), { patienceMilliseconds });
  } catch (error) {
    if (!(error instanceof UnavailableError) || lease.signal.aborted) throw error;
    log.warn({ requestId, err: error }, "what an earlier attempt has found cannot be read; the work begins anew");
    return undefined;
  }
}

async function complete(
  { client, log }: ExecutionDeps,
  { requestId, leaseToken, attempt }: Assignment,
  lease: HeldLease,
  results: WorkResults,
): Promise<void> {
  await lease.call(() => client.complete(requestId, { leaseToken, results }));
  log.info({ requestId, attempt }, "request completed");
}

async function fail(deps: ExecutionDeps, assignment: Assignment, lease: HeldLease, failure: unknown): Promise<Outcome> {
  const { client, log } = deps;
  const { requestId, leaseToken, attempt } = assignment;
  const error = toText(failure);
  const retryable = isRetryable(failure);
  const retryAfterSeconds = failure instanceof WorkFailedError ? failure.retryAfterSeconds : undefined;
  log.warn({ requestId, attempt, retryable, err: failure }, "the work on a request failed");
  const said = present({ leaseToken, error, retryable, retryAfterSeconds });
  return ending(deps, assignment, "FAILED", () => lease.call(() => client.fail(requestId, said)));
}

function release(deps: ExecutionDeps, assignment: Assignment, lease: HeldLease): Promise<Outcome> {
  const { client, log, graceMilliseconds } = deps;
  const { requestId, leaseToken } = assignment;
  const reason = lease.ended === "CANCELLED" ? "cancelled" : "the worker stops";
  log.info({ requestId, reason }, "request given back");
  return ending(deps, assignment, "RELEASED", () =>
    lease.call(() => client.release(requestId, { leaseToken, reason }), { patienceMilliseconds: graceMilliseconds }),
  );
}

async function ending(
  deps: ExecutionDeps,
  assignment: Assignment,
  outcome: Outcome,
  tell: () => Promise<void>,
): Promise<Outcome> {
  try {
    await tell();
    return outcome;
  } catch (error) {
    if (isLost(error)) return lost(deps, assignment);
    const { requestId } = assignment;
    deps.log.warn({ requestId, outcome, err: error }, "the ledger was not told how the work ended");
    return "ABANDONED";
  }
}

function lost({ log }: ExecutionDeps, { requestId, leaseToken }: Assignment): Outcome {
  log.warn({ requestId, leaseToken }, "the lease of a request is lost; the work on it has stopped");
  return "LOST";
}

function isLost(error: unknown): boolean {
  return error instanceof WorkLeaseLostError || (error instanceof LeaseEndedError && error.why === "LOST");
}

/** What the ledger refuses it will refuse again. */
function isRetryable(failure: unknown): boolean {
  if (failure instanceof WorkFailedError) return failure.retryable;
  return !(failure instanceof ValidationError || failure instanceof ForbiddenError || failure instanceof NotFoundError);
}

function toText(failure: unknown): string {
  const said = failure instanceof Error ? failure.message : String(failure);
  const line = clipLine(toOneLine(withoutHidden(said)), limits.message);
  return line === "" ? "the work failed" : line;
}
