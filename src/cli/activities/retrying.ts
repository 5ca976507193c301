/** Asks again where the server, or the way to it, is busy: each fact is known by its id, so a repeat doubles nothing. */
import { setTimeout as wait } from "node:timers/promises";
import { AnswerError } from "../graphqlClient.js";
import type { Fact } from "./fact.js";
import type { Recorded } from "./importFacts.js";

export interface RetryDeps {
  readonly record: (facts: readonly Fact["input"][]) => Promise<readonly Recorded[]>;
  readonly signal: AbortSignal;
  /** Told when it waits, and why. */
  readonly onWait: (why: string) => void;
  /** @default half a second, doubled with each try, at most half a minute */
  readonly pause?: (attempt: number) => number;
}

/** How often something is tried: the last time is more than a minute after the first. */
export const attempts = 8;
const halfSecond = 500;
const longest = 30_000;

/** Records facts as `record` does. Throws what it threw last where it never came through. */
export function createRetrying({ record, signal, onWait, pause = defaultPause }: RetryDeps): RetryDeps["record"] {
  const rest = async (milliseconds: number, why: string) => {
    onWait(why);
    await wait(milliseconds, undefined, { signal });
  };
  const whole: RetryDeps["record"] = async (facts) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await record(facts);
      } catch (error) {
        const pauseFor = isPassing(error) ? (retryAfter(error) ?? pause(attempt)) : undefined;
        if (pauseFor === undefined || attempt === attempts) throw error;
        await rest(pauseFor, error instanceof Error ? error.message : String(error));
      }
    }
  };
  return async (facts) => {
    const answers = [...(await whole(facts))];
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      const again = [...answers.keys()].filter((index) => answers[index]?.errors.some(({ code }) => passing.has(code)));
      if (again.length === 0) break;
      await rest(pause(attempt), `${again.length} of ${facts.length} facts have to wait`);
      const later = await whole(again.flatMap((index) => facts[index] ?? []));
      for (const [place, index] of again.entries()) {
        const answer = later[place];
        if (answer !== undefined) answers[index] = answer;
      }
    }
    return answers;
  };
}

const defaultPause = (attempt: number) => Math.min(longest, halfSecond * 2 ** (attempt - 1));

/** Refusals of a single fact that say nothing about it. */
const passing: ReadonlySet<string> = new Set(["UNAVAILABLE", "VERSION_CONFLICT", "RATE_LIMITED"]);

/** Whether it may be otherwise in a moment. `fetch` tells of a way that is cut off by a TypeError. */
function isPassing(error: unknown): boolean {
  return error instanceof AnswerError ? [429, 502, 503, 504].includes(error.status) : error instanceof TypeError;
}

function retryAfter(error: unknown): number | undefined {
  return error instanceof AnswerError && error.retryAfter !== undefined ? error.retryAfter * 1_000 : undefined;
}
