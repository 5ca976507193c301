/** How callers who are not let in are told, on each transport. */
import { HeaderMap } from "@apollo/server";
import type { FastifyReply } from "fastify";
import { GraphQLError } from "graphql";
import { CloseCode } from "graphql-ws";
import { RateLimitedError } from "../../domain/kernel/errors.js";
import { refusal } from "../errors.js";
import type { PresentError } from "../errors.js";

export type TokenProblem = "MISSING_TOKEN" | "BAD_TOKEN" | "EXPIRED_TOKEN";

const told = {
  MISSING_TOKEN: "A token is needed: send `authorization: Bearer <token>`",
  BAD_TOKEN: "The token is not valid here",
  EXPIRED_TOKEN: "The token has expired",
} as const satisfies Record<TokenProblem, string>;

/** The refusal of somebody who has not proved who it is: the kind of reason, and nothing that would help to forge. */
export function unauthenticated(reason: TokenProblem): GraphQLError {
  const error = reason === "MISSING_TOKEN" ? "" : `, error="invalid_token", error_description="${told[reason]}"`;
  return refusal(told[reason], "UNAUTHENTICATED", {
    reason,
    http: { status: 401, headers: new HeaderMap([["www-authenticate", `Bearer realm="opsledger"${error}`]]) },
  });
}

/** Tokens may be good, but cannot be checked. */
export function keysUnavailable(): GraphQLError {
  return refusal("Tokens cannot be checked just now; try again", "UNAVAILABLE", { http: { status: 503 } });
}

/** Answers an HTTP request that is not let in, with the body that GraphQL clients read. */
export async function answerRefusal(reply: FastifyReply, error: unknown, presentError: PresentError): Promise<void> {
  const { status, headers } = httpOf(error);
  await reply
    .code(status)
    .headers(headers)
    .send({ errors: [presentError(error)] });
}

function httpOf(error: unknown): { readonly status: number; readonly headers: Record<string, string> } {
  if (error instanceof RateLimitedError) return { status: 429, headers: { "retry-after": String(error.retryAfter) } };
  const { status = 500, headers } = (error instanceof GraphQLError && error.extensions.http) || {};
  // Our own refusals have the map that Apollo asks for.
  return { status, headers: headers instanceof HeaderMap ? Object.fromEntries(headers) : {} };
}

/** How a WebSocket is closed whose `connection_init` is not accepted; undefined for an unexpected error. */
export function closingOf(error: unknown): { readonly code: number; readonly reason: string } | undefined {
  if (error instanceof RateLimitedError) {
    return { code: CloseCode.Forbidden, reason: `Too many attempts; try again in ${error.retryAfter} s` };
  }
  if (!(error instanceof GraphQLError)) return undefined;
  const { code, reason } = error.extensions;
  if (code === "UNAUTHENTICATED") return { code: CloseCode.Forbidden, reason: closeReasons[reason as TokenProblem] };
  // "Try again later"; a client library connects again by itself.
  return code === "UNAVAILABLE" ? { code: 1013, reason: error.message } : undefined;
}

const closeReasons = {
  MISSING_TOKEN: "Token missing",
  BAD_TOKEN: "Token not valid",
  EXPIRED_TOKEN: "Token expired",
} as const satisfies Record<TokenProblem, string>;
