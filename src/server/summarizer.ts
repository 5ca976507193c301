/** Who writes summaries, as the configuration says; and what becomes known of it. */
import { boundSummarizer } from "../adapters/summarizer/bounded.js";
import type { Config } from "../config/config.js";
import { createDeterministicSummarizer } from "../domain/projects/index.js";
import type { Summarizer, SummaryObserver } from "../domain/projects/index.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";

/**
 * Creates the summarizer. A model is asked within its time and its budget. What speaks to models is loaded only where one is
 * asked: it takes half a second and 30 MB.
 */
export async function createSummarizer({ summarizer: config }: Pick<Config, "summarizer">): Promise<Summarizer> {
  switch (config.kind) {
    case "deterministic":
      return createDeterministicSummarizer();
    case "openai": {
      const { createOpenAiCompatibleSummarizer } = await import("../adapters/summarizer/openAiCompatible.js");
      const { url, model: modelName, apiKey, maxInputBytes } = config;
      return boundSummarizer(createOpenAiCompatibleSummarizer({ url, modelName, apiKey, maxInputBytes }), config);
    }
    case "bedrock": {
      const { createBedrockSummarizer } = await import("../adapters/summarizer/bedrock.js");
      const { url, model: modelId, region, apiKey, maxInputBytes } = config;
      return boundSummarizer(createBedrockSummarizer({ url, modelId, region, apiKey, maxInputBytes }), config);
    }
  }
}

/** Counts summaries, and tells the log where a model gave none. */
export function createSummaryObserver(
  metrics: Pick<Metrics, "summary">,
  logger: Pick<Logger, "warn">,
): SummaryObserver {
  return {
    summarised({ batchId, modelUsed, outcome, seconds, error }) {
      metrics.summary({ model: modelUsed, outcome }, seconds);
      if (outcome === "WRITTEN") return;
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ batchId, modelUsed, outcome, reason }, "no summary by the model; the rules have written it");
    },
  };
}
