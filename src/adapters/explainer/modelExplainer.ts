/** Explanations of insights by a language model, whoever serves it. */
import { randomBytes } from "node:crypto";
import type { Explainer } from "../../domain/insights/index.js";
import { ask } from "../model/ask.js";
import type { ServedModel } from "../model/ask.js";
import { Answer, buildPrompt, promptVersion, toDraft } from "./prompt.js";

export interface ModelExplainerDeps extends ServedModel {
  /** How often a request that failed for the time being is repeated, within the time there is. @default 1 */
  readonly maxRetries?: number | undefined;
}

/** Creates the explainer. Needs a bound on its time: see `bounded.ts`. */
export function createModelExplainer({ model, modelUsed, maxRetries }: ModelExplainerDeps): Explainer {
  return {
    modelUsed,
    promptVersion,
    async draft(input, signal) {
      const prompt = buildPrompt(input, { fence: randomBytes(16).toString("hex") });
      const question = { model, ...prompt, schema: Answer, what: "explanation", maxRetries };
      const { answer, ...usage } = await ask(question, signal);
      return { ...toDraft(answer, input), ...usage };
    },
  };
}
