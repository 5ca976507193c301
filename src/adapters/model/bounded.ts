/** A writer that ends in time and is asked only so often, whatever the model inside does. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { inTime } from "../inTime.js";
import type { Fail } from "./failure.js";

export interface Bounds {
  readonly timeoutMilliseconds: number;
  /** How often it may be asked in an hour; counted in this process. */
  readonly callsPerHour: number;
}

/** What every port of a model has. */
export interface Writer<Input, Draft> {
  readonly modelUsed: string;
  readonly promptVersion: string;
  draft(input: Input, signal: AbortSignal): Promise<Draft>;
}

/**
 * Sets the bounds. Fails with TIMEOUT where the time is over, also where the writer does not care, and with BUDGET where it has
 * been asked often enough; with the reason of the caller's signal where that aborts.
 */
export function bound<Input, Draft>(
  writer: Writer<Input, Draft>,
  { timeoutMilliseconds, callsPerHour }: Bounds,
  fail: Fail,
): Writer<Input, Draft> {
  const budget = new RateLimiterMemory({ points: callsPerHour, duration: 3_600 });
  return {
    modelUsed: writer.modelUsed,
    promptVersion: writer.promptVersion,
    async draft(input, signal) {
      signal.throwIfAborted();
      await takeFrom(budget, fail);
      return inTime({ milliseconds: timeoutMilliseconds, signal }, async (either, isOver) => {
        try {
          return await orAborted(writer.draft(input, either), either);
        } catch (error) {
          signal.throwIfAborted();
          if (!isOver()) throw error;
          throw fail("TIMEOUT", `no answer within ${timeoutMilliseconds} ms`, { cause: error });
        }
      });
    },
  };
}

async function takeFrom(budget: RateLimiterMemory, fail: Fail): Promise<void> {
  try {
    await budget.consume("all");
  } catch (refusal) {
    // The library rejects with a result, not an error, where the limit is reached.
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const minutes = Math.ceil(refusal.msBeforeNext / 60_000);
    throw fail("BUDGET", `asked often enough for this hour; again in ${minutes} min`);
  }
}

/** What `work` comes to, unless `signal` aborts first. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("aborted", { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
