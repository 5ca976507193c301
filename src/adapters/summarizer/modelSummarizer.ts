/** Summaries by a language model, whoever serves it: asks once, takes JSON of one shape, and names what went wrong. */
import { randomBytes } from "node:crypto";
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
import { SummarizerError } from "../../domain/projects/index.js";
import type { Summarizer, SummaryInput } from "../../domain/projects/index.js";
import { Answer, buildPrompt, promptVersion } from "./prompt.js";

export interface ModelSummarizerDeps {
  readonly model: LanguageModel;
  /** Recorded with each summary. */
  readonly modelUsed: string;
  /** Most bytes of events that the model is shown. @default 32,768 */
  readonly maxInputBytes?: number | undefined;
  /** How often a request that failed for the time being is repeated, within the time there is. @default 1 */
  readonly maxRetries?: number | undefined;
}

/** Creates the summarizer. The model has no tools, and sees nothing but the prompt. Needs a bound on its time: see `bounded.ts`. */
export function createModelSummarizer(deps: ModelSummarizerDeps): Summarizer {
  const { model, modelUsed, maxInputBytes: maxBytes = 32_768, maxRetries = 1 } = deps;
  return {
    modelUsed,
    promptVersion,
    async draft(input: SummaryInput, signal: AbortSignal) {
      const { system, prompt, omitted, toDraft } = buildPrompt(input, {
        fence: randomBytes(16).toString("hex"),
        maxBytes,
      });
      const answer = await ask({ model, system, prompt, maxRetries, abortSignal: signal });
      return { draft: toDraft(answer), omitted };
    },
  };
}

type Question = Pick<Parameters<typeof generateText>[0], "model" | "system" | "maxRetries" | "abortSignal"> & {
  readonly prompt: string;
};

async function ask(question: Question): Promise<Answer> {
  try {
    const answered = await generateText({
      ...question,
      output: Output.object({ schema: Answer, name: "summary" }),
    });
    if (answered.finishReason === "content-filter") {
      throw new SummarizerError("REFUSED", "the answer was held back by a content filter");
    }
    return answered.output;
  } catch (error) {
    question.abortSignal?.throwIfAborted();
    throw toSummarizerError(error);
  }
}

/**
 * The error of the port. Its message is ours: the library's may repeat an answer, and its errors hold requests with their
 * headers, so none is kept as a cause.
 */
function toSummarizerError(error: unknown): SummarizerError {
  if (error instanceof SummarizerError) return error;
  if (RetryError.isInstance(error)) return toSummarizerError(error.lastError);
  if (APICallError.isInstance(error)) return fromCall(error);
  if (NoObjectGeneratedError.isInstance(error)) return new SummarizerError("NONSENSE", "the answer is no summary");
  if (NoOutputGeneratedError.isInstance(error)) {
    return new SummarizerError("NONSENSE", "the answer is not there, or not whole");
  }
  const name = error instanceof Error ? error.name : "unknown error";
  return new SummarizerError("UNAVAILABLE", `the model could not be asked (${name})`);
}

function fromCall({ statusCode, cause }: APICallError): SummarizerError {
  if (statusCode === undefined) return new SummarizerError("UNAVAILABLE", "the server cannot be reached");
  // A body that cannot be read comes with the status of a success.
  if (statusCode < 300) {
    return JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause)
      ? new SummarizerError("NONSENSE", "the server's answer is not of its protocol")
      : new SummarizerError("UNAVAILABLE", "the server's answer could not be read to its end");
  }
  if (statusCode === 408 || statusCode === 409 || statusCode === 429 || statusCode >= 500) {
    return new SummarizerError("UNAVAILABLE", `the server answers ${statusCode}`);
  }
  return new SummarizerError("REFUSED", `the server answers ${statusCode}`);
}
