/** Refusals: what the domain says no with. Each has a code that clients can branch on. */
import type { z } from "zod";

export type DomainErrorCode =
  | "VALIDATION"
  | "NOT_FOUND"
  | "INVALID_TRANSITION"
  | "VERSION_CONFLICT"
  | "LEASE_LOST"
  | "IDEMPOTENCY_KEY_REUSED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "UNAVAILABLE";

/**
 * The base of every refusal. `inputPath` names the input field that caused it, outermost first; empty where none did. (An
 * error with a `path` would pass for one that graphql-js has located already.)
 */
export abstract class DomainError extends Error {
  abstract readonly code: DomainErrorCode;

  constructor(
    message: string,
    readonly inputPath: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** One field and what is wrong with it. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** The input breaks a rule of form or content. Carries every problem found, not only the first. */
export class ValidationError extends DomainError {
  readonly code = "VALIDATION";

  constructor(
    readonly problems: readonly [Problem, ...Problem[]],
    options?: ErrorOptions,
  ) {
    super(
      problems.map((problem) => `${problem.path.join(".")}: ${problem.message}`).join("; "),
      problems[0].path,
      options,
    );
  }
}

/** The thing that the input names does not exist. */
export class NotFoundError extends DomainError {
  readonly code = "NOT_FOUND";

  constructor(
    readonly entity: string,
    readonly id: string,
    path: readonly string[] = [],
  ) {
    super(`${entity} ${id} does not exist`, path);
  }
}

/**
 * The thing exists, but belongs to no project of the caller's. To the caller it is a {@link NotFoundError} like any other;
 * only the audit trail knows better.
 */
export class NotVisibleError extends NotFoundError {}

/** The stated transition table does not allow this step. */
export class InvalidTransitionError extends DomainError {
  readonly code = "INVALID_TRANSITION";

  constructor(
    readonly from: string,
    readonly to: string,
    readonly allowed: readonly string[],
    message = `cannot go from ${from} to ${to}; allowed: ${allowed.join(", ") || "none"}`,
    path: readonly string[] = [],
  ) {
    super(message, path);
  }
}

/** The stream has moved on since the version that the caller saw. */
export class VersionConflictError extends DomainError {
  readonly code = "VERSION_CONFLICT";

  constructor(
    readonly streamId: string,
    readonly expected: number,
    readonly actual: number,
    options?: ErrorOptions,
  ) {
    super(`${streamId} is at version ${actual}, not ${expected}`, ["expectedVersion"], options);
  }
}

/** The caller holds no lease on the thing (any more): whatever it was doing with it, it must stop. */
export class WorkLeaseLostError extends DomainError {
  readonly code = "LEASE_LOST";

  constructor(
    readonly leased: string,
    readonly leaseToken: number,
  ) {
    super(`${leased} is not leased to you under the token ${leaseToken} (any more): stop working on it`, [
      "leaseToken",
    ]);
  }
}

/** The idempotency key was used before, for a command with other content. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly code = "IDEMPOTENCY_KEY_REUSED";

  constructor(
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`idempotency key ${key} was used before with another input`, ["idempotencyKey"], options);
  }
}

/** The caller may not do this. */
export class ForbiddenError extends DomainError {
  readonly code = "FORBIDDEN";
}

/** The caller has asked too often. `retryAfter`: seconds until it may ask again. */
export class RateLimitedError extends DomainError {
  readonly code = "RATE_LIMITED";

  constructor(readonly retryAfter: number) {
    super(`too many operations; try again in ${retryAfter} s`);
  }
}

/** The store did not answer in time, after bounded retries; nothing is known to be written. Safe to repeat with an idempotency key. */
export class UnavailableError extends DomainError {
  readonly code = "UNAVAILABLE";
}

/** A {@link ValidationError} with one problem. */
export function invalid(field: string | readonly string[], message: string): ValidationError {
  return new ValidationError([{ path: typeof field === "string" ? [field] : field, message }]);
}

/** @throws ValidationError that names all of the problems, where there are any. */
export function refuseProblems([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new ValidationError([first, ...rest]);
}

/** Parses `value`, or throws a {@link ValidationError} that names every field which broke a rule. */
export function parseOrRefuse<S extends z.ZodType>(schema: S, value: unknown, at: readonly string[] = []): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...rest] = result.error.issues.map((issue) => ({
    path: [...at, ...issue.path.map(String)],
    message: issue.message,
  }));
  throw new ValidationError([first ?? { path: [...at], message: "is invalid" }, ...rest], { cause: result.error });
}
