/** The one place where refusals of the domain become errors of the API. What is not here is masked. */
import type { DomainErrorCode } from "../domain/kernel/errors.js";
import { AlreadyConnectedError } from "../domain/integrations/index.js";
import {
  DomainError,
  IdempotencyKeyReusedError,
  InvalidTransitionError,
  WorkLeaseLostError,
  NotFoundError,
  RateLimitedError,
  ValidationError,
  VersionConflictError,
} from "../domain/kernel/errors.js";
import type { UserError } from "../schema/userError.js";
import { UserErrorCode } from "../schema/userError.js";

/** A user error as resolvers return it: an object that names its type. */
export type UserErrorView = UserError & { readonly __typename: string };

const codes = {
  VALIDATION: UserErrorCode.VALIDATION,
  NOT_FOUND: UserErrorCode.NOT_FOUND,
  INVALID_TRANSITION: UserErrorCode.INVALID_TRANSITION,
  VERSION_CONFLICT: UserErrorCode.VERSION_CONFLICT,
  LEASE_LOST: UserErrorCode.LEASE_LOST,
  IDEMPOTENCY_KEY_REUSED: UserErrorCode.IDEMPOTENCY_KEY_REUSED,
  FORBIDDEN: UserErrorCode.FORBIDDEN,
  RATE_LIMITED: UserErrorCode.RATE_LIMITED,
  UNAVAILABLE: UserErrorCode.UNAVAILABLE,
} as const satisfies Record<DomainErrorCode, UserErrorCode>;

const typeNames = {
  VALIDATION: "ValidationError",
  NOT_FOUND: "NotFoundError",
  INVALID_TRANSITION: "InvalidTransitionError",
  VERSION_CONFLICT: "VersionConflictError",
  LEASE_LOST: "LeaseLostError",
  IDEMPOTENCY_KEY_REUSED: "IdempotencyKeyReusedError",
  FORBIDDEN: "ForbiddenError",
  RATE_LIMITED: "RateLimitedError",
  UNAVAILABLE: "UnavailableError",
} as const satisfies Record<DomainErrorCode, string>;

/** Refusals that have a type of their own besides that of their code. */
function typeNameOf(error: DomainError): string {
  return error instanceof AlreadyConnectedError ? "AlreadyConnectedError" : typeNames[error.code];
}

/** What a refusal says beyond code, message and path. */
function evidence(error: DomainError): Readonly<Record<string, unknown>> {
  if (error instanceof AlreadyConnectedError) return { sessionId: error.sessionId, status: error.from };
  if (error instanceof InvalidTransitionError) return { from: error.from, to: error.to, allowed: [...error.allowed] };
  if (error instanceof VersionConflictError) return { expected: error.expected, actual: error.actual };
  if (error instanceof WorkLeaseLostError) return { leased: error.leased, leaseToken: error.leaseToken };
  if (error instanceof NotFoundError) return { entity: error.entity, missingId: error.id };
  if (error instanceof IdempotencyKeyReusedError) return { key: error.key };
  if (error instanceof RateLimitedError) return { retryAfter: error.retryAfter };
  return {};
}

/** The user errors of a payload: one for each problem. */
export function toUserErrors(error: DomainError): UserErrorView[] {
  const problems =
    error instanceof ValidationError ? error.problems : [{ message: error.message, path: error.inputPath }];
  return problems.map(({ message, path }) => ({
    __typename: typeNameOf(error),
    code: codes[error.code],
    message,
    path: [...path],
    ...evidence(error),
  }));
}

/** What a refusal looks like as an error of a query or subscription; undefined for what must be masked. */
export function describeError(
  error: unknown,
): { message: string; code: string; extensions: Readonly<Record<string, unknown>> } | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const [first, ...more] = toUserErrors(error);
  return {
    message: error.message,
    code: error.code === "VALIDATION" ? "BAD_USER_INPUT" : error.code,
    extensions: {
      // Not every refusal is about a field of the input.
      ...(first === undefined || first.path.length === 0 ? {} : { field: first.path.join(".") }),
      ...evidence(error),
      ...(more.length === 0
        ? {}
        : { problems: [first, ...more].map((problem) => ({ path: problem?.path, message: problem?.message })) }),
    },
  };
}
