/** Whether a request failed before it was sent: then it is certain that nobody has it. */

/** What Node says where no connection was made. */
const unconnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** By the codes of Node's errors, of the error itself or of what caused it. */
export function isUnconnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Where a name has several addresses, each was tried.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnconnected);
  if ("code" in error && typeof error.code === "string" && unconnected.has(error.code)) return true;
  return isUnconnected(error.cause);
}
