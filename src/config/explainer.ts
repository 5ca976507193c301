/** Who puts insights into words: the EXPLAINER_ variables. What they leave out is that of a summarizer of the same kind. */
import type { Environment, Problem } from "./auth.js";
import { sharingProblems, toModelAddress, withShared } from "./model.js";
import type { ModelAddress, ModelBounds, ModelValues } from "./model.js";

/** The explainer and what it needs. */
export type ExplainerConfig = { readonly kind: "deterministic" } | (ModelAddress & ModelBounds);

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function explainerProblems(present: Environment): Problem[] {
  return sharingProblems("EXPLAINER", present);
}

/** The variables of an environment without {@link explainerProblems}. `summarizer`: what it may leave out. */
export function toExplainerConfig(
  values: {
    readonly EXPLAINER: ModelValues["kind"];
    readonly EXPLAINER_URL?: string | undefined;
    readonly EXPLAINER_MODEL?: string | undefined;
    readonly EXPLAINER_API_KEY?: string | undefined;
    readonly EXPLAINER_TIMEOUT_MS: number;
    readonly EXPLAINER_CALLS_PER_HOUR: number;
  },
  summarizer: ModelValues,
): ExplainerConfig {
  const { EXPLAINER: kind, EXPLAINER_URL: url, EXPLAINER_MODEL: model, EXPLAINER_API_KEY: apiKey } = values;
  const { region } = summarizer;
  const address = toModelAddress(withShared({ kind, url, model, apiKey, region }, summarizer));
  if (address === undefined) return Object.freeze({ kind: "deterministic" });
  return Object.freeze({
    ...address,
    timeoutMilliseconds: values.EXPLAINER_TIMEOUT_MS,
    callsPerHour: values.EXPLAINER_CALLS_PER_HOUR,
  });
}
