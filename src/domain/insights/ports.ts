/** What the insights context asks of the world besides its store: who puts insights into words, and who tells people. */
import type { Instant } from "../kernel/time.js";
import type { Evidence } from "./events.js";
import type { Insight, Metrics } from "./state.js";
import type { Comparison, NoticeKind } from "./values.js";

/** What an explainer is shown: numbers and names of metrics, nothing about people. */
export interface ExplanationInput {
  readonly alertId: string;
  readonly title: string;
  readonly entityType: string;
  readonly predictionType: string;
  readonly riskScore: number;
  readonly raisedAt: Instant;
  readonly evidence: readonly Evidence[];
  /** As they were when it was raised, or its risk last changed, with the health score. */
  readonly metrics: Metrics;
  /** What the rule recommends. */
  readonly recommendations: readonly string[];
  readonly outcome?: {
    readonly metric: string;
    readonly comparison: Comparison;
    readonly value: number;
    readonly withinDays: number;
  };
}

/** What an explainer proposes: nothing in it is trusted. `checkExplanation` refuses numbers that are not in the input. */
export interface ExplanationDraft {
  readonly explanation: string;
  readonly recommendations: readonly string[];
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/** Port: puts insights into words. */
export interface Explainer {
  /** `deterministic-v1`, or the name of the model (the seed's `model_used`). */
  readonly modelUsed: string;
  /** Changes whenever the same input would be asked about in other words. */
  readonly promptVersion: string;
  /** Throws {@link ModelError} where there is no draft; ends soon once `signal` aborts. */
  draft(input: ExplanationInput, signal: AbortSignal): Promise<ExplanationDraft>;
}

/** A message about an insight. */
export interface InsightMessage {
  readonly kind: "insight";
  readonly notice: NoticeKind;
  /** Made of the insight's id and the notice: what a notifier finds it by. */
  readonly key: string;
  readonly channel: string | undefined;
  readonly insight: Insight;
  /** Where a person can look at it. */
  readonly insightUrl: string | undefined;
}
