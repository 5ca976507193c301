/** Who puts insights into words: the EXPLAINER_ variables. What they leave out is that of a summarizer of the same kind. */
import type { Environment, Problem } from "./auth.js";
import { modelProblems, toModelAddress } from "./model.js";
import type { ModelAddress, ModelBounds, ModelValues } from "./model.js";

/** The explainer and what it needs. */
export type ExplainerConfig = { readonly kind: "deterministic" } | (ModelAddress & ModelBounds);

type Name = "EXPLAINER" | "SUMMARIZER";
type Connection = { readonly [Variable in `${Name}_${"URL" | "MODEL" | "API_KEY"}`]?: string | undefined };

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function explainerProblems(present: Environment): Problem[] {
  return modelProblems("EXPLAINER", withShared(present));
}

/** The variables of an environment without {@link explainerProblems}. */
export function toExplainerConfig(
  values: Connection & {
    readonly EXPLAINER: ModelValues["kind"];
    readonly SUMMARIZER: ModelValues["kind"];
    readonly EXPLAINER_TIMEOUT_MS: number;
    readonly EXPLAINER_CALLS_PER_HOUR: number;
    readonly AWS_REGION?: string | undefined;
  },
): ExplainerConfig {
  const { EXPLAINER_URL: url, EXPLAINER_MODEL: model, EXPLAINER_API_KEY: apiKey } = withShared(values);
  const address = toModelAddress({ kind: values.EXPLAINER, url, model, apiKey, region: values.AWS_REGION });
  if (address === undefined) return Object.freeze({ kind: "deterministic" });
  return Object.freeze({
    ...address,
    timeoutMilliseconds: values.EXPLAINER_TIMEOUT_MS,
    callsPerHour: values.EXPLAINER_CALLS_PER_HOUR,
  });
}

/** A key goes to the server that it was set for only: URL and key are taken over together, or neither. */
function withShared<Values extends Connection & { readonly EXPLAINER?: unknown; readonly SUMMARIZER?: unknown }>(
  values: Values,
): Values {
  if (values.EXPLAINER === undefined || values.EXPLAINER === "deterministic") return values;
  if (values.EXPLAINER !== values.SUMMARIZER) return values;
  const { SUMMARIZER_URL: url, SUMMARIZER_API_KEY: apiKey, SUMMARIZER_MODEL: model } = values;
  const isOwn = values.EXPLAINER_URL !== undefined || values.EXPLAINER_API_KEY !== undefined;
  return {
    ...values,
    ...(isOwn ? {} : { EXPLAINER_URL: url, EXPLAINER_API_KEY: apiKey }),
    EXPLAINER_MODEL: values.EXPLAINER_MODEL ?? model,
  };
}
