/** Who writes reports of research: the RESEARCH_WRITER variables. What they leave out is that of a summarizer of the same kind. */
import type { Environment, Problem } from "./auth.js";
import { sharingProblems, toModelAddress, withShared } from "./model.js";
import type { ModelAddress, ModelBounds, ModelValues } from "./model.js";

/** The writer and what it needs. */
export type ReportWriterConfig =
  { readonly kind: "deterministic" } | (ModelAddress & ModelBounds & { readonly maxInputBytes: number });

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function reportWriterProblems(present: Environment): Problem[] {
  return sharingProblems("RESEARCH_WRITER", present);
}

/** The variables of an environment without {@link reportWriterProblems}. `summarizer`: what it may leave out. */
export function toReportWriterConfig(
  values: {
    readonly RESEARCH_WRITER: ModelValues["kind"];
    readonly RESEARCH_WRITER_URL?: string | undefined;
    readonly RESEARCH_WRITER_MODEL?: string | undefined;
    readonly RESEARCH_WRITER_API_KEY?: string | undefined;
    readonly RESEARCH_WRITER_TIMEOUT_MS: number;
    readonly RESEARCH_WRITER_CALLS_PER_HOUR: number;
    readonly RESEARCH_WRITER_MAX_INPUT_BYTES: number;
  },
  summarizer: ModelValues,
): ReportWriterConfig {
  const own = {
    kind: values.RESEARCH_WRITER,
    url: values.RESEARCH_WRITER_URL,
    model: values.RESEARCH_WRITER_MODEL,
    apiKey: values.RESEARCH_WRITER_API_KEY,
    region: summarizer.region,
  };
  const address = toModelAddress(withShared(own, summarizer));
  if (address === undefined) return Object.freeze({ kind: "deterministic" });
  return Object.freeze({
    ...address,
    timeoutMilliseconds: values.RESEARCH_WRITER_TIMEOUT_MS,
    callsPerHour: values.RESEARCH_WRITER_CALLS_PER_HOUR,
    maxInputBytes: values.RESEARCH_WRITER_MAX_INPUT_BYTES,
  });
}
