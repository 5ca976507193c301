/** Who writes summaries: the SUMMARIZER_ variables. */
import type { Environment, Problem } from "./auth.js";
import { modelProblems, toModelAddress } from "./model.js";
import type { ModelAddress, ModelBounds, ModelValues } from "./model.js";

/** The summarizer and what it needs. */
export type SummarizerConfig =
  { readonly kind: "deterministic" } | (ModelAddress & ModelBounds & { readonly maxInputBytes: number });

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function summarizerProblems(present: Environment): Problem[] {
  return modelProblems("SUMMARIZER", present);
}

interface ModelVariables {
  readonly SUMMARIZER: ModelValues["kind"];
  readonly SUMMARIZER_URL?: string | undefined;
  readonly SUMMARIZER_MODEL?: string | undefined;
  readonly SUMMARIZER_API_KEY?: string | undefined;
  readonly AWS_REGION?: string | undefined;
}

/** Which model the variables name: other writers may leave out what is said here. */
export function summarizerModel(values: ModelVariables): ModelValues {
  return {
    kind: values.SUMMARIZER,
    url: values.SUMMARIZER_URL,
    model: values.SUMMARIZER_MODEL,
    apiKey: values.SUMMARIZER_API_KEY,
    region: values.AWS_REGION,
  };
}

/** The variables of an environment without {@link summarizerProblems}. */
export function toSummarizerConfig(
  values: ModelVariables & {
    readonly SUMMARIZER_TIMEOUT_MS: number;
    readonly SUMMARIZER_CALLS_PER_HOUR: number;
    readonly SUMMARIZER_MAX_INPUT_BYTES: number;
  },
): SummarizerConfig {
  const address = toModelAddress(summarizerModel(values));
  if (address === undefined) return Object.freeze({ kind: "deterministic" });
  return Object.freeze({
    ...address,
    timeoutMilliseconds: values.SUMMARIZER_TIMEOUT_MS,
    callsPerHour: values.SUMMARIZER_CALLS_PER_HOUR,
    maxInputBytes: values.SUMMARIZER_MAX_INPUT_BYTES,
  });
}
