/** Summaries by any server that speaks OpenAI's chat protocol: OpenAI's own, a gateway, or a model on this machine. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { Summarizer } from "../../domain/projects/index.js";
import { boundedFetch } from "./boundedFetch.js";
import { createModelSummarizer } from "./modelSummarizer.js";
import type { ModelSummarizerDeps } from "./modelSummarizer.js";

export interface OpenAiCompatibleDeps extends Omit<ModelSummarizerDeps, "model" | "modelUsed"> {
  /** What stands before `/chat/completions`, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly modelName: string;
  /** @default none is sent */
  readonly apiKey?: string | undefined;
}

/** Creates the summarizer. The server must know `response_format` of type `json_schema`. */
export function createOpenAiCompatibleSummarizer(deps: OpenAiCompatibleDeps): Summarizer {
  const { url, modelName, apiKey, ...options } = deps;
  const provider = createOpenAICompatible({
    name: "summarizer",
    baseURL: url.replace(/\/+$/, ""),
    ...(apiKey === undefined ? {} : { apiKey }),
    supportsStructuredOutputs: true,
    fetch: boundedFetch,
  });
  return createModelSummarizer({ ...options, model: provider(modelName), modelUsed: modelName });
}
