/** Who works on research requests in this server, what its worker may fetch, and the queue of strategy SQS: the RESEARCH_ variables. */
import type { Environment, Problem } from "./auth.js";

export const researchWorkers = ["in-process", "off"] as const;

/** How research requests are worked on. */
export interface ResearchConfig {
  /** The server's own worker; absent where only others work. */
  readonly worker?:
    | {
        /** Requests that it works on at a time, of each strategy. */
        readonly concurrency: number;
        /** @default all */
        readonly types?: readonly string[] | undefined;
        /** It takes only what nobody else has claimed for so long. */
        readonly patienceSeconds: number;
      }
    | undefined;
  /** `host` or `host:port`, in lower case: their addresses may be private, and need no https. */
  readonly allowedHosts: readonly string[];
  readonly userAgent: string;
  /** Absent: the queue is within this server. */
  readonly queue?:
    | {
        readonly url: string;
        readonly deadLetterUrl?: string | undefined;
        readonly endpoint?: string | undefined;
        /** @default that of the URL, or the SDK's own */
        readonly region?: string | undefined;
      }
    | undefined;
}

/** What is wrong with the variables as a whole. */
export function researchProblems(present: Environment): Problem[] {
  const withoutQueue = present["RESEARCH_QUEUE_URL"] === undefined;
  return ["RESEARCH_DEAD_LETTER_QUEUE_URL", "RESEARCH_QUEUE_ENDPOINT"]
    .filter((variable) => withoutQueue && present[variable] !== undefined)
    .map((variable) => ({ variable, message: "has no effect without RESEARCH_QUEUE_URL" }));
}

/** The variables of an environment without {@link researchProblems}. */
export function toResearchConfig(values: {
  readonly RESEARCH_WORKER: (typeof researchWorkers)[number];
  readonly RESEARCH_WORKER_CONCURRENCY: number;
  readonly RESEARCH_WORKER_TYPES?: readonly string[] | undefined;
  readonly RESEARCH_WORKER_PATIENCE_SECONDS: number;
  readonly RESEARCH_ALLOWED_HOSTS: readonly string[];
  readonly RESEARCH_USER_AGENT: string;
  readonly RESEARCH_QUEUE_URL?: string | undefined;
  readonly RESEARCH_DEAD_LETTER_QUEUE_URL?: string | undefined;
  readonly RESEARCH_QUEUE_ENDPOINT?: string | undefined;
  readonly AWS_REGION?: string | undefined;
}): ResearchConfig {
  const { RESEARCH_QUEUE_URL: url } = values;
  return Object.freeze({
    worker:
      values.RESEARCH_WORKER === "off"
        ? undefined
        : Object.freeze({
            concurrency: values.RESEARCH_WORKER_CONCURRENCY,
            types: values.RESEARCH_WORKER_TYPES,
            patienceSeconds: values.RESEARCH_WORKER_PATIENCE_SECONDS,
          }),
    allowedHosts: values.RESEARCH_ALLOWED_HOSTS,
    userAgent: values.RESEARCH_USER_AGENT,
    queue:
      url === undefined
        ? undefined
        : Object.freeze({
            url,
            deadLetterUrl: values.RESEARCH_DEAD_LETTER_QUEUE_URL,
            endpoint: values.RESEARCH_QUEUE_ENDPOINT,
            region: regionOf(url) ?? values.AWS_REGION,
          }),
  });
}

/** `https://sqs.eu-west-1.amazonaws.com/123456789012/research` names its region. */
function regionOf(url: string): string | undefined {
  return /^sqs[.-](?:fips\.)?([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(new URL(url).hostname)?.[1];
}
