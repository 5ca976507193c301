/** Checks tokens: signature, issuer, audience, times. What a token says is believed only behind this. */
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import type { JWTVerifyOptions } from "jose";
import type { AuthConfig } from "../../config/auth.js";
import type { Caller } from "../../resolvers/index.js";
import { toCaller } from "./claims.js";

/** Why a token is not taken. `detail` is for the log; clients are told the reason only. */
export class TokenRefusedError extends Error {
  constructor(
    readonly reason: "EXPIRED_TOKEN" | "BAD_TOKEN",
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${reason}: ${detail}`, options);
    this.name = "TokenRefusedError";
  }
}

/** The keys that tokens are checked with cannot be had just now; the token may be good. */
export class KeysUnavailableError extends Error {
  constructor(options: ErrorOptions) {
    super("the keys of the token issuer cannot be read", options);
    this.name = "KeysUnavailableError";
  }
}

export interface TokenVerifier {
  /** The caller that a token speaks for. @throws TokenRefusedError, KeysUnavailableError */
  verify(token: string): Promise<Caller>;
}

/** A longer token is refused unread. */
const maxTokenCharacters = 8_192;

const keySet = {
  /** An issuer that does not answer must not hold requests for long. */
  timeoutDuration: 3_000,
  /** Tokens with made-up key ids must not turn into requests to the issuer. */
  cooldownDuration: 30_000,
  cacheMaxAge: 600_000,
} as const;

export function createTokenVerifier(config: AuthConfig): TokenVerifier {
  const { issuer, audience, algorithms, clockToleranceSeconds } = config;
  const options: JWTVerifyOptions = {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ["sub", "exp"],
  };
  const check = createCheck(config, options);
  return {
    async verify(token) {
      if (token.length > maxTokenCharacters) throw new TokenRefusedError("BAD_TOKEN", "too long");
      let payload;
      try {
        ({ payload } = await check(token));
      } catch (error) {
        throw translated(error);
      }
      const caller = toCaller(payload, clockToleranceSeconds);
      if (caller === undefined) throw new TokenRefusedError("BAD_TOKEN", "a claim has not its form");
      return caller;
    },
  };
}

function createCheck(config: AuthConfig, options: JWTVerifyOptions) {
  if (config.kind === "secret") {
    const key = new TextEncoder().encode(config.secret);
    return (token: string) => jwtVerify(token, key, options);
  }
  const keys = createRemoteJWKSet(new URL(config.url), keySet);
  return (token: string) => jwtVerify(token, keys, options);
}

/** What is wrong with the token is the caller's business, what is wrong with the issuer is not. */
function translated(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new TokenRefusedError("EXPIRED_TOKEN", error.code, { cause: error });
  const isIssuers = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (!isIssuers && error instanceof errors.JOSEError && error.code !== errors.JOSEError.code) {
    return new TokenRefusedError("BAD_TOKEN", error.code, { cause: error });
  }
  return new KeysUnavailableError({ cause: error });
}
