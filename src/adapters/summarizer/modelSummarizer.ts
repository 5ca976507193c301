/** Summaries by a language model, whoever serves it. */
import { randomBytes } from "node:crypto";
import type { Summarizer } from "../../domain/projects/index.js";
import { ask } from "../model/ask.js";
import type { ServedModel } from "../model/ask.js";
import { Answer, buildPrompt, promptVersion } from "./prompt.js";

export interface ModelSummarizerDeps extends ServedModel {
  /** Most bytes of events that the model is shown. @default 32,768 */
  readonly maxInputBytes?: number | undefined;
  /** How often a request that failed for the time being is repeated, within the time there is. @default 1 */
  readonly maxRetries?: number | undefined;
}

/** Creates the summarizer. Needs a bound on its time: see `bounded.ts`. */
export function createModelSummarizer(deps: ModelSummarizerDeps): Summarizer {
  const { model, modelUsed, maxInputBytes: maxBytes = 32_768, maxRetries } = deps;
  return {
    modelUsed,
    promptVersion,
    async draft(input, signal) {
      const { system, prompt, omitted, toDraft } = buildPrompt(input, {
        fence: randomBytes(16).toString("hex"),
        maxBytes,
      });
      const question = { model, system, prompt, schema: Answer, what: "summary", maxRetries };
      const { answer } = await ask(question, signal);
      return { draft: toDraft(answer), omitted };
    },
  };
}
