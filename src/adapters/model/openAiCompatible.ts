/** A model behind any server that speaks OpenAI's chat protocol: OpenAI's own, a gateway, or a model on this machine. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { ServedModel } from "./ask.js";
import { boundedFetch } from "./boundedFetch.js";

export interface OpenAiCompatibleDeps {
  /** What stands before `/chat/completions`, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly model: string;
  /** @default none is sent */
  readonly apiKey?: string | undefined;
}

/** The server must know `response_format` of type `json_schema`. */
export function openAiCompatibleModel({ url, model, apiKey }: OpenAiCompatibleDeps): ServedModel {
  const provider = createOpenAICompatible({
    name: "opsledger",
    baseURL: url.replace(/\/+$/, ""),
    ...(apiKey === undefined ? {} : { apiKey }),
    supportsStructuredOutputs: true,
    fetch: boundedFetch,
  });
  return { model: provider(model), modelUsed: model };
}
