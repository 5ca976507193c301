/** Has a model put an insight into words; where it fails, what the rules have written stays. */
import type { CommandHandler } from "../kernel/commandHandler.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import { ModelError } from "../kernel/modelError.js";
import type { ModelFailure } from "../kernel/modelError.js";
import { present } from "../kernel/present.js";
import { toMetadata } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import { toMilliseconds } from "../kernel/time.js";
import type { Clock } from "../kernel/time.js";
import type { InsightsCommand, InsightsCommandOf } from "./commands.js";
import { insightCategory } from "./events.js";
import { checkExplanation, deterministicExplainer } from "./explanation.js";
import { toEntityKey } from "./keys.js";
import type { Explainer, ExplanationDraft, ExplanationInput } from "./ports.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsWorkflow, MeasuredEntity, Metering } from "./service.js";
import type { Insight, InsightsState, Recommendation } from "./state.js";
import { healthMetric } from "./values.js";

/** How asking for an explanation ended: with one that is recorded, or why the rules' stays. */
export type ExplanationOutcome = "WRITTEN" | ModelFailure;

/** Told of every explanation that was asked for. `error`: what went wrong, for the log. */
export interface ExplanationObserver {
  explained(asked: {
    readonly alertId: string;
    /** The explainer that was asked. */
    readonly modelUsed: string;
    readonly outcome: ExplanationOutcome;
    readonly seconds: number;
    readonly inputTokens?: number | undefined;
    readonly outputTokens?: number | undefined;
    readonly error?: unknown;
  }): void;
}

export interface ExplainingDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly readModel: Pick<InsightsReadModel, "getInsights">;
  readonly metering: Pick<Metering, "asOf">;
  /** Ends in bounded time, whatever it talks to. */
  readonly explainer: Explainer;
  readonly digest: Digest;
  readonly clock: Clock;
  /** @default nobody */
  readonly observer?: ExplanationObserver | undefined;
}

/**
 * Creates the step. Nothing is asked where the explainer is the deterministic one, whose words are there already, nor about an
 * insight that somebody's model has raised in words of its own. It costs two requests for the insight, two for the metrics, and the
 * command's. Throws a VersionConflictError where the insight has moved on in that moment, what the read model and the command handler throw, and the reason of `signal` where that aborts.
 */
export function createExplaining(deps: ExplainingDeps): Pick<InsightsWorkflow, "explain"> {
  const { commands, readModel, metering, explainer, digest, clock, observer } = deps;
  const { modelUsed, promptVersion } = explainer;

  /** Undefined where there is no usable one. */
  const ask = async (input: ExplanationInput, signal: AbortSignal): Promise<ExplanationDraft | undefined> => {
    const begun = toMilliseconds(clock.now());
    const told = (outcome: ExplanationOutcome, more: Partial<ExplanationDraft> & { readonly error?: unknown } = {}) => {
      const seconds = Math.max(0, toMilliseconds(clock.now()) - begun) / 1_000;
      const { inputTokens, outputTokens, error } = more;
      const { alertId } = input;
      observer?.explained({ alertId, modelUsed, outcome, seconds, ...present({ inputTokens, outputTokens, error }) });
    };
    try {
      const draft = checkExplanation(await explainer.draft(input, signal), input);
      told("WRITTEN", draft);
      return draft;
    } catch (error) {
      signal.throwIfAborted();
      // Whatever an adapter throws: there is an explanation already, and the log says what happened.
      told(error instanceof ModelError ? error.reason : "UNAVAILABLE", { error });
      return undefined;
    }
  };

  return {
    async explain(alertId, request, signal) {
      if (modelUsed === deterministicExplainer.modelUsed) return {};
      const [insight] = await readModel.getInsights([alertId]);
      if (insight?.origin.modelUsed !== deterministicExplainer.modelUsed) return {};
      const entityKey = toEntityKey({ type: insight.entityType, id: insight.entityId });
      const input = toInput(insight, await metering.asOf(entityKey, insight.riskChangedAt ?? insight.raisedAt));
      signal.throwIfAborted();
      const draft = await ask(input, signal);
      if (draft === undefined) return {};
      const [now] = await readModel.getInsights([alertId]);
      // Its risk has changed meanwhile: it is asked about anew, and these words are about other numbers.
      if (now === undefined || now.riskChangedAt !== insight.riskChangedAt) return {};
      const { explanation, inputTokens, outputTokens } = draft;
      const inputHash = digest(canonicalJson({ ...input, promptVersion }), "hex");
      const command: InsightsCommandOf<"RecordExplanation"> = {
        type: "RecordExplanation",
        explanation,
        recommendations: toRecommendations(draft.recommendations, insight.recommendations),
        origin: { modelUsed, promptVersion, inputHash, ...present({ inputTokens, outputTokens }) },
      };
      const expectedVersion = now.version;
      const streamId = toStreamName(insightCategory, alertId);
      await commands.handle([{ streamId, command, expectedVersion }], toMetadata(request));
      return {};
    },
  };
}

/** Numbers and names of metrics: no id of a person is in it but the insight's own. */
function toInput(insight: Insight, then: MeasuredEntity | undefined): ExplanationInput {
  const { alertId, title, entityType, predictionType, riskScore, raisedAt, evidence, recommendations, outcome } =
    insight;
  return {
    alertId,
    title,
    entityType,
    predictionType,
    riskScore,
    raisedAt,
    evidence,
    metrics: then === undefined ? {} : { ...then.metrics, [healthMetric]: then.healthScore },
    recommendations: recommendations.map(({ text }) => text),
    ...present({ outcome }),
  };
}

/** Recommendations with ids. What is there already keeps its own, so that what was marked stays marked; others get new ones. */
export function toRecommendations(
  texts: readonly string[],
  known: readonly Pick<Recommendation, "recommendationId" | "text">[] = [],
): Pick<Recommendation, "recommendationId" | "text">[] {
  let last = known.reduce((most, { recommendationId }) => Math.max(most, Number(recommendationId.slice(1)) || 0), 0);
  return texts.map((text) => {
    const same = known.find((one) => one.text === text);
    return { recommendationId: same?.recommendationId ?? `r${(last += 1)}`, text };
  });
}
