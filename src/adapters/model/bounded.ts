/** Asking that ends in time and happens only so often, whatever the model behind it does. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { unlessAborted } from "../../domain/kernel/aborting.js";
import { ModelError } from "../../domain/kernel/modelError.js";
import { inTime } from "../inTime.js";

export interface Bounds {
  readonly timeoutMilliseconds: number;
  /** How often it may be asked in an hour; counted in this process. */
  readonly callsPerHour: number;
}

type Ask<Input, Answer> = (input: Input, signal: AbortSignal) => Promise<Answer>;

/**
 * Sets the bounds. @throws ModelError TIMEOUT where the time is over, also where `ask` does not care, and BUDGET where it has
 * been asked often enough; the reason of the caller's signal where that aborts.
 */
export function bound<Input, Answer>(
  ask: Ask<Input, Answer>,
  { timeoutMilliseconds, callsPerHour }: Bounds,
): Ask<Input, Answer> {
  const budget = new RateLimiterMemory({ points: callsPerHour, duration: 3_600 });
  return async (input, signal) => {
    signal.throwIfAborted();
    await takeFrom(budget);
    return inTime({ milliseconds: timeoutMilliseconds, signal }, async (either, isOver) => {
      try {
        return await unlessAborted(ask(input, either), either);
      } catch (error) {
        signal.throwIfAborted();
        if (!isOver()) throw error;
        throw new ModelError("TIMEOUT", `no answer within ${timeoutMilliseconds} ms`, { cause: error });
      }
    });
  };
}

async function takeFrom(budget: RateLimiterMemory): Promise<void> {
  try {
    await budget.consume("all");
  } catch (refusal) {
    // The library rejects with a result, not an error, where the limit is reached.
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const minutes = Math.ceil(refusal.msBeforeNext / 60_000);
    throw new ModelError("BUDGET", `asked often enough for this hour; again in ${minutes} min`);
  }
}
