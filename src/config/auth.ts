/** How callers prove who they are: the AUTH_ variables, which make sense together or not at all. */
import { isLoopbackHost } from "./loopback.js";

/** Present variables by name, as they are written. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Problem {
  readonly variable: string;
  readonly message: string;
}

interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** The only signature algorithms that are accepted. */
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
}

/** What a token must be like, and where the keys are that it is checked with. */
export type AuthConfig =
  | (TokenRules & { readonly kind: "secret"; readonly secret: string })
  | (TokenRules & { readonly kind: "jwks"; readonly url: string });

/** Whoever has a secret can make tokens, so these go with AUTH_SECRET only; and a public key must never pass for a secret. */
const secretAlgorithms = ["HS256", "HS384", "HS512"];
const keyAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** Least bytes of a secret: as many as the algorithm's hash has (RFC 7518, section 3.2). */
const secretBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

const dependents = ["AUTH_ISSUER", "AUTH_AUDIENCE", "AUTH_ALGORITHMS", "ALLOWED_HOSTS"];

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function authProblems(present: Environment): Problem[] {
  const { AUTH_SECRET: secret, AUTH_JWKS_URL: jwksUrl, HOST: host } = present;
  if (secret === undefined && jwksUrl === undefined) {
    return [
      ...dependents
        .filter((variable) => present[variable] !== undefined)
        .map((variable) => ({
          variable,
          message: "has no effect without AUTH_SECRET or AUTH_JWKS_URL; set one of them",
        })),
      ...(host === undefined || isLoopbackHost(host) ? [] : [{ variable: "HOST", message: hostMessage }]),
    ];
  }
  if (secret !== undefined && jwksUrl !== undefined) {
    return [{ variable: "AUTH_SECRET", message: "must not be set beside AUTH_JWKS_URL; keep one of them" }];
  }
  return secret === undefined ? jwksProblems(present) : secretProblems(present, secret);
}

const hostMessage =
  "must be a loopback name or address (127.0.0.1, ::1, localhost): without authentication configured, " +
  "the server answers only this machine; set AUTH_SECRET or AUTH_JWKS_URL to listen elsewhere";

function secretProblems(present: Environment, secret: string): Problem[] {
  const algorithms = algorithmsIn(present["AUTH_ALGORITHMS"]) ?? ["HS256"];
  const least = Math.max(32, ...algorithms.map((algorithm) => secretBytes[algorithm] ?? 0));
  return [
    ...algorithmProblems(algorithms, secretAlgorithms, "AUTH_SECRET"),
    ...(Buffer.byteLength(secret) < least
      ? [{ variable: "AUTH_SECRET", message: `must have at least ${least} bytes for ${algorithms.join(", ")}` }]
      : []),
  ];
}

/** Keys of an issuer sign tokens for everybody who trusts it, so ours must be told from others'. */
function jwksProblems(present: Environment): Problem[] {
  return [
    ...["AUTH_ISSUER", "AUTH_AUDIENCE"]
      .filter((variable) => present[variable] === undefined)
      .map((variable) => ({ variable, message: "must be set beside AUTH_JWKS_URL" })),
    ...algorithmProblems(algorithmsIn(present["AUTH_ALGORITHMS"]) ?? [], keyAlgorithms, "AUTH_JWKS_URL"),
  ];
}

function algorithmProblems(algorithms: readonly string[], allowed: readonly string[], source: string): Problem[] {
  if (algorithms.every((algorithm) => allowed.includes(algorithm))) return [];
  return [{ variable: "AUTH_ALGORITHMS", message: `may name ${allowed.join(", ")} only, beside ${source}` }];
}

function algorithmsIn(text: string | undefined): readonly string[] | undefined {
  return text?.split(",").map((algorithm) => algorithm.trim());
}

/** The AUTH_ variables of an environment without {@link authProblems}; undefined where callers prove nothing. */
export function toAuthConfig(values: {
  readonly AUTH_SECRET?: string | undefined;
  readonly AUTH_JWKS_URL?: string | undefined;
  readonly AUTH_ISSUER?: string | undefined;
  readonly AUTH_AUDIENCE?: string | undefined;
  readonly AUTH_ALGORITHMS?: string | undefined;
  readonly AUTH_CLOCK_TOLERANCE_SECONDS: number;
}): AuthConfig | undefined {
  const { AUTH_SECRET: secret, AUTH_JWKS_URL: url, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = values;
  const algorithms = algorithmsIn(values.AUTH_ALGORITHMS);
  const clockToleranceSeconds = values.AUTH_CLOCK_TOLERANCE_SECONDS;
  if (secret !== undefined) {
    return Object.freeze({
      kind: "secret",
      secret,
      issuer: issuer ?? "opsledger",
      audience: audience ?? "opsledger",
      algorithms: algorithms ?? ["HS256"],
      clockToleranceSeconds,
    });
  }
  if (url === undefined || issuer === undefined || audience === undefined) return undefined;
  return Object.freeze({
    kind: "jwks",
    url,
    issuer,
    audience,
    algorithms: algorithms ?? ["RS256", "ES256", "EdDSA"],
    clockToleranceSeconds,
  });
}
