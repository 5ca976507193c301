/** Who puts insights into words, as the configuration says; and what becomes known of it. */
import { boundExplainer } from "../adapters/explainer/bounded.js";
import { loadModel } from "../adapters/model/loadModel.js";
import type { Config } from "../config/config.js";
import { createDeterministicExplainer } from "../domain/insights/index.js";
import type { Explainer, ExplanationObserver } from "../domain/insights/index.js";
import type { Logger } from "../observability/logger.js";
import type { Metrics } from "../observability/metrics.js";

/** Creates the explainer. A model is asked within its time and its budget, and loaded only where it is asked. */
export async function createExplainer({ explainer: config }: Pick<Config, "explainer">): Promise<Explainer> {
  if (config.kind === "deterministic") return createDeterministicExplainer();
  const { createModelExplainer } = await import("../adapters/explainer/modelExplainer.js");
  return boundExplainer(createModelExplainer(await loadModel(config)), config);
}

/** Counts explanations and what they took, and tells the log where a model gave none. */
export function createExplanationObserver(
  metrics: Pick<Metrics, "explanation">,
  logger: Pick<Logger, "warn">,
): ExplanationObserver {
  return {
    explained({ alertId, modelUsed, outcome, seconds, inputTokens = 0, outputTokens = 0, error }) {
      metrics.explanation({ model: modelUsed, outcome }, { seconds, inputTokens, outputTokens });
      if (outcome === "WRITTEN") return;
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ alertId, modelUsed, outcome, reason }, "no explanation by the model; that of the rules stays");
    },
  };
}
