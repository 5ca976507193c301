/** Who writes summaries, as the configuration says; and what becomes known of it. */
import { loadModel } from "../adapters/model/loadModel.js";
import { boundSummarizer } from "../adapters/summarizer/bounded.js";
import type { Config } from "../config/config.js";
import { createDeterministicSummarizer } from "../domain/projects/index.js";
import type { Summarizer, SummaryObserver } from "../domain/projects/index.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";

/** Creates the summarizer. A model is asked within its time and its budget, and loaded only where it is asked. */
export async function createSummarizer({ summarizer: config }: Pick<Config, "summarizer">): Promise<Summarizer> {
  if (config.kind === "deterministic") return createDeterministicSummarizer();
  const { createModelSummarizer } = await import("../adapters/summarizer/modelSummarizer.js");
  const { maxInputBytes } = config;
  return boundSummarizer(createModelSummarizer({ ...(await loadModel(config)), maxInputBytes }), config);
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
