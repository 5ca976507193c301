/** A model that writes: the variables `<PREFIX>`, `<PREFIX>_URL` and so on, which make sense together or not at all. */
import type { Environment, Problem } from "./auth.js";
import { isLoopbackHost } from "./loopback.js";

/** Who writes: rules within the server, or a model. */
export const writers = ["deterministic", "openai", "bedrock"] as const;
type WriterKind = (typeof writers)[number];

/** A model, where it is asked, and how much of its time there is. */
export interface ModelBounds {
  /** Milliseconds that one text may take. */
  readonly timeoutMilliseconds: number;
  readonly callsPerHour: number;
}

/** Where a model is asked. */
export type ModelAddress =
  | { readonly kind: "openai"; readonly url: string; readonly model: string; readonly apiKey?: string | undefined }
  | {
      readonly kind: "bedrock";
      readonly region: string;
      readonly model: string;
      readonly url?: string | undefined;
      readonly apiKey?: string | undefined;
    };

/** What the variables say, as far as it is the same for all prefixes. */
export interface ModelValues {
  readonly kind: WriterKind;
  readonly url?: string | undefined;
  readonly model?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly region?: string | undefined;
}

const parts = ["_URL", "_MODEL", "_API_KEY"] as const;

/** What each kind cannot do without, besides the region of Bedrock. */
const needs: Readonly<Record<string, readonly string[]>> = { openai: ["_URL", "_MODEL"], bedrock: ["_MODEL"] };

/** What is wrong with the variables of a prefix as a whole. Values are not repeated: some are secret. */
export function modelProblems(prefix: string, present: Environment): Problem[] {
  const kind = present[prefix] ?? "deterministic";
  if (kind === "deterministic") {
    const message = `has no effect without ${prefix}=openai or ${prefix}=bedrock`;
    return parts
      .map((part) => prefix + part)
      .filter((variable) => present[variable] !== undefined)
      .map((variable) => ({ variable, message }));
  }
  const needed = (needs[kind] ?? []).map((part) => prefix + part);
  return [
    ...[...needed, ...(kind === "bedrock" ? ["AWS_REGION"] : [])]
      .filter((variable) => present[variable] === undefined)
      .map((variable) => ({ variable, message: `must be set beside ${prefix}=${kind}` })),
    ...keyInTheClear(prefix, present),
  ];
}

/** A key in the clear could be anybody's. Without one, a model in one's own network may be asked by http. */
function keyInTheClear(prefix: string, present: Environment): Problem[] {
  const url = present[`${prefix}_URL`];
  const hasKey = present[`${prefix}_API_KEY`] !== undefined || present[prefix] === "bedrock";
  if (url === undefined || !URL.canParse(url) || !hasKey) return [];
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" || isLoopbackHost(hostname)) return [];
  const message = "must be an https URL where a key goes with it; http only on this machine";
  return [{ variable: `${prefix}_URL`, message }];
}

/** Where the model is asked; undefined where rules write. Of an environment without {@link modelProblems}. */
export function toModelAddress({ kind, url, model, apiKey, region }: ModelValues): ModelAddress | undefined {
  if (kind === "openai" && url !== undefined && model !== undefined) return { kind, url, model, apiKey };
  if (kind === "bedrock" && region !== undefined && model !== undefined) return { kind, region, model, url, apiKey };
  return undefined;
}

/** What says which model is asked, and where. */
interface Connection {
  readonly kind?: string | undefined;
  readonly url?: string | undefined;
  readonly model?: string | undefined;
  readonly apiKey?: string | undefined;
}

/**
 * With what `own` leaves out from `shared`, where that is of the same kind. A key goes to the server that it was set for only: URL and
 * key are taken over together, or neither.
 */
export function withShared<Own extends Connection>(own: Own, shared: Connection): Own {
  if (own.kind === undefined || own.kind === "deterministic" || own.kind !== shared.kind) return own;
  const { url, apiKey } = own.url !== undefined || own.apiKey !== undefined ? own : shared;
  return { ...own, url, apiKey, model: own.model ?? shared.model };
}

/** {@link modelProblems} of a prefix that may leave out what the summarizer's variables say. */
export function sharingProblems(prefix: string, present: Environment): Problem[] {
  const { url, model, apiKey } = withShared(connectionOf(prefix, present), connectionOf("SUMMARIZER", present));
  const together = { [`${prefix}_URL`]: url, [`${prefix}_MODEL`]: model, [`${prefix}_API_KEY`]: apiKey };
  return modelProblems(prefix, { ...present, ...together });
}

function connectionOf(prefix: string, present: Environment): Connection {
  const [url, model, apiKey] = parts.map((part) => present[prefix + part]);
  return { kind: present[prefix], url, model, apiKey };
}
