/** What errors of DynamoDB mean to the store: try again, give up for now, or too large. */
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { CancellationReason } from "@aws-sdk/client-dynamodb";
import { UnavailableError } from "../../domain/kernel/errors.js";

/** Cancellation codes of items that another try may well write. */
const passingCodes: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "TransactionInProgress",
]);

/** Errors that the SDK has tried again by itself, with jitter and a bound, before it gave them to us. */
const exhaustedNames: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TransactionInProgressException",
  "InternalServerError",
  "ServiceUnavailable",
  "TimeoutError",
]);

const connectionCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** What became of each item of a cancelled transaction, in their order; empty for any other error. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}

/** Whether a write met another one, or a transaction met a limit of throughput. The SDK does not try these again. */
export function isContention(error: unknown): boolean {
  if (error instanceof Error && error.name === "TransactionConflictException") return true;
  const failed = cancellationReasons(error).flatMap(({ Code }) =>
    Code === undefined || Code === "None" ? [] : [Code],
  );
  return failed.length > 0 && failed.every((code) => passingCodes.has(code));
}

/** Whether DynamoDB refused a write because an item, or all items of a transaction together, are too large. */
export function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const messages = [
    ...(error.name === "ValidationException" ? [error.message] : []),
    ...cancellationReasons(error).flatMap(({ Code, Message }) => (Code === "ValidationError" ? [Message ?? ""] : [])),
  ];
  return messages.some((message) => /size has exceeded|size of items|aggregate size/i.test(message));
}

/** Throws an {@link UnavailableError} where DynamoDB did not answer or kept refusing, else `error` itself. */
export function rethrow(error: unknown): never {
  if (isUnavailability(error)) throw new UnavailableError("the store does not answer; try again", [], { cause: error });
  throw error;
}

/** Whether DynamoDB did not answer, or refused for want of capacity: the same request may succeed later. */
export function isUnavailability(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  return (
    exhaustedNames.has(error.name) ||
    isContention(error) ||
    (code !== undefined && connectionCodes.has(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
