/** A summarizer that ends in time and is asked only so often, whatever the one inside does. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { SummarizerError } from "../../domain/projects/index.js";
import type { Summarizer } from "../../domain/projects/index.js";

export interface Bounds {
  readonly timeoutMilliseconds: number;
  /** How often it may be asked in an hour; counted in this process. */
  readonly callsPerHour: number;
}

/**
 * Sets the bounds. Throws SummarizerError TIMEOUT where the time is over, also where the summarizer does not care, and BUDGET
 * where it has been asked often enough; the reason of the caller's signal where that aborts.
 */
export function boundSummarizer(summarizer: Summarizer, { timeoutMilliseconds, callsPerHour }: Bounds): Summarizer {
  const budget = new RateLimiterMemory({ points: callsPerHour, duration: 3_600 });
  return {
    modelUsed: summarizer.modelUsed,
    promptVersion: summarizer.promptVersion,
    async draft(input, signal) {
      signal.throwIfAborted();
      await takeFrom(budget);
      const timeout = AbortSignal.timeout(timeoutMilliseconds);
      const either = AbortSignal.any([signal, timeout]);
      try {
        return await orAborted(summarizer.draft(input, either), either);
      } catch (error) {
        signal.throwIfAborted();
        if (!timeout.aborted) throw error;
        throw new SummarizerError("TIMEOUT", `no answer within ${timeoutMilliseconds} ms`, { cause: error });
      }
    },
  };
}

async function takeFrom(budget: RateLimiterMemory): Promise<void> {
  try {
    await budget.consume("all");
  } catch (refusal) {
    // The library rejects with a result, not an error, where the limit is reached.
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const minutes = Math.ceil(refusal.msBeforeNext / 60_000);
    throw new SummarizerError("BUDGET", `asked often enough for this hour; again in ${minutes} min`);
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
