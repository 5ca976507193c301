/** Stands before everything that a caller may ask: who it is, and whether it asks too often. The same on every transport. */
import { RateLimitedError } from "../../domain/kernel/errors.js";
import { toMilliseconds } from "../../domain/kernel/time.js";
import type { Logger } from "../../observability/logger.js";
import type { Caller } from "../../resolvers/index.js";
import { callerFor } from "../caller.js";
import type { RequestFacts } from "../requestFacts.js";
import type { LogDenial } from "./audit.js";
import { addressKey, createRateLimiter } from "./rateLimit.js";
import type { RateLimiter } from "./rateLimit.js";
import { keysUnavailable, unauthenticated } from "./refusals.js";
import type { TokenProblem } from "./refusals.js";
import { KeysUnavailableError, TokenRefusedError } from "./tokens.js";
import type { TokenVerifier } from "./tokens.js";

export interface Gate {
  /**
   * What a WebSocket's `connection_init` decides: who calls for the whole connection (`connection`), or nothing, since each
   * operation may name another caller (`operation`).
   */
  readonly identifies: "connection" | "operation";
  /**
   * Who sends a request.
   * @throws GraphQLError `UNAUTHENTICATED` (401), `BAD_REQUEST` (400), `UNAVAILABLE` (503); RateLimitedError where an address
   * that failed to prove who it is tries too often.
   */
  identify(facts: RequestFacts): Promise<Caller>;
  /** Counts one operation of the caller. @throws RateLimitedError, or GraphQLError `UNAUTHENTICATED` once its token expired. */
  admit(caller: Caller, facts: RequestFacts): Promise<void>;
}

/** Attempts without a good token that one address may make in a minute before it is told to wait. */
const failuresPerMinute = 60;

export interface GateDeps {
  /** Undefined: nobody has to prove anything. */
  readonly tokens: TokenVerifier | undefined;
  /** Operations of one caller. */
  readonly limiter: RateLimiter;
  readonly logDenial: LogDenial;
  readonly logger: Pick<Logger, "error">;
}

export function createGate({ tokens, limiter, logDenial, logger }: GateDeps): Gate {
  const failures = createRateLimiter({ perMinute: failuresPerMinute, burst: 0 });

  const deny = async (facts: RequestFacts, reason: TokenProblem, detail?: string): Promise<never> => {
    const retryAfter = await failures.take(addressKey(facts.remoteAddress));
    logDenial({ reason: retryAfter === undefined ? reason : "RATE_LIMITED", detail, facts });
    throw retryAfter === undefined ? unauthenticated(reason) : new RateLimitedError(retryAfter);
  };

  const identifyByToken = async (verifier: TokenVerifier, facts: RequestFacts): Promise<Caller> => {
    const token = tokenIn(facts);
    if (token === undefined) return deny(facts, "MISSING_TOKEN");
    try {
      return await verifier.verify(token);
    } catch (error) {
      if (error instanceof TokenRefusedError) return deny(facts, error.reason, error.detail);
      if (!(error instanceof KeysUnavailableError)) throw error;
      logger.error({ err: error }, "tokens cannot be checked");
      throw keysUnavailable();
    }
  };

  return {
    identifies: tokens === undefined ? "operation" : "connection",
    identify: async (facts) => (tokens === undefined ? callerFor(facts) : identifyByToken(tokens, facts)),
    async admit(caller, facts) {
      if (isExpired(caller)) {
        logDenial({ reason: "EXPIRED_TOKEN", facts, caller });
        throw unauthenticated("EXPIRED_TOKEN");
      }
      const retryAfter = await limiter.take(`${caller.actor.kind} ${caller.actor.id}`);
      if (retryAfter === undefined) return;
      logDenial({ reason: "RATE_LIMITED", facts, caller });
      throw new RateLimitedError(retryAfter);
    },
  };
}

function isExpired({ expiresAt }: Caller): boolean {
  return expiresAt !== undefined && Date.now() >= toMilliseconds(expiresAt);
}

/**
 * The token of a request: on WebSocket what came with `connection_init` as `authorization`, `Authorization` or `token`, else
 * the header of the upgrade request; on HTTP and SSE the header. "Bearer " may be missing with `connection_init` only.
 */
function tokenIn({ headers, connectionParams, transport }: RequestFacts): string | undefined {
  const sent =
    transport === "websocket"
      ? (connectionParams?.["authorization"] ?? connectionParams?.["Authorization"] ?? connectionParams?.["token"])
      : undefined;
  if (sent !== undefined) return typeof sent === "string" ? (bearer(sent) ?? sent) : "";
  const { authorization } = headers;
  return authorization === undefined ? undefined : (bearer(authorization) ?? "");
}

function bearer(text: string): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(text)?.[1];
}
