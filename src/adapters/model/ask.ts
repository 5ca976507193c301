/** Asks a language model once, whoever serves it, takes JSON of one shape, and names what went wrong. */
import {
  APICallError,
  JSONParseError,
  NoObjectGeneratedError,
  NoOutputGeneratedError,
  Output,
  RetryError,
  TypeValidationError,
  generateText,
} from "ai";
import type { LanguageModel } from "ai";
import type { z } from "zod";
import { ModelError } from "../../domain/kernel/modelError.js";

/** A model that somebody serves. */
export interface ServedModel {
  readonly model: LanguageModel;
  /** Recorded with each text. */
  readonly modelUsed: string;
}

export interface Question<Answer> {
  readonly model: LanguageModel;
  /** Instructions; the same for all. */
  readonly system: string;
  readonly prompt: string;
  /** What the answer must be, and what that is called. */
  readonly schema: z.ZodType<Answer>;
  readonly what: string;
  /** How often a request that failed for the time being is repeated, within the time there is. @default 1 */
  readonly maxRetries?: number | undefined;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  /** Where the server says so. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** The model has no tools, and sees nothing but the prompt. Needs a bound on its time: see `bounded.ts`. @throws ModelError */
export async function ask<Answer>(question: Question<Answer>, signal: AbortSignal): Promise<Answered<Answer>> {
  const answered = await generate(question, signal);
  if (answered === "held back") throw new ModelError("REFUSED", "the answer was held back by a content filter");
  return answered;
}

async function generate<Answer>(
  question: Question<Answer>,
  signal: AbortSignal,
): Promise<Answered<Answer> | "held back"> {
  const { model, system, prompt, schema, what, maxRetries = 1 } = question;
  try {
    const answered = await generateText({
      ...{ model, system, prompt, maxRetries, abortSignal: signal },
      output: Output.object({ schema, name: what }),
    });
    if (answered.finishReason === "content-filter") return "held back";
    const { inputTokens, outputTokens } = answered.totalUsage;
    return { answer: answered.output, inputTokens, outputTokens };
  } catch (error) {
    signal.throwIfAborted();
    throw toFailure(error, what);
  }
}

/**
 * Its message is ours: the library's may repeat an answer, and its errors hold requests with their
 * headers, so none is kept as a cause.
 */
function toFailure(error: unknown, what: string): ModelError {
  if (RetryError.isInstance(error)) return toFailure(error.lastError, what);
  if (APICallError.isInstance(error)) return fromCall(error);
  if (NoObjectGeneratedError.isInstance(error)) return new ModelError("NONSENSE", `the answer is no ${what}`);
  if (NoOutputGeneratedError.isInstance(error))
    return new ModelError("NONSENSE", "the answer is not there, or not whole");
  const name = error instanceof Error ? error.name : "unknown error";
  return new ModelError("UNAVAILABLE", `the model could not be asked (${name})`);
}

function fromCall({ statusCode, cause }: APICallError): ModelError {
  if (statusCode === undefined) return new ModelError("UNAVAILABLE", "the server cannot be reached");
  // A body that cannot be read comes with the status of a success.
  if (statusCode < 300) {
    return JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause)
      ? new ModelError("NONSENSE", "the server's answer is not of its protocol")
      : new ModelError("UNAVAILABLE", "the server's answer could not be read to its end");
  }
  if (statusCode === 408 || statusCode === 409 || statusCode === 429 || statusCode >= 500) {
    return new ModelError("UNAVAILABLE", `the server answers ${statusCode}`);
  }
  return new ModelError("REFUSED", `the server answers ${statusCode}`);
}
