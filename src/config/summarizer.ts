/** Who writes summaries: the SUMMARIZER_ variables, which make sense together or not at all. */
import type { Environment, Problem } from "./auth.js";
import { isLoopbackHost } from "./loopback.js";

export const summarizers = ["deterministic", "openai", "bedrock"] as const;

interface Bounds {
  /** Milliseconds that a summary may take. */
  readonly timeoutMilliseconds: number;
  readonly callsPerHour: number;
  readonly maxInputBytes: number;
}

/** The summarizer and what it needs. */
export type SummarizerConfig =
  | { readonly kind: "deterministic" }
  | (Bounds & {
      readonly kind: "openai";
      readonly url: string;
      readonly model: string;
      readonly apiKey?: string | undefined;
    })
  | (Bounds & {
      readonly kind: "bedrock";
      readonly region: string;
      readonly model: string;
      readonly url?: string | undefined;
      readonly apiKey?: string | undefined;
    });

const dependents = ["SUMMARIZER_URL", "SUMMARIZER_MODEL", "SUMMARIZER_API_KEY"];

/** What each kind cannot do without. */
const needs: Readonly<Record<string, readonly string[]>> = {
  openai: ["SUMMARIZER_URL", "SUMMARIZER_MODEL"],
  bedrock: ["SUMMARIZER_MODEL", "AWS_REGION"],
};

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function summarizerProblems(present: Environment): Problem[] {
  const { SUMMARIZER: kind = "deterministic" } = present;
  if (kind === "deterministic") {
    return dependents
      .filter((variable) => present[variable] !== undefined)
      .map((variable) => ({ variable, message: "has no effect without SUMMARIZER=openai or SUMMARIZER=bedrock" }));
  }
  return [
    ...(needs[kind] ?? [])
      .filter((variable) => present[variable] === undefined)
      .map((variable) => ({ variable, message: `must be set beside SUMMARIZER=${kind}` })),
    ...keyInTheClear(present),
  ];
}

/** A key in the clear could be anybody's. Without one, a model in one's own network may be asked by http. */
function keyInTheClear({ SUMMARIZER_URL: url, SUMMARIZER_API_KEY: key, SUMMARIZER: kind }: Environment): Problem[] {
  if (url === undefined || !URL.canParse(url) || (key === undefined && kind !== "bedrock")) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" || isLoopbackHost(hostname)) return [];
  return [
    { variable: "SUMMARIZER_URL", message: "must be an https URL where a key goes with it; http only on this machine" },
  ];
}

/** The variables of an environment without {@link summarizerProblems}. */
export function toSummarizerConfig(values: {
  readonly SUMMARIZER: (typeof summarizers)[number];
  readonly SUMMARIZER_URL?: string | undefined;
  readonly SUMMARIZER_MODEL?: string | undefined;
  readonly SUMMARIZER_API_KEY?: string | undefined;
  readonly SUMMARIZER_TIMEOUT_MS: number;
  readonly SUMMARIZER_CALLS_PER_HOUR: number;
  readonly SUMMARIZER_MAX_INPUT_BYTES: number;
  readonly AWS_REGION?: string | undefined;
}): SummarizerConfig {
  const { SUMMARIZER: kind, SUMMARIZER_URL: url, SUMMARIZER_MODEL: model, SUMMARIZER_API_KEY: apiKey } = values;
  const region = values.AWS_REGION;
  const bounds = {
    timeoutMilliseconds: values.SUMMARIZER_TIMEOUT_MS,
    callsPerHour: values.SUMMARIZER_CALLS_PER_HOUR,
    maxInputBytes: values.SUMMARIZER_MAX_INPUT_BYTES,
  };
  if (kind === "openai" && url !== undefined && model !== undefined) {
    return Object.freeze({ kind, url, model, apiKey, ...bounds });
  }
  if (kind === "bedrock" && region !== undefined && model !== undefined) {
    return Object.freeze({ kind, region, model, url, apiKey, ...bounds });
  }
  return Object.freeze({ kind: "deterministic" });
}
